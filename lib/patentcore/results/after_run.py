"""The report that a run ends with; whatever becomes of it, the run's result stands."""

from __future__ import annotations

import logging

from patentcore.lake.uris import is_catalog
from patentcore.results.reading import read_manifest

MOST_VERTICES = 5_000_000
"""Vertices of a network whose measures are still read to this process unasked."""

log = logging.getLogger(__name__)


def report_run(folder: str, language: str) -> str | None:
    """Write the report of a run that has just ended and say where it is, or why there is none.

    Args:
        folder: path or URI of the run's output; a catalog's namespace has no room for a page.
        language: that the page shows first.

    Returns:
        where it is.
    """
    if is_catalog(folder):
        return None
    try:
        if (read_manifest(folder).get("network") or {}).get("vertices", 0) > MOST_VERTICES:
            log.info("no report of so large a network unasked: patentcore report %s", folder)
            return None
        # A cluster's driver may lack what only the page needs.
        from patentcore.results.report import write_report

        page = write_report(folder, language)
        log.info("report in %s", page)
        return page
    except Exception as error:
        log.warning("the result is whole, but its report could not be written: %s", error)
        return None
