from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from patentcore.sources.formats import derwent_table, lens, patsnap
from patentcore.sources.formats.dialect import Dialect
from patentcore.sources.formats.table_records import parse
from patentcore.sources.reading import tabular
from patentcore.sources.record import parsed, parser, text_records

NUMBERS = parsed.canonical_type("cites")
PLACE = {"file": "a.xml", "block": 0, "sequence": 1, "row": 1}


def plain(**given: Any) -> dict[str, Any]:
    """Parse a plain record."""
    batch = pa.RecordBatch.from_pylist([PLACE | {text_records.BROKEN: "broken"} | given])
    made = parser.parse(text_records.fields_of(batch, "test"))
    assert made.schema == parsed.arrow_schema()
    return made.to_pylist()[0]


def row(dialect: Dialect = lens.DIALECT, **given: str) -> dict[str, Any]:
    """Parse a row of a table, of the Lens's if no other is meant."""
    cells = dict.fromkeys(dialect.headers) | given
    places = {tabular.FILE: "a.csv", tabular.BLOCK: 0, tabular.SEQUENCE: 1, tabular.ROW: 1}
    others = {tabular.MALFORMED: None, tabular.FILLED: list(given), tabular.LOST: []}
    columns = {name: pa.array([value], pa.string()) for name, value in cells.items()}
    columns |= {name: pa.array([value]) for name, value in (places | others).items()}
    columns[tabular.MALFORMED] = pa.nulls(1, pa.string())
    columns[tabular.LOST] = pa.array([[]], pa.list_(parser.PROBLEM))
    batch = pa.RecordBatch.from_arrays(list(columns.values()), list(columns))
    return parse(batch, dialect).to_pylist()[0]


def test_a_plain_record() -> None:
    record = plain(
        publication_number="US 2017/064599 A1",
        publication_date="20170302",
        application_date="00000000",
        claim_count="about 10",
        ipc=["G06F 3/041", None, "G06F3/041"],
        simple_family=["WO2015123456A1", "n/a"],
        cites=[{"raw": "EP 1 A1", "number": None, "category": "X"}],
    )
    assert record["publication_number"] == "US20170064599A1"
    assert (record["authority"], record["kind_code"]) == ("US", "A1")
    assert record["publication_date"] == dt.date(2017, 3, 2)
    assert (record["ipc"], record["main_ipc"]) == (["G06F3/041"], "G06F3/041")
    assert (record["simple_family"], record["simple_family_size"]) == (["WO2015123456A1"], 1)
    assert record["is_pct"] is True
    assert record["cites"] == [{"raw": "EP 1 A1", "number": "EP1A1", "category": "X"}]
    problems = {(one["field"], one["value"]) for one in record["problems"]}
    assert problems == {("claim_count", "about 10"), ("simple_family", "n/a")}
    assert record["unusable"] is None


def test_a_record_that_cannot_be_read_says_why() -> None:
    assert plain(malformed="{" * 300)["unusable"] == {
        "field": "", "value": "{" * 200, "reason": "broken",
    }  # fmt: skip
    assert plain(publication_number="n/a")["unusable"]["reason"] == "not a publication number"


def test_a_row_of_a_table() -> None:
    record = row(
        publication_number="EP 1234567 B1",
        original_applicant="A;;B",
        simple_family="EP 1234567 A1;; US 7639714 B2",
        priority_numbers="JP 2014221207 A 20141030",
    )
    assert [owner["name"] for owner in record["applicants"]] == ["A", "B"]
    assert record["simple_family"] == ["EP1234567A1", "US7639714B2"]
    assert (record["simple_family_size"], record["is_pct"]) == (2, False)
    assert record["priorities"] == [
        {"number": "JP2014221207A", "country": "JP", "date": dt.date(2014, 10, 30)}
    ]
    assert (record["patent_type"], record["source"]) == ("invention", "lens")


def test_a_repeated_header_is_no_record() -> None:
    record = row(publication_number="Publication Number")
    assert record["unusable"]["reason"] == "header line repeated"


def test_a_number_without_office_takes_that_of_its_column() -> None:
    record = row(
        publication_number="7,654,321",
        authority="US",
        kind_code="B2",
        application_number="12/345,678",
    )
    assert (record["publication_number"], record["application_number"]) == (
        "US7654321B2",
        "US12345678",
    )
    assert not record["problems"]
    record = row(publication_number="CN105000001A", application_number="201410123456.7")
    assert record["application_number"] == "CN2014101234567"
    rounded = row(publication_number="CN105000001A", application_number="2.01E+11")
    assert [one["field"] for one in rounded["problems"]] == ["application_number"]
    assert row(publication_number="7654321")["unusable"]["reason"] == "not a publication number"


@pytest.mark.parametrize(
    ("number", "beside", "kind"),
    [
        ("US10123456", "B2", "US10123456B2"),
        ("EP 1 234 567", "b1", "EP1234567B1"),
        ("US2015123456", "A1", "US20150123456A1"),
        ("EP1234567A1", "B1", "EP1234567A1"),
        ("SG11201808232W", "A", "SG11201808232W"),  # may be its kind as well as its check letter
        ("US10123456", "Granted", "US10123456"),
    ],
)
def test_a_number_without_kind_takes_that_of_its_column(
    number: str, beside: str, kind: str
) -> None:
    assert row(publication_number=number, kind_code=beside)["publication_number"] == kind


@pytest.mark.parametrize("number", ["SG10201234567XB1", "HRP20221010AB1", "US10123456B1"])
def test_a_letter_of_the_number_s_own_hides_no_kind(number: str) -> None:
    record = row(publication_number=number)
    assert (record["kind_code"], record["patent_type"]) == ("B1", "invention")


def test_a_row_of_derwent_innovation() -> None:
    record = row(
        derwent_table.DIALECT,
        publication_number="JP2010123456A",
        priority_numbers="JP2008123456A | US2009123456A",
        priority_dates="2008-05-09 | 2009-05-09",
        original_applicant="PAYPAL INC.,San Jose,CA,US | ACME",
        simple_family="JP2010123456A Dead | US9000001B2 Alive",
        ipc="G06K0019073 | F04B0001000",
    )
    assert [(one["number"], one["date"]) for one in record["priorities"]] == [
        ("JP2008123456A", dt.date(2008, 5, 9)),
        ("US2009123456A", dt.date(2009, 5, 9)),
    ]
    assert [one["name"] for one in record["applicants"]] == ["PAYPAL INC.", "ACME"]
    assert record["applicant_addresses"] == [
        {"name": "PAYPAL INC.", "country": "US", "address": "San Jose, CA"}
    ]
    assert record["simple_family"] == ["JP2010123456A", "US9000001B2"]
    assert record["ipc"] == ["G06K19/073", "F04B1/00"]
    uneven = row(
        derwent_table.DIALECT,
        publication_number="JP2010123456A",
        priority_numbers="JP2008123456A | US2009123456A",
        priority_dates="2008-05-09",
    )
    assert [one["date"] for one in uneven["priorities"]] == [None, None]
    assert uneven["earliest_priority_date"] == dt.date(2008, 5, 9)


def test_words_for_what_is_missing_are_no_values_in_any_column() -> None:
    words = dict.fromkeys(("original_applicant", "inventors", "ipc", "npl_citations"), "N/A")
    record = row(publication_number="EP 1234567 B1", simple_family="NA;;null", **words)
    lists = ("applicants", "inventors", "ipc", "main_ipc", "npl_citations")
    assert [record[name] for name in lists] == [None] * len(lists)
    assert (record["simple_family"], record["problems"]) == (None, None)


def test_a_family_given_by_ids_tells_nothing_of_the_pct() -> None:
    record = row(publication_number="EP 1234567 B1", simple_family="12345678")
    assert record["is_pct"] is None
    assert [one["field"] for one in record["problems"]] == ["simple_family"]


def test_ids_of_records_without_a_column_of_such_are_no_members_and_no_problems() -> None:
    record = row(
        patsnap.DIALECT,
        publication_number="CN105000001A",
        simple_family="1f0b3c9a-3b1a-4d8f-9c3e-2b6f1a2b3c4d | US9999999B2 | 022-743-682-110-65x",
    )
    assert (record["simple_family"], record["is_pct"]) == (["US9999999B2"], None)
    assert record["simple_family_size"] == 3
    assert record["problems"] is None


def test_ids_are_one_in_either_case_and_behind_an_address() -> None:
    record = row(
        publication_number="US 5139758 A",
        record_id="022-743-682-110-65X",
        simple_family="https://lens.org/022-743-682-110-65x",
    )
    assert record["simple_family"] == [record["record_id"]]


def test_what_spreadsheets_make_of_numbers_and_dates() -> None:
    record = row(
        patsnap.DIALECT,
        publication_number="CN105000001A",
        application_number="'201410123456.70",
        application_date="'2019-03-01",
        publication_date="43525.5",
        claim_count="1 234",
    )
    assert record["application_number"] == "CN2014101234567"
    assert record["application_date"] == record["publication_date"] == dt.date(2019, 3, 1)
    assert (record["claim_count"], record["problems"]) == (1234, None)


def test_applicants_of_marks_alone_are_none() -> None:
    record = row(publication_number="EP 1234567 B1", original_applicant="ACME,;;,;;N/A")
    assert [applicant["name"] for applicant in record["applicants"]] == ["ACME"]


@pytest.mark.parametrize("empty", [[], None])
def test_an_empty_list_says_no_more_than_a_missing_one(empty: list[str] | None) -> None:
    columns = {"publication_number": pa.array(["US1A", "US2A"])}
    lists = {"ipc": pa.array([empty, ["G06F3/041"]]), "cites": pa.array([empty, None], NUMBERS)}
    first, second = parsed.batch_of(columns | lists, 2).to_pylist()
    assert (first["ipc"], first["cites"], second["ipc"]) == (None, None, ["G06F3/041"])
    assert (first["completeness"], second["completeness"]) == (1, 2)
