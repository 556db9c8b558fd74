"""The corpus as a PatSnap-like export: CSV files with Chinese headers, and rows that are dirty.

The PatSnap adapter reads the same tables back, but that a pair named twice is one row then.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.lake.places import Place
from patentcore.sources.formats.patsnap_headers import HEADERS
from patentcore.sources.record.vocabulary import (
    LEGAL_EVENT_LABELS,
    PATENT_TYPE_LABELS,
    SECTOR_LABELS,
)
from patentcore.synthetic.draws import Draws

MISSING = "-"
_SEPARATOR = " | "

# In the order of an export; the first header of each field is the one that PatSnap writes.
FIELDS = (
    "publication_number",
    "title",
    "abstract",
    "application_number",
    "application_date",
    "publication_date",
    "earliest_priority_date",
    "authority",
    "kind_code",
    "patent_type",
    "legal_status",
    "legal_events",
    "expiry_date",
    "original_applicant",
    "original_applicant_country",
    "original_applicant_sector",
    "inventors",
    "main_ipc",
    "ipc",
    "cpc",
    "claim_count",
    "cites",
    "cites_count",
    "cited_by",
    "cited_by_count",
    "family_cited_by_count",
    "npl_citation_count",
    "simple_family",
    "simple_family_size",
    "is_pct",
    "source",
)
HALF_WIDTH = tuple(HEADERS[field][0] for field in FIELDS)
FULL_WIDTH = tuple(header.replace("(", "（").replace(")", "）") for header in HALF_WIDTH)

_UNREADABLE_DATE, _UNREADABLE_COUNT = "日期不详", "约10项"


def write(patents: DataFrame, citations: DataFrame, folder: Place, seed: int) -> None:
    """Write the export into a folder: two groups of files, with half- and full-width brackets.

    Args:
        patents: the patents table, as read from files.
        citations: the citations table, as read from files.
        folder: where ``export-1`` and ``export-2`` go.
        seed: chooses the rows of each group and the dirty ones.
    """
    rows = cells(patents, citations, seed)
    group = F.pmod(F.xxhash64(F.lit(seed), "publication_number", F.lit("file")), F.lit(2))
    for number, headers in enumerate((HALF_WIDTH, FULL_WIDTH)):
        chosen = rows.where(group == number)
        dirty = chosen.unionByName(_rejected_rows(chosen, seed))
        (
            dirty.select(*FIELDS)
            .toDF(*headers)
            .write.option("header", "true")
            .option("escape", '"')
            .csv((folder / f"export-{number + 1}").path)
        )
    (folder / "export-3.csv").write_text(_scraps())


def cells(patents: DataFrame, citations: DataFrame, seed: int) -> DataFrame:
    """Return each record's cells as text, missing values as ``-``."""
    own = Draws(seed, F.col("publication_number"))
    listed = patents.join(
        _lists(citations, "citing", "cited", "cites"), on="publication_number", how="left"
    ).join(_lists(citations, "cited", "citing", "cited_by"), on="publication_number", how="left")
    columns = {
        field: F.col(field).cast("string")
        for field in FIELDS
        if field in patents.columns or field in ("cites", "cited_by")
    }
    columns |= {
        "earliest_priority_date": F.coalesce(
            F.col("earliest_priority_date").cast("string"),
            F.when(own.chance(30, "bad date"), _UNREADABLE_DATE),
        ),
        "claim_count": F.coalesce(
            F.col("claim_count").cast("string"),
            F.when(own.chance(30, "bad count"), _UNREADABLE_COUNT),
        ),
        "patent_type": _label(F.col("patent_type"), PATENT_TYPE_LABELS),
        "legal_events": _joined(F.transform("legal_events", _event_text)),
        "original_applicant": _applicants("name"),
        "original_applicant_country": _applicants("country"),
        "original_applicant_sector": _joined(
            F.transform("applicants", lambda one: _label(one["sector"], SECTOR_LABELS))
        ),
        "is_pct": F.when(F.col("is_pct"), "是").when(~F.col("is_pct"), "否"),
    }
    columns |= {
        field: _joined(F.col(field))
        for field in ("inventors", "ipc", "cpc", "simple_family", "cites", "cited_by")
    }
    return listed.select(
        *(F.coalesce(columns[field], F.lit(MISSING)).alias(field) for field in FIELDS)
    )


def _lists(citations: DataFrame, own: str, other: str, field: str) -> DataFrame:
    """List the other ends of the pairs that a record names itself."""
    return (
        citations.where(F.col("origin").isin("both", field))
        .groupBy(F.col(own).alias("publication_number"))
        .agg(F.array_sort(F.collect_set(other)).alias(field))
    )


def _joined(values: Column) -> Column:
    return F.array_join(values, _SEPARATOR, MISSING)


def _applicants(part: str) -> Column:
    return _joined(F.transform("applicants", lambda one: one[part]))


def _label(value: Column, labels: dict[str, str]) -> Column:
    text = F.lit(None).cast("string")
    for canonical, label in labels.items():
        text = F.when(value == canonical, label).otherwise(text)
    return text


def _event_text(event: Column) -> Column:
    date = F.concat(F.lit("("), event["date"].cast("string"), F.lit(")"))
    return F.concat(_label(event["kind"], LEGAL_EVENT_LABELS), F.coalesce(date, F.lit("")))


# --- rows that must not come back ---------------------------------------------------------------


def _rejected_rows(rows: DataFrame, seed: int) -> DataFrame:
    """Return records without a number, repeated header lines and poorer copies of records."""
    own = Draws(seed, F.col("publication_number"))
    place = own.below(10_000, "dirty row")
    kept = ("publication_number", "title", "publication_date")
    return rows.where(place < 60).select(
        *(
            F.when(place < 20, F.lit(MISSING) if field == "publication_number" else F.col(field))
            .when(place < 40, F.lit(header))
            .otherwise(F.col(field) if field in kept else F.lit(MISSING))
            .alias(field)
            for field, header in zip(FIELDS, HALF_WIDTH, strict=True)
        )
    )


def _scraps() -> str:
    """Return a file of nothing but rows that cannot be used."""
    header = ",".join(HALF_WIDTH)
    no_number = ",".join([MISSING] * len(FIELDS))
    bad_number = ",".join(["未公开", *[MISSING] * (len(FIELDS) - 1)])
    too_many = ",".join(["CN0A", *["x"] * (len(FIELDS) + 3)])
    return "\n".join([header, no_number, header, bad_number, too_many]) + "\n"
