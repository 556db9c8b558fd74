"""What the input says of a patent that is no key patent; judged by the run's own steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.config import Config
from patentcore.errors import InputError
from patentcore.lake.fingerprints import fingerprint
from patentcore.lake.tables import TableStore
from patentcore.method.screening import criteria
from patentcore.method.screening.corpus import is_within
from patentcore.method.screening.funnel import with_failed_step
from patentcore.method.screening.indexes import with_indexes
from patentcore.results.explain.near import DIGITS
from patentcore.results.reading import session_for
from patentcore.stages.corpus import corpus_limits
from patentcore.stages.screen import funnel_steps
from patentcore.words.documents import application_key

_MOST_NEAR = 200


@dataclass(frozen=True)
class Judged:
    """A record of the input, judged.

    Attributes:
        patent: its columns and the indexes.
        failed: number of the step that removed it, 0 for the corpus's selection.
        is_unknown: it was removed because nothing tells.
        kept: the key patent that the comparing step kept in its place.
    """

    patent: dict[str, Any]
    failed: int
    is_unknown: bool
    kept: str | None = None


class Input:
    """The canonical tables that a run read, as they are now.

    Args:
        manifest: of the run.

    Raises:
        InputError: they are not there any more, or were exports, which no run keeps.
    """

    def __init__(self, manifest: dict[str, Any]) -> None:
        given = manifest.get("input") or {}
        told = (given.get("tables") or {}).get("patents")
        if told is None:
            raise InputError(
                "the run read exports, of which only the key patents are kept; patentcore ingest "
                "keeps all, and a run on its output can explain what was screened out"
            )
        uri = given["uri"]
        self.config = Config.model_validate(manifest["configuration"])
        store = TableStore.open(session_for(uri)([told["format"]]), uri)
        if not store.has("patents"):
            raise InputError(f"the run's input {uri} is not there any more")
        self.is_changed = fingerprint(store, ["patents"]).tables["patents"] != told
        self.patents = store.read("patents")

    def judged(self, number: str, key_patents: Iterable[str]) -> Judged | None:
        """Judge the record of a number; ``None`` where there is none.

        Args:
            number: as the input writes it.
            key_patents: the numbers of all.
        """
        config = self.config
        steps = funnel_steps(config)
        rows = (
            self.patents.where(F.col("publication_number") == number)
            .transform(
                with_indexes,
                breadth_level=config.screening.breadth_level,
                reference_year=config.scoring.reference_year,
            )
            .transform(with_failed_step, steps, within=is_within(corpus_limits(config.corpus)))
            .limit(1)
            .collect()
        )
        if not rows:
            return None
        patent = rows[0].asDict(recursive=True)
        failed, is_unknown = patent.pop("failed_step"), patent.pop("is_unknown")
        if failed is not None:
            return Judged(patent, failed, is_unknown)
        at = next((n for n, step in enumerate(steps, start=1) if step.passes is None), len(steps))
        alike = self._of_the_same_invention(number)
        kept = next((other for other in key_patents if other in alike), None)
        return Judged(patent, at, not alike, kept)

    def _of_the_same_invention(self, number: str) -> set[str]:
        """Return the numbers that the comparing step compares with one; none where it cannot."""
        by = self.config.screening.deduplicate_by
        value = criteria.shared_value(by)
        shared = application_key(value) if by == "application_number" else value
        known = self.patents.select("publication_number", shared.alias("shared"))
        own = known.where(F.col("publication_number") == number).limit(1).collect()[0]["shared"]
        if own is None:
            return set()
        return {row[0] for row in known.where(F.col("shared") == own).collect()}

    def alike(self, digits: Iterable[str]) -> list[str]:
        """Return numbers with one of these digits, as :mod:`near` reads them."""
        found: DataFrame = self.patents.select("publication_number").where(
            F.regexp_extract("publication_number", DIGITS, 1).isin(*digits)
        )
        return [row[0] for row in found.limit(_MOST_NEAR).collect()]
