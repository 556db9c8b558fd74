"""Text from data made harmless where it is shown: a terminal, a spreadsheet, XML.

One function for each danger. HTML has its own: what Jinja escapes with, ``markupsafe.escape``.
"""

from __future__ import annotations

import json
import re
import unicodedata

# C0 controls but tab and line breaks, DEL, C1 controls, halves of letters, and two non-characters:
# XML 1.0 forbids them or advises against them, and no title needs them.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_STANDS_IN = "\N{REPLACEMENT CHARACTER}"

# What a spreadsheet takes for a formula where a cell begins, or where a reader with another idea
# of the separator begins one; in two widths.
_FORMULA = re.compile("(^|[;\t\r\n])([ \u3000]*[=+\\-@＝＋－＠])")

# Kinds of characters that command a terminal or turn its text around instead of being seen.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str, keep: str = "") -> str:
    r"""Write what a terminal would obey as what it is: escapes, bells, NUL, marks of direction.

    JSON stays JSON, as these are its own escapes.

    Args:
        text: any.
        keep: characters that stay, such as the line breaks of a text of several lines.

    >>> print(visible("a\x1b[31m\x07\x9b\u202eb\x7f\n"), visible("触控\u3000面板"))
    a\u001b[31m\u0007\u009b\u202eb\u007f\n 触控　面板
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        _escape(c) if unicodedata.category(c) in _UNSEEN and c not in keep else c for c in text
    )


def _escape(character: str) -> str:
    return r"\u007f" if character == "\x7f" else json.dumps(character)[1:-1]  # which leaves DEL


def without_controls(text: str) -> str:
    r"""Put a replacement character for what XML 1.0 forbids and readers of files choke on.

    >>> without_controls("a\x00b\x1b\tc")
    'a�b�\tc'
    """
    return _CONTROLS.sub(_STANDS_IN, text)


def without_formula(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would compute.

    >>> without_formula("=cmd|' /C calc'!A0"), without_formula("A; @SUM(1)"), without_formula("a-b")
    ("'=cmd|' /C calc'!A0", "A;' @SUM(1)", 'a-b')
    """
    return _FORMULA.sub(r"\1'\2", text)
