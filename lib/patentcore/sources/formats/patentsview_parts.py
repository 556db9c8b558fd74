"""What each of PatentsView's tables says of a patent, one row a patent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.sources.formats.joined import (
    PLACE,
    Tables,
    cited_numbers,
    citing,
    country,
    first_of,
    gathered,
    in_place,
    sound,
    times_cited,
    translated,
    with_parts,
)
from patentcore.sources.formats.records import claim_column
from patentcore.sources.record import text_records
from patentcore.sources.record.vocabulary import USPTO_SECTORS

# How rows of a patent are ordered.
_ORDER = ("patent_id", "sequence")
_CITATIONS = ("us_patent_citation", "us_application_citation", "foreign_citation")


def completed(tables: Tables) -> Tables:
    """Add who cites a patent, and assignees and inventors that are named apart from patents."""
    found = dict(tables)
    if "us_patent_citation" in tables:
        is_sound = F.col("malformed").isNull() & F.col("patent_id").isNotNull()
        rows = tables["us_patent_citation"].where(is_sound)
        none = F.lit(None).cast("string").alias("malformed")
        found["cited_by"] = citing(rows, F.col("cited"), "patent_id").select("*", none)
    for person in ("assignee", "inventor"):
        pairs, names = tables.get(f"patent_{person}"), tables.get(f"{person}_name")
        if person not in tables and pairs is not None and names is not None:
            once = names.where(F.col("malformed").isNull()).dropDuplicates([person])
            known = once.drop(*PLACE)
            found[person] = pairs.join(known, on=person, how="left").withColumn(
                "sequence", F.lit(None).cast("string")
            )
    return found


def plain(tables: Tables) -> DataFrame:
    """Join what the tables say of each patent into plain records."""
    patents = tables["patent"].select(
        *in_place(),
        "patent_id",
        _number(F.col("patent_id"), F.col("kind")).alias("publication_number"),
        F.col("title").alias("title"),
        F.col("date").alias("publication_date"),
        F.when(F.col("type") == "design", "design").alias("patent_type"),
        F.col("claims").alias("claim_count"),
        *_own_application(tables["patent"]),
        *(() if "abstract" in tables else ("abstract",)),
    )
    parts = ((part, "patent_id") for part in _parts(tables))
    return with_parts(patents, parts).drop("patent_id")


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


def _parts(tables: Tables) -> Iterator[DataFrame]:
    """Return what each table says of a patent, one row a patent."""
    makers: dict[str, Callable[[DataFrame], DataFrame]] = {
        "abstract": lambda rows: first_of(rows, "patent_id", "abstract", "abstract"),
        "application": _application,
        "cpc": _cpc,
        "ipc": _ipc,
        "other_reference": _literature,
        "foreign_priority": _priority,
        "pct_data": _pct,
        "cited_by": lambda rows: times_cited(rows, "patent_id"),
        "government_interest": lambda rows: first_of(
            rows, "patent_id", "statement", "government_interest"
        ),
    }
    usable = {
        name: rows if name == "location" else rows.where(F.col("patent_id").isNotNull())
        for name, rows in sound(tables).items()
        if name == "location" or "patent_id" in rows.columns
    }
    yield from (make(usable[name]) for name, make in makers.items() if name in usable)
    if "inventor" in usable:
        placed = _placed(usable["inventor"], usable.get("location"))
        yield _inventors(placed)
        yield _addresses(placed, _person(), "inventor_addresses")
    if "assignee" in usable:
        placed = _placed(usable["assignee"], usable.get("location"))
        yield _assignees(placed)
        yield _addresses(placed, F.coalesce("organisation", _person()), "applicant_addresses")
    cited = [_cited(usable[name], name) for name in _CITATIONS if name in usable]
    if cited:
        yield _cites(cited)


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
    return gathered(rows, *_ORDER, F.col("code"), "cpc")


def _ipc(rows: DataFrame) -> DataFrame:
    class_ = F.lpad(F.col("class"), 2, "0")
    symbol = F.concat("section", class_, "subclass", "group", F.lit("/"), "subgroup")
    return gathered(rows, *_ORDER, symbol, "ipc")


def _person() -> Column:
    name = F.concat_ws(" ", "first", "last")
    return F.nullif(name, F.lit(""))


def _placed(rows: DataFrame, locations: DataFrame | None) -> DataFrame:
    """Add country and city of each person."""
    if locations is None or "location" not in rows.columns:
        none = F.lit(None).cast("string")
        return rows.withColumns({"country": none, "locality": none})
    first = F.min(F.struct("country", F.concat_ws(", ", "city", "state").alias("locality")))
    known = locations.groupBy("location").agg(first.alias("known"))
    placed = known.select("location", "known.*")
    return rows.join(placed, on="location", how="left")


def _addresses(placed: DataFrame, name: Column, column: str) -> DataFrame:
    one = text_records.addressed(name, F.col("country"), F.col("locality"))
    return gathered(placed, *_ORDER, F.when(name.isNotNull(), one), column)


def _inventors(placed: DataFrame) -> DataFrame:
    return gathered(placed, *_ORDER, _person(), "inventors")


def _assignees(placed: DataFrame) -> DataFrame:
    kind = F.substring(F.regexp_replace("type", r"\..*$", ""), -1, 1)
    name = F.coalesce("organisation", _person())
    applicant = F.struct(
        name.alias("name"),
        country("country").alias("country"),
        translated(kind, USPTO_SECTORS).alias("sector"),
    )
    return gathered(placed, *_ORDER, F.when(name.isNotNull(), applicant), "applicants")


def _literature(rows: DataFrame) -> DataFrame:
    return rows.groupBy("patent_id").agg(
        F.count(F.lit(1)).cast("string").alias("npl_citation_count"),
        F.sort_array(F.collect_list("text")).alias("npl_citations"),
    )


def _priority(rows: DataFrame) -> DataFrame:
    office = country("country")
    claimed = claim_column(F.concat(F.coalesce(office, F.lit("")), "number"), office, F.col("date"))
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
    return rows.select("patent_id", number.alias("cited"), "category")


def _cites(cited: Sequence[DataFrame]) -> DataFrame:
    together = reduce(DataFrame.unionByName, cited).where(F.col("cited").isNotNull())
    return together.groupBy("patent_id").agg(cited_numbers().alias("cites"))
