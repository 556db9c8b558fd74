"""What keeps a folder from being written, and which disk is full where engines only say one is."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from patentcore.engine.failures import Kind, failure_of, message_line
from patentcore.engine.spill import default_parent
from patentcore.errors import EnvironmentProblem
from patentcore.lake.places import Place
from patentcore.lake.stores import LocalStore

_ELSEWHERE = "set SPARK_LOCAL_DIRS and TMPDIR to folders where there is more"


def told_by(error: Exception) -> str:
    """Return why a folder cannot be written, and which where the error says it.

    >>> told_by(PermissionError(13, "Permission denied", "/staging"))
    'Permission denied: /staging'
    """
    why = getattr(error, "strerror", None) or message_line(error)
    folder = getattr(error, "filename", None)
    return f"{why}: {folder}" if folder else why


def refuse_full(error: Exception, places: Iterable[Place]) -> None:
    """Name the folder whose disk is full, if an error says that one is.

    Args:
        error: of an engine or of the system.
        places: that are written; the folders that engines spill to are looked at besides.

    Raises:
        EnvironmentProblem: it does. Of several folders the one that the error names, or else the
            one with the least space.
    """
    failure = failure_of(error)
    if failure.kind is not Kind.NO_SPACE:
        return
    remedies = {
        place.path: "or choose another output or output.staging"
        for place in places
        if isinstance(place.store, LocalStore)
    }
    for spill in (default_parent(), Path(tempfile.gettempdir())):
        remedies.setdefault(str(spill), f"or {_ELSEWHERE}")
    named = [folder for folder in remedies if folder in str(error)]
    folder = min(named or remedies, key=_free)
    free = _free(folder) / 2**20
    raise EnvironmentProblem(
        f"no space left on the disk of {folder} ({free:,.1f} MiB are free); free some, "
        f"{remedies[folder]}"
    ) from error


def _free(folder: str) -> int:
    """Return the free bytes of a folder's disk, also where the folder is not there any more."""
    path = Path(folder)
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free
