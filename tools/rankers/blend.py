"""A weighted sum of rankers, each standardised over the catalogue for the person at hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledge.errors import BaseDamaged, BaseMissing
from tools.rankers.families import FAMILIES
from tools.rankers.people import People
from tools.rankers.popularity import Popularity
from tools.rankers.ranker import DISLIKE, FittedRanker, Floats, Sequences, sink, top_k

__all__ = ["Blend", "standardise"]

FILE = "blend.json"
FLAT = 1e-6
"""A spread below this share of the largest score is the rounding of equal scores."""

FAINT = 1e-3
"""What popularity counts at least: it orders what no member knows anything about."""


class Blend:
    """Sum of `weight x z-score` over its members; with one member it is that ranker on another scale."""

    name = "blend"

    def __init__(self, members: Sequence[tuple[FittedRanker, float]], *, name: str = "blend") -> None:
        self.members = list(members)
        self.name = name
        self._backfill: Floats | None = None
        self._usual: list[float] = [1.0] * len(self.members)
        self.n_items = self.members[0][0].n_items if self.members else 0

    def fit(self, interactions: sp.csr_array, sequences: Sequences | None = None) -> Self:
        """Fit every member; their settings and weights stand."""
        for ranker, _ in self.members:
            ranker.fit(interactions, sequences)
        return self.settle(interactions, sequences)

    def settle(self, interactions: sp.csr_array, sequences: Sequences | None = None) -> Self:
        """Take over members that are fitted already: note popularity and each member's usual spread of scores."""
        self.n_items = int(interactions.shape[1])
        counts = Popularity().fit(interactions).counts
        self._backfill = standardise(counts[None, :])[0][0] * np.float32(FAINT)
        sample = People.of_sequences(list(sequences)[:200], n_items=self.n_items) if sequences else People.of_matrix(interactions[:200])
        self._usual = []
        for ranker, _ in self.members:
            spread = ranker.likes(sample).std(axis=1)
            self._usual.append(float(np.median(spread[spread > 0])) if (spread > 0).any() else 1.0)
        return self

    def score_many(self, people: People) -> Floats:
        """Return `(n_people, n_items)` scores. Dislikes are taken off after standardising, so they lower and never raise."""
        total = np.zeros((len(people), self.n_items), dtype=np.float32)
        if self._backfill is not None:
            total += self._backfill
        for (ranker, weight), usual in zip(self.members, self._usual, strict=True):
            z, spread = standardise(ranker.likes(people))
            total += np.float32(weight) * z
            if people.dislikes.nnz:
                scale = np.where(spread > 0, spread, np.float32(usual))
                total -= np.float32(weight * DISLIKE) * ranker.against(people) / scale
        if people.dislikes.nnz:
            sink(total, people.dislikes)
        return total

    def score(self, liked: Mapping[int, float], disliked: Mapping[int, float] | None = None, history: Sequence[int] = ()) -> Floats:
        """Return `(n_items,)` scores of one person. Raises IndexError for an item outside the catalogue."""
        row: Floats = self.score_many(People.one(liked, disliked, history, n_items=self.n_items))[0]
        return row

    def neighbours(self, item: int, k: int) -> list[tuple[int, float]]:
        """Return up to k items that stand out for somebody who likes this one alone, best first."""
        scores = self.score({item: 1.0})[None, :].copy()
        scores[0, item] = -np.inf
        return [(int(i), float(scores[0, i])) for i in top_k(scores, k)[0] if scores[0, i] > 0]

    def save(self, folder: Path) -> None:
        """Write the members to numbered folders, and how they are weighed beside them."""
        folder.mkdir(parents=True, exist_ok=True)
        rows = []
        for at, ((ranker, weight), usual) in enumerate(zip(self.members, self._usual, strict=True)):
            ranker.save(folder / str(at))
            rows.append({"family": ranker.name, "weight": weight, "usual": usual, "settings": ranker.settings})
        prior = [] if self._backfill is None else [float(v) for v in self._backfill]
        record = {"name": self.name, "n_items": self.n_items, "members": rows}
        np.save(folder / "backfill.npy", np.array(prior, dtype=np.float32))
        (folder / FILE).write_text(json.dumps(record, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote. Raises BaseMissing or BaseDamaged."""
        path = folder / FILE
        if not path.is_file():
            raise BaseMissing(f"no ranker at {str(folder)!r}; run: sommelier fit BASE")
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            members = [(FAMILIES[row["family"]].load(folder / str(at)), float(row["weight"])) for at, row in enumerate(record["members"])]
            blend = cls(members, name=record["name"])
            blend._usual = [float(row["usual"]) for row in record["members"]]
            blend.n_items = int(record["n_items"])
            prior = np.load(folder / "backfill.npy", allow_pickle=False)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BaseDamaged(f"{str(path)!r} does not hold a blend of rankers ({error!r}); run: sommelier fit BASE") from error
        blend._backfill = prior if len(prior) else None
        return blend


def standardise(scores: Floats) -> tuple[Floats, NDArray[np.float32]]:
    """Return z-scores of each row and the rows' spreads `(n, 1)`; a row without spread gives zeros."""
    z: Floats = scores - scores.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.einsum("ij,ij->i", z, z) / np.float32(max(1, scores.shape[1])))[:, None]
    level = spread <= FLAT * np.abs(scores).max(axis=1, keepdims=True, initial=0.0)
    z /= np.where(level, np.float32(1.0), spread)
    z[level[:, 0]] = 0.0
    return z, np.where(level, np.float32(0.0), spread)
