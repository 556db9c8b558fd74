"""Applicants of publications, and the owners of inventions that they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from patentcore.method.applicants import normal_name_column
from patentcore.technologies.indicators.encoded import Texts, of_parts
from patentcore.technologies.owners import with_known_owners
from patentcore.technologies.places import form_of, place_of
from patentcore.technologies.sectors import plain, sector_of
from patentcore.technologies.sides import (
    AT_HOME,
    SOURCES,
    country_of,
    first_office,
    located,
    side_of,
    with_country,
)

_HOLDERS = (
    "publication_number string, name string, position int, country string, side string, "
    "side_source string, sector string, is_overseas boolean, share double"
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
        patents: as for :func:`given_rows`.
        home_country: as for :func:`told_rows`.
        affiliates: as for :func:`told_rows`.
        sector_words: as for :func:`told_rows`.

    Returns:
        as from :func:`told_rows`.
    """
    return told_rows(
        given_rows(patents),
        home_country=home_country,
        affiliates=affiliates,
        sector_words=sector_words,
    )


def given_rows(patents: DataFrame) -> DataFrame:
    """Return the applicants of publications as records give them.

    Args:
        patents: invention and the canonical columns; with ``is_counted`` an owner goes by the
            commonest spelling of those publications.

    Returns:
        publication_number, invention, position (0 is the first applicant), name (capitals, single
        blanks), given (as on the record), given_country, given_sector, address_country, office (of
        the earliest priority), is_person (an inventor of the publication), is_first (the name is
        not repeated) and ``is_counted`` where it was there. Those without a name are left out.
    """
    none = F.array().cast("array<string>")
    rows = patents.select(
        "publication_number",
        "invention",
        first_office().alias("office"),
        F.transform(F.coalesce("inventors", none), plain).alias("_people"),
        F.transform("applicants", lambda one: plain(one["name"])).alias("_names"),
        "applicant_addresses",
        *({"is_counted"} & {*patents.columns}),
        F.posexplode("applicants").alias("position", "_applicant"),
    ).withColumn("name", F.get("_names", F.col("position")))
    name, given = F.col("name"), F.col("_applicant.name")
    return rows.where(name != "").select(
        *("publication_number", "invention", "position", "name", "office"),
        *({"is_counted"} & {*patents.columns}),
        given.alias("given"),
        F.col("_applicant.country").alias("given_country"),
        F.col("_applicant.sector").alias("given_sector"),
        _country_of_address(given).alias("address_country"),
        F.coalesce(F.array_contains("_people", name), F.lit(False)).alias("is_person"),
        (F.array_position("_names", name) == F.col("position") + 1).alias("is_first"),
    )


def told_rows(
    given: DataFrame,
    *,
    home_country: str = "CN",
    affiliates: str = "owner",
    sector_words: Mapping[Any, Sequence[str]] | None = None,
) -> DataFrame:
    """Return what is told of applicants.

    Args:
        given: as from :func:`given_rows`; read twice.
        home_country: two letters; its applicants are domestic.
        affiliates: whether subsidiaries count for their ``owner`` or their ``location``.
        sector_words: words of names that decide a sector before the built-in rules.

    Returns:
        publication_number, invention, position (0 is the first applicant), name (capitals, single
        blanks), owner (one name for all spellings), country, side, side_source, sector, is_overseas
        (an affiliate of an owner of another country); null where nothing tells. Repeated applicants
        are left out.
    """
    names = told_of_names(given, affiliates=affiliates, sector_words=sector_words)
    is_person = F.when(F.col("is_person"), F.lit("individual"))
    sector = F.coalesce("given_sector", is_person, "told_sector")
    return (
        given.join(names, on="name", how="left")
        .withColumn("sector", sector)
        .transform(with_country)
        .where("is_first")
        .select(
            *("publication_number", "invention", "position", "name", "owner", "country"),
            side_of(F.col("country"), home_country).alias("side"),
            "side_source",
            "sector",
            "is_overseas",
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
        name, owner, told_country (by the curated list), place_country, form_country, told_sector,
        is_overseas (on the curated list as of one country, with a place or a form of company of
        another).

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
    name, place = F.col("name"), F.col("place_country")
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
        .withColumns({"place_country": place_of(name), "form_country": form_of(name)})
        .select(
            "name",
            F.coalesce("known_owner", "_spelling").alias("owner"),
            country_of(F.col("known_country"), place, affiliates=affiliates).alias("told_country"),
            "place_country",
            "form_country",
            sector_of(name, sector_words, kind=F.col("known_kind")).alias("told_sector"),
            F.coalesce(
                F.coalesce(place, "form_country") != F.col("known_country"), F.lit(False)
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
    chosen = applicants.select(
        *("invention", "publication_number", "position", "owner", "country", "side"),
        *("side_source", "sector", "is_overseas"),
    )
    # Engines sort for windows and keep much for each group, where inventions are many and small.
    return of_parts(chosen, _holders, _HOLDERS, by="invention")


def _holders(rows: pa.Table) -> dict[str, np.ndarray | pa.Array]:
    """Return the owners of some inventions, of which all applicants are there."""
    invention, owner = Texts.of(rows["invention"]), Texts.of(rows["owner"])
    position = rows["position"].to_numpy()
    pairs, pair = np.unique(invention.code * len(owner.names) + owner.code, return_inverse=True)
    rank = _ranks(rows["side_source"].cast(pa.string()), rows["sector"])
    published = Texts.of(rows["publication_number"]).code
    best_first = np.lexsort((published, position, rank, pair))
    best = best_first[np.unique(pair[best_first], return_index=True)[1]]
    least = np.full(len(pairs), np.iinfo(np.int64).max)
    np.minimum.at(least, pair, position)
    sector = _commonest(rows["sector"], pair, len(pairs))
    is_overseas = pc.fill_null(rows["is_overseas"], False).to_numpy(zero_copy_only=False)
    of_invention, of_owner = np.divmod(pairs, len(owner.names))
    # People count only where nobody else is.
    is_person = pc.fill_null(pc.equal(sector, "individual"), False).to_numpy(zero_copy_only=False)
    others = np.bincount(of_invention[~is_person], minlength=len(invention.names))
    kept = np.flatnonzero(~is_person | (others[of_invention] == 0))
    kept = kept[np.lexsort((of_owner[kept], least[kept], of_invention[kept]))]
    of_invention = of_invention[kept]
    count = np.bincount(of_invention, minlength=len(invention.names))
    begin = count.cumsum() - count
    told = rows.take(best[kept])
    return {
        "publication_number": invention.names.take(pa.array(of_invention)),
        "name": owner.names.take(pa.array(of_owner[kept])),
        "position": np.arange(len(kept)) - begin[of_invention],
        **{name: told[name].combine_chunks() for name in ("country", "side", "side_source")},
        "sector": sector.take(pa.array(kept)),
        "is_overseas": np.bincount(pair, is_overseas, len(pairs))[kept] > 0,
        "share": 1.0 / count[of_invention],
    }


def _ranks(source: pa.ChunkedArray, sector: pa.ChunkedArray) -> np.ndarray:
    """Return the ranks of what told sides, the best first, as :func:`with_country` asks them."""
    order = {name: float(rank) for rank, name in enumerate(SOURCES)}
    ranks = pa.array(order.values()).take(pc.index_in(source, pa.array(order)))
    is_late = pc.and_(pc.equal(source, "place"), pc.invert(pc.is_in(sector, pa.array(AT_HOME))))
    late = pc.if_else(pc.fill_null(is_late, False), order["priority"] + 0.5, ranks)
    return pc.fill_null(late, len(order)).to_numpy()


def _commonest(column: pa.ChunkedArray, group: np.ndarray, groups: int) -> pa.Array:
    """Return the commonest text of each group, of several the first in the alphabet, or null."""
    is_known = column.is_valid().to_numpy()
    texts = Texts.of(column.drop_null())
    keys, counts = np.unique(
        group[is_known] * max(len(texts.names), 1) + texts.code, return_counts=True
    )
    of_group, code = np.divmod(keys, max(len(texts.names), 1))
    in_order = np.lexsort((code, -counts, of_group))
    found, first = np.unique(of_group[in_order], return_index=True)
    place = np.full(groups, -1)
    place[found] = code[in_order][first]
    return texts.names.take(pa.array(place, mask=place < 0))
