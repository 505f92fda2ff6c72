"""Who took what, how they liked it, and in which order: a sparse user x item matrix over the catalogue's columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledge.arrays import pack, read_arrays, unpack, write_arrays
from knowledge.errors import BadInput

__all__ = ["Interactions", "liking"]

Floats = NDArray[np.float32]
MIDDLE = 0.45
"""Where a rating scale turns from dislike to like, as a share of its range: the middle class of five stays a faint like."""


def liking(values: Sequence[float | None] | NDArray[np.float64]) -> Floats:
    """Turn raw values into liked strengths in [-1, 1]: above 0 liked, below 0 disliked.

    A missing value counts as 1 (it was taken). Values that already lie in [-1, 1], or that are all alike, are kept by their sign and size.
    Otherwise they are ratings on a scale from the lowest to the highest value seen, and 45 % of it is the neutral point.
    """
    raw = np.array([np.nan if v is None else v for v in values], dtype=np.float64) if not isinstance(values, np.ndarray) else values
    known = raw[np.isfinite(raw)]
    out = np.ones(len(raw), dtype=np.float32)
    if not len(known):
        return out
    low, high = float(known.min()), float(known.max())
    place = np.isfinite(raw)
    if low >= -1.0 and high <= 1.0:
        out[place] = known
    elif low == high:
        out[place] = 1.0 if low > 0 else -1.0
    else:
        share = (known - low) / (high - low)
        out[place] = np.where(share >= MIDDLE, (share - MIDDLE) / (1.0 - MIDDLE), (share - MIDDLE) / MIDDLE)
    return out


class Interactions:
    """A sparse user x item matrix with the order of each person's items. Immutable.

    `matrix` is float32 CSR `(n_users, n_items)`, above 0 liked, below 0 disliked; `users` names its rows. Each person's sequence holds the
    items taken, oldest first, and may hold items whose strength is 0 (taken, neither liked nor disliked).
    """

    def __init__(
        self,
        matrix: sp.csr_array,
        users: list[str],
        starts: NDArray[np.int64],
        taken: NDArray[np.int32],
        times: NDArray[np.float64] | None = None,
    ) -> None:
        if matrix.shape[0] != len(users) or len(starts) != len(users) + 1:
            raise BadInput(f"{matrix.shape[0]} rows for {len(users)} users and {len(starts) - 1} sequences; they must agree")
        self.matrix = matrix
        self.users = users
        self._starts, self._taken, self._times = starts, taken, times

    @classmethod
    def from_events(
        cls,
        users: Sequence[str],
        items: Sequence[int] | NDArray[np.int32],
        values: Sequence[float] | NDArray[np.float32] | None = None,
        times: Sequence[float | None] | NDArray[np.float64] | None = None,
        *,
        n_items: int,
    ) -> Interactions:
        """Build from events: one user, item index, liked strength (1 where absent) and time (seconds, or None) each, in the order they
        happened.

        Users are sorted by name. Events of a user are ordered by time, those without a time and those at the same time by their place in
        the source. The same item taken again keeps its last strength and its last place.

        Raises:
            BadInput: the lists differ in length, an item index lies outside the catalogue, or a strength is not finite.
        """
        item = np.asarray(items, dtype=np.int64)
        value = np.ones(len(item), dtype=np.float32) if values is None else np.asarray(values, dtype=np.float32)
        when = np.full(len(item), np.nan) if times is None else np.array([np.nan if t is None else t for t in times], dtype=np.float64)
        if not len(users) == len(item) == len(value) == len(when):
            raise BadInput(f"{len(users)} users, {len(item)} items, {len(value)} values and {len(when)} times; an event needs one of each")
        if len(item) and (item.min() < 0 or item.max() >= n_items):
            raise BadInput(
                f"item index {int(item.max() if item.max() >= n_items else item.min())} lies outside the catalogue of {n_items} items"
            )
        if not np.isfinite(value).all():
            raise BadInput(f"event {int(np.flatnonzero(~np.isfinite(value))[0])}: its strength is not a finite number")
        names, user = (
            np.unique(np.asarray(users, dtype=object).astype(str), return_inverse=True)
            if len(item)
            else (np.array([], str), np.array([], int))
        )
        order = np.lexsort((np.arange(len(item)), when, user))
        user, item, value, when = user[order], item[order], value[order], when[order]
        # Of several events of one user with one item the last stands: unique on the reversed pairs finds it.
        pair = (user.astype(np.int64) * max(n_items, 1) + item)[::-1]
        last = np.sort(len(pair) - 1 - np.unique(pair, return_index=True)[1])
        user, item, value, when = user[last], item[last], value[last], when[last]
        starts = np.zeros(len(names) + 1, dtype=np.int64)
        np.cumsum(np.bincount(user, minlength=len(names)), out=starts[1:])
        matrix = sp.coo_array((value, (user, item)), shape=(len(names), n_items)).tocsr()
        matrix.eliminate_zeros()
        matrix.sort_indices()
        timed = None if np.isnan(when).all() else when
        return cls(matrix, names.tolist(), starts, item.astype(np.int32), timed)

    @classmethod
    def empty(cls, n_items: int) -> Interactions:
        """Return interactions of nobody with a catalogue of that size."""
        return cls.from_events([], [], n_items=n_items)

    def __len__(self) -> int:
        """Number of events kept, neutral ones included."""
        return len(self._taken)

    def __repr__(self) -> str:
        return f"Interactions({len(self.users):,} users, {self.n_items:,} items, {len(self):,} events)"

    @property
    def n_items(self) -> int:
        """Number of columns: the size of the catalogue."""
        return int(self.matrix.shape[1])

    @cached_property
    def _position(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.users)}

    def user(self, name: str) -> int:
        """Return the row of a user. Raises KeyError."""
        return self._position[name]

    def sequence(self, user: int) -> NDArray[np.int32]:
        """Return the item indices a user took, oldest first."""
        return self._taken[self._starts[user] : self._starts[user + 1]]

    def sequences(self) -> list[NDArray[np.int32]]:
        """Return the sequence of every user, in row order."""
        return [self.sequence(user) for user in range(len(self.users))]

    def times(self, user: int) -> NDArray[np.float64] | None:
        """Return the times of a user's sequence (seconds, NaN where unknown), or None where the source had none at all."""
        return None if self._times is None else self._times[self._starts[user] : self._starts[user + 1]]

    def positive(self) -> sp.csr_array:
        """Return the likes alone, float32 CSR `(n_users, n_items)`."""
        likes = self.matrix.copy()
        likes.data = np.maximum(likes.data, 0.0)
        likes.eliminate_zeros()
        return likes

    def popularity(self) -> NDArray[np.float64]:
        """Return how many people took and did not dislike each item, `(n_items,)`."""
        taken = np.bincount(self._taken, minlength=self.n_items).astype(np.float64)
        disliked = np.bincount(self.matrix.indices[self.matrix.data < 0], minlength=self.n_items)
        return taken - disliked

    def core(self, k: int) -> Interactions:
        """Return the k-core: only users and items with at least k events among each other. Columns keep their meaning."""
        user = np.repeat(np.arange(len(self.users)), np.diff(self._starts))
        alive = np.ones(len(self._taken), dtype=bool)
        while True:
            per_user = np.bincount(user[alive], minlength=len(self.users))
            per_item = np.bincount(self._taken[alive], minlength=self.n_items)
            keep = alive & (per_user[user] >= k) & (per_item[self._taken] >= k)
            if keep.sum() == alive.sum():
                break
            alive = keep
        return self._only(user, alive)

    def without(self, users: Iterable[int]) -> Interactions:
        """Return everything but some users' rows, as needed to score people who were not in the fit."""
        user = np.repeat(np.arange(len(self.users)), np.diff(self._starts))
        gone = np.zeros(len(self.users), dtype=bool)
        gone[list(users)] = True
        return self._only(user, ~gone[user])

    def _only(self, user: NDArray[np.int64], alive: NDArray[np.bool_]) -> Interactions:
        strength = np.asarray(self.matrix[user[alive], self._taken[alive]]).ravel() if alive.any() else np.array([], dtype=np.float32)
        return Interactions.from_events(
            [self.users[u] for u in user[alive].tolist()],
            self._taken[alive],
            strength,
            None if self._times is None else self._times[alive],
            n_items=self.n_items,
        )

    def save(self, path: str | Path) -> None:
        """Write to an npz file, without pickle; the same interactions give the same bytes."""
        names, offsets = pack(self.users)
        arrays: dict[str, NDArray[Any]] = {
            "names": names,
            "name_offsets": offsets,
            "data": self.matrix.data,
            "indices": self.matrix.indices.astype(np.int32),
            "indptr": self.matrix.indptr.astype(np.int64),
            "shape": np.array(self.matrix.shape, dtype=np.int64),
            "starts": self._starts,
            "taken": self._taken,
        }
        if self._times is not None:
            arrays["times"] = self._times
        write_arrays(path, arrays)

    @classmethod
    def load(cls, path: str | Path) -> Interactions:
        """Read what `save` wrote. Raises BaseMissing or BaseDamaged."""
        names = ("names", "name_offsets", "data", "indices", "indptr", "shape", "starts", "taken")
        file = read_arrays(path, names, what="interactions")
        matrix = sp.csr_array((file["data"], file["indices"], file["indptr"]), shape=tuple(file["shape"].tolist()))
        return cls(matrix, unpack(file["names"], file["name_offsets"]), file["starts"], file["taken"], file.get("times"))
