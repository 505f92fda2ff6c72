"""From words to tastes: a closed-form map from text vectors to what a ranker says, for items nobody took and people known by words alone.

A ranker scores the items people took; ridge regression explains those scores by the items' text vectors, and the same weights score
items without a history (the linear map of AlphaRec, Sheng et al. 2024, taken to the ranker's own scores). The ridge system depends on
the items alone, so for a person it is two thin matrix products.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from knowledge.arrays import read_arrays, write_arrays
from knowledge.errors import BadInput
from tools.rankers.ranker import Floats, top_k

__all__ = ["TextMap"]

FILE = "textmap.npz"
CONSTANT = 0.3
"""A constant beside the text's dimensions, so that what all scores share is not forced onto words."""

LIKENESS = 0.2
"""What the plain likeness to the liked texts adds, against the map's 1."""


class TextMap:
    """Scores items without a history.

    Args:
        vectors: `(n_items, dim)` unit rows of the items' texts.
        ridge: penalty; small, as thousands of items explain a few hundred dimensions.
    """

    def __init__(self, vectors: Floats, *, ridge: float = 0.3) -> None:
        self.ridge = ridge
        self.vectors = np.hstack([vectors, np.full((len(vectors), 1), CONSTANT, dtype=np.float32)]).astype(np.float32)

    def fit(self, counts: NDArray[np.float64]) -> Self:
        """Take the items with a history, `counts` `(n_items,)` above 0, as what can be learnt from.

        Raises:
            BadInput: the counts are not one an item, or no item has a history.
        """
        if len(counts) != len(self.vectors):
            raise BadInput(f"{len(counts)} counts for {len(self.vectors)} items; give one for each")
        if not (counts > 0).any():
            raise BadInput("no item has a history, so there is nothing to map words to; add interactions")
        self.warm: NDArray[np.bool_] = np.asarray(counts > 0)
        known = self.vectors[self.warm].astype(np.float64)
        system = known.T @ known
        system[np.diag_indices_from(system)] += self.ridge
        self._solve: Floats = np.linalg.inv(system).astype(np.float32)
        return self

    @property
    def cold(self) -> NDArray[np.int64]:
        """Positions of the items without a history."""
        return np.flatnonzero(~self.warm)

    def extend(self, scores: Floats, likes: Floats | None = None) -> Floats:
        """Return scores `(n_people, n_cold)` of the items without a history.

        Args:
            scores: `(n_people, n_items)` a ranker's scores; those of items without a history are not looked at.
            likes: `(n_people, dim + 1)` summed text vectors of what each person likes, from `profile`; adds a little plain likeness.
        """
        taste = (scores[:, self.warm] @ self.vectors[self.warm]) @ self._solve
        mapped: Floats = np.asarray(taste @ self.vectors[self.cold].T, dtype=np.float32)
        if likes is None:
            return mapped
        near = likes[:, :-1] @ self.vectors[self.cold, :-1].T
        spread = mapped.std(axis=1, keepdims=True)
        return np.asarray(mapped + np.float32(LIKENESS) * spread * _scaled(near), dtype=np.float32)

    def profile(self, likes: object) -> Floats:
        """Return the summed text vectors `(n_people, dim + 1)` of rows of likes (CSR)."""
        return np.asarray(likes @ self.vectors, dtype=np.float32)  # type: ignore[operator]

    def as_likes(self, vector: Floats, k: int = 20) -> dict[int, float]:
        """Return the items with a history that stand for a text, position -> strength in (0, 1]: any ranker can then score for its writer.

        Args:
            vector: `(dim,)` unit vector of the text.
            k: items at most.
        """
        wanted = np.append(vector, np.float32(0.0)).astype(np.float32)
        weights = np.where(self.warm, self.vectors @ (self._solve @ wanted), -np.inf).astype(np.float32)
        best = top_k(weights[None, :], k)[0]
        highest = float(weights[best[0]]) if len(best) else 0.0
        return {int(i): float(weights[i] / highest) for i in best if weights[i] > 0 and highest > 0}

    def save(self, folder: Path) -> None:
        """Write the map to the folder (vectors included)."""
        folder.mkdir(parents=True, exist_ok=True)
        write_arrays(
            folder / FILE, {"vectors": self.vectors[:, :-1], "warm": self.warm, "solve": self._solve, "ridge": np.array([self.ridge])}
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote. Raises BaseMissing or BaseDamaged."""
        arrays = read_arrays(folder / FILE, ("vectors", "warm", "solve", "ridge"), what="text map")
        found = cls(arrays["vectors"], ridge=float(arrays["ridge"][0]))
        found.warm, found._solve = arrays["warm"], arrays["solve"]
        return found


def _scaled(scores: Floats) -> Floats:
    spread = scores.std(axis=1, keepdims=True)
    result: Floats = (scores - scores.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0)
    return result
