from __future__ import annotations

import datetime as dt

import pytest

from patentcore.sources import ingest, recognise
from patentcore.sources.formats.patstat import Patstat

# One family of two applications, an EP one filed through the PCT, and a cited utility model.
TABLES = {
    "tls201_appln_part01.csv": """\
appln_id,appln_auth,appln_nr,appln_kind,appln_filing_date,appln_filing_year,ipr_type,internat_appln_id,int_phase,earliest_filing_date,earliest_pat_publn_id,docdb_family_id,docdb_family_size,nb_citing_docdb_fam
1,EP,05107123,A ,2005-08-02,2005,PI,2,Y,2004-08-03,11,100,2,4
2,WO,2005001234,W ,2005-02-01,2005,PI,0,Y,2004-08-03,13,100,2,4
3,DE,202004001234,U ,2004-01-05,2004,UM,0,N,2004-01-05,14,200,3,0
4,US,51234504,P ,2004-08-03,2004,PI,0,N,2004-08-03,0,300,1,0
""",
    "tls202_appln_title.csv": (
        'appln_id,appln_title_lg,appln_title\n1,en,"Pump, ""new"""\n3,de,Pumpe\n'
    ),
    "tls203_appln_abstr.csv": (
        'appln_id,appln_abstract_lg,appln_abstract\n1,en,"It pumps\nwell."\n'
    ),
    "tls204_appln_prior.csv": "appln_id,prior_appln_id,prior_appln_seq_nr\n1,4,1\n2,4,1\n1,2,2\n",
    "tls206_person.csv": """\
person_id,person_name,person_address,person_ctry_code,doc_std_name,psn_sector
21,"Acme, Inc.",Main Street,US,ACME,COMPANY
22,"Doe, Jane",,DE,DOE JANE,INDIVIDUAL
""",
    "tls207_pers_appln.csv": (
        "person_id,appln_id,applt_seq_nr,invt_seq_nr\n21,1,1,0\n22,1,2,1\n21,2,1,0\n"
    ),
    "tls209_appln_ipc.csv": """\
appln_id,ipc_class_symbol,ipc_class_level,ipc_version,ipc_value,ipc_position,ipc_gener_auth
1,A01B  33/082,A,2006-01-01,I,L,EP
1,F04B   1/00,A,2006-01-01,I,F,EP
""",
    "tls211_pat_publn.csv": """\
pat_publn_id,publn_auth,publn_nr,publn_nr_original,publn_kind,appln_id,publn_date,publn_lg,publn_first_grant,publn_claims
11,EP,1624000,,A1,1,2006-02-08,en,N,0
12,EP,1624000,,B1,1,2008-03-05,en,Y,14
13,WO,2005099999,,A1,2,2005-10-27,en,N,0
14,DE,202004001234,,U1,3,2004-06-03,de,N,0
""",
    "tls212_citation.csv": """\
pat_publn_id,citn_replenished,citn_id,citn_origin,cited_pat_publn_id,cited_appln_id,pat_citn_seq_nr,cited_npl_publn_id,npl_citn_seq_nr,citn_gener_auth
11,0,1,SEA,14,0,1,0,0,EP
11,0,2,SEA,999,0,2,0,0,EP
11,0,3,SEA,0,0,0,XP1,1,EP
12,0,1,APP,0,3,1,0,0,EP
""",
    "tls215_citn_categ.csv": (
        "pat_publn_id,citn_replenished,citn_id,citn_categ,relevant_claim\n11,0,1,X,1\n11,0,1,X,2\n"
    ),
    "tls214_npl_publn.csv": "npl_publn_id,npl_type,npl_biblio\nXP1,s,A book\n",
    "tls224_appln_cpc.csv": "appln_id,cpc_class_symbol\n1,F04B   1/00\n",
    "tls225_docdb_fam_cpc.csv": (
        "docdb_family_id,cpc_class_symbol,cpc_position\n200,F16K   1/00,F\n100,F04D   1/00,F\n"
    ),
    "tls230_appln_techn_field.csv": "appln_id,techn_field_nr,weight\n1,31,1\n",
    "tls231_inpadoc_legal_event.csv": """\
event_id,appln_id,event_seq_nr,event_type,event_auth,event_code,event_filing_date,event_publn_date,event_effective_date,event_text
1,1,1,   ,EP,PGFP,9999-12-31,2009-08-31,2009-07-22,
2,1,2,   ,EP,26,9999-12-31,2008-12-31,9999-12-31,
""",
    "tls803_legal_event_code.csv": """\
event_auth,event_code,event_impact,event_descr,event_descr_orig
EP,PGFP,,Annual fee paid to national office [announced from national office to EPO],
EP,26,,Opposition filed,
""",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("patstat")
    for name, text in TABLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def ingested(spark, folder, cut):
    return Patstat().read(spark, [str(folder)], cut)


@pytest.fixture(scope="module")
def patents(ingested):
    return {row.publication_number: row for row in ingested.patents.collect()}


def test_a_folder_of_tables_is_recognised(spark, folder) -> None:
    (part,), passed_over = recognise(spark, [str(folder)])
    assert (part.adapter.name, passed_over) == ("patstat", [])
    assert len(part.paths) == len(TABLES)


def test_a_table_that_nothing_is_read_from_is_named(spark, folder, tmp_path) -> None:
    summary = ingest(spark, "auto", [str(folder)], str(tmp_path))
    assert list(summary.passed_over) == ["tls230_appln_techn_field.csv"]


def test_an_application_tells_of_its_publications(patents) -> None:
    assert set(patents) == {"EP1624000A1", "EP1624000B1", "WO2005099999A1", "DE202004001234U1"}
    granted = patents["EP1624000B1"]
    assert (granted.application_number, granted.application_date) == (
        "EP05107123A",
        dt.date(2005, 8, 2),
    )
    assert (granted.title, granted.abstract) == ('Pump, "new"', "It pumps\nwell.")
    assert (granted.publication_date, granted.claim_count) == (dt.date(2008, 3, 5), 14)
    assert [tuple(claim) for claim in granted.priorities] == [
        ("US51234504P", "US", dt.date(2004, 8, 3)),
        ("WO2005001234W", "WO", dt.date(2005, 2, 1)),
    ]
    assert granted.earliest_priority_date == dt.date(2004, 8, 3)
    assert [tuple(applicant) for applicant in granted.applicants] == [
        ("Acme, Inc.", "US", "enterprise"),
        ("Doe, Jane", "DE", "individual"),
    ]
    assert granted.inventors == ["Doe, Jane"]
    assert [tuple(place) for place in granted.inventor_addresses] == [("Doe, Jane", "DE", None)]
    assert [tuple(place) for place in granted.applicant_addresses] == [
        ("Acme, Inc.", "US", "Main Street")
    ]
    assert (granted.main_ipc, granted.ipc) == ("F04B1/00", ["F04B1/00", "A01B33/082"])
    assert (granted.cpc, granted.is_pct, granted.patent_type) == (["F04B1/00"], True, "invention")
    assert [(event.kind, event.date) for event in granted.legal_events] == [
        ("fee_payment", dt.date(2009, 7, 22)),
        ("opposition", dt.date(2008, 12, 31)),
    ]
    assert patents["EP1624000A1"].claim_count is None


def test_a_family_tells_the_symbols_of_applications_without_their_own(patents) -> None:
    assert patents["EP1624000A1"].cpc == ["F04B1/00"]
    assert patents["WO2005099999A1"].cpc == ["F04D1/00"]
    assert patents["DE202004001234U1"].cpc == ["F16K1/00"]


def test_families_that_are_whole_have_members(patents) -> None:
    whole = patents["EP1624000A1"]
    assert whole.simple_family == ["EP1624000A1", "EP1624000B1", "WO2005099999A1"]
    assert (whole.simple_family_size, whole.family_cited_by_count) == (2, 4)
    part = patents["DE202004001234U1"]
    assert (part.simple_family, part.simple_family_size) == (None, 3)
    assert (part.is_pct, part.earliest_priority_date) == (False, None)


def test_citations_of_publications_and_applications(ingested, patents) -> None:
    assert {(row.citing, row.cited, row.category) for row in ingested.citations.collect()} == {
        ("EP1624000A1", "DE202004001234U1", "X"),
        ("EP1624000B1", "DE202004001234U1", None),
    }
    # One that the tables do not name is counted, and said.
    assert [
        (row.source, row.record, row.field, row.value, row.reason)
        for row in ingested.rejects.collect()
    ] == [
        (
            "tls212_citation.csv",
            "pat_publn_id 11",
            "cites",
            "pat_publn_id 999",
            "cited publication in none of the tables",
        )
    ]
    citing = patents["EP1624000A1"]
    assert (citing.cites_count, citing.npl_citation_count) == (2, 1)
    assert citing.npl_citations == ["A book"]
    assert patents["DE202004001234U1"].cited_by_count == 1
    assert patents["DE202004001234U1"].patent_type == "utility_model"


def test_rows_that_do_not_fit_are_rejects(read_files) -> None:
    tables = {
        "tls211_pat_publn.csv": (
            "pat_publn_id,publn_auth,publn_nr,publn_kind,appln_id,publn_date\n"
            "1,EP,1,A1,1,2006-02-08\n2,EP\n"
        ),
        "tls202_appln_title.csv": "appln_id,appln_title_lg,appln_title\n1,en\n",
    }
    ingested = read_files(Patstat(), {name: text.encode() for name, text in tables.items()})
    assert ingested.patents.count() == 1
    assert {row.source for row in ingested.rejects.collect()} == set(tables)
