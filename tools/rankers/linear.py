"""Rankers that are one item x item matrix: a person's scores are the sum of the rows of what they like."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tools.rankers.people import People
from tools.rankers.ranker import FittedRanker, Floats

__all__ = ["LinearRanker"]


class LinearRanker(FittedRanker):
    """Scores with `weights` `(n_items, n_items)`, dense float32 or CSR: row = item liked, column = item scored.

    `half_life` fades older likes (see `People.weighted`); None weighs all alike.
    """

    weights: Floats | sp.csr_array
    half_life: float | None = None

    def likes(self, people: People) -> Floats:
        """Return `(n_people, n_items)` sums of the rows of what is liked."""
        return dense(people.weighted(self.half_life) @ self.weights)

    def against(self, people: People) -> Floats:
        """Return `(n_people, n_items)` sums of the positive weights of what is disliked: what it stands against is not thereby liked."""
        if sp.issparse(self.weights):
            found = people.dislikes @ self.weights
            found.data = np.maximum(found.data, 0.0)
            return dense(found)
        out = np.zeros((len(people), self.n_items), dtype=np.float32)
        indptr = people.dislikes.indptr
        for row in range(len(people)):
            span = slice(indptr[row], indptr[row + 1])
            near = np.maximum(self.weights[people.dislikes.indices[span]], 0.0)
            out[row] = people.dislikes.data[span] @ near
        return out

    def _arrays(self) -> dict[str, NDArray[Any]]:
        if sp.issparse(self.weights):
            return {"data": self.weights.data, "indices": self.weights.indices, "indptr": self.weights.indptr}
        return {"weights": np.asarray(self.weights)}

    def _take(self, arrays: dict[str, NDArray[Any]]) -> None:
        if "weights" in arrays:
            self.weights = arrays["weights"]
        else:
            shape = (self.n_items, self.n_items)
            self.weights = sp.csr_array((arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape)


def dense(scores: Any) -> Floats:
    """Return scores as a dense float32 array whatever the product gave."""
    full = scores.toarray() if hasattr(scores, "toarray") else np.asarray(scores)
    result: Floats = full if full.dtype == np.float32 else full.astype(np.float32)
    return result
