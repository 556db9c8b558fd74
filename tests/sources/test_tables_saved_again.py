"""Exports that people opened with other programs and saved again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from patentcore.errors import InputError
from patentcore.sources import ingest

EXPORT = pd.DataFrame(
    {
        "Jurisdiction": ["US", "EP", "CN"],
        "Publication Number": ["US 10279682 B2", "EP 3620959 A1", "CN 107595284 A"],
        "Lens ID": ["181-909-989-311-327", "144-766-565-575-41X", None],
        "Publication Date": ["2019-05-07", None, "1890-01-02"],
        "Title": ["Valve", "阀", None],
        "Owners (US)": ["A CORP (2016-12-15)", None, None],
        "Cites Patent Count": ["34", "0", None],
        "IPCR Classifications": ["F16K1/00;;F16K3/00", None, "F16K5/00"],
    }
)


def table(spark, path: Path, folder: Path, name: str) -> pd.DataFrame:
    """Return what is made of a file, without where it came from."""
    ingest(spark, "auto", [str(path)], str(folder))
    frame = spark.read.parquet(str(folder / name)).toPandas()
    places = [column for column in frame if column.startswith("source")]
    return frame.drop(columns=places).sort_values(frame.columns[0], ignore_index=True)


@pytest.fixture
def plain(spark, tmp_path: Path) -> pd.DataFrame:
    EXPORT.to_csv(tmp_path / "plain.csv", index=False)
    found = table(spark, tmp_path / "plain.csv", tmp_path / "plain", "patents")
    assert list(found["cites_count"].dropna()) == [0, 34]
    assert sum(owners is not None for owners in found["owners"]) == 1
    return found


def test_names_of_columns_as_r_writes_them_are_known(spark, plain, tmp_path: Path) -> None:
    names = {name: name.replace(" ", ".").replace("(", ".").replace(")", ".") for name in EXPORT}
    assert names["Owners (US)"] == "Owners..US."
    EXPORT.rename(columns=names).to_csv(tmp_path / "r.csv", index=False)
    pd.testing.assert_frame_equal(
        table(spark, tmp_path / "r.csv", tmp_path / "r", "patents"), plain
    )


def test_a_table_saved_as_parquet_is_read_as_its_text(spark, plain, tmp_path: Path) -> None:
    EXPORT.to_parquet(tmp_path / "texts.parquet")
    of_types = EXPORT.assign(
        **{
            "Publication Date": pd.to_datetime(EXPORT["Publication Date"]),
            "Cites Patent Count": pd.to_numeric(EXPORT["Cites Patent Count"]),  # with a null: 34.0
        }
    )
    of_types.to_parquet(tmp_path / "types.parquet")
    for name in ("texts", "types"):
        found = table(spark, tmp_path / f"{name}.parquet", tmp_path / name, "patents")
        pd.testing.assert_frame_equal(found, plain)


def test_rows_of_parquet_without_a_number_are_rejects_with_their_place(
    spark, tmp_path: Path
) -> None:
    some = EXPORT.assign(**{"Publication Number": ["US 10279682 B2", None, "none"]})
    some.to_parquet(tmp_path / "some.parquet")
    ingest(spark, "lens", [str(tmp_path / "some.parquet")], str(tmp_path / "out"))
    rejects = spark.read.parquet(str(tmp_path / "out" / "rejects")).toPandas()
    assert list(rejects.sort_values("reason")["reason"]) == [
        "no publication number",
        "not a publication number",
    ]
    assert sorted(rejects["record"]) == ["row 3", "row 4"]
    assert rejects["source"].str.endswith("some.parquet").all()


def test_parquet_with_nested_columns_is_no_table(spark, tmp_path: Path) -> None:
    numbers, ids = pa.array(["US1A"]), pa.array([["181-909-989-311-327"]])
    nested = pa.table({"Publication Number": numbers, "Lens ID": ids})
    pq.write_table(nested, tmp_path / "nested.parquet")
    with pytest.raises(InputError, match="some of its columns Publication Number, Lens ID hold lists"):
        ingest(spark, "auto", [str(tmp_path / "nested.parquet")], str(tmp_path / "out"))


@pytest.mark.parametrize(
    ("cell", "count"),
    [("12,0", 12), ("1.20E+01", 12), ("4.00E+00", 4), ("1.20E+05", None), ("1,2", None)],
)
def test_counts_as_spreadsheets_write_them(spark, tmp_path: Path, cell: str, count) -> None:
    """Of more digits than are shown a power of ten has lost some: that is a reject."""
    counted = EXPORT.assign(**{"Cites Patent Count": [cell, "7", "7"]})
    counted.to_csv(tmp_path / "counted.csv", index=False)
    ingest(spark, "lens", [str(tmp_path / "counted.csv")], str(tmp_path / "out"))
    found = spark.read.parquet(str(tmp_path / "out" / "patents")).toPandas()
    told = found.set_index("publication_number")["cites_count"]["US10279682B2"]
    assert (None if pd.isna(told) else told) == count
    rejects = spark.read.parquet(str(tmp_path / "out" / "rejects")).toPandas()
    assert list(rejects["reason"]) == ([] if count else ["not a whole number"])
