"""What share a unit would have if it were as usual in its fields, offices and years.

Offices differ by far in how many patents cite literature or name two applicants, so a share says
little by itself. Each invention is compared with those of its section of the classification, its
office and its five years; the unit's share is then a percentile of what such inventions have.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.facts import of_holders
from patentcore.technologies.indicators.encoded import parts_of

CELL = ("section", "office", "period")
# Fewer inventions of a cell tell no rate of their own: the corpus's is taken.
FEWEST_OF_A_CELL = 20
_YEARS = 5
# So many inventions tell the rates well enough; reading the names of all takes long.
MOST_OF_A_SAMPLE = 20_000


def cells() -> dict[str, Column]:
    """Return the columns that a cell is made of, of the facts."""
    return {
        "section": F.substring(F.get("subclasses", F.lit(0)), 1, 1),
        "period": F.floor(F.col("year") / _YEARS).cast("int"),
    }


def sampled(classes: DataFrame) -> DataFrame:
    """Return up to some 20,000 inventions, chosen by their numbers alone.

    Args:
        classes: publication_number and anything else, an invention a row.
    """
    parts = parts_of(classes, MOST_OF_A_SAMPLE)
    drawn = F.crc32(F.encode("publication_number", "UTF-8")) % parts == 0
    return classes.where(drawn)


def with_traits(facts: DataFrame, holders: DataFrame) -> DataFrame:
    """Add ``cites_literature`` and ``is_iur`` to inventions.

    Args:
        facts: publication_number, npl_citation_count.
        holders: publication_number, sector of owners.
    """
    return facts.join(
        of_holders(holders).select("publication_number", "is_iur"),
        on="publication_number",
        how="left",
    ).withColumn("cites_literature", F.col("npl_citation_count") > 0)


def with_expected(facts: DataFrame, some: DataFrame, holders: DataFrame) -> DataFrame:
    """Add ``cites_literature`` and what is expected of it and of ``is_iur``.

    Args:
        facts: subclasses, office, year, npl_citation_count, is_iur and anything else.
        some: a sample of the corpus's inventions: publication_number, subclasses, office, year,
            npl_citation_count.
        holders: their owners: publication_number, sector.
    """
    return with_rates(
        facts.withColumn("cites_literature", F.col("npl_citation_count") > 0),
        with_traits(some, holders),
        ["cites_literature", "is_iur"],
    )


def with_rates(facts: DataFrame, corpus: DataFrame, traits: Sequence[str]) -> DataFrame:
    """Add ``expected_*``, the share of the inventions of a fact's cell that have a trait.

    Args:
        facts: subclasses, office, year and anything else.
        corpus: subclasses, office, year and the traits (boolean or null), an invention a row.
        traits: names of the traits.

    >>> corpus = spark.createDataFrame(
    ...     [(["G06F"], "CN", 2010, i % 4 == 0) for i in range(20)]
    ...     + [(["H04L"], "US", 2010, True) for i in range(5)],
    ...     "subclasses array<string>, office string, year int, cites boolean",
    ... )
    >>> facts = corpus.select("subclasses", "office", "year").distinct()
    >>> found = with_rates(facts, corpus, ["cites"]).orderBy("office")
    >>> found.select("office", "expected_cites").show()
    +------+--------------+
    |office|expected_cites|
    +------+--------------+
    |    CN|          0.25|
    |    US|           0.4|
    +------+--------------+
    <BLANKLINE>
    """
    given = corpus.withColumns(cells())
    shares = {name: F.avg(F.col(name).cast("double")) for name in traits}
    overall = given.agg(*(share.alias(f"_all_{name}") for name, share in shares.items()))
    of_cell = given.groupBy(*CELL).agg(
        *(
            F.when(F.count(name) >= FEWEST_OF_A_CELL, share).alias(f"_cell_{name}")
            for name, share in shares.items()
        )
    )
    # Missing parts of a cell are alike to each other, which a plain join would not say.
    keys = {name: F.coalesce(F.col(name).cast("string"), F.lit("")) for name in CELL}
    cell_rows = of_cell.select(
        *(key.alias(f"_{name}") for name, key in keys.items()),
        *(f"_cell_{name}" for name in traits),
    )
    own = facts.withColumns(cells()).withColumns({f"_{name}": key for name, key in keys.items()})
    return (
        own.join(F.broadcast(cell_rows), on=[f"_{name}" for name in CELL], how="left")
        .crossJoin(F.broadcast(overall))
        .withColumns(
            {f"expected_{name}": F.coalesce(f"_cell_{name}", f"_all_{name}") for name in traits}
        )
        .drop("section", "period", *(f"_{name}" for name in CELL))
        .drop(*(f"{kind}_{name}" for name in traits for kind in ("_cell", "_all")))
    )


def expected_of(name: str, where: Column) -> Column:
    """Return a unit's expected share, an aggregate over its inventions of known trait."""
    expected = F.when(where & F.col(name).isNotNull(), F.col(f"expected_{name}"))
    return F.round(F.avg(expected), 9)


def percentile_of(name: str, where: Column) -> Column:
    """Return the percentile of a unit's share among units of the same composition.

    Ours. The number of inventions with the trait is a sum of independent draws, each of its cell's
    rate; its percentile is that of the normal law of the same mean and variance, at half of the
    unit's own number. Null where none is expected, or all.

    Args:
        name: a trait, beside which ``expected_*`` stands.
        where: the inventions that count.

    >>> df = spark.createDataFrame(
    ...     [("usual", i < 5, 0.5) for i in range(10)] + [("few", i < 1, 0.5) for i in range(10)],
    ...     "unit string, cites boolean, expected_cites double",
    ... )
    >>> found = F.round(percentile_of("cites", F.lit(True)), 2).alias("percentile")
    >>> df.groupBy("unit").agg(found).orderBy("unit").show()
    +-----+----------+
    | unit|percentile|
    +-----+----------+
    |  few|      0.01|
    |usual|       0.5|
    +-----+----------+
    <BLANKLINE>
    """
    counts = where & F.col(name).isNotNull()
    return _percentile(F.sum(F.when(counts, F.col(name).cast("double"))), name, counts)


def lowest_percentile_of(name: str, where: Column) -> Column:
    """Return the percentile that a unit would have if none of its inventions had the trait.

    Of few inventions, or of a trait that is rare anyway, not even that is low: nothing is told.

    Args:
        name: as for :func:`percentile_of`.
        where: as for :func:`percentile_of`.

    >>> df = spark.createDataFrame(
    ...     [("many", 0.1) for i in range(60)] + [("few", 0.1) for i in range(10)],
    ...     "unit string, expected_cites double",
    ... ).withColumn("cites", F.lit(True))
    >>> found = F.round(lowest_percentile_of("cites", F.lit(True)), 2).alias("lowest")
    >>> df.groupBy("unit").agg(found).orderBy("unit").show()
    +----+------+
    |unit|lowest|
    +----+------+
    | few|  0.15|
    |many|   0.0|
    +----+------+
    <BLANKLINE>
    """
    return _percentile(F.lit(0.0), name, where & F.col(name).isNotNull())


def _percentile(found: Column, name: str, counts: Column) -> Column:
    rate = F.when(counts, F.col(f"expected_{name}"))
    variance = F.sum(rate * (1 - rate))
    z = (found - F.sum(rate)) / F.nullif(F.sqrt(variance), F.lit(0.0))
    # The normal law to 0.0002 (Page 1977), in functions that every engine has.
    # Of an array of one, for engines would write z out wherever it stands, and plan all of it.
    normal = F.transform(
        F.array(z), lambda z: 1 / (1 + F.exp(-(1.5976 * z + 0.070565992 * z * z * z)))
    )
    return F.when(variance > 0, F.round(F.get(normal, F.lit(0)), 9))
