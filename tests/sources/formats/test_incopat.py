from __future__ import annotations

import datetime as dt

import pytest

from patentcore.sources import recognise
from patentcore.sources.formats.incopat import IncoPat

RECORD = {
    "标题（中文）": "折叠屏",
    "摘要（中文）": "摘要文",
    "公开（公告）号": "CN105513499B",
    "公开（公告）日": "2019.03.01",
    "申请号": "CN201510001234.5",
    "申请日": "20150103",
    "申请人": "华为技术有限公司; 清华大学",
    "专利类型": "发明授权",
    "公开国别": "CN",
    "链接到incoPat": "https://x",
    "权利要求数量": "１２",
    "IPC主分类": "G06F3/041",
    "IPC": "G06F3/041; H04W4/02",
    "申请人类型": "企业; 大专院校",
    "申请人国别代码": "CN; CN",
    "发明人": "张三；李四",
    "引证专利": "CN1A; US2A",
    "被引证专利": "CN3A",
    "引证次数": "2",
    "被引证次数": "1",
    "家族被引证次数": "5",
    "简单同族": "CN105513499A; CN105513499B",
    "简单同族个数": "2",
    "最早优先权日": "2014-12-01",
    "当前法律状态": "有效",
    "失效日": "-",
    "转让次数": "2",
    "转让执行日": "2018-05-06; 2019-06-07",
    "许可次数": "1",
    "质押次数": "0",
    "诉讼次数": "1",
    "文献种类代码": "B",
}
EXPORT = f"{','.join(RECORD)}\n{','.join(RECORD.values())}\n"


@pytest.fixture(scope="module")
def ingested(spark, tmp_path_factory, cut):
    folder = tmp_path_factory.mktemp("incopat")
    (folder / "导出.csv").write_text(EXPORT, encoding="gb18030")
    (found,), _ = recognise(spark, [str(folder)])
    assert found.adapter.name == "incopat"
    assert "链接到incoPat" in found.why
    return IncoPat().read(spark, [str(folder)], cut)


def test_a_record(ingested) -> None:
    (patent,) = ingested.patents.collect()
    assert patent.publication_number == "CN105513499B"
    assert (patent.title, patent.abstract) == ("折叠屏", "摘要文")
    assert patent.publication_date == dt.date(2019, 3, 1)
    assert patent.application_date == dt.date(2015, 1, 3)
    assert (patent.authority, patent.kind_code, patent.patent_type) == ("CN", "B", "invention")
    assert [tuple(applicant) for applicant in patent.applicants] == [
        ("华为技术有限公司", "CN", "enterprise"),
        ("清华大学", "CN", "university"),
    ]
    assert patent.inventors == ["张三", "李四"]
    assert patent.claim_count == 12  # full-width digits
    assert (patent.cites_count, patent.cited_by_count, patent.family_cited_by_count) == (2, 1, 5)
    assert patent.simple_family == ["CN105513499A", "CN105513499B"]
    assert patent.legal_status == "有效"
    assert ingested.rejects.count() == 0


def test_events_from_dates_and_numbers(ingested) -> None:
    (patent,) = ingested.patents.collect()
    assert [tuple(event) for event in patent.legal_events] == [
        ("assignment", dt.date(2018, 5, 6)),
        ("assignment", dt.date(2019, 6, 7)),
        ("licence", None),
        ("litigation", None),
    ]


def test_citations(ingested) -> None:
    assert {tuple(row) for row in ingested.citations.collect()} == {
        ("CN105513499B", "CN1A", None, "cites"),
        ("CN105513499B", "US2A", None, "cites"),
        ("CN3A", "CN105513499B", None, "cited_by"),
    }


@pytest.mark.parametrize(
    "header",
    [
        "公开（公告）号,标题 (中文),主分类号,当前专利权人,申请日",
        "公开(公告)号,标题,申请人,IPC,发明人",
    ],
)
def test_exports_without_the_usual_marks_are_recognised(spark, tmp_path, header: str) -> None:
    (tmp_path / "a.csv").write_text(f"{header}\nCN1A,x,A; B,,\n", encoding="utf-8")
    assert recognise(spark, [str(tmp_path / "a.csv")])[0][0].adapter.name == "incopat"


def test_a_table_is_told_by_any_header_that_this_tool_alone_has(spark, tmp_path) -> None:
    header = "公开(公告)号,标题,申请日,申请人,首项权利要求,技术功效短语,洛迦诺分类号"
    (tmp_path / "a.csv").write_text(f"{header}\nCN1A,x,2014-01-02,A,,,\n", encoding="utf-8")
    (found,) = recognise(spark, [str(tmp_path / "a.csv")])[0]
    assert found.adapter.name == "incopat"
    assert "only this format has 首项权利要求" in found.why
