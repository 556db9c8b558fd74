"""What a run has finished, written into its staging folder, for a later run to go on from."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from patentcore.lake.places import Place
from patentcore.lake.staging import OWNER, is_staging, staging_name

log = logging.getLogger("patentcore")

FINISHED = "_finished.json"
PASSING = "_passing"
"""Folder of what is written beside the stages; none that is finished leaves anything in it."""
_MARKS = {FINISHED, OWNER}


@dataclass(frozen=True)
class Checkpoint:
    """How a run notes what it has finished, and finds what one before it had.

    Attributes:
        identity: of configuration, input and code; only a run of the same goes on from it.
        resumes: whether to go on from what an interrupted run finished, and to keep what this one
            has where it fails.
    """

    identity: str
    resumes: bool = False

    def write(self, staging: Place, told: dict[str, Any]) -> None:
        """Write down that the files which staging holds now are of finished stages.

        Args:
            staging: the folder.
            told: what the stages recorded.
        """
        content = {"identity": self.identity, "files": _files(staging), "told": told}
        (staging / FINISHED).write_json(content)

    def keeps(self, staging: Place) -> bool:
        """Tell whether a run that failed leaves what it finished to a later one."""
        try:
            return self.resumes and (staging / FINISHED).exists()
        except Exception:  # the store itself may be what failed
            return False

    def find(
        self, output: Place, folders: Iterable[Place], run_id: str | None
    ) -> tuple[str, dict[str, Any]] | None:
        """Find what an interrupted run finished, and take off what it had only begun.

        Args:
            output: that the runs were to write; who asks holds its lock.
            folders: in which their staging folders may stand.
            run_id: the only run that will do; any if ``None``.

        Returns:
            The run's identifier, and what its stages recorded; ``None`` where there is none, with a
            line in the log that says why one is of no use.
        """
        if not self.resumes:
            return None
        begin = staging_name(output, "")
        for left in (folder / name for folder in folders for name in folder.names()):
            found = left.name.removeprefix(begin)
            if found == left.name or run_id not in (None, found) or not is_staging(left):
                continue
            finished = (left / FINISHED).read_json()
            if finished is not None and self._takes(left, finished):
                _remove_all_but(left, finished["files"])
                return found, finished["told"]
        log.warning("there is nothing to resume; the run begins at its first stage")
        return None

    def _takes(self, left: Place, finished: dict[str, Any]) -> bool:
        if finished["identity"] != self.identity:
            log.warning(
                "%s was begun with another configuration, input, engine or version", left.name
            )
            return False
        if finished["files"].items() - _files(left).items():
            log.warning("%s lacks files of what was finished", left.name)
            return False
        return True


def _files(staging: Place) -> dict[str, int]:
    """Return the sizes of the files of rows, by their paths below the folder."""
    return {
        file.name: file.size
        for file in staging.files()
        if not file.name.rpartition("/")[2].startswith(("_", "."))
        and not file.name.startswith(f"{PASSING}/")
    }


def _remove_all_but(staging: Place, kept: Iterable[str]) -> None:
    """Remove what a stage wrote that did not come to its end."""
    wanted = set(kept)
    folders = {name.partition("/")[0] for name in wanted}
    for name in set(staging.names()) - folders - _MARKS:
        (staging / name).delete()
    for name in set(_files(staging)) - wanted:
        (staging / name).delete()
