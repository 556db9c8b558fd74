"""What the user names as input or output: a path, a URI, a catalogue's namespace.

Names are taken literally: ``in[1]`` is a folder of that name and no pattern.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlparse

CATALOG = "catalog:"
"""Begins the name of a catalogue's namespace where a URI could stand: ``catalog:lake.result``."""


def is_catalog(uri: str) -> bool:
    """Tell whether tables are named by a catalogue instead of lying in a folder."""
    return uri.startswith(CATALOG)


def local_path(uri: str) -> Path | None:
    """Return the path of a local URI; ``None`` for another file system or a catalogue.

    >>> local_path("in[1]"), local_path("file:///tmp/a%20b"), local_path("s3a://lake/corpus")
    (PosixPath('in[1]'), PosixPath('/tmp/a b'), None)
    """
    parsed = urlparse(uri)
    if parsed.scheme == "file":
        return Path(unquote(parsed.path))
    # A colon alone makes no scheme: "a:b" is a file's name.
    return None if "://" in uri or is_catalog(uri) else Path(uri)


def has_credentials(uri: str) -> bool:
    """Tell whether a URI holds a secret, which would end up in logs and manifests.

    >>> has_credentials("s3a://key:secret@lake/corpus"), has_credentials("hdfs://user@host/corpus")
    (True, False)
    """
    parsed = urlparse(uri)
    # A name before "@" alone is a container in some stores and a user in HDFS.
    return parsed.password is not None or (parsed.scheme in ("s3", "s3a") and "@" in parsed.netloc)


def absolute(path: Path) -> Path:
    """Return where a path leads: links followed, ``..`` resolved, whether it exists or not."""
    return Path(os.path.realpath(path))


def quoted(*parts: str) -> str:
    """Return a name of several parts as SQL reads it.

    >>> quoted("lake", "my-result", "scores")
    '`lake`.`my-result`.`scores`'
    """
    return ".".join(f"`{part.replace('`', '``')}`" for part in parts)
