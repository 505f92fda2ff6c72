"""Weighing rankers against each other on validation: greedy forward choice over the items that any of them puts high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.rankers.blend import standardise
from tools.rankers.blocks import in_blocks
from tools.rankers.carve import Carved
from tools.rankers.ranker import FittedRanker, top_k
from tools.rankers.search import hide

__all__ = ["Pool", "choose_weights", "pool_of"]

DEEP = 40
"""Items pooled from the top of each ranker; the head of any blend lies within their union."""

STEPS = (0.1, 0.25, 0.5, 1.0, 1.8)
MOST_MEMBERS = 4
WORTH_IT = 1.004
"""A further member must lift the quality by this factor: less is the noise of the sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """For each case the pooled items' z-scores by ranker `(n_rankers, n_cases, width)`, padding at minus infinity, and which are right.

    `right` is boolean `(n_cases, width)`; `sizes` is how many were to be found, in the pool or not.
    """

    z: NDArray[np.float32]
    right: NDArray[np.bool_]
    sizes: NDArray[np.int64]
    k: int

    def quality(self, weights: NDArray[np.float32]) -> float:
        """Return the geometric mean of recall and discounted gain of the blend with these weights `(n_rankers,)`."""
        active = np.flatnonzero(weights)
        total = weights[active[0]] * self.z[active[0]]
        for member in active[1:]:
            total = total + weights[member] * self.z[member]
        ideal = np.concatenate([[0.0], np.cumsum(1.0 / np.log2(np.arange(2, self.k + 2)))])[np.minimum(self.sizes, self.k)]
        row, column = np.nonzero(self.right)
        if len(row) <= 2 * len(self.sizes):
            # Few to find: their own places cost less than everybody's order.
            place = (total[row] > total[row, column][:, None]).sum(axis=1)
            within = place < self.k
            recall = float((within / self.sizes[row]).sum()) / len(self.sizes)
            gain = float((within / np.log2(place + 2.0) / ideal[row]).sum()) / len(self.sizes)
            return float(np.sqrt(recall * gain))
        k = min(self.k, total.shape[1])
        best = np.argpartition(-total, k - 1, axis=1)[:, :k]
        order = np.argsort(-np.take_along_axis(total, best, axis=1), axis=1, kind="stable")
        hit = np.take_along_axis(self.right, np.take_along_axis(best, order, axis=1), axis=1)
        discount = 1.0 / np.log2(np.arange(2, k + 2))
        recall = float((hit.sum(axis=1) / self.sizes).mean())
        gain = float(((hit * discount).sum(axis=1) / ideal).mean())
        return float(np.sqrt(recall * gain))


def pool_of(rankers: Sequence[FittedRanker], carved: Carved) -> Pool:
    """Score every case with every ranker and keep what stands near the top of any."""

    def some(start: int, stop: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        people = carved.people.rows(start, stop)
        scored, tops = [], []
        for ranker in rankers:
            z, _ = standardise(ranker.score_many(people))
            hide(z, people.likes)
            scored.append(z)
            tops.append(top_k(z, DEEP))
        return _pooled(scored, np.concatenate(tops, axis=1), carved.truth[start:stop].toarray() > 0)

    pieces = in_blocks(some, len(carved.people), carved.people.n_items * max(1, len(rankers) // 2))
    width = max(right.shape[1] for _, right in pieces)
    z = np.full((len(rankers), len(carved.people), width), -np.inf, dtype=np.float32)
    right = np.zeros((len(carved.people), width), dtype=bool)
    at = 0
    for part, correct in pieces:
        n, wide = correct.shape
        z[:, at : at + n, :wide] = part
        right[at : at + n, :wide] = correct
        at += n
    return Pool(z=z, right=right, sizes=np.diff(carved.truth.indptr).astype(np.int64), k=carved.k)


def _pooled(
    scored: list[NDArray[np.float32]], picked: NDArray[np.int64], truth: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    n, n_items = truth.shape
    inside = np.zeros((n, n_items), dtype=bool)
    np.put_along_axis(inside, picked, True, axis=1)
    sizes = inside.sum(axis=1)
    width = int(sizes.max())
    row, column = np.nonzero(inside)
    place = np.arange(len(row)) - np.repeat(np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)
    z = np.full((len(scored), n, width), -np.inf, dtype=np.float32)
    for at, scores in enumerate(scored):
        z[at, row, place] = scores[row, column]
    right = np.zeros((n, width), dtype=bool)
    right[row, place] = truth[row, column]
    return z, right


def choose_weights(pool: Pool) -> tuple[NDArray[np.float32], float]:
    """Return weights `(n_rankers,)`, most 0, and the quality reached.

    Starts from the best single ranker, adds the one that helps most at its best weight while that is worth it, then tunes each weight once.
    Among equals the earlier ranker stands.
    """
    n = len(pool.z)
    alone = [pool.quality(_unit(n, i)) for i in range(n)]
    weights = _unit(n, int(np.argmax(alone)))
    reached = max(alone)
    while np.count_nonzero(weights) < min(MOST_MEMBERS, n):
        options = [(pool.quality(_with(weights, i, step)), -i, step) for i in np.flatnonzero(weights == 0) for step in STEPS]
        quality, minus, step = max(options)
        if quality <= reached * WORTH_IT or quality <= 0:
            break
        weights, reached = _with(weights, -minus, step), quality
        weights, reached = _tuned(pool, weights, reached)
    return weights, reached


def _tuned(pool: Pool, weights: NDArray[np.float32], reached: float) -> tuple[NDArray[np.float32], float]:
    for member in np.flatnonzero(weights):
        for factor in (0.6, 0.8, 1.25, 1.6):
            changed = _with(weights, int(member), float(weights[member]) * factor)
            quality = pool.quality(changed)
            if quality > reached:
                weights, reached = changed, quality
    return weights, reached


def _unit(n: int, at: int) -> NDArray[np.float32]:
    return _with(np.zeros(n, dtype=np.float32), at, 1.0)


def _with(weights: NDArray[np.float32], at: int | np.integer[Any], value: float) -> NDArray[np.float32]:
    changed = weights.copy()
    changed[at] = value
    return changed
