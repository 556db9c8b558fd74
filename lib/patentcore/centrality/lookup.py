"""Values by key, looked up in Python workers; without the kernel, which takes a second to load."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyspark import Broadcast
from pyspark.sql import functions as F


class SortedValues(NamedTuple):
    """Values by key; 16 bytes each."""

    keys: npt.NDArray[np.int64]
    """Shape (k,): ascending."""
    values: npt.NDArray[np.float64]
    """Shape (k,)."""

    def of(self, wanted: npt.NDArray[np.int64]) -> pa.Array:
        """Return the value of each wanted key, null for one that is not known.

        Example:
            >>> known = SortedValues(np.array([10, 20]), np.array([0.5, 1.5]))
            >>> known.of(np.array([20, 99, 10])).to_pylist()
            [1.5, None, 0.5]
        """
        if not len(self.keys):
            return pa.nulls(len(wanted), pa.float64())
        order = np.argsort(wanted)  # neighbouring keys are found in the same cache lines
        at = np.empty(len(wanted), np.int64)
        at[order] = np.searchsorted(self.keys, wanted[order])
        at[at == len(self.keys)] = 0
        return pa.array(self.values[at], mask=self.keys[at] != wanted)


def looking_up(shipped: Broadcast[SortedValues]) -> Any:
    """Return the function of a column of keys that looks them up in a broadcast."""

    @F.arrow_udf("double")  # type: ignore[call-overload,untyped-decorator,unused-ignore]
    def value_of(keys: pa.Array) -> pa.Array:
        return shipped.value.of(keys.to_numpy(zero_copy_only=False))

    return value_of
