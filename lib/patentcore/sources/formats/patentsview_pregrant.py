"""PatentsView's tables of published applications, ``pg_*.tsv``, and tables joined of them.

Their columns are those of the tables of grants but for the key and the names in the main one
(https://data.uspto.gov/bulkdata/datasets/pvpgpubdis).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.sources.formats import patentsview
from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.joined import read_rows
from patentcore.sources.reading.layouts import find_layout
from patentcore.sources.reading.sniffing import Look
from patentcore.sources.record.headers import match_headers

_SAME = ("cpc", "ipc", "assignee", "inventor", "location", "foreign_priority", "pct_data")
TABLES: dict[str, dict[str, tuple[str, ...]]] = {
    "patent": {
        "patent_id": ("pgpub_id",),
        "title": ("application_title",),
        "date": ("published_date",),
        "kind": ("wipo_kind",),
        "type": ("patent_type", "patent_application_type"),
        "claims": (),
        "abstract": ("application_abstract",),
        "application": ("application_id",),
        "filed": ("filing_date",),
    },
    "abstract": {"patent_id": ("pgpub_id",), "abstract": ("application_abstract",)},
    **{
        name: {
            field: ("pgpub_id",) if field == "patent_id" else names
            for field, names in patentsview.TABLES[name].items()
        }
        for name in _SAME
    },
}
_MARKS = {name: table.marks for name, table in patentsview.DECLARED.items()} | {
    "patent": ("patent_id", "title", "kind")
}


class PregrantTables(patentsview.PatentsView):
    """The adapter of the tables of published applications; ``pg_published_application`` is needed.

    One file may hold several of them, joined, with a row for each combination.
    """

    name = "patentsview-pregrant"
    title = "PatentsView pre-grant tables (TSV or CSV): pg_published_application, pg_cpc ..."
    fields = (BIBLIOGRAPHIC - {"cites_count"}) | {
        "priorities",
        "applicant_addresses",
        "inventor_addresses",
    }
    needed = "pg_published_application (pgpub_id, application_title, wipo_kind)"

    @property
    def tables(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """Columns by table."""
        return TABLES

    def tables_of(self, look: Look) -> list[str]:
        """Tell which tables a file holds."""
        if not look.may_be_table:
            return []
        found = [name for name, columns in TABLES.items() if _has(look, name, columns)]
        return [name for name in found if name != "abstract" or "patent" not in found]

    def read_table(self, spark: SparkSession, looks: Sequence[Look], name: str) -> DataFrame:
        """Read a table; of what was joined with others, each row once."""
        joined = [look for look in looks if len(self.tables_of(look)) > 1]
        if not joined:
            return super().read_table(spark, looks, name)
        rows = read_rows(spark, looks, TABLES[name])
        return rows if name == "patent" else _each_once(rows, name)


def _each_once(rows: DataFrame, name: str) -> DataFrame:
    """Leave out rows that say the same, and broken ones: the main table has them."""
    return rows.where(F.col("malformed").isNull()).dropDuplicates(list(TABLES[name]))


def _has(look: Look, name: str, columns: Mapping[str, tuple[str, ...]]) -> bool:
    found = match_headers(find_layout(look, columns).header, columns)
    return all(mark in found for mark in _MARKS[name])
