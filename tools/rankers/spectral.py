"""Spectral low-pass: likes projected onto the strongest directions of the damped people x items matrix (GF-CF, Shen et al. 2021)."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tools.rankers.people import People
from tools.rankers.ranker import FittedRanker, Floats, Sequences

__all__ = ["Spectral", "low_pass"]

OVERSAMPLING, PASSES = 20, 4


class Spectral(FittedRanker):
    """Scores `q D^-power V V' D^power`: V the first `factors` right singular vectors of the damped matrix, D how many took an item."""

    name = "spectral"

    def __init__(self, *, factors: int = 256, power: float = 0.5, half_life: float | None = None, seed: int = 0) -> None:
        self.factors, self.power, self.half_life, self.seed = factors, power, half_life, seed

    @property
    def settings(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"factors": self.factors, "power": self.power, "half_life": self.half_life, "seed": self.seed}

    def _learn(self, likes: sp.csr_array, sequences: Sequences | None) -> None:
        self.learn_from(low_pass(likes, self.factors, self.seed), likes)

    def learn_from(self, vectors: Floats, likes: sp.csr_array) -> None:
        """Fit to singular vectors `(n_items, at least factors)` already found."""
        self.n_items = int(likes.shape[1])
        degree = np.maximum(np.bincount(likes.indices, minlength=self.n_items), 1.0).astype(np.float32)
        self.left = vectors[:, : self.factors] * (degree ** np.float32(-self.power))[:, None]
        self.right: Floats = np.ascontiguousarray((vectors[:, : self.factors] * (degree ** np.float32(self.power))[:, None]).T)

    def likes(self, people: People) -> Floats:
        """Return `(n_people, n_items)` smoothed likes."""
        scores: Floats = (people.weighted(self.half_life) @ self.left) @ self.right
        return scores

    def against(self, people: People) -> Floats:
        """Return `(n_people, n_items)`: the positive part of each dislike's own smoothing, summed."""
        out = np.zeros((len(people), self.n_items), dtype=np.float32)
        row = np.repeat(np.arange(len(people)), np.diff(people.dislikes.indptr))
        for person, item, weight in zip(row, people.dislikes.indices, people.dislikes.data, strict=True):
            out[person] += weight * np.maximum(self.left[item] @ self.right, 0.0)
        return out

    def _arrays(self) -> dict[str, NDArray[Any]]:
        return {"left": self.left, "right": self.right}

    def _take(self, arrays: dict[str, NDArray[Any]]) -> None:
        self.left, self.right = arrays["left"], arrays["right"]


def low_pass(likes: sp.csr_array, factors: int, seed: int = 0) -> Floats:
    """Return the first right singular vectors `(n_items, factors)` of `D_u^-1/2 X D_i^-1/2`.

    By randomised subspace iteration (Halko, Martinsson and Tropp 2011), which is a few sparse products.
    """
    n_users, n_items = likes.shape
    width = min(factors + OVERSAMPLING, n_users, n_items)
    by_user = np.maximum(np.diff(likes.indptr), 1).astype(np.float32) ** np.float32(-0.5)
    by_item = np.maximum(np.bincount(likes.indices, minlength=n_items), 1).astype(np.float32) ** np.float32(-0.5)
    row = np.repeat(np.arange(n_users), np.diff(likes.indptr))
    damped = sp.csr_array((likes.data * by_user[row] * by_item[likes.indices], likes.indices, likes.indptr), shape=likes.shape)
    turned = damped.T.tocsr()
    start = np.random.default_rng(seed).standard_normal((n_items, width)).astype(np.float32)
    basis = start
    for _ in range(PASSES):
        basis, _ = np.linalg.qr(turned @ (damped @ basis))
    small = np.asarray(damped @ basis)
    values, turn = np.linalg.eigh((small.T @ small).astype(np.float64))
    order = np.argsort(-values)[: min(factors, width)]
    vectors: Floats = (basis @ turn[:, order]).astype(np.float32)
    return vectors
