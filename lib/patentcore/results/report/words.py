"""Both languages of the page: texts of the template, and the words that tables hold."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape

from patentcore.results.report.text import shorten

LANGUAGES = ("en", "zh")

# What tables hold in English, in Chinese; other values are data and stay as they are.
CHINESE = {
    "Patent total": "专利总量",
    "Patent-accepting country": "受理局",
    "Patent type": "专利类型",
    "Quantity of claim": "权利要求数",
    "Citation frequency": "被引频次",
    "Breadth of patented technology": "专利技术宽度",
    "Legal status of patent": "专利法律状态",
    "Duplicate removal": "去重",
    "invention": "发明",
    "opposition, assignment, litigation": "异议、转让、诉讼",
    "one publication per application number": "每个申请号保留一件公开",
    "publication year unknown": "公开年未知",
    "betweenness switched off": "未计算中介中心性",
    "unknown": "未知",
    "yes": "是",
    "no": "否",
    "foreign strong, domestic weak": "国外强、国内弱",
    "both weak": "双弱",
    "domestic strong, foreign weak": "国内强、国外弱",
    "both strong": "双强",
    "key generic": "关键共性技术",
    "cutting-edge": "前沿引领技术",
    "major strategic": "重大战略技术",
    "none of the three": "三类之外",
    "no absence": "无缺失",
    "subject dislocation": "主体错位",
    "path dependence": "路径依赖",
    "resource misallocation": "资源错配",
    "spiral progressive": "螺旋递进式",
    "jungle competition": "丛林竞争式",
    "main layout": "主体布局式",
    "emerging": "新兴期",
    "growth": "成长期",
    "mature": "成熟期",
    "transition": "转换期",
    "status": "突破状态",
    "absence": "缺失",
    "class": "类别",
    "cause": "成因",
    "mode": "突破模式",
    "lead": "主导主体",
    "technology": "技术",
    "product": "产品",
    "market": "市场",
    "institution": "制度",
    "organisation": "组织方式",
    "domestic": "国内",
    "foreign": "国外",
    "unsound_mechanism": "机制不健全",
    "weak_basic_research": "基础研究薄弱",
    "absent_subject": "主体缺位",
    "shortage_of_people": "人才不足",
    "not applicable": "不适用",
    "commodity": "商品",
    "semi-public good": "准公共品",
    "pure public good": "纯公共品",
    "niche": "利基市场",
    "diverse": "需求多样",
    "standardised": "标准化",
    "government will": "政府意志",
    "none declared": "未宣示",
    "little accumulation is needed": "所需积累较少",
    "several routes compete": "多条路线竞争",
    "routes are settling: import and re-innovate early": "路线渐定：宜及早引进再创新",
    "a settled paradigm: import, absorb, re-innovate": "范式已定：引进、消化、再创新",
    "a new paradigm challenges the old one": "新范式挑战旧范式",
    "weak basic research and commercial strength": "基础研究与商业实力薄弱",
    "accumulation keeps the leaders ahead": "积累使领先者保持优势",
    "foreign patents block": "国外专利封锁",
    "none seen in patents": "专利中未见壁垒",
    "none: no patents": "无：没有专利",
    "the state carries it: the goal counts, not the market": "国家承担：重目标而非市场",
    "public procurement opens the market": "政府采购打开市场",
    "not standardised: room for other products": "未标准化：其他产品有空间",
    "standard product: users stay, rivals press": "标准产品：用户粘性强，竞争激烈",
    "no public procurement": "没有政府采购",
    "the standard must be won": "须赢得标准",
    "no market tests it": "不经市场检验",
    "a domestic niche that foreign products do not serve": "国外产品未覆盖的国内利基市场",
    "diverse demand: customised products": "需求多样：定制产品",
    "standards and ecosystem of the leaders": "领先者的标准与生态",
    "resources and coordination by the state": "国家投入资源并协调",
    "left to entrepreneurs alone": "仅依靠企业家",
    "leading enterprises, guided by the government, in strategic cooperation with "
    "universities and institutes": "政府引导、领军企业主导，与高校院所战略合作",
    "the whole industry chain as equals, driven by the market": "市场驱动，全产业链平等参与",
    "state organisations, from the top down": "国家机构自上而下主导",
    "state-led: institutes and factories under one plan": "国家主导：院所与工厂统一部署",
    "enterprise alliance with state procurement": "企业联盟加政府采购",
    "leading enterprise with institutes and state projects": "领军企业联合院所与国家项目",
    "enterprise-led industry-university-research cooperation": "企业主导的产学研合作",
    "enterprises with state procurement as first customer": "企业主导，政府采购为首个用户",
    "enterprise-led, supported by orders of the market": "企业主导，市场订单支持",
    "no rule of the papers fits": "论文没有适用的规则",
    "no patents": "没有专利",
    "the fit ends at a bound: no saturation is in sight": "拟合止于边界：尚看不到饱和",
    "the interval of the maturity spans the limit": "成熟度区间跨越界限",
    "the interval of the maturity spans a limit between stages": "成熟度区间跨越阶段界限",
    "without the last years the stage is another one": "去掉最近几年后阶段不同",
    "so few inventions could not be told from usual ones if none had it": "发明太少，无从区分",
    "citations received below 0": "被引次数小于 0",
    "size of the family below 0": "同族规模小于 0",
    "main class unknown": "主分类号未知",
    "not in the network": "不在网络中",
    "not recorded": "未记录",
    "maturity not known": "成熟度未知",
    "first 10": "前 10 位",
    "first 50": "前 50 位",
    "all": "全部",
    "betweenness alone": "仅中介中心性",
    "degree centrality alone": "仅度中心性",
    "popularity alone": "仅热度",
    "main class frequency alone": "仅主分类号频率",
    "core degree of min-max scaled measures": "各指标归一化后的核心度",
    "up": "上升",
    "down": "下降",
    "same": "不变",
    "entered": "进入",
    "left": "退出",
}
# Sentences with figures, or names of columns, in them.
CHINESE_PATTERNS = (
    (r"(\d+) domestic inventions are fewer than (\d+)", r"国内发明 \1 件，少于 \2 件"),
    (r"(\d+) inventions of quality are fewer than (\d+)", r"高质量发明 \1 件，少于 \2 件"),
    (r"(\d+) inventions to (\d+) are fewer than (\d+)", r"截至 \2 年发明 \1 件，少于 \3 件"),
    (
        r"sides are known of (\d+) % of the quality inventions: the others could turn the verdict",
        r"高质量发明中归属已知者占 \1 %，其余可能改变判断",
    ),
    (r"published after the reference year (\d+)", r"公开晚于基准年 \1"),
    (r"not known: (.+)", r"未知：\1"),
)


def both(english: str, chinese: str, **values: Any) -> Markup:
    """Return a text of ours in both languages, of which the page shows one.

    Args:
        english: may hold markup, and names in braces.
        chinese: the same in Chinese.
        values: stand for the names, escaped.

    >>> print(both("{n} left", "剩余 {n}", n="<b>"))
    <span lang="en">&lt;b&gt; left</span><span lang="zh">剩余 &lt;b&gt;</span>
    """
    parts = zip(LANGUAGES, (english, chinese), strict=True)
    return Markup("").join(
        Markup('<span lang="{}">{}</span>').format(lang, Markup(text).format(**values))
        for lang, text in parts
    )


def word(value: Any, longest: int = 160) -> Markup:
    """Return a word of a table in both languages where it is one of ours, else as it stands.

    >>> print(word("mature"), word("<i>"))
    <span lang="en">mature</span><span lang="zh">成熟期</span> &lt;i&gt;
    """
    text, translated = shorten(value, longest), chinese(value, longest)
    return escape(text) if text == translated else both("{v}", "{c}", v=text, c=translated)


def chinese(value: Any, longest: int = 160) -> str:
    """Return the words of a table in Chinese, those that are ours; the others as they stand.

    >>> print(chinese("foreign patents block; 3 inventions to 2021 are fewer than 9"))
    国外专利封锁；截至 2021 年发明 3 件，少于 9 件
    """
    if str(value) in CHINESE:
        return CHINESE[str(value)]
    parts = str(value).split("; ")
    if (found := [_chinese(part) for part in parts]) == parts:
        return shorten(value, longest)
    return shorten("；".join(found), longest)


def _chinese(text: str) -> str:
    if text in CHINESE:
        return CHINESE[text]
    for pattern, replacement in CHINESE_PATTERNS:
        if re.fullmatch(pattern, text):
            return re.sub(pattern, replacement, text)
    return text


def spoken(language: str, english: str, chinese: str) -> Markup:
    """Return the attributes of what has no text: the label, and it in both languages."""
    label = chinese if language == "zh" else english
    return Markup('aria-label="{}" data-en="{}" data-zh="{}"').format(label, english, chinese)
