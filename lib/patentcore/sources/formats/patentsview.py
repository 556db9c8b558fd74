"""PatentsView bulk tables, ``g_*.tsv`` and those of before 2023: told by their columns, joined."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.errors import InputError
from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.records import claim_column
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tabular import (
    BLOCK,
    FILE,
    FILLED,
    LOST,
    MALFORMED,
    ROW,
    SEQUENCE,
    find_layout,
    rows_of,
)
from patentcore.sources.record import text_records
from patentcore.sources.record.canonical import Reason, file_name, to_tables
from patentcore.sources.record.headers import match_headers
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.values import problem
from patentcore.sources.record.vocabulary import USPTO_SECTORS

# By table: the columns used, under their names of today and, behind them, those of before 2023.
# The first is the key.
TABLES: dict[str, dict[str, tuple[str, ...]]] = {
    "patent": {
        "patent_id": ("patent_id", "id"),
        "title": ("patent_title", "title"),
        "date": ("patent_date", "date"),
        "kind": ("wipo_kind", "kind"),
        "type": ("patent_type", "type"),
        "claims": ("num_claims",),
        "abstract": ("abstract",),
    },
    "abstract": {"patent_id": ("patent_id",), "abstract": ("patent_abstract",)},
    "application": {
        "patent_id": ("patent_id",),
        "number": ("application_id", "number"),
        "date": ("filing_date", "date"),
        "series": ("series_code",),
    },
    "cpc": {
        "patent_id": ("patent_id",),
        "sequence": ("cpc_sequence", "sequence"),
        "code": ("cpc_group", "subgroup_id"),
    },
    "ipc": {
        "patent_id": ("patent_id",),
        "sequence": ("ipc_sequence", "sequence"),
        "section": ("section",),
        "class": ("ipc_class",),
        "subclass": ("subclass",),
        "group": ("main_group",),
        "subgroup": ("subgroup",),
    },
    "assignee": {
        "patent_id": ("patent_id",),
        "sequence": ("assignee_sequence", "sequence"),
        "assignee": ("assignee_id",),
        "first": (
            "disambig_assignee_individual_name_first",
            "raw_assignee_individual_name_first",
            "name_first",
        ),
        "last": (
            "disambig_assignee_individual_name_last",
            "raw_assignee_individual_name_last",
            "name_last",
        ),
        "organisation": (
            "disambig_assignee_organization",
            "raw_assignee_organization",
            "organization",
        ),
        "type": ("assignee_type", "type"),
        "location": ("location_id", "rawlocation_id"),
    },
    "inventor": {
        "patent_id": ("patent_id",),
        "sequence": ("inventor_sequence", "sequence"),
        "inventor": ("inventor_id",),
        "first": ("disambig_inventor_name_first", "raw_inventor_name_first", "name_first"),
        "last": ("disambig_inventor_name_last", "raw_inventor_name_last", "name_last"),
    },
    # Before 2023, who the assignees and inventors of a patent are, and what they are called.
    "patent_assignee": {
        "patent_id": ("patent_id",),
        "assignee": ("assignee_id",),
        "location": ("location_id",),
    },
    "assignee_name": {
        "assignee": ("id",),
        "first": ("name_first",),
        "last": ("name_last",),
        "organisation": ("organization",),
        "type": ("type",),
    },
    "patent_inventor": {"patent_id": ("patent_id",), "inventor": ("inventor_id",)},
    "inventor_name": {"inventor": ("id",), "first": ("name_first",), "last": ("name_last",)},
    "location": {
        "location": ("id", "location_id"),
        "country": ("disambig_country", "country"),
        "city": ("disambig_city", "city"),
    },
    "us_patent_citation": {
        "patent_id": ("patent_id",),
        "cited": ("citation_patent_id", "citation_id"),
        "kind": ("wipo_kind", "kind"),
    },
    "us_application_citation": {
        "patent_id": ("patent_id",),
        "cited": ("citation_document_number", "application_id"),
        "kind": ("wipo_kind", "kind"),
    },
    "foreign_citation": {
        "patent_id": ("patent_id",),
        "cited": ("citation_application_id", "number"),
        "country": ("citation_country", "country"),
    },
    "other_reference": {
        "patent_id": ("patent_id",),
        "text": ("other_reference_text",),
    },
    "foreign_priority": {
        "patent_id": ("patent_id",),
        "date": ("priority_filing_date", "foreign_priority_date", "filing_date", "date"),
        "country": ("foreign_country_filed", "priority_country", "country_transformed"),
        "number": ("foreign_application_id", "priority_number", "number"),
    },
    "pct_data": {"patent_id": ("patent_id",), "published": ("published_or_filed_date", "rel_id")},
}
# What tells a table: columns that no other has together.
MARKS: dict[str, tuple[str, ...]] = {
    "patent": ("claims", "kind"),
    "abstract": ("abstract",),
    "application": ("number", "series"),
    "cpc": ("code",),
    "ipc": ("class", "group"),
    "assignee": ("organisation", "assignee"),
    "inventor": ("last", "inventor"),
    "patent_assignee": ("assignee",),
    "assignee_name": ("organisation", "type"),
    "patent_inventor": ("inventor",),
    "inventor_name": ("last",),
    "location": ("country", "city"),
    "us_patent_citation": ("cited",),
    "us_application_citation": ("cited", "kind"),
    "foreign_citation": ("cited", "country"),
    "other_reference": ("text",),
    "foreign_priority": ("date", "country"),
    "pct_data": ("published",),
}
# Columns that a table of the same marks has, and this one not.
_FOREIGN: dict[str, tuple[str, ...]] = {
    "inventor_name": ("organization",),
    "location": ("pgpub_id",),
    "foreign_citation": ("kind",),
}
# What a full download holds twice: as printed, and as told apart, which is preferred.
_TOLD_APART = re.compile("(?i)disambig_")


# Where a row stands; some tables have a column "sequence" of their own.
_PLACE = ("file", "block", "place", "row", "malformed")


class PatentsView:
    """The adapter of PatentsView's tables; ``patent`` is needed, the others fill what they can."""

    name = "patentsview"
    title = "PatentsView bulk tables (TSV or CSV): patent, application, cpc, ipc, assignee ..."
    fields = BIBLIOGRAPHIC | {
        "claim_count",
        "cited_by_count",
        "npl_citation_count",
        "priorities",
    }
    is_supplement = False
    needed = "patent (patent_id, num_claims, wipo_kind)"

    @property
    def tables(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """Columns by table."""
        return TABLES

    def tables_of(self, look: Look) -> list[str]:
        """Tell which tables a file holds."""
        name = table_of(look)
        return [name] if name else []

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say which tables there are."""
        tables = {name for look in looks for name in self.tables_of(look)}
        if "patent" not in tables:
            return None
        return f"PatentsView's tables are there: {', '.join(sorted(tables))}"

    def owns(self, look: Look) -> bool:
        """Tell whether a file holds one of the tables."""
        return bool(self.tables_of(look))

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read tables; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        found: dict[str, list[Look]] = {}
        for look in look_at(spark, paths):
            for name in self.tables_of(look):
                found.setdefault(name, []).append(look)
        if "patent" not in found:
            raise InputError(f"no PatentsView table {self.needed} in {', '.join(paths)}")
        tables = {
            name: self.read_table(spark, _told_apart(looks), name) for name, looks in found.items()
        }
        parsed = text_records.parse(
            _plain(_with_people(tables)), self.name, broken=Reason.MALFORMED
        )
        ingested = to_tables(parsed, cut)
        broken = [malformed_rejects(rows) for name, rows in tables.items() if name != "patent"]
        rejects = reduce(DataFrame.unionByName, broken, ingested.rejects)
        return Ingested(ingested.patents, ingested.citations, rejects, ingested.records)

    def read_table(self, spark: SparkSession, looks: Sequence[Look], name: str) -> DataFrame:
        """Read a table in pieces, a line a row: no cell of these files breaks over lines."""
        return place_rows(rows_of(spark, looks, self.tables[name], (), is_lines=True))


def table_of(look: Look) -> str | None:
    """Tell which table a file holds by its columns."""
    if look.is_workbook or look.is_parquet or look.begins_json or look.begins_xml:
        return None
    for name, columns in TABLES.items():
        header = find_layout(look, columns).header
        found = match_headers(header, columns)
        is_other = match_headers(header, {other: (other,) for other in _FOREIGN.get(name, ())})
        if not is_other and all(mark in found for mark in (next(iter(columns)), *MARKS[name])):
            return name
    return None


def _told_apart(looks: Sequence[Look]) -> Sequence[Look]:
    """Leave out names as printed where the same stand there told apart."""
    better = [look for look in looks if _TOLD_APART.search(look.text.partition("\n")[0])]
    return better or looks


def _with_people(tables: Mapping[str, DataFrame]) -> Mapping[str, DataFrame]:
    """Add assignees and inventors of tables that name them apart from their patents."""
    found = dict(tables)
    for person in ("assignee", "inventor"):
        pairs, names = tables.get(f"patent_{person}"), tables.get(f"{person}_name")
        if person not in tables and pairs is not None and names is not None:
            once = names.where(F.col("malformed").isNull()).dropDuplicates([person])
            known = once.drop(*_PLACE)
            found[person] = pairs.join(known, on=person, how="left").withColumn(
                "sequence", F.lit(None).cast("string")
            )
    return found


def place_rows(rows: DataFrame) -> DataFrame:
    """Name where a row stands as records do, but for columns that tables have themselves."""
    given = (FILE, BLOCK, SEQUENCE, ROW, MALFORMED)
    names = dict(zip(given, _PLACE, strict=True))
    return rows.drop(FILLED, LOST).withColumnsRenamed(names)


def malformed_rejects(rows: DataFrame) -> DataFrame:
    """Return the reject rows of a table's rows that do not fit, named by what they begin with."""
    key = next(name for name in rows.columns if name not in _PLACE)
    broken = problem("", F.col("malformed"), Reason.MALFORMED)
    return (
        rows.where(F.col("malformed").isNotNull())
        .select("file", key, broken.alias("problem"))
        .select(
            file_name(F.col("file")).alias("source"),
            F.concat(F.lit(f"{key} "), F.col(key)).alias("record"),
            "problem.*",
        )
    )


def _plain(tables: Mapping[str, DataFrame]) -> DataFrame:
    patents = tables["patent"].select(
        "file",
        "block",
        F.col("place").alias("sequence"),
        "row",
        "malformed",
        "patent_id",
        _number(F.col("patent_id"), F.col("kind")).alias("publication_number"),
        F.col("title").alias("title"),
        F.col("date").alias("publication_date"),
        F.when(F.col("type") == "design", "design").alias("patent_type"),
        F.col("claims").alias("claim_count"),
        *_own_application(tables["patent"]),
        *(() if "abstract" in tables else ("abstract",)),
    )
    joined = patents
    for part in _parts(tables):
        joined = joined.join(part, on="patent_id", how="left")
    return joined.drop("patent_id")


def _own_application(patents: DataFrame) -> list[Column]:
    """Return the application where the table of publications itself names it."""
    if "application" not in patents.columns:
        return []
    number = F.replace("application", F.lit("/"), F.lit(""))
    return [
        F.concat(F.lit("US"), number).alias("application_number"),
        F.col("filed").alias("application_date"),
    ]


def _number(patent_id: Column, kind: Column) -> Column:
    return F.concat(F.lit("US"), patent_id, F.coalesce(kind, F.lit("")))


def _parts(tables: Mapping[str, DataFrame]) -> list[DataFrame]:
    """Return what each table says of a patent, one row a patent."""
    makers = {
        "abstract": _abstract,
        "application": _application,
        "cpc": _cpc,
        "ipc": _ipc,
        "inventor": _inventors,
        "other_reference": _literature,
        "foreign_priority": _priority,
        "pct_data": _pct,
    }
    parts = [make(_sound(tables[name])) for name, make in makers.items() if name in tables]
    if "assignee" in tables:
        parts.append(_assignees(_sound(tables["assignee"]), tables.get("location")))
    cited = [
        name
        for name in ("us_patent_citation", "us_application_citation", "foreign_citation")
        if name in tables
    ]
    if cited:
        parts.append(_cites([_cited(_sound(tables[name]), name) for name in cited]))
    if "us_patent_citation" in tables:
        parts.append(_cited_by(_sound(tables["us_patent_citation"])))
    return parts


def _sound(rows: DataFrame) -> DataFrame:
    return rows.where(F.col("malformed").isNull() & F.col("patent_id").isNotNull())


def _listed(rows: DataFrame, value: Column, name: str) -> DataFrame:
    """Gather values in the order of their sequence."""
    ordered = F.sort_array(
        F.collect_list(F.struct(F.col("sequence").cast("int").alias("at"), value.alias("value")))
    )
    gathered = rows.where(value.isNotNull()).groupBy("patent_id").agg(ordered.alias(name))
    return gathered.select("patent_id", F.col(f"{name}.value").alias(name))


def _abstract(rows: DataFrame) -> DataFrame:
    return rows.groupBy("patent_id").agg(F.min("abstract").alias("abstract"))


def _application(rows: DataFrame) -> DataFrame:
    first = F.min(F.struct("number", "date"))
    return (
        rows.groupBy("patent_id")
        .agg(first.alias("first"))
        .select(
            "patent_id",
            F.concat(F.lit("US"), "first.number").alias("application_number"),
            F.col("first.date").alias("application_date"),
        )
    )


def _cpc(rows: DataFrame) -> DataFrame:
    return _listed(rows, F.col("code"), "cpc")


def _ipc(rows: DataFrame) -> DataFrame:
    class_ = F.lpad(F.col("class"), 2, "0")
    symbol = F.concat("section", class_, "subclass", "group", F.lit("/"), "subgroup")
    return _listed(rows, symbol, "ipc")


def _person() -> Column:
    name = F.concat_ws(" ", "first", "last")
    return F.nullif(name, F.lit(""))


def _inventors(rows: DataFrame) -> DataFrame:
    return _listed(rows, _person(), "inventors")


def _assignees(rows: DataFrame, locations: DataFrame | None) -> DataFrame:
    if locations is None:
        placed = rows.withColumn("country", F.lit(None).cast("string"))
    else:
        countries = locations.groupBy("location").agg(F.min("country").alias("country"))
        placed = rows.join(countries, on="location", how="left")
    kind = F.substring(F.regexp_replace("type", r"\..*$", ""), -1, 1)
    sector = F.lit(None).cast("string")
    for code, word in USPTO_SECTORS.items():
        sector = F.when(kind == code, word).otherwise(sector)
    name = F.coalesce("organisation", _person())
    applicant = F.struct(
        name.alias("name"),
        F.when(F.col("country").rlike("^[A-Z]{2}$"), F.col("country")).alias("country"),
        sector.alias("sector"),
    )
    return _listed(placed, F.when(name.isNotNull(), applicant), "applicants")


def _literature(rows: DataFrame) -> DataFrame:
    return rows.groupBy("patent_id").agg(
        F.count(F.lit(1)).cast("string").alias("npl_citation_count")
    )


def _priority(rows: DataFrame) -> DataFrame:
    country = F.when(F.col("country").rlike("^[A-Z]{2}$"), F.col("country"))
    claimed = claim_column(
        F.concat(F.coalesce(country, F.lit("")), "number"), country, F.col("date")
    )
    return rows.groupBy("patent_id").agg(
        F.min("date").alias("earliest_priority_date"),
        F.sort_array(F.collect_set(claimed)).alias("priorities"),
    )


def _pct(rows: DataFrame) -> DataFrame:
    return rows.groupBy("patent_id").agg(F.lit(True).alias("is_pct"))


def _cited(rows: DataFrame, name: str) -> DataFrame:
    if name == "us_patent_citation":
        number = _number(F.col("cited"), F.col("kind"))
    elif name == "us_application_citation":
        # 2004/20040123456: the year stands in front of the number that holds it again.
        number = _number(F.regexp_replace("cited", "^[0-9]{4}/([0-9]{11})", "$1"), F.col("kind"))
    else:
        repeated = F.regexp_replace("cited", r"^[A-Z]{2}[\s-]*([0-9])", "$1")
        number = F.concat("country", repeated)
    return rows.select("patent_id", number.alias("cited"))


def _cites(cited: Sequence[DataFrame]) -> DataFrame:
    together = reduce(DataFrame.unionByName, cited).where(F.col("cited").isNotNull())
    numbers = text_records.numbers(F.sort_array(F.collect_set("cited")), lambda number: number)
    return together.groupBy("patent_id").agg(numbers.alias("cites"))


def _cited_by(rows: DataFrame) -> DataFrame:
    """Count the patents of the table that cite a patent; none is not known to be none."""
    citing = F.count_distinct("patent_id").cast("string")
    return (
        rows.where(F.col("cited").isNotNull())
        .groupBy(F.col("cited").alias("cited_id"))
        .agg(citing.alias("cited_by_count"))
        .withColumnRenamed("cited_id", "patent_id")
    )
