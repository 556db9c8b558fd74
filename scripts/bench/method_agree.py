"""Compare the output tables of two runs, whoever wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

RELATIVE = 1e-9


@dataclass(frozen=True)
class Table:
    """What is compared of a table.

    Attributes:
        name: the table.
        key: columns that identify a row; a row that one side lacks is a disagreement.
        exact: columns that must be equal.
        close: columns of floating-point numbers that must agree to the relative tolerance.
        rounded: columns rounded to four places when written, by rules that differ in ties.
    """

    name: str
    key: tuple[str, ...]
    exact: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    rounded: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Every column compared."""
        return [*self.key, *self.exact, *self.close, *self.rounded]


TABLES = (
    Table("funnel", ("step",), ("criterion", "threshold", "patents", "removed", "unknown")),
    Table(
        "key_patents",
        ("publication_number",),
        (
            "application_number",
            "title",
            "publication_date",
            "claim_count",
            "patent_width",
            "has_assignment",
            "has_litigation",
            "has_opposition",
            "applicant_country",
        ),
        rounded=("life_years",),
    ),
    Table("rejects", ("source", "record", "field", "reason")),
    Table("vertices", ("id",), ("is_key",)),
    Table("edges", ("src", "dst"), ("weight",)),
    Table(
        "centrality",
        ("id",),
        ("in_degree", "out_degree", "degree"),
        ("degree_centrality", "betweenness"),
    ),
    Table(
        "scores",
        ("publication_number",),
        (
            "degree",
            "in_degree",
            "out_degree",
            "main_class",
            "main_class_count",
            "publication_year",
            "missing_reason",
        ),
        (
            "core_degree",
            "core_degree_scaled",
            "degree_centrality",
            "betweenness",
            "popularity",
            "main_class_frequency",
        ),
    ),
)


def disagreements(ours: str | Path, theirs: str | Path) -> list[str]:
    """Return a sentence for every column in which two output folders differ; none if they agree."""
    problems = []
    for table in TABLES:
        left, right = (read(Path(folder), table) for folder in (ours, theirs))
        problems += [f"{table.name}: {problem}" for problem in compare(left, right, table)]
    ranks = [read_columns(Path(folder), "scores", RANKING) for folder in (ours, theirs)]
    return problems + [f"scores: {problem}" for problem in compare_ranks(*ranks)]


def read(folder: Path, table: Table) -> pd.DataFrame:
    """Read what is compared of a table."""
    return read_columns(folder, table.name, table.columns)


def read_columns(folder: Path, table: str, columns: Sequence[str]) -> pd.DataFrame:
    """Read columns of a table written by anyone."""
    return pq.read_table(folder / table, columns=list(columns)).to_pandas()


def compare(left: pd.DataFrame, right: pd.DataFrame, table: Table) -> list[str]:
    """Return what differs between two versions of a table."""
    key = list(table.key)
    left, right = (with_occurrence(frame, key) for frame in (left, right))
    key = [*key, "_occurrence"]
    both = left.merge(right, on=key, how="outer", suffixes=("", "_theirs"), indicator=True)
    problems = []
    for side, who in (("left_only", "ours"), ("right_only", "theirs")):
        alone = both[both["_merge"] == side]
        if len(alone):
            problems.append(f"{len(alone)} rows only in {who}, e.g. {examples(alone, table.key)}")
    both = both[both["_merge"] == "both"]
    for column in table.columns[len(table.key) :]:
        mine, other = both[column], both[f"{column}_theirs"]
        differs = differing(mine, other, column, table)
        if differs.any():
            rows = both[differs]
            shown = examples(rows, (*table.key, column, f"{column}_theirs"))
            problems.append(f"{column} differs in {len(rows)} rows, e.g. {shown}")
    return problems


def with_occurrence(frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Number rows of equal key, so that keys which may repeat pair up."""
    return frame.assign(_occurrence=frame.groupby(key, dropna=False).cumcount())


def differing(mine: pd.Series, other: pd.Series, column: str, table: Table) -> np.ndarray:
    """Tell for each row whether the two values differ."""
    one_missing = (mine.isna() != other.isna()).to_numpy()
    known = (mine.notna() & other.notna()).to_numpy()
    differs = np.zeros(len(mine), dtype=bool)
    if column in table.exact:
        differs[known] = mine[known].to_numpy(dtype=object) != other[known].to_numpy(dtype=object)
    else:
        tolerance = {"rtol": RELATIVE, "atol": 1e-12}
        if column in table.rounded:
            tolerance = {"rtol": 0.0, "atol": 1.01e-4}
        differs[known] = ~np.isclose(
            mine[known].to_numpy(dtype=float), other[known].to_numpy(dtype=float), **tolerance
        )
    return differs | one_missing


RANKING = ("publication_number", "rank", "core_degree")


def compare_ranks(left: pd.DataFrame, right: pd.DataFrame) -> list[str]:
    """Return where the order differs, other than between core degrees equal to the tolerance.

    The ways add the same numbers in different orders, so the last bit of a core degree is not
    comparable, nor is the order of two patents that differ in nothing else.
    """
    both = left.merge(right, on="publication_number", suffixes=("", "_theirs"))
    moved = both[both["rank"].fillna(-1).ne(both["rank_theirs"].fillna(-1))]
    at_rank = left.dropna(subset=["rank"]).set_index("rank")["core_degree"]
    there = moved["rank_theirs"].map(at_rank)
    tied = np.isclose(
        moved["core_degree"].to_numpy(dtype=float),
        there.to_numpy(dtype=float),
        rtol=RELATIVE,
        atol=1e-12,
    )
    wrong = moved[~tied]
    if not len(wrong):
        return []
    shown = examples(wrong, ("publication_number", "rank", "rank_theirs"))
    return [f"rank differs in {len(wrong)} rows, e.g. {shown}"]


def examples(rows: pd.DataFrame, columns: Sequence[str]) -> str:
    """Return up to three rows in a few words."""
    return "; ".join(
        " ".join(str(value) for value in row)
        for row in rows[list(columns)].head(3).itertuples(index=False)
    )
