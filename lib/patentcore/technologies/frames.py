"""The catalogue as a frame, and what is joined to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from patentcore.schemas import bare
from patentcore.technologies.catalogue import Attributes, Technology

TECHNOLOGY, ENTERPRISE = "technology", "enterprise"
"""Kinds of units that are measured together."""

OUR_READING = "our reading"
_SCHEMA = (
    "unit string, name_zh string, name_en string, scope_zh string, scope_en string, "
    "type string, technical_field string, "
    "public_good string, standardised boolean, niche_market boolean, government_will boolean, "
    "strategic boolean, said_stage string, said_layout string, form string, "
    "users array<string>, patents string, industrialisation string, talent string, "
    "attribute_sources map<string,string>, published string, published_units array<string>"
)
# Counts of a technology without patents.
_ZERO = (
    "patent_count",
    "key_patent_count",
    "domestic_count",
    "foreign_count",
    "unknown_side_count",
    "quality_count",
    "domestic_patents",
)


def entries(spark: SparkSession, catalogue: Mapping[str, Technology]) -> DataFrame:
    """Return one row a technology: unit, names, type, attributes and what is published."""
    said = {True: "yes", False: "no", None: None}
    rows = [
        (
            name,
            one.name_zh,
            one.name_en,
            one.scope_zh,
            one.scope_en,
            one.type,
            one.technical_field,
            one.attributes.public_good,
            one.attributes.standardised,
            one.attributes.niche_market,
            one.attributes.government_will,
            one.attributes.strategic,
            one.attributes.stage,
            one.attributes.layout,
            one.attributes.form,
            list(one.attributes.users) if one.attributes.users is not None else None,
            one.attributes.patents,
            one.attributes.industrialisation,
            one.attributes.talent,
            sources_of(one.attributes),
            said[one.published.broken_through],
            list(one.published.units),
        )
        for name, one in catalogue.items()
    ]
    return spark.createDataFrame(rows, _SCHEMA)


def links(spark: SparkSession, catalogue: Mapping[str, Technology]) -> DataFrame:
    """Return the links of the technology chain that the catalogue names: upstream, downstream."""
    rows = [(other, name) for name, one in catalogue.items() for other in one.upstream]
    return spark.createDataFrame(rows, "upstream string, downstream string")


def table_of(rows: Iterable[Mapping[str, Any]], schema: StructType) -> pa.Table:
    """Return rows as a table of some columns; each row has them all, and may have others.

    >>> from pyspark.sql.types import LongType, StringType
    >>> schema = StructType().add("unit", StringType()).add("patents", LongType())
    >>> table_of([{"patents": 3, "unit": "laser", "year": 2019}], schema).to_pylist()
    [{'unit': 'laser', 'patents': 3}]
    """
    taken = [{name: row[name] for name in schema.names} for row in rows]
    return pa.Table.from_pylist(taken, to_arrow_schema(bare(schema)))


def sources_of(attributes: Attributes) -> dict[str, str]:
    """Return where the value of each attribute that is said is from.

    >>> sources_of(Attributes(stage="mature", strategic=True, sources={"stage": "ISO 2314:1973"}))
    {'strategic': 'our reading', 'stage': 'ISO 2314:1973'}
    """
    said = attributes.model_dump(exclude={"sources"}, exclude_none=True)
    return {name: attributes.sources.get(name, OUR_READING) for name in said}


def marked(members: DataFrame, kind: str) -> DataFrame:
    """Write the kind in front of the units' names, so that units of several kinds are told apart.

    Args:
        members: unit and anything else.
        kind: ``TECHNOLOGY`` or ``ENTERPRISE``.

    >>> members = spark.createDataFrame([("laser", "A")], "unit string, publication_number string")
    >>> marked(members, TECHNOLOGY).show()
    +----------------+------------------+
    |            unit|publication_number|
    +----------------+------------------+
    |technology:laser|                 A|
    +----------------+------------------+
    <BLANKLINE>
    """
    return members.withColumn("unit", F.concat(F.lit(f"{kind}:"), "unit"))


def of_kind(frame: DataFrame, kind: str) -> DataFrame:
    """Return the rows of units of one kind, under their own names again.

    >>> rows = [("technology:laser", 3), ("enterprise:ACME", 2)]
    >>> df = spark.createDataFrame(rows, "unit string, patents int")
    >>> of_kind(df, TECHNOLOGY).show()
    +-----+-------+
    | unit|patents|
    +-----+-------+
    |laser|      3|
    +-----+-------+
    <BLANKLINE>
    """
    return frame.where(F.col("unit").startswith(f"{kind}:")).withColumn(
        "unit", F.substr("unit", F.lit(len(kind) + 2))
    )


def evidence(
    assigned: DataFrame, inventions: DataFrame, entry_rows: DataFrame, scores: DataFrame
) -> DataFrame:
    """Add invention, technical_field, is_key and core_degree to assigned patents.

    Args:
        assigned: technology, publication_number, rule, matched.
        inventions: publication_number, invention.
        entry_rows: unit, technical_field.
        scores: publication_number, core_degree of the key patents.
    """
    fields = entry_rows.select(F.col("unit").alias("technology"), "technical_field")
    keys = scores.select("publication_number", "core_degree", F.lit(True).alias("is_key"))
    return (
        assigned.join(inventions, on="publication_number", how="left")
        .join(F.broadcast(fields), on="technology", how="left")
        .join(F.broadcast(keys), on="publication_number", how="left")
        .withColumn("is_key", F.coalesce("is_key", F.lit(False)))
    )


def complete(entry_rows: DataFrame, measured: DataFrame) -> DataFrame:
    """Return every technology with its indicators; those without patents count 0.

    Args:
        entry_rows: as from :func:`entries`.
        measured: unit and indicators.
    """
    nothing = F.when(F.col("patent_count") == 0, "no patents")
    return (
        entry_rows.join(measured, on="unit", how="left")
        .fillna(0, list(_ZERO))
        .withColumn("fit_failure", F.coalesce("fit_failure", nothing))
    )
