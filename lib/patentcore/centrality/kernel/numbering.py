# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""Dense vertex numbers for arbitrary 64-bit keys.

A hash table of our own, because of the size of the US citations (3.8 million keys, 33 million ends
to look up) it takes half as long as pandas' ``Index.get_indexer`` or Arrow's ``index_in``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel.compiled import compiled


class Numbering:
    """Numbers keys by their rank, so that the order in which they come does not matter.

    Example:
        >>> numbering = Numbering(np.array([30, 10, 20]))
        >>> numbering.numbers(np.array([10, 30, 99])).tolist()
        [0, 2, -1]
    """

    def __init__(self, keys: npt.NDArray[np.int64]) -> None:
        self.keys: npt.NDArray[np.int64] = np.sort(keys).astype(np.int64, copy=False)
        """The keys by number, ascending."""
        repeated = self.keys[1:][self.keys[1:] == self.keys[:-1]]
        self.duplicate = int(repeated[0]) if len(repeated) else None
        """A key that occurs more than once."""
        bits = max(4, int(2 * len(keys)).bit_length())
        self._slots = np.full(1 << bits, -1, np.int32)
        _fill(self.keys, self._slots, 64 - bits)

    def __len__(self) -> int:
        """Return how many keys there are."""
        return len(self.keys)

    def numbers(self, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """Return each key's number, -1 for keys that are not known."""
        shift = 65 - len(self._slots).bit_length()
        found: npt.NDArray[np.int32] = _look_up(
            np.ascontiguousarray(keys, np.int64), self.keys, self._slots, shift
        )
        return found


@compiled
def _slot_of(key, shift):
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0xD6E8FEB86659FD93)
    return np.int64(mixed >> np.uint64(shift))


@compiled
def _fill(keys, slots, shift):
    for i in range(len(keys)):
        if i and keys[i] == keys[i - 1]:
            continue
        slot = _slot_of(keys[i], shift)
        while slots[slot] >= 0:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = i


@compiled
def _look_up(wanted, keys, slots, shift):
    found = np.full(len(wanted), -1, np.int32)
    for i in range(len(wanted)):
        slot = _slot_of(wanted[i], shift)
        while slots[slot] >= 0:
            if keys[slots[slot]] == wanted[i]:
                found[i] = slots[slot]
                break
            slot = (slot + 1) & (len(slots) - 1)
    return found
