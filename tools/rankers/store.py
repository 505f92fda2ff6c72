"""The ranker of a knowledge base: chosen and fitted by `sommelier fit`, kept in `BASE/fitted/ranker`, with words for items nobody took."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.errors import BaseDamaged, Unavailable
from tools.rankers.auto import ONE_THREAD_UP_TO, fit_auto, liked_sequences
from tools.rankers.blend import Blend
from tools.rankers.carve import FEWEST
from tools.rankers.ease import EASE
from tools.rankers.families import FAMILIES
from tools.rankers.itemknn import ItemKNN
from tools.rankers.people import People
from tools.rankers.ranker import DISLIKE, FittedRanker, Floats, taken
from tools.rankers.textmap import TextMap

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["FOLDER", "BaseRanker", "fit_ranker", "load_ranker", "refit_ranker", "store_ranker", "usual_ranker"]

FOLDER = "ranker"
CHOICE = "choice.json"
CLOSED_FORM_UP_TO = 6_000
"""People or items, whichever are fewer, up to which the closed form is the usual ranker (a few seconds to fit)."""


class BaseRanker:
    """A ranker over a base's catalogue; items without a history are scored from their words where the base has vectors."""

    name = "base"

    def __init__(self, ranker: Blend | FittedRanker, mapping: TextMap | None = None, choice: Mapping[str, Any] | None = None) -> None:
        self.ranker, self.mapping, self.choice = ranker, mapping, dict(choice or {})
        self.n_items = ranker.n_items

    def score(self, liked: Mapping[int, float], disliked: Mapping[int, float] | None = None, history: Sequence[int] = ()) -> Floats:
        """Return `(n_items,)` scores of one person. Raises IndexError for an item outside the catalogue."""
        row: Floats = self.score_many(People.one(liked, disliked, history, n_items=self.n_items))[0]
        return row

    def score_many(self, people: People) -> Floats:
        """Return `(n_people, n_items)` scores."""
        mapping = self.mapping
        if mapping is None or not len(mapping.cold):
            return self.ranker.score_many(people)
        # Dislikes are kept out of the map, which could turn them round; for cold items they count by likeness of words.
        plain = self.ranker.score_many(people.without_dislikes())
        mapped = mapping.extend(plain, mapping.profile(people.likes))
        if not people.dislikes.nnz:
            plain[:, mapping.cold] = mapped
            return plain
        scores = self.ranker.score_many(people)
        near = np.zeros_like(mapped)
        rows = np.repeat(np.arange(len(people)), np.diff(people.dislikes.indptr))
        for row, item, weight in zip(rows, people.dislikes.indices, people.dislikes.data, strict=True):
            near[row] += weight * np.maximum(mapping.vectors[mapping.cold, :-1] @ mapping.vectors[item, :-1], 0.0)
        spread = np.maximum(plain[:, mapping.warm].std(axis=1, keepdims=True), np.float32(1e-6))
        disliked = np.zeros(scores.shape, dtype=bool)
        disliked[rows, people.dislikes.indices] = True
        filled = mapped - np.float32(DISLIKE) * spread * near
        scores[:, mapping.cold] = np.where(disliked[:, mapping.cold], scores[:, mapping.cold], filled)
        return scores

    def neighbours(self, item: int, k: int) -> list[tuple[int, float]]:
        """Return up to k items that people take together with this one, best first."""
        return self.ranker.neighbours(item, k)

    def for_words(self, vector: Floats, k: int = 20) -> Floats | None:
        """Return `(n_items,)` scores for somebody known by a text alone, its unit vector given; None where the base has no vectors."""
        return None if self.mapping is None else self.score(self.mapping.as_likes(vector, k))


def fit_ranker(base: KnowledgeBase, *, seed: int = 0, progress: Callable[[str], None] | None = None) -> BaseRanker:
    """Choose, weigh and fit the base's ranker on its interactions; nothing is stored.

    Raises:
        Unavailable: the base holds no interactions.
    """
    likes, sequences = _histories(base)
    rows = liked_sequences(likes, sequences)
    if max((len(r) for r in rows), default=0) < FEWEST:
        # Nothing can be validated on such histories; heavy shrinkage is the safe choice.
        ranker: Blend = Blend([(ItemKNN(shrink=20.0).fit(likes), 1.0)], name="auto").settle(likes)
        return BaseRanker(ranker, _mapping(base, likes), {"protocol": "none", "weights": {"item-knn": 1.0}})
    blend, choice = fit_auto(likes, sequences, seed=seed, progress=progress)
    return BaseRanker(blend, _mapping(base, likes), choice.to_json())


def refit_ranker(base: KnowledgeBase, choice: Mapping[str, Any]) -> BaseRanker:
    """Fit a choice made before (`BaseRanker.choice`) to a base's interactions: the same members, settings and weights.

    Raises:
        Unavailable: the base holds no interactions.
    """
    from threadpoolctl import threadpool_limits

    likes, sequences = _histories(base)
    rows = liked_sequences(likes, sequences) if sequences is not None else None
    with threadpool_limits(1 if likes.shape[1] <= ONE_THREAD_UP_TO else None, "blas"):
        settings = choice.get("settings", {})
        members = [(FAMILIES[name](**settings.get(name, {})).fit(likes, rows), weight) for name, weight in choice["weights"].items()]
        return BaseRanker(Blend(members, name="auto").settle(likes, rows), _mapping(base, likes), choice)


def usual_ranker(base: KnowledgeBase) -> BaseRanker:
    """Return a ranker of usual settings, fitted now, for a base on which `sommelier fit` was not run. Raises Unavailable."""
    likes, sequences = _histories(base)
    small = min(likes.shape) <= CLOSED_FORM_UP_TO and likes.shape[1] <= 2 * CLOSED_FORM_UP_TO
    ranker: FittedRanker = EASE() if small else ItemKNN(user_power=0.5)
    return BaseRanker(ranker.fit(likes, sequences), _mapping(base, likes), {"protocol": "none", "weights": {ranker.name: 1.0}})


def store_ranker(base: KnowledgeBase, ranker: BaseRanker) -> Path:
    """Write the ranker to `BASE/fitted/ranker`, whole or not at all, and return the folder."""
    if not isinstance(ranker.ranker, Blend):
        raise BaseDamaged(f"only a chosen blend is stored, not {ranker.ranker.name!r}; use fit_ranker")
    base.fitted.mkdir(exist_ok=True)
    place = base.fitted / FOLDER
    fresh = Path(tempfile.mkdtemp(prefix=".ranker-", dir=base.fitted))
    try:
        ranker.ranker.save(fresh)
        record = {"stamp": base.manifest.stamp, **ranker.choice}
        (fresh / CHOICE).write_text(json.dumps(record, indent=1), encoding="utf-8")
        if place.exists():
            shutil.rmtree(place)
        os.replace(fresh, place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return place


def load_ranker(base: KnowledgeBase) -> BaseRanker:
    """Return the stored ranker, or the usual one where none is stored or the base was built anew since.

    Raises:
        Unavailable: the base holds no interactions.
        BaseDamaged: what is stored cannot be read; the text says what to run.
    """
    place = base.fitted / FOLDER
    if not (place / CHOICE).is_file():
        return usual_ranker(base)
    try:
        choice = json.loads((place / CHOICE).read_text(encoding="utf-8"))
        stamp = choice["stamp"]
    except (ValueError, KeyError, TypeError) as error:
        raise BaseDamaged(f"{str(place / CHOICE)!r} does not describe a ranker ({error!r}); run: sommelier fit {base.name}") from error
    if stamp != base.manifest.stamp:
        return usual_ranker(base)
    return BaseRanker(Blend.load(place), _mapping(base, _histories(base)[0]), choice)


def _histories(base: KnowledgeBase) -> tuple[Any, Any]:
    """Return the likes, CSR, and the ordered sequences, None where the source had no times."""
    if not base.has("interactions"):
        raise Unavailable(f"the base {base.name!r} holds no interactions; name a file of them in the card and build it again")
    interactions = base.interactions
    ordered = bool(interactions.users) and interactions.times(0) is not None
    return taken(interactions.matrix), interactions.sequences() if ordered else None


def _mapping(base: KnowledgeBase, likes: Any) -> TextMap | None:
    counts = np.bincount(likes.indices, minlength=likes.shape[1]).astype(np.float64)
    if not base.has("vectors") or not (counts > 0).any():
        return None
    return TextMap(np.asarray(base.vectors.matrix, dtype=np.float32)).fit(counts)
