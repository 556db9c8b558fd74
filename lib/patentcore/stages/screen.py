"""The stage that screens the corpus down to its key patents."""

from __future__ import annotations

import logging
from collections.abc import Sequence, Set
from concurrent.futures import ThreadPoolExecutor

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.config import Config, Screening
from patentcore.method.screening import criteria, funnel
from patentcore.method.screening.corpus import filter_corpus, is_within
from patentcore.method.screening.criteria import Step
from patentcore.method.screening.indexes import with_indexes
from patentcore.stages.corpus import (
    corpus_limits,
    filter_keyed,
    refuse_repeated_keys,
    say_who_is_found,
)
from patentcore.stages.quality import check_quality
from patentcore.stages.rejects import (
    negative_counts,
    patents_without_key,
    without_negative_counts,
)
from patentcore.stages.run import Run, Stage

log = logging.getLogger("patentcore")

# Rows that are looked at for columns without a value, before the whole table is searched.
_FIRST_ROWS = 1000
_JUDGED = "scratch_judged"
# The keys of the configuration that limit the corpus, by the column that they read.
_LIMITED_BY = {
    "authority": "corpus.authorities",
    "publication_date": "corpus.published_from or published_to",
    "applicants": "corpus.applicants",
}


def screen(run: Run) -> None:
    """Patents in, ``quality``, ``key_patents``, ``funnel`` and ``rejects`` out.

    The input is judged on the few columns that the corpus and the steps need: by the steps that
    read no list first, what these leave by the others. All columns are read only of the key
    patents.
    """
    config = run.config.screening
    steps = funnel_steps(run.config)
    with run.stages.stage("screen") as facts:
        check_quality(run)
        given = run.source.read("patents", required=("publication_number",))
        patents = given.transform(without_negative_counts)
        limits = corpus_limits(run.config.corpus)
        say_what_is_missing(patents, set(limits), steps)
        if listed := say_who_is_found(patents, run.config.corpus.applicants):
            run.facts["listed"] = listed
        keyed = patents.transform(filter_keyed)
        first, rest = funnel.split_at_lists(steps, patents.schema)
        # Neither fills a machine with its few columns, so both run at once.
        with ThreadPoolExecutor(max_workers=1) as beside:
            checked = beside.submit(refuse_repeated_keys, run, patents)
            failed = funnel.failure_counts(keyed, first, within=is_within(limits)).collect()
            checked.result()
        rejects = patents_without_key(patents).unionByName(negative_counts(given))
        run.work.write(rejects.coalesce(1), "rejects")
        left = keyed.transform(filter_corpus, limits).transform(funnel.filter_candidates, first)
        # A lineage cut: what is left is counted, compared, and looked up in the whole table.
        judged = run.work.write(funnel.judged(left, rest, after=len(first)), _JUDGED)
        counts = [row for row in failed if row.failed_step is not None]
        counts += funnel.counts_of(judged, rest).collect()
        kept = one_of_each(judged.where(F.col("failed_step").isNull()), config)
        found = keyed.join(
            F.broadcast(kept.select("publication_number")), on="publication_number", how="left_semi"
        )
        if not run.config.corpus.check_unique_keys:
            # A number does not tell its row.
            passing = found.transform(filter_corpus, limits)
            found = one_of_each(passing.transform(funnel.filter_candidates, steps), config)
        run.work.write(
            found.transform(
                with_indexes,
                breadth_level=config.breadth_level,
                reference_year=run.config.scoring.reference_year,
            ),
            "key_patents",
        )
        run.work.remove(_JUDGED)
        key_count = run.work.measured("key_patents")
        rows = funnel.funnel_rows(steps, counts, deduplicated=key_count)
        run.work.write(funnel.funnel_frame(run.spark, rows).coalesce(1), "funnel")
        inside, outside = rows[0][3:5]
        facts |= {"publications": inside, "outside_corpus": outside, "key_patents": key_count}
        facts["rejects"] = run.work.measured("rejects")
        run.facts["funnel"] = [dict(zip(schemas.FUNNEL.names, row, strict=True)) for row in rows]


def one_of_each(candidates: DataFrame, config: Screening) -> DataFrame:
    """Keep one publication of each invention, where the steps ask for that."""
    if criteria.DEDUPLICATE not in config.steps:
        return candidates
    return funnel.filter_one_of_each(candidates, by=config.deduplicate_by)


def funnel_steps(config: Config) -> list[Step]:
    """Return the configured steps in order."""
    keys = config.screening
    every = {
        "receiving_office": criteria.receiving_office(keys.authorities),
        "patent_type": criteria.patent_type(keys.patent_types),
        "claims": criteria.claims(keys.min_claims_exclusive),
        "citations": criteria.citations(keys.min_citations_exclusive, of=keys.citations),
        "breadth": criteria.breadth(keys.min_breadth_exclusive, level=keys.breadth_level),
        "legal_events": criteria.legal_events(keys.legal_events),
        "deduplicate": criteria.deduplicate(keys.deduplicate_by),
    }
    return [every[name] for name in keys.steps]


def technicality(config: Config) -> list[Column]:
    """Whether a patent passes each of the configured steps of technicality; null where unknown."""
    names = {"patent_type", "claims", "citations", "breadth"}
    steps = [step.passes for step in funnel_steps(config) if step.name in names]
    return [passes for passes in steps if passes is not None]


def fields_with_values(patents: DataFrame, needed: Set[str]) -> set[str]:
    """Return those of the columns needed in which any publication has a value.

    Most columns show that in the first rows; the others are searched. Of a table without rows
    nothing can be said, so it has them all.
    """
    has_value = {name: F.col(name).isNotNull() for name in sorted(needed)}
    first = (
        patents.select(*(known.alias(name) for name, known in has_value.items()))
        .limit(_FIRST_ROWS)
        .collect()
    )
    if not first:
        return set(needed)
    return {
        name
        for name, known in has_value.items()
        if any(row[name] for row in first) or not patents.where(known).isEmpty()
    }


def say_what_is_missing(patents: DataFrame, limits: set[str], steps: Sequence[Step]) -> None:
    """Warn of limits and steps whose values the input lacks: all publications are unknown there.

    Args:
        patents: the canonical table.
        limits: the columns that limit the corpus.
        steps: in order.
    """
    known = fields_with_values(patents, limits.union(*(step.needs for step in steps)))
    for name in sorted(limits - known):
        log.warning(
            "the input has no %s, so no publication is known to be in the corpus (%s asks for it)",
            name,
            _LIMITED_BY[name],
        )
    for step in steps:
        if not set(step.needs) & known:
            log.warning(
                "the input has no %s, so step %s leaves nothing: every publication counts as "
                "unknown there (screening.steps can leave the step out)",
                " or ".join(step.needs),
                step.name,
            )


SCREEN = Stage(
    "screen",
    screen,
    reads=(),
    writes=("quality", "key_patents", "rejects", "funnel"),
    facts=("funnel",),
)
