from __future__ import annotations

import csv
import datetime as dt

from patentcore.sources import recognise
from patentcore.sources.formats.patentsview_pregrant import PregrantTables

APPLICATIONS = """\
pgpub_id,application_id,filing_date,patent_type,published_date,wipo_kind,application_title
20170000001,15/000001,2017-03-01,utility,2017-09-01,A1,Networks
20230000002,17999999,2022-11-01,utility,2023-05-01,A9,Images
"""
ABSTRACTS = "pgpub_id,application_abstract\n20170000001,A network.\n"
CPC = """pgpub_id,cpc_sequence,cpc_group,cpc_type
20170000001,1,G06N3/02,inventional
20170000001,0,G06N3/08,inventional
"""
ASSIGNEES = """pgpub_id,assignee_sequence,assignee_id,disambig_assignee_organization,location_id
20170000001,0,a,Acme,l
"""
LOCATIONS = "location_id,disambig_city,disambig_state,disambig_country\nl,Kyoto,,JP\n"


def test_tables_are_joined(read_files) -> None:
    tables = {
        "pg_published_application.csv": APPLICATIONS,
        "pg_published_application_abstract.csv": ABSTRACTS,
        "pg_cpc_at_issue.csv": CPC,
        "pg_assignee_disambiguated.csv": ASSIGNEES,
        "pg_location_disambiguated.csv": LOCATIONS,
    }
    ingested = read_files(PregrantTables(), {name: t.encode() for name, t in tables.items()})
    patents = {row.publication_number: row for row in ingested.patents.collect()}
    assert set(patents) == {"US20170000001A1", "US20230000002A9"}
    first = patents["US20170000001A1"]
    assert (first.application_number, first.application_date) == (
        "US15000001",
        dt.date(2017, 3, 1),
    )
    assert (first.title, first.abstract) == ("Networks", "A network.")
    assert first.publication_date == dt.date(2017, 9, 1)
    assert first.cpc == ["G06N3/08", "G06N3/02"]
    assert [tuple(applicant) for applicant in first.applicants] == [("Acme", "JP", None)]


def test_rows_for_each_combination_are_one_application(read_files) -> None:
    header = (
        "pgpub_id,wipo_kind,application_title,published_date,cpc_sequence,cpc_group,"
        "assignee_sequence,assignee_id,disambig_assignee_organization"
    )
    rows = [
        f'20170000001,A1,"Networks,\nnew",2017-09-01,{at},{code},{n},{name},{name}'
        for at, code in enumerate(("G06N3/02", "G06N3/08"))
        for n, name in enumerate(("Acme", "Roe"))
    ]
    text = "\n".join([header, *rows])
    ingested = read_files(PregrantTables(), {"joined.csv": text.encode()})
    (patent,) = ingested.patents.collect()
    assert (patent.title, patent.cpc) == ("Networks,\nnew", ["G06N3/02", "G06N3/08"])
    assert [applicant.name for applicant in patent.applicants] == ["Acme", "Roe"]
    assert ingested.rejects.count() == 3


def test_a_real_joined_table(spark, cut, real_data) -> None:
    path = real_data / "cases" / "patentsview-pregrant-joined.csv"
    (part,), _ = recognise(spark, [str(path)])
    assert part.adapter.name == "patentsview-pregrant"
    ingested = part.adapter.read(spark, [str(path)], cut)
    patents = {row.publication_number: row for row in ingested.patents.collect()}
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(patents) == len(rows) == 228
    assert ingested.rejects.count() == 0
    for row in rows:
        patent = patents[f"US{row['pgpub_id']}{row['wipo_kind']}"]
        assert str(patent.publication_date) == row["published_date"]
        assert str(patent.application_date) == row["filing_date"]
        assert patent.title == row["application_title"].strip()
        assert patent.cpc == [row["cpc_group"]]
        named = (
            row["disambig_assignee_organization"] or row["disambig_assignee_individual_name_last"]
        )
        assert bool(patent.applicants) == bool(named)
