"""Paths as evidence: the few strongest short ways from one node to another.

A path counts as strong when it is short and leads through nodes few others share: "both by the same maker" says more than "both in
English". Its weight is the chance of a walk taking it, read both ways: the product over its steps of w / sqrt(strength(from) x
strength(to)), with the two ends left out, as every path between them has those in common, and halved for every step, as a reason that has
to be told in four steps convinces less than one told in two.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from knowledge.graph.graph import KnowledgeGraph

__all__ = ["Path", "strongest_paths"]

WIDTH = 300
"""Neighbours looked at from one inner node, those of least strength first: the thousands around a hub make weak paths."""
DECAY = 0.5
"""What a path keeps of its weight at every step."""
STATES = 20_000
"""Half paths held from one end at most, the strongest."""

Half = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Half paths: their nodes `(m, steps + 1)` beginning at the end they start from, and their weights `(m,)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One way between two nodes. `relations[i]` joins `nodes[i]` and `nodes[i + 1]`, in either direction; the weight compares paths of
    one pair.
    """

    nodes: tuple[str, ...]
    relations: tuple[str, ...]
    weight: float


def strongest_paths(graph: KnowledgeGraph, a: str, b: str, *, k: int = 3, longest: int = 4, avoid: Collection[str] = ()) -> list[Path]:
    """Return up to k simple paths of at most `longest` relations, strongest first, then by their names.

    No inner node is of a kind in `avoid` ("user", say). Half of each path is walked from either end and the halves are joined, so cost
    grows with the neighbourhood of half the length. None where a node is unknown, or a is b.
    """
    if a not in graph or b not in graph or a == b or k < 1 or longest < 1:
        return []
    start, end = graph.index(a), graph.index(b)
    shut = np.isin(graph.kind_codes, [graph.kind_names.index(kind) for kind in avoid if kind in graph.kind_names])
    shut[[start, end]] = True
    found: list[tuple[float, tuple[int, ...]]] = []
    around, weights = _neighbours(graph, start)
    found.extend((DECAY * float(w), (start, end)) for w in weights[around == end])
    near, far = [_seed(start)], [_seed(end)]
    for steps in range(2, longest + 1):
        left, right = (steps + 1) // 2, steps // 2
        if len(near) <= left:
            near.append(_grow(graph, near[-1], shut))
        if len(far) <= right:
            far.append(_grow(graph, far[-1], shut))
        found.extend(_join(near[left], far[right], k))
    found.sort(key=lambda entry: (-entry[0], len(entry[1]), [graph.nodes[n] for n in entry[1]]))
    return [
        Path(nodes=tuple(graph.nodes[n] for n in nodes), relations=_relations(graph, nodes), weight=weight) for weight, nodes in found[:k]
    ]


def _seed(node: int) -> Half:
    return np.array([[node]], dtype=np.int64), np.ones(1)


def _neighbours(graph: KnowledgeGraph, node: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    matrix = graph.adjacency
    low, high = matrix.indptr[node], matrix.indptr[node + 1]
    return matrix.indices[low:high], matrix.data[low:high]


def _grow(graph: KnowledgeGraph, half: Half, shut: NDArray[np.bool_]) -> Half:
    """Return the half paths one step longer that visit no node twice and none that is shut."""
    strength = graph.walk().strength
    nodes, weights = half
    inner = nodes.shape[1] > 1
    matrix = graph.narrow(WIDTH) if inner else graph.adjacency
    # By the node they have reached, so that equally strong half paths are kept by that order.
    row = np.argsort(nodes[:, -1], kind="stable")
    here = nodes[row, -1]
    counts = (matrix.indptr[here + 1] - matrix.indptr[here]).astype(np.int64)
    before = np.cumsum(counts) - counts
    entries = np.arange(int(counts.sum())) + np.repeat(matrix.indptr[here] - before, counts)
    node = matrix.indices[entries].astype(np.int64)
    # Every inner node divides by its strength once: half of it as it is entered from either end, half as it is left.
    step = DECAY * matrix.data[entries] / np.sqrt(strength[node], dtype=np.float64)
    if inner:
        step = step / np.repeat(np.sqrt(strength[here], dtype=np.float64), counts)
    row, weight = np.repeat(row, counts), np.repeat(weights[row], counts) * step
    fresh = ~shut[node] & ~(nodes[row] == node[:, None]).any(axis=1)
    row, node, weight = row[fresh], node[fresh], weight[fresh]
    if len(weight) > STATES:
        kept = np.sort(np.argsort(-weight, kind="stable")[:STATES])
        row, node, weight = row[kept], node[kept], weight[kept]
    return np.concatenate([nodes[row], node[:, None]], axis=1), weight


def _join(near: Half, far: Half, k: int) -> list[tuple[float, tuple[int, ...]]]:
    """Return the k strongest simple paths made of a near and a far half that meet, and all as strong as the last of them."""
    order = np.argsort(far[0][:, -1], kind="stable")
    far_nodes, far_weights = far[0][order], far[1][order]
    low = np.searchsorted(far_nodes[:, -1], near[0][:, -1], side="left")
    counts = np.searchsorted(far_nodes[:, -1], near[0][:, -1], side="right") - low
    one = np.repeat(np.arange(len(counts)), counts)
    two = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(low, counts)
    weight = near[1][one] * far_weights[two]
    simple = np.ones(len(one), dtype=bool)
    for i in range(1, near[0].shape[1] - 1):
        for j in range(1, far_nodes.shape[1] - 1):
            simple &= near[0][one, i] != far_nodes[two, j]
    one, two, weight = one[simple], two[simple], weight[simple]
    if len(weight) > k:
        least = np.partition(weight, len(weight) - k)[len(weight) - k]
        top = np.flatnonzero(weight >= least)
        one, two, weight = one[top], two[top], weight[top]
    firsts, seconds = near[0][one].tolist(), far_nodes[two, :-1][:, ::-1].tolist()
    return [(w, (*first, *second)) for w, first, second in zip(weight.tolist(), firsts, seconds, strict=True)]


def _relations(graph: KnowledgeGraph, nodes: tuple[int, ...]) -> tuple[str, ...]:
    """Return the strongest relation between each two nodes of a path, the first by name of equals."""
    names: list[str] = []
    for one, other in pairwise(nodes):
        facts = graph.facts_of(one)
        ends = graph.head[facts].astype(np.int64), graph.tail[facts].astype(np.int64)
        between = facts[(ends[0] + ends[1] == one + other) & ((ends[0] == other) | (ends[1] == other))]
        strongest = min(between.tolist(), key=lambda f: (-float(graph.weight[f]), graph.relations[graph.relation[f]]))
        names.append(graph.relations[graph.relation[strongest]])
    return tuple(names)
