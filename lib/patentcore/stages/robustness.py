"""The stage that asks how far the ranking hangs on its weights."""

from __future__ import annotations

from patentcore.method import robustness
from patentcore.method.scoring import MEASURES
from patentcore.stages.run import Run


def measure_robustness(run: Run) -> None:
    """``scores`` in, ``robustness`` and its summary in the manifest out."""
    config = run.config.robustness
    weights = run.config.scoring.weights.model_dump()
    if run.config.centrality.betweenness == "off":
        weights["betweenness"] = 0.0
    if not config.samples or not sum(weights.values()):
        return
    with run.stages.stage("robustness") as facts:
        draws = robustness.draw_weights(
            weights, samples=config.samples, spread=config.spread, seed=config.seed
        )
        table = run.work.write(
            robustness.robustness(
                run.work.read("scores"), draws, weights=weights, measures=MEASURES
            )
            .orderBy("rank")
            .coalesce(1),
            "robustness",
        )
        summary = robustness.summarise(table)
        run.facts["robustness"] = config.model_dump() | summary
        facts |= {"samples": config.samples, "median_rank_range": summary["median_rank_range"]}
