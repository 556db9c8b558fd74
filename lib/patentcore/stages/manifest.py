"""The manifest of a run: what was run on what, with which figures."""

from __future__ import annotations

import datetime as dt
from typing import Any

import patentcore
from patentcore.engine import peak_memory
from patentcore.engine.versions import described, versions
from patentcore.lake.fingerprints import InputPrint
from patentcore.stages.run import Run


def of_tables(run: Run, given: InputPrint) -> dict[str, Any]:
    """Return what a manifest says of canonical tables that were read."""
    return {"uri": run.source.home.uri, "tables": given.tables}


def manifest_of(run: Run, given: dict[str, Any]) -> dict[str, Any]:
    """Return ``run.json`` without its tables: what was run on what, with which figures."""
    return {
        "patentcore": patentcore.__version__,
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": round(run.stages.seconds(), 3),
        "configuration": run.config.model_dump(mode="json"),
        "seed": run.config.centrality.seed,
        "engine": described(run.spark),
        "versions": versions(run.spark),
        "input": given,
        "stages": run.stages.records,
        "peak_memory": peak_memory(),
        **run.facts,
    }
