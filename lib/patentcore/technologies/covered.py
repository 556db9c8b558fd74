"""Which symbols of patents the codes of a catalogue cover, in whole batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patentcore.technologies.catalogue import Technology
from patentcore.technologies.codes import Place, place_of
from patentcore.technologies.numbers import distinct
from patentcore.words.symbols import cut

_SUBCLASS = 4  # letters and digits that every code begins with


class _Code(NamedTuple):
    technology: int
    is_context: bool
    rank: int
    place: Place


class Symbols(NamedTuple):
    """Symbols of a batch that codes cover: one row a symbol of a patent and code.

    Attributes:
        row: of the patent.
        symbol: its number.
        technology: the number of the code's.
        is_context: whether the code is of the context.
        rank: of the code among what may be evidence.
        is_first: whether the symbol is the patent's first.
        of_patent: how many symbols the patent has, each counted once.
        has_any: by row of the batch, whether the patent has any symbol, covered or not.
    """

    row: np.ndarray
    symbol: np.ndarray
    technology: np.ndarray
    is_context: np.ndarray
    rank: np.ndarray
    is_first: np.ndarray
    of_patent: np.ndarray
    has_any: np.ndarray


class Covering:
    """The codes of a catalogue.

    Args:
        catalogue: technologies by name.
        rank: of each code.

    >>> laser = Technology(name_zh="激光", name_en="laser", codes=("H01S",), context=("G01S",))
    >>> lists = [[["g01s 17/00", "H01S5/00"], None], [["H01S 5/00"], ["A01B1/00"]]]
    >>> covering = Covering({"laser": laser}, {"G01S": 0, "H01S": 1})
    >>> found = covering.of(*(pa.array(one, pa.list_(pa.string())) for one in lists))
    >>> found.row.tolist(), found.rank.tolist(), found.of_patent.tolist(), found.has_any.tolist()
    ([0, 0], [0, 1], [2, 2], [True, True])
    """

    def __init__(self, catalogue: Mapping[str, Technology], rank: Mapping[str, int]) -> None:
        self._near: dict[str, list[_Code]] = {}
        for number, technology in enumerate(catalogue.values()):
            for is_context, codes in ((False, technology.codes), (True, technology.context)):
                for code in codes:
                    one = _Code(number, is_context, rank[code], place_of(code))
                    self._near.setdefault(one.place.start[:_SUBCLASS], []).append(one)
        self._told: dict[str, list[_Code]] = {}

    def codes_of(self, symbol: str) -> list[_Code]:
        """Return the codes that cover a symbol, in capitals and without blanks."""
        if symbol not in self._told:
            near = self._near.get(symbol[:_SUBCLASS], ())
            self._told[symbol] = [one for one in near if one.place.covers(symbol)]
        return self._told[symbol]

    def of(self, ipc: pa.ListArray, cpc: pa.ListArray) -> Symbols:
        """Return what codes cover; IPC symbols come before CPC symbols."""
        row, number, names = _numbered(ipc, cpc)
        covering = [self.codes_of(name) for name in names]
        size = max(len(names), 1)
        has_any = np.zeros(len(ipc), dtype=bool)
        has_any[row] = True
        first = np.zeros(len(ipc), dtype=np.int64)
        first[row[::-1]] = number[::-1]  # of several the last is kept
        # Most patents have no symbol that a code covers.
        times = np.array([len(one) for one in covering], dtype=np.int64)
        has_covered = np.zeros(len(ipc), dtype=bool)
        has_covered[row[times[number] > 0]] = True
        few = has_covered[row]
        row, number = np.divmod(distinct(row[few] * size + number[few]), size)
        count = np.bincount(row, minlength=len(ipc))
        # Each as often as codes cover it, these beside it.
        spread = times[number]
        begin = (times.cumsum() - times)[number]
        at = np.repeat(begin - (spread.cumsum() - spread), spread) + np.arange(spread.sum())
        codes = [code for one in covering for code in one]
        technology, is_context, rank = (
            np.array([getattr(code, name) for code in codes], dtype=kind)[at]
            for name, kind in (("technology", np.int64), ("is_context", bool), ("rank", np.int64))
        )
        row, number = np.repeat(row, spread), np.repeat(number, spread)
        is_first = number == first[row]
        return Symbols(row, number, technology, is_context, rank, is_first, count[row], has_any)


def _numbered(*columns: pa.ListArray) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return row and number of each symbol that is not null, column by column, and their names.

    Names are in capitals and without blanks; those that are alike have one number.
    """
    lengths = [pc.fill_null(pc.list_value_length(one), 0).to_numpy() for one in columns]
    row = np.concatenate([np.repeat(np.arange(len(one)), one) for one in lengths])
    texts = pa.concat_arrays([pc.list_flatten(one).cast(pa.string()) for one in columns])
    encoded = texts.dictionary_encode()
    names: dict[str, int] = {}
    distinct = [cut(symbol, "symbol") for symbol in encoded.dictionary.to_pylist()]
    number = np.array([names.setdefault(name, len(names)) for name in distinct], dtype=np.int64)
    is_known = encoded.indices.is_valid().to_numpy(zero_copy_only=False)
    code = encoded.indices.drop_null().to_numpy()
    return row[is_known], number[code], [*names]
