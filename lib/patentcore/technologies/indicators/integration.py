"""Industry-university-research (IUR) integration: four mechanisms and their index.

After the dual case study of CRRC and Huawei: basic research, multiple subjects, upstream and
downstream, global resources. What stands for each is ours and documented in docs/technologies.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from patentcore.technologies.indicators.encoded import Texts, of_units
from patentcore.technologies.indicators.knowledge import entropy

# Sectors that owners may be of: their entropy is at most its logarithm.
_SECTORS = 5
MECHANISMS = ("iur_basic_research", "iur_subjects", "iur_chain", "iur_global")
_COVERAGE = "unit string, iur_chain_coverage double, iur_network_coverage double"


def coverage(links: DataFrame) -> DataFrame:
    """Return how much of a unit's citation graph IUR patents touch: its chains and networks.

    Paper C: points as points, chains as chains, networks as networks; the measures are ours.

    Args:
        links: unit, citing, cited, citing_iur, cited_iur.

    Returns:
        unit; iur_chain_coverage, the share of citations with an IUR patent at an end;
        iur_network_coverage, the share of weakly connected components with an IUR patent.
    """
    read = links.select("unit", "citing", "cited", "citing_iur", "cited_iur")
    return of_units(read, _coverage, _COVERAGE)


def _coverage(rows: pa.Table) -> dict[str, np.ndarray | pa.Array]:
    units, ends = (
        Texts.of(rows["unit"]),
        Texts.of(pa.chunked_array([*rows["citing"].chunks, *rows["cited"].chunks])),
    )
    # An invention is another vertex in each unit that it is of.
    keys = np.tile(units.code, 2) * len(ends.names) + ends.code
    vertices, place = np.unique(keys, return_inverse=True)
    source, target = np.split(place, 2)
    component = components(source, target, len(vertices))
    is_iur = np.zeros(len(vertices), dtype=bool)
    touched = np.zeros(len(source), dtype=bool)
    for end, name in ((source, "citing_iur"), (target, "cited_iur")):
        told = rows[name].to_numpy()
        is_iur[end[told]] = True
        touched |= told
    of_unit = vertices // len(ends.names)
    is_first = component == np.arange(len(vertices))
    has_iur = np.zeros(len(vertices), dtype=bool)
    has_iur[component[is_iur]] = True

    def counts(which: np.ndarray) -> np.ndarray:
        return np.bincount(which, minlength=len(units.names))

    return {
        "unit": units.names,
        "iur_chain_coverage": counts(units.code[touched]) / counts(units.code),
        "iur_network_coverage": counts(of_unit[has_iur]) / counts(of_unit[is_first]),
    }


def components(source: np.ndarray, target: np.ndarray, size: int) -> np.ndarray:
    """Return the least vertex of each vertex's weakly connected component.

    Each vertex is led to the least that its neighbours are led to, and by where that is led itself
    (Shiloach & Vishkin 1982), until nothing changes.

    >>> components(np.array([1, 3]), np.array([0, 4]), 5).tolist()
    [0, 0, 2, 3, 3]
    """
    led = np.arange(size)
    while True:
        least = np.minimum(led[source], led[target])
        found = led.copy()
        for end in (source, target):
            np.minimum.at(found, led[end], least)
            np.minimum.at(found, end, least)
        found = found[found]
        if (found == led).all():
            return led
        led = found


def partners(rows: DataFrame) -> DataFrame:
    """Return the number and entropy of the sectors in a unit's joint patents (paper C; ours).

    Args:
        rows: unit, sectors (of joint patents, else null).

    Returns:
        unit, partner_sectors, partner_entropy.

    >>> rows = spark.createDataFrame(
    ...     [("laser", ["enterprise", "university"]), ("laser", None)],
    ...     "unit string, sectors array<string>",
    ... )
    >>> found = partners(rows)
    >>> found.withColumn("partner_entropy", F.round("partner_entropy", 3)).show()
    +-----+---------------+---------------+
    | unit|partner_sectors|partner_entropy|
    +-----+---------------+---------------+
    |laser|              2|          0.693|
    +-----+---------------+---------------+
    <BLANKLINE>
    """
    counts = (
        rows.select("unit", F.explode("sectors").alias("sector")).groupBy("unit", "sector").count()
    )
    return counts.groupBy("unit").agg(
        F.count(F.lit(1)).alias("partner_sectors"), entropy(F.col("count")).alias("partner_entropy")
    )


def chain(rows: DataFrame) -> DataFrame:
    """Return how broad a unit is, and how evenly IUR patents lie over its IPC main groups.

    Breadth of the whole after Liu & Zou, 3.2; evenness stands for paper C's horizontal integration.

    Args:
        rows: unit, groups, is_iur.

    Returns:
        unit, chain_links (main groups in all), class_breadth (entropy of its patents over them,
        nats), chain_spread (entropy of the IUR patents over them / log of their number; 0 without
        IUR patents, null with a single link).

    >>> rows = spark.createDataFrame(
    ...     [("laser", ["G06F3", "H01S5"], True), ("laser", ["H01S3"], False)],
    ...     "unit string, groups array<string>, is_iur boolean",
    ... )
    >>> figures = [F.round(name, 3).alias(name) for name in ("class_breadth", "chain_spread")]
    >>> chain(rows).select("unit", "chain_links", *figures).show()
    +-----+-----------+-------------+------------+
    | unit|chain_links|class_breadth|chain_spread|
    +-----+-----------+-------------+------------+
    |laser|          3|        1.099|       0.631|
    +-----+-----------+-------------+------------+
    <BLANKLINE>
    """
    counts = (
        rows.select("unit", F.coalesce("is_iur", F.lit(False)).alias("is_iur"), F.explode("groups"))
        .groupBy("unit", "col")
        .agg(F.count_if("is_iur").alias("iur"), F.count(F.lit(1)).alias("patents"))
    )
    links = F.col("chain_links")
    return (
        counts.groupBy("unit")
        .agg(
            F.count(F.lit(1)).alias("chain_links"),
            entropy(F.col("patents")).alias("class_breadth"),
            entropy(F.nullif("iur", F.lit(0))).alias("_entropy"),
        )
        .withColumn(
            "chain_spread",
            F.when(links > 1, F.coalesce(F.col("_entropy"), F.lit(0.0)) / F.log(links)),
        )
        .drop("_entropy")
    )


def with_index(units: DataFrame, *, fewest: int) -> DataFrame:
    """Add the four mechanisms and ``iur_index``, the mean of their percentile ranks.

    Each mechanism is the mean of shares. Basic research: citing literature, cooperation with
    universities and institutes, IUR coverage of points, chains and networks. Subjects: entropy of
    partner sectors over its greatest, teams (inventors of several owners), alliances (inventions
    of three owners or more; ties that are repeated) and centres (platforms). Chain: horizontal, the
    spread over main groups, and vertical, the links of the chain that are joined. Global: foreign
    partners, inventors of another country than the first owner, and centres overseas (affiliates of
    owners of another country).
    Ranks are among units of the same kind with a least number of inventions: a mechanism of one
    invention is all or nothing. A mechanism that is null, or that no other unit is ranked in, is
    left out of a unit's mean.

    Args:
        units: unit (its kind before a colon), patent_count, science_share, science_cooperation,
            iur_share, iur_chain_coverage, iur_network_coverage, partner_entropy, joint_share,
            shared_inventor_share, alliance_share, repeated_tie_share, platform_cooperation,
            chain_spread, vertical_spread, foreign_cooperation, abroad_share, overseas_share.
        fewest: inventions that a unit needs to be ranked.

    >>> names = (
    ...     "science_share", "science_cooperation", "iur_share", "iur_chain_coverage",
    ...     "iur_network_coverage", "partner_entropy", "joint_share", "shared_inventor_share",
    ...     "alliance_share", "repeated_tie_share", "platform_cooperation", "chain_spread",
    ...     "vertical_spread", "foreign_cooperation", "abroad_share", "overseas_share",
    ... )
    >>> units = spark.createDataFrame(
    ...     [
    ...         ("a", 20, *[0.5] * 5, 0.0, 0.4, 0.4, 0.2, 0.4, 0.0, 0.9, 0.5, 0.1, None, 0.1),
    ...         ("b", 10, *[0.1] * 5, None, 0.0, 0.0, 0.0, None, 0.0, None, None, 0.3, 0.1, 0.2),
    ...         ("c", 1, *[1.0] * 16),
    ...     ],
    ...     "unit string, patent_count int, " + ", ".join(f"{name} double" for name in names),
    ... )
    >>> found = with_index(units, fewest=10).orderBy("unit")
    >>> index = F.round("iur_index", 3).alias("iur_index")
    >>> subjects = F.round("iur_subjects", 3).alias("iur_subjects")
    >>> found.select("unit", "iur_basic_research", subjects, "iur_chain", index).show()
    +----+------------------+------------+---------+---------+
    |unit|iur_basic_research|iur_subjects|iur_chain|iur_index|
    +----+------------------+------------+---------+---------+
    |   a|               0.5|         0.2|      0.7|    0.667|
    |   b|               0.1|         0.0|     NULL|    0.333|
    |   c|               1.0|       0.924|      1.0|     NULL|
    +----+------------------+------------+---------+---------+
    <BLANKLINE>
    """
    parts = (
        "science_share",
        "science_cooperation",
        "iur_share",
        "iur_chain_coverage",
        "iur_network_coverage",
    )
    nobody_joins = F.col("joint_share") == 0
    of_joint = {
        "_entropy": F.col("partner_entropy") / math.log(_SECTORS),
        "_repeated": F.col("repeated_tie_share"),
    }
    subjects = (*of_joint, "shared_inventor_share", "alliance_share", "platform_cooperation")
    return (
        units.withColumns(
            {name: F.coalesce(value, F.when(nobody_joins, 0.0)) for name, value in of_joint.items()}
        )
        .withColumns(
            {
                "iur_basic_research": mean_of(parts),
                "iur_subjects": mean_of(subjects),
                "iur_chain": mean_of(("chain_spread", "vertical_spread")),
                "iur_global": mean_of(("foreign_cooperation", "abroad_share", "overseas_share")),
            }
        )
        .drop(*of_joint)
        .transform(_with_mean_rank, fewest=fewest)
    )


def mean_of(columns: Sequence[str]) -> Column:
    """Mean of the columns that are not null; null where all are.

    >>> rows = [(0.25, None, 0.75), (None, None, None)]
    >>> df = spark.createDataFrame(rows, "a double, b double, c double")
    >>> df.select("*", mean_of(["a", "b", "c"]).alias("mean")).show()
    +----+----+----+----+
    |   a|   b|   c|mean|
    +----+----+----+----+
    |0.25|NULL|0.75| 0.5|
    |NULL|NULL|NULL|NULL|
    +----+----+----+----+
    <BLANKLINE>
    """
    total = sum((F.coalesce(name, F.lit(0.0)) for name in columns), F.lit(0.0))
    known = sum((F.col(name).isNotNull().cast("int") for name in columns), F.lit(0))
    return F.when(known > 0, total / known)


def _with_mean_rank(units: DataFrame, *, fewest: int) -> DataFrame:
    kind = F.substring_index("unit", ":", 1)
    has_kind = F.col("unit").contains(":")
    is_ranked = F.col("patent_count") >= fewest

    def percentile_rank(value: Column) -> Column:
        counts = is_ranked & value.isNotNull()
        # Sums of doubles hang on the order of rows in their last digits, which rank nothing.
        ranked = Window.partitionBy(F.when(has_kind, kind), counts)
        order = ranked.orderBy(F.round(value, 12))
        # Alone, a unit has no rank: not the lowest.
        has_others = F.count(F.lit(1)).over(ranked) > 1
        return F.when(counts & has_others, F.percent_rank().over(order))

    ranks = {f"_{name}": percentile_rank(F.col(name)) for name in MECHANISMS}
    return units.withColumns(ranks).withColumn("iur_index", mean_of(list(ranks))).drop(*ranks)
