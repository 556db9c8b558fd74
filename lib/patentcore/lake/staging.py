"""Staging folders: where tables gather until they are published, marked as PatentCore's."""

from __future__ import annotations

import logging
import os
import platform

import patentcore
from patentcore.lake.exchange import UNFINISHED
from patentcore.lake.guard import is_result
from patentcore.lake.places import Place

log = logging.getLogger("patentcore")

OWNER = "_owner.json"
"""Marks a staging folder as PatentCore's."""


def staging_name(output: Place, run_id: str) -> str:
    """Return the name of a run's staging folder."""
    return f".{output.name}{UNFINISHED}{run_id}"


def make_staging(place: Place, *, uri: str, run_id: str) -> None:
    """Make a staging folder with our mark.

    Args:
        place: the folder.
        uri: the output, as the user named it.
        run_id: the run.
    """
    place.make()
    (place / OWNER).write_json(
        {
            "patentcore": patentcore.__version__,
            "output": uri,
            "run": run_id,
            "host": platform.node(),
            "pid": os.getpid(),
        }
    )


def is_staging(place: Place) -> bool:
    """Tell whether a folder carries our mark."""
    return (place / OWNER).exists()


def sweep(output: Place, *folders: Place, kept: str | None = None) -> None:
    """Remove what killed runs left; only who holds the output's lock knows that none goes on.

    Args:
        output: that the runs were to write.
        folders: in which their staging folders may stand. A folder of such a name that is not ours
            stays, with a line in the log.
        kept: name of a folder that stays, as the run goes on with it.
    """
    begin = staging_name(output, "")
    for left in (folder / name for folder in folders for name in folder.names()):
        if not left.name.startswith(begin) or left.name == kept:
            continue
        # An exchange of folders leaves the old result under the new one's staging name.
        if is_staging(left) or is_result(left) or left.name == f"{begin}former":
            left.delete()
            log.info("removed %s, which an interrupted run left", left)
        else:
            log.warning("%s is named like a staging folder but not PatentCore's; it stays", left)
