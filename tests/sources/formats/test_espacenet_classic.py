from __future__ import annotations

import datetime as dt

from patentcore.sources import ingest
from patentcore.sources.formats.espacenet_classic import _COLUMNS, document

TABLE = """\
Title,Publication number,Publication date,Inventor(s),Applicant(s),International classification,\
Cooperative Patent Classification,Application number,Date of application,Priority number(s),\
Patents cited in the search report,Literature cited in the search report,\
Patents cited during examination,Patents cited by the applicant
Pump,US2015375765 (A1),2015-12-31,"DOE JOHN [US]
ROE ANNE [DE]",KURT MFG CO [US],"F04B1/00; F04B3/00","F04B1/00 (EP,US); F04B3/02 (US)",\
US201514752345 20150626,2015-06-26,"US201514752345 20150626; US201462018253P 20140627",\
"US2005012345 (A1)
EP1234567 (A1)",A handbook,EP1234567 (A1); JP2010123456 (A),
Valve,"EP1234568 (A1)
EP1234568 (B1)","2001-01-03
2004-05-06",,"ALLMA, GMBH [DE]",,,,,,,,,US7654321 (B2)
"""


def test_a_table_with_citations_by_origin(spark, tmp_path) -> None:
    (tmp_path / "a.csv").write_text(TABLE, encoding="utf-8")
    summary = ingest(spark, "auto", [str(tmp_path / "a.csv")], str(tmp_path / "out"))
    assert (summary.source, summary.rejects, summary.unread) == ("espacenet-classic", {}, {})
    rows = spark.read.parquet(str(tmp_path / "out" / "patents")).collect()
    patents = {row.publication_number: row for row in rows}
    assert set(patents) == {"US20150375765A1", "EP1234568A1", "EP1234568B1"}
    pump = patents["US20150375765A1"]
    assert (pump.application_number, pump.inventors) == (
        "US201514752345",
        ["DOE JOHN", "ROE ANNE"],
    )
    assert pump.application_date == dt.date(2015, 6, 26)
    assert pump.earliest_priority_date == dt.date(2014, 6, 27)
    assert [(one.name, one.country) for one in pump.applicants] == [("KURT MFG CO", "US")]
    assert (pump.ipc, pump.cpc) == (["F04B1/00", "F04B3/00"], ["F04B1/00", "F04B3/02"])
    assert (pump.cites_count, pump.npl_citations) == (3, ["A handbook"])
    assert patents["EP1234568B1"].publication_date == dt.date(2004, 5, 6)
    cited = spark.read.parquet(str(tmp_path / "out" / "citations")).collect()
    assert {(row.citing, row.cited) for row in cited} == {
        ("US20150375765A1", "US20050012345A1"),
        ("US20150375765A1", "EP1234567A1"),
        ("US20150375765A1", "JP2010123456A"),
        ("EP1234568A1", "US7654321B2"),
    }


def test_a_date_that_stands_for_all_is_none_of_any() -> None:
    row = dict.fromkeys(_COLUMNS) | {"number": "EP1 (A1); EP1 (B1)", "date": "2001-01-03"}
    assert [made["publication_date"] for made in document(row)] == [None, None]
