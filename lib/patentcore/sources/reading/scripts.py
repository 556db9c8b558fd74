"""Which encoding text that is not UTF-8 is in, told by its bytes beyond ASCII."""

from __future__ import annotations

import re

_BEYOND_ASCII = re.compile(rb"([A-Za-z]?)([\x80-\xff]+)([A-Za-z]?)")
# A letter, or what Office writes for dashes and quotation marks, with a blank at most.
_WESTERN = re.compile(
    rb"\xa0?[\xc0-\xff\x85\x91-\x94\x96\x97\x99\xa9\xae\xb0\xb5]\xa0?|\xa0",
)
_WESTERN_LETTERS = re.compile(
    rb"[\x8a\x8d-\x8f\x9a\x9d-\x9f\xa3\xa5\xb3\xb9\xbc\xbe\xc0-\xff]{1,3}"
)
# Signs of Windows-1252 that are letters in Windows-1250, which words have inside.
_CENTRAL = re.compile(rb"[A-Za-z][\x8d\x8f\x9d\xa3\xa5\xb3\xb9\xbc\xbe]+[A-Za-z]")
# Two bytes of an East Asian character, the second one maybe of ASCII.
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
_FEWEST_PAIRS = 16
_CHINESE = [word.encode("gb18030") for word in ("公开", "申请", "专利", "标题")]
_WORD = re.compile(rb"[^\s,;.\"'()]*[\xa1-\xff][^\s,;.\"'()]*")
_LETTERS = re.compile(rb"[@-~\xa1-\xff]")
_MOST_BEYOND = 0.6


def encoding_of(head: bytes) -> str:
    """Return the encoding of text that is not UTF-8.

    Western text (Windows-1252, of central Europe Windows-1250) has letters beyond ASCII alone or by
    twos inside words. Chinese text is GB18030, but Big5 where many second bytes are ASCII; Japanese
    text has syllables (Shift JIS, EUC-JP), Korean text all of its own in one range (CP949). Short
    text is GB18030.

    >>> encoding_of("Müller, José".encode("cp1252")), encoding_of("专利".encode("gb18030"))
    ('windows-1252', 'GB18030')
    """
    if _is_western(head):
        return "windows-1250" if _CENTRAL.search(head) else "windows-1252"
    return _eastern(head) or "GB18030"


def _is_western(head: bytes) -> bool:
    """Tell whether most runs of bytes beyond ASCII are one letter or mark, or few inside a word.

    >>> _is_western("DVOŘÁK JIŘÍ".encode("cp1250")), _is_western("发明，专利".encode("gb18030"))
    (True, False)
    """
    runs = [
        bool(_WESTERN.fullmatch(run) or ((before or behind) and _WESTERN_LETTERS.fullmatch(run)))
        for before, run, behind in _BEYOND_ASCII.findall(head)
    ]
    letters = [letter for word in _WORD.findall(head) for letter in _LETTERS.findall(word)]
    beyond = sum(letter > b"\xa0" for letter in letters)
    # A character of two bytes may have a letter of ASCII for the second, in which words are short.
    return 2 * sum(runs) > len(runs) and beyond <= _MOST_BEYOND * len(letters)


def _eastern(head: bytes) -> str | None:
    pairs = _PAIR.findall(head)
    # Exports with Chinese headers may have text of others in the same encoding.
    if len(pairs) < _FEWEST_PAIRS or any(word in head for word in _CHINESE):
        return None

    def share(first: tuple[int, int], second: tuple[int, int] = (0x40, 0xFE)) -> float:
        found = sum(
            first[0] <= lead <= first[1] and second[0] <= trail <= second[1]
            for lead, trail in pairs
        )
        return found / len(pairs)

    if share((0x82, 0x83)) > 0.1:
        return "cp932"
    if share((0xA1, 0xF9), (0x40, 0x7E)) > 0.2 and share((0x81, 0xA0)) < 0.02:
        return "big5"
    if share((0xA4, 0xA5), (0xA1, 0xFE)) > 0.15:
        return "euc_jp"
    # Marks and letters of full width are at the same places in all of them.
    words = 1 - share((0xA1, 0xA3))
    if words > 0 and share((0xB0, 0xC8), (0xA1, 0xFE)) / words > 0.97:
        return "cp949"
    return None
