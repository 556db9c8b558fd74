"""From parsed records to the canonical tables: what every adapter shares.

A parsed record is a row with the canonical columns of ``patents`` and:

* ``file``, ``sequence``, ``row`` and ``block``: where it stands, as ``tabular.rows_of`` gives
  them; and ``part``, its number within a record of the file that may hold several;
* ``cites`` and ``cited_by``: arrays of struct<raw, number, category>, as
  ``number_arrays.entries_of`` makes them;
* ``problems``: array of struct<field, value, reason>, cells that could not be used;
* ``unusable``: the problem that makes the whole record unusable, else null;
* ``is_settled``: whether no rule of spelling can change its publication number; and
  ``document``, the number in one spelling, which is made of these two.
"""

from __future__ import annotations

from enum import StrEnum

import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, DataType, DateType, StructField

from patentcore import schemas
from patentcore.sources.record.ingested import (
    PARSED,
    Cut,
    Ingested,
    Scratch,
    Together,
    keep_lineage,
)
from patentcore.sources.record.pairs import distinct_pairs, pairs_in_blocks, pairs_of
from patentcore.sources.record.values import NUMBERS, PROBLEMS
from patentcore.words.documents import SETTLED, spelling_by_rules
from patentcore.words.lists import without_nulls

DATES = tuple(field.name for field in schemas.PATENTS if isinstance(field.dataType, DateType))
# Texts that stay as they are given.
TEXTS = ("title", "abstract", "legal_status", "government_interest")
# Counts that the lists tell where the export has no column for them.
COUNTED_LISTS = {
    "cited_by_count": "cited_by",
    "cites_count": "cites",
    "simple_family_size": "family",
}

RECORD_ID = (
    "^(?:[0-9]{3}(?:-[0-9]{3}){3}-[0-9]{2}[0-9X]|[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12})$"
)
"""How the Lens and others write ids of their records, by which they list members of families."""


class Reason(StrEnum):
    """Why a record or a cell went to the rejects."""

    NO_NUMBER = "no publication number"
    BAD_NUMBER = "not a publication number"
    BAD_APPLICATION = "not an application number"
    REPEATED_HEADER = "header line repeated"
    MALFORMED = "cells do not fit the header"
    DUPLICATE = "publication number given before or more completely"
    BAD_DATE = "not a date"
    BAD_COUNT = "not a whole number"
    BAD_BOOLEAN = "neither yes nor no"
    BAD_SYMBOL = "not a classification symbol"
    UNKNOWN_TYPE = "unknown patent type"
    UNDECODABLE = "text not in the file's encoding"
    YEAR_ONLY = "only the year is known"
    BROKEN_JSON = "not a JSON record"
    BROKEN_XML = "not a readable XML document"
    ENTITIES = "XML that declares entities"
    XML_ENCODING = "XML not in the encoding that it declares"
    NO_EDGE = "not two publication numbers"
    CUT_OFF = "list cut off at a spreadsheet's 32,767 characters, it is incomplete"
    UNMATCHED = "publication in no other source"
    UNNAMED = "cited publication in none of the tables"


_KEY = ["file", "sequence", "part"]
_PLACE = [*_KEY, "row", "block"]


def prepared(parsed: DataFrame) -> DataFrame:
    """Return parsed records with all columns, each of its type, as :func:`tables_of` takes them."""
    present = parsed.columns
    if "part" not in present:
        parsed = parsed.withColumn("part", F.lit(0))
    # Formats that make parsed records themselves give what they have.
    lacking = [name for name in schemas.PATENTS.names if name not in present]
    if lacking:
        parsed = parsed.withColumns({name: F.lit(None) for name in lacking})
    # Engines differ in what of an array they take for never null, and so do several frames of one.
    kinds: dict[str, DataType | str] = {
        field.name: field.dataType
        for field in schemas.PATENTS
        if isinstance(field.dataType, ArrayType)
    }
    kinds |= {"cites": NUMBERS, "cited_by": NUMBERS, "problems": PROBLEMS}
    parsed = parsed.withColumns({name: F.col(name).cast(kind) for name, kind in kinds.items()})
    # Told once here, so that duplicates are found from few columns, and no table asks again.
    if "completeness" not in present:
        some = {name: F.when(F.size(name) > 0, F.col(name)) for name in kinds}
        parsed = parsed.withColumns(some).withColumn("completeness", _completeness())
    number = F.col("publication_number")
    if "is_settled" not in present:
        parsed = parsed.withColumn("is_settled", number.rlike(SETTLED))
    # Spellings cost more than all else here; few numbers need the rules.
    document = F.when(F.col("is_settled"), number).otherwise(spelling_by_rules(number))
    return parsed.withColumn("document", document)


def tables_of(parsed: DataFrame, cut: Cut = keep_lineage, *, has_ids: bool = False) -> Ingested:
    """Make the canonical tables of prepared records, whose lineage is cut.

    Of several records with one publication number, in whatever spelling, the most complete is kept
    (most columns that are not null), then the first by file and row. Citations are those of the
    kept records.

    Args:
        parsed: the records.
        cut: cuts the lineage of what several tables are made of.
        has_ids: family members may be given as ids of records, which ``record_id`` has.
    """
    usable = parsed.where(F.col("unusable").isNull())
    rows, has_repeated = _seen_in(cut)
    kept, rejects = usable, _problem_rejects(parsed)
    if has_repeated:
        losers = cut(_duplicates(usable), "duplicates")
        kept = usable.join(losers, on=_KEY, how="left_anti")
        rejects = rejects.unionByName(_duplicate_rejects(losers))
    named = _with_family_numbers(kept, usable) if has_ids else kept
    patents = named.select(*(_canonical(field) for field in schemas.PATENTS))
    records = parsed.where(F.col("part") == 0)
    is_large = rows is None and isinstance(cut, Together)
    citations = pairs_in_blocks(kept, cut) if is_large else distinct_pairs(pairs_of(kept))
    return Ingested(patents, citations, _with_place(rejects), records, rows)


def _seen_in(cut: Cut) -> tuple[int | None, bool]:
    """Look at the parsed records that were cut: how many there are, and whether documents repeat.

    Where they are not at hand, nothing is known of their number, and documents may repeat.
    """
    columns = ("part", "unusable", "document")
    parsed = cut.at_hand(PARSED, columns) if isinstance(cut, Scratch) else None
    if parsed is None:
        return None, True
    documents = parsed["document"].filter(pc.is_null(parsed["unusable"])).drop_null()
    rows = pc.sum(pc.equal(parsed["part"], 0)).as_py() or 0
    return rows, len(documents.unique()) < len(documents)


def _canonical(field: StructField) -> Column:
    return F.col(field.name).cast(field.dataType).alias(field.name)


def _with_family_numbers(kept: DataFrame, usable: DataFrame) -> DataFrame:
    """Give family members that are ids of these records their numbers, and leave out other ids."""
    numbers = (
        usable.where(F.col("record_id").isNotNull())
        .groupBy(F.col("record_id").alias("member"))
        .agg(F.min("publication_number").alias("number"))
    )
    member = F.col("member")
    number = F.coalesce("number", F.when(~member.rlike(RECORD_ID), member))
    named = (
        kept.select(*_KEY, F.posexplode("simple_family").alias("at", "member"))
        .join(numbers, on="member", how="left")
        .select(*_KEY, "at", number.alias("number"))
    )
    families = (
        named.where(F.col("number").isNotNull())
        .groupBy(*_KEY)
        .agg(F.sort_array(F.collect_list(F.struct("at", "number"))).alias("members"))
        .select(*_KEY, F.col("members.number").alias("simple_family"))
    )
    return kept.drop("simple_family").join(families, on=_KEY, how="left")


def _completeness() -> Column:
    filled = (F.col(name).isNotNull().cast("int") for name in schemas.PATENTS.names)
    return sum(filled, F.lit(0))


def _duplicates(usable: DataFrame) -> DataFrame:
    """Return key and number of the records that give way to another of the same document."""
    best_first = Window.partitionBy("document").orderBy(F.col("completeness").desc(), *_KEY)
    columns = (*_PLACE, "publication_number", "completeness", "document")
    named = usable.select(*columns).where(F.col("document").isNotNull())
    # Most documents are there once: few records are to be ranked.
    repeated = named.groupBy("document").count().where(F.col("count") > 1)
    several = named.join(repeated, on="document", how="left_semi")
    ranked = several.select(
        *_PLACE, "publication_number", F.row_number().over(best_first).alias("place")
    )
    return ranked.where(F.col("place") > 1).select(*_PLACE, "publication_number")


def _problem_rejects(parsed: DataFrame) -> DataFrame:
    whole = without_nulls(F.array("unusable"))
    # The cells of an unusable record are not looked at further: one reason is enough.
    problems = F.when(F.col("unusable").isNull(), F.col("problems")).otherwise(whole)
    return (
        parsed.where(F.col("unusable").isNotNull() | (F.size("problems") > 0))
        .withColumn("problem", F.explode(problems))
        .select(*_PLACE, "problem.*")
    )


def _duplicate_rejects(losers: DataFrame) -> DataFrame:
    return losers.select(
        *_PLACE,
        F.lit("publication_number").alias("field"),
        F.col("publication_number").alias("value"),
        F.lit(Reason.DUPLICATE.value).alias("reason"),
    )


def _with_place(rejects: DataFrame) -> DataFrame:
    """Name file and row: as in the sheet, or counted from where the piece of the file begins."""
    row = F.concat(F.lit("row "), F.col("row").cast("string"))
    behind = F.concat(row, F.lit(" behind byte "), F.col("block").cast("string"))
    return rejects.select(
        file_name(F.col("file")).alias("source"),
        F.when(F.col("block") > 0, behind).otherwise(row).alias("record"),
        "field",
        "value",
        "reason",
    )


def file_name(uri: Column) -> Column:
    """Return the last part of a path."""
    return F.regexp_extract(uri, "([^/]*)$", 1)
