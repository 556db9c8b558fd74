from __future__ import annotations

import datetime as dt
import gzip

import pytest

from patentcore.errors import InputError
from patentcore.sources import recognise
from patentcore.sources.formats import joined
from patentcore.sources.formats.patentsview import PatentsView

TABLES = {
    "g_patent.tsv": """\
"patent_id"\t"patent_type"\t"patent_date"\t"patent_title"\t"wipo_kind"\t"num_claims"\t"withdrawn"
"10001996"\t"utility"\t"2018-06-19"\t"A ""fast"" data"\t"B2"\t8\t0
"D801224"\t"design"\t"2017-10-31"\t"Drone"\t"S1"\t1\t0
"10000001"\t"utility"\t"soon"\t"x"\t"B2"\tmany\t0
""",
    "g_application.tsv": """\
application_id\tpatent_id\tpatent_application_type\tfiling_date\tseries_code
14/123456\t10001996\t14\t2014-01-02\t14
""",
    "g_cpc_current.tsv": """\
patent_id\tcpc_sequence\tcpc_section\tcpc_class\tcpc_subclass\tcpc_group\tcpc_type
10001996\t1\tG\tG06\tG06F\tG06F21/123\tinventional
10001996\t0\tG\tG06\tG06F\tG06F21/10\tinventional
""",
    "g_ipc_at_issue.tsv": """\
patent_id\tipc_sequence\tclassification_level\tsection\tipc_class\tsubclass\tmain_group\tsubgroup
10001996\t0\tA\tG\t6\tF\t21\t10
""",
    "g_assignee_disambiguated.tsv": """\
patent_id\tassignee_sequence\tassignee_id\tdisambig_assignee_individual_name_first\t\
disambig_assignee_individual_name_last\tdisambig_assignee_organization\tassignee_type\tlocation_id
10001996\t1\tb\tJane\tDoe\t\t4\tL2
10001996\t0\ta\t\t\tNVIDIA CORPORATION\t2\tL1
""",
    "g_location_disambiguated.tsv": """\
location_id\tdisambig_city\tdisambig_state\tdisambig_country
L1\tSanta Clara\tCA\tUS
""",
    "g_inventor_disambiguated.tsv": """\
patent_id\tinventor_sequence\tinventor_id\tdisambig_inventor_name_first\t\
disambig_inventor_name_last\tgender_code\tlocation_id
10001996\t0\ti\tPrabindh\tSundareson\tU\tL1
""",
    "g_gov_interest.tsv": """\
patent_id\tgi_statement
10001996\tThis invention was made with Government support.
""",
    "g_other_reference.tsv": """\
patent_id\tother_reference_sequence\tother_reference_text
10001996\t0\tA book
""",
    "g_us_patent_citation.tsv": """\
patent_id\tcitation_sequence\tcitation_patent_id\tcitation_date\trecord_name\twipo_kind\t\
citation_category
10001996\t0\t5652793\t1997-07-29\tx\tA\tcited by examiner
D801224\t0\t10001996\t2018-06-19\tx\tB2\tcited by applicant
""",
    "g_foreign_citation.tsv": """\
patent_id\tcitation_sequence\tcitation_application_id\tcitation_date\tcitation_country
10001996\t0\t2004-123456\t2004-01-01\tJP
10001996\t1\t2004-123456\tbroken\tcells\tJP
""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("patentsview")
    for name, text in TABLES.items():
        (path / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
    return path


@pytest.fixture(scope="module")
def ingested(spark, folder, cut):
    return PatentsView().read(spark, [str(folder)], cut)


def test_the_tables_are_told_by_their_columns(spark, folder) -> None:
    (found,), passed_over = recognise(spark, [str(folder)])
    assert found.adapter.name == "patentsview"
    for table in ("application", "cpc", "ipc", "assignee", "location", "us_patent_citation"):
        assert table in found.why
    assert passed_over == []


def test_a_patent_joined_of_all_tables(ingested) -> None:
    patents = {row.publication_number: row for row in ingested.patents.collect()}
    patent = patents["US10001996B2"]
    assert patent.title == 'A "fast" data'
    assert patent.publication_date == dt.date(2018, 6, 19)
    assert (patent.application_number, patent.application_date) == (
        "US14123456",
        dt.date(2014, 1, 2),
    )
    assert patent.claim_count == 8
    assert patent.cpc == ["G06F21/10", "G06F21/123"]
    assert (patent.main_ipc, patent.ipc) == ("G06F21/10", ["G06F21/10"])
    assert [tuple(applicant) for applicant in patent.applicants] == [
        ("NVIDIA CORPORATION", "US", None),
        ("Jane Doe", None, "individual"),
    ]
    assert patent.inventors == ["Prabindh Sundareson"]
    place = ("US", "Santa Clara, CA")
    assert [tuple(one) for one in patent.inventor_addresses] == [("Prabindh Sundareson", *place)]
    assert [tuple(one) for one in patent.applicant_addresses] == [("NVIDIA CORPORATION", *place)]
    assert patent.government_interest == "This invention was made with Government support."
    assert (patent.npl_citation_count, patent.npl_citations) == (1, ["A book"])
    assert (patent.cites_count, patent.cited_by_count) == (2, 1)
    assert patents["USD801224S1"].patent_type == "design"
    assert patents["USD801224S1"].cited_by_count is None


def test_citations_and_rejects(ingested) -> None:
    assert {(row.citing, row.cited, row.category) for row in ingested.citations.collect()} == {
        ("US10001996B2", "US5652793A", "cited by examiner"),
        ("US10001996B2", "JP2004123456", None),
        ("USD801224S1", "US10001996B2", "cited by applicant"),
    }
    rejects = {
        (row.source, row.record, row.value, row.reason) for row in ingested.rejects.collect()
    }
    assert rejects == {
        ("g_patent.tsv.gz", "row 4", "soon", "not a date"),
        ("g_patent.tsv.gz", "row 4", "many", "not a whole number"),
        (
            "g_foreign_citation.tsv.gz",
            "patent_id 10001996",
            "10001996\t1\t2004-123456\tbroken\tcells\tJP",
            "cells do not fit the header",
        ),
    }


def test_large_tables_are_joined_in_blocks(spark, folder, cut, ingested, monkeypatch) -> None:
    monkeypatch.setattr(joined, "_BYTES_AT_ONCE", 4_000)
    parted = PatentsView().read(spark, [str(folder)], cut)
    for name in ("patents", "citations", "rejects"):
        rows, other = (sorted(map(str, getattr(one, name).collect())) for one in (parted, ingested))
        assert rows == other


def test_the_patent_table_is_needed(spark, tmp_path) -> None:
    (tmp_path / "g_cpc_current.tsv").write_text(TABLES["g_cpc_current.tsv"], encoding="utf-8")
    with pytest.raises(InputError, match="no PatentsView table patent"):
        PatentsView().read(spark, [str(tmp_path)])


OLD_TABLES = {
    "patent.tsv": """\
id\ttype\tnumber\tcountry\tdate\tabstract\ttitle\tkind\tnum_claims\tfilename\twithdrawn
9000001\tutility\t9000001\tUS\t2015-04-07\tText\tFast data\tB2\t3\tipg150407.xml\t0
""",
    "application.tsv": """\
id\tpatent_id\tseries_code\tnumber\tcountry\tdate
14/123456\t9000001\t14\t14123456\tUS\t2014-01-02
""",
    "cpc_current.tsv": """\
uuid\tpatent_id\tsection_id\tsubsection_id\tgroup_id\tsubgroup_id\tcategory\tsequence
u1\t9000001\tG\tG06\tG06F\tG06F21/10\tinventional\t0
""",
    "ipcr.tsv": """\
uuid\tpatent_id\tclassification_level\tsection\tipc_class\tsubclass\tmain_group\tsubgroup\tsequence
u1\t9000001\tA\tG\t06\tF\t21\t10\t0
""",
    "uspatentcitation.tsv": """\
uuid\tpatent_id\tcitation_id\tdate\tname\tkind\tcountry\tcategory\tsequence
u1\t9000001\t5652793\t1997-07-29\tx\tA\tUS\tcited by examiner\t0
""",
    "usapplicationcitation.tsv": """\
uuid\tpatent_id\tapplication_id\tdate\tname\tkind\tnumber\tcountry\tcategory\tsequence
u1\t9000001\t2004/20040123456\t2004-06-24\tx\tA1\t20040123456\tUS\tcited by examiner\t0
""",
    "foreigncitation.tsv": """\
uuid\tpatent_id\tdate\tnumber\tcountry\tcategory\tsequence
u1\t9000001\t2004-01-01\t2004-123456\tJP\tcited by applicant\t0
""",
    "foreign_priority.tsv": """\
uuid\tpatent_id\tsequence\tkind\tnumber\tdate\tcountry\tcountry_transformed
u1\t9000001\t0\tnational\t2013-9999\t2013-01-02\tJP\tJP
""",
    "rawlocation.tsv": """\
id\tlocation_id\tcity\tstate\tcountry\tlatlong
r1\tl1\tTokyo\t\tJP\t35|139
""",
    "rawlawyer.tsv": """\
uuid\tlawyer_id\tpatent_id\tname_first\tname_last\torganization\tcountry\tsequence
u1\tw\t9000001\t\t\tLaw LLP\tUS\t0
""",
}
RAW_PEOPLE = {
    "rawassignee.tsv": """\
uuid\tpatent_id\tassignee_id\trawlocation_id\ttype\tname_first\tname_last\torganization\tsequence
u1\t9000001\ta1\tr1\t3\t\t\tAcme K.K.\t0
""",
    "rawinventor.tsv": """\
uuid\tpatent_id\tinventor_id\trawlocation_id\tname_first\tname_last\tsequence\trule_47\tdeceased
u1\t9000001\ti1\tr1\tJane\tDoe\t0\t\t
""",
}
PEOPLE = {
    "patent_assignee.tsv": "patent_id\tassignee_id\tlocation_id\n9000001\ta1\tl1\n",
    "assignee.tsv": "id\ttype\tname_first\tname_last\torganization\na1\t3\t\t\tAcme K.K.\n",
    "patent_inventor.tsv": "patent_id\tinventor_id\tlocation_id\n9000001\ti1\tl1\n",
    "inventor.tsv": "id\tname_first\tname_last\tmale_flag\ni1\tJane\tDoe\t0\n",
    "location.tsv": "id\tcity\tstate\tcountry\tlatitude\tlongitude\nl1\tTokyo\t\tJP\t35\t139\n",
}


@pytest.mark.parametrize("people", [RAW_PEOPLE, PEOPLE], ids=["as printed", "told apart"])
def test_the_tables_of_before_2023(spark, tmp_path, cut, people) -> None:
    for name, text in (OLD_TABLES | people).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (found,), passed_over = recognise(spark, [str(tmp_path)])
    assert (found.adapter.name, passed_over) == ("patentsview", ["rawlawyer.tsv"])
    ingested = PatentsView().read(
        spark, [str(tmp_path)], lambda frame, name: cut(frame, f"{name}-{len(people)}")
    )
    (patent,) = ingested.patents.collect()
    assert (patent.publication_number, patent.title, patent.abstract) == (
        "US9000001B2", "Fast data", "Text",
    )  # fmt: skip
    assert (patent.application_number, patent.application_date, patent.earliest_priority_date) == (
        "US14123456", dt.date(2014, 1, 2), dt.date(2013, 1, 2),
    )  # fmt: skip
    assert [tuple(claim) for claim in patent.priorities] == [
        ("JP20139999", "JP", dt.date(2013, 1, 2))
    ]
    assert (patent.cpc, patent.ipc, patent.claim_count) == (["G06F21/10"], ["G06F21/10"], 3)
    assert [tuple(applicant)[:2] for applicant in patent.applicants] == [("Acme K.K.", "JP")]
    assert patent.inventors == ["Jane Doe"]
    assert {(row.cited, row.category) for row in ingested.citations.collect()} == {
        ("US5652793A", "cited by examiner"),
        ("US20040123456A1", "cited by examiner"),
        ("JP2004123456", "cited by applicant"),
    }
    assert ingested.rejects.collect() == []


def test_names_as_printed_give_way_to_those_told_apart(spark, tmp_path) -> None:
    header, row = TABLES["g_assignee_disambiguated.tsv"].splitlines()[:2]
    printed = header.replace("disambig_", "raw_")
    (tmp_path / "g_patent.tsv").write_text(TABLES["g_patent.tsv"], encoding="utf-8")
    (tmp_path / "g_assignee_disambiguated.tsv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    (tmp_path / "g_assignee_not_disambiguated.tsv").write_text(
        f"{printed}\n{row.replace('Doe', 'DOE')}\n", encoding="utf-8"
    )
    patents = PatentsView().read(spark, [str(tmp_path)]).patents.where("applicants is not null")
    assert [a.name for row in patents.collect() for a in row.applicants] == ["Jane Doe"]
