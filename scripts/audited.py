"""What scripts/audit prints: advisories, jars that are not as pinned, the bill of materials."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

from resolve_jars import JARS, ROOT, file_name, is_intact


def main(what: str, *paths: str) -> int:
    """Print one of the three; return the exit code."""
    if what == "jars":
        return wrong_jars(JARS)
    found = json.loads(Path(paths[0]).read_text(encoding="utf-8"))
    if what == "advisories":
        return advisories(found["dependencies"])
    print(json.dumps(with_jars(found), indent=2))
    return 0


def advisories(packages: list[dict[str, Any]]) -> int:
    """Print the advisories of packages; 1 where there is any, 2 where some are not looked up."""
    unknown = [one["name"] for one in packages if "skip_reason" in one]
    bad = [(one, wrong) for one in packages for wrong in one.get("vulns", ())]
    for one, wrong in bad:
        mended = ", ".join(wrong["fix_versions"]) or "no version yet"
        print(f"{one['name']} {one['version']}: {wrong['id']}, mended in {mended}")
    if unknown:
        print(f"{len(unknown)} packages could not be looked up: {', '.join(unknown)}")
    if not bad and len(unknown) < len(packages):
        print(f"no advisory for {len(packages) - len(unknown)} packages")
    return 1 if bad else 2 if unknown else 0


def wrong_jars(folder: Path) -> int:
    """Print the jars below a folder that have no checksum or another one; 1 where there is any."""
    checksums = named()["sha256"]
    jars = sorted(folder.rglob("*.jar"))
    wrong = [jar for jar in jars if not _is_pinned(jar, checksums)]
    for jar in wrong:
        why = "another checksum than" if jar.name in checksums else "no checksum"
        print(f"{jar.relative_to(folder.parent)}: {why} in conf/jars.toml")
    print(f"{len(jars) - len(wrong)} of {len(jars)} jars are as conf/jars.toml pins them")
    return int(bool(wrong))


def _is_pinned(jar: Path, checksums: dict[str, str]) -> bool:
    return jar.name in checksums and is_intact(jar, checksums[jar.name])


def with_jars(sbom: dict[str, Any]) -> dict[str, Any]:
    """Return a bill of materials of Python packages with the jars that conf/jars.toml names."""
    told = named()
    coordinates = {told["graphframes"], *told.get("extra", ())}.union(*told["with"].values())
    jars = [_component(coordinate, told["sha256"]) for coordinate in sorted(coordinates)]
    return sbom | {"components": [*sbom.get("components", ()), *jars]}


def _component(coordinate: str, checksums: dict[str, str]) -> dict[str, Any]:
    group, artifact, version, *classifier = coordinate.split(":")
    place = f"pkg:maven/{group}/{artifact}@{version}"
    place += f"?classifier={classifier[0]}" if classifier else ""
    found = {"type": "library", "bom-ref": place, "group": group, "name": artifact}
    found |= {"version": version, "purl": place}
    checksum = checksums.get(file_name(coordinate))
    return found | ({"hashes": [{"alg": "SHA-256", "content": checksum}]} if checksum else {})


def named() -> dict[str, Any]:
    """Return what conf/jars.toml says."""
    return tomllib.loads((ROOT / "conf" / "jars.toml").read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
