"""Fetch the jars that conf/jars.toml names into .jars/, with the Ivy that PySpark ships.

``--with NAME,...`` also fetches the jars of these names into .jars/NAME/. Files already there and
intact are kept, so a second call needs no network; files no longer named are removed.
``PATENTCORE_IVY_SETTINGS`` may name an ivysettings.xml, for those behind a mirror.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
JARS = ROOT / ".jars"

# Ivy's command line has no option for a classifier, so one is asked for in a file.
MODULE = """<ivy-module version="2.0" xmlns:m="http://ant.apache.org/ivy/maven">
  <info organisation="patentcore" module="jars"/>
  <dependencies>
    <dependency org="{0}" name="{1}" rev="{2}" transitive="false">
      <artifact name="{1}" type="jar" ext="jar" m:classifier="{3}"/>
    </dependency>
  </dependencies>
</ivy-module>
"""


def main() -> int:
    """Bring .jars/ to what conf/jars.toml names; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--java", default="java", help="the java to run Ivy with")
    parser.add_argument("--with", dest="extras", default="", metavar="NAME,...")
    arguments = parser.parse_args()
    named = tomllib.loads((ROOT / "conf" / "jars.toml").read_text(encoding="utf-8"))
    checksums = named.get("sha256", {})
    folders = {JARS: [named["graphframes"], *named.get("extra", [])]}
    for extra in filter(None, arguments.extras.split(",")):
        if extra not in named["with"]:
            known = ", ".join(named["with"])
            print(f"patentcore: --with knows {known}; not {extra}", file=sys.stderr)
            return 2
        folders[JARS / extra] = named["with"][extra]
    try:
        for folder, coordinates in folders.items():
            bring(folder, coordinates, arguments.java, checksums)
    except RuntimeError as error:
        print(f"patentcore: {error}", file=sys.stderr)
        return 1
    return 0


def bring(folder: Path, coordinates: list[str], java: str, checksums: dict[str, str]) -> None:
    """Bring one folder to the jars of the coordinates; what is there and intact is kept."""
    wanted = {file_name(coordinate): coordinate for coordinate in coordinates}
    folder.mkdir(exist_ok=True)
    for name, coordinate in wanted.items():
        jar = folder / name
        if name not in checksums:
            print(
                f"patentcore: {name} has no SHA-256 in conf/jars.toml and is taken unverified",
                file=sys.stderr,
            )
        if not is_intact(jar, checksums.get(name)):
            print(f"patentcore: resolving {coordinate}", file=sys.stderr)
            fetch(coordinate, jar, java, checksums.get(name))
    for stale in folder.glob("*.jar"):
        if stale.name not in wanted:
            stale.unlink()


def file_name(coordinate: str) -> str:
    """Return the name of the file that a coordinate resolves to.

    >>> file_name("org.example:graphs_2.13:1.8.0")
    'graphs_2.13-1.8.0.jar'
    >>> file_name("org.example:server:4.1.0:all")
    'server-4.1.0-all.jar'
    """
    parts = coordinate.split(":")
    if len(parts) not in (3, 4) or not all(parts):
        raise SystemExit(
            f"patentcore: conf/jars.toml: {coordinate!r} is not of the form "
            "GROUP:ARTIFACT:VERSION[:CLASSIFIER]."
        )
    return "-".join(parts[1:]) + ".jar"


def is_intact(jar: Path, checksum: str | None) -> bool:
    """Tell whether the file is there and, where a checksum is known, has it."""
    if not jar.is_file():
        return False
    return checksum is None or sha256(jar) == checksum


def sha256(path: Path) -> str:
    """Return the file's SHA-256 as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(coordinate: str, jar: Path, java: str, checksum: str | None) -> None:
    """Retrieve one jar with Ivy, check it, and only then give it its name."""
    with tempfile.TemporaryDirectory(dir=jar.parent) as scratch:
        command = [java, "-jar", str(bundled_ivy()), "-cache", f"{scratch}/cache"]
        settings = os.environ.get("PATENTCORE_IVY_SETTINGS")
        if settings:
            command += ["-settings", settings]
        group, artifact, version, *classifier = coordinate.split(":")
        pattern = f"{scratch}/[artifact]-[revision](-[classifier]).[ext]"
        if classifier:
            module = Path(scratch) / "ivy.xml"
            module.write_text(MODULE.format(group, artifact, version, *classifier))
            command += ["-ivy", str(module)]
        else:
            command += ["-dependency", group, artifact, version, "-notransitive", "-types", "jar"]
        command += ["-retrieve", pattern]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        fetched = Path(scratch) / jar.name
        if result.returncode != 0 or not fetched.is_file():
            details = result.stdout[-3000:] + result.stderr[-3000:]
            raise RuntimeError(
                f"{coordinate} did not resolve; check the network and the coordinate in "
                "conf/jars.toml, set PATENTCORE_IVY_SETTINGS to the ivysettings.xml of a mirror, "
                f"or put {jar.name} into .jars/ yourself. Ivy said:\n{details}"
            )
        if not is_intact(fetched, checksum):
            raise RuntimeError(
                f"{jar.name} was fetched with SHA-256 {sha256(fetched)}, which is not the one in "
                "conf/jars.toml; do not use it unless you know why."
            )
        fetched.replace(jar)


def bundled_ivy() -> Path:
    """Return the Ivy among the jars of the installed PySpark."""
    spec = importlib.util.find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise RuntimeError("PySpark is not installed; run scripts/setup")
    ivy = sorted((Path(spec.origin).parent / "jars").glob("ivy-*.jar"))
    if not ivy:
        raise RuntimeError("PySpark has no Ivy among its jars; reinstall pyspark")
    return ivy[-1]


if __name__ == "__main__":
    sys.exit(main())
