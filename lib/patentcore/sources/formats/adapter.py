"""What an adapter is: one export format, read into the canonical tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from pyspark.sql import DataFrame, SparkSession

from patentcore.sources.reading.sniffing import Look
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage

BIBLIOGRAPHIC = frozenset(
    {
        "publication_number",
        "application_number",
        "authority",
        "kind_code",
        "patent_type",
        "title",
        "abstract",
        "publication_date",
        "application_date",
        "earliest_priority_date",
        "applicants",
        "inventors",
        "main_ipc",
        "ipc",
        "cpc",
        "cites_count",
        "is_pct",
        "source",
    }
)
"""Canonical columns that every export of whole records can fill."""


class Adapter(Protocol):
    """One export format. Register an instance in ``recognise.ADAPTERS`` and it can be used.

    Attributes:
        name: what ``--source`` takes and, unless the export says otherwise, the column ``source``.
        title: the format in words.
        fields: canonical columns that the format can fill.
        is_supplement: beside other sources it adds to their publications, and none of its own.
    """

    name: str
    title: str
    fields: frozenset[str]
    is_supplement: bool

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say why the files are of this format; ``None`` where they are not."""
        ...

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read the files or folders.

        Args:
            spark: the session.
            paths: files or folders, any URI that Spark's Hadoop client reads.
            cut: called on the parsed records, which several tables are made of.

        Raises:
            InputError: nothing of this format is there, or a column is missing without which no
                record can be used.
        """
        ...


class JoinedAdapter(Adapter, Protocol):
    """A format of several files that belong together."""

    def owns(self, look: Look) -> bool:
        """Tell whether a file is one of the format's."""
        ...


@runtime_checkable
class ListsCitations(Protocol):
    """A format of citations alone, whose publications are their ends."""

    def patents_of(self, citations: DataFrame) -> DataFrame:
        """Return the ends of citations with their counts as publications."""
        ...
