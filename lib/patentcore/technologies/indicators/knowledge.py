"""Where a patent's knowledge comes from and goes to: generality, originality, novelty."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.facts import codes_at, filing_year


def with_knowledge(facts: DataFrame, patents: DataFrame, citations: DataFrame) -> DataFrame:
    """Add ``generality``, ``originality`` and ``novelty`` to each patent.

    Args:
        facts: publication_number, year, groups.
        patents: canonical patents of the whole corpus: what cites and is cited.
        citations: citing, cited.

    >>> days = ("application_date", "earliest_priority_date", "publication_date")
    >>> patents = spark.createDataFrame(
    ...     [("A", ["G06F3/00", "H01L21/00"]), ("B", ["G06F9/00"]), ("C", ["H01L21/00"])],
    ...     "publication_number string, ipc array<string>",
    ... ).withColumns({day: F.to_date(F.lit("2019-01-01")) for day in days})
    >>> facts = patents.select(
    ...     "publication_number", filing_year().alias("year"), codes_at("group").alias("groups")
    ... )
    >>> citations = spark.createDataFrame([("B", "A"), ("C", "A")], "citing string, cited string")
    >>> found = with_knowledge(facts, patents, citations).orderBy("publication_number")
    >>> found.select("publication_number", "generality", "originality", "novelty").show()
    +------------------+----------+-----------+-------+
    |publication_number|generality|originality|novelty|
    +------------------+----------+-----------+-------+
    |                 A|       1.0|       NULL|    1.0|
    |                 B|      NULL|        1.0|   NULL|
    |                 C|      NULL|        1.0|   NULL|
    +------------------+----------+-----------+-------+
    <BLANKLINE>
    """
    ids = facts.select("publication_number")
    classes = patents.select("publication_number", codes_at("subclass").alias("subclasses"))
    return (
        facts.join(
            spread(citations, ids, classes, of="cited", over="citing", name="generality"),
            on="publication_number",
            how="left",
        )
        .join(
            spread(citations, ids, classes, of="citing", over="cited", name="originality"),
            on="publication_number",
            how="left",
        )
        .join(novelty(facts, patents), on="publication_number", how="left")
    )


def spread(
    citations: DataFrame, ids: DataFrame, classes: DataFrame, *, of: str, over: str, name: str
) -> DataFrame:
    """Return how far the other ends of a patent's citations spread over IPC subclasses.

    1 - sum of squared shares (Trajtenberg, Henderson & Jaffe 1997): generality over citing
    patents, originality over cited ones. Corrected by n / (n - 1) for few citations (Hall 2005);
    null below two classes counted, or where the other ends are outside the corpus.

    Args:
        citations: citing, cited.
        ids: publication_number of the patents asked for.
        classes: publication_number, subclasses (array).
        of: the end that the patents asked for stand at.
        over: the other end.
        name: the column to return.
    """
    counted = (
        citations.where(F.col(of) != F.col(over))
        .select(F.col(of).alias("publication_number"), F.col(over).alias("other"))
        .join(F.broadcast(ids), on="publication_number", how="left_semi")
        .distinct()
        .join(classes.withColumnRenamed("publication_number", "other"), on="other", how="inner")
        .select("publication_number", F.explode("subclasses").alias("subclass"))
        .groupBy("publication_number", "subclass")
        .count()
    )
    return (
        counted.groupBy("publication_number")
        .agg(unbiased_diversity(F.col("count")).alias(name))
        .select("publication_number", name)
    )


def unbiased_diversity(counts: Column) -> Column:
    """1 - Herfindahl of a group's counts, times n / (n - 1); null for n below 2 (Hall 2005).

    >>> df = spark.createDataFrame([("a", 3), ("a", 1), ("b", 4)], "unit string, patents long")
    >>> diversity = unbiased_diversity(F.col("patents")).alias("diversity")
    >>> df.groupBy("unit").agg(diversity).orderBy("unit").show()
    +----+---------+
    |unit|diversity|
    +----+---------+
    |   a|      0.5|
    |   b|      0.0|
    +----+---------+
    <BLANKLINE>
    """
    total = F.sum(counts)
    herfindahl = F.sum(counts * counts) / (total * total)
    return F.when(total > 1, (1 - herfindahl) * total / (total - 1))


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


def novelty(facts: DataFrame, patents: DataFrame) -> DataFrame:
    """Return the share of a patent's pairs of IPC main groups that the corpus had not seen before.

    A pair is new in the year of its first filing (Verhoeven, Bakker & Veugelers 2016, novelty in
    recombination). Null where a patent has one group only or its year is unknown.

    Args:
        facts: publication_number, year, groups.
        patents: canonical patents of the whole corpus.
    """
    every = patents.select(filing_year().alias("year"), codes_at("group").alias("groups"))
    first = (
        every.where(F.col("year").isNotNull())
        .select("year", F.explode(_pairs()).alias("pair"))
        .groupBy("pair")
        .agg(F.min("year").alias("first_year"))
    )
    own = facts.where(F.col("year").isNotNull()).select(
        "publication_number", "year", F.explode(_pairs()).alias("pair")
    )
    is_new = (F.col("year") <= F.col("first_year")).cast("double")
    return (
        own.join(first, on="pair", how="inner")
        .groupBy("publication_number")
        .agg(F.avg(is_new).alias("novelty"))
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
