"""PatSnap exports: CSV or XLSX, Chinese or English headers (see ``patsnap_headers``)."""

from __future__ import annotations

from patentcore.sources.exports import Dialect, TabularAdapter
from patentcore.sources.patsnap_headers import HEADERS

DIALECT = Dialect(
    name="patsnap",
    title="PatSnap export, CSV or XLSX, Chinese or English headers",
    headers=HEADERS,
    separator=r"[\s\u3000]*[|｜][\s\u3000]*",
)


class PatSnap(TabularAdapter):
    """The adapter of PatSnap exports."""

    def __init__(self) -> None:
        super().__init__(DIALECT)
