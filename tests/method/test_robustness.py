from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import DataFrame, SparkSession

from patentcore.method import robustness, scoring

PAPER = {"degree": 0.4, "betweenness": 0.3, "popularity": 0.2, "main_class": 0.1}
MEASURES = scoring.MEASURES


def measured(count: int = 40) -> pd.DataFrame:
    """Patents of which half have no betweenness, as in any citation network."""
    draw = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "publication_number": [f"K{i:02}" for i in range(count)],
            "degree_centrality": draw.random(count),
            "betweenness": draw.exponential(2.0, count) * (np.arange(count) % 2),
            "popularity": draw.random(count) * 3,
            "main_class_frequency": draw.random(count) * 5,
        }
    )
    return scored(frame)


def scored(frame: pd.DataFrame) -> pd.DataFrame:
    values = frame[list(MEASURES.values())]
    weights = np.array(list(PAPER.values()))
    scaled = (values - values.min()) / (values.max() - values.min())
    frame = frame.assign(core_degree=values @ weights, core_degree_scaled=scaled @ weights)
    return frame.assign(rank=ranks(frame, frame["core_degree"]))


def ranks(frame: pd.DataFrame, score: pd.Series) -> pd.Series:
    order = frame.assign(score=score).sort_values(
        ["score", "publication_number"], ascending=[False, True]
    )
    return pd.Series(np.arange(1, len(order) + 1), index=order.index).reindex(frame.index)


def on_spark(spark: SparkSession, frame: pd.DataFrame) -> DataFrame:
    rows = [*frame.itertuples(index=False, name=None), ("unscored", *[None] * 7)]
    return spark.createDataFrame(
        rows,
        "publication_number string, degree_centrality double, betweenness double, "
        "popularity double, main_class_frequency double, core_degree double, "
        "core_degree_scaled double, rank int",
    )


def robust(spark: SparkSession, frame: pd.DataFrame, **changed: Any) -> DataFrame:
    weights = PAPER | changed.pop("weights", {})
    draws = robustness.draw_weights(
        weights, **({"samples": 25, "spread": 0.5, "seed": 1} | changed)
    )
    return robustness.robustness(on_spark(spark, frame), draws, weights=weights, measures=MEASURES)


def test_draws_stay_within_the_spread_and_follow_the_seed() -> None:
    draws = robustness.draw_weights(PAPER, samples=500, spread=0.5, seed=1)
    ratios = np.array([[draw[n] / PAPER[n] for n in PAPER] for draw in draws])
    assert np.allclose([sum(draw.values()) for draw in draws], 1.0)
    # Scaling to the same sum keeps the proportions of factors between 0.5 and 1.5.
    assert (ratios.max(axis=1) / ratios.min(axis=1)).max() <= 3.0
    assert ratios.std() > 0.2
    assert draws == robustness.draw_weights(PAPER, samples=500, spread=0.5, seed=1)
    assert draws != robustness.draw_weights(PAPER, samples=500, spread=0.5, seed=2)


def test_spreads_of_ranks_are_those_of_ranking_every_draw_in_pandas(spark: SparkSession) -> None:
    frame = measured()
    found = robust(spark, frame).toPandas().set_index("publication_number")
    draws = robustness.draw_weights(PAPER, samples=25, spread=0.5, seed=1)
    values = frame[list(MEASURES.values())].to_numpy()
    every = pd.DataFrame(
        {
            i: ranks(frame, pd.Series(values @ np.array(list(draw.values()))))
            for i, draw in enumerate(draws)
        }
    ).set_index(frame["publication_number"])
    expected = pd.DataFrame(
        {
            "rank_lowest": every.min(axis=1),
            "rank_p05": every.quantile(0.05, axis=1),
            "rank_median": every.median(axis=1),
            "rank_p95": every.quantile(0.95, axis=1),
            "rank_highest": every.max(axis=1),
            "rank_deviation": every.std(axis=1, ddof=0),
            "top_share": (every <= 10).mean(axis=1),
        }
    )
    pd.testing.assert_frame_equal(
        found[expected.columns].sort_index(), expected, check_dtype=False, check_names=False
    )
    assert found["rank_deviation"].max() > 0
    assert "unscored" not in found.index


def test_what_betweenness_alone_decides_is_measured(spark: SparkSession) -> None:
    frame = measured()
    table = robust(spark, frame)
    found = table.toPandas().set_index("publication_number").reindex(frame["publication_number"])
    alone = frame["betweenness"].rank(ascending=False)
    assert found["betweenness_rank"].tolist() == alone.tolist()
    share = 0.3 * frame["betweenness"] / frame["core_degree"]
    assert found["betweenness_share"].tolist() == pytest.approx(share.tolist())

    summary = robustness.summarise(table)
    assert summary["ranked"] == 40
    spearman = frame["core_degree"].rank().corr(frame["betweenness"].rank())
    assert summary["betweenness_spearman"] == pytest.approx(spearman, abs=1e-6)
    scaled = frame["core_degree"].rank().corr(frame["core_degree_scaled"].rank())
    assert summary["scaled_spearman"] == pytest.approx(scaled, abs=1e-6)
    first = set(frame.nsmallest(10, "rank")["publication_number"])
    most = set(frame.nlargest(10, "betweenness")["publication_number"])
    assert summary["betweenness_top_10_shared"] == len(first & most)
    assert summary["betweenness_top_100_shared"] == 40
    assert summary["betweenness_share_median"] == pytest.approx(share[share > 0].median(), abs=1e-6)


def test_who_ties_for_the_first_place_is_among_the_first(spark: SparkSession) -> None:
    frame = measured()
    frame["betweenness"] = [7.0] * 25 + [1.0] * 15  # the mean rank of 25 firsts is 13
    summary = robustness.summarise(robust(spark, frame))
    first, alike = set(frame.nsmallest(10, "rank").index), set(frame.index[:25])
    assert summary["betweenness_top_10_shared"] == len(first & alike) > 0
    frame["betweenness"] = 7.0  # which ranks nobody
    assert robustness.summarise(robust(spark, frame))["betweenness_top_10_shared"] is None


def test_without_spread_every_draw_gives_the_rank_itself(spark: SparkSession) -> None:
    table = robust(spark, measured(), spread=0.0)
    found = table.toPandas()
    assert (found["rank_lowest"] == found["rank"]).all()
    assert (found["rank_highest"] == found["rank"]).all()
    summary = robustness.summarise(table)
    assert (summary["median_rank_range"], summary["top_stable"]) == (0.0, 10)


def test_betweenness_without_weight_has_no_say(spark: SparkSession) -> None:
    table = robust(spark, measured().assign(betweenness=None), weights={"betweenness": 0.0})
    assert table.where("betweenness_rank IS NOT NULL OR betweenness_share IS NOT NULL").isEmpty()
    summary = robustness.summarise(table)
    assert summary["betweenness_spearman"] is None
    assert summary["betweenness_top_10_shared"] is None


def test_one_patent_alone_has_no_correlation(spark: SparkSession) -> None:
    frame = measured().head(1).assign(rank=1)
    summary = robustness.summarise(robust(spark, frame))
    assert summary["ranked"] == 1
    assert summary["betweenness_spearman"] is None


def test_patents_of_equal_betweenness_have_no_correlation(spark: SparkSession) -> None:
    summary = robustness.summarise(robust(spark, measured().assign(betweenness=0.0)))
    assert summary["betweenness_spearman"] is None
    assert summary["scaled_spearman"] > 0
