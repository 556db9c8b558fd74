"""The stage that measures and ranks the key patents of every period of publication.

A window's key patents are the run's, published in it. Its network is built from the citations that
were known at its end, and its reference year is its last, so that nothing later is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.method import periods
from patentcore.progress import Stages
from patentcore.stages.centrality import compute_centrality
from patentcore.stages.network import build_network, write_citation_network
from patentcore.stages.run import Run
from patentcore.stages.score import score

_AT_ONCE = 4
# Edges of the whole run up to which windows are measured at once: no memory to speak of.
_SMALL_NETWORK = 1_000_000


def measure_windows(run: Run) -> None:
    """``key_patents`` and the run's input in, ``windows``, ``window_scores`` and movers out.

    Args:
        run: finished up to its scores.
    """
    config = run.config.windows
    if not config.length:
        return
    with run.stages.stage("windows") as facts:
        for name in ("window_scores", "window_movers"):
            run.work.remove(name)
        all_periods = _periods(run)
        citations = _dated_citations(run)
        rows: list[tuple[Any, ...]] = []
        before: DataFrame | None = None
        for period, inner in _measured(run, all_periods, citations):
            scores = inner.work.read("scores")
            run.work.append(scores.transform(periods.with_window, period), "window_scores")
            if before is not None:
                run.work.append(periods.movers(before, scores, period), "window_movers")
            before = scores
            rows.append(_row(inner, period))
        run.work.write(run.spark.createDataFrame(rows, schemas.WINDOWS).coalesce(1), "windows")
        for name in ("window_scores", "window_movers"):
            if not run.work.has(name):
                run.work.write(run.spark.createDataFrame([], schemas.TABLES[name]), name)
        undated = _undated(citations)
        run.work.remove("_windows")
        figures = {"windows": len(all_periods), "undated_citations": undated}
        run.facts["windows"] = config.model_dump() | figures
        facts |= figures


def _measured(
    run: Run, all_periods: Sequence[periods.Period], citations: DataFrame | None
) -> Iterator[tuple[periods.Period, Run]]:
    """Yield the periods in order with the runs of their windows.

    Planning their small queries takes most of the time and little of the machine, so that several
    windows are measured at once, as long as their networks are small.
    """

    def measured(period: periods.Period) -> Run:
        inner = _window(run, period, citations)
        # What a citation network leaves out was counted for the whole run.
        is_of_citations = run.config.network.kind == "citation"
        build = write_citation_network if is_of_citations else build_network
        for step in (build, compute_centrality, score):
            step(inner)
        return inner

    is_small = run.work.measured("edges") <= _SMALL_NETWORK
    with ThreadPoolExecutor(max_workers=_AT_ONCE if is_small else 1) as beside:
        yield from zip(all_periods, beside.map(measured, all_periods), strict=True)


def _periods(run: Run) -> list[periods.Period]:
    """Periods over the years of publication of the key patents, not after the reference year."""
    year = F.year("publication_date")
    row = (
        run.work.read("key_patents")
        .where(year <= run.config.scoring.reference_year)
        .agg(F.min(year).alias("first"), F.max(year).alias("last"))
        .first()
    )
    if row is None or row["first"] is None:
        return []
    config = run.config.windows
    return periods.periods(row["first"], row["last"], length=config.length, step=config.step)


def _dated_citations(run: Run) -> DataFrame | None:
    """Write the citations that windows are made of, with their dates, once for all windows.

    In a network of citations those are the run's own edges: a window's key patents are key patents
    of the run, so its edges are among them.
    """
    kind = run.config.network.kind
    if kind == "co_classification":
        return None
    if kind == "citation":
        citations = run.work.read("edges").select(
            F.col("src").alias("citing"), F.col("dst").alias("cited")
        )
    else:
        citations = run.source.read("citations", required=("citing", "cited")).dropna(
            subset=["citing", "cited"]
        )
    patents = run.source.read("patents").select("publication_number", "publication_date")
    return run.work.inside("_windows").write(
        periods.dated_citations(citations.select("citing", "cited"), patents), "dated"
    )


def _undated(citations: DataFrame | None) -> int | None:
    return None if citations is None else citations.where(F.col("cited_on").isNull()).count()


def _window(run: Run, period: periods.Period, citations: DataFrame | None) -> Run:
    """Return a run of one window, with tables of its own below the run's."""
    scoring = run.config.scoring.model_copy(update={"reference_year": period.last})
    patents = run.source.read("patents").where(period.holds(F.col("publication_date")))
    source = run.source.with_frame("patents", patents)
    if citations is not None:
        source = source.with_frame("citations", citations.where(periods.known_by(period)))
    key_patents = run.work.read("key_patents").where(period.holds(F.col("publication_date")))
    return replace(
        run,
        config=run.config.model_copy(update={"scoring": scoring}),
        source=source,
        work=run.work.inside(f"_windows/{period.name}").with_frame("key_patents", key_patents),
        stages=Stages(is_quiet=True),
        facts={},
    )


def _row(inner: Run, period: periods.Period) -> tuple[Any, ...]:
    first = inner.work.read("scores").where("rank = 1").select("publication_number").first()
    return (
        *period,
        *(inner.work.measured(name) for name in ("key_patents", "vertices", "edges")),
        inner.work.measured("scores", "scored"),
        first[0] if first else None,
    )
