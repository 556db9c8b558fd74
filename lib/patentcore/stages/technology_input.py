"""What the stage of technologies needs of the input alone."""

from __future__ import annotations

from typing import NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.stages.beforehand import scratch_of
from patentcore.stages.corpus import corpus_of
from patentcore.stages.run import Run
from patentcore.technologies import assignment, catalogue
from patentcore.technologies.indicators.encoded import parts_of
from patentcore.technologies.indicators.knowledge import novelty, spread
from patentcore.technologies.inventions import between
from patentcore.technologies.publications import MOST_OF_A_PART, classes_of, publications_of

_RULED, _INVENTIONS, _GENERAL, _FRESH = "_ruled", "_inventions", "_general", "_fresh"


class Corpus(NamedTuple):
    """The corpus as inventions.

    Attributes:
        patents: canonical patents.
        citations: between publications.
        ruled: technologies of publications, as rules assign them.
        inventions: publication_number, invention.
        classes: year, office and codes of each invention.
        general: generality of each invention.
        fresh: share of new pairs of groups of each invention.
    """

    patents: DataFrame
    citations: DataFrame
    ruled: DataFrame
    inventions: DataFrame
    classes: DataFrame
    general: DataFrame
    fresh: DataFrame

    def publications(self, inventions: DataFrame) -> DataFrame:
        """Return the patents of some inventions, with ``invention`` and what is said of these.

        Args:
            inventions: publication_number, each once, and anything else.
        """
        ids = inventions.withColumnRenamed("publication_number", "invention")
        chosen = self.inventions.join(F.broadcast(ids), on="invention", how="inner")
        return self.patents.join(F.broadcast(chosen), on="publication_number", how="inner")


def read_corpus(run: Run) -> Corpus:
    """Return the corpus as inventions; what is read several times is written."""
    patents = run.source.read("patents").transform(corpus_of, run=run)
    citations = run.source.read("citations")
    ruled = _ruled(run, patents)
    publications, general, fresh = _inventions(run, patents, citations)
    return Corpus(
        patents,
        citations,
        ruled,
        publications.select("publication_number", "invention"),
        classes_of(publications),
        general,
        fresh,
    )


def _ruled(run: Run, patents: DataFrame) -> DataFrame:
    """Return which patents belong to which technology by rules."""
    entries = catalogue.load(run.config.technologies.catalogue)
    return scratch_of(run).write(assignment.assign(patents, entries), _RULED)


def _inventions(
    run: Run, patents: DataFrame, citations: DataFrame
) -> tuple[DataFrame, DataFrame, DataFrame]:
    """Return publications with their inventions, and the generality and novelty of these."""
    config, scratch = run.config.technologies, scratch_of(run)
    publications = scratch.write(publications_of(patents, count=config.count), _INVENTIONS)
    classes = classes_of(publications)
    cited = between(
        citations.select("citing", "cited"), publications.select("publication_number", "invention")
    )
    general = spread(
        cited,
        classes,
        of="cited",
        over="citing",
        name="generality",
        fewest=parts_of(citations, MOST_OF_A_PART),
    )
    fresh = novelty(classes, burn_in_years=config.burn_in_years)
    return publications, scratch.write(general, _GENERAL), scratch.write(fresh, _FRESH)
