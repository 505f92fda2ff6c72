"""How good a ranking is: recall and discounted gain per person, by the conventions of docs/ranking.md."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

__all__ = ["hits", "ndcg_at", "recall_at", "reciprocal_rank_at", "target_ranks"]

Doubles = NDArray[np.float64]


def hits(ranked: NDArray[np.int64], truth: sp.csr_array) -> NDArray[np.bool_]:
    """Say which of the ranked items `(n, k)` are in the person's row of `truth` `(n, n_items)`."""
    n, k = ranked.shape
    width = truth.shape[1]
    row = np.repeat(np.arange(n, dtype=np.int64), np.diff(truth.indptr))
    wanted = row * width + truth.indices
    given = (np.arange(n, dtype=np.int64)[:, None] * width + ranked).ravel()
    return np.isin(given, wanted).reshape(n, k)


def recall_at(hit: NDArray[np.bool_], sizes: NDArray[np.int64], k: int) -> Doubles:
    """Return hits in the first k over how many there were to find, `(n,)`; nobody with nothing to find may be asked."""
    return np.asarray(hit[:, :k].sum(axis=1) / sizes)


def ndcg_at(hit: NDArray[np.bool_], sizes: NDArray[np.int64], k: int) -> Doubles:
    """Return binary discounted gain over the best possible one, which has min(k, how many there were) hits, `(n,)`."""
    discount = 1.0 / np.log2(np.arange(2, k + 2))
    best = np.concatenate([[0.0], np.cumsum(discount)])[np.minimum(sizes, k)]
    return np.asarray((hit[:, :k] * discount[: hit[:, :k].shape[1]]).sum(axis=1) / best)


def reciprocal_rank_at(hit: NDArray[np.bool_], k: int) -> Doubles:
    """Return one over the place of the first hit, 0 where none is in the first k, `(n,)`."""
    first = hit[:, :k].argmax(axis=1) if hit.shape[1] else np.zeros(len(hit), dtype=np.int64)
    found = hit[:, :k].any(axis=1)
    return np.where(found, 1.0 / (first + 1.0), 0.0)


def target_ranks(scores: NDArray[np.float32], targets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the place (0 = first) of one target item per row; equal scores stand by column."""
    own = scores[np.arange(len(targets)), targets][:, None]
    before = np.arange(scores.shape[1])[None, :] < targets[:, None]
    return np.asarray((scores > own).sum(axis=1) + ((scores == own) & before).sum(axis=1))


def mean_of(values: Sequence[float] | Doubles) -> float:
    """Return the mean, 0 of nothing."""
    return float(np.mean(values)) if len(values) else 0.0
