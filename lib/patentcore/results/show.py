"""Print the tables of a finished run."""

from __future__ import annotations

import json
from typing import Any

from patentcore.errors import ConfigError
from patentcore.lake.results import consistently
from patentcore.results.reading import read_manifest, session_for
from patentcore.words.safety import visible

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
    text = visible(str(value)[: _WIDEST + 1])
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
