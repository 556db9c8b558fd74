"""Real exports, multiplied: each copy has publication numbers of its own."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

csv.field_size_limit(sys.maxsize)

Copy = Callable[[str, int], str]
"""The text of an export and the number of the copy in, the text of the copy out."""


@dataclass(frozen=True)
class Export:
    """A real export.

    Attributes:
        name: of the benchmark's line.
        source: the adapter's name.
        files: below the folder of the real exports.
        keys: columns of a table that hold publication numbers.
        delimiter: between the cells of a table.
        preamble: lines above the header of a table.
        copy: writes a copy of a file that is no table.
        joins: the files belong together, so that each copy of the export has one of each.
    """

    name: str
    source: str
    files: Sequence[str] = ()
    keys: Sequence[str] = ()
    delimiter: str = ","
    preamble: int = 0
    copy: Copy | None = None
    joins: bool = False

    def copied(self, text: str, number: int) -> str:
        """Return a file's text with publication numbers of their own for this copy."""
        return self.copy(text, number) if self.copy else copied_table(self, text, number)


def renumbered(number: str, copy: int) -> str:
    """Put the number of the copy behind the office: ``US9099902B2`` becomes ``US10129099902B2``.

    >>> renumbered("US-9099902-B2", 12), renumbered("4816567", 12)
    ('US-10129099902-B2', '10124816567')
    """
    return re.sub(r"^([A-Za-z]{2}[ -]?)?(?=\w)", rf"\g<1>{copy + 1000}", number, count=1)


def copied_table(export: Export, text: str, number: int) -> str:
    """Copy a table; a cell may hold several numbers, a line each."""
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=export.delimiter))
    header = rows[export.preamble]
    places = [header.index(key) for key in export.keys if key in header]
    for row in rows[export.preamble + 1 :]:
        for at in places:
            if at < len(row) and row[at].strip():
                parts = row[at].strip().split("\n")
                row[at] = "\n".join(renumbered(part, number) for part in parts)
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=export.delimiter, lineterminator="\n").writerows(rows)
    return made.getvalue()


def lens_records(text: str, number: int) -> str:
    """Copy the Lens's records; broken lines stay broken."""
    lines = []
    for line in text.lstrip("\ufeff").splitlines():
        try:
            record: Any = json.loads(line)
        except json.JSONDecodeError:
            lines.append(line)
            continue
        record["doc_number"] = renumbered(record["doc_number"], number)
        lines.append(json.dumps(record, ensure_ascii=False))
    return "\n".join(lines) + "\n"


def google_records(text: str, number: int) -> str:
    """Copy rows of Google's tables as JSON lines."""
    rows = json.loads(text)
    for row in rows:
        row["publication_number"] = renumbered(row["publication_number"], number)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def grants(text: str, number: int) -> str:
    """Copy USPTO grants."""
    return re.sub(
        r"(<publication-reference>.*?<doc-number>)",
        rf"\g<1>{number + 1000}",
        text,
        flags=re.DOTALL,
    )


EXPORTS = (
    Export("Lens CSV", "lens", ["lens-csv/autonomous-driving.csv.gz"], keys=["Publication Number"]),
    Export("Lens API records", "lens-jsonl", ["lens-jsonl/biopoly_broken1.jsonl"],
           copy=lens_records),
    Export("Google, query as CSV", "google", ["google-bigquery/10K-bquxjob.csv.gz"],
           keys=["publication_number"]),
    Export("Google, query as JSON", "google", ["google-bigquery/bquxjob.json.gz"],
           copy=google_records),
    Export("Google search", "google-search", ["google-search-csv/gp-search-20230830-124212.csv"],
           keys=["id"], preamble=1),
    Export("Espacenet", "espacenet",
           ["espacenet-csv/Espacenet-machinenschraubstock-Suchergebnis_20250310_1858.csv"],
           keys=["Veröffentlichungsnummer"], delimiter=";", preamble=7),
    Export("PatentsView", "patentsview",
           [f"patentsview/nvidia_{name}.csv.gz"
            for name in ("patent", "cpc", "assignee", "inventor")],
           keys=["patent_id"], joins=True),
    Export("USPTO grant XML", "uspto", ["uspto-grant-xml/ipg090106.small.xml.gz"], copy=grants),
    Export("Derwent", "derwent", ["derwent-drones/numbers.csv.gz"],
           keys=["publication_number"], joins=True),
    Export("edge list", "edges", ["derwent-drones/edges.csv.gz"], keys=["citing", "cited"]),
)  # fmt: skip


def multiply(export: Export, data: Path, folder: Path, *, size: int, files: int) -> list[Path]:
    """Write copies of an export until they have ``size`` bytes, parted into files; return these."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {name: read_text(data / name) for name in export.files}
    copies = max(files, -(-size // sum(len(text.encode()) for text in texts.values())))
    written = []
    for name, text in texts.items():
        parts = 1 if export.joins else files
        for part in range(parts):
            target = folder / f"{Path(name).name.split('.')[0]}-{part}{suffix(name)}"
            written.append(target)
            if target.exists():
                continue
            numbers = range(part, copies, parts)
            with target.with_suffix(".part").open("w", encoding="utf-8", newline="") as sink:
                sink.writelines(pieces(export, text, numbers, target.suffix))
            target.with_suffix(".part").rename(target)
    return written


def pieces(export: Export, text: str, numbers: Sequence[int], form: str) -> Iterator[str]:
    """Return the copies; of tables all but the first without what stands above the rows."""
    first = export.copied(text, numbers[0])
    yield first
    above = None if form == ".csv" else 0
    for number in numbers[1:]:
        lines = export.copied(text, number).split("\n")
        if above is None:
            pairs = zip(first.split("\n"), lines, strict=False)
            above = next(at for at, (one, other) in enumerate(pairs) if one != other)
        yield "\n".join(lines[above:])


def suffix(name: str) -> str:
    """Return the suffix of an unpacked export; Google's array becomes lines."""
    plain = Path(name.removesuffix(".gz")).suffix
    return ".jsonl" if plain == ".json" else plain


def read_text(path: Path) -> str:
    """Read a file, unpacked where it is packed."""
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
