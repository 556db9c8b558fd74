"""PATSTAT Global's tables as the EPO ships them (CSV), told by their columns and joined.

Columns are those of the data catalogue of PATSTAT Global. A publication is a row of
tls211_pat_publn; what other tables say of its application holds for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession

from patentcore.sources.formats import joined
from patentcore.sources.formats import patstat_parts as parts
from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.joined import Columns, JoinedTables, Table, Tables
from patentcore.sources.reading.sniffing import Look

# The columns that are read, those that no other table has together with a star.
_TABLES = {
    "tls201_appln": (
        "appln_id appln_auth* appln_nr* appln_kind appln_filing_date ipr_type "
        "internat_appln_id int_phase earliest_filing_date earliest_pat_publn_id "
        "docdb_family_id docdb_family_size nb_citing_docdb_fam"
    ),
    "tls202_appln_title": "appln_id appln_title*",
    "tls203_appln_abstr": "appln_id appln_abstract*",
    "tls204_appln_prior": "appln_id prior_appln_id* prior_appln_seq_nr",
    "tls206_person": "person_id person_name* person_address person_ctry_code psn_sector",
    "tls207_pers_appln": "appln_id person_id applt_seq_nr* invt_seq_nr",
    "tls209_appln_ipc": "appln_id ipc_class_symbol* ipc_position",
    "tls211_pat_publn": (
        "pat_publn_id publn_auth* publn_nr* publn_kind appln_id publn_date publn_claims"
    ),
    "tls212_citation": (
        "pat_publn_id citn_replenished citn_id cited_pat_publn_id* cited_appln_id "
        "cited_npl_publn_id"
    ),
    "tls214_npl_publn": "npl_publn_id npl_biblio*",
    "tls215_citn_categ": "pat_publn_id citn_replenished citn_id citn_categ*",
    "tls224_appln_cpc": "appln_id cpc_class_symbol*",
    "tls225_docdb_fam_cpc": "docdb_family_id cpc_class_symbol*",
    "tls231_inpadoc_legal_event": (
        "appln_id event_auth* event_code* event_publn_date event_effective_date"
    ),
    "tls803_legal_event_code": "event_auth event_code* event_descr*",
}
DECLARED = {name: Table.of(text) for name, text in _TABLES.items()}
COLUMNS: Columns = {name: table.columns for name, table in DECLARED.items()}
_BY_NAME = re.compile("(?i)tls[0-9]{3}_")
# Texts may break over lines.
_OF_TEXTS = ("tls202_appln_title", "tls203_appln_abstr", "tls214_npl_publn")


class Patstat(JoinedTables):
    """The adapter of PATSTAT's tables; tls211_pat_publn is needed, others fill what they can."""

    name = "patstat"
    title = "PATSTAT Global tables (CSV): tls211_pat_publn, tls201_appln, tls212_citation ..."
    fields = BIBLIOGRAPHIC | {
        "claim_count",
        "cited_by_count",
        "family_cited_by_count",
        "npl_citation_count",
        "npl_citations",
        "applicant_addresses",
        "inventor_addresses",
        "priorities",
        "simple_family",
        "simple_family_size",
        "legal_events",
    }
    family = "PATSTAT"
    main = needed = "tls211_pat_publn"

    @property
    def tables(self) -> Columns:
        """Columns by table."""
        return COLUMNS

    def tables_of(self, look: Look) -> list[str]:
        """Tell which table a file holds."""
        name = joined.table_of(look, DECLARED)
        return [name] if name else []

    def owns(self, look: Look) -> bool:
        """Tell whether a file holds one of the tables, also of those that nothing is read from."""
        return bool(self.tables_of(look) or _BY_NAME.match(look.file.name))

    def plain(self, tables: Tables) -> DataFrame:
        """Join what the tables say of each publication, and of its application."""
        return parts.plain(tables)

    def rejects(self, tables: Tables) -> list[DataFrame]:
        """Return the citations of what none of the tables names."""
        return parts.unnamed_citations(joined.sound(tables))

    def read_table(self, spark: SparkSession, looks: Sequence[Look], name: str) -> DataFrame:
        """Read a table, one of texts row by row."""
        is_lines = name not in _OF_TEXTS
        return joined.read_rows(spark, looks, COLUMNS[name], is_lines=is_lines)
