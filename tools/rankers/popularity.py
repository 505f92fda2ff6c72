"""What most people take, whoever asks."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tools.rankers.people import People
from tools.rankers.ranker import FittedRanker, Floats, Sequences

__all__ = ["Popularity"]


class Popularity(FittedRanker):
    """Scores every item by the logarithm of how many people took it; tastes play no part."""

    name = "popularity"
    counts: Floats

    @property
    def settings(self) -> dict[str, Any]:
        """It has none."""
        return {}

    def _learn(self, likes: sp.csr_array, sequences: Sequences | None) -> None:
        self.counts = np.log1p(np.bincount(likes.indices, minlength=self.n_items)).astype(np.float32)

    def likes(self, people: People) -> Floats:
        """Return the same row for everybody."""
        return np.tile(self.counts, (len(people), 1))

    def against(self, people: People) -> Floats:
        """Return zeros: popularity knows no likeness."""
        return np.zeros((len(people), self.n_items), dtype=np.float32)

    def _arrays(self) -> dict[str, NDArray[Any]]:
        return {"counts": self.counts}

    def _take(self, arrays: dict[str, NDArray[Any]]) -> None:
        self.counts = arrays["counts"]
