"""Print the tables of a finished run."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patentcore.errors import ConfigError, meant
from patentcore.lake.results import consistently
from patentcore.results.reading import read_manifest, session_for
from patentcore.results.text_table import as_printed, json_text, text_table
from patentcore.words.safety import visible

if TYPE_CHECKING:
    import pandas as pd

_WIDEST = 60
_CONDITION = re.compile(r"(\w+)\s*(!=|<=|>=|=|<|>|~)\s*(.*)", re.DOTALL)
_COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Wish:
    """What of a table is wanted.

    Attributes:
        columns: in this order; all where there are none.
        where: conditions that are all to hold, such as ``publication_year>=2015``.
        sort: columns, each with ``:desc`` where the highest is to come first; where there are none
            the table's own order, of a ranking by rank.
        top: rows at most.
    """

    columns: Sequence[str] = ()
    where: Sequence[str] = ()
    sort: Sequence[str] = ()
    top: int = 20


@dataclass(frozen=True)
class Rows:
    """Rows of a table.

    Attributes:
        table: its name.
        frame: the rows that are wanted.
        matching: rows that the conditions left.
        notes: what belongs beside the table.
    """

    table: str
    frame: pd.DataFrame
    matching: int
    notes: str = ""

    def text(self, width: int | None = None) -> str:
        """Write them for the user.

        Args:
            width: of the terminal, which the table fits into; ``None`` for as wide as it is.
        """
        if self.frame.empty:
            return f"{self.table}: no rows" + (f"\n\n{self.notes}" if self.notes else "")
        cells = {
            str(name): [_short(_cell(str(name), value)) for value in self.frame[name]]
            for name in self.frame.columns
        }
        numeric = {str(name) for name in self.frame.columns if _is_numeric(self.frame[name])}
        text, left_out = text_table(cells, numeric, width)
        if left_out:
            text += f"\n(no room for {', '.join(left_out)}; choose with --columns)"
        if self.matching > len(self.frame):
            text += f"\n({self.matching:,} rows in all)"
        return text + (f"\n\n{self.notes}" if self.notes else "")

    def as_dict(self) -> dict[str, Any]:
        """Return them for a program, with the values as they are."""
        rows = json.loads(
            self.frame.to_json(orient="records", date_format="iso", default_handler=str)
        )
        return {"table": self.table, "matching": self.matching, "rows": rows}


def shown(folder: str, table: str, wish: Wish, *, run_id: str | None = None) -> Rows:
    """Return what is wanted of a table of a run.

    Args:
        folder: URI of a run's output.
        table: its name.
        wish: which rows and columns.
        run_id: which of several runs; the last one if ``None``.

    Raises:
        ConfigError: a column is none of the table's, or a condition is none.
        InputError: the folder holds no such table.
    """
    if wish.top < 1:
        raise ConfigError(f"--top wants a positive number, not {wish.top}; for example --top 20")
    manifest, frame = consistently(
        folder,
        session_for(folder),
        lambda result: (result.manifest(run_id), result.frame(table, run_id)),
    )
    for condition in wish.where:
        frame = frame[_holds(frame, condition)]
    frame = _sorted(frame, wish.sort)
    columns = [_column(frame, name, "--columns") for name in wish.columns]
    chosen = frame[columns] if columns else frame
    notes = _robustness(manifest) if table == "robustness" else ""
    return Rows(table, chosen.head(wish.top), len(frame), notes)


def manifest_text(folder: str, run_id: str | None = None) -> tuple[dict[str, Any], str]:
    """Return the manifest of a run, and its text; errors as for :func:`shown`."""
    manifest = read_manifest(folder, run_id)
    return manifest, json_text(manifest)


def _sorted(frame: pd.DataFrame, sort: Sequence[str]) -> pd.DataFrame:
    if sort:
        named = [name.partition(":") for name in sort]
        for name, _, order in named:
            if order not in ("", "asc", "desc"):
                raise ConfigError(f"--sort wants {name} or {name}:desc, not {name}:{order}")
        columns = [_column(frame, name, "--sort") for name, _, _ in named]
        ascending = [order != "desc" for _, _, order in named]
        return frame.sort_values(columns, ascending=ascending, na_position="last", kind="stable")
    if {"rank", "publication_number"} <= set(frame.columns):
        window = [name for name in ("window_from",) if name in frame.columns]
        return frame.sort_values([*window, "rank", "publication_number"], na_position="last")
    return frame


def _holds(frame: pd.DataFrame, condition: str) -> pd.Series:
    """Tell of each row whether a condition holds; of an unknown value none does."""
    matched = _CONDITION.fullmatch(condition.strip())
    if not matched:
        raise ConfigError(
            f"--where wants a column, one of = != < <= > >= ~ and a value, not {condition!r}; "
            'for example --where "publication_year>=2015"'
        )
    name, sign, value = matched.groups()
    values = frame[_column(frame, name, "--where")]
    if sign == "~":
        return values.notna() & values.astype(str).str.contains(value, case=False, regex=False)
    if not _is_numeric(values):
        return values.notna() & _COMPARISONS[sign](values.astype(str), _text(value))
    try:
        number = float(value)
    except ValueError:
        raise ConfigError(f"--where {name}{sign} wants a number, not {value!r}") from None
    return values.notna() & _COMPARISONS[sign](values.astype(float), number)


def _text(value: str) -> str:
    """Return a condition's value as text; true and false as Python writes them."""
    return value.capitalize() if value.lower() in ("true", "false") else value


def _column(frame: pd.DataFrame, name: str, option: str) -> str:
    if name in frame.columns:
        return name
    known = [str(column) for column in frame.columns]
    remedy = meant(name, known) or f"; there are {', '.join(known)}"
    raise ConfigError(f"{option}: no column {name!r}{remedy}")


def _is_numeric(values: pd.Series) -> bool:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return is_numeric_dtype(values) and not is_bool_dtype(values)


def _cell(column: str, value: Any) -> Any:
    return as_printed(column, value) if isinstance(value, float) or value is None else value


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
    text = visible(str(value)[: _WIDEST + 1])
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
