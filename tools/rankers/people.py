"""The people to score: what each likes and dislikes and in which order it was taken, as sparse rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

__all__ = ["People"]

Floats = NDArray[np.float32]
Indices = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """A batch of people, none of whom a ranker needs to have met.

    `likes` and `dislikes` are float32 CSR `(n_people, n_items)` of strengths above 0. `ages` stands beside `likes.data`: how many items
    the person took after that one (0 = the latest), or None where no order is known.
    """

    likes: sp.csr_array
    dislikes: sp.csr_array
    ages: Floats | None = None

    def __len__(self) -> int:
        return int(self.likes.shape[0])

    @property
    def n_items(self) -> int:
        """Number of items, the columns."""
        return int(self.likes.shape[1])

    @classmethod
    def one(
        cls, liked: Mapping[int, float], disliked: Mapping[int, float] | None = None, history: Sequence[int] = (), *, n_items: int
    ) -> People:
        """Return one person.

        Items of the history that are in neither map count as liked with strength 1. Liked items that are not in the history were named just
        now: they have age 0. An item that is both liked and disliked is disliked. Raises IndexError for an item outside the catalogue.
        """
        disliked = disliked or {}
        last = {int(item): place for place, item in enumerate(history)}
        strength = dict.fromkeys(last, 1.0) | {int(i): float(w) for i, w in liked.items()}
        kept = sorted(i for i, w in strength.items() if i not in disliked and w > 0)
        against = sorted(int(i) for i, w in disliked.items() if w > 0)
        for item in (*kept, *against):
            if not 0 <= item < n_items:
                raise IndexError(f"item index {item} lies outside the catalogue of {n_items} items")
        likes = _row(kept, [strength[i] for i in kept], n_items)
        dislikes = _row(against, [float(disliked[i]) for i in against], n_items)
        if not last:
            return cls(likes=likes, dislikes=dislikes)
        newest = len(history) - 1
        ages = np.array([newest - last[i] if i in last else 0 for i in kept], dtype=np.float32)
        return cls(likes=likes, dislikes=dislikes, ages=ages)

    @classmethod
    def of_sequences(cls, sequences: Sequence[NDArray[np.int32]], *, n_items: int) -> People:
        """Return people who liked everything they took, oldest first; an item taken twice has its last place."""
        lengths = np.array([len(s) for s in sequences], dtype=np.int64)
        item = np.concatenate(sequences).astype(np.int64) if len(sequences) else np.array([], dtype=np.int64)
        row = np.repeat(np.arange(len(sequences), dtype=np.int64), lengths)
        ends = np.repeat(np.cumsum(lengths), lengths)
        age = (ends - 1 - np.arange(len(item))).astype(np.float32)
        order = np.lexsort((age, item, row))
        row, item, age = row[order], item[order], age[order]
        first = np.ones(len(item), dtype=bool)
        first[1:] = (row[1:] != row[:-1]) | (item[1:] != item[:-1])
        row, item, age = row[first], item[first], age[first]
        starts = np.zeros(len(sequences) + 1, dtype=np.int32)
        np.cumsum(np.bincount(row, minlength=len(sequences)), out=starts[1:])
        likes = sp.csr_array((np.ones(len(item), dtype=np.float32), item.astype(np.int32), starts), shape=(len(sequences), n_items))
        return cls(likes=likes, dislikes=_nobody(len(sequences), n_items), ages=age)

    @classmethod
    def of_matrix(cls, matrix: sp.csr_array) -> People:
        """Return people from a signed matrix, above 0 liked, below 0 disliked; no order is known."""
        likes, dislikes = matrix.copy(), -matrix
        for part in (likes, dislikes):
            part.data = np.maximum(part.data, 0.0).astype(np.float32)
            part.eliminate_zeros()
            part.sort_indices()
        return cls(likes=likes, dislikes=dislikes)

    def rows(self, start: int, stop: int) -> People:
        """Return a slice of the people."""
        span = slice(int(self.likes.indptr[start]), int(self.likes.indptr[stop]))
        return People(likes=self.likes[start:stop], dislikes=self.dislikes[start:stop], ages=None if self.ages is None else self.ages[span])

    def without_dislikes(self) -> People:
        """Return the same people with nothing against anything."""
        return People(likes=self.likes, dislikes=_nobody(len(self), self.n_items), ages=self.ages)

    def weighted(self, half_life: float | None) -> sp.csr_array:
        """Return the likes with older ones counting less: a like `half_life` items ago counts half. None, or no order: as they are."""
        if half_life is None or self.ages is None:
            return self.likes
        faded = self.likes.data * np.exp2(-self.ages / np.float32(half_life)).astype(np.float32)
        return sp.csr_array((faded, self.likes.indices, self.likes.indptr), shape=self.likes.shape)


def _row(items: Sequence[int], weights: Sequence[float], n_items: int) -> sp.csr_array:
    starts = np.array([0, len(items)], dtype=np.int32)
    return sp.csr_array((np.array(weights, dtype=np.float32), np.array(items, dtype=np.int32), starts), shape=(1, n_items))


def _nobody(n: int, n_items: int) -> sp.csr_array:
    empty = np.array([], dtype=np.int32)
    return sp.csr_array((np.array([], dtype=np.float32), empty, np.zeros(n + 1, dtype=np.int32)), shape=(n, n_items))
