"""All indicators of every unit, whether technologies or enterprises."""

from __future__ import annotations

from pyspark.sql import DataFrame

from patentcore.technologies.held import joined
from patentcore.technologies.indicators import (
    age,
    causes,
    integration,
    output,
    ownership,
)
from patentcore.technologies.indicators.links import vertical
from patentcore.technologies.indicators.persons import persons


def measure(
    rows: DataFrame,
    links: DataFrame,
    citations: DataFrame,
    classes: DataFrame,
    ties: DataFrame,
    crossed: DataFrame,
    *,
    last_year: int,
    recent_years: int,
    fewest: int,
    fewest_of_quality: int,
    with_graphframes: bool = True,
) -> DataFrame:
    """Return one row a unit with every indicator but the stage.

    The frames are read many times: have them written.

    Args:
        rows: unit, publication_number and what the patent contributes, with its generality,
            originality and novelty.
        links: the citations within each unit (:func:`ownership.links_within`).
        citations: citing, cited inventions of the corpus.
        classes: publication_number, year of all inventions of the corpus.
        ties: figures of each unit's ties (:func:`patentcore.technologies.cooperation.ties`).
        crossed: inventions at links of the chain (:func:`indicators.links.crossings`).
        last_year: the last year that counts as observed.
        recent_years: the span that counts as recent.
        fewest: inventions that a unit needs for a rank in the index.
        fewest_of_quality: domestic quality inventions that tell who holds them.
        with_graphframes: find thickets by GraphFrames' motifs; else by plain joins.
    """
    parts = (
        output.totals(rows, last_year=last_year, recent_years=recent_years),
        ownership.concentration(rows),
        ownership.thickets(links, with_graphframes=with_graphframes),
        persons(rows, last_year=last_year, recent_years=recent_years),
        age.cited_ages(rows, citations, classes),
        causes.subjects(rows, fewest=fewest_of_quality),
        causes.dependence(rows, links),
        integration.coverage(links),
        integration.partners(rows),
        integration.chain(rows),
        vertical(rows, crossed),
        ties,
    )
    return integration.with_index(joined(parts, on="unit"), fewest=fewest)
