"""PatSnap exports: CSV or XLSX, Chinese or English headers (see ``patsnap_headers``)."""

from __future__ import annotations

from collections.abc import Sequence

from patentcore.sources.formats.dialect import Dialect
from patentcore.sources.formats.patsnap_headers import HEADERS, MORE_HEADERS
from patentcore.sources.formats.tables import TabularAdapter, semicolon_list
from patentcore.sources.reading.sniffing import Look

DIALECT = Dialect(
    name="patsnap",
    title="PatSnap export, CSV or XLSX, Chinese or English headers",
    headers={**HEADERS, **MORE_HEADERS},
    separator=r"[\s\u3000]*[|｜][\s\u3000]*",
    # People who work on an export by hand part the events otherwise.
    separators=dict.fromkeys(
        ("legal_events", "inpadoc_events"), r"[\s\u3000]*[|｜;；\n][\s\u3000]*"
    ),
)


class PatSnap(TabularAdapter):
    """The adapter of PatSnap exports."""

    def __init__(self) -> None:
        super().__init__(DIALECT)

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say which of PatSnap's headers there are, unless lists are parted as it parts none.

        Its headers are common words, so tables of other tools have them too.
        """
        why = super().recognise(looks)
        return None if why and semicolon_list(looks[0], self.dialect) else why
