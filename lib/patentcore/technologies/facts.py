"""What each invention contributes to the indicators, one row an invention."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.indicators.encoded import Texts, of_parts
from patentcore.technologies.sectors import is_platform, plain
from patentcore.words.lists import without_nulls
from patentcore.words.symbols import at_level

SCIENCE = ("university", "institute")
_FIRST = "publication_number string, inventors array<string>"
SHARE_OF = ("owner", "side", "share", "sector")


def classification() -> Column:
    """IPC symbols of a patent, or its CPC symbols where it has none: CPC refines IPC."""
    return F.coalesce(F.when(F.size("ipc") > 0, F.col("ipc")), F.col("cpc"))


def codes_at(level: str) -> Column:
    """Distinct IPC codes of a patent at a level, of one without IPC its CPC codes; else null.

    >>> ipc = ["G06F3/041", "g06f 3/044", "H01L21/00"]
    >>> df = spark.createDataFrame([(ipc, None)], "ipc array<string>, cpc array<string>")
    >>> df.select(codes_at("subclass").alias("classes"), codes_at("group").alias("groups")).show()
    +------------+---------------+
    |     classes|         groups|
    +------------+---------------+
    |[G06F, H01L]|[G06F3, H01L21]|
    +------------+---------------+
    <BLANKLINE>
    """
    codes = without_nulls(
        F.array_distinct(F.transform(classification(), lambda symbol: at_level(symbol, level)))
    )
    return F.when(F.size(codes) > 0, F.array_sort(codes))


def is_traded() -> Column:
    """Tell whether a patent was licensed or assigned; null where nothing is known of its events.

    >>> df = spark.createDataFrame(
    ...     [([("licence",)],), ([("expiry",)],), (None,)],
    ...     "legal_events array<struct<kind string>>",
    ... )
    >>> df.select(is_traded().alias("is_traded")).show()
    +---------+
    |is_traded|
    +---------+
    |     true|
    |    false|
    |     NULL|
    +---------+
    <BLANKLINE>
    """
    kinds = F.col("legal_events.kind")
    return F.array_contains(kinds, "licence") | F.array_contains(kinds, "assignment")


def has_government_interest() -> Column:
    """Tell whether a patent states support by a government; null where its source never says.

    >>> df = spark.createDataFrame(
    ...     [("patentsview", "Made with Government support"), ("uspto-odp", None), ("lens", None)],
    ...     "source string, government_interest string",
    ... )
    >>> df.select("source", has_government_interest().alias("has_interest")).show()
    +-----------+------------+
    |     source|has_interest|
    +-----------+------------+
    |patentsview|        true|
    |  uspto-odp|       false|
    |       lens|        NULL|
    +-----------+------------+
    <BLANKLINE>
    """
    says = F.col("source").contains("patentsview") | F.col("source").contains("uspto")
    return F.when(F.col("government_interest").isNotNull(), True).when(says, False)


def told_of_records(
    patents: DataFrame, classes: DataFrame, scores: DataFrame, *, technicality: Sequence[Column]
) -> DataFrame:
    """Return what records say of each invention, for :func:`with_holders`.

    Args:
        patents: invention and the canonical columns, all publications of the inventions asked for.
        classes: as from :func:`patentcore.technologies.publications.classes_of`; only those asked
            for are kept.
        scores: publication_number, core_degree_scaled of the key patents.
        technicality: of each step whether a publication passes it; null where it is unknown. An
            invention passes a step where one of its publications does: the A document is cited
            where the B document is granted.
    """
    steps = {f"_step_{i}": passes for i, passes in enumerate(technicality)}
    own = (
        patents.select(
            "publication_number",
            "invention",
            is_traded().alias("is_traded"),
            has_government_interest().alias("has_government_interest"),
            F.coalesce(F.col("inventor_addresses.country"), F.array().cast("array<string>")).alias(
                "countries"
            ),
            *(passes.alias(name) for name, passes in steps.items()),
        )
        .join(
            F.broadcast(
                scores.select(
                    "publication_number", "core_degree_scaled", F.lit(True).alias("is_key")
                )
            ),
            on="publication_number",
            how="left",
        )
        .groupBy(F.col("invention").alias("publication_number"))
        .agg(
            _passes_all(list(steps)).alias("is_quality"),
            F.max("is_traded").alias("is_traded"),
            F.max("has_government_interest").alias("has_government_interest"),
            F.array_distinct(F.flatten(F.collect_list("countries"))).alias("_places"),
            F.coalesce(F.max("is_key"), F.lit(False)).alias("is_key"),
            (1 + F.coalesce(F.max("core_degree_scaled"), F.lit(0.0))).alias("weight"),
        )
    )
    return own.join(classes, on="publication_number", how="left").join(
        _inventors(patents), on="publication_number", how="left"
    )


def with_holders(told: DataFrame, holders: DataFrame) -> DataFrame:
    """Return what indicators need to know of each invention: what records say, and what owners do.

    Args:
        told: as from :func:`told_of_records`.
        holders: publication_number, position, name, country, side, sector, is_overseas, share of
            owners.

    Returns:
        publication_number, year, office, subclasses, groups, inventors, npl_citation_count,
        is_quality, is_traded (licensed or assigned; null where no event is known),
        has_government_interest, has_inventor_abroad (of another country than the first owner; null
        where either is unknown), is_key, weight (1 plus the scaled core degree), and of its
        owners: holders (array of owner, side, share, sector), owner and side (the first's),
        domestic, foreign and unknown (shares that make 1), is_joint, has_enterprise, is_iur (an
        enterprise with a university or institute), with_enterprise (two or more enterprises),
        with_science, with_government, with_platform, with_abroad (joint, by what kind),
        with_overseas (an affiliate abroad), sectors.
    """
    places = without_nulls(F.col("_places"))
    elsewhere = F.size(F.array_remove(places, F.col("_country"))) > 0
    return (
        told.join(of_holders(holders), on="publication_number", how="left")
        .withColumns(
            {
                "domestic": F.coalesce("domestic", F.lit(0.0)),
                "foreign": F.coalesce("foreign", F.lit(0.0)),
                "unknown": F.coalesce("unknown", F.lit(1.0)),
                "has_inventor_abroad": F.when(
                    (F.size(places) > 0) & F.col("_country").isNotNull(), elsewhere
                ),
            }
        )
        .drop("_places", "_country")
    )


def _passes_all(steps: Sequence[str]) -> Column:
    """Whether a group passes every step, each by some row; null where the unknown decides."""
    of_each = (
        F.when(F.max(step), True).when(F.count_if(F.col(step).isNull()) == 0, False)
        for step in steps
    )
    return reduce(and_, of_each, F.lit(True))


def _inventors(patents: DataFrame) -> DataFrame:
    """Return the inventors of one publication of each invention: spellings differ between them."""
    people = F.array_remove(without_nulls(F.transform("inventors", plain)), "")
    named = patents.where(F.size("inventors") > 0).select(
        "publication_number", "invention", "inventors"
    )
    # Engines sort for windows, where inventions are many and small.
    return of_parts(named, _of_first, _FIRST, by="invention").select(
        "publication_number", F.array_distinct(people).alias("inventors")
    )


def _of_first(rows: pa.Table) -> dict[str, np.ndarray | pa.Array]:
    """Return the inventors of the first publication of each invention, by its number."""
    invention = Texts.of(rows["invention"])
    in_order = np.lexsort((Texts.of(rows["publication_number"]).code, invention.code))
    _, first = np.unique(invention.code[in_order], return_index=True)
    inventors = rows["inventors"].take(pa.array(in_order[first]))
    return {"publication_number": invention.names, "inventors": inventors.combine_chunks()}


def of_holders(holders: DataFrame) -> DataFrame:
    """Return what an invention's owners say of it, columns that :func:`with_holders` names.

    Args:
        holders: publication_number, position (from 0), name, country, side, sector, is_overseas,
            share (1 where there is one owner).
    """
    sector, side, share = F.col("sector"), F.col("side"), F.col("share")
    added = {
        "domestic": F.when(side == "domestic", share).otherwise(0.0),
        "foreign": F.when(side == "foreign", share).otherwise(0.0),
        "unknown": F.when(side.isNull(), share).otherwise(0.0),
        "enterprises": F.coalesce(sector == "enterprise", F.lit(False)).cast("long"),
        "without_country": F.col("country").isNull().cast("long"),
        "without_sector": sector.isNull().cast("long"),
    }
    any_of = {
        "has_science": F.coalesce(sector.isin(*SCIENCE), F.lit(False)),
        "has_government": F.coalesce(sector == "government", F.lit(False)),
        "has_platform": is_platform(F.upper("name")),
        "with_overseas": F.col("is_overseas"),
    }
    of_first = {"owner": F.col("name"), "_country": F.col("country"), "side": side}
    one = F.struct(F.col("name").alias("owner"), *SHARE_OF[1:])
    # Engines gather group by group, which takes long: most inventions have one owner.
    alone = holders.where(share == 1).select(
        "publication_number",
        *(
            value.alias(name)
            for name, value in {
                **added,
                **any_of,
                **of_first,
                "is_joint": F.lit(False),
                "has_countries": F.lit(False),
                "holders": F.array(one),
                "sectors": F.lit(None).cast("array<string>"),
            }.items()
        ),
    )
    is_first = F.col("position") == 0
    joint = (
        holders.where(share < 1)
        .groupBy("publication_number")
        .agg(
            *(F.sum(value).alias(name) for name, value in added.items()),
            *(F.max(value).alias(name) for name, value in any_of.items()),
            *(F.max(F.when(is_first, value)).alias(name) for name, value in of_first.items()),
            F.lit(True).alias("is_joint"),
            (F.min("country") < F.max("country")).alias("has_countries"),
            F.array_sort(F.collect_list(one)).alias("holders"),
            F.array_sort(F.collect_set("sector")).alias("sectors"),
        )
    )
    grouped = alone.unionByName(joint)
    is_joint, all_known = F.col("is_joint"), F.col("without_sector") == 0

    def known(verdict: Column) -> Column:
        # A sector that is not known may be the one asked for.
        return F.when(verdict, True).when(all_known | ~is_joint, False)

    return grouped.select(
        *(
            "publication_number",
            "owner",
            "_country",
            "side",
            "holders",
            "domestic",
            "foreign",
            "unknown",
            "is_joint",
        ),
        F.when(F.col("enterprises") > 0, True).when(all_known, False).alias("has_enterprise"),
        known(is_joint & (F.col("enterprises") > 0) & F.col("has_science")).alias("is_iur"),
        known(F.col("enterprises") > 1).alias("with_enterprise"),
        known(is_joint & F.col("has_science")).alias("with_science"),
        known(is_joint & F.col("has_government")).alias("with_government"),
        (is_joint & F.col("has_platform")).alias("with_platform"),
        "with_overseas",
        F.when(F.col("has_countries"), True)
        .when((F.col("without_country") == 0) | ~is_joint, False)
        .alias("with_abroad"),
        F.when(is_joint, F.col("sectors")).alias("sectors"),
    )
