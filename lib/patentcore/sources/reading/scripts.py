"""Which encoding text that is not UTF-8 is in, told by its bytes beyond ASCII."""

from __future__ import annotations

import codecs
import itertools
import re
import string
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

_BEYOND_ASCII = re.compile(rb"([A-Za-z]?)([\x80-\xff]+)([A-Za-z]?)")
# A letter, or what Office writes for dashes and quotation marks, with a blank at most.
_WESTERN = re.compile(
    rb"\xa0?[\xc0-\xff\x85\x91-\x94\x96\x97\x99\xa9\xae\xb0\xb5]\xa0?|\xa0",
)
_WESTERN_LETTERS = re.compile(
    rb"[\x8a\x8d-\x8f\x9a\x9d-\x9f\xa3\xa5\xb3\xb9\xbc\xbe\xc0-\xff]{1,3}"
)
# Two bytes of an East Asian character, the second one maybe of ASCII.
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
_FEWEST_PAIRS = 16
_CHINESE = [word.encode("gb18030") for word in ("公开", "申请", "专利", "标题")]
_WORD = re.compile(rb"[^\s,;.\"'()]+")
_IS_BEYOND = re.compile(rb"[\xa1-\xff]")
_LETTERS = re.compile(rb"[@-~\xa1-\xff]")
_MOST_BEYOND = 0.6

# Letters of languages, by which a word is one of them: beyond ASCII, and all of them.
_WESTERN_EUROPE = (
    "äöüß", "àâæçèéêëîïôùûüœÿ", "áéíñóúü", "àáâãçéêíóôõúü", "àèéìíòóù", "åäæéöøü", "áæéíðóöúýþ",
)  # fmt: skip
_CENTRAL_EUROPE = ("ąćęłńóśźż", "áäčďéěíĺľňóôŕřšťúůýž", "áéíóöőúüű", "ăâîşţ", "čćđšž", "äöüß")
_TURKISH = ("çğıi̇öşüâî",)
_CYRILLIC = ("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя")
_GREEK = ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",)
# Encodings of one byte a letter, the first of equal ones before the others; and their letters.
_OF_ONE_BYTE = {
    "windows-1252": _WESTERN_EUROPE,
    "windows-1250": _CENTRAL_EUROPE,
    "iso8859-2": _CENTRAL_EUROPE,
    "windows-1254": _TURKISH,
    "mac_roman": _WESTERN_EUROPE,
    "cp850": _WESTERN_EUROPE,
    "windows-1251": _CYRILLIC,
    "koi8-r": _CYRILLIC,
    "iso8859-5": _CYRILLIC,
    "cp866": _CYRILLIC,
    "windows-1253": _GREEK,
}
_OF_OTHER_LETTERS = (_CYRILLIC, _GREEK)
# By encoding, all letters of each language.
_ALPHABETS = {
    name: [
        {*letters, *("" if languages in _OF_OTHER_LETTERS else string.ascii_lowercase)}
        for letters in languages
    ]
    for name, languages in _OF_ONE_BYTE.items()
}
# Letters that are frequent in what several encodings take for words of an alphabet.
_FREQUENT = frozenset("оеаинтсрвлкαοιτεσνηρκ")
_WORD_BEYOND = re.compile(r"[^\W\d_]+|[^\x00-\x7f]")
_PUNCTUATION = frozenset("–—“”‘’„…©®™°±·«»¡¿ªº§µ×€№′\xa0\xad")
_FEWEST_WORDS = 4
# In words of another alphabet three letters tell as much as a word of Latin ones.
_LETTERS_TELLING = 3
_MOST_WORDS = 5_000
_LEAST_READABLE = 0.85


def encoding_of(head: bytes) -> str:
    """Return the encoding of text that is not UTF-8.

    Text of one byte a letter is in the encoding in which most words are of one language's letters,
    in one case or with a capital in front; letters beyond ASCII stand alone or by twos inside
    words of Latin letters. Chinese text is GB18030, but Big5 where many second bytes are ASCII;
    Japanese text has syllables (Shift JIS, EUC-JP), Korean text all of its own in one range
    (CP949). Short text is GB18030, where it can be.

    >>> encoding_of("Müller, José".encode("cp1252")), encoding_of("专利".encode("gb18030"))
    ('windows-1252', 'GB18030')
    >>> encoding_of("DVOŘÁK".encode("cp1250")), encoding_of("Прибор, ИВАНОВ".encode("koi8-r"))
    ('windows-1250', 'koi8-r')
    """
    found, readable, words = _of_one_byte(head)
    if _is_western(head):
        return found if readable >= _LEAST_READABLE else "windows-1252"
    may_be_chinese = _is_gb18030(head)
    if readable >= _LEAST_READABLE and words >= (_FEWEST_WORDS if may_be_chinese else 1):
        return found
    if not may_be_chinese and not _words_beyond(head.decode("windows-1252", errors="replace")):
        return "windows-1252"  # single letters and marks alone
    return _eastern(head) or "GB18030"


def _of_one_byte(head: bytes) -> tuple[str, float, int]:
    """Return the encoding in which most words are readable, their share and their number."""
    best, rank = ("windows-1252", 0.0, 0), (0.0, 0.0)
    for name, languages in _OF_ONE_BYTE.items():
        words = _words_beyond(head.decode(name, errors="replace"))
        is_latin = languages not in _OF_OTHER_LETTERS
        share = sum(_is_of(word, _ALPHABETS[name]) for word in words) / max(len(words), 1)
        letters = "" if is_latin else "".join(words).lower()
        frequent = sum(letter in _FREQUENT for letter in letters) / max(len(letters), 1)
        told = len(words) if is_latin else len(letters) // _LETTERS_TELLING
        if (round(share, 2), frequent) > rank:
            best, rank = (name, share, told), (round(share, 2), frequent)
    return best


def _words_beyond(text: str) -> list[str]:
    """Return the words of two letters and more that are not all ASCII, and signs of no word."""
    found = (word for word in _WORD_BEYOND.findall(text) if not word.isascii())
    some = (word for word in found if len(word) > 1 or not (word.isalpha() or word in _PUNCTUATION))
    return list(itertools.islice(some, _MOST_WORDS))


def _is_of(word: str, alphabets: Sequence[AbstractSet[str]]) -> bool:
    """Tell whether a word is in the letters of one language, and has capitals in front alone."""
    is_cased = word.isupper() or word[1:].islower()
    return is_cased and any(set(word.lower()) <= letters for letters in alphabets)


def _is_gb18030(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("gb18030")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _is_western(head: bytes) -> bool:
    """Tell whether most runs of bytes beyond ASCII are one letter or mark, or few inside a word.

    >>> _is_western("DVOŘÁK JIŘÍ".encode("cp1250")), _is_western("发明，专利".encode("gb18030"))
    (True, False)
    """
    runs = [
        bool(_WESTERN.fullmatch(run) or ((before or behind) and _WESTERN_LETTERS.fullmatch(run)))
        for before, run, behind in _BEYOND_ASCII.findall(head)
    ]
    words = filter(_IS_BEYOND.search, _WORD.findall(head))
    letters = [letter for word in words for letter in _LETTERS.findall(word)]
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
