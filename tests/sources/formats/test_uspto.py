from __future__ import annotations

import datetime as dt

import pytest
from lxml import etree

from patentcore.sources.formats import uspto, uspto_st32
from patentcore.sources.formats.uspto import Uspto
from patentcore.sources.formats.uspto_parts import number_of
from patentcore.sources.reading import files
from patentcore.sources.reading.sniffing import look_at

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
APPLICATION_2020 = """<?xml version="1.0" encoding="UTF-8"?>
<us-patent-application dtd-version="v4.4 2014-04-03"><us-bibliographic-data-application>
<publication-reference><document-id><country>US</country><doc-number>20200107484</doc-number>
<kind>A1</kind><date>20200409</date></document-id></publication-reference>
<application-reference appl-type="utility"><document-id><country>US</country>
<doc-number>16662101</doc-number><date>20191024</date></document-id></application-reference>
<priority-claims><priority-claim><country>RU</country><doc-number>2017114814</doc-number>
<date>20170426</date></priority-claim></priority-claims>
<invention-title>Method</invention-title>
<us-related-documents><continuation><relation><parent-doc><document-id><country>US</country>
<doc-number>PCT/RU2018/000238</doc-number><date>20180418</date></document-id></parent-doc>
<child-doc><document-id><country>US</country><doc-number>16662101</doc-number></document-id>
</child-doc></relation></continuation></us-related-documents>
</us-bibliographic-data-application><claims><claim/><claim/></claims></us-patent-application>
"""
APPLICATION_2001 = """<?xml version="1.0"?>
<patent-application-publication><subdoc-bibliographic-information>
<document-id><doc-number>20010000044</doc-number><kind-code>A1</kind-code>
<document-date>20010315</document-date></document-id>
<domestic-filing-data><application-number><doc-number>09342866</doc-number></application-number>
<filing-date>19990629</filing-date></domestic-filing-data>
<foreign-priority-data><priority-application-number><doc-number>10-123456</doc-number>
</priority-application-number><filing-date>19980629</filing-date>
<country-code>JP</country-code></foreign-priority-data>
<technical-information><classification-ipc><classification-ipc-primary><ipc>G06F017/60</ipc>
</classification-ipc-primary></classification-ipc>
<title-of-invention> Systems
 and methods</title-of-invention></technical-information>
<continuity-data><non-provisional-of-provisional><document-id><doc-number>60000001</doc-number>
<document-date>19980105</document-date></document-id></non-provisional-of-provisional>
</continuity-data>
<inventors><first-named-inventor><name><given-name> Wayne </given-name>
<middle-name>W</middle-name><family-name>Lin</family-name></name></first-named-inventor>
<inventor><name><given-name>Ann</given-name><family-name>Roe</family-name></name></inventor>
</inventors>
<assignee><organization-name>Acme KK</organization-name><address><country>
<country-code>JP</country-code></country></address></assignee>
</subdoc-bibliographic-information>
<subdoc-abstract><heading>Abstract</heading><paragraph>One.</paragraph>
<paragraph>Two &ldquo;it&rdquo;.</paragraph></subdoc-abstract>
<subdoc-claims><claim/></subdoc-claims></patent-application-publication>
"""
GRANT_2002 = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE PATDOC SYSTEM "ST32-US-Grant-025xml.dtd" [
<!ENTITY US06336130-D00000.TIF SYSTEM "US06336130-D00000.TIF" NDATA TIF>
]>
<PATDOC DTD="2.5"><SDOBI><B100><B110><DNUM><PDAT>06336130</PDAT></DNUM></B110>
<B130><PDAT>B1</PDAT></B130><B140><DATE><PDAT>20020101</PDAT></DATE></B140>
<B190><PDAT>US</PDAT></B190></B100>
<B200><B210><DNUM><PDAT>09413215</PDAT></DNUM></B210>
<B220><DATE><PDAT>19991005</PDAT></DATE></B220></B200>
<B300><B310><DNUM><PDAT>971605</PDAT></DNUM></B310><B320><DATE><PDAT>19970408</PDAT></DATE></B320>
<B330><CTRY><PDAT>NO</PDAT></CTRY></B330></B300>
<B500><B510><B511><PDAT>G06F 1516</PDAT></B511><B512><PDAT>G06F 1300</PDAT></B512></B510>
<B540><STEXT><PDAT>Handeg&aring;rd&apos;s arrangement</PDAT></STEXT></B540>
<B560><B561><PCIT><DOC><DNUM><PDAT>5825759</PDAT></DNUM><KIND><PDAT>A</PDAT></KIND></DOC></PCIT>
</B561><B561><PCIT><DOC><DNUM><PDAT>96/25012</PDAT></DNUM><CTRY><PDAT>WO</PDAT></CTRY></DOC>
</PCIT></B561><B562><NCIT><STEXT><PDAT>A book</PDAT></STEXT></NCIT></B562></B560>
<B570><B577><PDAT>22</PDAT></B577></B570></B500>
<B600><B630><B631><PARENT-US><CDOC><DOC><DNUM><PDAT>09/413215</PDAT></DNUM></DOC></CDOC>
<PDOC><DOC><DNUM><PDAT>PCT/NO98/00107</PDAT></DNUM><DATE><PDAT>19980402</PDAT></DATE>
<CTRY><PDAT>US</PDAT></CTRY></DOC></PDOC></PARENT-US></B631></B630></B600>
<B700><B720><B721><PARTY-US><NAM><FNM><PDAT>Thanh Van</PDAT></FNM>
<SNM><STEXT><PDAT>Do</PDAT></STEXT></SNM></NAM></PARTY-US></B721></B720>
<B730><B731><PARTY-US><NAM><ONM><STEXT><PDAT>Ericsson</PDAT></STEXT></ONM></NAM>
<ADR><CTRY><PDAT>SE</PDAT></CTRY></ADR></PARTY-US></B731><B732US><PDAT>03</PDAT></B732US></B730>
</B700></SDOBI><SDOAB><BTEXT><PARA><PTEXT><PDAT>A system.</PDAT></PTEXT></PARA></BTEXT></SDOAB>
</PATDOC>
"""
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


@pytest.fixture(scope="module")
def patents_of_other_kinds(read_files):
    text = APPLICATION_2020 + APPLICATION_2001 + GRANT_2002
    ingested = read_files(Uspto(), {"pa.xml": text.encode()})
    assert ingested.rejects.count() == 0
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


def test_a_published_application(patents_of_other_kinds) -> None:
    patent = patents_of_other_kinds["US20200107484A1"]
    assert (patent.application_number, patent.application_date) == (
        "US16662101",
        dt.date(2019, 10, 24),
    )
    assert [tuple(claim) for claim in patent.priorities] == [
        ("RU2017114814", "RU", dt.date(2017, 4, 26)),
        ("PCTRU2018000238", "WO", dt.date(2018, 4, 18)),
    ]
    assert patent.earliest_priority_date == dt.date(2017, 4, 26)
    assert (patent.claim_count, patent.cites_count, patent.npl_citation_count) == (2, None, None)


def test_an_application_of_2001(patents_of_other_kinds) -> None:
    patent = patents_of_other_kinds["US20010000044A1"]
    assert (patent.title, patent.abstract) == ("Systems and methods", "One. Two \u201cit\u201d.")
    assert (patent.application_number, patent.application_date) == (
        "US09342866",
        dt.date(1999, 6, 29),
    )
    assert (patent.publication_date, patent.claim_count) == (dt.date(2001, 3, 15), 1)
    assert patent.ipc == ["G06F17/60"]
    assert patent.inventors == ["Wayne W Lin", "Ann Roe"]
    assert [tuple(applicant) for applicant in patent.applicants] == [("Acme KK", "JP", None)]
    assert [tuple(claim) for claim in patent.priorities] == [
        ("JP10123456", "JP", dt.date(1998, 6, 29)),
        ("US60000001", "US", dt.date(1998, 1, 5)),
    ]
    assert patent.earliest_priority_date == dt.date(1998, 1, 5)


def test_a_grant_of_2002_that_names_its_pictures(patents_of_other_kinds) -> None:
    patent = patents_of_other_kinds["US6336130B1"]
    assert (patent.title, patent.abstract) == ("Handeg\u00e5rd's arrangement", "A system.")
    assert (patent.main_ipc, patent.ipc) == ("G06F15/16", ["G06F15/16", "G06F13/00"])
    assert (patent.claim_count, patent.cites_count, patent.npl_citation_count) == (22, 2, 1)
    assert patent.inventors == ["Thanh Van Do"]
    assert [tuple(applicant) for applicant in patent.applicants] == [("Ericsson", "SE", None)]
    assert [tuple(claim) for claim in patent.priorities] == [
        ("NO971605", "NO", dt.date(1997, 4, 8)),
        ("PCTNO9800107", "WO", dt.date(1998, 4, 2)),
    ]


def test_real_documents(spark, cut, real_data) -> None:
    """Right values are read off the files."""
    cases = real_data / "cases"
    paths = [cases / "uspto-application.xml", cases / "uspto-application-2001.xml"]
    paths += [*(cases / "uspto-2005").iterdir(), *(cases / "uspto-sgml").iterdir()]
    looks = look_at(spark, [str(path) for path in paths])
    assert all(Uspto().recognise([look]) for look in looks)
    ingested = Uspto().read(spark, [str(path) for path in paths], cut)
    patents = {row.publication_number: row for row in ingested.patents.collect()}
    assert ingested.rejects.count() == 0
    facts = {
        number: (p.main_ipc, len(p.ipc), len(p.cpc or ()), p.claim_count, p.cites_count)
        for number, p in patents.items()
    }
    assert facts == {
        "US20200107484A1": ("A01B51/04", 4, 4, 15, None),
        "US20010000044A1": ("G06F17/60", 1, 0, 21, None),
        "US6970935B1": ("G06F15/16", 1, 0, 30, 11),
        "US6859910B2": ("G06F15/00", 4, 0, 2, 8),
        "US6336130B1": ("G06F15/16", 2, 0, 22, 6),
    }


def test_who_cites_is_kept() -> None:
    new = etree.fromstring(
        "<biblio><us-references-cited><us-citation><patcit><document-id><country>US</country>"
        "<doc-number>5825759</doc-number><kind>A</kind></document-id></patcit>"
        "<category>cited by examiner</category></us-citation></us-references-cited></biblio>"
    )
    assert [one["category"] for one in uspto._citations(new)[0]] == ["cited by examiner"]
    old = etree.fromstring(
        "<B561><PCIT><DOC><DNUM><PDAT>5825759</PDAT></DNUM></DOC></PCIT><CITED-BY-OTHER/></B561>"
    )
    (document,) = old.iterfind("PCIT/DOC")
    assert uspto_st32._cited(document, old)["category"] == "cited by other"


@pytest.mark.parametrize(
    ("office", "number", "kind", "expected"),
    [
        ("US", "6836899", "B1", "US6836899B1"),
        ("US", "06836899", "B1", "US6836899B1"),
        ("US", "000", None, "US0"),
        ("US", "D0512345", "S", "USD512345S"),
        ("US", " US 07123456", "A ", "US7123456"),
        ("US", "٣٤", "A", "US٣٤A"),
        ("EP", "0123456", "A1", "EP0123456A1"),
        ("EP", "EP-0123456", "a", "EP0123456"),
        ("", "007", "", "007"),
        (None, None, "A", None),
    ],
)
def test_numbers_of_documents(
    office: str | None, number: str | None, kind: str | None, expected: str | None
) -> None:
    assert number_of(office, number, kind) == expected
