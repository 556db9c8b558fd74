"""Which stages of a run are finished, and whether another run may go on from there."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import patentcore
from patentcore.config import Config
from patentcore.engine import running
from patentcore.engine.ending import heed_interrupts
from patentcore.lake.output import Output
from patentcore.stages.run import Run

log = logging.getLogger("patentcore")


def identity_of(config: Config, given: Any) -> str:
    """Return what a run computes and on what, as one text that any difference changes.

    Args:
        config: the configuration; where its output goes does not count, the content of the files
            that it names does.
        given: the input as it was seen.
    """
    named = (config.technologies.catalogue, config.corpus.applicants)
    content = {
        "code": [patentcore.__version__, _digest_of_code()],
        "engine": running().name,
        "configuration": config.model_dump(mode="json", exclude={"output": True}),
        "files": [_digest_of_file(name) for name in named if name],
        "input": given,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


class Progress:
    """The stages that are finished, noted after each.

    Args:
        making: the output in the making.
        run: what they record.
    """

    def __init__(self, making: Output, run: Run) -> None:
        self._making, self._run = making, run
        told = making.finished
        self.finished: list[str] = told.get("finished", [])
        if told:
            run.stages.resume(told["stages"])
            run.facts |= told["facts"]
            chosen = Config.model_validate(told["configuration"])
            run.config = chosen.model_copy(update={"output": run.config.output})
            log.info("%s finished before; the run goes on after that", ", ".join(self.finished))

    def note(self, stage: str) -> None:
        """Take note that a stage is finished; an interrupt that it swallowed takes effect then."""
        self.finished.append(stage)
        run = self._run
        self._making.note(
            {
                "finished": self.finished,
                "stages": run.stages.records,
                "facts": run.facts,
                "configuration": run.config.model_dump(mode="json"),
            }
        )
        heed_interrupts()


def _digest_of_file(path: str) -> str:
    """Return a digest of what a file holds; of a shipped one, whose code counts, its name."""
    file = Path(path)
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else path


@cache
def _digest_of_code() -> str:
    """Return a digest of the package's files, in a folder or an archive."""
    digest = hashlib.sha256()
    for name, file in _sources(resources.files("patentcore"), ""):
        digest.update(name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _sources(folder: Traversable, above: str) -> Iterable[tuple[str, Traversable]]:
    for inner in sorted(folder.iterdir(), key=lambda one: one.name):
        name = f"{above}/{inner.name}"
        if inner.name == "__pycache__":
            continue
        if inner.is_dir():
            yield from _sources(inner, name)
        else:
            yield name, inner
