from __future__ import annotations

import datetime as dt

import pytest

from patentcore.sources.formats.uspto import Uspto
from patentcore.sources.reading import files

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE us-patent-grant SYSTEM "x.dtd" [ ]>\n'
GRANT_2005 = (
    HEAD
    + """<us-patent-grant lang="EN" dtd-version="v40 2004-12-02">
<us-bibliographic-data-grant>
<publication-reference><document-id><country>US</country><doc-number>06836899</doc-number>
<kind>B1</kind><date>20050104</date></document-id></publication-reference>
<application-reference appl-type="utility"><document-id><country>US</country>
<doc-number>10339710</doc-number><date>20030109</date></document-id></application-reference>
<priority-claims><priority-claim><country>JP</country><date>20020129</date></priority-claim>
</priority-claims>
<classification-ipc><edition>7</edition><main-classification>A45F  504</main-classification>
<further-classification>H01L 21302</further-classification>
<further-classification>G06F015/16</further-classification></classification-ipc>
<invention-title>Device &amp; <i>napkin</i></invention-title>
<references-cited>
<citation><patcit num="1"><document-id><country>US</country><doc-number>675108</doc-number>
<kind>A</kind></document-id></patcit></citation>
<citation><patcit num="2"><document-id><country>US</country><doc-number>2004/0111111</doc-number>
<kind>A1</kind></document-id></patcit></citation>
<citation><patcit num="3"><document-id><country>WO</country><doc-number>WO 99/12345</doc-number>
</document-id></patcit></citation>
<citation><nplcit num="4"><othercit>A book</othercit></nplcit></citation>
</references-cited>
<number-of-claims>23</number-of-claims>
<parties><applicants><applicant app-type="applicant-inventor"><addressbook>
<last-name>Doe</last-name><first-name>Jane</first-name></addressbook></applicant></applicants>
</parties>
<assignees><assignee><addressbook><orgname>Murata Co., Ltd.</orgname><role>03</role>
<address><country>JP</country></address></addressbook></assignee></assignees>
</us-bibliographic-data-grant>
<abstract><p>Text of <b>it</b>.</p></abstract>
</us-patent-grant>
"""
)
GRANT_2013 = (
    HEAD
    + """<us-patent-grant dtd-version="v4.4 2013-05-16"><us-bibliographic-data-grant>
<publication-reference><document-id><country>US</country><doc-number>D0534340</doc-number>
<kind>S1</kind><date>20130416</date></document-id></publication-reference>
<application-reference appl-type="design"><document-id><country>US</country>
<doc-number>29111111</doc-number><date>20120101</date></document-id></application-reference>
<classifications-ipcr><classification-ipcr><section>G</section><class>06</class>
<subclass>F</subclass><main-group>3</main-group><subgroup>041</subgroup></classification-ipcr>
</classifications-ipcr>
<us-references-cited><us-citation><patcit num="1"><document-id><country>US</country>
<doc-number>D501234</doc-number><kind>S</kind></document-id></patcit></us-citation>
</us-references-cited>
<number-of-claims>1</number-of-claims>
<us-parties><us-applicants><us-applicant app-type="applicant"><addressbook>
<orgname>Acme</orgname><address><country>US</country></address></addressbook></us-applicant>
</us-applicants><inventors><inventor><addressbook><last-name>Roe</last-name></addressbook>
</inventor></inventors></us-parties>
</us-bibliographic-data-grant></us-patent-grant>
"""
)
SEQUENCES = '<?xml version="1.0"?>\n<!DOCTYPE sequence-cwu SYSTEM "y.dtd">\n<sequence-cwu/>\n'
BOMB = """<?xml version="1.0"?>
<!DOCTYPE us-patent-grant [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<us-patent-grant>&b;</us-patent-grant>
"""
BROKEN = HEAD + "<us-patent-grant><us-bibliographic-data-grant></us-patent-grant>\n"


@pytest.fixture(scope="module")
def ingested(spark, tmp_path_factory, cut):
    folder = tmp_path_factory.mktemp("uspto")
    text = GRANT_2005 + SEQUENCES + BOMB + BROKEN + GRANT_2013
    (folder / "ipg.xml").write_text(text, encoding="utf-8")
    return Uspto().read(spark, [str(folder)], cut)


@pytest.fixture(scope="module")
def patents(ingested):
    return {row.publication_number: row for row in ingested.patents.collect()}


def test_a_grant_of_2005(patents) -> None:
    patent = patents["US6836899B1"]
    assert patent.title == "Device & napkin"
    assert patent.abstract == "Text of it."
    assert (patent.application_number, patent.application_date) == (
        "US10339710",
        dt.date(2003, 1, 9),
    )
    assert patent.publication_date == dt.date(2005, 1, 4)
    assert patent.earliest_priority_date == dt.date(2002, 1, 29)
    assert [tuple(applicant) for applicant in patent.applicants] == [
        ("Murata Co., Ltd.", "JP", None)
    ]
    assert patent.inventors == ["Jane Doe"]
    assert (patent.main_ipc, patent.ipc) == (
        "A45F5/04",
        ["A45F5/04", "H01L21/302", "G06F15/16"],
    )
    assert (patent.claim_count, patent.cites_count, patent.npl_citation_count) == (23, 3, 1)
    assert (patent.patent_type, patent.is_pct) == ("invention", False)


def test_a_grant_of_2013(patents) -> None:
    patent = patents["USD534340S1"]
    assert patent.patent_type == "design"
    assert [applicant.name for applicant in patent.applicants] == ["Acme"]
    assert patent.inventors == ["Roe"]
    assert patent.ipc == ["G06F3/041"]


def test_citations(ingested) -> None:
    assert {(row.citing, row.cited) for row in ingested.citations.collect()} == {
        ("US6836899B1", "US675108A"),
        ("US6836899B1", "US20040111111A1"),
        ("US6836899B1", "WO9912345"),
        ("USD534340S1", "USD501234S"),
    }


def test_documents_that_cannot_be_read_cost_themselves_only(ingested) -> None:
    rejects = {(row.source, row.record, row.reason) for row in ingested.rejects.collect()}
    assert rejects == {
        ("ipg.xml", "row 3", "XML that declares entities"),
        ("ipg.xml", "row 4", "not a readable XML document"),
    }
    assert ingested.records.count() == 4


def test_a_file_is_read_in_pieces(spark, tmp_path, monkeypatch) -> None:
    """Documents that lie across the pieces' borders are read once, whole."""
    monkeypatch.setattr(files, "_PIECE_BYTES", 100_000)
    many = [
        GRANT_2005.replace("06836899", f"{6_000_000 + n:08}").replace("napkin", "napkin " * 50)
        for n in range(300)
    ]
    (tmp_path / "ipg.xml").write_text("".join(many), encoding="utf-8")
    ingested = Uspto().read(spark, [str(tmp_path)])
    assert ingested.records.select("block").distinct().count() > 3
    found = {row.publication_number for row in ingested.patents.collect()}
    assert found == {f"US{6_000_000 + n}B1" for n in range(300)}
