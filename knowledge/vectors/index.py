"""What a vector index is: unit rows, searched by cosine, within any set of rows."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

__all__ = ["VectorIndex"]


@runtime_checkable
class VectorIndex(Protocol):
    """Unit vectors, one row an item in catalogue order. Safe to search from several threads."""

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    @property
    def matrix(self) -> NDArray[np.float32]:
        """All rows, float32 `(n, dim)`, read-only; a row of zeros is an item whose text says nothing."""
        ...

    def __len__(self) -> int: ...

    def search(
        self, query: NDArray[np.float32], k: int, within: NDArray[np.integer] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows nearest to a query and their cosines.

        Args:
            query: `(dim,)`; need not have unit length. One of zeros means nothing and finds nothing.
            k: how many at most.
            within: row numbers to choose from, each at most once; None is all.

        Returns:
            Row numbers and cosines, nearest first, equal ones by row number. Fewer than k only where there are no more rows.

        Raises:
            BadInput: the query has another dimension or is not finite, or k is negative.
        """
        ...

    def cosines(self, query: NDArray[np.float32], within: NDArray[np.integer] | None = None) -> NDArray[np.float32]:
        """Return the exact cosine of every row (of `within`, in its order, where given) with a query."""
        ...
