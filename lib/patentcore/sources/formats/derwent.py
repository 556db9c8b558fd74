"""Derwent Innovation exports: numbers, applicants, and Lens rows joined in where they match."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.errors import InputError
from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.reading.files import File, find_files
from patentcore.sources.reading.sniffing import SUFFIXES, Look
from patentcore.sources.reading.tabular import (
    BLOCK,
    FILE,
    LOST,
    MALFORMED,
    ROW,
    SEQUENCE,
    find_layout,
    read_rows,
)
from patentcore.sources.record import values
from patentcore.sources.record.canonical import Reason, to_tables, unusable
from patentcore.sources.record.cells import ADDRESSED_NAME
from patentcore.sources.record.headers import Aliases, match_headers
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.numbers import (
    application_number_column,
    authority_column,
    kind_code_column,
    number_column,
    number_date_column,
    patent_type_column,
)
from patentcore.sources.record.vocabulary import MISSING_WORDS
from patentcore.words.lists import without_nulls

LIST = r"\s*;\s*"
LENS_LIST = r"\s*;;\s*"

NUMBERS = {
    "publication_number": ("publication_number", "Publication Number"),
    "application_number": ("application_number", "Application Number"),
    "publication_year": ("publication_year", "Publication Year"),
    "basic_patent_number": ("basic_patent_number", "DWPI Basic Patent Number"),
    "basic_patent_date": ("basic_patent_date", "DWPI Basic Patent Date"),
    # Established on the data: what the record cites, and what cites the record.
    "cites": ("cited_patents", "Cited Refs - Patent"),
    "cited_by": ("citing_patents", "Citing Patents"),
    "family_numbers": ("dwpi_family_numbers", "DWPI Family Members"),
    "family_count": ("dwpi_family_members_count", "DWPI Count of Family Members"),
    "inpadoc_members": ("inpadoc_family_members", "INPADOC Family Members"),
    "priorities": ("priority_number", "Priority Number"),
}
APPLICANTS = {
    "application_number": ("application_number", "Application Number"),
    "applicants": ("applicant_cleaned", "applicant", "Assignee/Applicant"),
}
LENS = {
    "publication_number": ("publication_number", "Publication Number"),
    "publication_date": ("publication_date", "Publication Date"),
    "publication_year": ("publication_year", "Publication Year"),
    "application_date": ("application_date", "Application Date"),
    "title": ("title",),
    "applicants": ("applicants",),
    "inventors": ("inventors",),
    "cited_count": ("cited_count", "Cited by Patent Count", "Cited Count"),
    "family_size": ("simple_family_size", "Simple Family Size"),
    "cpc": ("cpc_classifications", "CPC Classifications"),
    "ipc": ("ipcr_classifications", "IPCR Classifications"),
}

_DAY_MONTH_YEAR = "^([0-9]{1,2})/([0-9]{1,2})/([0-9]{2}|[0-9]{4})$"


class Derwent:
    """The adapter of Derwent exports: a folder of ``numbers*``, ``applicants*``, ``lens*``."""

    name = "derwent"
    title = "Derwent Innovation export: numbers*.csv, optional applicants*.csv and lens*.csv"
    fields = (BIBLIOGRAPHIC - {"abstract"}) | {
        "cited_by_count",
        "priorities",
        "simple_family",
        "simple_family_size",
    }

    is_supplement = False

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say which file holds the numbers of a Derwent export."""
        named = [look for look in looks if look.file.name.lower().startswith("numbers")]
        if not named:
            return None
        header = find_layout(named[0], NUMBERS).header
        found = match_headers(header, NUMBERS)
        marks = [field for field in ("cites", "cited_by", "family_numbers") if field in found]
        if "publication_number" not in found or not marks:
            return None
        known = ", ".join(header[found[field][0]] for field in marks)
        return f"{named[0].file.name} has Derwent's columns {known}"

    def owns(self, look: Look) -> bool:
        """Tell whether a file is one of the three by its name."""
        return look.file.name.lower().startswith(("numbers", "applicants", "lens"))

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read an export; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        files = find_files(spark, paths, SUFFIXES)
        numbers = _named(files, "numbers")
        if not numbers:
            raise InputError(f"no file numbers*.csv in {', '.join(paths)}")
        rows = _read(spark, numbers, NUMBERS, "publication_number")
        parsed = parse(rows, _applicants(spark, files), _lens(spark, files))
        return to_tables(parsed, cut)


def _named(files: Sequence[File], prefix: str) -> list[File]:
    return [file for file in files if file.name.lower().startswith(prefix)]


def _read(spark: SparkSession, files: Sequence[File], aliases: Aliases, key: str) -> DataFrame:
    return read_rows(spark, [file.uri for file in files], aliases, required=[key])


def _applicants(spark: SparkSession, files: Sequence[File]) -> DataFrame | None:
    """Read application number -> applicants' names."""
    found = _named(files, "applicants")
    if not found:
        return None
    return (
        _read(spark, found, APPLICANTS, "application_number")
        .groupBy(application_number_column(F.col("application_number")).alias("application_number"))
        .agg(F.min(F.struct(FILE, SEQUENCE, "applicants")).alias("first"))
        .select("application_number", "first.applicants")
    )


def _lens(spark: SparkSession, files: Sequence[File]) -> DataFrame | None:
    """Read publication number -> the raw fields of the Lens."""
    found = _named(files, "lens")
    if not found:
        return None
    fields = [name for name in LENS if name != "publication_number"]
    return (
        _read(spark, found, LENS, "publication_number")
        .groupBy(number_column(F.col("publication_number")).alias("publication_number"))
        .agg(F.min(F.struct(FILE, SEQUENCE, *fields)).alias("lens"))
    )


def parse(rows: DataFrame, applicants: DataFrame | None, lens: DataFrame | None) -> DataFrame:
    """Turn raw fields into the typed columns of :mod:`patentcore.sources.record.canonical`."""
    numbered = rows.select(
        F.col(FILE).alias("file"),
        F.col(SEQUENCE).alias("sequence"),
        F.col(ROW).alias("row"),
        F.col(BLOCK).alias("block"),
        F.struct(MALFORMED, LOST, *NUMBERS).alias("raw"),
        number_column(F.col("publication_number")).alias("publication_number"),
        application_number_column(F.col("application_number")).alias("application_number"),
        values.to_numbers(F.col("cites"), LIST).alias("cites"),
        values.to_numbers(F.col("cited_by"), LIST).alias("cited_by"),
        values.to_numbers(F.col("family_numbers"), LIST).alias("family"),
    )
    joined = _join_lens(_join_applicants(numbered, applicants), lens)
    dated = joined.withColumn("publication_date", _publication_date())
    number = F.col("publication_number")
    return dated.select(
        "file",
        "sequence",
        "row",
        "block",
        "publication_number",
        "application_number",
        authority_column(number).alias("authority"),
        kind_code_column(number).alias("kind_code"),
        patent_type_column(number).alias("patent_type"),
        F.col("lens.title").alias("title"),
        F.lit(None).cast("string").alias("abstract"),
        "publication_date",
        _application_date().alias("application_date"),
        _earliest_priority_date().alias("earliest_priority_date"),
        values.to_priorities(F.col("raw.priorities"), LIST).alias("priorities"),
        _applicant_structs().alias("applicants"),
        values.listed(F.col("lens.inventors"), LENS_LIST, MISSING_WORDS).alias("inventors"),
        F.get(_symbols("ipc"), F.lit(0)).alias("main_ipc"),
        _symbols("ipc").alias("ipc"),
        _symbols("cpc").alias("cpc"),
        F.coalesce(_count_of("cited_by"), values.to_count(F.col("lens.cited_count"))).alias(
            "cited_by_count"
        ),
        _count_of("cites").alias("cites_count"),
        _family().alias("simple_family"),
        _family_size().alias("simple_family_size"),
        _is_pct().alias("is_pct"),
        F.lit(Derwent.name).alias("source"),
        "cites",
        "cited_by",
        _problems().alias("problems"),
        unusable(
            F.col("raw.publication_number"),
            number,
            F.col("raw")[MALFORMED],
            NUMBERS["publication_number"],
        ).alias("unusable"),
    ).select("*", *_absent_columns())


def _absent_columns() -> list[Column]:
    given = Derwent.fields | {"abstract"}
    return [
        F.lit(None).cast(field.dataType).alias(field.name)
        for field in schemas.PATENTS
        if field.name not in given
    ]


def _join_applicants(rows: DataFrame, applicants: DataFrame | None) -> DataFrame:
    if applicants is None:
        return rows.withColumn("applicants", F.lit(None).cast("string"))
    return rows.join(applicants, on="application_number", how="left")


def _join_lens(rows: DataFrame, lens: DataFrame | None) -> DataFrame:
    if lens is None:
        fields = ", ".join(f"{name}: string" for name in LENS if name != "publication_number")
        return rows.withColumn("lens", F.lit(None).cast(f"struct<{fields}>"))
    return rows.join(lens, on="publication_number", how="left")


def _publication_date() -> Column:
    """Find the date of the publication itself.

    It stands beside the record's own number in the INPADOC list, or is the basic patent's date
    where the record is its family's basic patent; else the Lens has it.
    """
    own = F.filter(
        values.listed(F.col("raw.inpadoc_members"), LIST),
        lambda member: F.substring_index(member, " ", 1) == F.col("raw.publication_number"),
    )
    is_basic = number_column(F.col("raw.basic_patent_number")) == F.col("publication_number")
    return F.coalesce(
        F.array_min(F.transform(own, number_date_column)),
        F.when(is_basic, values.to_date(F.col("raw.basic_patent_date"))),
        lens_date(F.col("lens.publication_date"), F.col("lens.publication_year")),
    )


def lens_date(text: Column, year: Column) -> Column:
    """Read ``31/12/16`` with the year of its own column.

    The year column wins even over a contradicting year in the date: exports of the Lens print the
    last days of December with the year of their calendar week, one too high. Without a year
    column, two digits up to 68 are of the 2000s and from 69 of the 1900s.
    """
    of_column = values.to_count(year)
    two_digits = F.regexp_extract(text, _DAY_MONTH_YEAR, 3).try_cast("int")
    pivoted = (
        F.when(two_digits >= 100, two_digits)
        .when(two_digits <= 68, two_digits + 2000)
        .otherwise(two_digits + 1900)
    )
    return _day_and_month_in(text, F.coalesce(of_column, pivoted))


def lens_date_before(text: Column, limit: Column) -> Column:
    """Read ``12/02/16`` as the latest year with these two digits that is not after the limit's."""
    year = F.regexp_extract(text, _DAY_MONTH_YEAR, 3).try_cast("int")
    latest = F.year(limit) - F.pmod(F.year(limit) - year, F.lit(100))
    return _day_and_month_in(text, F.when(year >= 100, year).otherwise(latest))


def _day_and_month_in(text: Column, year: Column) -> Column:
    day, month = (F.regexp_extract(text, _DAY_MONTH_YEAR, part) for part in (1, 2))
    return F.concat_ws("-", F.format_string("%04d", year), month, day).try_cast("date")


def _application_date() -> Column:
    return F.coalesce(
        number_date_column(F.col("raw.application_number")),
        lens_date_before(F.col("lens.application_date"), F.col("publication_date")),
    )


def _earliest_priority_date() -> Column:
    dates = F.transform(values.listed(F.col("raw.priorities"), LIST), number_date_column)
    return F.array_min(dates)


def _applicant_structs() -> Column:
    names = F.coalesce(
        values.listed(F.col("applicants"), LIST, MISSING_WORDS),
        values.listed(F.col("lens.applicants"), LENS_LIST, MISSING_WORDS),
    )

    def applicant(text: Column) -> Column:
        name, country, or_alone = (F.regexp_extract(text, ADDRESSED_NAME, n) for n in (1, 2, 3))
        return F.struct(
            F.coalesce(F.nullif(F.trim(name), F.lit("")), text).alias("name"),
            F.nullif(F.concat(country, or_alone), F.lit("")).alias("country"),
            F.lit(None).cast("string").alias("sector"),
        )

    return F.transform(names, applicant)


def _symbols(field: str) -> Column:
    return values.to_symbols(F.col("lens")[field], LENS_LIST)


def _numbers_of(column: str) -> Column:
    return F.array_distinct(without_nulls(F.transform(column, lambda entry: entry["number"])))


def _count_of(column: str) -> Column:
    """Count the distinct numbers of a list; null where the export gives none."""
    return F.when(F.col(column).isNotNull(), F.size(_numbers_of(column)))


def _family() -> Column:
    return _numbers_of("family")


def _family_size() -> Column:
    """Return the DWPI family's size, as its members are listed; else the Lens's simple family."""
    return F.coalesce(
        values.to_count(F.col("raw.family_count")), values.to_count(F.col("lens.family_size"))
    )


def _is_pct() -> Column:
    """Look for WO among the record's own numbers and its family's."""
    is_named = (
        (authority_column(F.col("publication_number")) == "WO")
        | F.coalesce(F.col("application_number").rlike("^(PCT|WO)"), F.lit(False))
        | F.coalesce(F.exists(_family(), lambda member: member.startswith("WO")), F.lit(False))
    )
    return F.when(is_named, True).when(F.col("family").isNotNull(), False)


def _problems() -> Column:
    raw_date = F.col("lens.publication_date")
    has_year_only = F.col("publication_date").isNull() & F.col("raw.publication_year").isNotNull()
    single = without_nulls(
        F.array(
            F.when(
                has_year_only,
                values.problem("publication_date", F.col("raw.publication_year"), Reason.YEAR_ONLY),
            ),
            values.unreadable(
                "publication_date",
                raw_date,
                lens_date(raw_date, F.col("lens.publication_year")),
                Reason.BAD_DATE,
            ),
            values.unreadable(
                "application_number",
                F.col("raw.application_number"),
                F.col("application_number"),
                Reason.BAD_APPLICATION,
            ),
            values.unreadable(
                "simple_family_size",
                F.col("raw.family_count"),
                values.to_count(F.col("raw.family_count")),
                Reason.BAD_COUNT,
            ),
        )
    )
    lists = {"cited_patents": "cites", "citing_patents": "cited_by", "simple_family": "family"}
    of_lists = values.unreadable_numbers(lists, Reason.BAD_NUMBER)
    return values.together(values.PROBLEMS, single, *of_lists, F.col("raw")[LOST])
