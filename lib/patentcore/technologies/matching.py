"""Which words of a catalogue stand in texts: found by kernels in whole batches, told in the few."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patentcore.technologies.catalogue import Technology
from patentcore.technologies.needles import Characters, Needles
from patentcore.words.chinese import all_simplified, simplified, with_terms

_PAUSE = r"[|,;:.()\[\]，；：。、（）]"
# Characters of scripts that part no words: Chinese, and Japanese and Korean syllables.
_HAN = "\u4e00-\u9fff\u3041-\u30fa\u30fc-\u30ff\uac00-\ud7a3"
_HAN_RUN = re.compile(f"[{_HAN}]+")
# Where those and Latin characters meet.
_SEAMS = (f"([{_HAN}])([a-z0-9])", f"([a-z0-9])([{_HAN}])")
# Kinds of characters, of two of which no others have the sum of Han and Latin; later ones win.
_BLANK, _BAR, _LETTER, _HAN_CHARACTER, _LATIN = 1, 2, 3, 8, 16
_PATTERNS = {
    _BLANK: r"(?s).",
    _LETTER: r"[\p{L}\p{N}]",
    _BAR: _PAUSE,
    _HAN_CHARACTER: f"[{_HAN}]",
    _LATIN: "[a-z0-9]",
}
_KINDS = np.zeros(0x110000, dtype=np.uint8)
# An iodine-containing resist is one all the same.
_SUBSTANCES = ("iodine", "fluorine", "halogen", "silicon", "metal", "tin", "sulfur", "nitrogen")
_OF_NO_SUBSTANCE = "".join(f"(?<!{name} )" for name in _SUBSTANCES)
# What something is done or made with: behind other words, to a pause or purpose; in Chinese to 的.
_BY = (
    "using|utili[sz]ing|employing|via|with|by|from|through|comprising|including|having|based on"
    "|equipped|provided"
)
_BY_CHINESE = "基于|采用|利用|使用|借助|具有|具备|带有|包括|包含|含有|搭载|设有|装有|配备"
_MEANS = re.compile(
    rf"(?<=[^ |]) (?:{_BY}|{_OF_NO_SUBSTANCE}containing)(?= )(?: (?!for |to )[^ |]+)*"
    f"|(?:{_BY_CHINESE})[^|的]*的?"
)
_MAY_BE_MEANS = f" (?:{_BY}|containing) |{_BY_CHINESE}"
# What a title says beside what it is of: that it is new, and how it is made or used.
_BESIDE = re.compile(
    r"^ (?:(?:an?|the|novel|new|improved) )+|^ ?(?:一种|新型)"
    r"|^ (?:\w+ )?(?:methods?|process|processes) (?:of|for) (?:(?:making|manufacturing|producing"
    r"|fabricating|preparing|forming) )?"
    r"|(?: \|)? (?:and|or) (?:an? |the |its )?(?:[a-z]+ )?(?:methods?|process|production"
    r"|manufacture|manufacturing|preparation|fabrication|use)(?: .*)?$"
    r"|(?:及其?|以及|和|与|的|其|の|及び|および|その)*"
    r"(?:制造|製造|制备|制作|生产|加工|使用|应用|控制)?(?:方法|工艺|应用).*$"
    r"|(?:의|및| 그| )*(?:제조|제작) ?방법.*$"
)
# What parts a thing from what it is for, of or in.
_PARTED = re.compile(r" (?:for|of|to|in|on|at|used) |用于|用在")


def normalised(texts: pa.Array) -> Characters:
    """Return texts in lower case, words parted by single blanks, a blank at both ends.

    Latin characters are parted from Chinese, Japanese and Korean ones, too, so that ``一种ITO靶材``
    has the word ``ito``. A comma or the like stays as a bar, for words on either side of one make
    no phrase.

    Args:
        texts: without nulls.

    >>> found = normalised(pa.array(["Wafer-stepper, EUV", "一种ITO靶材"]))
    >>> found.texts()[:2]
    [' wafer stepper | euv ', ' 一种 ito 靶材 ']
    """
    given = Characters.of(pc.replace_substring(pc.utf8_lower(texts), "\n", " "))
    kind = _kinds(given.codes)
    kind[given.ends] = _BLANK
    kept = np.flatnonzero(kind != _BLANK)
    kind, of_text = kind[kept], np.searchsorted(kept, given.ends)
    row = np.repeat(np.arange(len(texts)), np.diff(of_text, prepend=0))
    # Behind a blank, at a comma, or where Chinese and Latin characters meet, a word begins.
    begins = np.ones(len(kept), dtype=bool)
    met = kind[1:] + kind[:-1] == _HAN_CHARACTER + _LATIN
    begins[1:] = (np.diff(kept) > 1) | met | (kind[1:] == _BAR) | (kind[:-1] == _BAR)
    width = (1 + begins).cumsum()
    ends = np.append(0, width)[of_text] + 2 * np.arange(len(texts)) + 1
    codes = np.full(ends[-1] + 1 if len(ends) else 0, ord(" "), dtype=np.uint32)
    codes[width - 1 + 2 * row] = np.where(kind == _BAR, ord("|"), given.codes[kept])
    codes[ends] = ord("\n")
    return Characters(codes, ends)


def _kinds(codes: np.ndarray) -> np.ndarray:
    """Return what kind of character each is, of which each is looked up once."""
    kinds = _KINDS[codes]
    unknown = np.unique(codes[kinds == 0])
    if len(unknown):
        characters = pa.array(map(chr, unknown.tolist()), pa.string())
        found = np.zeros(len(unknown), dtype=np.uint8)
        for kind, pattern in _PATTERNS.items():
            is_one = pc.match_substring_regex(characters, pattern).to_numpy(zero_copy_only=False)
            found[is_one] = kind
        # Threads share the table: what it says of a character is final.
        _KINDS[unknown] = found
        kinds = _KINDS[codes]
    return kinds


def needles(word: str) -> list[str]:
    """Return what to look for in a normalised text.

    A word with Chinese, Japanese or Korean characters matches anywhere, in the mainland's terms,
    too; any other as a whole word or its plural.

    >>> needles("ITO靶材"), needles("Wafer-stepper"), needles("晶片"), needles("エンドミル")
    (['ito 靶材'], [' wafer stepper ', ' wafer steppers '], ['晶片', '芯片'], ['エンドミル'])
    """
    found: dict[str, None] = {}
    for form in dict.fromkeys((simplified(word), with_terms(word))):
        plain = re.sub(r"[^\w]+|_", " ", form.lower()).strip()
        if _HAN_RUN.search(plain):
            for seam in _SEAMS:
                plain = re.sub(seam, r"\1 \2", plain)
            found[plain] = None
        else:
            found |= dict.fromkeys((f" {plain} ", f" {plain}s "))
    return [*found]


def means(title: str) -> list[tuple[int, int]]:
    """Return where a normalised title names a means or a part.

    >>> title = " mapping of roads using lidar | and a lidar "
    >>> [title[start:end] for start, end in means(title)]
    [' using lidar']
    >>> means(" iodine containing resists ")
    []
    """
    return [found.span() for found in _MEANS.finditer(title)]


def may_name_means(titles: Sequence[str]) -> np.ndarray:
    """Tell which of some normalised titles have a word that :func:`means` looks for.

    >>> may_name_means([" roads by lidar ", " lidar ", "基于芯片的灯"]).tolist()
    [True, False, True]
    """
    texts = pa.array(titles, pa.string())
    found = pc.match_substring_regex(texts, _MAY_BE_MEANS).to_numpy(zero_copy_only=False)
    return found.astype(bool)


def is_subject(needle: str, title: str, spans: Iterable[tuple[int, int]]) -> bool:
    """Tell whether a needle stands in a title and begins outside what it names as a means.

    >>> title = "基于芯片的灯"
    >>> is_subject("芯片", title, means(title)), is_subject("灯", title, means(title))
    (False, True)
    """
    place = title.find(needle)
    while place >= 0:
        if not any(start < place < end for start, end in spans):
            return True
        place = title.find(needle, place + len(needle))
    return False


def is_of(needle: str, title: str) -> bool:
    """Tell whether a normalised title names a thing of which a needle is the head.

    >>> titles = (" method of making a solid capacitor with a foil ", " 一种电容器及其制备方法 ")
    >>> [is_of(needle, title) for needle, title in zip((" capacitor ", "电容器"), titles)]
    [True, True]
    >>> is_of("コンデンサ", " コンデンサの製造方法 "), is_of("스피커", " 스피커 및 그 제조 방법 ")
    (True, True)
    >>> is_of(" capacitor ", " fan for a capacitor "), is_of(" capacitor ", " capacitor fan ")
    (False, False)
    """
    spans = means(title)
    whole = f" {_BESIDE.sub(' ', title[: spans[0][0]] if spans else title).strip()} "
    return whole.rstrip().endswith(needle.rstrip()) and not _PARTED.search(whole)


class Word(NamedTuple):
    """A word of a technology: kind is keyword, weak, head or not."""

    technology: str
    kind: str
    word: str
    needle: str


class Held(NamedTuple):
    """Words that stand in texts.

    Attributes:
        text: the place of each word's text, in order.
        word: the number of each word.
        normal: the texts, normalised.
    """

    text: np.ndarray
    word: np.ndarray
    normal: Characters

    def texts(self, places: np.ndarray) -> list[str]:
        """Return some of the texts, normalised, by their places."""
        every = self.normal.texts()
        return [every[one] for one in places.tolist()]


class Words:
    """The words of a catalogue.

    >>> euv = Technology(name_zh="光刻", name_en="EUV", keywords_en=("wafer stepper",))
    >>> words = Words({"euv": euv})
    >>> held = words.held(pa.array(["Lamp", "Two wafer steppers", None]))
    >>> held.text.tolist(), held.texts(held.text)
    ([1], [' two wafer steppers '])
    >>> [words.words[one].word for one in held.word.tolist()]
    ['wafer stepper']
    """

    def __init__(self, catalogue: Mapping[str, Technology]) -> None:
        every = list(_every(catalogue))
        in_order = sorted(every, key=lambda one: one.needle)
        needles_in_order, self._begin, self._count = np.unique(
            np.array([one.needle for one in in_order], dtype=object),
            return_index=True,
            return_counts=True,
        )
        self._needles = Needles(needles_in_order.tolist())
        number = {name: place for place, name in enumerate(catalogue)}
        # By the number of a word.
        self.words: Sequence[Word] = in_order
        self.technology = np.array([number[one.technology] for one in in_order], dtype=np.int64)
        self.is_keyword, self.is_weak, self.is_head, self.is_not = (
            np.array([one.kind == kind for one in in_order], dtype=bool)
            for kind in ("keyword", "weak", "head", "not")
        )

    def held(self, texts: pa.Array) -> Held:
        """Return which words stand in texts."""
        # All are normalised: so many words are no expression that would be quick to leave some out.
        normal = normalised(all_simplified(texts).fill_null(""))
        row, needle = self._needles.found(normal)
        # A needle may be of several technologies.
        count = self._count[needle]
        word = np.repeat(self._begin[needle] - (count.cumsum() - count), count)
        word += np.arange(len(word))
        return Held(np.repeat(row, count), word, normal)


def _every(catalogue: Mapping[str, Technology]) -> Iterator[Word]:
    for name, technology in catalogue.items():
        kinds: dict[str, Iterable[str]] = {
            "keyword": technology.keywords,
            "weak": technology.weak_keywords,
            "not": technology.not_keywords,
            "head": technology.head_keywords,
        }
        for kind, words in kinds.items():
            yield from (Word(name, kind, w, needle) for w in words for needle in needles(w))
