from __future__ import annotations

import datetime as dt
import json

import pytest

from patentcore.sources.formats.uspto_json import ODP, PPUBS, found, wrapper
from patentcore.sources.reading.sniffing import look_at

WRAPPER = {
    "applicationNumberText": "29111111",
    "foreignPriorityBag": [
        {"filingDate": "2012-07-05", "applicationNumberText": "10 2012", "ipOfficeName": "GERMANY"}
    ],
    "eventDataBag": [
        {"eventDescriptionText": "Abandonment", "eventDate": "2014-01-01"},
        {"eventDescriptionText": "Payment of Maintenance Fee", "eventDate": "2020-01-02"},
    ],
    "applicationMetaData": {
        "patentNumber": "D800000",
        "grantDate": "2017-10-10",
        "applicationTypeCode": "DSN",
        "inventionTitle": "Chair",
        "nationalStageIndicator": False,
    },
}


def test_a_grant_whose_application_was_not_published() -> None:
    (publication,) = wrapper(WRAPPER)
    assert publication["publication_number"] == "USD800000S1"
    assert publication["priorities"] == [
        {"number": "DE102012", "country": "DE", "date": dt.date(2012, 7, 5)}
    ]
    assert publication["legal_events"] == [{"kind": "fee_payment", "date": "2020-01-02"}]


@pytest.mark.parametrize(
    ("number", "date", "expected"),
    [
        ("5825759", "1998-10-20", "US5825759A"),
        ("6336130", "2002-01-01", "US6336130B1"),
        ("RE46653", "2018-01-02", "USRE46653E1"),
        ("PP12345", "2002-01-01", "USPP12345P2"),
    ],
)
def test_kinds_follow_from_number_and_date(number: str, date: str, expected: str) -> None:
    data = {"patentNumber": number, "grantDate": date}
    (publication,) = wrapper({"applicationNumberText": "1", "applicationMetaData": data})
    assert publication["publication_number"] == expected


def test_inventors_are_known_where_there_is_one() -> None:
    one = {"guid": "US-1234567-B2", "inventorsShort": "WARD; Patrick"}
    assert [p["inventors"] for p in found(one)] == [["Patrick WARD"]]
    several = one | {"inventorsShort": "Moosavi; Reza et al."}
    assert [p["inventors"] for p in found(several)] == [None]
    for given in ("Made with support.", ["Made with support."]):
        (one,) = found(several | {"governmentInterest": given})
        assert one["government_interest"] == "Made with support."


def test_what_is_no_wrapper_costs_itself_only(read_files) -> None:
    answer = {"count": 2, "patentFileWrapperDataBag": [{"applicationNumberText": "1"}, WRAPPER]}
    ingested = read_files(ODP, {"odp.json": json.dumps(answer).encode()})
    assert [row.publication_number for row in ingested.patents.collect()] == ["USD800000S1"]
    rejects = [(row.record, row.reason) for row in ingested.rejects.collect()]
    assert rejects == [("row 1", "not a JSON record")]


def test_a_real_wrapper(spark, cut, real_data) -> None:
    path = str(real_data / "cases" / "odp.json")
    assert ODP.recognise(look_at(spark, [path]))
    ingested = ODP.read(spark, [path], cut)
    patents = {row.publication_number: row for row in ingested.patents.collect()}
    assert set(patents) == {"US20150157873A1", "US10765880B2"}
    assert ingested.rejects.count() == 0
    granted = patents["US10765880B2"]
    assert (granted.publication_date, granted.application_date) == (
        dt.date(2020, 9, 8),
        dt.date(2015, 1, 5),
    )
    assert granted.application_number == "US14412875"
    assert [tuple(claim) for claim in granted.priorities] == [
        ("DE1020120135343", "DE", dt.date(2012, 7, 5)),
        ("PCTIB2013001896", "WO", dt.date(2013, 7, 2)),
    ]
    assert granted.cpc == ["A61N2/02", "A61N1/40", "A61N2/006"]
    assert [tuple(a) for a in granted.applicants] == [
        ("BTL Medical Technologies S.R.O.", "CZ", None)
    ]
    assert (granted.inventors, granted.is_pct) == (["Tobias Sokolowski"], True)
    # Seven assignments were recorded, one of them a merger, and a fee was paid after the grant.
    kinds = [event.kind for event in granted.legal_events]
    assert (kinds.count("assignment"), kinds.count("fee_payment"), len(kinds)) == (6, 1, 8)


def test_real_search_results(spark, cut, real_data) -> None:
    path = str(real_data / "cases" / "ppubs.json")
    assert PPUBS.recognise(look_at(spark, [path]))
    ingested = PPUBS.read(spark, [path], cut)
    patents = {row.publication_number: row for row in ingested.patents.collect()}
    assert len(patents) == 10
    assert ingested.rejects.count() == 0
    first = patents["US20250360231A1"]
    assert (first.application_number, first.application_date) == (
        "US18255607",
        dt.date(2021, 12, 3),
    )
    assert first.publication_date == dt.date(2025, 11, 27)
    assert first.earliest_priority_date == dt.date(2020, 12, 3)
    assert (first.ipc, len(first.cpc)) == (["A61K49/00", "C07K14/47"], 4)
    assert [applicant.name for applicant in first.applicants] == ["NOVAI LTD"]
    assert patents["US20250359826A1"].earliest_priority_date == dt.date(2013, 10, 7)
