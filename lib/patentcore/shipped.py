"""The configurations and the catalogue that the package brings, and how names of them are read.

In the repository they stand in ``conf/``, which the package's folder links to; a wheel has copies.
"""

from __future__ import annotations

import sys
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patentcore.errors import ConfigError, meant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.resources.abc import Traversable

CATALOGUES = ("technologies",)
_NEITHER = ("jars",)  # what scripts/setup fetches for Spark


def names() -> list[str]:
    """Return the names of everything shipped.

    >>> names()
    ['derwent', 'lens', 'paper', 'patentsview', 'technologies']
    """
    found = (Path(entry.name) for entry in _folder().iterdir())
    return sorted(p.stem for p in found if p.suffix == ".toml" and p.stem not in _NEITHER)


def configurations() -> list[str]:
    """Return the names of the shipped configurations.

    >>> configurations()
    ['derwent', 'lens', 'paper', 'patentsview']
    """
    return [name for name in names() if name not in CATALOGUES]


def locate(place: str | Path, known: Sequence[str], what: str) -> Traversable:
    """Return the shipped file of a name, or else the file of a path.

    A name has neither folder nor suffix. The shipped file wins over a file called the same in the
    working folder, so that a name means the same everywhere; ``./lens`` is the latter.

    Args:
        place: a name or a path.
        known: the shipped names that count here.
        what: what is looked for, for the message.

    Raises:
        ConfigError: it is a name, but neither shipped nor a file.
    """
    place = str(place)
    if place in known:
        return _folder() / f"{place}.toml"
    if is_name(place) and not Path(place).is_file():
        raise ConfigError(
            f"{what} {place!r} is neither a file nor a shipped one ({', '.join(known)})"
            + meant(place, known)
        )
    return Path(place)


def is_name(place: str) -> bool:
    """Tell whether a text could be a shipped name instead of a path.

    >>> [is_name(place) for place in ("lens", "./lens", "lens.toml", "conf/lens.toml", "")]
    [True, False, False, False, False]
    """
    return bool(place) and not set(place) & set("./\\")


def content(name: str) -> bytes:
    """Return a shipped file as it is.

    Raises:
        ConfigError: there is none of this name.
    """
    if name not in names():
        raise ConfigError(
            f"no {name!r} is shipped; there are {', '.join(names())}{meant(name, names())}"
        )
    return (_folder() / f"{name}.toml").read_bytes()


def listing() -> str:
    """Return a line for each shipped file: its name, and the line that it begins with."""
    every = names()
    width = max(len(name) for name in every)
    return "\n".join(f"{name:<{width}}  {_first_line(name)}" for name in every)


def described(name: str | None = None) -> dict[str, Any]:
    """Return what a shipped file says, or the line that each of them begins with by its name."""
    if name is None:
        return {"shipped": {every: _first_line(every) for every in names()}}
    return {"name": name, "content": tomllib.loads(content(name).decode())}


def show(name: str | None = None) -> None:
    """Print a shipped file, or what there is."""
    if name is None:
        print(listing())
    else:
        sys.stdout.buffer.write(content(name))  # as it is, whatever the terminal's encoding


def _first_line(name: str) -> str:
    return content(name).decode().partition("\n")[0].removeprefix("# ")


def _folder() -> Traversable:
    return files("patentcore") / "conf"
