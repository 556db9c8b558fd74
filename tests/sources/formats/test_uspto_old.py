"""USPTO grants of before 2002: text (APS) and SGML, as the weekly files have them."""

from __future__ import annotations

import datetime as dt

import pytest

from patentcore.sources import recognise
from patentcore.sources.formats.uspto import Uspto, publications
from patentcore.sources.formats.uspto_aps import UsptoAps
from patentcore.sources.formats.uspto_parts import old_symbols
from patentcore.sources.formats.uspto_sgml import UsptoSgml
from patentcore.sources.reading.xml_documents import read_xml

APS = """\
HHHHHT        APS1        ISSUE - 770524
PATN
WKU  040248011
SRC  5
APN  1891537
APT  1
APD  19711014
TTL  Extended insulated piston with cylinder
      walls
ISD  19770524
NCL  7
INVT
NAM  Hudson; Perry David
CTY  Corpus Christi
STA  TX
ASSG
NAM  Gullfiber AB
CTY  Billesholm
CNT  SEX
COD  03
PRIR
CNT  ITX
APD  19700609
APN  MI9400306
CLAS
OCL    2423
ICL  A42B  300
ICL  A42B  124
UREF
PNO  D245239
ISD  19770800
FREF
PNO  1234567
ISD  19600100
CNT  DEX
OREF
PAL  A book, 1970,
      page 3.
GOVT
PAC  Government Interest
PAR  Made with Government support.
ABST
PAL  First part of the
      abstract.
PAL  Second part.
PATN{blanks}
WKU  D03671518
SRC  D
APN  0317454
TTL  Pasta
ISD  19960220
PATN
TTL  without a number
"""
SGML = """\
<!DOCTYPE PATDOC PUBLIC "-//USPTO//DTD ST.32 US PATENT GRANT V2.4 2000-09-20//EN" [
<!ENTITY US06167569-20010102-D00000.TIF SYSTEM "US06167569-20010102-D00000.TIF" NDATA TIF>
]>
<PATDOC DTD="2.4" STATUS="Build 20001206">
<SDOBI>
<B100>
<B110><DNUM><PDAT>06167569</PDAT></DNUM></B110>
<B130><PDAT>B1</PDAT></B130>
<B140><DATE><PDAT>20010102</PDAT></DATE></B140>
<B190><PDAT>US</PDAT></B190>
</B100>
<B200><B210><DNUM><PDAT>09413215</PDAT></DNUM></B210><B220><DATE><PDAT>19991005</PDAT></DATE></B220>
</B200>
<B500>
<B510><B511><PDAT>A42B  300</PDAT></B511></B510>
<B540><STEXT><PDAT>Pump &mdash; R & D</PDAT></STEXT></B540>
<B560>
<B561><PCIT><DOC><DNUM><PDAT>5825759</PDAT></DNUM><KIND><PDAT>A</PDAT></KIND></DOC></PCIT>\
<CITED-BY-EXAMINER></B561>
</B560>
<B570><B577><PDAT>12</PDAT></B577></B570>
<B597US>
</B500>
<B700><B720><B721><PARTY-US><NAM><FNM><PDAT>Jane</PDAT></FNM><SNM><STEXT><PDAT>Doe</PDAT></STEXT>\
</SNM></NAM><ADR><CITY><PDAT>Oslo</PDAT></CITY><CTRY><PDAT>NO</PDAT></CTRY></ADR></PARTY-US></B721>
</B720></B700>
</SDOBI>
<SDODE><GOVINT><BTEXT><PARA ID=P-1><PTEXT><PDAT>Made with support.</PDAT></PTEXT></PARA></BTEXT>\
</GOVINT></SDODE>
</PATDOC>
<!DOCTYPE PATDOC PUBLIC "-//USPTO//DTD ST.32 US PATENT GRANT V2.4 2000-09-20//EN" []>
<PATDOC DTD="2.4"><SDOAB></SDOAB></PATDOC>
"""


def test_grants_as_text(spark, tmp_path, cut) -> None:
    path = tmp_path / "pftaps19770524_wk21.txt"
    path.write_text(APS.replace("{blanks}", " " * 70), encoding="utf-8")
    (part,), _ = recognise(spark, [str(path)])
    assert part.adapter.name == "uspto-aps"
    tables = UsptoAps().read(spark, [str(path)], cut)
    patents = {row.publication_number: row for row in tables.patents.collect()}
    assert set(patents) == {"US4024801A", "USD367151S"}
    patent = patents["US4024801A"]
    assert (patent.application_number, patent.application_date) == (
        "US05189153",
        dt.date(1971, 10, 14),
    )
    assert patent.title == "Extended insulated piston with cylinder walls"
    assert patent.abstract == "First part of the abstract. Second part."
    assert (patent.publication_date, patent.claim_count) == (dt.date(1977, 5, 24), 7)
    assert [tuple(one) for one in patent.applicants] == [("Gullfiber AB", "SE", None)]
    assert [tuple(one) for one in patent.applicant_addresses] == [
        ("Gullfiber AB", "SE", "Billesholm")
    ]
    assert patent.inventors == ["Perry David Hudson"]
    assert [tuple(one) for one in patent.inventor_addresses] == [
        ("Perry David Hudson", "US", "Corpus Christi, TX")
    ]
    assert (patent.main_ipc, patent.ipc) == ("A42B3/00", ["A42B3/00", "A42B1/24"])
    assert [tuple(one) for one in patent.priorities] == [("ITMI9400306", "IT", dt.date(1970, 6, 9))]
    assert (patent.npl_citation_count, patent.npl_citations) == (1, ["A book, 1970, page 3."])
    assert patent.government_interest == "Made with Government support."
    design = patents["USD367151S"]
    assert (design.patent_type, design.application_number) == ("design", "US29031745")
    assert {(row.citing, row.cited) for row in tables.citations.collect()} == {
        ("US4024801A", "USD245239S"),
        ("US4024801A", "DE1234567"),
    }
    (reject,) = tables.rejects.collect()
    assert (reject.record, reject.reason) == ("row 3", "cells do not fit the header")


def test_grants_as_sgml_with_open_tags(spark, tmp_path, cut) -> None:
    path = tmp_path / "pg010102.sgm"
    path.write_text(SGML, encoding="utf-8")
    (part,), _ = recognise(spark, [str(path)])
    assert part.adapter.name == "uspto-sgml"
    tables = UsptoSgml().read(spark, [str(path)], cut)
    (patent,) = tables.patents.collect()
    assert patent.publication_number == "US6167569B1"
    assert (patent.title, patent.claim_count) == ("Pump \u2014 R & D", 12)
    assert (patent.ipc, patent.inventors) == (["A42B3/00"], ["Jane Doe"])
    assert patent.government_interest == "Made with support."
    assert [row.cited for row in tables.citations.collect()] == ["US5825759A"]
    (reject,) = tables.rejects.collect()
    assert (reject.record, reject.reason) == ("row 2", "not a readable XML document")


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("A61K 3100", "A61K31/00"),
        ("A61K031/4439", "A61K31/4439"),
        ("H01L 21336", "H01L21/336"),
        ("C07D20500", "C07D205/00"),
        ("A01H 5/00", "A01H5/00"),
        ("G06F15/16", "G06F15/16"),
        ("G06F 15/16 (2006.01)", "G06F15/16"),
        ("7G06F 1516", "G06F15/16"),
        ("7 G06F 15/16", "G06F15/16"),
        ("H04L012/56;", "H04L12/56"),
        ("g06f015/16", "G06F15/16"),
        ("C07H 21:04", "C07H21/04"),
        ("H05K  1 00", "H05K1/00"),
        ("A61K0031000000", "A61K31/00"),
        ("G06F", "G06F"),
    ],
)
def test_old_spellings_of_symbols(text: str, symbol: str) -> None:
    assert old_symbols([text]) == ([symbol], [])


def test_what_is_no_symbol_is_told_but_for_classes_of_designs() -> None:
    symbols, problems = old_symbols(["0201", "D2-7", "02-01", None, " ", "A61Q", "B65", "ZZ12"])
    assert symbols == ["A61Q"]
    assert [problem["value"] for problem in problems] == ["B65", "ZZ12"]


ROOT = "us-patent-application"
RED_BOOK = f"""<?xml version="1.0" encoding="UTF-8"?>
<{ROOT}><us-bibliographic-data-application><publication-reference><document-id>
<country>US</country><doc-number>20050012345</doc-number><kind>A1</kind><date>20050120</date>
</document-id></publication-reference>{{classes}}</us-bibliographic-data-application></{ROOT}>
"""
CLASSES = {
    "one element": "<classification-ipc><edition>7</edition>"
    "<main-classification>A61B005/00</main-classification>"
    "<further-classification>A61B 5/02</further-classification></classification-ipc>",
    "in a list": "<classifications-ipc><classification-ipc><main-classification>A61B  500"
    "</main-classification></classification-ipc><classification-ipc><main-classification>A61B  502"
    "</main-classification></classification-ipc></classifications-ipc>",
    "as text": "<classifications-ipcr><classification-ipcr>"
    "<text>A61B   5/00        20060101AFI</text>"
    "</classification-ipcr><classification-ipcr><text>A61B   5/02        20060101ALI</text>"
    "</classification-ipcr></classifications-ipcr>",
    "empty in the newer place": "<classifications-ipcr><classification-ipcr/>"
    "</classifications-ipcr>"
    "<classification-ipc><main-classification>A61B005/00</main-classification>"
    "<further-classification>A61B005/02</further-classification></classification-ipc>",
}


@pytest.mark.parametrize("classes", CLASSES.values(), ids=CLASSES)
def test_symbols_stand_in_several_places(classes: str) -> None:
    root = read_xml(RED_BOOK.partition("?>")[2].format(classes=classes))
    (record,) = publications(root)
    assert (record["main_ipc"], record["ipc"]) == ("A61B5/00", ["A61B5/00", "A61B5/02"])


def test_a_symbol_that_cannot_be_read_is_a_reject(spark, tmp_path, cut) -> None:
    classes = (
        "<classification-ipc><main-classification>?</main-classification></classification-ipc>"
    )
    path = tmp_path / "ipa050120.xml"
    path.write_text(RED_BOOK.format(classes=classes), encoding="utf-8")
    tables = Uspto().read(spark, [str(path)], cut)
    assert [row.ipc for row in tables.patents.collect()] == [None]
    assert [(row.field, row.value, row.reason) for row in tables.rejects.collect()] == [
        ("ipc", "?", "not a classification symbol")
    ]
