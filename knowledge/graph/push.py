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

EDGES = 100_000
"""Edges walked per query."""
CANDIDATES = 600
"""Best nodes that are scored again."""
SPARE = 20
"""Values of a sample beyond its share of the candidates, so that chance hardly ever leaves too few."""
RESCORE = 60_000
"""Edges looked at for that; the nodes of fewest edges go first, as they gain most."""
DONE = 1e-6
"""Residual of one node below which it is not pushed."""


def push(walk: Walk, mass: Mapping[int, float], *, restart: float, edges: int = EDGES) -> Floats:
    """Return approximate PageRank `(n,)`; its first hundreds are right, its tail is an estimate.

    Cost is bounded by `edges`, not by the size of the graph, but for a few passes over the nodes.
    """
    n = len(walk)
    settled = np.zeros(n, dtype=np.float32)
    if not mass:
        return settled
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
        settled[chosen] += restart * amount
        residual[chosen] = 0.0
        where, lengths = _edges_of(walk, chosen)
        left -= len(where)
        share = amount * walk.inverse[chosen] * np.float32(1.0 - restart)
        moved = np.repeat(share, lengths) * walk.weights.data[where]
        np.add.at(residual, walk.weights.indices[where], moved)
    rest = np.float32((1.0 - restart) * residual.sum(dtype=np.float64))
    residual *= np.float32(restart)
    residual += settled
    estimate = residual
    estimate += rest * walk.stationary
    _rescore(walk, estimate, nodes, seeds, restart)
    return estimate


def _worth_most(walk: Walk, residual: Floats, edges: int) -> NDArray[np.int64]:
    """Return the nodes whose residual is worth most per edge, as many as the edges allow; residuals that matter little wait."""
    active = np.flatnonzero(np.abs(residual) > DONE)
    degree = walk.degree[active]
    if degree.sum() <= edges:
        return active
    value = np.abs(residual[active]) / np.maximum(degree, 1)
    # A node has an edge at least, so no more nodes than edges can fit; few of many are worth sorting.
    most = max(1, edges // 4)
    if len(active) > most:
        kept = np.flatnonzero(value >= np.partition(value, len(value) - most)[len(value) - most])
        active, degree, value = active[kept], degree[kept], value[kept]
    order = np.argsort(-value, kind="stable")
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


def _rescore(walk: Walk, estimate: Floats, nodes: NDArray[np.int64], seeds: Floats, restart: float) -> None:
    """Replace the estimates of the best candidates by what their neighbours' estimates say."""
    n = len(walk)
    # The best of a sample bound the best of all from below, so that few nodes are left to sort.
    step = max(1, n // 20_000)
    sample = estimate[::step]
    place = max(0, len(sample) - CANDIDATES // step - SPARE)
    bound = np.partition(sample, place)[place]
    best = np.flatnonzero(estimate >= bound)
    best = best[np.argsort(-estimate[best], kind="stable")[:CANDIDATES]]
    best = best[np.argsort(walk.degree[best], kind="stable")]
    best = np.sort(best[np.cumsum(walk.degree[best]) <= RESCORE])
    if not len(best):
        return
    where, lengths = _edges_of(walk, best)
    columns = walk.weights.indices[where]
    flow = walk.weights.data[where] * (estimate[columns] * walk.inverse[columns])
    rows = np.repeat(np.arange(len(best)), lengths)
    pulled = np.bincount(rows, weights=flow, minlength=len(best)) * (1.0 - restart)
    estimate[best] = pulled
    inside = best[np.minimum(np.searchsorted(best, nodes), len(best) - 1)] == nodes
    estimate[nodes[inside]] += restart * seeds[inside]
