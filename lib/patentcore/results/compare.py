"""The published tables beside those of a run."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pandas as pd

from patentcore.errors import InputError
from patentcore.results.reading import read_small


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


def compared(folder: str) -> dict[str, Any]:
    """Return the published figures beside this run's, and Table 6 where it has that, as data."""
    figures = published_figures(folder)
    return {
        "matched": sum(figure.is_equal for figure in figures),
        "figures": [asdict(figure) | {"is_equal": figure.is_equal} for figure in figures],
        "statuses": [asdict(status) for status in computed_statuses(folder)],
    }


def compare(folder: str) -> str:
    """Return the published tables beside this run's figures, as text; Table 6 where it has that."""
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
    blocks.append(f"{matched} of {len(figures)} published figures matched to the last digit")
    statuses = computed_statuses(folder)
    return "\n\n".join([*blocks, *([_statuses(statuses)] if statuses else [])])


@dataclass(frozen=True)
class Status:
    """A technology of Table 6: what is printed, and what the run says with its bounds.

    Attributes:
        name: as printed.
        kind: of its type, as section 3.1 parts them.
        published: yes or no.
        computed: yes, no or unknown.
        inventions: that the run has of it.
        known: share of the quality inventions whose side is known; null where there are none.
        low, high: bounds of the domestic share of these, were all of unknown side foreign, or
            domestic; null where they are too few.
        reason: why the status is unknown.
    """

    name: str
    kind: str
    published: str
    computed: str
    inventions: int
    known: float | None
    low: float | None
    high: float | None
    reason: str

    @property
    def cells(self) -> tuple[str, ...]:
        """What the line of the table says."""
        share = "-" if pd.isna(self.low) else f"{self.low:.2f} to {self.high:.2f}"
        known = "-" if pd.isna(self.known) else f"{self.known:.0%}"
        differs = self.computed not in ("unknown", self.published)
        remark = "differs" if differs else self.reason
        return (
            self.name,
            self.published,
            self.computed,
            f"{self.inventions}",
            known,
            share,
            remark,
        )


def computed_statuses(folder: str) -> list[Status]:
    """Return Table 6 beside the run's statuses; none where the run judged no technologies."""
    try:
        judged, measured = (
            read_small(folder, name) for name in ("technology_judgements", "technologies")
        )
    except InputError:
        return []
    judged = judged[judged["question"] == "status"].set_index("technology")
    joined = measured.set_index("technology").join(judged[["verdict", "reason"]])
    rows: dict[str, dict[Any, Any]] = {
        row["name_en"]: row for row in joined.to_dict(orient="records")
    }
    return [
        Status(
            row["technology"],
            kind_of(row["technology_type"]),
            row["broken_through"],
            one["verdict"],
            int(one["patent_count"]),
            one["known_quality_share"],
            one["domestic_share_low"],
            one["domestic_share_high"],
            one["reason"] or "",
        )
        for row in reference("table6_technology_status")
        if (one := rows.get(row["technology"])) is not None
    ]


def _statuses(statuses: Sequence[Status]) -> str:
    told = [one for one in statuses if one.computed != "unknown"]
    equal = sum(one.computed == one.published for one in told)
    title = (
        f"Table 6: breakthrough ({equal} of {len(told)} told as published, "
        f"{len(statuses) - len(told)} unknown)"
    )
    header = (
        *("", "published", "computed", "inventions", "sides known", "domestic share"),
        "",
    )
    table = f"{title}\n{_aligned([header, *(one.cells for one in statuses)])}"
    return f"{table}\n\n{_by_kind(statuses)}"


_KINDS = {
    "equipment": ("core equipment",),
    "component": ("core components", "core parts"),
    "material": ("core raw material",),
    "algorithm": ("core algorithm",),
}


def kind_of(technology_type: str) -> str:
    """Return which of the kinds of section 3.1 a type of Table 6 is; other where it is none.

    >>> kind_of("Metal materials, core parts"), kind_of("Space technology")
    ('component', 'other')
    """
    printed = technology_type.lower()
    return next(
        (kind for kind, words in _KINDS.items() if any(word in printed for word in words)), "other"
    )


def _by_kind(statuses: Sequence[Status]) -> str:
    rows: list[tuple[str, ...]] = [("", "technologies", "published yes", "computed yes", "unknown")]
    for kind in (*_KINDS, "other"):
        of_kind = [one for one in statuses if one.kind == kind]
        counts = (
            len(of_kind),
            sum(one.published == "yes" for one in of_kind),
            sum(one.computed == "yes" for one in of_kind),
            sum(one.computed == "unknown" for one in of_kind),
        )
        if of_kind:
            rows.append((kind, *map(str, counts)))
    return f"Table 6 by kind (section 3.1)\n{_aligned(rows)}"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  "
        + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
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
    text = (files("patentcore.results.reference") / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
