from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

import pytest

from patentcore.lake.tables import TableStore
from patentcore.sources.formats.adapter import Adapter
from patentcore.sources.record.ingested import Cut, Ingested


@pytest.fixture(scope="module")
def cut(spark, tmp_path_factory) -> Cut:
    """Write parsed records once, where several tables are collected from them."""
    tables = TableStore.open(spark, str(tmp_path_factory.mktemp("cut")))
    count = itertools.count()
    return lambda frame, name: tables.write(frame, f"_{name}_{next(count)}")


@pytest.fixture(scope="module")
def read_files(spark, tmp_path_factory, cut) -> Callable[[Adapter, Mapping[str, bytes]], Ingested]:
    """Return what reads a folder of files, given by name, with an adapter."""

    def read(adapter: Adapter, files: Mapping[str, bytes]) -> Ingested:
        folder = tmp_path_factory.mktemp("files")
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return adapter.read(spark, [str(folder)], cut)

    return read
