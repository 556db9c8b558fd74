"""Exports that people opened with other programs and saved again."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.sources.formats import test_patentsview, test_rows

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
    return frame.drop(columns=places).sort_values([*frame.columns[:2]], ignore_index=True)


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
    # As databases have them: days in their own time zone, numbers with places behind the point.
    days = of_types["Publication Date"].dt.tz_localize("Etc/GMT-9")
    counts = [count and Decimal(f"{count}.000000000") for count in EXPORT["Cites Patent Count"]]
    columns = {"Publication Date": days, "Cites Patent Count": counts}
    EXPORT.assign(**columns).to_parquet(tmp_path / "database.parquet")
    for name in ("texts", "types", "database"):
        found = table(spark, tmp_path / f"{name}.parquet", tmp_path / name, "patents")
        pd.testing.assert_frame_equal(found, plain)


def _without_nulls(frame: pd.DataFrame, path: Path) -> None:
    rows = ({n: v for n, v in row.items() if v == v} for row in frame.to_dict("records"))
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


SAVED: Mapping[str, Callable[[pd.DataFrame, Path], None]] = {
    "a.tsv": lambda frame, path: frame.to_csv(path, index=False, sep="\t"),
    "a.xlsx": lambda frame, path: frame.to_excel(path, index=False),
    "a.parquet": lambda frame, path: frame.to_parquet(path),
    "a.feather": lambda frame, path: frame.to_feather(path),
    "array.json": lambda frame, path: frame.to_json(path, orient="records"),
    "lines.jsonl": lambda frame, path: frame.to_json(path, orient="records", lines=True),
    "sparse.jsonl": _without_nulls,
    "a.csv.zip": lambda frame, path: frame.to_csv(path, index=False),
    "a.csv.xz": lambda frame, path: frame.to_csv(path, index=False),
    "a.csv.zst": lambda frame, path: frame.to_csv(path, index=False),
}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (test_rows.ORBIT_TABLE, "a.feather"),
        (test_rows.ORBIT_TABLE, "array.json"),
        (test_rows.WIPS_TABLE, "a.parquet"),
        (test_rows.WIPS_TABLE, "sparse.jsonl"),
        (test_rows.JPLATPAT_TABLE, "lines.jsonl"),
        *((test_rows.KIPRIS_TABLE, name) for name in SAVED),
    ],
)
def test_every_format_reads_its_table_however_it_was_saved(
    spark, tmp_path: Path, text: str, name: str
) -> None:
    (tmp_path / "plain.csv").write_text(text, encoding="utf-8")
    SAVED[name](pd.read_csv(tmp_path / "plain.csv", dtype=str), tmp_path / name)
    for kind in ("patents", "citations"):
        plain = table(spark, tmp_path / "plain.csv", tmp_path / f"plain {kind}", kind)
        found = table(spark, tmp_path / name, tmp_path / f"found {kind}", kind)
        pd.testing.assert_frame_equal(found, plain)


@pytest.mark.parametrize("name", ["a.parquet", "a.xlsx", "lines.jsonl"])
def test_tables_that_are_joined_are_read_however_they_were_saved(
    spark, tmp_path: Path, name: str
) -> None:
    for kind in ("plain", "saved"):
        (tmp_path / kind).mkdir()
    suffix = Path(name).suffix
    for file, text in test_patentsview.TABLES.items():
        path = tmp_path / "plain" / file
        path.write_text(text, encoding="utf-8")
        frame = pd.read_csv(path, sep="\t", dtype=str, on_bad_lines="skip")
        SAVED[name](frame, (tmp_path / "saved" / file).with_suffix(suffix))
    for kind in ("patents", "citations"):
        plain = table(spark, tmp_path / "plain", tmp_path / f"plain {kind}", kind)
        found = table(spark, tmp_path / "saved", tmp_path / f"found {kind}", kind)
        pd.testing.assert_frame_equal(found, plain)


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet", "array.json"])
def test_pairs_and_lists_of_numbers_are_read_from_any_table(
    spark, tmp_path: Path, name: str
) -> None:
    pairs = pd.DataFrame(
        {"citing": ["US7654321B2", "EP1A1"], "cited": ["US5825759A", "US7654321B2"]}
    )
    for folder, frame in (("pairs", pairs), ("numbers", pairs[["citing"]])):
        (tmp_path / folder).mkdir()
        SAVED[name](frame, tmp_path / folder / name)
    found = table(spark, tmp_path / "pairs" / name, tmp_path / "edges", "citations")
    assert list(found["cited"]) == ["US7654321B2", "US5825759A"]
    numbers = table(spark, tmp_path / "numbers" / name, tmp_path / "listed", "patents")
    assert list(numbers["publication_number"]) == ["EP1A1", "US7654321B2"]


def test_dates_that_a_data_frame_writes_in_milliseconds_are_read(
    spark, plain, tmp_path: Path
) -> None:
    dates = pd.to_datetime(EXPORT["Publication Date"])
    EXPORT.assign(**{"Publication Date": dates}).to_json(tmp_path / "a.json", orient="records")
    assert "1557187200000" in (tmp_path / "a.json").read_text()
    found = table(spark, tmp_path / "a.json", tmp_path / "out", "patents")
    pd.testing.assert_frame_equal(found, plain)


def test_json_records_that_do_not_fit_are_rejects(spark, tmp_path: Path) -> None:
    rows = EXPORT.to_dict("records")
    rows[1] = {**rows[1], "Owners (US)": ["A", "B"]}
    lines = [*map(json.dumps, rows), '{"Lens ID": ', json.dumps({**rows[0], "Remark": "x"})]
    many = [json.dumps(rows[0])] * 1_000  # a list far behind the first records
    (tmp_path / "a.jsonl").write_text("\n".join([*many, *lines]), encoding="utf-8")
    ingest(spark, "auto", [str(tmp_path / "a.jsonl")], str(tmp_path / "out"))
    rejects = spark.read.parquet(str(tmp_path / "out" / "rejects")).toPandas()
    misfits = rejects[rejects["reason"] == "cells do not fit the header"]
    assert sorted(misfits["record"]) == ["row 1002", "row 1004", "row 1005"]


@pytest.mark.parametrize("orient", ["columns", "split", "index", "table"])
def test_other_json_of_a_data_frame_says_how_to_save_it(spark, tmp_path: Path, orient: str) -> None:
    EXPORT.to_json(tmp_path / "a.json", orient=orient)
    with pytest.raises(InputError, match='orient="records"'):
        ingest(spark, "auto", [str(tmp_path / "a.json")], str(tmp_path / "out"))


def test_a_packed_file_that_lies_unpacked_beside_is_passed_over(spark, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    EXPORT.to_csv(tmp_path / "in" / "a.csv", index=False)
    EXPORT.to_csv(tmp_path / "in" / "a.csv.zip", index=False)
    found = ingest(spark, "auto", [str(tmp_path / "in")], str(tmp_path / "out"))
    assert found.passed_over == ["a.csv.zip"]
    assert spark.read.parquet(str(tmp_path / "out" / "rejects")).count() == 0


def test_a_workbook_in_an_archive_is_read(spark, plain, tmp_path: Path) -> None:
    EXPORT.to_excel(tmp_path / "a.xlsx", index=False)
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.write(tmp_path / "a.xlsx", "folder/Export.xlsx")
        archive.writestr("__MACOSX/folder/._Export.xlsx", "x")
        archive.writestr("folder/.DS_Store", "x")
    found = table(spark, tmp_path / "export.zip", tmp_path / "out", "patents")
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
    with pytest.raises(
        InputError, match="some of its columns Publication Number, Lens ID hold lists"
    ):
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
