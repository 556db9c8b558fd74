"""Print the tables of a finished run, and the published tables beside them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pandas as pd
from pyspark.sql import SparkSession

from patentcore.errors import ConfigError
from patentcore.lake.formats import extras_for
from patentcore.lake.results import Result, Session, consistently

_WIDEST = 60


def show(folder: str, table: str, *, top: int, run_id: str | None = None) -> str:
    """Return a table of a run as text, at most ``top`` rows.

    Args:
        folder: URI of a run's output.
        table: a table's name, or ``run`` for the manifest.
        top: number of rows, in the table's own order (``scores``: by rank).
        run_id: which of several runs; the last one if ``None``.

    Raises:
        ConfigError: ``top`` is not positive.
        InputError: the folder holds no such table.
    """
    if top < 1:
        raise ConfigError(f"--top wants a positive number, not {top}")
    if table == "run":
        return json.dumps(read_manifest(folder, run_id), indent=2, ensure_ascii=False)
    manifest, frame = consistently(
        folder,
        session_for(folder),
        lambda result: (result.manifest(run_id), result.frame(table, run_id)),
    )
    if {"rank", "publication_number"} <= set(frame.columns):
        window = [name for name in ("window_from",) if name in frame.columns]
        frame = frame.sort_values([*window, "rank", "publication_number"], na_position="last")
    shown = frame.head(top).map(_short)
    more = f"\n({len(frame):,} rows in all)" if len(frame) > top else ""
    text = f"{table}: no rows" if frame.empty else shown.to_string(index=False) + more
    return f"{text}\n\n{_robustness(manifest)}" if table == "robustness" else text


def _robustness(manifest: dict[str, Any]) -> str:
    """Say in words what the manifest's summary of the ranking's robustness holds."""
    found = manifest["robustness"]
    lines = [
        f"{found['ranked']:,} patents ranked under {found['samples']} draws of the weights, each "
        f"within {found['spread']:.0%} of its value:",
        f"  half of them stay within {_figure(found['median_rank_range'])} ranks (5th to 95th "
        f"percentile); {found['top_stable']} of the first ten are there in every draw",
    ]
    for other, name in (
        ("betweenness", "betweenness alone"),
        ("scaled", "min-max scaled measures"),
    ):
        lines.append(
            f"  by {name}: Spearman {_figure(found[f'{other}_spearman'])} with the ranking, "
            f"{_figure(found[f'{other}_top_10_shared'])} of the first ten and "
            f"{_figure(found[f'{other}_top_100_shared'])} of the first hundred the same"
        )
    lines.append(
        "  where a patent has any, betweenness makes up a median share of "
        f"{_figure(found['betweenness_share_median'])} of its core degree"
    )
    return "\n".join(lines)


def _figure(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.4g}"


def _short(value: Any) -> Any:
    text = str(value)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


# --- published tables ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """One published figure beside the computed one.

    Attributes:
        table: number of the published table.
        row: what the row is about.
        column: name of the figure.
        published: as printed.
        computed: the run's value, ``None`` where the run has none.
    """

    table: int
    row: str
    column: str
    published: str
    computed: float | None

    @property
    def shown(self) -> str:
        """The computed value in the published number of digits."""
        if self.computed is None or pd.isna(self.computed):
            return "-"
        return round_as_printed(self.computed, self.published)

    @property
    def is_equal(self) -> bool:
        """Whether both are the same to the last printed digit."""
        return self.shown != "-" and Decimal(self.shown) == Decimal(self.published)


def round_as_printed(value: float, printed: str) -> str:
    """Round a value to the digits of a printed number.

    >>> round_as_printed(0.00206532, "0.002065")
    '0.002065'
    >>> round_as_printed(0.0000960614, "9.61E-05")
    '9.61E-05'
    """
    mantissa, exponent_mark, _ = printed.upper().partition("E")
    digits = len(mantissa.partition(".")[2])
    return f"{value:.{digits}{'E' if exponent_mark else 'f'}}"


def published_figures(folder: str) -> list[Figure]:
    """Return every figure of the published Tables 2, 4 and 5 with the run's beside it."""
    funnel = read_small(folder, "funnel").set_index("step")["patents"]
    scores = read_small(folder, "scores").set_index("publication_number")
    figures = [
        Figure(2, row["criterion"], "patents", row["patents"], _at(funnel, int(row["step"])))
        for row in reference("table2_screening_funnel")
    ]
    columns = {
        "degree_centrality": "degree_centrality",
        "betweenness": "betweenness",
        "popularity": "popularity",
        "main_class_frequency_percent": "main_class_frequency",
    }
    figures += [
        Figure(4, row["publication_number"], ours, row[printed], _at(scores[ours], row[_KEY]))
        for row in reference("table4_indicators")
        for printed, ours in columns.items()
    ]
    figures += [
        Figure(
            5, row[_KEY], "core_degree", row["core_degree"], _at(scores["core_degree"], row[_KEY])
        )
        for row in reference("table5_core_degree")
    ]
    return figures


_KEY = "publication_number"


def _at(column: pd.Series, key: Any) -> float | None:
    return float(column[key]) if key in column.index else None


def compare(folder: str) -> str:
    """Return the published Tables 2, 4 and 5 beside this run's figures, as text."""
    figures = published_figures(folder)
    matched = sum(figure.is_equal for figure in figures)
    titles = {
        2: "Table 2: screening funnel",
        4: "Table 4: indicators",
        5: "Table 5: core degree",
    }
    blocks = []
    for number, title in titles.items():
        rows = [figure for figure in figures if figure.table == number]
        equal = sum(figure.is_equal for figure in rows)
        blocks.append(f"{title} ({equal} of {len(rows)} figures as published)\n" + _block(rows))
    return "\n\n".join(
        [*blocks, f"{matched} of {len(figures)} published figures matched to the last digit"]
    )


def _block(figures: Sequence[Figure]) -> str:
    header = ("", "", "published", "computed", "")
    rows = [
        (f.row, f.column, f.published, f.shown, "" if f.is_equal else "differs") for f in figures
    ]
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    return "\n".join(
        f"  {row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:>{widths[2]}}  "
        f"{row[3]:>{widths[3]}}  {row[4]}".rstrip()
        for row in [header, *rows]
    )


def reference(name: str) -> list[dict[str, str]]:
    """Return a published table as printed, row by row."""
    text = (files("patentcore.reference") / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


# --- reading a result ---------------------------------------------------------------------------


def read_manifest(folder: str, run_id: str | None = None) -> dict[str, Any]:
    """Return ``run.json``, or the manifest of one of several runs.

    Raises:
        InputError: the folder is not a finished run, or holds no such run.
    """
    return Result(folder, session_for(folder)).manifest(run_id)


def read_small(folder: str, table: str, run_id: str | None = None) -> pd.DataFrame:
    """Read an output table to pandas; local Parquet is read without starting Spark.

    Of several runs, the last one's rows are read, or those of ``run_id``.

    Raises:
        InputError: the folder is not a finished run or holds no such table.
    """
    return consistently(folder, session_for(folder), lambda result: result.frame(table, run_id))


def session_for(folder: str) -> Session:
    """Return what starts the session that reads a result, where only an engine can."""

    def start(forms: Iterable[str]) -> SparkSession:
        from patentcore.engine import get_spark

        return get_spark("patentcore show", extras=extras_for([folder], forms))

    return start
