"""Where an invention's knowledge comes from and goes to: generality, originality, novelty."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from patentcore.technologies.indicators.encoded import Lists, of_parts
from patentcore.technologies.numbers import distinct

# Fewer citers than this tell no spread; Hall's correction is large below.
FEWEST_CITERS = 3


def with_knowledge(
    facts: DataFrame,
    *,
    general: DataFrame,
    fresh: DataFrame,
    classes: DataFrame,
    citations: DataFrame,
) -> DataFrame:
    """Add ``generality``, ``generality_rank``, ``originality`` and ``novelty`` to inventions.

    ``generality_rank`` and ``novelty`` are percentiles: of the generality within the corpus, of
    the share of new pairs within the inventions of the same year.

    Args:
        facts: publication_number, year.
        general: publication_number, generality of the corpus (:func:`spread`); read twice.
        fresh: as from :func:`novelty` of the corpus; read twice.
        classes: publication_number, subclasses of every invention of the corpus.
        citations: citing, cited inventions.
    """
    ids = facts.select("publication_number")
    original = spread(
        citations.join(
            ids.withColumnRenamed("publication_number", "citing"), on="citing", how="left_semi"
        ),
        classes,
        of="citing",
        over="cited",
        name="originality",
    )
    shares = fresh.select("publication_number", "new_share")
    return (
        facts.join(general, on="publication_number", how="left")
        .transform(with_percentile, of="generality", name="generality_rank", among=general)
        .join(original, on="publication_number", how="left")
        .join(shares, on="publication_number", how="left")
        .transform(with_percentile, of="new_share", name="novelty", within=("year",), among=fresh)
        .drop("new_share")
    )


def spread(
    citations: DataFrame, classes: DataFrame, *, of: str, over: str, name: str, fewest: int = 0
) -> DataFrame:
    """Return how far the other ends of an invention's citations spread over IPC subclasses.

    1 - sum of squared shares (Trajtenberg, Henderson & Jaffe 1997): generality over citing
    inventions, originality over cited ones. An invention of k classes counts 1 / k in each. Times
    n / (n - 1) for n other ends (Hall 2005), at most 1, which those of many classes would pass;
    none below three ends, or where they are outside the corpus.

    Args:
        citations: citing, cited; of a pair that is there twice one counts.
        classes: publication_number, subclasses (array).
        of: the end that the inventions asked for stand at.
        over: the other end.
        name: the column to return.
        fewest: parts to work in, as for :func:`of_parts`.

    >>> classes = spark.createDataFrame(
    ...     [("A", ["G06F"]), ("B", ["G06F", "H04L"]), ("C", ["H04L"])],
    ...     "publication_number string, subclasses array<string>",
    ... )
    >>> citations = spark.createDataFrame(
    ...     [("A", "X"), ("B", "X"), ("C", "X"), ("A", "Y")], "citing string, cited string"
    ... )
    >>> spread(citations, classes, of="cited", over="citing", name="generality").show()
    +------------------+----------+
    |publication_number|generality|
    +------------------+----------+
    |                 X|      0.75|
    +------------------+----------+
    <BLANKLINE>
    """
    others = classes.where(F.size("subclasses") > 0).select(
        F.col("publication_number").alias(over), F.array_join("subclasses", " ").alias("classes")
    )
    # Pairs are told apart by 64 bits, in which no two numbers of an invention's ends are alike.
    ends = (
        citations.where(F.col(of) != F.col(over))
        .join(others, on=over, how="inner")
        .select(F.col(of).alias("publication_number"), F.xxhash64(over).alias("end"), "classes")
    )
    found = of_parts(
        ends,
        _spread,
        "publication_number string, spread double",
        by="publication_number",
        fewest=fewest,
    )
    return found.withColumnRenamed("spread", name)


def _spread(rows: pa.Table) -> dict[str, np.ndarray | pa.Array]:
    """Return the spread of some inventions, of which all citations are there."""
    invention, classes, ends = (
        rows[name].combine_chunks().dictionary_encode()
        for name in ("publication_number", "classes", "end")
    )
    # Numbers of pairs and of cells are sorted as they are, which is far quicker than texts or rows.
    many = np.int64(max(len(ends.dictionary), 1))
    end = ends.indices.to_numpy()
    classes_of_end = np.zeros(many, dtype=np.int64)
    classes_of_end[end] = classes.indices.to_numpy()
    number, end = np.divmod(distinct(invention.indices.to_numpy() * many + end), many)
    each = Lists.of(pa.chunked_array([pc.split_pattern(classes.dictionary.cast(pa.string()), " ")]))
    at, code = each.of_rows(classes_of_end[end])
    part = 1.0 / np.bincount(at, minlength=len(number))
    cell = number[at] * np.int64(each.size) + code
    in_order = np.argsort(cell, kind="stable")
    cell = cell[in_order]
    begin = np.flatnonzero(np.append(True, np.diff(cell) != 0)) if len(cell) else cell
    held, of_cell = np.add.reduceat(part[at[in_order]], begin), cell[begin] // each.size
    # The parts of one end make 1; rounding takes off what the order of adding leaves.
    count = np.bincount(of_cell, held, len(invention.dictionary)).round(6)
    squares = np.bincount(of_cell, held * held, len(invention.dictionary))
    chosen = np.flatnonzero(count >= FEWEST_CITERS)
    count, squares = count[chosen], squares[chosen]
    corrected = (1 - squares / (count * count)) * (count / (count - 1))
    return {
        "publication_number": invention.dictionary.take(pa.array(chosen)),
        "spread": np.minimum(corrected.round(12), 1.0),
    }


def with_percentile(
    rows: DataFrame, *, of: str, name: str, among: DataFrame, within: tuple[str, ...] = ()
) -> DataFrame:
    """Add the share of values below a row's, and half of those equal to it: 0 to 1.

    Args:
        rows: any.
        of: the column ranked; rows that lack it are left without a percentile.
        name: the column to add.
        among: the rows that the values are ranked among, which may be the same.
        within: columns of a cohort; the whole table if there are none.

    >>> rows = [("a", 0.1), ("b", 0.3), ("c", 0.3), ("d", 0.9)]
    >>> rows = spark.createDataFrame(rows, "k string, x double")
    >>> with_percentile(rows, of="x", name="rank", among=rows).orderBy("k").show()
    +---+---+-----+
    |  k|  x| rank|
    +---+---+-----+
    |  a|0.1|0.125|
    |  b|0.3|  0.5|
    |  c|0.3|  0.5|
    |  d|0.9|0.875|
    +---+---+-----+
    <BLANKLINE>
    """
    cohort: list[Column | str] = [*within] or [F.lit(1).alias("_all")]
    names = list(within) or ["_all"]
    counts = (
        among.where(F.col(of).isNotNull())
        .groupBy(*cohort, of)
        .agg(F.count(F.lit(1)).alias("_ties"))
    )
    up_to = Window.partitionBy(*names).orderBy(of)
    whole = Window.partitionBy(*names)
    share = (F.sum("_ties").over(up_to) - F.col("_ties") / 2) / F.sum("_ties").over(whole)
    ranked = counts.withColumn(name, share).select(*within, of, name)
    joined = rows.join(ranked, on=[*within, of], how="left")
    return joined.select(*rows.columns, name)


def entropy(counts: Column) -> Column:
    """Shannon entropy, in nats, of a group's counts.

    >>> df = spark.createDataFrame([("a", 2), ("a", 2), ("b", 4)], "unit string, patents long")
    >>> rounded = F.round(entropy(F.col("patents")), 3).alias("entropy")
    >>> df.groupBy("unit").agg(rounded).orderBy("unit").show()
    +----+-------+
    |unit|entropy|
    +----+-------+
    |   a|  0.693|
    |   b|    0.0|
    +----+-------+
    <BLANKLINE>
    """
    total = F.sum(counts)
    return F.log(total) - F.sum(counts * F.log(counts)) / total


def novelty(classes: DataFrame, *, burn_in_years: int) -> DataFrame:
    """Return the share of an invention's pairs of main groups that the corpus had not seen before.

    A pair is new in the year of its first invention (Verhoeven, Bakker & Veugelers 2016, novelty
    in recombination). Of the corpus's first years nothing is told: all is new there. Nor of
    inventions of one group only or of unknown year.

    Args:
        classes: publication_number, year, groups of every invention of the corpus.
        burn_in_years: how many first years only say what was there before.

    Returns:
        publication_number, year, new_share.

    >>> classes = spark.createDataFrame(
    ...     [("A", 2000, ["G06F3", "H04L9"]), ("B", 2005, ["G06F3", "H01L21", "H04L9"])],
    ...     "publication_number string, year int, groups array<string>",
    ... )
    >>> found = novelty(classes, burn_in_years=5)
    >>> found.withColumn("new_share", F.round("new_share", 2)).show()
    +------------------+----+---------+
    |publication_number|year|new_share|
    +------------------+----+---------+
    |                 B|2005|     0.67|
    +------------------+----+---------+
    <BLANKLINE>
    """
    dated = classes.where(F.col("year").isNotNull())
    each = dated.select("publication_number", "year", F.explode(_pairs()).alias("pair"))
    first = each.groupBy("pair").agg(F.min("year").alias("first_year"))
    begin = _first_year(dated).select((F.col("first") + burn_in_years).alias("begin"))
    is_new = (F.col("year") == F.col("first_year")).cast("double")
    return (
        each.join(first, on="pair", how="inner")
        .crossJoin(F.broadcast(begin))
        .where(F.col("year") >= F.col("begin"))
        .groupBy("publication_number", "year")
        .agg(F.round(F.avg(is_new), 12).alias("new_share"))
    )


def _first_year(dated: DataFrame) -> DataFrame:
    """Return the year in which a hundredth of the inventions is there: strays do not begin it."""
    together = Window.partitionBy(F.lit(1))
    so_far, whole = F.sum("count").over(together.orderBy("year")), F.sum("count").over(together)
    return (
        dated.groupBy("year")
        .count()
        .select("year", (so_far / whole).alias("share"))
        .where(F.col("share") >= 0.01)
        .agg(F.min("year").alias("first"))
    )


def _pairs() -> Column:
    groups = F.col("groups")
    return F.flatten(
        F.transform(
            groups,
            lambda one: F.transform(
                F.filter(groups, lambda other: other > one),
                lambda other: F.concat(one, F.lit(" "), other),
            ),
        )
    )
