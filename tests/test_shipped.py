"""Configurations by name: found from any folder, the same in a copy, clear where there is none."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from patentcore import cli, config, shipped
from patentcore.errors import ConfigError
from patentcore.technologies import catalogue
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", shipped.configurations())
def test_a_name_and_a_written_out_copy_are_the_file(
    name: str, elsewhere: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert cli.main(["config", name]) == 0
    sys.stdout.flush()
    printed = capfdbinary.readouterr().out
    assert printed == (ROOT / "conf" / f"{name}.toml").read_bytes()
    (elsewhere / "mine.toml").write_bytes(printed)
    mine = config.load("mine.toml")
    assert mine == config.load(name) == config.load(ROOT / "conf" / f"{name}.toml")
    if mine.technologies.catalogue:
        assert "chip" in catalogue.load(mine.technologies.catalogue)


def test_the_catalogue_by_name_is_the_file() -> None:
    assert catalogue.load("technologies") == catalogue.load(ROOT / "conf" / "technologies.toml")


def test_the_list_has_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["config"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == shipped.names()
    assert "jars" not in shipped.names()
    assert all(20 < len(line.partition("  ")[2].strip()) < 110 for line in lines)


def test_every_file_of_the_folder_is_shipped_or_of_spark() -> None:
    files = {path.stem for path in (ROOT / "conf").glob("*.toml")}
    assert files == {*shipped.names(), "jars"}


def test_a_shipped_name_wins_over_a_file_and_other_names_are_files(elsewhere: Path) -> None:
    for name in ("lens", "mine"):
        (elsewhere / name).write_text("[scoring]\nreference_year = 1999")
    assert config.load("lens").scoring.reference_year == 2021
    assert config.load("./lens").scoring.reference_year == 1999
    assert config.load("mine").scoring.reference_year == 1999


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (
            "lenz",
            "configuration 'lenz' is neither a file nor a shipped one "
            "(derwent, lens, paper, patentsview); did you mean lens?",
        ),
        (
            "technologies",
            "configuration 'technologies' is neither a file nor a shipped one "
            "(derwent, lens, paper, patentsview)",
        ),
        ("gone/lens.toml", "no configuration file gone/lens.toml; --config lens is the shipped"),
        ("mine.toml", "no configuration file mine.toml"),
        ("", "cannot be read as TOML"),
    ],
)
def test_what_is_not_there_is_one_line(
    place: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", "--config", place, "--input", "in", "--output", "out"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line


def test_an_unknown_catalogue_names_the_key() -> None:
    with pytest.raises(
        ConfigError, match=r"^technologies\.catalogue 'technology' is neither .*gies\?$"
    ):
        catalogue.load("technology")


def test_a_name_that_is_not_shipped_cannot_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["config", "jars"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        "patentcore: no 'jars' is shipped; there are "
        "derwent, lens, paper, patentsview, technologies"
    )


def test_names_are_found_in_the_zip_for_executors(tmp_path: Path) -> None:
    archive = tmp_path / "patentcore.zip"
    subprocess.run([ROOT / "scripts" / "package", archive], check=True, capture_output=True)
    with zipfile.ZipFile(archive) as opened:
        assert "patentcore/conf/lens.toml" in opened.namelist()
    code = (
        f"import sys; sys.path.insert(0, {str(archive)!r}); from patentcore import config, shipped;"
        "print(shipped.__file__, config.load('lens').scoring.reference_year)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"{archive}/patentcore/shipped.py 2021\n"
