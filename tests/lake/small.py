"""A tiny input whose runs tell themselves apart, and hooks into what a run writes and moves.

The export has three patents, with 11, 12 and 14 claims. How many claims a run asks for shows in all
its tables, so that a result mixed of two runs shows too.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from pyspark.sql import DataFrame
from pyspark.sql.connect.readwriter import DataFrameReader as ConnectReader
from pyspark.sql.connect.readwriter import DataFrameWriter as ConnectWriter
from pyspark.sql.readwriter import DataFrameReader, DataFrameWriter

from patentcore.lake.tables import TableStore
from tests.conftest import ENGINE

EXPORT = (
    "公开(公告)号,标题,专利类型,公开(公告)日,IPC主分类号,权利要求数,引用专利\n"
    "CN100000001A,a,发明申请,2015-01-02,H04W4/02,11,CN100000002A | US1000001A\n"
    "CN100000002A,b,发明申请,2016-01-02,G06F3/041,12,CN100000003A\n"
    "CN100000003A,c,发明申请,2017-01-02,G06F3/041,14,US1000002A\n"
)
# By the claims that a run asks for: its key patents, and the vertices of their network.
ROWS = {10: (3, 5), 11: (2, 4), 12: (1, 3)}
OLD, NEW = 10, 11

# What the tests here do not look at takes longest.
QUICK = (
    "corpus.check_unique_keys=false",
    "screening.steps=['claims']",
    "centrality.betweenness=off",
    "robustness.samples=0",
)
LAST_TABLE = "scores"
OVERWRITE = ("--set", "output.mode=overwrite")


class Said(NamedTuple):
    """What a command ended with."""

    code: int
    err: str
    out: str

    @property
    def complaints(self) -> list[str]:
        """Lines that are for the user and not of the progress."""
        return [line for line in self.err.splitlines() if line.startswith("patentcore: ")]


Call = Callable[..., Said]


def run_arguments(
    source: object, output: object, *more: str, claims: int = OLD, command: str = "run"
) -> list[str]:
    """Return the command line of a quick run that asks for more than so many claims."""
    settings = (*QUICK, f"screening.min_claims_exclusive={claims}")
    given = [option for setting in settings for option in ("--set", setting)]
    return [command, "--input", str(source), "--output", str(output), *given, *more]


def ingest_arguments(source: object, output: object) -> list[str]:
    return ["ingest", "--source", "patsnap", "--input", str(source), "--output", str(output)]


def corpus_arguments(output: object) -> list[str]:
    return ["corpus", "--scale", "0.005", "--output", str(output)]


def refused(said: Said, code: int, *named: str) -> None:
    """Hold that a command was refused with one line that names these."""
    assert said.code == code, said.err
    assert len(said.complaints) == 1, said.err
    for name in named:
        assert name in said.complaints[0]
    assert "Traceback" not in said.err
    assert "result in " not in said.err


def says_that_the_old_result_stands(said: Said) -> bool:
    return any("old result" in line and "stands" in line for line in said.err.splitlines())


# --- what stands somewhere ----------------------------------------------------------------------


def snapshot(folder: Path) -> dict[str, bytes | str | None]:
    """Return everything below a folder: the bytes of files, where links lead, folders as None."""
    found: dict[str, bytes | str | None] = {}
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            key = str(path.relative_to(folder))
            if path.is_symlink():
                found[key] = os.readlink(path)
            else:
                found[key] = None if path.is_dir() else path.read_bytes()
    return found


def rows(folder: Path, table: str) -> int:
    return len(pd.read_parquet(folder / table))


def claims_of(output: Path) -> int:
    """Return the claims that a result's run asked for; tables of another run are a failure."""
    manifest: dict[str, Any] = json.loads((output / "run.json").read_text(encoding="utf-8"))
    claims: int = manifest["configuration"]["screening"]["min_claims_exclusive"]
    key_patents, vertices = ROWS[claims]
    assert pd.read_parquet(output / "funnel")["threshold"].tolist()[-1] == f">{claims}"
    assert [rows(output, table) for table in ("key_patents", "scores")] == [key_patents] * 2
    assert [rows(output, table) for table in ("vertices", "centrality")] == [vertices] * 2
    assert {table for table in manifest["tables"] if not (output / table).is_dir()} == set()
    return claims


# --- hooks --------------------------------------------------------------------------------------

WRITER: Any = DataFrameWriter if ENGINE == "spark" else ConnectWriter
READER: Any = DataFrameReader if ENGINE == "spark" else ConnectReader


@contextmanager
def on_writing(
    table: str, action: Callable[[], None], *, nth: int = 1, after: bool = False
) -> Iterator[None]:
    """Act once while a run writes a table: before it is written for the nth time, or after.

    Engines write most tables, and this process those that it holds.
    """
    write, put = WRITER.parquet, TableStore.put
    times = 0

    def hooked(name: str, written: Callable[[], Any]) -> Any:
        nonlocal times
        times += name == table
        is_it = name == table and times == nth
        if is_it and not after:
            action()
        result = written()
        if is_it and after:
            action()
        return result

    def by_engine(self: Any, path: str, *more: Any, **options: Any) -> None:
        name = path.rstrip("/").rpartition("/")[2]
        hooked(name, lambda: write(self, path, *more, **options))

    def here(self: TableStore, rows: Any, name: str, *more: Any) -> Any:
        return hooked(name, lambda: put(self, rows, name, *more))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(WRITER, "parquet", by_engine)
        patched.setattr(TableStore, "put", here)
        yield
    assert times >= nth, f"{table} was written {times} times"


@contextmanager
def on_reading_back(table: str, action: Callable[[], None]) -> Iterator[None]:
    """Act once after a table was written and opened again: nothing is left but to publish it."""
    read = READER.parquet
    times = 0

    def hooked(self: Any, *paths: str, **options: Any) -> DataFrame:
        nonlocal times
        frame = read(self, *paths, **options)
        if paths[0].rstrip("/").rpartition("/")[2] == table:
            times += 1
            if times == 1:
                action()
        return frame

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(READER, "parquet", hooked)
        yield
    assert times, f"{table} was not read back"


# What moves or deletes files when a result is published.
MOVES = [
    ("patentcore.lake.stores", "LocalStore", name)
    for name in ("rename", "exchange", "write", "delete")
]


@contextmanager
def at_moves(action: Callable[[int], None]) -> Iterator[None]:
    """Act before and after each move, given the number of the step, from 1 on."""
    step = 0

    def hooked(move: Callable[..., Any]) -> Callable[..., Any]:
        def moving(*arguments: Any, **options: Any) -> Any:
            nonlocal step
            if threading.current_thread() is not threading.main_thread():
                return move(*arguments, **options)  # the lock's heart beats when it will
            step += 1
            action(step)
            done = move(*arguments, **options)
            step += 1
            action(step)
            return done

        return moving

    with pytest.MonkeyPatch.context() as patched:
        for module, owner, name in MOVES:
            there = getattr(import_module(module), owner)
            patched.setattr(there, name, hooked(getattr(there, name)))
        yield
