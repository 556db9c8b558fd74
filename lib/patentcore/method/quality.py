"""What is wrong or missing in the input as a whole: the contract that a run begins with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as F

FIRST_PATENT = dt.date(1471, 1, 1)
"""No patent is older: the statute of Venice is of 1474, single privileges were granted before."""


class Check(NamedTuple):
    """One check of a table.

    Attributes:
        name: of the check, and of its limit in the configuration.
        what: in words, after a count of rows.
        fails: whether a row fails it.
    """

    name: str
    what: str
    fails: Column


class Finding(NamedTuple):
    """What a check found.

    Attributes:
        table: that was checked.
        check: its name.
        rows: of the table.
        failed: rows that fail.
        example: the least key of those.
        what: in words, after a count of rows.
    """

    table: str
    check: str
    rows: int
    failed: int
    example: str | None
    what: str

    @property
    def share(self) -> float:
        """Share of the rows that fail; 0 of no rows."""
        return self.failed / self.rows if self.rows else 0.0

    def __str__(self) -> str:
        example = f", such as {self.example}" if self.example else ""
        return f"{self.failed:,} of {self.rows:,} {self.table} {self.what}{example}"


def patent_checks(today: dt.date) -> list[Check]:
    """Return the checks of publications, which need no other row."""
    number, published, filed = (
        F.col(name) for name in ("publication_number", "publication_date", "application_date")
    )
    no_codes = F.col("ipc").isNull() & F.col("cpc").isNull() & F.col("main_ipc").isNull()
    return [
        Check("missing_number", "have no publication number", number.isNull()),
        Check("missing_date", "have no publication date", published.isNull()),
        Check(
            "implausible_date",
            f"have a date before {FIRST_PATENT.year} or to come",
            _implausible(published, today) | _implausible(filed, today),
        ),
        Check(
            "filed_after_publication",
            "are filed after they are published",
            F.coalesce(filed > published, F.lit(False)),
        ),
        Check("missing_filing_date", "have no filing date", filed.isNull()),
        Check("missing_codes", "have neither IPC nor CPC symbols", no_codes),
        Check("missing_applicants", "have no applicant", F.col("applicants").isNull()),
        Check("missing_claims", "have no number of claims", F.col("claim_count").isNull()),
    ]


def citation_checks() -> list[Check]:
    """Return the checks of citations, of which ``knows_citing`` and ``knows_cited`` are told."""
    citing, cited = F.col("citing"), F.col("cited")
    is_whole = citing.isNotNull() & cited.isNotNull()
    strange_citing, strange_cited = ~F.col("knows_citing"), ~F.col("knows_cited")
    return [
        Check("missing_end", "lack an end", ~is_whole),
        Check("self_citation", "are of a publication by itself", is_whole & (citing == cited)),
        Check("unknown_citing", "are by no publication of the input", is_whole & strange_citing),
        Check("unknown_cited", "are of no publication of the input", is_whole & strange_cited),
        Check(
            "points_nowhere",
            "have neither end in the input",
            is_whole & strange_citing & strange_cited,
        ),
    ]


def with_known_ends(citations: DataFrame, patents: DataFrame) -> DataFrame:
    """Return citations with whether each end is among the publications.

    >>> citations = spark.createDataFrame([("A", "B"), ("A", None)], "citing string, cited string")
    >>> patents = spark.createDataFrame([("A",)], "publication_number string")
    >>> with_known_ends(citations, patents).sort("cited").show()
    +------+-----+------------+-----------+
    |citing|cited|knows_citing|knows_cited|
    +------+-----+------------+-----------+
    |     A| NULL|        true|      false|
    |     A|    B|        true|      false|
    +------+-----+------------+-----------+
    <BLANKLINE>
    """
    numbers = patents.select("publication_number").where("publication_number IS NOT NULL")
    numbers = numbers.distinct()
    for end in ("citing", "cited"):
        known = numbers.select(F.col("publication_number").alias(end), F.lit(True).alias("_known"))
        citations = (
            citations.join(known, on=end, how="left")
            .withColumn(f"knows_{end}", F.coalesce("_known", F.lit(False)))
            .drop("_known")
        )
    return citations.select("citing", "cited", "knows_citing", "knows_cited")


def counted(df: DataFrame, checks: Sequence[Check], *, key: Column) -> DataFrame:
    """Return one row: ``rows``, and of each check the rows that fail and the least key of them.

    >>> df = spark.createDataFrame([("A", None), ("B", 3)], "number string, claims int")
    >>> check = Check("missing_claims", "have no claims", F.col("claims").isNull())
    >>> counted(df, [check], key=F.col("number")).show()
    +----+--------------+----------------------+
    |rows|missing_claims|missing_claims_example|
    +----+--------------+----------------------+
    |   2|             1|                     A|
    +----+--------------+----------------------+
    <BLANKLINE>
    """
    figures = [F.count(F.lit(1)).alias("rows")]
    for check in checks:
        figures += [
            F.count_if(check.fails).alias(check.name),
            F.min(F.when(check.fails, key)).alias(f"{check.name}_example"),
        ]
    return df.agg(*figures)


def findings(table: str, checks: Sequence[Check], counts: Row) -> list[Finding]:
    """Return what :func:`counted` counted of a table, check by check."""
    return [
        Finding(
            table,
            check.name,
            counts["rows"],
            counts[check.name],
            counts[f"{check.name}_example"],
            check.what,
        )
        for check in checks
    ]


def over_limit(found: Sequence[Finding], limits: Mapping[str, float]) -> list[Finding]:
    """Return the findings whose share is greater than the limit of their check."""
    return [one for one in found if one.share > limits[one.check]]


def _implausible(date: Column, today: dt.date) -> Column:
    is_wrong = (date < F.lit(FIRST_PATENT)) | (date > F.lit(today))
    return F.coalesce(is_wrong, F.lit(False))
