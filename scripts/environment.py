"""The Python of .venv as one archive for workers that have none: dist/environment.tar.gz.

It holds the interpreter, its standard library and the packages of requirements.lock, but for what
Spark brings itself (PySpark) and what no cluster needs (the embedded engine). Unlike what venv-pack
makes it needs no Python on the workers, and works wherever it is unpacked; but their system must be
of this one's kind (processor, C library). Nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "lib"))

from patentcore.errors import EnvironmentProblem  # noqa: E402

ARCHIVE = Path("dist") / "environment.tar.gz"
NOT_NEEDED = ("pyspark", "pysail")
_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
_LEFT_OUT = shutil.ignore_patterns(
    *("__pycache__", "site-packages", "dist-packages", "test", "tests", "config-*"),
    *("ensurepip", "idlelib", "lib2to3", "tkinter", "turtledemo"),
)
# Said by the copied interpreter: where it searches, and whose libpython it has loaded.
_WHERE = (
    "import site, sys; print(sys.prefix); print(site.getsitepackages()[0]);"
    "print(*{l.split()[-1] for l in open('/proc/self/maps') if 'libpython' in l}, sep='\\n')"
)
_WORKS = "import lxml, numba, numpy, pandas, pyarrow.parquet, scipy.sparse"


def make(target: Path) -> None:
    """Make the archive, and try its Python where it was put together.

    Raises:
        EnvironmentProblem: this Python cannot be moved.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        tree = Path(scratch).resolve() / "environment"
        packages = copy_interpreter(tree)
        for name in wanted():
            copy_package(name, packages)
        ask(tree, _WORKS)
        partial = Path(scratch, target.name)
        with tarfile.open(partial, "w:gz", compresslevel=1) as archive:
            archive.add(tree, arcname=".", filter=without_bytecode)
        partial.replace(target)
    stamp_of(target).write_text(fingerprint())


def archive_of(root: Path) -> str:
    """Return the archive's path below a root.

    Raises:
        EnvironmentProblem: it is not there, or of other packages or another Python.
    """
    stamp = stamp_of(root / ARCHIVE)
    if not (root / ARCHIVE).is_file() or not stamp.is_file():
        raise EnvironmentProblem(f"{ARCHIVE} is not here; run scripts/package --environment")
    if stamp.read_text() != fingerprint():
        raise EnvironmentProblem(
            f"{ARCHIVE} is of other packages or another Python than .venv; run scripts/package "
            "--environment again"
        )
    return str(ARCHIVE)


def fingerprint() -> str:
    """Return what the archive is made of: Python, machine, packages."""
    lock = hashlib.sha256((ROOT / "requirements.lock").read_bytes()).hexdigest()
    return f"{platform.python_version()} {platform.machine()} {lock}\n"


def stamp_of(archive: Path) -> Path:
    """Return the file that says what an archive is made of."""
    return archive.with_suffix(".made-from")


def wanted() -> list[str]:
    """Return the names of the packages that the archive holds."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    names = [match[1] for line in lines if (match := re.match(r"([\w.-]+)(\[.*\])?==", line))]
    return [name for name in names if name not in NOT_NEEDED]


def copy_interpreter(tree: Path) -> Path:
    """Copy Python and its standard library; return the folder that it searches for packages."""
    library = Path(sysconfig.get_path("stdlib"))
    shutil.copytree(
        library, tree / "lib" / _PYTHON, ignore=_LEFT_OUT, copy_function=link, symlinks=False
    )
    (tree / "bin").mkdir()
    interpreter = tree / "bin" / _PYTHON
    shutil.copy2(os.path.realpath(sys.executable), interpreter)
    for name in ("python", "python3"):
        (tree / "bin" / name).symlink_to(_PYTHON)
    copy_library(interpreter, tree / "lib")
    prefix, packages, *libraries = ask(tree, _WHERE).split()
    for place in (prefix, *libraries):
        if not Path(place).is_relative_to(tree):
            raise EnvironmentProblem(
                f"{_PYTHON} cannot be moved, as it looks for its own at {place}; make "
                ".venv with Debian's, pyenv's or python.org's Python"
            )
    return Path(packages)


def copy_library(interpreter: Path, folder: Path) -> None:
    """Copy the libpython that an interpreter is linked to, if any, and let it look there.

    Where it looks is a text in its file, in place of which a shorter one fits.
    """
    before = str(sysconfig.get_config_var("LIBDIR")).encode()
    after = b"$ORIGIN/../lib"
    content = interpreter.read_bytes()
    if b"\0" + before + b"\0" not in content or len(after) > len(before):
        return
    interpreter.write_bytes(
        content.replace(b"\0" + before + b"\0", b"\0" + after.ljust(len(before), b"\0") + b"\0")
    )
    for library in Path(os.fsdecode(before)).glob(f"lib{_PYTHON}.so*"):
        link(str(library), str(folder / library.name))


def copy_package(name: str, packages: Path) -> None:
    """Copy an installed package's files, without its commands, tests and bytecode."""
    for path in distribution(name).files or ():
        if ".." in path.parts or {"tests", "__pycache__"} & set(path.parts):
            continue
        target = packages / path
        target.parent.mkdir(parents=True, exist_ok=True)
        link(str(path.locate()), str(target))


def link(source: str, target: str) -> None:
    """Give a file a second name, or copy it to another disk."""
    try:
        os.link(os.path.realpath(source), target)
    except OSError:
        shutil.copy2(source, target)


def ask(tree: Path, program: str) -> str:
    """Run a program with a tree's Python, knowing of no other."""
    done = subprocess.run(
        [tree / "bin" / "python", "-B", "-c", program],
        cwd=tree,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise EnvironmentProblem(f"the copied Python does not work: {done.stderr[-500:].strip()}")
    return done.stdout


def without_bytecode(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out bytecode, and whose files these are."""
    if "__pycache__" in entry.name:
        return None
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def main() -> int:
    """Make the archive, unless ``--check`` asks whether it is there; return the exit code."""
    words = sys.argv[1:]
    try:
        if words == ["--check"]:
            archive_of(ROOT)
            return 0
        target = Path(words[0]) if words else ROOT / ARCHIVE
        make(target)
    except EnvironmentProblem as problem:
        print(f"patentcore: {problem}", file=sys.stderr)
        return problem.exit_code
    print(f"patentcore: built {target}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
