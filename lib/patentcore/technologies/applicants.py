"""Applicants of publications, and the owners of inventions that they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from patentcore.method.applicants import normal_name_column
from patentcore.technologies.owners import with_known_owners
from patentcore.technologies.sectors import plain, sector_of
from patentcore.technologies.sides import (
    SOURCES,
    country_of,
    first_office,
    form_of,
    located,
    place_of,
    side_of,
    with_country,
)


def applicant_rows(
    patents: DataFrame,
    *,
    home_country: str = "CN",
    affiliates: str = "owner",
    sector_words: Mapping[Any, Sequence[str]] | None = None,
) -> DataFrame:
    """Return one row for each applicant of each publication.

    Args:
        patents: invention and the canonical columns; with ``is_counted`` an owner goes by the
            commonest spelling of those publications.
        home_country: two letters; its applicants are domestic.
        affiliates: whether subsidiaries count for their ``owner`` or their ``location``.
        sector_words: words of names that decide a sector before the built-in rules.

    Returns:
        publication_number, invention, position (0 is the first applicant), name (capitals, single
        blanks), owner (one name for all spellings), country, side, side_source, sector, is_overseas
        (an affiliate of an owner of another country); null where nothing tells. Applicants without
        a name, and repeated ones, are left out.
    """
    none = F.array().cast("array<string>")
    rows = patents.select(
        "publication_number",
        "invention",
        first_office().alias("office"),
        F.transform(F.coalesce("inventors", none), plain).alias("_people"),
        "applicant_addresses",
        *({"is_counted"} & {*patents.columns}),
        F.posexplode("applicants").alias("position", "_applicant"),
    ).select(
        "*",
        _country_of_address(F.col("_applicant.name")).alias("address_country"),
        F.col("_applicant.name").alias("given"),
        plain(F.col("_applicant.name")).alias("name"),
        F.col("_applicant.country").alias("given_country"),
        F.col("_applicant.sector").alias("given_sector"),
    )
    named = rows.where(F.col("name") != "")
    names = told_of_names(named, affiliates=affiliates, sector_words=sector_words)
    sector = F.coalesce(
        "given_sector",
        F.when(F.array_contains("_people", F.col("name")), F.lit("individual")),
        "told_sector",
    )
    told = (
        named.join(names, on="name", how="left")
        .transform(with_country)
        .withColumns({"sector": sector, "side": side_of(F.col("country"), home_country)})
    )
    return (
        told.groupBy("publication_number", "invention", "name")
        .agg(
            F.min("position").alias("position"),
            F.max("is_overseas").alias("is_overseas"),
            *(
                F.min_by(name, "position").alias(name)
                for name in ("country", "side", "side_source", "sector", "owner")
            ),
        )
        .select(
            *("publication_number", "invention", "position", "name", "owner"),
            *("country", "side", "side_source", "sector", "is_overseas"),
        )
    )


def _country_of_address(given: Column) -> Column:
    """The country of the address that stands beside an applicant's name; null where none does."""
    at = F.array_position("applicant_addresses.name", given)
    entries = (
        F.when(at > 0, F.get(F.col(f"applicant_addresses.{field}"), at.cast("int") - 1))
        for field in ("country", "address")
    )
    return located(*entries)


def told_of_names(
    rows: DataFrame,
    *,
    affiliates: str = "owner",
    sector_words: Mapping[Any, Sequence[str]] | None = None,
) -> DataFrame:
    """Return what names tell, once for each.

    The owner is as the curated list names it, else the commonest of the spellings that differ by
    no more than what the lists of enterprises pass over.

    Args:
        rows: name (plain), one row for each time it is named; with ``is_counted`` those times make
            a spelling common.
        affiliates: as for :func:`patentcore.technologies.sides.country_of`.
        sector_words: as for :func:`patentcore.technologies.sectors.sector_of`.

    Returns:
        name, owner, told_country, form_country, told_sector, is_overseas (on the curated list as of
        one country, with a place or a form of company of another).

    >>> names = [("ACME CO LTD",), ("ACME CO LTD",), ("ACME",), ("BAIDU USA LLC",)]
    >>> found = told_of_names(spark.createDataFrame(names, "name string")).orderBy("name")
    >>> found.select("name", "owner", "told_country", "told_sector", "is_overseas").show()
    +-------------+-----------+------------+-----------+-----------+
    |         name|      owner|told_country|told_sector|is_overseas|
    +-------------+-----------+------------+-----------+-----------+
    |         ACME|ACME CO LTD|        NULL|       NULL|      false|
    |  ACME CO LTD|ACME CO LTD|        NULL| enterprise|      false|
    |BAIDU USA LLC|      Baidu|          CN| enterprise|       true|
    +-------------+-----------+------------+-----------+-----------+
    <BLANKLINE>
    """
    name = F.col("name")
    normal = F.coalesce(F.nullif(normal_name_column(name), F.lit("")), "name")
    is_counted = F.col("is_counted") if "is_counted" in rows.columns else F.lit(True)
    counted = rows.groupBy("name").agg(F.count_if(is_counted).alias("_times"))
    spelt = counted.withColumn("_normal", normal)
    # The commonest first, then the first in the alphabet.
    commonest = F.first("name").over(
        Window.partitionBy("_normal").orderBy(F.desc("_times"), "name")
    )
    return (
        spelt.select("name", commonest.alias("_spelling"))
        .transform(with_known_owners)
        .select(
            "name",
            F.coalesce("known_owner", "_spelling").alias("owner"),
            country_of(name, F.col("known_country"), affiliates=affiliates).alias("told_country"),
            form_of(name).alias("form_country"),
            sector_of(name, sector_words, kind=F.col("known_kind")).alias("told_sector"),
            F.coalesce(
                F.coalesce(place_of(name), form_of(name)) != F.col("known_country"), F.lit(False)
            ).alias("is_overseas"),
        )
    )


def holders(applicants: DataFrame) -> DataFrame:
    """Return the owners of inventions, each with its share; people only where nobody else is.

    Args:
        applicants: as from :func:`applicant_rows`.

    Returns:
        publication_number (the invention's), position (0, 1, ...), name (the owner), country, side,
        side_source, sector, is_overseas, share (1 / owners of the invention).

    >>> rows = [
    ...     ("A1", "A1", 0, "Bosch", "DE", "foreign", "name", "enterprise", True),
    ...     ("A2", "A1", 0, "LI LEI", "CN", "domestic", "priority", "individual", False),
    ...     ("A2", "A1", 1, "BYD", "CN", "domestic", "record", "enterprise", False),
    ... ]
    >>> df = spark.createDataFrame(
    ...     rows,
    ...     "publication_number string, invention string, position int, owner string, "
    ...     "country string, side string, side_source string, sector string, is_overseas boolean",
    ... )
    >>> found = holders(df).orderBy("name")
    >>> found.select("publication_number", "name", "side", "side_source", "share").show()
    +------------------+-----+--------+-----------+-----+
    |publication_number| name|    side|side_source|share|
    +------------------+-----+--------+-----------+-----+
    |                A1|  BYD|domestic|     record|  0.5|
    |                A1|Bosch| foreign|       name|  0.5|
    +------------------+-----+--------+-----------+-----+
    <BLANKLINE>
    """
    rank = F.coalesce(_rank(F.col("side_source")), F.lit(len(SOURCES) + 1))
    of_owner = Window.partitionBy("invention", "owner")
    # Windows, for engines keep much for each group that chooses by several columns.
    best_first = F.row_number().over(of_owner.orderBy(rank, "position", "publication_number"))
    once = (
        applicants.withColumns({"_best": best_first, "_least": F.min("position").over(of_owner)})
        .where(F.col("_best") == 1)
        .select(
            F.col("invention").alias("publication_number"),
            F.col("owner").alias("name"),
            F.col("_least").alias("position"),
            *("country", "side", "side_source"),
        )
    )
    sectors = applicants.groupBy(
        F.col("invention").alias("publication_number"), F.col("owner").alias("name")
    ).agg(
        F.mode("sector", deterministic=True).alias("sector"),
        F.max("is_overseas").alias("is_overseas"),
    )
    return once.join(sectors, on=["publication_number", "name"], how="left").transform(_shared)


def _shared(owners: DataFrame) -> DataFrame:
    """Leave people out beside others, number the owners of an invention and give them shares."""
    of_all = Window.partitionBy("publication_number")
    is_person = F.coalesce(F.col("sector") == "individual", F.lit(False))
    others = F.sum((~is_person).cast("int")).over(of_all)
    return (
        owners.withColumn("_others", others)
        .where(~is_person | (F.col("_others") == 0))
        .withColumns(
            {
                "position": F.row_number().over(of_all.orderBy("position", "name")) - 1,
                "share": 1.0 / F.count(F.lit(1)).over(of_all),
            }
        )
        .drop("_others")
    )


def _rank(source: Column) -> Column:
    return F.nullif(F.array_position(F.lit(list(SOURCES)), source), F.lit(0))
