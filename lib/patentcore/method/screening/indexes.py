"""The index system (Zheng & Liu, Table 1): what is not a column of the record already."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.words.lists import have_shared
from patentcore.words.symbols import distinct_count


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
    found = F.coalesce(have_shared("legal_events.kind", wanted), F.lit(False))
    return F.when(F.col("legal_events").isNotNull(), found)
