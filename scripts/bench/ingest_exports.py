"""Real exports, multiplied: each copy has publication numbers of its own; and bulk tables, made."""

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

import numpy as np
import polars as pl

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


# --- bulk tables ---------------------------------------------------------------------------------

_CHUNK = 50_000  # patents
_WORDS = ["the", "of", "a", "method", "wherein", "layer", "signal", "unit", "substrate", "surface"]
_PLACES = [("Austin", "TX", "US"), ("Osaka", None, "JP"), ("Ulm", None, "DE"), ("Seoul", "", "KR")]
_GROUPS = np.array(["G06F3/041", "H04L9/08", "A61K31/00", "H01L21/02", "B60W30/08", "C12N15/11"])

Rows = dict[str, pl.DataFrame]
"""Rows of some patents, by the name of the file."""


def bulk(source: str, folder: Path, size: int) -> list[Path]:
    """Write made-up tables in the shape of a bulk download, of some bytes in all; return them.

    Args:
        source: ``patentsview`` (``g_*.tsv``, a dozen files that belong together) or ``google``
            (the publications table as lines of nested JSON, in files of 256 MB).
        folder: for the files.
        size: their bytes, about.
    """
    made = folder.with_name(f"{folder.name}.whole")
    if not made.exists():
        folder.mkdir(parents=True, exist_ok=True)
        chance, begin, written = np.random.default_rng(7), 0, 0
        for file in folder.iterdir():
            file.unlink()
        while written < size:
            numbers = np.arange(begin, begin + _CHUNK)
            rows = {"patentsview": _g_tables, "google": _publications}[source](numbers, chance)
            for name, frame in rows.items():
                target = folder / name.format(written >> 28)
                before = target.stat().st_size if target.exists() else 0
                with target.open("ab") as sink:
                    if name.endswith(".tsv"):
                        frame.write_csv(sink, separator="\t", include_header=not before)
                    else:
                        frame.write_ndjson(sink)
                written += target.stat().st_size - before
            begin += _CHUNK
        made.touch()
    return sorted(folder.iterdir())


def _text(count: int, words: int, chance: np.random.Generator) -> pl.Series:
    """Return texts of so many words."""
    phrases = pl.Series([" ".join(chance.choice(_WORDS, 12)) for _ in range(997)])
    picked = [phrases.gather(chance.integers(0, 997, count)) for _ in range(-(-words // 12))]
    return pl.select(pl.concat_str(picked, separator=" ")).to_series()


def _some(numbers: np.ndarray, mean: float, chance: np.random.Generator) -> np.ndarray:
    """Return which patents the rows of a table are of."""
    return np.repeat(numbers, chance.poisson(mean, len(numbers)))


def _days(numbers: np.ndarray) -> pl.Series:
    return pl.Series(np.datetime64("1980-01-01") + numbers % 15_000)


def _sequence(ids: np.ndarray) -> np.ndarray:
    return np.arange(len(ids)) - np.searchsorted(ids, ids)


def _g_tables(numbers: np.ndarray, chance: np.random.Generator) -> Rows:
    """Return PatentsView's tables of some patents, with the columns of its releases since 2023."""
    count = len(numbers)
    ids = numbers + 4_000_000

    def of(mean: float, **columns: Any) -> pl.DataFrame:
        picked = _some(ids, mean, chance)
        made = {
            name: value(picked) if callable(value) else value for name, value in columns.items()
        }
        return pl.DataFrame({"patent_id": picked, **made})

    def pick(values: Sequence[Any]) -> Callable[[np.ndarray], np.ndarray]:
        return lambda picked: np.array(values)[chance.integers(0, len(values), len(picked))]

    def numbered(prefix: str, many: int) -> Callable[[np.ndarray], pl.Series]:
        return lambda picked: prefix + pl.Series(chance.integers(0, many, len(picked))).cast(str)

    places = [f"place-{at}" for at in range(4)]
    rows = {
        "patent": pl.DataFrame({
            "patent_id": ids, "patent_type": "utility", "patent_date": _days(numbers),
            "patent_title": _text(count, 8, chance), "wipo_kind": "B2",
            "num_claims": chance.integers(1, 40, count), "withdrawn": 0, "filename": "ipg.xml",
        }),
        "patent_abstract": pl.DataFrame(
            {"patent_id": ids, "patent_abstract": _text(count, 110, chance)}
        ),
        "application": pl.DataFrame({
            "application_id": ids + 9_000_000, "patent_id": ids, "patent_application_type": 11,
            "filing_date": _days(numbers), "series_code": 11, "rule_47_flag": 0,
        }),
        "cpc_current": of(
            6.5, cpc_sequence=_sequence, cpc_section="G", cpc_class="G06", cpc_subclass="G06F",
            cpc_group=pick(_GROUPS), cpc_type="inventional",
        ),
        "assignee_disambiguated": of(
            1, assignee_sequence=_sequence, assignee_id=numbered("org-", 90_000),
            disambig_assignee_individual_name_first=None,
            disambig_assignee_individual_name_last=None,
            disambig_assignee_organization=numbered("Company Inc. ", 90_000), assignee_type=2,
            location_id=pick(places),
        ),
        "inventor_disambiguated": of(
            2.6, inventor_sequence=_sequence, inventor_id=numbered("inv-", 900_000),
            disambig_inventor_name_first=numbered("Ada", 900),
            disambig_inventor_name_last=numbered("Lovelace", 9_000), gender_code="F",
            location_id=pick(places),
        ),
        "us_patent_citation": of(
            14, citation_sequence=_sequence,
            citation_patent_id=lambda p: (4e6 + chance.random(len(p)) * (p - 4e6)).astype(int),
            citation_date="2001-01-01", record_name="Doe", wipo_kind=pick(["B2", "B2", "A"]),
            citation_category=pick(["cited by examiner", "cited by applicant"]),
        ),
        "other_reference": of(
            2, other_reference_sequence=_sequence,
            other_reference_text=lambda p: _text(len(p), 20, chance),
        ),
    }  # fmt: skip
    found = {f"g_{name}.tsv": frame for name, frame in rows.items()}
    if numbers[0] == 0:
        where = [(f"place-{at}", *place, 1.5, 2.5) for at, place in enumerate(_PLACES)]
        columns = ["location_id", *(f"disambig_{n}" for n in ("city", "state", "country"))]
        found["g_location_disambiguated.tsv"] = pl.DataFrame(
            where, schema=[*columns, "latitude", "longitude"], orient="row"
        )
    return found


def _publications(numbers: np.ndarray, chance: np.random.Generator) -> Rows:
    """Return rows of Google's table of publications, as BigQuery writes them to lines of JSON."""
    count = len(numbers)
    numbers_as_text = pl.Series(numbers + 4_000_000).cast(str)

    def lists(mean: int, **columns: pl.Series | str) -> pl.Series:
        """Return a list of structs for each publication."""
        at = _some(np.arange(count), mean, chance)
        made = pl.DataFrame({"at": at}).with_columns(**{
            name: value.gather(chance.integers(0, len(value), len(at)))
            if isinstance(value, pl.Series) else pl.lit(value)
            for name, value in columns.items()
        })  # fmt: skip
        packed = made.group_by("at").agg(pl.struct(*columns).alias("list"))
        every = pl.DataFrame({"at": np.arange(count)}).join(packed, on="at", how="left")
        return every.sort("at")["list"].fill_null([])

    def localized(words: int) -> pl.Series:
        return pl.DataFrame({"text": _text(count, words, chance), "language": "en"}).select(
            pl.concat_list(pl.struct("text", "language"))
        ).to_series()  # fmt: skip

    day = _days(numbers).dt.strftime("%Y%m%d").cast(int)
    cited = "US-" + pl.Series(chance.integers(4_000_000, 4_000_001 + numbers[-1], 9_973)).cast(str)
    names = "COMPANY " + pl.Series(np.arange(9_973)).cast(str)
    country = pl.Series(["US", "JP", "DE", "KR"]).gather(np.arange(9_973) % 4)
    return {
        "publications-{:012}.json": pl.DataFrame({
            "publication_number": "US-" + numbers_as_text + "-B2",
            "application_number": "US-" + numbers_as_text + "-A",
            "country_code": "US", "kind_code": "B2", "application_kind": "A",
            "title_localized": localized(8), "abstract_localized": localized(110),
            "claims_localized": localized(500), "publication_date": day, "filing_date": day,
            "grant_date": day, "priority_date": day, "family_id": numbers_as_text,
            "priority_claim": lists(1, application_number=cited + "-A"),
            "inventor_harmonized": lists(3, name=names, country_code=country),
            "assignee_harmonized": lists(1, name=names, country_code="US"),
            "ipc": lists(3, code=pl.Series(_GROUPS), inventive="true", tree="x"),
            "cpc": lists(7, code=pl.Series(_GROUPS), inventive="true", tree="x"),
            "citation": lists(14, publication_number=cited + "-B2", npl_text="", type="APP"),
        })
    }  # fmt: skip
