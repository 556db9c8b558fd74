"""PATSTAT Global's tables as the EPO ships them (CSV), told by their columns and joined.

Columns are those of the data catalogue of PATSTAT Global. A publication is a row of
tls211_pat_publn; what other tables say of its application holds for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import reduce

from pyspark.sql import DataFrame, SparkSession

from patentcore.errors import InputError
from patentcore.sources.formats import patstat_parts as parts
from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.patentsview import malformed_rejects, place_rows
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tabular import find_layout, rows_of
from patentcore.sources.record import text_records
from patentcore.sources.record.canonical import Reason, to_tables
from patentcore.sources.record.headers import match_headers
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage

# The columns that are read, and behind a bar those that no other table has together.
_TABLES = {
    "tls201_appln": (
        "appln_id appln_auth appln_nr appln_kind appln_filing_date ipr_type internat_appln_id "
        "int_phase earliest_filing_date earliest_pat_publn_id docdb_family_id docdb_family_size "
        "nb_citing_docdb_fam | appln_id appln_auth appln_nr"
    ),
    "tls202_appln_title": "appln_id appln_title | appln_id appln_title",
    "tls203_appln_abstr": "appln_id appln_abstract | appln_id appln_abstract",
    "tls204_appln_prior": "appln_id prior_appln_id prior_appln_seq_nr | appln_id prior_appln_id",
    "tls206_person": "person_id person_name person_ctry_code psn_sector | person_id person_name",
    "tls207_pers_appln": "appln_id person_id applt_seq_nr invt_seq_nr | appln_id applt_seq_nr",
    "tls209_appln_ipc": "appln_id ipc_class_symbol ipc_position | appln_id ipc_class_symbol",
    "tls211_pat_publn": (
        "pat_publn_id publn_auth publn_nr publn_kind appln_id publn_date publn_claims "
        "| pat_publn_id publn_auth publn_nr"
    ),
    "tls212_citation": (
        "pat_publn_id citn_replenished citn_id cited_pat_publn_id cited_appln_id "
        "cited_npl_publn_id | pat_publn_id cited_pat_publn_id"
    ),
    "tls215_citn_categ": (
        "pat_publn_id citn_replenished citn_id citn_categ | pat_publn_id citn_categ"
    ),
    "tls224_appln_cpc": "appln_id cpc_class_symbol | appln_id cpc_class_symbol",
    "tls231_inpadoc_legal_event": (
        "appln_id event_auth event_code event_publn_date event_effective_date "
        "| appln_id event_auth event_code"
    ),
    "tls803_legal_event_code": (
        "event_auth event_code event_descr | event_auth event_code event_descr"
    ),
}
COLUMNS = {
    name: {column: (column,) for column in text.partition("|")[0].split()}
    for name, text in _TABLES.items()
}
_MARKS = {name: text.partition("|")[2].split() for name, text in _TABLES.items()}
_BY_NAME = re.compile("(?i)tls[0-9]{3}_")
# Texts may break over lines.
_OF_TEXTS = ("tls202_appln_title", "tls203_appln_abstr")


class Patstat:
    """The adapter of PATSTAT's tables; tls211_pat_publn is needed, others fill what they can."""

    name = "patstat"
    title = "PATSTAT Global tables (CSV): tls211_pat_publn, tls201_appln, tls212_citation ..."
    fields = BIBLIOGRAPHIC | {
        "claim_count",
        "cited_by_count",
        "family_cited_by_count",
        "npl_citation_count",
        "priorities",
        "simple_family",
        "simple_family_size",
        "legal_events",
    }
    is_supplement = False

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say which tables there are."""
        tables = {name for look in looks if (name := table_of(look))}
        if "tls211_pat_publn" not in tables:
            return None
        return f"PATSTAT's tables are there: {', '.join(sorted(tables))}"

    def owns(self, look: Look) -> bool:
        """Tell whether a file holds one of the tables, also of those that nothing is read from."""
        return bool(table_of(look) or _BY_NAME.match(look.file.name))

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read tables; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        found: dict[str, list[Look]] = {}
        for look in look_at(spark, paths):
            if name := table_of(look):
                found.setdefault(name, []).append(look)
        if "tls211_pat_publn" not in found:
            raise InputError(f"no PATSTAT table tls211_pat_publn in {', '.join(paths)}")
        tables = {name: _read(spark, looks, name) for name, looks in found.items()}
        parsed = text_records.parse(_plain(tables), self.name, broken=Reason.MALFORMED)
        ingested = to_tables(parsed, cut)
        broken = [
            malformed_rejects(rows) for name, rows in tables.items() if name != "tls211_pat_publn"
        ]
        rejects = reduce(DataFrame.unionByName, broken, ingested.rejects)
        return Ingested(ingested.patents, ingested.citations, rejects, ingested.records)


def table_of(look: Look) -> str | None:
    """Tell which table a file holds by its columns."""
    if look.is_workbook or look.is_parquet or look.begins_json or look.begins_xml:
        return None
    for name, columns in COLUMNS.items():
        found = match_headers(find_layout(look, columns).header, columns)
        if all(mark in found for mark in _MARKS[name]):
            return name
    return None


def _read(spark: SparkSession, looks: Sequence[Look], name: str) -> DataFrame:
    is_lines = name not in _OF_TEXTS
    return place_rows(rows_of(spark, looks, COLUMNS[name], (), is_lines=is_lines))


def _plain(tables: Mapping[str, DataFrame]) -> DataFrame:
    """Join what the tables say of each publication, and of its application."""
    publications = tables["tls211_pat_publn"]
    sound = {name: rows.where("malformed is null") for name, rows in tables.items()}
    joined = parts.publications(publications)
    for part, key in parts.parts(sound):
        joined = joined.join(part, on=key, how="left")
    return joined.drop("appln_id", "pat_publn_id", "docdb_family_id")
