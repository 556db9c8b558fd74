"""What is said of executors that lack something; tests/cluster asks real ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from patentcore.engine import executors, shipping
from patentcore.engine.executors import PACKAGE, code_version, difference, versions

HERE = {"numpy": "2.1.0", "pyarrow": "21.0.0", PACKAGE: "0a1b2c3d"}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({PACKAGE: None}, "on n1 lack the package patentcore; submit with scripts/submit"),
        ({PACKAGE: "ffffffff"}, "on n1 have another version of the package patentcore"),
        ({"numpy": None, "pyarrow": None}, "on n1 lack numpy, pyarrow; give every worker"),
        ({"pyarrow": "14.0.1"}, "on n1 have pyarrow 14.0.1 where the driver has 21.0.0; give"),
    ],
)
def test_the_first_executor_that_differs_is_named_with_a_remedy(
    changed: dict[str, str | None], sentence: str
) -> None:
    there = {name: version for name, version in (HERE | changed).items() if version is not None}
    told = difference(HERE, [HERE | {"host": "n0"}, there | {"host": "n1"}])
    assert told is not None
    assert sentence in told


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            "[PYTHON_VERSION_MISMATCH] Python in worker has different version: 3.12 than that in "
            "driver: 3.11, PySpark cannot run with different minor versions.",
            "the executors have Python 3.12 where the driver has 3.11; set PYSPARK_PYTHON",
        ),
        (
            'java.io.IOException: Cannot run program "/nowhere/python": error=2, No such file',
            "the workers have no Python at /nowhere/python; set PYSPARK_PYTHON",
        ),
        ("Python worker failed to connect back", "the executors cannot run Python: Python worker"),
    ],
)
def test_executors_that_run_no_python(said: str, sentence: str) -> None:
    assert sentence in executors._unanswered(RuntimeError(said))


def test_a_zip_and_its_sources_are_of_one_version(tmp_path: Path) -> None:
    zipped = shipping.write_zip(tmp_path / shipping.NAME)
    assert code_version(zipped / PACKAGE) == code_version(shipping.PACKAGE) == versions()[PACKAGE]


def test_a_zip_of_other_sources_is_replaced_and_an_equal_one_is_kept(tmp_path: Path) -> None:
    zipped = tmp_path / shipping.NAME
    zipped.write_bytes(b"of last year")
    shipping.write_zip(zipped)
    inode = zipped.stat().st_ino
    assert zipped.read_bytes()[:2] == b"PK"
    shipping.write_zip(zipped)
    assert zipped.stat().st_ino == inode
    assert [path.name for path in tmp_path.iterdir()] == [shipping.NAME]
