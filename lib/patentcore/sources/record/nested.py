"""Nested columns of records in Arrow: parts of structs, and lists of which null ones stay null."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patentcore.sources.record.arrays import Flags, Lists, is_there


def part(array: pa.Array, path: str) -> pa.Array:
    """Return what stands in structs at a path.

    >>> part(pa.array([{"a": {"b": 1}}, None]), "a.b").to_pylist()
    [1, None]
    """
    return reduce(pc.struct_field, path.split("."), array)


@dataclass(frozen=True)
class Elements:
    """The elements of lists, one behind the other.

    Attributes:
        lists: the list and the value of each.
        is_list: which records have a list, be it empty.
    """

    lists: Lists
    is_list: Flags

    @classmethod
    def of(cls, array: pa.Array) -> Elements:
        """Lay lists flat."""
        return cls(Lists.of(array, len(array)), is_there(array))

    @property
    def values(self) -> pa.Array:
        """The elements."""
        return self.lists.values

    def part(self, path: str) -> pa.Array:
        """Return what stands in each element at a path."""
        return part(self.values, path)

    def kept(self, mask: Flags) -> Elements:
        """Return the elements for which the mask is true."""
        return Elements(self.lists.kept(mask), self.is_list)

    def mapped(self, values: pa.Array) -> Elements:
        """Return lists of other elements, one for each of these."""
        return Elements(self.lists.mapped(values), self.is_list)

    def known(self) -> Elements:
        """Leave out elements that are null."""
        return self.kept(is_there(self.values))

    def to_array(self) -> pa.Array:
        """Return the lists; null where there was none.

        >>> Elements.of(pa.array([["a", None], [], None])).known().to_array().to_pylist()
        [['a'], [], None]
        """
        offsets = np.append(0, np.cumsum(self.lists.lengths())).astype(np.int32)
        mask = pa.array(~self.is_list)
        return pa.ListArray.from_arrays(pa.array(offsets), self.values, mask=mask)
