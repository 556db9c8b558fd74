"""Espacenet downloads: CSV with a preamble, in German, English or French."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.sources.formats.dialect import PART, Dialect, TabularAdapter

DIALECT = Dialect(
    name="espacenet",
    title="Espacenet result list (CSV or XLSX; German, English or French)",
    headers={
        "publication_number": (
            "Veröffentlichungsnummer",
            "Publication number",
            "Numéro de publication",
        ),
        "title": ("Titel", "Title", "Titre"),
        "inventors": ("Erfinder", "Inventors", "Inventeurs"),
        "original_applicant": ("Anmelder", "Applicants", "Demandeurs"),
        "earliest_priority_date": (
            "Früheste Priorität",
            "Earliest priority",
            "Priorité la plus ancienne",
        ),
        "ipc": ("IPC", "CIB"),
        "cpc": ("CPC",),
        "publication_date": (
            "Veröffentlichungsdatum",
            "Publication date",
            "Date de publication",
        ),
    },
    separator=r"\s*[\r\n]+\s*",
    marks=(
        "Familiennummer",
        "Früheste Veröffentlichung",
        "Family number",
        "Earliest publication",
        "Numéro de famille",
        "Publication la plus ancienne",
    ),
    reads_type_of_kind=True,
    has_country_in_name=True,
    prepare=lambda rows: one_row_a_publication(rows),
)


class Espacenet(TabularAdapter):
    """The adapter of Espacenet downloads."""

    def __init__(self) -> None:
        super().__init__(DIALECT)


def one_row_a_publication(rows: DataFrame) -> DataFrame:
    """Part rows that list several publications of an application, each with its own date.

    Where numbers and dates are not equally many, the dates stay together and are no date.
    """
    numbers = F.split("publication_number", r"\s+")
    dates = F.split("publication_date", r"\s+")
    own = F.when(F.size(numbers) == F.size(dates), dates)
    pairs = F.transform(
        numbers,
        lambda number, at: F.struct(
            number.alias("number"),
            F.coalesce(F.get(own, at), F.col("publication_date")).alias("date"),
        ),
    )
    # An unusable row has no number; it goes on as one publication.
    itself = F.struct(
        F.col("publication_number").alias("number"), F.col("publication_date").alias("date")
    )
    pairs = F.coalesce(pairs, F.array(itself))
    others = [
        name for name in rows.columns if name not in ("publication_number", "publication_date")
    ]
    return rows.select(*others, F.posexplode(pairs).alias(PART, "pair")).select(
        *others,
        PART,
        F.col("pair.number").alias("publication_number"),
        F.col("pair.date").alias("publication_date"),
    )
