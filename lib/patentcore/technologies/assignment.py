"""Which patents belong to which technology, by which rule, and how near.

A patent is about a technology (``core``) or has to do with it (``use``): codes beside the main one
are given to a mere use of a technology, too, and an abstract mentions much.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from threading import Lock
from typing import NamedTuple, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.catalogue import Technology
from patentcore.technologies.covered import Covering, Symbols
from patentcore.technologies.matching import Words, is_of, is_subject, may_name_means, means
from patentcore.technologies.numbers import distinct

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
_IS_BY_CODE = np.array([rule in BY_CODE for rule in RULES])
_OF_RULES, _OF_GRADES = pa.array(RULES), pa.array(GRADES.values())
# How many of a patent's symbols, and what share of them, say that it is about a technology.
SEVERAL, SHARE = 2, 0.6

_ROWS = 32_768  # of a batch
_MAKING = Lock()
_made: dict[str, Rules] = {}
_SCHEMA = pa.schema(
    [
        pa.field(name, pa.string())
        for name in ("technology", "publication_number", "grade", "rule", "matched")
    ]
)


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
    mark = sha256(repr(catalogue).encode()).hexdigest()

    def assigned(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        rules = _rules(mark, catalogue)
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


def _rules(mark: str, catalogue: Mapping[str, Technology]) -> Rules:
    """Return a catalogue's rules, which all threads of a process share; only the last are kept."""
    with _MAKING:
        if mark not in _made:
            _made.clear()
            _made[mark] = Rules(catalogue)
        return _made[mark]


class Rules:
    """A catalogue's rules.

    >>> laser = Technology(name_zh="激光", name_en="laser", keywords_en=("laser",))
    >>> columns = ("publication_number", "title", "abstract", "ipc", "cpc")
    >>> lidar = pa.array(["A"]), pa.array(["Lasers for lidar"]), pa.array([""])
    >>> symbols = [pa.array([names], pa.list_(pa.string())) for names in (["G01S17/00"], None)]
    >>> Rules({"laser": laser}).assigned(pa.record_batch([*lidar, *symbols], columns)).to_pylist()
    [{'technology': 'laser', 'publication_number': 'A', 'grade': 'core', 'rule': 'title', \
'matched': 'laser'}]
    """

    def __init__(self, catalogue: Mapping[str, Technology]) -> None:
        self._words = Words(catalogue)
        self._names = pa.array(catalogue, pa.string())
        words = [one.word for one in self._words.words]
        codes = [code for one in catalogue.values() for code in (*one.codes, *one.context)]
        # All that may be evidence, in the order in which the least is taken.
        evidence = sorted({*words, *codes})
        rank = {text: place for place, text in enumerate(evidence)}
        self._evidence = pa.array(evidence, pa.string())
        self._rank = np.array([rank[word] for word in words], dtype=np.int64)
        self._covering = Covering(catalogue, rank)

    def assigned(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the technologies of a batch of patents, as :func:`assign` does."""
        many = max(len(self._names), 1)
        symbols = self._covering.of(batch.column("ipc"), batch.column("cpc"))
        framed = np.zeros((len(batch), many), dtype=bool)
        framed[symbols.row[symbols.is_context], symbols.technology[symbols.is_context]] = True
        hits = [_by_code(symbols), self._by_abstract(batch.column("abstract"), framed)]
        is_worth = np.zeros(len(batch), dtype=bool)
        for told in hits:
            is_worth[told.row] = True
        by_title, is_other = self._by_title(batch.column("title"), framed, is_worth, symbols)
        found = _Hits.together([*hits, by_title]).first(many, len(self._evidence))
        # A title that says it is something else leaves of the codes a mere use.
        ruled_out = is_other[found.row, found.technology]
        found = found.where(_IS_BY_CODE[found.rule] | ~ruled_out)
        ruled_out = pa.array(is_other[found.row, found.technology])
        rule = pa.array(found.rule)
        columns = [
            self._names.take(pa.array(found.technology)),
            batch.column("publication_number").cast(pa.string()).take(pa.array(found.row)),
            pc.if_else(ruled_out, "use", _OF_GRADES.take(rule)),
            _OF_RULES.take(rule),
            self._evidence.take(pa.array(found.rank)),
        ]
        return pa.record_batch(columns, _SCHEMA)

    def _by_abstract(self, abstracts: pa.Array, framed: np.ndarray) -> _Hits:
        """Return what abstracts tell: they mention much, and count only beside a context code."""
        in_frame = np.flatnonzero(framed.any(axis=1))
        held = self._words.held(abstracts.cast(pa.string()).take(pa.array(in_frame)))
        row, technology = in_frame[held.text], self._words.technology[held.word]
        tells = self._words.is_keyword[held.word] & framed[row, technology]
        rule = np.full(len(row), _PLACES["abstract+code"])
        return _Hits(row, technology, rule, self._rank[held.word]).where(tells)

    def _by_title(
        self, titles: pa.Array, framed: np.ndarray, is_worth: np.ndarray, symbols: Symbols
    ) -> tuple[_Hits, np.ndarray]:
        """Return what a title's words tell, and the technologies that it says it is not about.

        What it names as a means is neither what it is about, nor, where it is about a technology,
        what else it is.

        Args:
            titles: of the batch.
            framed: by row and technology, whether a symbol is in its context.
            is_worth: rows in which something else than the title tells a technology.
            symbols: of the batch.
        """
        words, held = self._words, self._words.held(titles.cast(pa.string()))
        row, word = held.text, held.word
        technology = words.technology[word]
        is_weak = words.is_weak[word] & framed[row, technology]
        is_worth = is_worth.copy()
        is_worth[row[words.is_keyword[word] | words.is_head[word] | is_weak]] = True
        chosen = np.flatnonzero(is_worth[row])
        row, word, technology, is_weak = (
            column[chosen] for column in (row, word, technology, is_weak)
        )
        texts = held.texts(row)
        needles = [words.words[one].needle for one in word.tolist()]
        is_about = _subjects(texts, needles)
        is_keyword, is_head = words.is_keyword[word], words.is_head[word] & ~symbols.has_any[row]
        for place in np.flatnonzero(is_head).tolist():
            is_head[place] = is_of(needles[place], texts[place])
        about = np.zeros_like(framed)
        tells = is_about & (is_keyword | words.is_weak[word])
        about[row[tells], technology[tells]] = True
        is_other = np.zeros_like(framed)
        ruled_out = words.is_not[word] & (is_about | ~about[row, technology])
        is_other[row[ruled_out], technology[ruled_out]] = True
        named = np.where(is_keyword, _PLACES["title"], _PLACES["title+code"])
        rule = np.where(is_head, _PLACES["title"], np.where(is_about, named, _PLACES["means"]))
        hits = _Hits(row, technology, rule, self._rank[word])
        return hits.where(is_keyword | is_head | is_weak), is_other


class _Hits(NamedTuple):
    """What tells technologies of patents: numbers of rows, technologies, rules and evidence."""

    row: np.ndarray
    technology: np.ndarray
    rule: np.ndarray
    rank: np.ndarray

    @classmethod
    def together(cls, parts: Sequence[Self]) -> Self:
        return cls(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def where(self, is_chosen: np.ndarray) -> Self:
        return type(self)(*(column[is_chosen] for column in self))

    def first(self, technologies: int, ranks: int) -> Self:
        """Return the first rule that holds of each technology of a patent, and its least evidence.

        Args:
            technologies: how many there are.
            ranks: how many may be evidence.
        """
        of_one = len(RULES) * ranks or 1
        key = self.row * technologies + self.technology
        both = np.sort(key * of_one + self.rule * ranks + self.rank)
        key, told = np.divmod(both, of_one)
        is_first = np.diff(key, prepend=-1) > 0
        row, technology = np.divmod(key[is_first], technologies)
        return type(self)(row, technology, *np.divmod(told[is_first], ranks or 1))


def _by_code(symbols: Symbols) -> _Hits:
    """Return what codes tell alone: the first symbol, or several that are many of a patent's."""
    chosen = np.flatnonzero(~symbols.is_context)
    row, symbol, technology, rank, is_first, count = (
        column[chosen]
        for column in (
            *(symbols.row, symbols.symbol, symbols.technology),
            *(symbols.rank, symbols.is_first, symbols.of_patent),
        )
    )
    size = int(technology.max(initial=0)) + 1, int(symbol.max(initial=0)) + 1
    pairs = row * size[0] + technology
    # A symbol counts once, however many codes of a technology cover it.
    covered, times = np.unique(distinct(pairs * size[1] + symbol) // size[1], return_counts=True)
    of_pair = times[np.searchsorted(covered, pairs)]
    is_many = (of_pair >= SEVERAL) & (of_pair >= SHARE * count)
    alone = np.where(is_many, _PLACES["codes"], _PLACES["code"])
    return _Hits(row, technology, np.where(is_first, _PLACES["main code"], alone), rank)


def _subjects(texts: Sequence[str], needles: Sequence[str]) -> np.ndarray:
    """Tell which needles begin in their titles elsewhere than in what these name as means.

    Args:
        texts: normalised titles; those that are alike follow each other.
        needles: one of each.
    """
    found = np.ones(len(texts), dtype=bool)
    for place in np.flatnonzero(may_name_means(texts)).tolist():
        spans = means(texts[place])
        if spans:
            found[place] = is_subject(needles[place], texts[place], spans)
    return found
