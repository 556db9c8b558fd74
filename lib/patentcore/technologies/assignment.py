"""Which patents belong to which technology, by which rule, and how near.

A patent is about a technology (``core``) or has to do with it (``use``): codes beside the main one
are given to a mere use of a technology, too, and an abstract mentions much.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.catalogue import Technology
from patentcore.technologies.codes import Place, place_of
from patentcore.technologies.matching import NOTHING, Told, Words, is_of, is_subject, means
from patentcore.words.symbols import cut

# The rules in order: the first that holds is the evidence.
GRADES = {
    "main code": "core",
    "codes": "core",
    "title": "core",
    "title+code": "core",
    "means": "use",
    "abstract+code": "use",
    "code": "use",
}
RULES = tuple(GRADES)
_PLACES = {rule: place for place, rule in enumerate(RULES)}
BY_CODE = ("main code", "codes", "code")
# How many of a patent's symbols, and what share of them, say that it is about a technology.
SEVERAL, SHARE = 2, 0.6

_ROWS = 32_768  # of a batch
_SUBCLASS = 4  # letters and digits that every code begins with
_SCHEMA = pa.schema(
    [
        pa.field(name, pa.string())
        for name in ("technology", "publication_number", "grade", "rule", "matched")
    ]
)


class Hit(NamedTuple):
    """One technology of a patent: its grade, the rule that says so, the code or word."""

    technology: str
    grade: str
    rule: str
    matched: str


class _Code(NamedTuple):
    technology: str
    kind: str  # code or context
    code: str
    place: Place


def assign(patents: DataFrame, catalogue: Mapping[str, Technology]) -> DataFrame:
    """Assign patents to technologies, many to many.

    Args:
        patents: publication_number, title, abstract, ipc, cpc.
        catalogue: technologies by name, with their words and codes.

    Returns:
        technology, publication_number, grade (core, use), rule (one of ``RULES``), matched (the
        code or word).

    >>> laser = Technology(name_zh="激光", name_en="laser", keywords_en=("laser",), codes=("H01S",))
    >>> patents = spark.createDataFrame(
    ...     [
    ...         ("A", "Lasers for lidar", None, ["G01S 17/00"], None),
    ...         ("B", "Diode", None, ["H01S 5/00"], None),
    ...     ],
    ...     "publication_number string, title string, abstract string, ipc array<string>, "
    ...     "cpc array<string>",
    ... )
    >>> assign(patents, {"laser": laser}).orderBy("publication_number").show()
    +----------+------------------+-----+---------+-------+
    |technology|publication_number|grade|     rule|matched|
    +----------+------------------+-----+---------+-------+
    |     laser|                 A| core|    title|  laser|
    |     laser|                 B| core|main code|   H01S|
    +----------+------------------+-----+---------+-------+
    <BLANKLINE>
    """

    def assigned(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        rules = Rules(catalogue)
        for batch in _gathered(batches):
            yield rules.assigned(batch)

    return (
        patents.select("publication_number", "title", "abstract", "ipc", "cpc")
        .where(F.col("publication_number").isNotNull())
        .mapInArrow(assigned, ", ".join(f"{name} string" for name in _SCHEMA.names))
    )


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield larger batches: each costs kernels the compiling of expressions."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(map(len, waiting)) >= _ROWS:
            yield pa.concat_batches(waiting)
            waiting = []
    if waiting:
        yield pa.concat_batches(waiting)


class Rules:
    """A catalogue's rules, and what of symbols and texts they have told so far."""

    def __init__(self, catalogue: Mapping[str, Technology]) -> None:
        self.words = Words(catalogue)
        self._codes: dict[str, list[_Code]] = {}
        for name, technology in catalogue.items():
            for kind, codes in (("code", technology.codes), ("context", technology.context)):
                for code in codes:
                    one = _Code(name, kind, code, place_of(code))
                    self._codes.setdefault(one.place.start[:_SUBCLASS], []).append(one)
        self._told_of_symbols: dict[str, list[_Code]] = {}
        self.number = {name: place for place, name in enumerate(catalogue)}
        self._many = max(len(catalogue), 1)

    def codes_of(self, symbol: str) -> list[_Code]:
        """Return the codes that cover a symbol, in capitals and without blanks."""
        if symbol not in self._told_of_symbols:
            near = self._codes.get(symbol[:_SUBCLASS], ())
            self._told_of_symbols[symbol] = [one for one in near if one.place.covers(symbol)]
        return self._told_of_symbols[symbol]

    def assigned(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the technologies of a batch of patents, as :func:`assign` does."""
        found = [
            (hit.technology, number, hit.grade, hit.rule, hit.matched)
            for number, symbols, title, abstract in self._worth_judging(batch)
            for hit in self._judged(symbols, title, abstract)
        ]
        columns = zip(*found, strict=True) if found else ([] for _ in _SCHEMA)
        return pa.record_batch([pa.array(column, pa.string()) for column in columns], _SCHEMA)

    def _worth_judging(self, batch: pa.RecordBatch) -> Iterator[tuple[str, list[str], Told, Told]]:
        """Yield number, symbols, title and abstract of patents with a code or word that counts."""
        numbers, titles, abstracts = (
            batch.column(name).cast(pa.string())
            for name in ("publication_number", "title", "abstract")
        )
        lists = [_Symbols(batch.column(name)) for name in ("ipc", "cpc")]
        by_code, framed = (
            np.unique(np.concatenate([one.told(self, kind) for one in lists]))
            for kind in ("code", "context")
        )
        of_titles = self.words.held(titles)
        # Words of abstracts count only beside a context code, weak ones of titles, too.
        in_frame = np.unique(framed // self._many)
        of_framed = self.words.held(abstracts.take(pa.array(in_frame)))
        abstract = in_frame[of_framed.text]
        by_word = self.words.technology
        suffices = self.words.is_keyword | self.words.is_head
        tells_title = suffices[of_titles.word] | (
            self.words.is_weak[of_titles.word]
            & np.isin(of_titles.text * self._many + by_word[of_titles.word], framed)
        )
        tells_abstract = self.words.is_keyword[of_framed.word] & np.isin(
            abstract * self._many + by_word[of_framed.word], framed
        )
        rows = np.unique(
            np.concatenate(
                [by_code // self._many, of_titles.text[tells_title], abstract[tells_abstract]]
            )
        )
        by_title = of_titles.told(rows)
        by_abstract = {
            int(in_frame[place]): told
            for place, told in of_framed.told(of_framed.text[tells_abstract]).items()
        }
        for row, number in zip(
            rows.tolist(), numbers.take(pa.array(rows)).to_pylist(), strict=True
        ):
            symbols = [*dict.fromkeys(chain.from_iterable(one.of(row) for one in lists))]
            yield number, symbols, by_title.get(row, NOTHING), by_abstract.get(row, NOTHING)

    def judged(self, symbols: Sequence[str], title: str, abstract: str) -> list[Hit]:
        """Return the technologies of one patent.

        Args:
            symbols: IPC, then CPC symbols; in capitals and without blanks, each once.
            title: normalised; empty where there is none or nothing in it counts.
            abstract: likewise.

        >>> laser = Technology(name_zh="激光", name_en="laser", keywords_en=("laser",))
        >>> Rules({"laser": laser}).judged(["G01S17/00"], " lasers for lidar ", "")
        [Hit(technology='laser', grade='core', rule='title', matched='laser')]
        """
        return self._judged(symbols, self.words.told(title), self.words.told(abstract))

    def _judged(self, symbols: Sequence[str], title: Told, abstract: Told) -> list[Hit]:
        places = [(symbol, one) for symbol in symbols for one in self.codes_of(symbol)]
        hits = [*_by_code(symbols, places)]
        if not title.words and not abstract.words:
            return [Hit(name, GRADES[rule], rule, code) for name, rule, code in hits]
        framed = {one.technology for _, one in places if one.kind == "context"}
        told, ruled_out = self._by_title(title, framed, bool(symbols))
        hits += told
        # An abstract mentions much: its words count only beside a context code.
        hits += [
            (one.technology, "abstract+code", one.word)
            for one in abstract.words
            if one.kind == "keyword" and one.technology in framed
        ]
        return [*_graded(hits, ruled_out)]

    def _by_title(
        self, title: Told, framed: set[str], has_symbols: bool
    ) -> tuple[list[tuple[str, str, str]], set[str]]:
        """Return what a title's words tell, and the technologies that it says it is not about.

        What it names as a means is neither what it is about, nor, where it is about a technology,
        what else it is.
        """
        if not title.words:
            return [], set()
        spans = means(title.text)
        subjects = {
            word for word in title.words if not spans or is_subject(word.needle, title.text, spans)
        }
        about = {word.technology for word in subjects if word.kind in ("keyword", "weak")}
        hits: list[tuple[str, str, str]] = []
        ruled_out: set[str] = set()
        for word in title.words:
            is_about = word in subjects
            if word.kind == "not":
                if is_about or word.technology not in about:
                    ruled_out.add(word.technology)
            elif word.kind == "head":
                if not has_symbols and is_of(word.needle, title.text):
                    hits.append((word.technology, "title", word.word))
            elif word.kind == "keyword":
                hits.append((word.technology, "title" if is_about else "means", word.word))
            elif word.technology in framed:
                hits.append((word.technology, "title+code" if is_about else "means", word.word))
        return hits, ruled_out


def _by_code(
    symbols: Sequence[str], places: Sequence[tuple[str, _Code]]
) -> Iterator[tuple[str, str, str]]:
    """Yield what codes tell alone: the first symbol, or several that are many of a patent's."""
    of_technology: dict[str, list[tuple[str, str]]] = {}
    for symbol, one in places:
        if one.kind == "code":
            of_technology.setdefault(one.technology, []).append((symbol, one.code))
    for name, covered in of_technology.items():
        main = [code for symbol, code in covered if symbol == symbols[0]]
        count = len({symbol for symbol, _ in covered})
        is_many = count >= SEVERAL and count >= SHARE * len(symbols)
        rule = "main code" if main else "codes" if is_many else "code"
        yield name, rule, min(main or [code for _, code in covered])


def _graded(hits: Iterable[tuple[str, str, str]], ruled_out: set[str]) -> Iterator[Hit]:
    """Yield the first rule that holds of each technology, and the least of its words."""
    first: dict[str, tuple[int, str]] = {}
    for name, rule, matched in hits:
        found = _PLACES[rule], matched
        first[name] = min(found, first.get(name, found))
    for name, (place, matched) in first.items():
        rule, is_other = RULES[place], name in ruled_out
        # A title that says it is something else leaves of the codes a mere use.
        if rule in BY_CODE or not is_other:
            yield Hit(name, "use" if is_other else GRADES[rule], rule, matched)


class _Symbols:
    """A column of symbols of a batch, in capitals and without blanks."""

    def __init__(self, lists: pa.ListArray) -> None:
        lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy()
        self._ends = np.append(0, lengths.cumsum())
        self._rows = np.repeat(np.arange(len(lists)), lengths)
        encoded = pc.list_flatten(lists).cast(pa.string()).dictionary_encode()
        distinct = encoded.dictionary.to_pylist()
        self._names = [*(cut(symbol, "symbol") for symbol in distinct), None]
        self._places = pc.fill_null(encoded.indices, len(distinct)).to_numpy()

    def of(self, row: int) -> list[str]:
        """Return the symbols of a row, in their order."""
        places = self._places[self._ends[row] : self._ends[row + 1]].tolist()
        return [name for name in map(self._names.__getitem__, places) if name is not None]

    def told(self, rules: Rules, kind: str) -> np.ndarray:
        """Return which rows have a symbol that a code of the kind covers, and of whom.

        Returns:
            The row times the number of technologies, plus the number of the technology.
        """
        covered = [
            [rules.number[one.technology] for one in rules.codes_of(name) if one.kind == kind]
            if name is not None
            else []
            for name in self._names
        ]
        count = np.array([len(one) for one in covered])
        technology = np.array([one for some in covered for one in some], dtype=np.int64)
        begin = count.cumsum() - count
        times = count[self._places]
        place = np.repeat(begin[self._places] - (times.cumsum() - times), times)
        place += np.arange(len(place))
        return np.repeat(self._rows, times) * max(len(rules.number), 1) + technology[place]
