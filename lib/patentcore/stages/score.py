"""The stage that scores and ranks the key patents."""

from __future__ import annotations

import logging

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.method import scoring
from patentcore.stages.cooccurrence import centrality_of_patents
from patentcore.stages.run import Run

log = logging.getLogger("patentcore")


def score(run: Run) -> None:
    """Key patents and their centrality in, ``scores`` out."""
    config = run.config.scoring
    with run.stages.stage("score") as facts:
        key_patents = run.work.read("key_patents")
        key_count = run.work.measured("key_patents")
        run.work.write(
            scoring.score(
                key_patents,
                centrality_of_patents(run, key_patents),
                reference_year=config.reference_year,
                popularity_citations=config.popularity_citations,
                main_class_level=config.main_class_level,
                weights=config.weights.model_dump(),
                key_patent_count=key_count,
                family_members=config.family_members,
                betweenness_is_off=run.config.centrality.betweenness == "off",
            )
            .orderBy(F.col("rank").asc_nulls_last(), "publication_number")
            .coalesce(1),
            "scores",
            metrics={"scored": F.count("rank")},
        )
        facts["scored"] = run.work.measured("scores", "scored")
        facts["unscored"] = key_count - facts["scored"]
        if facts["unscored"]:
            _say_why(run.work.read("scores"))


def _say_why(scores: DataFrame) -> None:
    """Warn of the key patents without a score, by the reason that they share."""
    unscored = scores.where(F.col("rank").isNull()).groupBy("missing_reason").count()
    for row in unscored.orderBy(F.desc("count"), "missing_reason").limit(3).collect():
        log.warning("%s key patents have no score: %s", f"{row['count']:,}", row["missing_reason"])
