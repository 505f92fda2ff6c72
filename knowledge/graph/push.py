"""Personalised PageRank on large graphs: walk only what is near the seeds.

Forward push (Andersen, Chung and Lang 2006, section 2) in rounds, so that numpy does the work: each round settles the
residuals that are worth most per edge, within a budget of edges. What is left over is spread in proportion to node strength,
which is where a walk on an undirected graph ends up once it has mixed; then the best candidates are re-scored exactly from
their neighbours (one equation r = alpha p + (1 - alpha) A D^-1 r each), which shrinks the remaining error and averages it out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from knowledge.graph.pagerank import Floats, Walk

__all__ = ["push"]

EDGES = 150_000
"""Edges walked per query; about 2 ms."""
ROUNDS = 6
CANDIDATES = (1_000, 400)
"""How many of the best nodes each re-scoring looks at."""
DONE = 1e-5
"""Residual mass below which there is nothing left to push."""


def push(walk: Walk, mass: Mapping[int, float], *, restart: float, edges: int = EDGES) -> Floats:
    """Return approximate PageRank `(n,)`; its first hundreds are right, its tail is an estimate.

    Cost is bounded by `edges`, not by the size of the graph, but for a few passes over the nodes.
    """
    n = len(walk)
    estimate = np.zeros(n, dtype=np.float32)
    if not mass:
        return estimate
    nodes = np.array(sorted(mass), dtype=np.int64)
    seeds = np.array([mass[int(i)] for i in nodes], dtype=np.float32)
    residual = np.zeros(n, dtype=np.float32)
    residual[nodes] = seeds
    left = edges
    while left > 0:
        chosen = _worth_most(walk, residual, left)
        if not len(chosen):
            break
        amount = residual[chosen]
        estimate[chosen] += restart * amount
        residual[chosen] = 0.0
        where, lengths = _edges_of(walk, chosen)
        left -= len(where)
        share = amount * walk.inverse[chosen] * np.float32(1.0 - restart)
        residual += np.bincount(walk.weights.indices[where], weights=np.repeat(share, lengths) * walk.weights.data[where], minlength=n)
    rest = np.float32((1.0 - restart) * residual.sum(dtype=np.float64))
    estimate += restart * residual + rest * walk.stationary
    for count in CANDIDATES:
        _rescore(walk, estimate, nodes, seeds, min(count, n), restart)
    return estimate


def _worth_most(walk: Walk, residual: Floats, edges: int) -> NDArray[np.int64]:
    """Return the nodes whose residual is worth most per edge, as many as the edges allow; residuals that matter little wait."""
    active = np.flatnonzero(residual)
    size = np.abs(residual[active])
    active, size = active[size > DONE], size[size > DONE]
    degree = walk.degree[active]
    order = np.lexsort((active, -size / np.maximum(degree, 1)))
    fits = np.cumsum(degree[order]) <= edges
    return active[order[fits]]


def _edges_of(walk: Walk, nodes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of the nodes' edges in the matrix, end to end, and how many each node has."""
    starts = walk.weights.indptr[nodes].astype(np.int64)
    lengths = walk.degree[nodes]
    ends = np.cumsum(lengths)
    where = np.arange(ends[-1] if len(ends) else 0, dtype=np.int64)
    where += np.repeat(starts - (ends - lengths), lengths)
    return where, lengths


def _rescore(walk: Walk, estimate: Floats, nodes: NDArray[np.int64], seeds: Floats, count: int, restart: float) -> None:
    """Replace the estimates of the best candidates by what their neighbours' estimates say."""
    best = np.argpartition(-estimate, count - 1)[:count]
    best.sort()
    where, lengths = _edges_of(walk, best)
    columns = walk.weights.indices[where]
    flow = walk.weights.data[where] * (estimate[columns] * walk.inverse[columns])
    rows = np.repeat(np.arange(count), lengths)
    pulled = np.bincount(rows, weights=flow, minlength=count) * (1.0 - restart)
    estimate[best] = pulled
    inside = np.isin(nodes, best)
    estimate[nodes[inside]] += restart * seeds[inside]
