"""PatentsView bulk tables, ``g_*.tsv`` and those of before 2023: told by their columns, joined."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession

from patentcore.sources.formats import joined
from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.joined import Columns, JoinedTables, Table, Tables
from patentcore.sources.formats.patentsview_parts import completed, plain
from patentcore.sources.reading.layouts import find_layout
from patentcore.sources.reading.sniffing import Look

# By table: the columns used, under their names of today and, behind them, those of before 2023
# (:meth:`joined.Table.of` says how they are written).
_TABLES = {
    "patent": (
        "patent_id|id title:patent_title|title date:patent_date|date kind*:wipo_kind|kind "
        "type:patent_type|type claims*:num_claims abstract"
    ),
    "abstract": "patent_id abstract*:patent_abstract",
    "application": (
        "patent_id number*:application_id|number date:filing_date|date series*:series_code"
    ),
    "cpc": "patent_id sequence:cpc_sequence|sequence code*:cpc_group|subgroup_id",
    "ipc": (
        "patent_id sequence:ipc_sequence|sequence section class*:ipc_class subclass "
        "group*:main_group subgroup"
    ),
    "assignee": (
        "patent_id sequence:assignee_sequence|sequence assignee*:assignee_id "
        "first:disambig_assignee_individual_name_first|raw_assignee_individual_name_first|"
        "name_first "
        "last:disambig_assignee_individual_name_last|raw_assignee_individual_name_last|name_last "
        "organisation*:disambig_assignee_organization|raw_assignee_organization|organization "
        "type:assignee_type|type location:location_id|rawlocation_id"
    ),
    "inventor": (
        "patent_id sequence:inventor_sequence|sequence inventor*:inventor_id "
        "first:disambig_inventor_name_first|raw_inventor_name_first|name_first "
        "last*:disambig_inventor_name_last|raw_inventor_name_last|name_last "
        "location:location_id|rawlocation_id"
    ),
    # Before 2023, who the assignees and inventors of a patent are, and what they are called.
    "patent_assignee": "patent_id assignee*:assignee_id location:location_id",
    "assignee_name": "assignee:id first:name_first last:name_last organisation*:organization type*",
    "patent_inventor": "patent_id inventor*:inventor_id location:location_id",
    "inventor_name": "inventor:id first:name_first last*:name_last -organization",
    "location": (
        "location:id|location_id country*:disambig_country|country city*:disambig_city|city "
        "state:disambig_state|state -pgpub_id"
    ),
    "us_patent_citation": (
        "patent_id cited*:citation_patent_id|citation_id kind:wipo_kind|kind "
        "category:citation_category|category"
    ),
    "us_application_citation": (
        "patent_id cited*:citation_document_number|application_id kind*:wipo_kind|kind "
        "category:citation_category|category"
    ),
    "foreign_citation": (
        "patent_id cited*:citation_application_id|number country*:citation_country|country -kind "
        "category:citation_category|category"
    ),
    "other_reference": "patent_id text*:other_reference_text",
    "foreign_priority": (
        "patent_id date*:priority_filing_date|foreign_priority_date|filing_date|date "
        "country*:foreign_country_filed|priority_country|country_transformed "
        "number:foreign_application_id|priority_number|number"
    ),
    "pct_data": "patent_id published*:published_or_filed_date|rel_id",
    "government_interest": "patent_id statement*:gi_statement",
}
DECLARED = {name: Table.of(text) for name, text in _TABLES.items()}
TABLES: Columns = {name: table.columns for name, table in DECLARED.items()}
# What a full download holds twice: as printed, and as told apart, which is preferred.
_TOLD_APART = re.compile("(?i)disambig_")


class PatentsView(JoinedTables):
    """The adapter of PatentsView's tables; ``patent`` is needed, the others fill what they can."""

    name = "patentsview"
    title = "PatentsView bulk tables (TSV or CSV): patent, application, cpc, ipc, assignee ..."
    fields = BIBLIOGRAPHIC | {
        "claim_count",
        "cited_by_count",
        "npl_citation_count",
        "priorities",
        "applicant_addresses",
        "inventor_addresses",
        "npl_citations",
        "government_interest",
    }
    family = "PatentsView"
    main = "patent"
    is_parted = True
    needed = "patent (patent_id, num_claims, wipo_kind)"

    @property
    def tables(self) -> Columns:
        """Columns by table."""
        return TABLES

    def tables_of(self, look: Look) -> list[str]:
        """Tell which tables a file holds."""
        name = table_of(look)
        return [name] if name else []

    def plain(self, tables: Tables) -> DataFrame:
        """Join what the tables say of each patent."""
        return plain(tables)

    def completed(self, tables: Tables) -> Tables:
        """Add who cites a patent, and its people where other tables name them."""
        return completed(tables)

    def read_table(self, spark: SparkSession, looks: Sequence[Look], name: str) -> DataFrame:
        """Read a table; of names as printed and the same told apart, the latter."""
        return super().read_table(spark, _told_apart(looks), name)


def table_of(look: Look) -> str | None:
    """Tell which table a file holds by its columns."""
    return joined.table_of(look, DECLARED)


def _told_apart(looks: Sequence[Look]) -> Sequence[Look]:
    """Leave out names as printed where the same stand there told apart."""
    better = [look for look in looks if any(map(_TOLD_APART.search, find_layout(look, {}).header))]
    return better or looks
