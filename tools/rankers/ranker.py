"""What a ranker is: it learns from people's histories and scores the whole catalogue for a person it never met."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledge.arrays import read_arrays, write_arrays
from knowledge.errors import BadInput
from tools.rankers.people import People

__all__ = ["DISLIKE", "FittedRanker", "Ranker", "Sequences", "top_k"]

Floats = NDArray[np.float32]
Sequences = Sequence[NDArray[np.int32]]

SPAN = 128
"""Values looked at together when the best are sought."""

DISLIKE = 0.5
"""How much a dislike counts against what a like counts for."""


@runtime_checkable
class Ranker(Protocol):
    """Scores every item for any set of liked and disliked items. Inductive: no person needs to be in the fit."""

    name: str

    def fit(self, interactions: sp.csr_array, sequences: Sequences | None = None) -> Self:
        """Learn from float32 CSR `(n_users, n_items)`, above 0 liked, below 0 disliked, and each user's items oldest first where known."""
        ...

    def score(self, liked: Mapping[int, float], disliked: Mapping[int, float] | None = None, history: Sequence[int] = ()) -> Floats:
        """Return `(n_items,)` scores, higher is better. Dislikes lower scores and never raise one."""
        ...

    def score_many(self, people: People) -> Floats:
        """Return `(n_people, n_items)` scores."""
        ...

    def neighbours(self, item: int, k: int) -> list[tuple[int, float]]:
        """Return up to k items that people take together with this one, best first, with their weight (above 0)."""
        ...

    def save(self, folder: Path) -> None:
        """Write what `load` needs into the folder."""
        ...

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote. Raises BaseMissing or BaseDamaged."""
        ...


class FittedRanker(ABC):
    """What the rankers share: likes and dislikes scored apart, so that a dislike can only lower.

    A subclass gives its `name`, `settings` (JSON-plain constructor arguments), `_arrays` and `_take` for storage, `_learn`, `likes` and
    `against`. It is safe to read from several threads once fitted.
    """

    name: ClassVar[str]
    FILE: ClassVar[str] = "ranker.npz"
    n_items: int = 0

    def fit(self, interactions: sp.csr_array, sequences: Sequences | None = None) -> Self:
        """Learn from interactions `(n_users, n_items)` and, where known, each user's items oldest first. See `Ranker.fit`."""
        if sequences is not None and len(sequences) != interactions.shape[0]:
            raise BadInput(f"{len(sequences)} sequences for {interactions.shape[0]} users; give one for each, or none")
        self.n_items = int(interactions.shape[1])
        self._learn(taken(interactions), sequences)
        return self

    @property
    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """The constructor's arguments, JSON-plain."""

    @abstractmethod
    def _learn(self, likes: sp.csr_array, sequences: Sequences | None) -> None:
        """Fit to binary likes `(n_users, n_items)`."""

    @abstractmethod
    def likes(self, people: People) -> Floats:
        """Return `(n_people, n_items)` scores from what the people like."""

    @abstractmethod
    def against(self, people: People) -> Floats:
        """Return `(n_people, n_items)`, zero or more: how near each item is to what the people dislike, on the scale of `likes`."""

    @abstractmethod
    def _arrays(self) -> dict[str, NDArray[Any]]:
        """What was learnt, as arrays."""

    @abstractmethod
    def _take(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Take over what `_arrays` gave."""

    def score_many(self, people: People) -> Floats:
        """Return `(n_people, n_items)` scores; items disliked stand under everything else."""
        scores = self.likes(people)
        if people.dislikes.nnz:
            scores = scores - np.float32(DISLIKE) * self.against(people)
            sink(scores, people.dislikes)
        return scores

    def score(self, liked: Mapping[int, float], disliked: Mapping[int, float] | None = None, history: Sequence[int] = ()) -> Floats:
        """Return `(n_items,)` scores of one person. Raises IndexError for an item outside the catalogue."""
        row: Floats = self.score_many(People.one(liked, disliked, history, n_items=self.n_items))[0]
        return row

    def neighbours(self, item: int, k: int) -> list[tuple[int, float]]:
        """Return up to k items taken together with this one, best first, ties by index; the item itself is left out."""
        scores = self.likes(People.one({item: 1.0}, n_items=self.n_items))
        scores[0, item] = 0.0
        best = top_k(scores, k)[0]
        return [(int(i), float(scores[0, i])) for i in best if scores[0, i] > 0]

    def save(self, folder: Path) -> None:
        """Write the arrays to the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        write_arrays(folder / self.FILE, {"n_items": np.array([self.n_items]), **self._arrays(), **pack_settings(self.settings)})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote. Raises BaseMissing or BaseDamaged."""
        arrays = dict(read_arrays(folder / cls.FILE, ("n_items", "settings"), what="ranker"))
        ranker = cls(**unpack_settings(arrays))
        ranker.n_items = int(arrays["n_items"][0])
        ranker._take(arrays)
        return ranker


def taken(interactions: sp.csr_array) -> sp.csr_array:
    """Return the likes of a signed matrix as ones, float32 CSR with sorted indices."""
    likes: sp.csr_array = interactions.astype(np.float32, copy=True)
    likes.data = (likes.data > 0).astype(np.float32)
    likes.eliminate_zeros()
    likes.sort_indices()
    if likes.indices.dtype != np.int32:
        likes.indices, likes.indptr = likes.indices.astype(np.int32), likes.indptr.astype(np.int32)
    return likes


def sink(scores: Floats, dislikes: sp.csr_array) -> None:
    """Put every disliked item under the rest of its row, in place."""
    rows = np.repeat(np.arange(scores.shape[0]), np.diff(dislikes.indptr))
    floor = scores.min(axis=1) - 1.0
    scores[rows, dislikes.indices] = np.minimum(scores[rows, dislikes.indices], floor[rows])


def top_k(scores: NDArray[Any], k: int) -> NDArray[np.int64]:
    """Return the `(n, k)` best columns of each row, best first; equal scores stand by column, so the answer is unique."""
    n, width = scores.shape
    k = min(k, width)
    if k == 0:
        return np.zeros((n, 0), dtype=np.int64)
    out = np.empty((n, k), dtype=np.int64)
    floor = _floor(scores, k)
    for row in range(n):
        near = np.flatnonzero(scores[row] >= floor[row])
        values = scores[row, near]
        cut = np.partition(values, len(values) - k)[len(values) - k]
        above = near[values > cut]
        level = near[values == cut][: k - len(above)]
        best = np.concatenate([above, level])
        best.sort()
        out[row] = best[np.argsort(-scores[row, best], kind="stable")]
    return out


def _floor(scores: NDArray[Any], k: int) -> NDArray[Any]:
    """Return for each row what at least k of its values reach: the k-th largest of the largest values of equal spans."""
    n, width = scores.shape
    span = max(1, min(SPAN, width // (4 * k)))
    count = width // span
    peaks = scores[:, : span * count].reshape(n, count, span).max(axis=2)
    return np.asarray(np.partition(peaks, count - k, axis=1)[:, count - k])


def pack_settings(settings: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """Return JSON-plain settings as a byte array to stand among others."""
    import json

    return {"settings": np.frombuffer(json.dumps(dict(settings), sort_keys=True).encode(), dtype=np.uint8)}


def unpack_settings(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """Read what `pack_settings` wrote."""
    import json

    settings: dict[str, Any] = json.loads(arrays["settings"].tobytes())
    return settings
