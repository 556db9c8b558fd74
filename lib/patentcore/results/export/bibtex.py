"""Ranked key patents as BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from patentcore.lake.results import Result
from patentcore.results.export.cells import address
from patentcore.results.export.tables import rows_of
from patentcore.words.safety import without_controls

_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "_": r"\_",
        "%": r"\%",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_SCORES = ("publication_number", "rank", "core_degree")
_PATENT = (
    *("publication_number", "title", "inventors", "applicants", "authority"),
    *("publication_date", "main_ipc", "patent_type", "source"),
)


def latex(text: str) -> str:
    r"""Escape what LaTeX takes for commands, on one line.

    >>> print(latex("50 % of \\input{x} & $y_1$\n"))
    50 \% of \textbackslash{}input\{x\} \& \$y\_1\$
    """
    return " ".join(without_controls(text).split()).translate(_LATEX)


def write_bibtex(result: Result, path: Path) -> None:
    """Write an entry ``@patent`` (biblatex) for each ranked key patent, the first rank first."""
    scores = pd.DataFrame(
        rows_of(result.batches("scores", columns=_SCORES), _SCORES), columns=list(_SCORES)
    )
    ranked = scores[scores["rank"].notna()].set_index("publication_number")
    patents: dict[str, dict[str, Any]] = {}
    for batch in result.batches("key_patents", columns=_PATENT):
        for row in batch.to_pylist():
            patents[str(row["publication_number"])] = row
    taken: set[str] = set()
    with path.open("x", encoding="utf-8", newline="\n") as file:
        for number, row in ranked.sort_values("rank").iterrows():
            name = str(number)
            facts = {
                **patents.get(name, {}),
                "publication_number": name,
                **dict(zip(map(str, row.index), row, strict=True)),
            }
            file.write(entry(facts, taken))


def entry(patent: Mapping[str, Any], taken: set[str]) -> str:
    r"""Return one entry.

    Args:
        patent: rank, core_degree and what is known of the patent.
        taken: keys that are taken; this one's is added.

    >>> patent = {"publication_number": "CN1A", "title": "A & B", "rank": 1, "core_degree": 2.5}
    >>> print(entry(patent, set()), end="")
    @patent{CN1A,
      title = {{A \& B}},
      number = {CN1A},
      note = {rank 1, core degree 2.5}
    }
    <BLANKLINE>
    """
    day = patent.get("publication_date")
    of = [a["name"] for a in patent.get("applicants") or () if a and a.get("name")]
    number = str(patent["publication_number"])
    fields = {
        "title": _braced(patent.get("title")),
        "author": _names(patent.get("inventors") or ()),
        "holder": _names(of),
        "number": latex(number),
        "location": latex(patent.get("authority") or ""),
        "year": str(day.year) if day else "",
        "date": day.isoformat() if day else "",
        "keywords": latex(patent.get("main_ipc") or ""),
        "url": address(number, patent.get("source")) or "",
        "note": f"rank {int(patent['rank'])}, core degree {patent['core_degree']:.6g}",
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@patent{{{_free(_key(number), taken)},\n" + ",\n".join(lines) + "\n}\n\n"


def _braced(text: str | None) -> str:
    return f"{{{latex(text)}}}" if text and latex(text) else ""


def _names(names: Iterable[str | None]) -> str:
    """Join names, each taken as a whole: exports do not say which part is the family's."""
    return " and ".join(_braced(name) for name in names if _braced(name))


def _key(number: str) -> str:
    return re.sub("[^A-Za-z0-9]", "", number) or "patent"


def _free(key: str, taken: set[str]) -> str:
    """Return a key that is not taken yet; BibTeX does not tell capitals from small letters."""
    count, found = 1, key
    while found.lower() in taken:
        count += 1
        found = f"{key}-{count}"
    taken.add(found.lower())
    return found
