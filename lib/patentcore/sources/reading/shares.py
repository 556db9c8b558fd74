"""Work of known sizes dealt to tasks and threads, so that none has much more to do than others."""

from __future__ import annotations

from collections.abc import Sequence


def dealt(sizes: Sequence[int], tasks: int) -> list[list[int]]:
    """Deal work to tasks: the largest first, each to the task with the least so far.

    Args:
        sizes: of each piece of work, in bytes or whatever takes time.
        tasks: how many there are.

    Returns:
        The positions in ``sizes`` that each task is to do.

    >>> dealt([5, 10, 1200, 3000, 6, 9, 1100, 3100], 4)
    [[7], [3], [2], [6, 1, 5, 4, 0]]
    """
    shares: list[list[int]] = [[] for _ in range(tasks)]
    loads = [0] * tasks
    for at in sorted(range(len(sizes)), key=sizes.__getitem__, reverse=True):
        least = loads.index(min(loads))
        shares[least].append(at)
        loads[least] += max(1, sizes[at])  # what is empty must be opened, too
    return shares


def threads_for(size: int, total: int, cores: int) -> int:
    """Return how many of the cores' threads work of a size deserves, one at least.

    >>> [threads_for(size, 100, 2) for size in (100, 51, 50, 1, 0)]
    [2, 2, 1, 1, 1]
    """
    return max(1, -(-cores * size // max(1, total)))
