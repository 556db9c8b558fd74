"""Rows with valid defaults, for tests that override one field at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructField, StructType

from patentcore import schemas

_PATENT: dict[str, Any] = {
    "publication_number": "CN100000001A",
    "application_number": "CN200010000001",
    "authority": "CN",
    "kind_code": "A",
    "patent_type": "invention",
    "title": "Touch panel",
    "abstract": None,
    "publication_date": dt.date(2015, 6, 1),
    "application_date": dt.date(2014, 1, 1),
    "earliest_priority_date": None,
    "priorities": None,
    "applicants": [("Example Co", "CN", None)],
    "inventors": ["Li Lei"],
    "main_ipc": "G06F3/041",
    "ipc": ["G06F3/041", "H04W4/02"],
    "cpc": None,
    "claim_count": 12,
    "cited_by_count": 3,
    "family_cited_by_count": None,
    "cites_count": None,
    "npl_citation_count": None,
    "simple_family": None,
    "simple_family_size": None,
    "is_pct": False,
    "legal_events": [("assignment", dt.date(2018, 1, 1))],
    "legal_status": None,
    "expiry_date": None,
    "source": "test",
    "applicant_addresses": None,
    "inventor_addresses": None,
    "owners": None,
    "npl_citations": None,
    "government_interest": None,
}


def patents(spark: SparkSession, *rows: dict[str, Any]) -> DataFrame:
    """Return canonical patents, each row overriding the defaults.

    Rows without a publication or application number of their own are numbered.
    """
    filled = [
        {
            **_PATENT,
            "publication_number": f"CN{100000001 + i}A",
            "application_number": f"CN2000{10000001 + i}",
            **row,
        }
        for i, row in enumerate(rows)
    ]
    return spark.createDataFrame(
        [tuple(row[name] for name in schemas.TABLES["patents"].names) for row in filled],
        _plain(schemas.TABLES["patents"]),
    )


def citations(spark: SparkSession, *pairs: tuple[str | None, str | None]) -> DataFrame:
    """Return canonical citations of (citing, cited) pairs."""
    return spark.createDataFrame(
        [(citing, cited, None, "cites") for citing, cited in pairs], _plain(schemas.CITATIONS)
    )


def _plain(schema: StructType) -> StructType:
    """Return the schema without comments, every column nullable."""
    return StructType([StructField(field.name, field.dataType) for field in schema])
