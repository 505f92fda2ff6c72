"""Ranking metrics, one number for a whole test: recall, discounted gain, reciprocal rank, coverage and popularity bias.

Conventions (docs/ranking.md): relevance is binary; Recall@k is hits over all items to be found; NDCG@k has min(k, items to be found) hits
in its ideal; people with nothing to find are not asked; means are over people, each counting once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tools.rankers.quality import hits, ndcg_at, recall_at, reciprocal_rank_at

__all__ = ["coverage", "popularity_bias", "ranking_metrics"]


def ranking_metrics(
    ranked: NDArray[np.int64], truth: sp.csr_array, *, ks: Sequence[int] = (10, 20), taken: NDArray[np.float64] | None = None
) -> dict[str, float]:
    """Return Recall, NDCG and MRR at each k, their standard errors at the last k, coverage and popularity bias.

    Args:
        ranked: `(n, k)` items of each person, best first, k at least the largest of `ks`.
        truth: CSR `(n, n_items)`; the stored items of a row were to be found.
        ks: depths.
        taken: `(n_items,)` how many people took each item in training, for the popularity bias.
    """
    sizes = np.diff(truth.indptr).astype(np.int64)
    asked = sizes > 0
    hit = hits(ranked, truth)[asked]
    sizes = sizes[asked]
    out: dict[str, float] = {"people": float(asked.sum())}
    for k in ks:
        recall, gain, first = recall_at(hit, sizes, k), ndcg_at(hit, sizes, k), reciprocal_rank_at(hit, k)
        for name, values in (("Recall", recall), ("NDCG", gain), ("MRR", first)):
            out[f"{name}@{k}"] = float(values.mean()) if len(values) else 0.0
        if k == ks[-1] and len(recall) > 1:
            out[f"Recall@{k} se"] = float(recall.std(ddof=1) / np.sqrt(len(recall)))
            out[f"NDCG@{k} se"] = float(gain.std(ddof=1) / np.sqrt(len(gain)))
    depth = ks[-1]
    out[f"coverage@{depth}"] = coverage(ranked[asked, :depth], truth.shape[1])
    if taken is not None:
        out[f"popularity bias@{depth}"] = popularity_bias(ranked[asked, :depth], truth, taken)
    return out


def coverage(ranked: NDArray[np.int64], n_items: int) -> float:
    """Return the share of the catalogue that somebody is shown."""
    return len(np.unique(ranked)) / max(1, n_items)


def popularity_bias(ranked: NDArray[np.int64], truth: sp.csr_array, taken: NDArray[np.float64]) -> float:
    """Return the mean popularity of what is recommended over that of what people really went on to take; 1 is unbiased."""
    given = taken[ranked].mean() if ranked.size else 0.0
    real = taken[truth.indices].mean() if truth.nnz else 0.0
    return float(given / real) if real > 0 else 0.0
