"""Tell the formats of files by what they begin with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import SparkSession

from patentcore.errors import InputError
from patentcore.sources.columns import tools_knowing, weigh
from patentcore.sources.formats.adapter import Adapter, JoinedAdapter
from patentcore.sources.formats.derwent import Derwent
from patentcore.sources.formats.derwent_table import DerwentTable
from patentcore.sources.formats.dii import Dii
from patentcore.sources.formats.docdb import Docdb
from patentcore.sources.formats.edges import Edges
from patentcore.sources.formats.espacenet import Espacenet
from patentcore.sources.formats.espacenet_classic import ESPACENET_CLASSIC
from patentcore.sources.formats.google import QUERY, Google
from patentcore.sources.formats.google_search import GOOGLE_SEARCH
from patentcore.sources.formats.incopat import IncoPat
from patentcore.sources.formats.joined import JoinedTables
from patentcore.sources.formats.jplatpat import JPLATPAT
from patentcore.sources.formats.korean import KIPRIS, WIPS
from patentcore.sources.formats.lens import Lens, LensJson
from patentcore.sources.formats.numbers import Numbers
from patentcore.sources.formats.oecd import Oecd
from patentcore.sources.formats.ops import Ops
from patentcore.sources.formats.orbit import ORBIT
from patentcore.sources.formats.patentscope import PATENTSCOPE
from patentcore.sources.formats.patentsview import PatentsView, table_of
from patentcore.sources.formats.patentsview_api import PATENTSVIEW_API
from patentcore.sources.formats.patentsview_pregrant import PregrantTables
from patentcore.sources.formats.patsnap import PatSnap
from patentcore.sources.formats.patstat import Patstat
from patentcore.sources.formats.tables import TabularAdapter
from patentcore.sources.formats.uspto import Uspto
from patentcore.sources.formats.uspto_aps import UsptoAps
from patentcore.sources.formats.uspto_json import ODP, PPUBS
from patentcore.sources.formats.uspto_sgml import UsptoSgml
from patentcore.sources.reading.files import is_file, other_files
from patentcore.sources.reading.layouts import find_layout
from patentcore.sources.reading.sniffing import SUFFIXES, Look, look_at

# Formats of several files that belong together, looked for in each input as a whole.
_JOINED: tuple[JoinedAdapter, ...] = (Derwent(), PatentsView(), PregrantTables(), Patstat())
# The others, looked for in each file; those with headers of their own before those without.
_SINGLE: tuple[Adapter, ...] = (
    Dii(),
    Ops(),
    Docdb(),
    UsptoSgml(),
    Uspto(),
    UsptoAps(),
    ODP,
    PPUBS,
    PATENTSVIEW_API,
    ORBIT,
    WIPS,
    KIPRIS,
    JPLATPAT,
    PATENTSCOPE,
    ESPACENET_CLASSIC,
    LensJson(),
    GOOGLE_SEARCH,
    Espacenet(),
    Lens(),
    DerwentTable(),
    IncoPat(),
    Google(),
    Oecd(),
    Edges(),
    Numbers(),
    PatSnap(),
)
ADAPTERS: dict[str, Adapter] = {
    adapter.name: adapter for adapter in sorted((*_JOINED, *_SINGLE), key=lambda a: a.name)
}

# How many of the tables' formats know a header.
_TOOLS = tools_knowing(
    [QUERY, *(adapter.dialect for adapter in _SINGLE if isinstance(adapter, TabularAdapter))]
)
# By so much less may the header weigh for a second format that is said to be close.
_CLOSE = 0.3
_FEWEST_KNOWN = 3  # columns that make a table resemble a format's
_NAMED, _SHOWN = 6, 60


@dataclass(frozen=True)
class Recognised:
    """Files of one format among the inputs.

    Attributes:
        adapter: of the format.
        paths: the files or folders.
        why: what it was recognised by.
    """

    adapter: Adapter
    paths: tuple[str, ...]
    why: str


def recognise(spark: SparkSession, inputs: Sequence[str]) -> tuple[list[Recognised], list[str]]:
    """Tell the formats of the inputs, in the order of the inputs, and the files passed over.

    Raises:
        InputError: a file that is named, or all of a folder's, is of no format known here.
    """
    parts: list[Recognised] = []
    passed_over: list[str] = []
    place: dict[str, int] = {}
    for group in _inputs(spark, inputs):
        looks: list[Look] = []
        for path in group:
            of_path = look_at(spark, [path])
            place |= {look.file.uri: inputs.index(path) for look in of_path}
            looks += of_path
        known, unknown = _recognise_group(group, looks)
        if unknown and (not known or len(group) > 1):
            raise InputError(_unknown(unknown[0], group[0] if len(group) == 1 else None))
        parts += known
        passed_over += [look.file.name for look in unknown]
        passed_over += [file.name for file in other_files(spark, group, SUFFIXES)]
    found: dict[str, Recognised] = {}
    for part in sorted(parts, key=lambda part: min(place[uri] for uri in part.paths)):
        before = found.get(part.adapter.name)
        found[part.adapter.name] = Recognised(
            part.adapter,
            (*(before.paths if before else ()), *part.paths),
            before.why if before else part.why,
        )
    return list(found.values()), passed_over


def _inputs(spark: SparkSession, inputs: Sequence[str]) -> list[list[str]]:
    """Return what is looked at together: each folder by itself, files that are named as one."""
    folders = [path for path in inputs if not is_file(spark, path)]
    files = [path for path in inputs if path not in folders]
    return [group for group in (*([path] for path in folders), files) if group]


def _recognise_group(
    group: Sequence[str], looks: Sequence[Look]
) -> tuple[list[Recognised], list[Look]]:
    """Tell the formats of looks, and the files that are of none.

    In a folder, a format of several files leaves the others alone, but for lists of citations where
    it has none; of files that are named, it leaves them to the other formats.
    """
    parts: list[Recognised] = []
    rest = list(looks)
    for adapter in _JOINED:
        why = adapter.recognise(looks)
        if why is None:
            continue
        own = [look for look in looks if adapter.owns(look)]
        rest = [look for look in looks if look not in own]
        parts.append(Recognised(adapter, tuple(look.file.uri for look in own), why))
        if len(group) == 1:
            lists, rest = _lists_beside(adapter, own, rest)
            return parts + lists, rest
        break
    unknown = []
    for look in rest:
        part = _recognise_file(look)
        if part is None:
            unknown.append(look)
        else:
            parts.append(part)
    return parts, unknown


def _lists_beside(
    adapter: Adapter, own: Sequence[Look], rest: Sequence[Look]
) -> tuple[list[Recognised], list[Look]]:
    """Take the lists of citations beside PatentsView's tables, where none of these has citations.

    Every other format of several files has them in its own.
    """
    if not isinstance(adapter, PatentsView) or any(
        "citation" in (table_of(look) or "") for look in own
    ):
        return [], list(rest)
    known = {look.file.uri: _recognise_file(look) for look in rest}
    lists = [part for part in known.values() if part and isinstance(part.adapter, Edges)]
    taken = {uri for part in lists for uri in part.paths}
    return lists, [look for look in rest if look.file.uri not in taken]


def _unknown(look: Look, path: str | None) -> str:
    """Say why a file is of no known format: what it resembles, and what it lacks."""
    where = path or look.file.uri
    if begins := _other_document(look):
        return f"{where} is of no format known here: {begins}"
    if not look.may_be_table:
        return f"{where} is of no format known here: {_beginning(look)}"
    if _is_of_applications(look):
        return (
            f"{where} holds a table of PatentsView's published applications (pgpub_id); their "
            "table pg_published_application must be there too"
        )
    if look.text.startswith("FN Clarivate"):
        return f"{where} is tagged text of the Web of Science, but none of patents (PT P, PN)"
    for joined in _JOINED:
        if isinstance(joined, JoinedTables) and (found := joined.tables_of(look)):
            return (
                f"{where} holds {joined.family}'s table {found[0]}; its table {joined.main} must "
                "be there too"
            )
    tabular = [adapter for adapter in _SINGLE if isinstance(adapter, TabularAdapter)]
    nearest = max(tabular, key=lambda adapter: adapter.lacks_number(look))
    if nearest.lacks_number(look)[1]:
        names = nearest.dialect.headers["publication_number"]
        return (
            f"{where} has columns of {nearest.name}, but none of the publication number "
            f"({', '.join(names)})"
        )
    return f"{where} is of no format known here: {_resemblance(look, tabular)}"


def _is_of_applications(look: Look) -> bool:
    """Tell whether a table is of published applications, which stand in tables of their own."""
    names = look.sheet[:1] or [look.plain_lines()[:1]]
    return any("pgpub_id" in name for name in names[0])


def _other_document(look: Look) -> str | None:
    """Say what a file is that people take for a table, and what to do; none for other files."""
    begin = look.text.lstrip("\ufeff \t\r\n")[:_SHOWN].lower()
    if begin.startswith(("<html", "<!doctype html", "<table")):
        return "a web page, as some tools name .xls; open it in a spreadsheet and save it as .xlsx"
    if begin.startswith(("ty  - ", "@")):
        return "references for a manager of literature; export the list as .csv or .xlsx"
    if begin.startswith("%pdf-"):
        return "a PDF; export the list as .csv or .xlsx"
    return None


def _beginning(look: Look) -> str:
    if look.is_columnar:
        return (
            f"some of its columns {_some(look.columns)} hold lists or the like; save each as one "
            "text"
        )
    begin = repr(" ".join(look.text.split())[:_SHOWN])
    if look.begins_xml:
        return f"XML that begins {begin}"
    return (
        f"JSON that begins {begin}; of a table, records of plain values are read, as pandas writes "
        'them by orient="records"'
    )


def _resemblance(look: Look, tabular: Sequence[TabularAdapter]) -> str:
    """Name the format that explains most of a table, and what stands against it."""
    weighed = [
        (adapter, found) for adapter in tabular if (found := weigh(look, adapter.dialect, _TOOLS))
    ]
    nearest, found = max(
        weighed, key=lambda pair: (pair[1].weight, pair[0].recognise([look]) is not None)
    )
    if len(found.known) < _FEWEST_KNOWN:
        header = find_layout(look, {}).header
        return f"a table whose columns are no format's: {_some(header)}"
    known = f"{len(found.known)} of its {found.total} columns ({_some(found.known)})"
    against = f", but not {_some(found.lacking)}" if found.lacking else ""
    hint = (
        f"; --source {nearest.name} reads these columns and no others"
        if nearest.has_headers([look])
        else ""
    )
    return f"nearest is {nearest.name}, which knows {known}{against}{hint}"


def _some(names: Sequence[str]) -> str:
    filled = [name.strip()[:_SHOWN] for name in names if name.strip()]
    more = f" and {len(filled) - _NAMED} more" if len(filled) > _NAMED else ""
    return ", ".join(filled[:_NAMED]) + more


def _recognise_file(look: Look) -> Recognised | None:
    """Tell the format of a file: of several tables' formats, what explains most of its header."""
    if _is_of_applications(look):
        return None
    found: list[tuple[float, Adapter, str]] = []
    for adapter in _SINGLE:
        why = adapter.recognise([look])
        if why is None:
            continue
        if not isinstance(adapter, TabularAdapter):
            found.append((1.0, adapter, why))
            continue
        weighed = weigh(look, adapter.dialect, _TOOLS)
        is_marked = bool(adapter.dialect.marks)
        if weighed and (weighed.is_convincing or (is_marked and not weighed.lacking)):
            found.append((weighed.weight, adapter, why))
    if not found:
        return None
    weight, adapter, why = max(found, key=lambda one: one[0])  # of equal ones the first
    second = sorted((one for one in found if one[1] is not adapter), key=lambda one: -one[0])
    if second and second[0][0] >= weight - _CLOSE and isinstance(second[0][1], TabularAdapter):
        other = weigh(look, second[0][1].dialect, _TOOLS)
        assert other is not None  # it was weighed before
        why += (
            f"; {second[0][1].name} is a close second, which knows {len(other.known)} of "
            f"{other.total}"
        )
    return Recognised(adapter, (look.file.uri,), why)
