"""EASE: the linear auto-encoder with a closed form (Steck 2019), primal or dual, whichever is the smaller system.

B = I - P diag(P)^-1 with P = (X'X + lam I)^-1. With fewer people than items the same scores come from the people x people system
(Woodbury), and no item x item matrix is ever made.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledge.errors import BadInput
from tools.rankers.linear import LinearRanker, dense
from tools.rankers.people import People
from tools.rankers.ranker import Floats, Sequences

__all__ = ["EASE", "gram"]

BLOCK = 2_048
SLOW_PRODUCT, UNROLLED = 1_500_000, 12_000
"""A people x items product above this size takes over a millisecond for one person; up to so many items it is unrolled instead."""
LARGEST = 20_000
"""Items beyond which the dense matrix (4 bytes x items^2, twice while fitting) is refused: 3.2 GB here."""


class EASE(LinearRanker):
    """Scores by regression of every item on all others.

    Args:
        lam: ridge penalty; larger for denser data.
        half_life: fades older likes when scoring.
        dual: keep the people x people form. None takes it where people are at most half as many as items.
    """

    name = "ease"

    def __init__(self, *, lam: float = 200.0, half_life: float | None = None, dual: bool | None = None) -> None:
        self.lam, self.half_life, self.dual = lam, half_life, dual

    @property
    def settings(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"lam": self.lam, "half_life": self.half_life, "dual": self.dual}

    def _learn(self, likes: sp.csr_array, sequences: Sequences | None) -> None:
        self.learn_from(likes)

    def learn_from(self, likes: sp.csr_array, product: Floats | None = None) -> None:
        """Fit to binary likes; `product` is `gram(likes)` where it is at hand already, and is overwritten.

        Raises:
            BadInput: neither people nor items are few enough for a dense system.
        """
        n_users, n_items = likes.shape
        self.n_items = int(n_items)
        if self.dual is None:
            self.dual = n_users <= n_items // 2
        if min(n_users if self.dual else n_items, n_items) > LARGEST:
            raise BadInput(
                f"EASE on {n_items:,} items and {n_users:,} people needs a dense system above {LARGEST:,}; use 'als' or 'item-knn'"
            )
        if self.dual:
            self._learn_dual(likes)
        else:
            self.weights = _primal(gram(likes) if product is None else product, self.lam)

    def _learn_dual(self, likes: sp.csr_array) -> None:
        from scipy.linalg import cho_factor, cho_solve

        # M = (X X' + lam I)^-1 X, so that P = (I - X' M) / lam and diag(P) = (1 - colsum(X * M)) / lam.
        system = dense(likes @ likes.T).copy()
        system[np.diag_indices_from(system)] += np.float32(self.lam)
        self._know(likes)
        self._half: Floats = cho_solve(cho_factor(system, overwrite_a=True), likes.toarray(), overwrite_b=True).astype(np.float32)
        own = np.zeros(self.n_items, dtype=np.float64)
        row = np.repeat(np.arange(likes.shape[0]), np.diff(likes.indptr))
        np.add.at(own, likes.indices, self._half[row, likes.indices].astype(np.float64))
        self._diagonal: Floats = np.maximum(1.0 - own, 1e-6).astype(np.float32)

    def _know(self, likes: sp.csr_array) -> None:
        self._people, self._by_item = likes, likes.T.tocsr()
        self._matrix: Floats | None = None

    def likes(self, people: People) -> Floats:
        """Return `(n_people, n_items)` predicted likes."""
        if not self.dual:
            return super().likes(people)
        query = people.weighted(self.half_life)
        if self._one_at_hand(people):
            return dense(query @ self._unrolled())
        return self._through_people(query)

    def _unrolled(self) -> Floats:
        """Return B in full: for one person, adding a few of its rows reads far less memory than the people form."""
        if self._matrix is None:
            matrix: Floats = np.asarray((self._by_item @ self._half) / self._diagonal, dtype=np.float32)
            matrix[np.diag_indices(self.n_items)] = 0.0
            self._matrix = matrix
        return self._matrix

    def against(self, people: People) -> Floats:
        """Return `(n_people, n_items)` of what is disliked; see `LinearRanker.against`."""
        if not self.dual:
            return super().against(people)
        # Each dislike by itself, so that one more can only add.
        if self._one_at_hand(people):
            rows = self._unrolled()[people.dislikes.indices] * people.dislikes.data[:, None]
            return np.asarray(np.maximum(rows, 0.0).sum(axis=0, keepdims=True), dtype=np.float32)
        out = np.zeros((len(people), self.n_items), dtype=np.float32)
        row = np.repeat(np.arange(len(people)), np.diff(people.dislikes.indptr))
        for start in range(0, people.dislikes.nnz, BLOCK):
            span = slice(start, min(start + BLOCK, people.dislikes.nnz))
            data, items = people.dislikes.data[span], people.dislikes.indices[span]
            single = sp.csr_array((data, items, np.arange(len(items) + 1)), shape=(len(items), self.n_items))
            np.add.at(out, row[span], np.maximum(self._through_people(single), 0.0))
        return out

    def _one_at_hand(self, people: People) -> bool:
        """Say whether one person is asked about whom the matrix in full serves sooner than the people form."""
        return len(people) == 1 and self._half.size > SLOW_PRODUCT and self.n_items <= UNROLLED

    def _through_people(self, query: sp.csr_array) -> Floats:
        # x P / diag(P), less x itself on the diagonal: -(xP - x diagP) / diagP, the lam cancelling out.
        shared = dense(query @ self._by_item if query.shape[0] > 1 else self._one(query))
        scores: Floats = shared @ self._half
        row = np.repeat(np.arange(query.shape[0]), np.diff(query.indptr))
        scores[row, query.indices] -= query.data * (1.0 - self._diagonal[query.indices])
        scores /= self._diagonal
        return scores

    def _one(self, query: sp.csr_array) -> Floats:
        full = np.zeros(self.n_items, dtype=np.float32)
        full[query.indices] = query.data
        return np.asarray(self._people @ full)[None, :]

    def _arrays(self) -> dict[str, NDArray[Any]]:
        if not self.dual:
            return super()._arrays()
        return {"half": self._half, "diagonal": self._diagonal, "indices": self._people.indices, "indptr": self._people.indptr}

    def _take(self, arrays: dict[str, NDArray[Any]]) -> None:
        if not self.dual:
            super()._take(arrays)
            return
        self._half, self._diagonal = arrays["half"], arrays["diagonal"]
        ones = np.ones(len(arrays["indices"]), dtype=np.float32)
        self._know(sp.csr_array((ones, arrays["indices"], arrays["indptr"]), shape=(len(arrays["indptr"]) - 1, self.n_items)))


def gram(likes: sp.csr_array) -> Floats:
    """Return X'X as a dense float32 array `(n_items, n_items)`, in blocks of rows."""
    n_users, n_items = likes.shape
    by_item = likes.T.tocsr()
    out = np.zeros((n_items, n_items), dtype=np.float32)
    # Above some filling a dense product beats a sparse one by far.
    if likes.nnz > 0.01 * n_users * n_items and n_items <= 6_000:
        for start in range(0, n_users, BLOCK):
            some = likes[start : start + BLOCK].toarray()
            out += some.T @ some
        return out
    for start in range(0, n_items, BLOCK):
        out[start : start + BLOCK] = (by_item[start : start + BLOCK] @ likes).toarray()
    return out


def _primal(product: Floats, lam: float) -> Floats:
    """Return B from X'X, in place: float32 Cholesky, then the inverse from its factor."""
    from scipy.linalg import lapack

    n = len(product)
    product[np.diag_indices(n)] += np.float32(lam)
    # A symmetric C-ordered array is its own Fortran-ordered transpose, which LAPACK can overwrite without a copy.
    factor, fault = lapack.spotrf(product.T, lower=0, overwrite_a=1, clean=0)
    if fault:
        raise BadInput(f"EASE with lam={lam!r} has no Cholesky factor (order {fault}); give a larger lam")
    inverse, _ = lapack.spotri(factor, lower=0, overwrite_c=1)
    half: Floats = inverse.T
    # `half` holds the lower triangle; mirror it in blocks.
    for start in range(0, n, BLOCK):
        stop = min(start + BLOCK, n)
        corner = np.tril(half[start:stop, start:stop])
        half[start:stop, start:stop] = corner + np.tril(corner, -1).T
        half[start:stop, stop:] = half[stop:, start:stop].T
    half /= -half.diagonal()[None, :].copy()
    half[np.diag_indices(n)] = 0.0
    return np.ascontiguousarray(half)
