"""Implicit-feedback matrix factorisation by alternating least squares (Hu, Koren and Volinsky 2008), from the `implicit` package.

Only the item factors are kept: a person is folded in by one small least-squares system, so nobody needs to be in the fit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tools.rankers.people import People
from tools.rankers.ranker import FittedRanker, Floats, Sequences

__all__ = ["ALS"]


class ALS(FittedRanker):
    """Scores by low-rank factors.

    Args:
        factors: rank.
        alpha: confidence of a like; what was not taken has confidence 1.
        regularization: ridge penalty.
        iterations: sweeps.
        half_life: fades older likes when scoring.
        seed: of the starting factors.
    """

    name = "als"

    def __init__(
        self,
        *,
        factors: int = 64,
        alpha: float = 10.0,
        regularization: float = 0.1,
        iterations: int = 15,
        half_life: float | None = None,
        seed: int = 0,
    ) -> None:
        self.factors, self.alpha, self.regularization = factors, alpha, regularization
        self.iterations, self.half_life, self.seed = iterations, half_life, seed

    @property
    def settings(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = ("factors", "alpha", "regularization", "iterations", "half_life", "seed")
        return {name: getattr(self, name) for name in names}

    def _learn(self, likes: sp.csr_array, sequences: Sequences | None) -> None:
        self.items = als_factors(likes, self.factors, self.alpha, self.regularization, self.iterations, self.seed)[1]
        self._prepare()

    def _prepare(self) -> None:
        base = self.items.T @ self.items + np.float32(self.regularization) * np.eye(self.items.shape[1], dtype=np.float32)
        self._base: Floats = base.astype(np.float32)
        self._solved: Floats = np.linalg.solve(self._base.astype(np.float64), self.items.T).T.astype(np.float32)

    def embed(self, query: sp.csr_array) -> Floats:
        """Return `(n_people, factors)` for rows of likes."""
        out = np.zeros((query.shape[0], self.items.shape[1]), dtype=np.float32)
        for row in range(query.shape[0]):
            span = slice(query.indptr[row], query.indptr[row + 1])
            liked, sure = query.indices[span], np.float32(self.alpha) * query.data[span]
            # Confidence 1 stands in the base already; a faded like never counts less than no like.
            out[row] = self._folded(liked, sure, np.maximum(sure - 1.0, 0.0))
        return out

    def _folded(self, liked: NDArray[np.int32], sure: Floats, extra: Floats) -> Floats:
        """Solve `(base + V' extra V) x = V' sure`, V the factors of what is liked, by whichever system is the smaller (Woodbury)."""
        mine = self.items[liked]
        if len(liked) >= mine.shape[1]:
            return np.asarray(np.linalg.solve(self._base + (mine * extra[:, None]).T @ mine, sure @ mine), dtype=np.float32)
        half = self._solved[liked]
        system = extra[:, None] * (half @ mine.T)
        system[np.diag_indices(len(liked))] += 1.0
        return np.asarray(np.linalg.solve(system, sure) @ half, dtype=np.float32)

    def likes(self, people: People) -> Floats:
        """Return `(n_people, n_items)` predicted likes."""
        scores: Floats = self.embed(people.weighted(self.half_life)) @ self.items.T
        return scores

    def against(self, people: People) -> Floats:
        """Return `(n_people, n_items)`: what a person would like who likes one disliked item alone, summed over them."""
        out = np.zeros((len(people), self.n_items), dtype=np.float32)
        row = np.repeat(np.arange(len(people)), np.diff(people.dislikes.indptr))
        items = people.dislikes.indices
        single = sp.csr_array((people.dislikes.data, items, np.arange(len(items) + 1)), shape=(len(items), self.n_items))
        near = self.embed(single)
        for at, person in enumerate(row):
            out[person] += np.maximum(self.items @ near[at], 0.0)
        return out

    def _arrays(self) -> dict[str, NDArray[Any]]:
        return {"items": self.items}

    def _take(self, arrays: dict[str, NDArray[Any]]) -> None:
        self.items = arrays["items"]
        self._prepare()


def als_factors(
    likes: sp.csr_array, factors: int, alpha: float, regularization: float, iterations: int, seed: int
) -> tuple[Floats, Floats]:
    """Return `(n_users, factors)` and `(n_items, factors)` fitted by `implicit` on the CPU; the same seed gives the same factors."""
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    width = max(1, min(factors, min(likes.shape) - 1))
    # implicit runs its own threads; those of BLAS beside them only get in their way.
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=width, alpha=alpha, regularization=regularization, iterations=iterations, random_state=seed, dtype=np.float32
        )
        model.fit(sp.csr_matrix(likes), show_progress=False)
    return np.asarray(model.user_factors, dtype=np.float32), np.asarray(model.item_factors, dtype=np.float32)
