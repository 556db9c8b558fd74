# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""Dense vertex numbers for arbitrary 64-bit keys."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel.compiled import compiled


class Numbering:
    """Numbers keys by their position in the list that it was built from."""

    def __init__(self, keys: npt.NDArray[np.int64]) -> None:
        self.keys = np.ascontiguousarray(keys, np.int64)
        """The keys by number."""
        bits = max(4, int(2 * len(keys)).bit_length())
        self._slots = np.full(1 << bits, -1, np.int32)
        self.duplicate = int(_fill(self.keys, self._slots, 64 - bits))
        """Position of a key that occurs more than once, -1 when all differ."""

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
    duplicate = -1
    for i in range(len(keys)):
        slot = _slot_of(keys[i], shift)
        while slots[slot] >= 0:
            if keys[slots[slot]] == keys[i]:
                duplicate = i
                break
            slot = (slot + 1) & (len(slots) - 1)
        else:
            slots[slot] = i
    return duplicate


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
