"""The index system and the screening funnel (Zheng & Liu, Tables 1 and 2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from pyspark.sql import Column, DataFrame, Row, SparkSession, Window
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.method.applicants import is_one_of
from patentcore.words.symbols import distinct_count

DEDUPLICATE = "deduplicate"
# What publications of one invention share, in words.
_SHARED = {"application_number": "application number", "simple_family": "simple family"}


@dataclass(frozen=True)
class Step:
    """One step of the funnel.

    Attributes:
        name: the step's name in the configuration.
        criterion: what it asks for, in words.
        threshold: the configured value, in words.
        passes: true or false, and null where none of the columns needed has a value; ``None`` for
            the step that compares publications with each other.
        needs: the columns it reads.
        shared: of the comparing step, what publications share of which one is kept; null where
            that is unknown.
    """

    name: str
    criterion: str
    threshold: str
    passes: Column | None
    needs: tuple[str, ...]
    shared: Column | None = None

    def is_unknown(self) -> Column:
        """Tell whether the values needed are missing, without judging them again."""
        return reduce(and_, (F.col(name).isNull() for name in self.needs))


def receiving_office(authorities: Sequence[str]) -> Step:
    """Step 1: published by one of the authorities."""
    return Step(
        "receiving_office",
        "Patent-accepting country",
        " ".join(authorities),
        F.col("authority").isin(*authorities),
        ("authority",),
    )


def patent_type(patent_types: Sequence[str]) -> Step:
    """Step 2: of one of the types."""
    return Step(
        "patent_type",
        "Patent type",
        " ".join(patent_types),
        F.col("patent_type").isin(*patent_types),
        ("patent_type",),
    )


def claims(minimum_exclusive: int) -> Step:
    """Step 3: more claims than the threshold."""
    return Step(
        "claims",
        "Quantity of claim",
        f">{minimum_exclusive}",
        F.col("claim_count") > minimum_exclusive,
        ("claim_count",),
    )


def citations(minimum_exclusive: int, *, of: str) -> Step:
    """Step 4: cited more often than the threshold.

    Args:
        minimum_exclusive: the threshold.
        of: ``family`` takes the simple family's forward citations where known, else the record's;
            ``record`` takes the record's alone.
    """
    return Step(
        "citations",
        "Citation frequency",
        f">{minimum_exclusive}",
        cited_frequency(of) > minimum_exclusive,
        ("family_cited_by_count", "cited_by_count") if of == "family" else ("cited_by_count",),
    )


def breadth(minimum_exclusive: int, *, level: str) -> Step:
    """Step 5: more distinct IPC codes at the level than the threshold."""
    return Step(
        "breadth",
        "Breadth of patented technology",
        f">{minimum_exclusive}",
        distinct_count(F.col("ipc"), level) > minimum_exclusive,
        ("ipc",),
    )


def legal_events(kinds: Sequence[str]) -> Step:
    """Step 6: a legal event of one of the kinds."""
    return Step(
        "legal_events",
        "Legal status of patent",
        ", ".join(kinds),
        has_event(*kinds),
        ("legal_events",),
    )


def deduplicate(by: str = "application_number") -> Step:
    """Step 7: one publication for each application number, or for each simple family."""
    return Step(
        DEDUPLICATE,
        "Duplicate removal",
        f"one publication per {_SHARED[by]}",
        None,
        (by,),
        shared=shared_value(by),
    )


def shared_value(by: str) -> Column:
    """Return what publications of one invention share; null where it is unknown.

    Args:
        by: ``application_number``, or ``simple_family``: the smallest number of its members, the
            publication itself among them.

    >>> df = spark.createDataFrame(
    ...     [("CN2A", ["US1A", "CN2A"]), ("US1A", ["CN2A", None]), ("CN3A", []), ("CN4A", None)],
    ...     "publication_number string, simple_family array<string>",
    ... )
    >>> df.withColumn("family", shared_value("simple_family")).show()
    +------------------+-------------+------+
    |publication_number|simple_family|family|
    +------------------+-------------+------+
    |              CN2A| [US1A, CN2A]|  CN2A|
    |              US1A| [CN2A, NULL]|  CN2A|
    |              CN3A|           []|  CN3A|
    |              CN4A|         NULL|  NULL|
    +------------------+-------------+------+
    <BLANKLINE>
    """
    if by == "application_number":
        return F.col(by)
    members = F.concat(by, F.array("publication_number"))
    return F.when(F.col(by).isNotNull(), F.array_min(members))


def cited_frequency(of: str) -> Column:
    """Forward citations of the simple family where known, else of the record.

    Args:
        of: ``family``, or ``record`` for the record's alone.

    >>> df = spark.createDataFrame(
    ...     [(0, 2), (5, None), (None, None)], "cited_by_count int, family_cited_by_count int"
    ... )
    >>> df.select("*", cited_frequency("family").alias("family")).show()
    +--------------+---------------------+------+
    |cited_by_count|family_cited_by_count|family|
    +--------------+---------------------+------+
    |             0|                    2|     2|
    |             5|                 NULL|     5|
    |          NULL|                 NULL|  NULL|
    +--------------+---------------------+------+
    <BLANKLINE>
    """
    if of == "family":
        return F.coalesce(F.col("family_cited_by_count"), F.col("cited_by_count"))
    return F.col("cited_by_count")


def has_event(*kinds: str) -> Column:
    """Tell whether a legal event of one of the kinds exists; null where events are unknown.

    >>> df = spark.createDataFrame(
    ...     [([("litigation",), (None,)],), ([("lapse",), (None,)],), ([],), (None,)],
    ...     "legal_events array<struct<kind: string>>",
    ... )
    >>> df.withColumn("in_court", has_event("litigation", "opposition")).show()
    +--------------------+--------+
    |        legal_events|in_court|
    +--------------------+--------+
    |[{litigation}, {N...|    true|
    |   [{lapse}, {NULL}]|   false|
    |                  []|   false|
    |                NULL|    NULL|
    +--------------------+--------+
    <BLANKLINE>
    """
    wanted = F.array(*map(F.lit, kinds)).cast("array<string>")
    # Without a match it is null where any kind is.
    found = F.coalesce(F.arrays_overlap("legal_events.kind", wanted), F.lit(False))
    return F.when(F.col("legal_events").isNotNull(), found)


# --- corpus -------------------------------------------------------------------------------------


def filter_corpus(
    patents: DataFrame,
    *,
    authorities: Sequence[str] = (),
    published_from: str | None = None,
    published_to: str | None = None,
    applicant_names: Iterable[str] = (),
) -> DataFrame:
    """Keep the publications of the corpus; what is not given does not filter.

    Args:
        patents: the canonical table.
        authorities: two-letter codes.
        published_from: first publication date, ISO.
        published_to: last publication date, ISO.
        applicant_names: names and aliases of the enterprises; compared as
            :func:`patentcore.method.applicants.normal_name` folds them.

    >>> import datetime as dt
    >>> df = spark.createDataFrame(
    ...     [
    ...         ("CN1A", "CN", dt.date(2015, 6, 1)),
    ...         ("US2A", "US", dt.date(2015, 6, 1)),
    ...         ("CN3A", "CN", dt.date(1999, 12, 31)),
    ...         ("CN4A", "CN", None),
    ...     ],
    ...     "publication_number string, authority string, publication_date date",
    ... )
    >>> df.transform(filter_corpus, authorities=["CN"], published_from="2000-01-01").show()
    +------------------+---------+----------------+
    |publication_number|authority|publication_date|
    +------------------+---------+----------------+
    |              CN1A|       CN|      2015-06-01|
    +------------------+---------+----------------+
    <BLANKLINE>
    """
    conditions = []
    if authorities:
        conditions.append(F.col("authority").isin(*authorities))
    if published_from:
        conditions.append(F.col("publication_date") >= F.lit(published_from).cast("date"))
    if published_to:
        conditions.append(F.col("publication_date") <= F.lit(published_to).cast("date"))
    names = list(applicant_names)
    if names:
        conditions.append(is_one_of(F.col("applicants.name"), names))
    return reduce(lambda df, condition: df.where(condition), conditions, patents)


# --- funnel -------------------------------------------------------------------------------------


def with_failed_step(patents: DataFrame, steps: Sequence[Step]) -> DataFrame:
    """Add ``failed_step`` (1-based, null where all pass) and ``is_unknown`` (value missing).

    The step that compares publications with each other is left to :func:`filter_one_of_each`.

    Args:
        patents: the columns that the steps need.
        steps: in order.

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
    # One expression, negative where the value is missing, so that no step is judged twice.
    verdict = F.lit(None).cast("int")
    for number, step in reversed(list(enumerate(steps, start=1))):
        if step.passes is not None:
            verdict = (
                F.when(step.passes, verdict)
                .when(step.is_unknown(), F.lit(-number))
                .otherwise(F.lit(number))
            )
    return (
        patents.withColumn("_verdict", verdict)
        .select(
            "*",
            F.abs("_verdict").alias("failed_step"),
            F.coalesce(F.col("_verdict") < 0, F.lit(False)).alias("is_unknown"),
        )
        .drop("_verdict")
    )


def filter_candidates(patents: DataFrame, steps: Sequence[Step]) -> DataFrame:
    """Keep the publications that pass every step but the comparing one.

    One filter a step, in order: Spark stops at the first that fails, and reads the other columns
    into rows only for what is kept.

    Args:
        patents: the columns that the steps need, and any others.
        steps: in order.

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


def failure_counts(patents: DataFrame, steps: Sequence[Step]) -> DataFrame:
    """Count the publications by the first step that they fail, in one pass over the data.

    Args:
        patents: the columns that the steps need.
        steps: in order.

    Returns:
        failed_step (null where all pass), is_unknown, is_alone (of those that pass: the comparing
        step cannot judge them), patents.

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
    unknown = [step.shared.isNull() for step in steps if step.shared is not None]
    is_alone = reduce(or_, unknown, F.lit(False))
    return (
        with_failed_step(patents, steps)
        .withColumn("is_alone", F.col("failed_step").isNull() & is_alone)
        .groupBy("failed_step", "is_unknown", "is_alone")
        .agg(F.count(F.lit(1)).alias("patents"))
    )


def filter_one_of_each(candidates: DataFrame, *, by: str = "application_number") -> DataFrame:
    """Keep one publication of each invention: the earliest, then the smallest number.

    A publication that cannot be compared, as the value is missing, is left out.

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
    order = Window.partitionBy(shared).orderBy(
        F.col("publication_date").asc_nulls_last(), "publication_number"
    )
    return (
        candidates.where(shared.isNotNull())
        .withColumn("_place", F.row_number().over(order))
        .where(F.col("_place") == 1)
        .drop("_place")
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
        step, criterion, threshold, patents, removed, unknown of each step, the first of the whole.

    >>> counts = [
    ...     Row(failed_step=None, is_unknown=False, is_alone=False, patents=6),
    ...     Row(failed_step=1, is_unknown=False, is_alone=False, patents=3),
    ...     Row(failed_step=1, is_unknown=True, is_alone=False, patents=1),
    ... ]
    >>> funnel_rows([claims(10)], counts, deduplicated=6)
    [(0, 'Patent total', '-', 10, 0, 0), (1, 'Quantity of claim', '>10', 6, 4, 1)]
    """
    counts = list(counts)

    def total(rows: Iterable[Row]) -> int:
        return sum(row.patents for row in rows)

    left = total(counts)
    rows = [(0, "Patent total", "-", left, 0, 0)]
    for number, step in enumerate(steps, start=1):
        if step.passes is None:
            removed = left - deduplicated
            unknown = total(row for row in counts if row.is_alone)
        else:
            here = [row for row in counts if row.failed_step == number]
            removed, unknown = total(here), total(row for row in here if row.is_unknown)
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


# --- index system -------------------------------------------------------------------------------


def with_indexes(patents: DataFrame, *, breadth_level: str, reference_year: int) -> DataFrame:
    """Add the indexes of Table 1 that are not columns of the record already.

    Adds ``patent_width``, ``life_years``, ``has_assignment``, ``has_litigation``,
    ``has_opposition`` and ``applicant_country``.

    Args:
        patents: ipc, legal_events, applicants, application_date, expiry_date.
        breadth_level: level at which ``patent_width`` counts IPC codes.
        reference_year: the last year that counts.

    >>> rows = [(["H04W4/02", "G06F3/041"], [("litigation", None)], [("ZTE", "CN")])]
    >>> df = spark.createDataFrame(
    ...     [row + (None, None) for row in [*rows, (None,) * 3]],
    ...     "ipc array<string>, legal_events array<struct<kind: string, date: date>>, "
    ...     "applicants array<struct<name: string, country: string>>, application_date date, "
    ...     "expiry_date date",
    ... )
    >>> df.transform(with_indexes, breadth_level="subclass", reference_year=2023).select(
    ...     "patent_width", "has_assignment", "has_litigation", "applicant_country"
    ... ).show()
    +------------+--------------+--------------+-----------------+
    |patent_width|has_assignment|has_litigation|applicant_country|
    +------------+--------------+--------------+-----------------+
    |           2|         false|          true|               CN|
    |        NULL|          NULL|          NULL|             NULL|
    +------------+--------------+--------------+-----------------+
    <BLANKLINE>
    """
    return patents.withColumns(
        {
            "patent_width": distinct_count(F.col("ipc"), breadth_level),
            "life_years": life_years(reference_year),
            "has_assignment": has_event("assignment"),
            "has_litigation": has_event("litigation"),
            "has_opposition": has_event("opposition"),
            "applicant_country": F.get(F.col("applicants"), F.lit(0))["country"],
        }
    )


def life_years(reference_year: int) -> Column:
    """Years in force: from filing to expiry, lapse or the end of the reference year.

    Null where the filing date is unknown; 0 where the end lies before the filing.

    >>> import datetime as dt
    >>> df = spark.createDataFrame(
    ...     [
    ...         (dt.date(2014, 1, 1), dt.date(2034, 1, 1), [("lapse", dt.date(2019, 1, 1))]),
    ...         (dt.date(2014, 1, 1), dt.date(2034, 1, 1), None),
    ...         (None, None, None),
    ...     ],
    ...     "application_date date, expiry_date date, "
    ...     "legal_events array<struct<kind: string, date: date>>",
    ... )
    >>> df.withColumn("life_years", life_years(2023)).drop("legal_events").show()
    +----------------+-----------+----------+
    |application_date|expiry_date|life_years|
    +----------------+-----------+----------+
    |      2014-01-01| 2034-01-01|    4.9993|
    |      2014-01-01| 2034-01-01|    9.9959|
    |            NULL|       NULL|      NULL|
    +----------------+-----------+----------+
    <BLANKLINE>
    """
    ended = F.filter("legal_events", lambda event: event["kind"].isin("lapse", "expiry"))
    end = F.least(
        F.col("expiry_date"),
        F.array_min(F.transform(ended, lambda event: event["date"])),
        F.lit(f"{reference_year}-12-31").cast("date"),
    )
    days = F.greatest(F.datediff(end, F.col("application_date")), F.lit(0))
    # greatest() skips nulls, so an unknown filing date must be kept apart.
    return F.when(F.col("application_date").isNotNull(), F.round(days / 365.25, 4))
