"""Mutate small inputs of every format and see that each is read, or refused in a sentence.

``python -m tests.sources.fuzz_ingest --count 10000`` prints what became of them and ends with 1
where one went wrong: a traceback, more than :data:`SECONDS`, a record that is neither a patent nor
said to be unusable, or a publication number that is still in the input, but not in the output,
where no record is said to be unusable.

The tasks that read files run here as the engines call them, without an engine. Every so many
inputs are also ingested whole, where records read must be patents, merges and rejects.
"""

from __future__ import annotations

import argparse
import bz2
import collections
import gzip
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from tests.sources.fuzz_inputs import INPUTS

from patentcore.errors import InputError, PatentCoreError
from patentcore.sources import ingest, recognise
from patentcore.sources.columns import unread
from patentcore.sources.reading.sniffing import look_at
from patentcore.sources.recognise import ADAPTERS
from patentcore.sources.record.canonical import Reason
from patentcore.sources.record.numbers import clean_number

SECONDS = 10
_MOST_MEMORY = 8 << 30  # what does not end must not take the machine with it
_LONGEST_MESSAGE = 6_000
_CORE = re.compile("[0-9]{6,}")

Files = Mapping[str, bytes]
Mutation = Callable[[random.Random, bytes], bytes]


# --- mutations ---------------------------------------------------------------------------------


def _at(rng: random.Random, content: bytes) -> int:
    return rng.randrange(len(content) + 1)


def flip(rng: random.Random, content: bytes) -> bytes:
    """Change some bytes."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 3, 20))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(rng: random.Random, content: bytes) -> bytes:
    """Leave the end out."""
    return content[: _at(rng, content)]


def join(rng: random.Random, content: bytes) -> bytes:
    """Put the file behind itself, or behind a part of itself."""
    return content[: rng.choice((len(content), _at(rng, content)))] + content


def leave_out(rng: random.Random, content: bytes) -> bytes:
    """Leave a part of the middle out."""
    begin = _at(rng, content)
    return content[:begin] + content[begin + rng.choice((1, 10, 200)) :]


def marks(rng: random.Random, content: bytes) -> bytes:
    """Put in, or leave out, what tells cells, records and texts apart."""
    mark = rng.choice((b'"', b",", b"\t", b";", b"\n", b"\r\n", b"|", b"{", b"}", b"]", b"<", b">"))
    at = [match.start() for match in re.finditer(re.escape(mark), content)]
    if at and rng.random() < 0.6:
        begin = rng.choice(at)
        return content[:begin] + content[begin + len(mark) :]
    begin = _at(rng, content)
    return content[:begin] + mark * rng.choice((1, 1, 2, 30)) + content[begin:]


def other_marks(rng: random.Random, content: bytes) -> bytes:
    """Write another mark for one of them everywhere."""
    old, new = rng.sample((b",", b"\t", b";", b"|", b"\n", b"\r", b'"', b"'", b" "), 2)
    return content.replace(old, new)


def nul(rng: random.Random, content: bytes) -> bytes:
    """Put zero bytes in."""
    begin = _at(rng, content)
    return content[:begin] + b"\0" * rng.choice((1, 2, 30, 4096)) + content[begin:]


def huge(rng: random.Random, content: bytes) -> bytes:
    """Put a long text in."""
    begin = _at(rng, content)
    text = rng.choice((b"x", b"x ", b"US7654321B2 | ", b"(", b"[", b"9", b'{"a":'))
    return content[:begin] + text * rng.choice((300, 40_000)) + content[begin:]


def encoding(rng: random.Random, content: bytes) -> bytes:
    """Write the text in another encoding."""
    name = rng.choice(
        ("utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "gb18030", "cp1252", "latin-1",
         "cp949", "cp932", "big5")
    )  # fmt: skip
    return content.decode("utf-8", errors="replace").encode(name, errors="replace")


def repeat_lines(rng: random.Random, content: bytes) -> bytes:
    """Say a line again, the header among others, or in another order."""
    lines = content.splitlines(keepends=True)
    if not lines:
        return content
    chosen = lines[rng.choice((0, rng.randrange(len(lines))))]
    lines.insert(rng.randrange(len(lines) + 1), chosen)
    if rng.random() < 0.2:
        rng.shuffle(lines)
    return b"".join(lines)


def repeat_cells(rng: random.Random, content: bytes) -> bytes:
    """Give two columns one name."""
    line, mark, rest = content.partition(b"\n")
    delimiter = max((b",", b"\t", b";"), key=line.count)
    cells = line.split(delimiter)
    cells[rng.randrange(len(cells))] = rng.choice(cells)
    return delimiter.join(cells) + mark + rest


MUTATIONS: tuple[Mutation, ...] = (
    flip, cut, join, leave_out, marks, other_marks, nul, huge, encoding, repeat_lines, repeat_cells,
)  # fmt: skip
_SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".xml", ".xlsx", ".xls", ".parquet", ".gz")


@dataclass(frozen=True)
class Mutated:
    """An input, and what was done to it."""

    source: str
    files: Files
    done: tuple[str, ...]


def mutated(seed: int) -> Mutated:
    """Return the mutated input of a number."""
    rng = random.Random(seed)
    source = rng.choice(sorted(INPUTS))
    files = dict(INPUTS[source])
    name = rng.choice(sorted(files))
    content, done = files.pop(name), []
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        mutation = rng.choice(MUTATIONS)
        content = mutation(rng, content)
        done.append(mutation.__name__)
    if rng.random() < 0.1:
        pack, suffix = rng.choice(((gzip.compress, ".gz"), (bz2.compress, ".bz2")))
        content, name = pack(content), name + suffix
        if rng.random() < 0.5:
            content = rng.choice((flip, cut))(rng, content)
            done.append("packed")
    if rng.random() < 0.05:
        name = name.split(".")[0] + rng.choice(_SUFFIXES)
        done.append("named " + name)
    return Mutated(source.partition(" ")[0], files | {name: content}, (name, *done))


# --- tasks without an engine -------------------------------------------------------------------


class _Enough(Exception):
    """All tasks of an adapter have run."""


@dataclass
class Tasks:
    """What stands for a session: tasks run at once, and what they return is kept."""

    batches: list[pa.RecordBatch] = field(default_factory=list)

    def range(self, begin: int, end: int, *_: int) -> _Rows:
        """Return rows of numbers."""
        return _Rows(self, [pa.RecordBatch.from_arrays([pa.array(range(begin, end))], ["id"])])


@dataclass
class _Rows:
    """What stands for a frame."""

    sparkSession: Tasks  # noqa: N815 - the frame's name
    batches: list[pa.RecordBatch]

    def mapInArrow(self, function: Any, schema: str) -> _Rows:  # noqa: N802 - the frame's name
        """Run a task."""
        found = list(function(iter(self.batches)))
        self.sparkSession.batches += found
        return _Rows(self.sparkSession, found)

    def select(self, *columns: Any) -> _Rows:
        """Keep all columns; those that no file has are null."""
        named = [re.search(r"NULL.* AS `?(\w+)", str(column)) for column in columns]
        absent = [name[1] for name in named if name]
        batches = []
        for batch in self.batches:
            for name in absent:
                if name not in batch.schema.names:
                    batch = batch.append_column(name, pa.nulls(batch.num_rows, pa.string()))
            batches.append(batch)
        return _Rows(self.sparkSession, batches)

    def collect(self) -> list[Any]:
        """Return the rows."""
        return [tuple(row.values()) for batch in self.batches for row in batch.to_pylist()]

    def distinct(self) -> _Rows:
        """Return the rows."""
        return self

    def __getattr__(self, name: str) -> Any:
        """End where tables are made of what was read: that is the engine's."""
        if name.startswith("__"):
            raise AttributeError(name)
        raise _Enough


def tasks_of(source: str, paths: Sequence[str]) -> list[pa.RecordBatch]:
    """Run the tasks that read files of a source."""

    def cut_here(frame: DataFrame, name: str) -> DataFrame:
        raise _Enough

    tasks: Any = Tasks()
    with suppress(_Enough):
        ADAPTERS[source].read(tasks, list(paths), cut_here)
    return list(tasks.batches)


# --- what must hold ----------------------------------------------------------------------------


@contextmanager
def limited() -> Iterator[None]:
    """Raise TimeoutError after :data:`SECONDS`."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"more than {SECONDS} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def check(change: Mutated, folder: Path, spark: SparkSession | None = None) -> tuple[str, str]:
    """Read a mutated input: its outcome, and what is wrong with it, which is nothing mostly.

    Args:
        change: the input.
        folder: where its files are written.
        spark: the session in which it is ingested whole, too.
    """
    folder.mkdir(parents=True)
    for name, content in change.files.items():
        (folder / name).write_bytes(content)
    wrong: list[str] = []
    try:
        with limited():
            outcome, batches = _read(change, folder)
            wrong += [*_unaccounted(batches), *_lost(change, batches)]
        if spark is not None:
            with limited():
                wrong += _ingested(spark, change, folder)
    except Exception:
        return "failed", traceback.format_exc(limit=-4)
    return outcome, "; ".join(wrong)


def _read(change: Mutated, folder: Path) -> tuple[str, list[pa.RecordBatch]]:
    """Recognise an input, and read it as what it is taken for and as what it was."""
    session: Any = Tasks()
    outcome = "read"
    try:
        parts, _ = recognise(session, [str(folder)])
        for part in parts:
            tasks_of(part.adapter.name, part.paths)
            unread(part.adapter, look_at(session, part.paths))
    except InputError as error:
        outcome = "not recognised"
        _check_message(error, folder)
    try:
        return outcome, tasks_of(change.source, [str(folder)])
    except InputError as error:
        _check_message(error, folder)
        return "refused" if outcome == "not recognised" else "read as another", []


def _check_message(error: PatentCoreError, folder: Path) -> None:
    text = str(error)
    is_named = any(name in text for name in (folder.name, *(f.name for f in folder.iterdir())))
    if len(text) > _LONGEST_MESSAGE or "Traceback" in text or not is_named:
        raise AssertionError(f"no message for a user: {text[:_LONGEST_MESSAGE]}") from error


def _unaccounted(batches: Sequence[pa.RecordBatch]) -> list[str]:
    """Return parsed records that are neither a publication nor said to be unusable."""
    wrong = []
    for batch in batches:
        if {"publication_number", "unusable"} <= set(batch.schema.names):
            number, unusable = batch.column("publication_number"), batch.column("unusable")
            silent = sum(
                not (n.is_valid or u.is_valid) for n, u in zip(number, unusable, strict=True)
            )
            wrong += [f"{silent} records without a number or a reason"] if silent else []
    return wrong


def _lost(change: Mutated, batches: Sequence[pa.RecordBatch]) -> list[str]:
    """Return numbers of publications that are still in the input, in silence not in the output."""
    if any(batch.schema.names[0] == "id" for batch in batches):
        return []
    if not any(batch.num_rows for batch in batches):
        return []  # ingest refuses what has no record at all
    written = b"".join(change.files.values()).replace(b"\0", b"")
    read = "\n".join(str(batch.to_pylist()) for batch in batches)
    # What stands inside a number and is neither a letter nor a digit goes.
    read += "".join(clean_number(n) or "" for n in _texts_of(batches, "publication_number"))
    cores = numbers_of(change.source)
    lost = [c for c in cores if re.search(rb"\b[A-Z]*" + c.encode(), written) and c not in read]
    is_told = any(_texts_of(batches, name) for name in ("malformed", "unusable"))
    # Plain records have their numbers as they stand; one without any is told of later.
    is_told |= not all(map(clean_number, _texts_of(batches, "publication_number")))
    is_told |= any(
        batch.column("publication_number").null_count
        for batch in batches
        if "publication_number" in batch.schema.names and "unusable" not in batch.schema.names
    )
    return [] if is_told or not lost else [f"lost: {', '.join(sorted(lost))}"]


@cache
def numbers_of(source: str) -> frozenset[str]:
    """Return the digits of the publications of a source's inputs that stand in them as read."""
    found = set()
    for name, files in INPUTS.items():
        if name.partition(" ")[0] == source:
            with tempfile.TemporaryDirectory() as folder:
                for file, content in files.items():
                    (Path(folder) / file).write_bytes(content)
                batches = tasks_of(source, [folder])
            written = b"".join(files.values())
            numbers = _texts_of(batches, "publication_number")
            found |= {c for n in numbers for c in _CORE.findall(n) if c.encode() in written}
    return frozenset(found)


def _texts_of(batches: Sequence[pa.RecordBatch], name: str) -> list[Any]:
    having = (batch for batch in batches if name in batch.schema.names)
    return [text for batch in having for text in batch.column(name).to_pylist() if text]


def _ingested(spark: SparkSession, change: Mutated, folder: Path) -> list[str]:
    """Ingest an input whole: what was read must be patents, merges and rejects."""
    output = folder.parent / f"{folder.name}-tables"
    try:
        summary = ingest(spark, "auto", [str(folder)], str(output))
    except InputError as error:
        _check_message(error, folder)
        return []
    rejects = spark.read.parquet(str(output / "rejects"))
    whole = rejects.where("field in ('', 'publication_number')").count()
    merges = summary.rejects.get(Reason.DUPLICATE.value, 0)
    told = summary.patents + whole
    # Several publications a record, several records a publication, and lists of citations.
    is_one_each = "+" not in summary.source and summary.source in _ONE_EACH
    if is_one_each and told < summary.rows_read:
        return [f"{summary.rows_read} rows, but {summary.patents} patents, {whole} rejects, "
                f"of which {merges} merges"]  # fmt: skip
    return []


# Formats with a record a publication.
_ONE_EACH = (
    "patsnap", "incopat", "lens", "lens-jsonl", "google", "google-search", "derwent-table", "uspto",
    "uspto-ppubs", "patentsview-api", "jplatpat", "patentscope",
)  # fmt: skip


# --- all of them -------------------------------------------------------------------------------


def fuzz(
    numbers: Sequence[int], folder: Path, spark: SparkSession, whole: int = 0
) -> tuple[collections.Counter[str], list[str]]:
    """Read mutated inputs: how many came to what, and what is wrong with which.

    Args:
        numbers: of the inputs.
        folder: for their files, which are removed.
        spark: the session.
        whole: every so many are ingested whole, too; none where it is 0.
    """
    outcomes: collections.Counter[str] = collections.Counter()
    faults = []
    for number in numbers:
        change, place = mutated(number), folder / f"input-{number}"
        is_whole = whole > 0 and number % whole == 0
        outcome, wrong = check(change, place, spark if is_whole else None)
        outcomes[outcome] += 1
        if wrong:
            faults.append(f"{number} {change.source} {change.done}: {wrong}")
        for made in (place, folder / f"{place.name}-tables"):
            shutil.rmtree(made, ignore_errors=True)
    return outcomes, faults


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--whole", type=int, default=50, help="ingest every so many whole, too")
    options = parser.parse_args()
    from patentcore.engine import get_spark

    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    spark = get_spark("fuzz", engine="embedded")
    numbers = range(options.first, options.first + options.count)
    with tempfile.TemporaryDirectory() as folder:
        outcomes, faults = fuzz(numbers, Path(folder), spark, options.whole)
    for fault in faults:
        print(fault)
    print(f"{len(numbers):,} inputs: " + ", ".join(f"{n:,} {name}" for name, n in outcomes.items()))
    print(f"{len(faults):,} went wrong")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
