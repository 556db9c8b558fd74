"""The list of enterprises that makes up a corpus."""

from __future__ import annotations

from pathlib import Path

from patentcore.errors import ConfigError


def read_names(path: str) -> list[str]:
    """Read enterprise names and aliases: a line each, aliases after ``|``, ``#`` for comments.

    Raises:
        ConfigError: the file is missing, not UTF-8 or names nobody.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"corpus.applicants: {path} cannot be read: {error}") from error
    names = [
        name.strip()
        for line in lines
        if not line.lstrip().startswith("#")
        for name in line.split("|")
        if name.strip()
    ]
    if not names:
        raise ConfigError(f"corpus.applicants: {path} names no enterprise")
    return names
