"""One row an invention: publications of one family, or with one set of priorities, counted once.

After the OECD Patent Statistics Manual (2009, chapter 4). An invention goes by the least number of
its publications in the corpus, so that every figure can be followed to a record.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.words.lists import without_nulls

COUNTS = ("inventions", "publications")


def shared_key() -> Column:
    """Return what the publications of one invention share.

    The simple family where it is known, else the set of priorities, else the application, else
    the publication.

    >>> rows = [
    ...     ("US2B", ["US2B", "CN1A"], None, "USX"),
    ...     ("CN9A", None, ["JP2", "JP1"], "CNX"),
    ...     ("CN8A", None, None, "CNY"),
    ... ]
    >>> df = spark.createDataFrame(
    ...     rows,
    ...     "publication_number string, simple_family array<string>, p array<string>, "
    ...     "application_number string",
    ... )
    >>> df = df.withColumn("priorities", F.transform("p", lambda n: F.struct(n.alias("number"))))
    >>> df.select("publication_number", shared_key().alias("key")).show()
    +------------------+-----------+
    |publication_number|        key|
    +------------------+-----------+
    |              US2B|family CN1A|
    |              CN9A|    JP1|JP2|
    |              CN8A|        CNY|
    +------------------+-----------+
    <BLANKLINE>
    """
    family = F.least(F.array_min("simple_family"), "publication_number")
    numbers = F.array_sort(F.array_distinct(without_nulls(F.col("priorities.number"))))
    return F.coalesce(
        F.when(F.size("simple_family") > 0, F.concat(F.lit("family "), family)),
        F.when(F.size(numbers) > 0, F.array_join(numbers, "|")),
        F.col("application_number"),
        F.col("publication_number"),
    )


def priority_year() -> Column:
    """Year of the earliest priority, else of filing, else of publication.

    >>> df = spark.sql(
    ...     "SELECT date('2019-05-04') AS application_date, date(NULL) AS earliest_priority_date, "
    ...     "array(named_struct('date', date('2018-05-04'))) AS priorities, "
    ...     "date('2020-01-01') AS publication_date"
    ... )
    >>> df.select(priority_year().alias("year")).show()
    +----+
    |year|
    +----+
    |2018|
    +----+
    <BLANKLINE>
    """
    listed = F.array_min(without_nulls(F.col("priorities.date")))
    return F.year(
        F.coalesce("earliest_priority_date", listed, "application_date", "publication_date")
    )


def citations_between(citations: DataFrame, inventions: DataFrame) -> DataFrame:
    """Return citations between inventions: citing, cited, category; each pair once.

    An end outside the corpus stays as it is; an invention does not cite itself.

    Args:
        citations: citing, cited, category.
        inventions: publication_number, invention.

    >>> citations = spark.createDataFrame(
    ...     [("A", "C", "X"), ("B", "C", None), ("A", "B", None)],
    ...     "citing string, cited string, category string",
    ... )
    >>> inventions = spark.createDataFrame(
    ...     [("A", "A"), ("B", "A")], "publication_number string, invention string"
    ... )
    >>> citations_between(citations, inventions).show()
    +------+-----+--------+
    |citing|cited|category|
    +------+-----+--------+
    |     A|    C|       X|
    +------+-----+--------+
    <BLANKLINE>
    """
    return (
        between(citations.select("citing", "cited", "category"), inventions)
        .groupBy("citing", "cited")
        # Categories that block come last in the alphabet: X and Y are kept.
        .agg(F.max("category").alias("category"))
    )


def citations_of(members: DataFrame, citations: DataFrame, inventions: DataFrame) -> DataFrame:
    """Return the citations of some inventions, few of a corpus's, as :func:`citations_between`.

    Args:
        members: publication_number (the invention's), repeated or not.
        citations: citing, cited, category of publications.
        inventions: publication_number, invention.
    """
    ids = members.select(F.col("publication_number").alias("invention")).distinct()
    own = inventions.join(F.broadcast(ids), on="invention", how="left_semi")
    citing = own.select(F.col("publication_number").alias("citing"))
    few = citations.join(F.broadcast(citing), on="citing", how="left_semi")
    return citations_between(few, inventions)


def between(citations: DataFrame, inventions: DataFrame) -> DataFrame:
    """Return citations with inventions as their ends; a pair may be there several times.

    Args:
        citations: citing, cited and anything else.
        inventions: publication_number, invention.
    """
    # Most publications go by their own number, and need no looking up.
    moved = inventions.where(F.col("publication_number") != F.col("invention"))
    ends = {
        name: moved.select(
            F.col("publication_number").alias(name), F.col("invention").alias(f"_{name}")
        )
        for name in ("citing", "cited")
    }
    joined = citations
    for name, end in ends.items():
        joined = joined.join(end, on=name, how="left")
    return (
        joined.withColumns({name: F.coalesce(f"_{name}", name) for name in ends})
        .where(F.col("citing") != F.col("cited"))
        .drop(*(f"_{name}" for name in ends))
    )
