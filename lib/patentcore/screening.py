"""The index system and the screening funnel (Zheng & Liu, Tables 1 and 2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column, DataFrame, Row, SparkSession, Window
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.applicants import is_one_of
from patentcore.symbols import distinct_count

DEDUPLICATE = "deduplicate"


@dataclass(frozen=True)
class Step:
    """One step of the funnel.

    Attributes:
        name: the step's name in the configuration.
        criterion: what it asks for, in words.
        threshold: the configured value, in words.
        passes: true or false, and null where the value needed is missing; ``None`` for the step
            that compares publications with each other.
        needs: the columns it reads.
    """

    name: str
    criterion: str
    threshold: str
    passes: Column | None
    needs: tuple[str, ...]


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


def deduplicate() -> Step:
    """Step 7: one publication for each application number."""
    return Step(
        DEDUPLICATE,
        "Duplicate removal",
        "one publication per application number",
        None,
        ("application_number",),
    )


def cited_frequency(of: str) -> Column:
    """Forward citations of the simple family where known, else of the record."""
    if of == "family":
        return F.coalesce(F.col("family_cited_by_count"), F.col("cited_by_count"))
    return F.col("cited_by_count")


def has_event(*kinds: str) -> Column:
    """Tell whether a legal event of one of the kinds exists; null where events are unknown."""
    return F.exists(
        "legal_events", lambda event: F.coalesce(event["kind"].isin(*kinds), F.lit(False))
    )


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
            :func:`patentcore.applicants.normal_name` folds them.
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
        conditions.append(is_one_of(F.col("applicants"), names))
    return reduce(lambda df, condition: df.where(condition), conditions, patents)


# --- funnel -------------------------------------------------------------------------------------


def with_failed_step(patents: DataFrame, steps: Sequence[Step]) -> DataFrame:
    """Add ``failed_step`` (1-based, null where all pass) and ``is_unknown`` (value missing).

    Steps that compare publications with each other are left to :func:`filter_one_per_application`.
    """
    # One expression, negative where the value is missing, so that no step is judged twice.
    verdict = F.lit(None).cast("int")
    for number, step in reversed(list(enumerate(steps, start=1))):
        if step.passes is not None:
            verdict = (
                F.when(step.passes, verdict)
                .when(step.passes.isNull(), F.lit(-number))
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
    """
    conditions = [step.passes for step in steps if step.passes is not None]
    return reduce(lambda df, condition: df.where(condition), conditions, patents)


def failure_counts(patents: DataFrame, steps: Sequence[Step]) -> DataFrame:
    """Count the publications by the first step that they fail, in one pass over the data.

    Returns:
        failed_step (null where all pass), is_unknown, no_application (for those that pass: the
        comparing step cannot judge them), patents.
    """
    no_application = F.col("failed_step").isNull() & F.col("application_number").isNull()
    return (
        with_failed_step(patents, steps)
        .withColumn("no_application", no_application)
        .groupBy("failed_step", "is_unknown", "no_application")
        .agg(F.count(F.lit(1)).alias("patents"))
    )


def filter_one_per_application(candidates: DataFrame) -> DataFrame:
    """Keep one publication of each application: the earliest, then the smallest number.

    A publication whose application number is missing cannot be compared and is left out.
    """
    order = Window.partitionBy("application_number").orderBy(
        F.col("publication_date").asc_nulls_last(), "publication_number"
    )
    return (
        candidates.where(F.col("application_number").isNotNull())
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
    """
    counts = list(counts)

    def total(rows: Iterable[Row]) -> int:
        return sum(row.patents for row in rows)

    left = total(counts)
    rows = [(0, "Patent total", "-", left, 0, 0)]
    for number, step in enumerate(steps, start=1):
        if step.passes is None:
            removed = left - deduplicated
            unknown = total(row for row in counts if row.no_application)
        else:
            here = [row for row in counts if row.failed_step == number]
            removed, unknown = total(here), total(row for row in here if row.is_unknown)
        left -= removed
        rows.append((number, step.criterion, step.threshold, left, removed, unknown))
    return rows


def funnel_frame(spark: SparkSession, rows: list[tuple[int, str, str, int, int, int]]) -> DataFrame:
    """Return the funnel table."""
    return spark.createDataFrame(rows, schemas.FUNNEL)


# --- index system -------------------------------------------------------------------------------


def with_indexes(patents: DataFrame, *, breadth_level: str, reference_year: int) -> DataFrame:
    """Add the indexes of Table 1 that are not columns of the record already.

    Adds ``patent_width``, ``life_years``, ``has_assignment``, ``has_litigation``,
    ``has_opposition`` and ``applicant_country``.
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
