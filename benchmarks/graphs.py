"""Synthetic graphs for the benchmarks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeGraph

__all__ = ["preferential", "topical"]


def _graph(n: int, head: NDArray[np.int64], tail: NDArray[np.int64]) -> KnowledgeGraph:
    names = [f"item:{i:07d}" for i in range(n)]
    low, high = np.minimum(head, tail), np.maximum(head, tail)
    keep = low != high
    pairs = np.unique(low[keep] * n + high[keep])
    m = len(pairs)
    return KnowledgeGraph(
        names,
        ["linked"],
        (pairs // n).astype(np.int32),
        (pairs % n).astype(np.int32),
        np.zeros(m, dtype=np.int16),
        np.ones(m, dtype=np.float32),
        n,
    )


def preferential(n: int, m: int, seed: int = 7) -> KnowledgeGraph:
    """Return a preferential-attachment graph (Barabasi and Albert 1999): n nodes, about n x m edges, heavy hubs, no communities."""
    rng = np.random.default_rng(seed)
    draws = rng.random((n, m))
    ends = np.empty(2 * n * m, dtype=np.int64)
    head = np.repeat(np.arange(m, n), m)
    tail = np.empty((n - m) * m, dtype=np.int64)
    filled = 0
    targets = np.arange(m)
    for i in range(m, n):
        start = (i - m) * m
        tail[start : start + m] = targets
        ends[filled : filled + m] = targets
        ends[filled + m : filled + 2 * m] = i
        filled += 2 * m
        targets = ends[(draws[i] * filled).astype(np.int64)]
    return _graph(n, head, tail)


def topical(n: int, m: int, seed: int = 7, topics: int = 200, within: float = 0.8) -> KnowledgeGraph:
    """Return a graph with hubs and communities, nearer to real knowledge: most edges stay within their node's topic."""
    rng = np.random.default_rng(seed)
    topic = rng.integers(topics, size=n)
    order = np.argsort(topic, kind="stable")
    starts = np.searchsorted(topic[order], np.arange(topics + 1))
    head = np.repeat(np.arange(n), m)
    # Squaring twice a uniform number prefers the first members of a topic: a heavy tail of degrees.
    skew = rng.random(n * m) ** 4
    own = topic[head]
    local = order[starts[own] + (skew * (starts[own + 1] - starts[own])).astype(np.int64)]
    anywhere = order[(rng.random(n * m) ** 4 * n).astype(np.int64)]
    return _graph(n, head, np.where(rng.random(n * m) < within, local, anywhere))
