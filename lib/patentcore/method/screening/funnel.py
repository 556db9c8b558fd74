"""The screening funnel: what each step leaves, removes and cannot judge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_

from pyspark.sql import Column, DataFrame, Row, SparkSession, Window
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, StructType

from patentcore import schemas
from patentcore.method.screening.criteria import Step, shared_value
from patentcore.words.documents import application_key


def with_failed_step(
    patents: DataFrame, steps: Sequence[Step], *, within: Column | None = None, after: int = 0
) -> DataFrame:
    """Add ``failed_step`` and ``is_unknown`` (failed because the value needed is missing).

    ``failed_step`` is 0 outside the corpus, then 1-based, and null where all pass. The step that
    compares publications with each other is left to :func:`filter_one_of_each`.

    Args:
        patents: the columns that the corpus and the steps need.
        steps: in order.
        within: whether a publication is in the corpus, as
            :func:`patentcore.method.screening.corpus.is_within` tells; all are without it.
        after: number of steps that were judged before.

    >>> from patentcore.method.screening.criteria import claims, receiving_office
    >>> df = spark.createDataFrame(
    ...     [("CN", 12), ("RU", 12), ("CN", None), ("CN", 10)], "authority string, claim_count int"
    ... )
    >>> df.transform(with_failed_step, [receiving_office(["CN", "US"]), claims(10)]).show()
    +---------+-----------+-----------+----------+
    |authority|claim_count|failed_step|is_unknown|
    +---------+-----------+-----------+----------+
    |       CN|         12|       NULL|     false|
    |       RU|         12|          1|     false|
    |       CN|       NULL|          2|      true|
    |       CN|         10|          2|     false|
    +---------+-----------+-----------+----------+
    <BLANKLINE>
    """
    # One expression, so that no step is judged twice: the step plus 1, as there is a step 0, and
    # negative where the value is missing.
    verdict = F.lit(None).cast("int")
    for number, step in reversed(list(enumerate(steps, start=after + 1))):
        if step.passes is not None:
            verdict = (
                F.when(step.passes, verdict)
                .when(step.is_unknown(), F.lit(-number - 1))
                .otherwise(F.lit(number + 1))
            )
    if within is not None:
        is_within = F.col("_is_within")
        verdict = F.when(is_within, verdict).when(is_within.isNull(), F.lit(-1)).otherwise(F.lit(1))
        patents = patents.withColumn("_is_within", within)
    return (
        patents.withColumn("_verdict", verdict)
        .select(
            "*",
            (F.abs("_verdict") - 1).alias("failed_step"),
            F.coalesce(F.col("_verdict") < 0, F.lit(False)).alias("is_unknown"),
        )
        .drop("_verdict", "_is_within")
    )


def filter_candidates(patents: DataFrame, steps: Sequence[Step]) -> DataFrame:
    """Keep the publications that pass every step but the comparing one.

    One filter a step, in order: Spark stops at the first that fails, and reads the other columns
    into rows only for what is kept.

    Args:
        patents: the columns that the steps need, and any others.
        steps: in order.

    >>> from patentcore.method.screening.criteria import claims, receiving_office
    >>> df = spark.createDataFrame(
    ...     [("CN", 12), ("RU", 12), ("CN", None), ("CN", 10)], "authority string, claim_count int"
    ... )
    >>> df.transform(filter_candidates, [receiving_office(["CN", "US"]), claims(10)]).show()
    +---------+-----------+
    |authority|claim_count|
    +---------+-----------+
    |       CN|         12|
    +---------+-----------+
    <BLANKLINE>
    """
    conditions = [step.passes for step in steps if step.passes is not None]
    return reduce(lambda df, condition: df.where(condition), conditions, patents)


def failure_counts(
    patents: DataFrame, steps: Sequence[Step], *, within: Column | None = None
) -> DataFrame:
    """Count the publications by the first step that they fail, in one pass over the data.

    Args:
        patents: the columns that the corpus and the steps need.
        steps: in order.
        within: whether a publication is in the corpus, as for :func:`with_failed_step`.

    Returns:
        failed_step (0 outside the corpus, null where all pass), is_unknown, is_alone (of
        those that pass: the comparing step cannot judge them), patents.

    >>> from patentcore.method.screening.criteria import claims, deduplicate
    >>> df = spark.createDataFrame(
    ...     [("X", 12), ("Y", 12), (None, 12), ("Z", 3)],
    ...     "application_number string, claim_count int",
    ... )
    >>> counts = failure_counts(df, [claims(10), deduplicate()])
    >>> counts.orderBy("failed_step", "is_alone").show()
    +-----------+----------+--------+-------+
    |failed_step|is_unknown|is_alone|patents|
    +-----------+----------+--------+-------+
    |       NULL|     false|   false|      2|
    |       NULL|     false|    true|      1|
    |          1|     false|   false|      1|
    +-----------+----------+--------+-------+
    <BLANKLINE>
    """
    return counts_of(with_failed_step(patents, steps, within=within), steps)


def counts_of(judged: DataFrame, steps: Sequence[Step]) -> DataFrame:
    """Count judged publications, as :func:`failure_counts` does.

    Args:
        judged: failed_step, is_unknown and what the comparing step needs.
        steps: in order; only the comparing one is looked at.
    """
    unknown = [step.shared.isNull() for step in steps if step.shared is not None]
    is_alone = reduce(or_, unknown, F.lit(False))
    return (
        judged.withColumn("is_alone", F.col("failed_step").isNull() & is_alone)
        .groupBy("failed_step", "is_unknown", "is_alone")
        .agg(F.count(F.lit(1)).alias("patents"))
    )


def split_at_lists(
    steps: Sequence[Step], schema: StructType
) -> tuple[Sequence[Step], Sequence[Step]]:
    """Part the steps in front of the first that reads a list, or compares.

    A list costs more to read than all other columns that are judged.

    Args:
        steps: in order.
        schema: of the publications.

    >>> from patentcore.method.screening.criteria import breadth, claims, deduplicate
    >>> first, rest = split_at_lists(
    ...     [claims(10), breadth(1, level="subclass"), deduplicate()], schemas.PATENTS
    ... )
    >>> [step.name for step in first], [step.name for step in rest]
    (['claims'], ['breadth', 'deduplicate'])
    """
    lists = {field.name for field in schema if isinstance(field.dataType, ArrayType)}
    is_dear = [step.passes is None or bool(lists.intersection(step.needs)) for step in steps]
    at = is_dear.index(True) if True in is_dear else len(steps)
    return steps[:at], steps[at:]


def judged(left: DataFrame, steps: Sequence[Step], *, after: int) -> DataFrame:
    """Judge what earlier steps left, and keep of what passes all that tells it from others.

    Args:
        left: publication_number, publication_date and the columns that the steps need.
        steps: the other steps, in order.
        after: number of the earlier steps.

    Returns:
        publication_number, publication_date and what the comparing step needs, null where a step
        fails; failed_step and is_unknown.

    >>> from patentcore.method.screening.criteria import breadth, deduplicate
    >>> df = spark.createDataFrame(
    ...     [("CN1A", None, "X", ["G06F3/00", "H04L9/00"]), ("CN2A", None, "Y", ["G06F3/00"])],
    ...     "publication_number string, publication_date date, application_number string, "
    ...     "ipc array<string>",
    ... )
    >>> df.transform(judged, [breadth(1, level="subclass"), deduplicate()], after=4).show()
    +------------------+----------------+------------------+-----------+----------+
    |publication_number|publication_date|application_number|failed_step|is_unknown|
    +------------------+----------------+------------------+-----------+----------+
    |              CN1A|            NULL|                 X|       NULL|     false|
    |              NULL|            NULL|              NULL|          5|     false|
    +------------------+----------------+------------------+-----------+----------+
    <BLANKLINE>
    """
    compared = [name for step in steps if step.passes is None for name in step.needs]
    names = dict.fromkeys(["publication_number", "publication_date", *compared])
    passes = F.col("failed_step").isNull()
    return with_failed_step(left, steps, after=after).select(
        *(F.when(passes, F.col(name)).alias(name) for name in names), "failed_step", "is_unknown"
    )


def filter_one_of_each(candidates: DataFrame, *, by: str = "application_number") -> DataFrame:
    """Keep one publication of each invention: the earliest, then the smallest number.

    A publication that cannot be compared, as the value is missing, is left out. Spellings of one
    application number (:mod:`patentcore.words.documents`) are one.

    Args:
        candidates: publication_number, publication_date and what ``by`` reads.
        by: what publications of one invention share, as for :func:`shared_value`.

    >>> import datetime as dt
    >>> df = spark.createDataFrame(
    ...     [
    ...         ("CN2B", "X", dt.date(2014, 1, 1)),
    ...         ("CN2A", "X", dt.date(2013, 1, 1)),
    ...         ("CN3A", "Y", None),
    ...         ("CN4A", None, dt.date(2013, 1, 1)),
    ...     ],
    ...     "publication_number string, application_number string, publication_date date",
    ... )
    >>> df.transform(filter_one_of_each).orderBy("publication_number").show()
    +------------------+------------------+----------------+
    |publication_number|application_number|publication_date|
    +------------------+------------------+----------------+
    |              CN2A|                 X|      2013-01-01|
    |              CN3A|                 Y|            NULL|
    +------------------+------------------+----------------+
    <BLANKLINE>
    """
    shared = shared_value(by)
    told = F.col("_shared")
    compared = application_key(told) if by == "application_number" else told
    order = Window.partitionBy("_compared").orderBy(
        F.col("publication_date").asc_nulls_last(), "publication_number"
    )
    shown = candidates.where(shared.isNotNull()).withColumn("_shared", shared)
    # By a join, each value once: the embedded engine does not plan windows over keys of many steps.
    keys = shown.select("_shared").distinct().withColumn("_compared", compared)
    return (
        shown.join(keys, on="_shared")
        .withColumn("_place", F.row_number().over(order))
        .where(F.col("_place") == 1)
        .select(*candidates.columns)
    )


def funnel_rows(
    steps: Sequence[Step], counts: Iterable[Row], *, deduplicated: int
) -> list[tuple[int, str, str, int, int, int]]:
    """Return the rows of the funnel table.

    Args:
        steps: the steps in order.
        counts: the rows of :func:`failure_counts`.
        deduplicated: publications left by the duplicate removal.

    Returns:
        step, criterion, threshold, patents, removed, unknown of each step. The first row is of
        the corpus: what is in it, what its selection removed, and of that what could be in it.

    >>> from patentcore.method.screening.criteria import claims
    >>> counts = [
    ...     Row(failed_step=None, is_unknown=False, is_alone=False, patents=6),
    ...     Row(failed_step=0, is_unknown=False, is_alone=False, patents=5),
    ...     Row(failed_step=0, is_unknown=True, is_alone=False, patents=2),
    ...     Row(failed_step=1, is_unknown=False, is_alone=False, patents=3),
    ...     Row(failed_step=1, is_unknown=True, is_alone=False, patents=1),
    ... ]
    >>> funnel_rows([claims(10)], counts, deduplicated=6)
    [(0, 'Patent total', '-', 10, 7, 2), (1, 'Quantity of claim', '>10', 6, 4, 1)]
    """
    counts = list(counts)

    def total(rows: Iterable[Row]) -> int:
        return sum(row.patents for row in rows)

    def failing(number: int) -> tuple[int, int]:
        here = [row for row in counts if row.failed_step == number]
        return total(here), total(row for row in here if row.is_unknown)

    removed, unknown = failing(0)
    left = total(counts) - removed
    rows = [(0, "Patent total", "-", left, removed, unknown)]
    for number, step in enumerate(steps, start=1):
        if step.passes is None:
            removed = left - deduplicated
            unknown = total(row for row in counts if row.is_alone)
        else:
            removed, unknown = failing(number)
        left -= removed
        rows.append((number, step.criterion, step.threshold, left, removed, unknown))
    return rows


def funnel_frame(spark: SparkSession, rows: list[tuple[int, str, str, int, int, int]]) -> DataFrame:
    """Return the funnel table.

    >>> rows = [(0, "Patent total", "-", 10, 0, 0), (1, "Quantity of claim", ">10", 6, 4, 1)]
    >>> funnel_frame(spark, rows).show()
    +----+-----------------+---------+-------+-------+-------+
    |step|        criterion|threshold|patents|removed|unknown|
    +----+-----------------+---------+-------+-------+-------+
    |   0|     Patent total|        -|     10|      0|      0|
    |   1|Quantity of claim|      >10|      6|      4|      1|
    +----+-----------------+---------+-------+-------+-------+
    <BLANKLINE>
    """
    return spark.createDataFrame(rows, schemas.FUNNEL)
