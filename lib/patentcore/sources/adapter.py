"""What an adapter is: one export format, read into the canonical tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pyspark.sql import DataFrame, SparkSession

from patentcore.sources.looks import Look

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

Cut = Callable[[DataFrame, str], DataFrame]
"""Write a frame under a name and read it back, which cuts its lineage."""


def keep_lineage(frame: DataFrame, name: str) -> DataFrame:
    """Return the frame as it is: the cut for small data and for tests."""
    return frame


@dataclass(frozen=True)
class Ingested:
    """An export as canonical tables.

    Attributes:
        patents: one row a publication, keys unique.
        citations: distinct pairs.
        rejects: rows, and cells of rows that were kept, that could not be used.
        records: one row for each record that was read, usable or not.
    """

    patents: DataFrame
    citations: DataFrame
    rejects: DataFrame
    records: DataFrame


class Adapter(Protocol):
    """One export format. Register an instance in ``ingest.ADAPTERS`` and it can be used.

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
