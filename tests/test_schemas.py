from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from patentcore import schemas
from patentcore.errors import InputError


def test_missing_columns_become_null_and_others_are_left_out(spark: SparkSession) -> None:
    df = spark.createDataFrame([("CN1A", 5)], "publication_number string, extra int")
    found = schemas.conform(df, schemas.PATENTS, table="patents")
    assert found.columns == schemas.PATENTS.names
    row = found.first()
    assert row is not None
    assert (row.publication_number, row.claim_count, row.ipc) == ("CN1A", None, None)


def test_narrow_numbers_are_widened_and_untyped_nulls_accepted(spark: SparkSession) -> None:
    df = spark.sql("select 'a' as id, cast(1 as smallint) as in_degree, null as degree")
    found = schemas.conform(df, schemas.CENTRALITY, table="centrality")
    assert [f.dataType for f in found.schema] == [f.dataType for f in schemas.CENTRALITY]


def test_every_discrepancy_is_in_one_message(spark: SparkSession) -> None:
    df = spark.createDataFrame(
        [("x", ["a"], "G06F")], "claim_count string, title array<string>, ipc string"
    )
    with pytest.raises(InputError) as caught:
        schemas.conform(df, schemas.PATENTS, table="patents", required=["publication_number"])
    message = str(caught.value)
    assert "table patents: no column publication_number" in message
    assert "claim_count is string, not int" in message
    assert "title is array<string>, not string" in message
    assert "ipc is string, not array<string>" in message


def test_structs_with_their_fields_in_another_order_are_refused(spark: SparkSession) -> None:
    df = spark.sql(
        "select 'CN1A' as publication_number,"
        " array(named_struct('date', date'2020-01-01', 'kind', 'litigation')) as legal_events"
    )
    with pytest.raises(InputError, match="legal_events is"):
        schemas.conform(df, schemas.PATENTS, table="patents")
