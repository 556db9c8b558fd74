"""The package as a zip, in which executors elsewhere get it.

Stands alone, as ``scripts/package`` runs it by its path, also where nothing is installed.
"""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
NAME = "patentcore.zip"


def write_zip(target: Path, package: Path = PACKAGE) -> Path:
    """Write the package's zip unless it stands there already; return its path.

    Names are sorted and dates fixed, so that equal sources give equal bytes. A zip that differs is
    replaced in one step.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    # Its conf/ may be a link, which rglob does not follow.
    paths = {*package.rglob("*"), *package.joinpath("conf").glob("*.toml")}
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(paths):
            if path.is_file() and "__pycache__" not in path.parts:
                name = path.relative_to(package.parent).as_posix()
                entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
                entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    if target.is_file() and target.read_bytes() == partial.read_bytes():
        partial.unlink()  # who runs from it is not disturbed
        target.touch()  # scripts/setup compares its date with those of the sources
    else:
        partial.replace(target)
    return target


def is_zip() -> bool:
    """Tell whether the package that runs here is in a zip."""
    return not PACKAGE.is_dir()


def zipped(folder: Path) -> Path:
    """Return a zip of the package that runs here: its own, or one made in a folder."""
    return PACKAGE.parent if is_zip() else write_zip(folder / NAME)


if __name__ == "__main__":
    write_zip(Path(sys.argv[1]))
