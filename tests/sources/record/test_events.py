"""Events and dates of whole columns are those of the functions that read a text each."""

from __future__ import annotations

import pyarrow as pa
import pytest

from patentcore.sources.record.arrays import dates_of
from patentcore.sources.record.cells import to_date, to_event
from patentcore.sources.record.events import READ_EVENT, read_events

EVENTS = (
    "权利转移(2019-03-01)",
    "权利转移（2019-03-01）",
    "权利转移 (2019-02-30)",
    "(2019-03-01)",
    "授权\n权利转移(2019-03-01)",
    "授权(2018-01-01)(2019-03-01)",
    "权利转移(2019-03-01)\n",
    "2018-01-01 授权(2019-03-01)",
    "Lapse(1066-10-14)",
    "Assignment 2019-03-01",
    "权利转移(2019.03.01)",
    "授权",
    None,
    "权利转移(2019-03-01)",
)
DATES = (
    "2019-03-01",
    "2019-02-30",
    "0000-00-00",
    "1499-12-31",
    "2199-12-31",
    "2200-01-01",
    "2019/3/1",
    "20190301",
    "２０１９-03-01",
    "2019-03-0x",
    "",
    None,
)


@pytest.mark.parametrize("is_coded", [True, False])
def test_events_of_a_column(is_coded: bool) -> None:
    texts = pa.array(EVENTS, pa.string())
    expected = pa.array([text and to_event(text) for text in EVENTS], READ_EVENT)
    assert read_events(texts.dictionary_encode() if is_coded else texts).equals(expected)


@pytest.mark.parametrize("is_coded", [True, False])
def test_dates_of_a_column(is_coded: bool) -> None:
    texts = pa.array(DATES, pa.string())
    expected = pa.array([to_date(text) if text else None for text in DATES], pa.date32())
    assert dates_of(texts.dictionary_encode() if is_coded else texts, to_date).equals(expected)
