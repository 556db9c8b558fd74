"""How lines of edge lists are parted: by what mark, and which cells are their two numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from patentcore.sources.record.numbers import clean_number

_SEPARATORS = "[,;\\s]+"
# Marks that part the cells of a line, where nearly all lines have one.
_MARKS = ("\t", ";", "|", "->", ",")
_NEARLY_ALL = 0.8
# Names of the two columns, and of what may stand in front of them.
CITED = (
    r"(?:.*(?:cited|被引|引用先|피인용|zitiert|cité|citad[ao]|цитируем).*|"
    r"citation(?:_?(?:id|no|number))?|dst|target|to\S*)"
)
CITING = (
    r"(?:.*(?:citing|施引|引用专利|引证专利|引用元|인용|zitierend|citant|цитирующ).*|"
    r"src|source|from\S*|pat(?:ent)?(?:_?(?:id|no|number))?)"
)
_COUNTER = r"(?:|#|id|n[or]\.?|index|row|unnamed.*|序号)"
# Marks of quotation, and lines in which they hold no blank or other mark.
QUOTES = "\"'‘’“”„«»"
PLAINLY_QUOTED = rf'^(?:[^{QUOTES}]*"[^{QUOTES},;\s]*")*[^{QUOTES}]*$'
_QUOTED = re.compile('"([^"]*)"')
# How a spreadsheet writes whole numbers that were none.
DECIMAL = r"^([0-9]+)\.0+$"


@dataclass(frozen=True)
class Columns:
    """Where the two numbers stand in the lines of a list.

    Attributes:
        mark: what parts the cells; ``None`` where blanks, commas and semicolons do.
        citing: place of the citing number.
        cited: place of the cited one.
    """

    mark: str | None = None
    citing: int = 0
    cited: int = 1


USUAL = Columns()


def columns_of(lines: Sequence[str]) -> Columns:
    """Tell from the first lines what parts them, and from a line of names which cell is which.

    >>> columns_of(["id;cited;citing", "1;US 1A;EP 2 B1"]), columns_of(["3858241 956203"])
    (Columns(mark=';', citing=2, cited=1), Columns(mark=None, citing=0, cited=1))
    """
    bare = [_QUOTED.sub("", _marked(line)) for line in lines]

    def share(mark: str) -> float:
        return sum(mark in line for line in bare) / max(len(bare), 1)

    mark = max(_MARKS, key=share)  # of equal ones the first
    columns = Columns(mark if share(mark) >= _NEARLY_ALL else None)
    names = [word.lower() for word in tokens_of(lines[0], columns.mark)] if lines else []
    cited = [at for at, name in enumerate(names) if re.fullmatch(CITED, name)]
    citing = [at for at, name in enumerate(names) if re.fullmatch(CITING, name) and at not in cited]
    if not cited or not citing:
        return columns
    in_front = names[: min(cited[0], citing[0])]
    is_counted = all(re.fullmatch(_COUNTER, name) for name in in_front)
    return Columns(columns.mark, citing[0], cited[0]) if is_counted else columns


def tokens_of(line: str, mark: str | None = None) -> list[str]:
    """Return the words of a line; what stands in quotation marks is one.

    Args:
        line: as it stands.
        mark: what parts the words; blanks, commas and semicolons where none is given.

    >>> tokens_of('"US 7,654,321 B2";D295437'), tokens_of("7654321.0 'RE46,653'")
    (['US7654321B2', 'D295437'], ['7654321', 'USRE46653'])
    >>> tokens_of("US 7,654,321 B2;EP 1 234 567", ";")
    ['US 7,654,321 B2', 'EP 1 234 567']
    """
    bare = _QUOTED.sub(lambda m: clean_number(m[1]) or re.sub("[ ,]", "", m[1]), _marked(line))
    text = bare.replace('"', "").strip("\r\n" if mark else None)
    words = [word.strip() for word in (text.split(mark) if mark else re.split(_SEPARATORS, text))]
    return [re.sub(DECIMAL, r"\1", word) for word in words]


def _marked(line: str) -> str:
    return (
        line.strip("\ufeff \r\n").replace('="', '"').translate(dict.fromkeys(map(ord, QUOTES), '"'))
    )
