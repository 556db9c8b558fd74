"""What the user names as input or output: a path, a URI, a catalogue's namespace.

Names are taken literally: ``in[1]`` is a folder of that name and no pattern.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlparse

from patentcore.errors import ConfigError

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


def refuse_names(option: str, uris: Iterable[str]) -> None:
    """Refuse empty names, and secrets in a URI, which would end up in logs and manifests.

    Raises:
        ConfigError: naming the option.
    """
    for uri in uris:
        if not uri.strip():
            raise ConfigError(f"{option} is empty; name a folder")
        if has_credentials(uri):
            raise ConfigError(
                f"the {uri.partition(':')[0]}: URI holds credentials; leave them to the standard "
                "providers (environment, profile or role) and name the place alone"
            )


def absolute(path: Path) -> Path:
    """Return where a path leads: links followed, ``..`` resolved, whether it exists or not."""
    return Path(os.path.realpath(path))


def quoted(*parts: str) -> str:
    """Return a name of several parts as SQL reads it.

    >>> quoted("lake", "my-result", "scores")
    '`lake`.`my-result`.`scores`'
    """
    return ".".join(f"`{part.replace('`', '``')}`" for part in parts)
