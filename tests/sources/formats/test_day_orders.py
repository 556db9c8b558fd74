"""Which of day and month stands first, told by columns and files, and by none."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.conftest import dates_of

from patentcore.sources.formats.day_orders import decided
from patentcore.sources.formats.lens import Lens
from patentcore.sources.formats.patentsview import PatentsView

OPEN, DMY, MDY = {"either"}, {"either", "dmy"}, {"mdy"}
LENS = "Lens ID,Display Key,IPCR Classifications,Publication Date,Application Date\n"


@pytest.mark.parametrize(
    ("found", "orders"),
    [
        ({"a": {"x": DMY}}, {"a": {"x": "dmy"}}),
        ({"a": {"x": OPEN}}, {}),
        ({"a": {"x": DMY, "y": OPEN}}, {"a": {"x": "dmy", "y": "dmy"}}),
        ({"a": {"x": DMY, "y": MDY, "z": OPEN}}, {"a": {"x": "dmy", "y": "mdy"}}),
        # A column that contradicts itself tells nothing, nor do its neighbours of others.
        ({"a": {"x": DMY, "y": {"dmy", "mdy"}, "z": OPEN}}, {"a": {"x": "dmy"}}),
        ({"a": {"x": {"neither"}, "y": OPEN}, "b": {"x": DMY}}, {"b": {"x": "dmy"}}),
        ({"a": {"x": OPEN}, "b": {"x": MDY}}, {"a": {"x": "mdy"}, "b": {"x": "mdy"}}),
        (
            {"a": {"x": OPEN}, "b": {"x": MDY}, "c": {"x": DMY}},
            {"b": {"x": "mdy"}, "c": {"x": "dmy"}},
        ),
    ],
)
def test_open_columns_take_the_order_of_others(found, orders) -> None:
    assert decided(found) == orders


def test_an_open_file_takes_the_order_of_another(read_files) -> None:
    files = {
        "a.csv": LENS + "1,US1000001B2,G06F3/00,1/10/2019,2/3/2018\n",
        "b.csv": LENS + "2,US1000002B2,G06F3/00,1/24/2019,2/4/2018\n",
    }
    ingested = read_files(Lens(), {name: text.encode() for name, text in files.items()})
    assert dates_of(ingested.patents) == {
        "US1000001B2": (dt.date(2019, 1, 10), dt.date(2018, 2, 3)),
        "US1000002B2": (dt.date(2019, 1, 24), dt.date(2018, 2, 4)),
    }
    assert ingested.rejects.count() == 0


def test_tables_that_are_joined_are_told_by_their_columns(read_files) -> None:
    header = "patent_id,patent_type,patent_date,patent_title,wipo_kind,num_claims\n"
    files = {
        "g_patent.csv": header
        + "7654321,utility,2/24/2010,Valve,B2,12\n7654322,utility,2/3/10,Valve,B2,12\n",
        "g_application.csv": "application_id,patent_id,filing_date,series_code\n"
        "12/123456,7654321,25/12/2008,12\n",
    }
    ingested = read_files(PatentsView(), {name: text.encode() for name, text in files.items()})
    assert dates_of(ingested.patents) == {
        "US7654321B2": (dt.date(2010, 2, 24), dt.date(2008, 12, 25)),
        "US7654322B2": (dt.date(2010, 2, 3), None),
    }
    assert ingested.rejects.count() == 0
