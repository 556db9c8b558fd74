"""How much of a table's header a format explains, what it leaves unread, and what it lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from patentcore.sources.formats.adapter import Adapter
from patentcore.sources.formats.dialect import Dialect
from patentcore.sources.formats.google import QUERY, Google
from patentcore.sources.formats.joined import JoinedTables
from patentcore.sources.formats.rows import RowAdapter
from patentcore.sources.formats.tables import TabularAdapter
from patentcore.sources.reading.layouts import Layout, find_layout
from patentcore.sources.reading.sniffing import Look
from patentcore.sources.record.headers import Aliases, match_headers, normal_header

# A header that a format alone has weighs as much as this share of all headers.
_WEIGHT_OF_OWN = 0.25
# A table without two such headers is a format's where so much of it is known.
_LEAST_SHARE = 0.5
_FEWEST_OWN = 2
_LONGEST_EXAMPLE = 60
# Words in headers, by the fields that columns of such names are of.
_CONCEPTS: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("original_applicant", "current_applicant"): (
        "applicant", "assignee", "owner", "申请人", "权利人", "出願人",
    ),
    ("inventors",): ("inventor", "发明人", "発明者"),
    ("ipc", "main_ipc"): ("ipc", "internationalclass", "国际分类"),
    ("publication_date",): ("publicationdate", "公开日", "公告日"),
    ("cites", "cited_by", "cites_count", "cited_by_count"): ("cited", "citing", "引用", "引证"),
}  # fmt: skip


@dataclass(frozen=True)
class Weighed:
    """What a format makes of a table's header.

    Attributes:
        known: headers that it knows.
        total: headers that are not blank.
        own: headers that it alone knows.
        lacking: headers that say what it has a field for, but in words that it does not know.
    """

    known: tuple[str, ...]
    total: int
    own: tuple[str, ...]
    lacking: tuple[str, ...]

    @property
    def share(self) -> float:
        """Part of the headers that is known."""
        return len(self.known) / max(self.total, 1)

    @property
    def weight(self) -> float:
        """By which formats are compared: all headers, and whether any is the format's own."""
        return self.share + (_WEIGHT_OF_OWN if self.own else 0.0)

    @property
    def is_convincing(self) -> bool:
        """Whether the header is the format's, not any table's with some common words."""
        is_mostly_known = self.share >= _LEAST_SHARE and not self.lacking
        return len(self.own) >= _FEWEST_OWN or is_mostly_known


def weigh(look: Look, dialect: Dialect, tools: Mapping[str, int]) -> Weighed | None:
    """Say how much of a table's header a dialect explains; ``None`` of what is no table.

    Args:
        look: the file.
        dialect: of a format.
        tools: how many formats know a header, as :func:`tools_knowing` counts them.
    """
    if not look.may_be_table:
        return None
    header = find_layout(look, dialect.headers).header
    positions = match_headers(header, dialect.headers)
    marks = {normal_header(mark) for mark in dialect.marks}
    read = {at for at_all in positions.values() for at in at_all}
    known = [at for at, name in enumerate(header) if at in read or normal_header(name) in marks]
    filled = [name for name in header if name.strip()]
    lacking = [
        header[at]
        for fields, words in _CONCEPTS.items()
        if not any(field in positions for field in fields)
        for at in range(len(header))
        if at not in known and any(word in normal_header(header[at]) for word in words)
    ]
    own = [header[at] for at in known if tools.get(normal_header(header[at])) == 1]
    return Weighed(
        tuple(header[at] for at in known), len(filled), tuple(own), tuple(dict.fromkeys(lacking))
    )


def unread(adapter: Adapter, looks: Sequence[Look], header: Sequence[str] = ()) -> dict[str, str]:
    """Return the columns that nobody reads, each with a value of the first rows, or nothing.

    Args:
        adapter: that reads the files.
        looks: the files; those whose columns are not known here are passed over.
        header: names of the columns of files that have no header row.
    """
    found: dict[str, str] = {}
    for look in looks:
        aliases = _aliases_of(adapter, look)
        if aliases is None:
            continue
        layout = find_layout(look, aliases, header)
        positions = match_headers(layout.header, aliases)
        read = {at for at_all in positions.values() for at in at_all}
        for at, name in enumerate(layout.header):
            if name.strip() and at not in read and not found.get(name):
                found[name.strip()] = _example(look, layout, at)
    return found


def _aliases_of(adapter: Adapter, look: Look) -> Aliases | None:
    if not look.may_be_table:
        return None
    if isinstance(adapter, TabularAdapter):
        return adapter.dialect.headers
    if isinstance(adapter, Google):
        return QUERY.headers
    if isinstance(adapter, RowAdapter):
        return adapter.matched([look])
    if isinstance(adapter, JoinedTables):
        return {
            f"{table} {field}": names
            for table in adapter.tables_of(look)
            for field, names in adapter.tables[table].items()
        } or None
    return None


def _example(look: Look, layout: Layout, at: int) -> str:
    rows = look.records[layout.delimiter][layout.skip + 1 :]
    cells = (row[at].strip() for row in rows if at < len(row))
    return next((cell for cell in cells if cell), "")[:_LONGEST_EXAMPLE]


def tools_knowing(dialects: Iterable[Dialect]) -> Mapping[str, int]:
    """Count the formats that know a header, folded as :func:`normal_header` does."""
    return Counter(name for dialect in dialects for name in set(_names_of(dialect)))


def _names_of(dialect: Dialect) -> Iterator[str]:
    for names in (*dialect.headers.values(), dialect.marks):
        yield from map(normal_header, names)
