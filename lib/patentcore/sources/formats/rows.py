"""Tables whose rows a function reads: where a row makes several publications, or parts of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from pyspark.sql import SparkSession

from patentcore.errors import InputError
from patentcore.sources.formats.day_orders import day_orders
from patentcore.sources.formats.records import people, person, read_table_records
from patentcore.sources.reading.layouts import find_layout
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tables import to_tables
from patentcore.sources.reading.tabular import FILE
from patentcore.sources.reading.xml_documents import Record, parse_documents
from patentcore.sources.record.cells import to_date, to_event
from patentcore.sources.record.headers import normal_header
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage

Row = Mapping[str, str | None]
_FEWEST_KNOWN = 3  # fields that a table of a format has columns for
_YEAR_BEHIND = re.compile(r"(?<![\w./-])[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2,4}(?![0-9./-])")
_BETWEEN_DATES = r"\s*[|;,\n]\s*"
_OFFICES = re.compile(r"\[[A-Z, ]{2,100}\]$")


class RowAdapter:
    """The adapter of a table whose rows a function reads.

    Attributes:
        name, title, fields: as of any adapter.
        columns: names of the column that fills a field; the offices that a header names behind
            itself, ``[KR,JP,US]``, are none of its name. The first field is needed.
        marks: headers that this format has and others have not, of which one is needed.
        parse: makes a row's publications.
    """

    is_supplement = False

    def __init__(
        self,
        name: str,
        title: str,
        fields: frozenset[str],
        columns: Mapping[str, Sequence[str]],
        marks: Sequence[str],
        parse: Callable[[Row], Iterator[Record]],
    ) -> None:
        """Make the adapter; fields whose names hold ``date`` are of dates, maybe several."""
        self.name, self.title, self.fields, self.columns = name, title, fields, columns
        self._marks, self._parse = {normal_header(mark) for mark in marks}, parse

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say which headers of the format the first file has."""
        look = looks[0]
        if not look.may_be_table:
            return None
        found = self.matched([look])
        header = [_bare(name) for name in find_layout(look, self.columns).header]
        marks = [name for name in header if normal_header(name) in self._marks]
        has_enough = sum(map(bool, found.values())) >= _FEWEST_KNOWN
        if not found[next(iter(self.columns))] or not marks or not has_enough:
            return None
        return f"its columns have {', '.join(marks[:4])}"

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read tables; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        looks = look_at(spark, paths)
        tables = [look for look in looks if self.recognise([look])]
        if not tables:
            raise InputError(f"no {self.title} in {', '.join(paths)}")
        columns = self.matched(tables)
        separators = {name: _BETWEEN_DATES for name in columns if "date" in name}
        orders = day_orders(spark, tables, columns, separators, required=[next(iter(columns))])
        parse = partial(self._parse_dated, orders) if orders else self._parse
        rows = read_table_records(spark, tables, columns, parse)
        return to_tables(parse_documents(rows, self.name), cut)

    def _parse_dated(self, orders: Mapping[str, Mapping[str, str]], row: Row) -> Iterator[Record]:
        """Read a row whose dates with the year behind are written as its file's columns tell."""
        of_file = orders.get(row[FILE] or "", {})
        dates = {name: with_year_in_front(row[name], order) for name, order in of_file.items()}
        return self._parse({**row, **dates})

    def matched(self, looks: Sequence[Look]) -> dict[str, tuple[str, ...]]:
        """Return the headers, as the files have them, that fill a field, in order of preference."""
        headers = [name for look in looks for name in find_layout(look, self.columns).header]
        places = {normal_header(_bare(name)): name for name in headers}
        return {
            field: tuple(
                places[folded] for name in names if (folded := normal_header(name)) in places
            )
            for field, names in self.columns.items()
        }


def _bare(header: str) -> str:
    return _OFFICES.sub("", header.rstrip()).rstrip()


def with_year_in_front(text: str | None, order: str) -> str | None:
    """Write dates that have the year behind as others; what is none stays.

    >>> with_year_in_front("13/07/2021; 2020-01-02", "dmy")
    '2021-07-13; 2020-01-02'
    """
    return text and _YEAR_BEHIND.sub(lambda found: str(to_date(found[0], order) or found[0]), text)


def parts(text: str | None, separators: str) -> list[str]:
    """Part a list at any of these characters.

    >>> parts("a; b;;c", ";")
    ['a', 'b', 'c']
    """
    found = re.split(f"[{re.escape(separators)}]", text or "")
    return [part.strip() for part in found if part.strip()]


def symbols(text: str | None) -> list[str] | None:
    """Part classification symbols, of which some have a dash and zeros for the main group.

    >>> symbols("F04B-001/00; F04B 3/00")
    ['F04B1/00', 'F04B3/00']
    """
    found = (re.sub(r"\s+", "", part) for part in parts(text, "\n;|,"))
    return [re.sub("^([A-HY][0-9]{2}[A-Z])-?0*(?=[1-9])", r"\1", code) for code in found] or None


def applicants(names: Sequence[str], countries: Sequence[str] = ()) -> list[Record] | None:
    """Return applicants, with their countries where as many are given."""
    known = countries if len(countries) == len(names) else [None] * len(names)
    return [
        {"name": name, "country": code if code and re.fullmatch("[A-Z]{2}", code) else None,
         "sector": None}
        for name, code in zip(names, known, strict=True)
    ] or None  # fmt: skip


def places(
    names: Sequence[str], countries: Sequence[str] = (), addresses: Sequence[str] = ()
) -> list[Record] | None:
    """Return where persons are, where as many countries or addresses as names are given.

    >>> places(["Doe"], ["US"], ["Austin"]), places(["Doe", "Roe"], ["US"])
    ([{'name': 'Doe', 'country': 'US', 'address': 'Austin'}], None)
    """

    def at(values: Sequence[str], place: int) -> str | None:
        return values[place] if len(values) == len(names) else None

    found = [person(name, at(countries, n), at(addresses, n)) for n, name in enumerate(names)]
    return people(one for one in found if one and (one["country"] or one["address"]))


def events_told(*statuses: str | None) -> list[Record]:
    """Return the kinds of events that statuses are about, each once and without a date.

    >>> events_told("特許 消滅", "年金不納による特許権の消滅", None, "등록")
    [{'kind': 'lapse', 'date': None}]
    """
    kinds = (to_event(part)["kind"] for text in statuses for part in parts(text, "|;\n"))
    return [{"kind": kind, "date": None} for kind in dict.fromkeys(kinds) if kind]
