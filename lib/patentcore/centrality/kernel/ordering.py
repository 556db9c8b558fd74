# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""Labels that put together in memory what searches touch together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel import csr
from patentcore.centrality.kernel.compiled import compiled


def topological(
    graph: csr.Csr, roots: npt.NDArray[np.integer]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Number strongly connected components in depth-first topological order.

    R. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1 (1972).

    Args:
        graph: the rows.
        roots: vertices to start from, in this order; vertices that none reaches get no place.

    Returns:
        The vertices in topological order (an edge leads forward or stays within its component,
        whose vertices are contiguous), and the number of each one's component, ascending.

    Example:
        Vertices 1 and 2 cite each other, and 0 cites 1:

        >>> graph = csr.build(np.array([0, 1, 2]), np.array([1, 2, 1]), 3)
        >>> order, component = topological(graph, np.arange(3))
        >>> order.tolist(), component.tolist()
        ([0, 1, 2], [0, 1, 1])
    """
    order, component = _tarjan(graph.offsets, graph.targets, roots.astype(np.int32))
    return order, component


@compiled
def _tarjan(offsets, targets, roots):
    n = len(offsets) - 1
    index = np.zeros(n, np.int32)  # 0: not seen; else 1 + place in discovery order
    low = np.zeros(n, np.int32)
    closed = np.zeros(n, np.bool_)
    cursor = offsets[:n].copy()
    path = np.empty(n, np.int32)
    waiting = np.empty(n, np.int32)
    order = np.empty(n, np.int32)  # filled from the end
    component = np.empty(n, np.int32)
    begin = n
    waiting_size = 0
    seen = 0
    components = 0
    for root in roots:
        if index[root]:
            continue
        depth = 0
        path[0] = root
        seen += 1
        index[root] = seen
        low[root] = seen
        waiting[waiting_size] = root
        waiting_size += 1
        while depth >= 0:
            v = path[depth]
            if cursor[v] < offsets[v + 1]:
                w = targets[cursor[v]]
                cursor[v] += 1
                if index[w] == 0:
                    seen += 1
                    index[w] = seen
                    low[w] = seen
                    waiting[waiting_size] = w
                    waiting_size += 1
                    depth += 1
                    path[depth] = w
                elif not closed[w]:
                    low[v] = min(low[v], index[w])
            else:
                if low[v] == index[v]:
                    while True:
                        waiting_size -= 1
                        w = waiting[waiting_size]
                        closed[w] = True
                        begin -= 1
                        order[begin] = w
                        component[begin] = components
                        if w == v:
                            break
                    components += 1
                depth -= 1
                if depth >= 0:
                    low[path[depth]] = min(low[path[depth]], low[v])
    return order[begin:].copy(), components - 1 - component[begin:]
