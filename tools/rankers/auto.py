"""The automatic choice: every family tuned on validation carved from the histories, the best blended, then fitted to everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledge.errors import BadInput
from tools.rankers.blend import Blend
from tools.rankers.carve import FEWEST, Protocol, carve
from tools.rankers.families import FAMILIES, families_for
from tools.rankers.ranker import FittedRanker, taken
from tools.rankers.search import Found, Workshop, search
from tools.rankers.weights import choose_weights, pool_of

__all__ = ["Choice", "choose", "fit_auto"]

Progress = Callable[[str], None]

ONE_THREAD_UP_TO = 4_000

SHARES_COUNTS = "item-knn"
"""The family whose counts the next one takes up; what the others share is theirs alone, and large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What validation chose.

    `settings` and `alone` hold each family's best settings and what they reach on validation; `weights` the members of the blend, and
    `quality` what it reaches. The quality is the geometric mean of recall and NDCG at 10 (leave-last) or 20 (random).
    """

    protocol: Protocol
    settings: Mapping[str, Mapping[str, Any]]
    alone: Mapping[str, float]
    weights: Mapping[str, float]
    quality: float
    cases: int

    def to_json(self) -> dict[str, Any]:
        """Return it JSON-plain."""
        return {
            "protocol": self.protocol,
            "cases": self.cases,
            "quality": round(self.quality, 5),
            "weights": {name: round(weight, 4) for name, weight in self.weights.items()},
            "alone": {name: round(quality, 5) for name, quality in self.alone.items()},
            "settings": {name: dict(settings) for name, settings in self.settings.items()},
        }


def choose(
    sequences: Sequence[NDArray[np.int32]],
    *,
    n_items: int,
    ordered: bool,
    protocol: Protocol | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Choice:
    """Tune every family on validation and weigh the best against each other.

    Args:
        sequences: items each person took, oldest first where `ordered`.
        n_items: size of the catalogue.
        ordered: the order means something.
        protocol: how to hide validation items; None takes leave-last where the order is known.
        seed: decides who is asked and what is hidden.
        progress: told what is being done.

    Raises:
        BadInput: nobody has three items, so nothing can be validated.
    """
    how: Protocol = protocol or ("leave-last" if ordered else "random")
    carved = carve(sequences, n_items=n_items, protocol=how, ordered=ordered, seed=seed)
    if not len(carved.people):
        raise BadInput("no history has three items or more, so no ranker can be validated; add interactions or use 'popularity'")
    workshop = Workshop(carved.likes, carved.sequences)
    found: list[Found] = []
    sizes = {"n_users": carved.likes.shape[0], "n_items": n_items, "n_events": int(carved.likes.nnz)}
    for family in families_for(**sizes, ordered=ordered):
        if progress:
            progress(f"tuning {family.name}")
        found.append(search(family, carved, workshop))
        if family.name != SHARES_COUNTS:
            workshop.forget()
    if progress:
        progress("weighing them against each other")
    weights, quality = choose_weights(pool_of([f.ranker for f in found], carved))
    kept = {f.family: float(w) for f, w in zip(found, weights, strict=True) if w > 0}
    return Choice(
        protocol=how,
        settings={f.family: f.settings for f in found},
        alone={f.family: f.quality for f in found},
        weights=dict(sorted(kept.items(), key=lambda pair: (-pair[1], pair[0]))),
        quality=quality,
        cases=len(carved.people),
    )


def fit_auto(
    interactions: sp.csr_array,
    sequences: Sequence[NDArray[np.int32]] | None = None,
    *,
    protocol: Protocol | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[Blend, Choice]:
    """Choose on validation, then fit the members of the blend to all histories, validation included.

    Where no history is long enough to validate anything, usual settings stand (`Choice.cases` is 0).

    Args:
        interactions: CSR `(n_users, n_items)`, above 0 liked. Dislikes teach nothing here; they count when scoring.
        sequences: each user's items, oldest first, where order is known; items not liked are left out of them.
        protocol: see `choose`.
        seed: see `choose`.
        progress: told what is being done.
    """
    from threadpoolctl import threadpool_limits

    likes = taken(interactions)
    rows = liked_sequences(likes, sequences)
    # On small matrices the threads of BLAS spend more time waiting for each other than working.
    with threadpool_limits(1 if likes.shape[1] <= ONE_THREAD_UP_TO else None, "blas"):
        return _fit_auto(likes, rows, sequences is not None, protocol, seed, progress)


def _fit_auto(
    likes: sp.csr_array, rows: list[NDArray[np.int32]], ordered: bool, protocol: Protocol | None, seed: int, progress: Progress | None
) -> tuple[Blend, Choice]:
    if max((len(r) for r in rows), default=0) < FEWEST:
        choice = _unvalidated(likes, ordered, protocol)
    else:
        choice = choose(rows, n_items=likes.shape[1], ordered=ordered, protocol=protocol, seed=seed, progress=progress)
    workshop = Workshop(likes, rows)
    members: list[tuple[FittedRanker, float]] = []
    for name, weight in choice.weights.items():
        if progress:
            progress(f"fitting {name}")
        members.append((workshop.fit(FAMILIES[name](**choice.settings[name])), weight))
    blend = Blend(members, name="auto").settle(likes, rows if ordered else None)
    return blend, choice


def _unvalidated(likes: sp.csr_array, ordered: bool, protocol: Protocol | None) -> Choice:
    """Return the choice for histories on which nothing can be validated: families as they start, neighbours alone with much shrinkage."""
    families = families_for(n_users=likes.shape[0], n_items=likes.shape[1], n_events=int(likes.nnz), ordered=ordered)
    settings = {f.name: dict(f.start) for f in families}
    settings["item-knn"]["shrink"] = 20.0
    how: Protocol = protocol or ("leave-last" if ordered else "random")
    return Choice(protocol=how, settings=settings, alone={}, weights={"item-knn": 1.0}, quality=0.0, cases=0)


def liked_sequences(likes: sp.csr_array, sequences: Sequence[NDArray[np.int32]] | None) -> list[NDArray[np.int32]]:
    """Return each user's liked items, in order where sequences are given, else by column."""
    rows = [likes.indices[likes.indptr[u] : likes.indptr[u + 1]].astype(np.int32) for u in range(likes.shape[0])]
    if sequences is None:
        return rows
    return [np.asarray(s, dtype=np.int32)[np.isin(s, row)] for s, row in zip(sequences, rows, strict=True)]
