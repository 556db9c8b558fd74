"""Letters folded: what stands in two widths or cases, for Python strings and for Spark columns."""

from __future__ import annotations

import string

from pyspark.sql import Column
from pyspark.sql import functions as F

# Full-width letters, digits, punctuation and spaces, and what NFKC makes of them.
FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000\u00a0"
HALF_WIDTH = "".join(chr(code) for code in range(0x21, 0x7F)) + "  "


class Folding:
    """Letters that become half-width capitals, character by character.

    Args:
        more: further characters, e.g. letters with accents.
        to: what each of them becomes; as many.

    >>> Folding().fold("ｕｓ　２０１９")
    'US 2019'
    >>> Folding("é", "e").fold("Café")
    'CAFE'
    """

    def __init__(self, more: str = "", to: str = "") -> None:
        self._from = FULL_WIDTH + more + string.ascii_lowercase
        self._to = (HALF_WIDTH + to).upper() + string.ascii_uppercase
        self._table = str.maketrans(self._from, self._to)

    def fold(self, text: str) -> str:
        """Fold a string."""
        return text.translate(self._table)

    def column(self, text: Column) -> Column:
        """Fold a column; the Spark twin of :meth:`fold`.

        >>> df = spark.createDataFrame([("ep 1234567 b1",)], "text string")
        >>> df.select(Folding().column(F.col("text")).alias("folded")).show()
        +-------------+
        |       folded|
        +-------------+
        |EP 1234567 B1|
        +-------------+
        <BLANKLINE>
        """
        return F.translate(text, self._from, self._to)


def half_width(text: Column) -> Column:
    """Turn full-width letters, digits, punctuation and spaces into their half-width forms.

    >>> df = spark.createDataFrame([("\uff34\uff11\uff0d\uff21",)], "text string")
    >>> df.select(half_width(F.col("text")).alias("half")).show()
    +----+
    |half|
    +----+
    |T1-A|
    +----+
    <BLANKLINE>
    """
    return F.translate(text, FULL_WIDTH, HALF_WIDTH)
