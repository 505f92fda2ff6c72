"""Item neighbours: what is taken by the same people, with shrinkage and popularity damping (and the graph walk as one of its settings).

`count(i, j) / ((d_i^source_power * d_j^target_power) + shrink)`, where the count weighs people by their number of likes. With
`user_power=0, source_power=target_power=.5` it is shrunk cosine (Deshpande and Karypis 2004); with `user_power=1, source_power=1`
it is the three-step walk with popularity damping RP3beta (Paudel et al. 2017), `target_power` being its beta; with
`user_power=1, source_power=target_power=.5` it is the linear filter of GF-CF (Shen et al. 2021).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from tools.rankers.counts import cooccurrence, prune
from tools.rankers.linear import LinearRanker
from tools.rankers.ranker import Sequences

__all__ = ["ItemKNN", "weigh_counts"]


class ItemKNN(LinearRanker):
    """Scores by the `k` nearest items of each liked item."""

    name = "item-knn"

    def __init__(
        self,
        *,
        k: int = 200,
        shrink: float = 10.0,
        user_power: float = 0.0,
        source_power: float = 0.5,
        target_power: float = 0.5,
        half_life: float | None = None,
    ) -> None:
        self.k, self.shrink, self.half_life = k, shrink, half_life
        self.user_power, self.source_power, self.target_power = user_power, source_power, target_power

    @property
    def settings(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("k", "shrink", "user_power", "source_power", "target_power", "half_life")
        return {name: getattr(self, name) for name in names}

    def _learn(self, likes: sp.csr_array, sequences: Sequences | None) -> None:
        self.learn_from(cooccurrence(likes, self.user_power), likes)

    def learn_from(self, counts: sp.csr_array, likes: sp.csr_array) -> None:
        """Fit to co-occurrences already counted, with this ranker's `user_power`, from `likes`."""
        self.n_items = int(likes.shape[1])
        degree = np.bincount(likes.indices, minlength=self.n_items)
        self.weights = prune(weigh_counts(counts, degree, self.source_power, self.target_power, self.shrink), self.k)


class Walk(ItemKNN):
    """RP3beta: a three-step walk from the liked items over the people who took them, popular ends damped."""

    name = "walk"

    def __init__(self, *, k: int = 200, target_power: float = 0.6, half_life: float | None = None) -> None:
        super().__init__(k=k, shrink=0.0, user_power=1.0, source_power=1.0, target_power=target_power, half_life=half_life)

    @property
    def settings(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"k": self.k, "target_power": self.target_power, "half_life": self.half_life}


def weigh_counts(counts: sp.csr_array, degree: Any, source_power: float, target_power: float, shrink: float) -> sp.csr_array:
    """Return counts over the damped popularity of both ends; `degree` is `(n_items,)`."""
    size = np.maximum(np.asarray(degree, dtype=np.float32), 1.0)
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    below = (size ** np.float32(source_power))[row] * (size ** np.float32(target_power))[counts.indices] + np.float32(shrink)
    return sp.csr_array((counts.data / below, counts.indices, counts.indptr), shape=counts.shape)
