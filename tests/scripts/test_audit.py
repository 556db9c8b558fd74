"""What scripts/audit says of advisories, jars and what all is made of, without the network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

AUDITED = ROOT / "scripts" / "audited.py"
SOUND = {"name": "sound", "version": "1.0", "vulns": []}
OLD = {"name": "old", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}


def audited(what: str, content: Any, folder: Path) -> subprocess.CompletedProcess[str]:
    found = folder / "found.json"
    found.write_text(json.dumps(content), encoding="utf-8")
    command = [sys.executable, str(AUDITED), what, str(found)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([SOUND], 0, "no advisory for 1 packages\n"),
        ([SOUND, OLD], 1, "old 1.0: PYSEC-1, mended in 1.1\n"),
        ([OLD, UNKNOWN], 1, "1 packages could not be looked up: unknown\n"),
        ([SOUND, UNKNOWN], 2, "1 packages could not be looked up: unknown\n"),
    ],
)
def test_advisories_and_what_nobody_looked_up_have_codes_of_their_own(
    packages: list[dict[str, Any]], code: int, said: str, tmp_path: Path
) -> None:
    done = audited("advisories", {"dependencies": packages}, tmp_path)
    assert (done.returncode, done.stderr) == (code, "")
    assert said in done.stdout


def test_the_bill_of_materials_has_every_jar_with_its_checksum(tmp_path: Path) -> None:
    done = audited("sbom", {"bomFormat": "CycloneDX", "components": [{"name": "a"}]}, tmp_path)
    components = json.loads(done.stdout)["components"]
    assert components[0] == {"name": "a"}
    (delta,) = [one for one in components if one.get("name") == "delta-spark_4.1_2.13"]
    assert delta["purl"] == "pkg:maven/io.delta/delta-spark_4.1_2.13@4.4.0"
    assert all(len(one["hashes"][0]["content"]) == 64 for one in components[1:])


def test_a_jar_that_is_not_as_pinned_is_named(tmp_path: Path) -> None:
    (tmp_path / ".jars").mkdir()
    for name in ("delta-storage-4.4.0.jar", "stranger-1.0.jar"):
        (tmp_path / ".jars" / name).write_bytes(b"not it")
    code = f"import audited, pathlib; audited.wrong_jars(pathlib.Path({str(tmp_path)!r}) / '.jars')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=AUDITED.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        ".jars/delta-storage-4.4.0.jar: another checksum than in conf/jars.toml",
        ".jars/stranger-1.0.jar: no checksum in conf/jars.toml",
        "0 of 2 jars are as conf/jars.toml pins them",
    ]
