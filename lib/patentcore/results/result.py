"""A finished run as Python and notebooks have it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.errors import InputError
from patentcore.lake.results import Result as Stored
from patentcore.lake.results import consistently
from patentcore.results.reading import read_manifest, read_small, session_for

if TYPE_CHECKING:
    import igraph

    from patentcore.results.explain import Explanation

_MEASURES = ("in_degree", "out_degree", "degree", "degree_centrality", "betweenness")
_SHOWN = ("rank", "publication_number", "core_degree", "main_class", "publication_year")
_FIRST = 10


class Result:
    """A finished run: its tables as DataFrames of the engine, its network, its report.

    Args:
        folder: path or URI of a run's output.
        run_id: which of several appended runs; the last one if ``None``.
        report_at: where its report stands, if that is known.

    Attributes:
        folder: as given.
        manifest: ``run.json``.

    Raises:
        InputError: the folder is not a finished run.
    """

    def __init__(
        self, folder: str, run_id: str | None = None, *, report_at: str | None = None
    ) -> None:
        self.folder = folder
        self.manifest: dict[str, Any] = read_manifest(folder, run_id)
        self._run_id = run_id
        self._report_at = report_at

    @property
    def tables(self) -> list[str]:
        """Names of the tables."""
        described = self.manifest.get("tables", {})
        return [name for name in schemas.TABLES if name in described]

    def table(self, name: str) -> DataFrame:
        """Return a table; it is read when its rows are asked for, with ``toPandas`` for instance.

        Raises:
            InputError: the result has no such table.
        """
        return consistently(
            self.folder, session_for(self.folder), lambda stored: self._rows(stored, name)
        )

    def _rows(self, stored: Stored, name: str) -> DataFrame:
        return stored.rows(name, self._run_id)

    @property
    def funnel(self) -> DataFrame:
        """What each step of the screening left: step, criterion, threshold, patents, ..."""
        return self.table("funnel").orderBy("step")

    @property
    def scores(self) -> DataFrame:
        """The key patents by rank, the unranked last."""
        return self.table("scores").orderBy(F.col("rank").asc_nulls_last(), "publication_number")

    @property
    def technologies(self) -> DataFrame:
        """The technologies with their indicators.

        Raises:
            InputError: the run judged none.
        """
        if "technologies" not in self.tables:
            raise InputError(
                f"{self.folder} has no technologies; run with technologies.catalogue=technologies"
            )
        return self.table("technologies")

    def graph(self) -> igraph.Graph:
        """Return the network of the run, for as many vertices as this process has memory for.

        Vertices have ``name``, ``is_key`` and the measures of the table ``centrality``; edges,
        from the citing to the cited one where they have a direction, have ``weight``.
        """
        import igraph
        import numpy as np
        import pandas as pd

        vertices, edges, centrality = (
            read_small(self.folder, name, self._run_id)
            for name in ("vertices", "edges", "centrality")
        )
        known = vertices.merge(centrality, how="left", on="id", validate="one_to_one")
        known = known.sort_values("id", ignore_index=True)
        numbers = pd.Index(known["id"])
        ends = np.column_stack([numbers.get_indexer(edges[end]) for end in ("src", "dst")])
        attributes = {name: known[name].tolist() for name in ("is_key", *_MEASURES)}
        return igraph.Graph(
            n=len(known),
            edges=ends,
            directed=self.is_directed,
            vertex_attrs={"name": known["id"].astype(str).tolist(), **attributes},
            edge_attrs={"weight": edges["weight"].tolist()},
        )

    def summary(self) -> dict[str, Any]:
        """Return what the run did, where and how much came of it, for a program."""
        told = ("id", "finished", "seconds", "engine", "input", "chosen", "funnel", "network")
        counts = {
            f"{stage['stage']}.{name}": value
            for stage in self.manifest.get("stages", [])
            for name, value in stage.items()
            if name not in ("stage", "seconds", "usage")
        }
        found = {name: self.manifest[name] for name in told if name in self.manifest}
        places = {"output": self.folder, "report": self._report_at}
        return {**places, **found, "tables": self.tables, "counts": counts}

    @property
    def is_directed(self) -> bool:
        """Whether edges of the network have a direction."""
        kind = self.manifest.get("configuration", {}).get("network", {}).get("kind", "citation")
        return bool(kind == "citation")

    def explain(self, number: str) -> Explanation:
        """Return how one patent came out, and why: its steps, score, neighbours and ranks.

        Args:
            number: a publication number in any spelling.

        Raises:
            InputError: neither the result nor its input knows the number; the nearest are named.
        """
        from patentcore.results.explain import explain

        return explain(self.folder, number)

    def report(self, language: str = "en") -> str:
        """Return where the HTML report of the run stands; it is written anew.

        Args:
            language: that it shows first, ``en`` or ``zh``.
        """
        from patentcore.results.report import write_report

        self._report_at = write_report(self.folder, language)
        return self._report_at

    @cached_property
    def _first(self) -> str:
        """The first of the ranking as a table of HTML."""
        scores = read_small(self.folder, "scores", self._run_id).sort_values("rank")
        shown = scores[[name for name in _SHOWN if name in scores.columns]].head(_FIRST)
        return shown.to_html(index=False, na_rep="", float_format=lambda value: f"{value:.2f}")

    @cached_property
    def _steps(self) -> str:
        """The funnel as a table of HTML."""
        funnel = read_small(self.folder, "funnel", self._run_id).sort_values("step")
        return funnel.to_html(index=False, na_rep="")

    def __repr__(self) -> str:
        network = self.manifest.get("network") or {}
        sizes = ", ".join(f"{network.get(name, 0):,} {name}" for name in ("vertices", "edges"))
        return f"Result({self.folder!r}: {sizes})"

    def _repr_html_(self) -> str:
        """Show it in a notebook: the funnel and the first ten of the ranking."""
        page = (
            escape(self._report_at) if self._report_at else Markup("patentcore.open(DIR).report()")
        )
        return (
            f"<h4>{escape(repr(self))}</h4>{self._steps}"
            f"<p>The first {_FIRST} by core degree:</p>{self._first}<p>Report: {page}</p>"
        )
