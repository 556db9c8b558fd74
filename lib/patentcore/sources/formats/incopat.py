"""incoPat exports: CSV or XLSX, Chinese headers in full- and half-width brackets."""

from __future__ import annotations

from collections.abc import Sequence

from patentcore.sources.formats.dialect import Dialect
from patentcore.sources.formats.patsnap_headers import EVENT_PARTIES
from patentcore.sources.formats.tables import TabularAdapter, semicolon_list
from patentcore.sources.reading.sniffing import Look

HEADERS: dict[str, tuple[str, ...]] = {
    "publication_number": ("公开(公告)号", "公开号"),
    "application_number": ("申请号",),
    "authority": ("公开国别",),
    "kind_code": ("文献种类代码",),
    "patent_type": ("专利类型", "公开类型"),
    "title": (
        "标题",
        "标题(中文)",
        "标题(翻译)",
        "标题(小语种原文)",
        "名称",
        "专利名称",
        "发明名称",
    ),
    "abstract": ("摘要", "摘要(中文)", "摘要(翻译)", "摘要(小语种原文)"),
    "publication_date": ("公开(公告)日", "公开日", "公告日"),
    "application_date": ("申请日",),
    "earliest_priority_date": ("最早优先权日",),
    "priority_dates": ("优先权日",),
    "priority_numbers": ("优先权号",),
    "original_applicant": ("申请人", "申请人(翻译)", "申请人(其他)"),
    "original_applicant_country": ("申请人国别代码",),
    "original_applicant_sector": ("申请人类型",),
    "current_applicant": ("当前权利人", "当前专利权人", "标准化当前权利人"),
    "original_applicant_address": ("申请人地址", "申请人地址(其他)"),
    "inventors_country": ("发明人国别",),
    "inventors_address": ("发明人地址", "发明(设计)人地址(其他)"),
    "npl_citations": ("引证科技文献",),
    "inventors": ("发明人", "发明(设计)人(其他)", "当前发明人名称"),
    "main_ipc": ("IPC主分类", "主分类号"),
    "ipc": ("IPC", "分类号", "国际分类号", "IPC分类号"),
    "cpc": ("CPC",),
    "claim_count": ("权利要求数量", "权利要求数"),
    "cited_by_count": ("被引证次数", "被引证数"),
    "family_cited_by_count": ("家族被引证次数",),
    "cites_count": ("引证次数",),
    "simple_family": ("简单同族",),
    "priority_offices": ("优先权国别",),
    "family_offices": ("同族国家/地区",),
    "simple_family_size": ("简单同族个数",),
    "pct_number": ("PCT国际申请号", "PCT国际公布号"),
    "legal_events": ("法律事件",),
    "legal_status": ("当前法律状态", "专利有效性", "法律状态"),
    "expiry_date": ("失效日",),
    "assignment_dates": ("转让执行日",),
    "licence_dates": ("许可合同备案日期",),
    "invalidation_dates": ("无效决定日",),
    "assignment_count": ("转让次数",),
    "licence_count": ("许可次数",),
    "pledge_count": ("质押次数",),
    "litigation_count": ("诉讼次数",),
    **EVENT_PARTIES,
    "cites": ("引证专利",),
    "cited_by": ("被引证专利",),
}

# What of these an export holds is the user's choice; PatSnap has none of them.
MARKS = (
    "链接到incoPat",
    "引证专利",
    "被引证专利",
    "被引证次数",
    "家族引证",
    "家族被引证",
    "家族被引证次数",
    "权利要求数量",
    "公开国别",
    "申请人国别代码",
    "专利有效性",
    "合享价值度",
    "DocDB同族",
    "扩展同族",
    "IPC主分类",
    "标题(小语种原文)",
    "标题(中文)",
    "摘要(中文)",
    "公开类型",
    "首权字数",
    "技术功效句",
    "申请人(其他)",
    "标准化申请人",
    "发明(设计)人数量",
    "首项权利要求",
    "独立权利要求数量",
    "从属权利要求数量",
    "技术功效短语",
    "技术功效1级",
    "技术功效2级",
    "技术功效3级",
    "技术功效TRIZ参数",
    "洛迦诺分类号",
    "国民经济分类",
    "新兴产业分类",
    "申请人省市代码",
    "中国申请人地市",
    "中国申请人区县",
    "工商别名",
    "工商统一社会信用代码",
    "引证申请人",
    "被引证申请人",
    "家族引证申请人",
    "家族被引证申请人",
    "家族引证次数",
    "引证类别",
    "引证科技文献",
    "扩展同族个数",
    "DocDB同族个数",
    "法律文书日期",
    "法律文书编号",
    "复审请求人",
    "无效请求人",
    "当前被许可人",
    "提出实审时长",
    "审查时长",
    "专利寿命(月)",
    "技术稳定性",
    "技术先进性",
    "保护范围",
)

DIALECT = Dialect(
    name="incopat",
    title="incoPat export, CSV or XLSX, Chinese headers",
    headers=HEADERS,
    separator=r"[\s\u3000]*[;；|｜][\s\u3000]*",
    marks=MARKS,
)


class IncoPat(TabularAdapter):
    """The adapter of incoPat exports."""

    def __init__(self) -> None:
        super().__init__(DIALECT)

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say which headers incoPat alone has, else that lists are parted as it parts them."""
        why = super().recognise(looks)
        if why is not None or not self.has_headers(looks[:1]):
            return why
        example = semicolon_list(looks[0], self.dialect)
        return example and f"its columns are known, and lists are parted by semicolons: {example}"
