"""Google Patents: downloads of the search page."""

from __future__ import annotations

import re

import pyarrow as pa

from patentcore.sources.formats.dialect import Dialect
from patentcore.sources.formats.tables import TabularAdapter
from patentcore.sources.record.arrays import once
from patentcore.words import company_forms

# Companies' names hold commas: what follows one is an applicant of its own only where it is no
# legal form.
_LEGAL_FORM = rf"{company_forms.IN_NAMES}\b"

_COMMA_INSIDE = "\ue000"

_SEARCH = Dialect(
    name="google-search",
    title="Google Patents search download (CSV; the first line is the search)",
    headers={
        "publication_number": ("id",),
        "title": ("title",),
        "original_applicant": ("assignee",),
        "inventors": ("inventor/author",),
        "earliest_priority_date": ("priority date",),
        "application_date": ("filing/creation date",),
        "publication_date": ("publication date",),
    },
    separator=r"\s*,\s*",
    separators={"original_applicant": "\n"},
    parted={"original_applicant": lambda names: _apart_from_legal_forms(names)},
    marks=("filing/creation date", "result link", "inventor/author"),
    reads_type_of_kind=True,
)


def _apart_from_legal_forms(names: pa.Array) -> pa.Array:
    """Part names at commas, each on a line, but at those in front of a legal form."""

    def parted(text: str) -> str:
        inside = re.sub(rf",(\s*(?i:{_LEGAL_FORM}))", rf"{_COMMA_INSIDE}\1", text)
        return re.sub(r"\s*,\s*", "\n", inside).replace(_COMMA_INSIDE, ",")

    return once(names, lambda text: parted(text) if "," in text else text)


GOOGLE_SEARCH = TabularAdapter(_SEARCH)
