"""The corpus that a run counts: which rows of the input, and what is wrong with them."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.config import Corpus
from patentcore.errors import InputError
from patentcore.lake.uniqueness import duplicates
from patentcore.method.applicants import find_listed, read_names
from patentcore.method.screening.corpus import filter_corpus, limits
from patentcore.stages.run import Run

log = logging.getLogger("patentcore")

_SAID = 20  # listed enterprises that the terminal names; the manifest has them all


def corpus_with_key(run: Run) -> DataFrame:
    """Return the publications of the corpus that have a publication number."""
    patents = run.source.read("patents", required=("publication_number",))
    return patents.transform(filter_keyed).transform(corpus_of, run=run)


def filter_keyed(patents: DataFrame) -> DataFrame:
    """Keep the publications that have a publication number."""
    return patents.where(F.col("publication_number").isNotNull())


def corpus_of(patents: DataFrame, *, run: Run) -> DataFrame:
    """Keep the configured corpus."""
    return patents.transform(filter_corpus, corpus_limits(run.config.corpus))


def corpus_limits(config: Corpus) -> dict[str, Column]:
    """Return whether a publication lies within each configured limit, by the column that tells."""
    return limits(
        authorities=config.authorities,
        published_from=config.published_from.isoformat() if config.published_from else None,
        published_to=config.published_to.isoformat() if config.published_to else None,
        applicant_names=read_names(config.applicants) if config.applicants else (),
    )


def say_who_is_found(patents: DataFrame, list_of_names: str | None) -> list[dict[str, Any]]:
    """Say what each of the listed enterprises found, first of those of which there is nothing.

    Returns:
        The same for the manifest.
    """
    names = read_names(list_of_names) if list_of_names else []
    found = find_listed(patents, names) if names else []
    for listed in found:
        if not listed.publications:
            log.warning("%s", listed)
    others = sorted((one for one in found if one.publications), key=lambda one: -one.publications)
    for listed in others[:_SAID]:
        log.info("%s", listed)
    if len(others) > _SAID:
        log.info("and %d more names found publications; run.json has them", len(others) - _SAID)
    return [asdict(listed) for listed in found]


def refuse_repeated_keys(run: Run, patents: DataFrame) -> None:
    """Refuse publication numbers that occur twice, unless the configuration allows them."""
    if not run.config.corpus.check_unique_keys:
        return
    twice = duplicates(patents, "publication_number").limit(3).collect()
    if twice:
        raise InputError(
            "table patents has several rows for one publication number, e.g. "
            + ", ".join(f"{row.publication_number} ({row.rows})" for row in twice)
        )
