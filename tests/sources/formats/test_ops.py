from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from patentcore.sources.formats.ops import Ops

NS = 'xmlns="http://www.epo.org/exchange" xmlns:ops="http://ops.epo.org"'


def member(kind: str, date: str, events: str = "") -> str:
    return f"""<ops:family-member family-id="19768124">
<publication-reference><document-id document-id-type="docdb"><country>EP</country>
<doc-number>1000000</doc-number><kind>{kind}</kind><date>{date}</date></document-id>
</publication-reference>
<application-reference><document-id document-id-type="docdb"><country>EP</country>
<doc-number>99203729</doc-number><kind>A</kind><date>19991108</date></document-id>
</application-reference>
<priority-claim><document-id document-id-type="docdb"><country>NL</country>
<doc-number>1010536</doc-number><kind>A</kind><date>19981112</date></document-id></priority-claim>
{events}</ops:family-member>"""


def event(code: str, text: str, gazette: str, more: str = "") -> str:
    return f"""<ops:legal code="{code}" desc="{text}"><ops:L001EP>EP</ops:L001EP>
<ops:L007EP desc="Gazette DATE">{gazette}</ops:L007EP>{more}</ops:legal>"""


EFFECTIVE = "<ops:L500EP><ops:L525EP>20020423</ops:L525EP></ops:L500EP>"
LEGAL = f"""<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="x"?>
<ops:world-patent-data {NS}><ops:patent-family legal="true" total-result-count="6">
{member("A1", "20000517",
        event("26N ", "NO OPPOSITION FILED", "2003-11-12")
        + event("PG25", "LAPSED IN A CONTRACTING STATE", "2004-01-01", EFFECTIVE)
        + event("XYZ ", "", "2005-01-01"))}
</ops:patent-family></ops:world-patent-data>"""  # fmt: skip
FAMILY = f"""<?xml version="1.0"?><ops:world-patent-data {NS}>
<ops:patent-family total-result-count="2">{member("A1", "20000517")}{member("B1", "20030212")}
</ops:patent-family></ops:world-patent-data>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("ops")
    (path / "legal.xml").write_text(LEGAL, encoding="utf-8")
    (path / "family.xml").write_text(FAMILY, encoding="utf-8")
    book = openpyxl.Workbook()
    book.active.append(["Authority", "Event-code", "Influence", "Description ENG", "Event-class"])
    book.active.append(["EP", "XYZ   ", "-", "PLEDGE OF THE RIGHT REGISTERED", "S"])
    book.save(path / "codes.xlsx")
    return path


def test_what_several_responses_say_is_put_together(spark, folder, cut) -> None:
    ingested = Ops().read(spark, [str(folder)], cut)
    patents = {row.publication_number: row for row in ingested.patents.collect()}
    assert set(patents) == {"EP1000000A1", "EP1000000B1"}
    patent = patents["EP1000000A1"]
    assert [tuple(found) for found in patent.legal_events] == [
        ("lapse", dt.date(2002, 4, 23)),  # when it took effect
        ("other", dt.date(2003, 11, 12)),
        ("pledge", dt.date(2005, 1, 1)),  # by the list of codes
    ]
    assert patent.simple_family == ["EP1000000A1", "EP1000000B1"]
    assert patent.earliest_priority_date == dt.date(1998, 11, 12)
    assert [tuple(claim) for claim in patent.priorities] == [
        ("NL1010536A", "NL", dt.date(1998, 11, 12))
    ]
    assert patent.application_number == "EP99203729A"
    assert patents["EP1000000B1"].legal_events is None
    assert ingested.records.count() == 3
    assert ingested.rejects.count() == 0
