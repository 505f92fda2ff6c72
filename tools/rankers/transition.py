"""What is taken next: transitions between items of ordered histories, popular ends damped, recent items counting most."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from knowledge.errors import BadInput
from tools.rankers.counts import prune, transitions
from tools.rankers.itemknn import weigh_counts
from tools.rankers.linear import LinearRanker
from tools.rankers.ranker import Sequences

__all__ = ["Transition"]


class Transition(LinearRanker):
    """Scores by what followed the items taken, within `window` items, a gap of g counting 1/g.

    `backward` adds that share of the transitions the other way round: in short histories the order of a pair is half chance.
    `power` damps the popularity of the item taken before, `target_power` that of the item taken after (None: as much). What follows is
    often popular for good reason, so it bears less damping than what went before. Needs ordered histories.
    """

    name = "transition"

    def __init__(
        self,
        *,
        window: int = 10,
        power: float = 0.5,
        target_power: float | None = None,
        backward: float = 0.0,
        k: int = 500,
        shrink: float = 0.0,
        half_life: float | None = 2.0,
    ) -> None:
        self.window, self.power, self.target_power, self.backward = window, power, target_power, backward
        self.k, self.shrink, self.half_life = k, shrink, half_life

    @property
    def settings(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {name: getattr(self, name) for name in ("window", "power", "target_power", "backward", "k", "shrink", "half_life")}

    def _learn(self, likes: sp.csr_array, sequences: Sequences | None) -> None:
        if sequences is None:
            raise BadInput("the ranker 'transition' learns from the order of histories and was given none; use 'item-knn' instead")
        self.learn_from(transitions(sequences, self.n_items, self.window), likes)

    def learn_from(self, counts: sp.csr_array, likes: sp.csr_array) -> None:
        """Fit to transitions already counted, with this ranker's `window`."""
        self.n_items = int(likes.shape[1])
        if self.backward:
            counts = sp.csr_array(counts + np.float32(self.backward) * counts.T.tocsr())
        degree = np.bincount(likes.indices, minlength=self.n_items)
        target_power = self.power if self.target_power is None else self.target_power
        self.weights = prune(weigh_counts(counts, degree, self.power, target_power, self.shrink), self.k)
