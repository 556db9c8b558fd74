"""The check of the input before any work: a table, a summary, and limits that stop the run."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.errors import InputError
from patentcore.method import quality
from patentcore.method.quality import Finding
from patentcore.stages.run import Run

log = logging.getLogger("patentcore")

_WORTH_SAYING = 0.01  # share of failing rows from which the terminal is told
_ALWAYS_SAID = {"missing_number", "implausible_date", "filed_after_publication", "missing_end"}


def check_quality(run: Run) -> None:
    """Write ``quality``, say what is wrong with the input, and refuse it where that is too much.

    Raises:
        InputError: a check fails for a greater share of the rows than its limit.
    """
    found = _found(run)
    limits: dict[str, float] = run.config.quality.model_dump()
    rows = [
        (one.table, one.check, one.rows, one.failed, one.share, limits[one.check], one.example)
        for one in found
    ]
    run.work.write(run.spark.createDataFrame(rows, schemas.QUALITY).coalesce(1), "quality")
    for one in found:
        if one.share >= _WORTH_SAYING or (one.failed and one.check in _ALWAYS_SAID):
            log.info("input: %s (%.1f %%)", one, 100 * one.share)
    _refuse(quality.over_limit(found, limits), limits)


def _refuse(found: Sequence[Finding], limits: dict[str, float]) -> None:
    if found:
        told = "; ".join(f"{one} (quality.{one.check} is {limits[one.check]:g})" for one in found)
        raise InputError(f"the input is not good enough: {told}")


def _found(run: Run) -> list[Finding]:
    patents = run.source.read("patents", required=("publication_number",))
    checks = quality.patent_checks(dt.date.today())
    key = F.col("publication_number")
    counts = patents.transform(quality.counted, checks, key=key).collect()[0]
    found = quality.findings("patents", checks, counts)
    if not run.source.has("citations"):
        return found
    checks = quality.citation_checks()
    citations = run.source.read("citations").transform(quality.with_known_ends, patents)
    counts = citations.transform(
        quality.counted, checks, key=F.coalesce("citing", "cited")
    ).collect()[0]
    return found + quality.findings("citations", checks, counts)
