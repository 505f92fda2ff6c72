"""Exact search: one matrix-vector product. The reference, and the fastest there is for small or narrowly filtered sets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import BadInput

__all__ = ["ExactIndex", "nearest"]

Floats = NDArray[np.float32]
BLOCK = 98_304
"""Numbers multiplied at once: few enough that BLAS stays on one thread (on busy cores two threads take twenty times as long)."""
GATHER = 0.4
"""Share of rows up to which copying them out beats going through all."""


def nearest(cosines: Floats, k: int) -> NDArray[np.int64]:
    """Return the positions of the k greatest values, greatest first, equal ones by position."""
    if k < len(cosines):
        least = np.partition(cosines, len(cosines) - k)[len(cosines) - k]
        above = np.flatnonzero(cosines >= least)
    else:
        above = np.arange(len(cosines))
    return above[np.lexsort((above, -cosines[above]))][:k]


class ExactIndex:
    """Unit rows in one matrix."""

    def __init__(self, matrix: Floats) -> None:
        if matrix.ndim != 2 or matrix.dtype != np.float32:
            raise BadInput(f"vectors must be a float32 matrix, got {matrix.dtype} with {matrix.ndim} dimension(s)")
        self._matrix = matrix
        self._matrix.flags.writeable = False

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._matrix.shape[1])

    @property
    def matrix(self) -> Floats:
        """All rows, `(n, dim)`."""
        return self._matrix

    def __len__(self) -> int:
        return len(self._matrix)

    def checked(self, query: Floats) -> tuple[Floats, bool]:
        """Return the query at unit length, and whether it says anything. Raises BadInput."""
        query = np.asarray(query, dtype=np.float32)
        if query.shape != (self.dim,):
            raise BadInput(
                f"the query has shape {query.shape}, but the index holds vectors of {self.dim}; encode it with the encoder of the base"
            )
        if not np.isfinite(query).all():
            raise BadInput("the query holds numbers that are not finite")
        length = float(np.linalg.norm(query))
        return (query / np.float32(length), True) if length > 1e-12 else (query, False)

    def cosines(self, query: Floats, within: NDArray[np.integer] | None = None) -> Floats:
        """Return the cosine of every row with a query, `(n,)` or `(len(within),)`."""
        query, _ = self.checked(query)
        whole = within is None or len(within) > GATHER * len(self)
        rows = len(self) if within is None or whole else len(within)
        out = np.empty(rows, dtype=np.float32)
        block = max(1, BLOCK // max(self.dim, 1))
        for start in range(0, rows, block):
            part = self._matrix[start : start + block] if within is None or whole else self._matrix[within[start : start + block]]
            np.dot(part, query, out=out[start : start + block])
        return out[within] if within is not None and whole else out

    def search(self, query: Floats, k: int, within: NDArray[np.integer] | None = None) -> tuple[NDArray[np.int64], Floats]:
        """Return the k nearest rows and their cosines, exactly."""
        if k < 0:
            raise BadInput(f"k is {k}; ask for 0 rows or more")
        query, says = self.checked(query)
        if not says or k == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        # In row order, equal cosines then fall to the lower row number.
        chosen = None if within is None else np.sort(np.asarray(within, dtype=np.int64))
        cosines = self.cosines(query, chosen)
        best = nearest(cosines, k)
        return (best if chosen is None else chosen[best]), cosines[best]
