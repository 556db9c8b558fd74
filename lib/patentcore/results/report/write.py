"""Read a run's tables, fill the template and write ``report.html`` beside them."""

from __future__ import annotations

from functools import partial
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from patentcore.errors import OutputError
from patentcore.lake.places import local_place, place_at
from patentcore.lake.results import consistently
from patentcore.results.reading import session_for
from patentcore.results.report import charts
from patentcore.results.report.content import content_of
from patentcore.results.report.embedded import RANKED_ROWS, embedded
from patentcore.results.report.explanations import EXPLAINED, explanations
from patentcore.results.report.network_map import HUBS, NEIGHBOURS
from patentcore.results.report.overview import overview
from patentcore.results.report.result import read_result
from patentcore.results.report.scripts import data_block, hashes, scripts
from patentcore.results.report.technologies import MATRIX, facts, names, technologies, verdict
from patentcore.results.report.text import FILTERS
from patentcore.results.report.vertices import edges_of, map_of
from patentcore.results.report.words import both, chinese, column, spoken, word

REPORT = "report.html"


def write_report(folder: str, language: str = "en") -> str:
    """Write the report of a finished run into its folder.

    Args:
        folder: path or URI of a run's output.
        language: that the page shows first, ``en`` or ``zh``.

    Returns:
        the path (or URI) of ``report.html``.

    Raises:
        InputError: the folder is not a finished run or lacks a table.
        OutputError: the report cannot be written there.
    """
    page = consistently(folder, session_for(folder), lambda _: render(folder, language))
    place = local_place(folder)
    if place is None:
        place = place_at(session_for(folder)(()), folder)
    target = place / REPORT
    try:
        target.write_text(page)
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror}") from error
    return target.path


def render(folder: str, language: str = "en") -> str:
    """Return the report of a finished run as one HTML page; errors as for write_report."""
    environment = Environment(
        loader=FunctionLoader(_package_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS | {
        "word": word,
        "column": column,
        "chinese": chinese,
        "facts": facts,
        "names": names,
    }
    result = read_result(folder)
    edges = edges_of(result)
    drawn = map_of(result, edges)
    environment.globals |= {
        "charts": charts,
        "language": language,
        "t": both,
        "spoken": partial(spoken, language),
        "verdict": verdict,
        "scripts": scripts(),
        "script_hashes": hashes(),
        "data": data_block(embedded(result, drawn, explanations(result, edges))),
        "drawn": drawn,
        "hubs": HUBS,
        "neighbours_kept": NEIGHBOURS,
        "held": RANKED_ROWS,
        "explained": EXPLAINED,
        "questions": MATRIX,
    }
    judged = technologies(result)
    content = content_of(result) | overview(result, judged)
    return environment.get_template(REPORT).render(content)


def _package_text(name: str) -> str:
    """Return a file of this package, which may stand in a zip archive."""
    return (files("patentcore.results.report") / name).read_text(encoding="utf-8")
