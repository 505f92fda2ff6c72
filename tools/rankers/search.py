"""Finding good settings of one family on validation: one setting after the other, shared counting done once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tools.rankers.blocks import in_blocks
from tools.rankers.carve import Carved
from tools.rankers.counts import cooccurrence, transitions
from tools.rankers.ease import EASE, gram
from tools.rankers.families import Family
from tools.rankers.itemknn import ItemKNN
from tools.rankers.quality import hits, ndcg_at, recall_at, target_ranks
from tools.rankers.ranker import FittedRanker, Floats, top_k
from tools.rankers.spectral import Spectral, low_pass
from tools.rankers.transition import Transition

__all__ = ["Found", "Workshop", "measure", "search"]

SCORING_ONLY = frozenset({"half_life"})
"""Settings that matter when scoring alone: changing them needs no new fit."""

WIDEST_SPECTRUM = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best settings of a family, what they reached on validation, and the ranker fitted so."""

    family: str
    settings: Mapping[str, Any]
    quality: float
    ranker: FittedRanker


@dataclass(slots=True)
class Workshop:
    """Fits rankers to one set of histories and keeps what several settings share (counts, Gram matrix, singular vectors)."""

    likes: sp.csr_array
    sequences: list[NDArray[np.int32]]
    _kept: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def fit(self, ranker: FittedRanker) -> FittedRanker:
        """Fit an unfitted ranker."""
        if isinstance(ranker, ItemKNN):
            ranker.learn_from(self._once(("together", ranker.user_power), lambda: cooccurrence(self.likes, ranker.user_power)), self.likes)
        elif isinstance(ranker, Transition):
            count = self._once(("after", ranker.window), lambda: transitions(self.sequences, self.likes.shape[1], ranker.window))
            ranker.learn_from(count, self.likes)
        elif isinstance(ranker, Spectral):
            width = max(WIDEST_SPECTRUM, ranker.factors)
            ranker.learn_from(self._once(("spectrum", width), lambda: low_pass(self.likes, width, ranker.seed)), self.likes)
        elif isinstance(ranker, EASE) and 2 * self.likes.shape[0] > self.likes.shape[1]:
            # Small Gram matrices are kept for the next penalty; large ones cost less to count again than to hold.
            small = self.likes.shape[1] <= 5_000
            product = self._once(("gram",), lambda: gram(self.likes)).copy() if small else gram(self.likes)
            ranker.learn_from(self.likes, product)
        else:
            ranker.fit(self.likes, self.sequences)
        return ranker

    def forget(self) -> None:
        """Drop what was kept."""
        self._kept.clear()

    def _once(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


def search(family: Family, carved: Carved, workshop: Workshop) -> Found:
    """Try each setting's values in turn around the best so far; ties go to what was tried first."""
    climb = _Climb(family, carved, workshop)
    best = climb.attempt(dict(family.start), None)
    for _ in range(family.sweeps):
        for name, values in family.space.items():
            for value in values:
                best = climb.attempt({**best.settings, name: value}, best)
    _fade(best.ranker, best.settings)
    return best


class _Climb:
    """One search: what was tried, and the latest and the best fit (no more, since each may be large)."""

    def __init__(self, family: Family, carved: Carved, workshop: Workshop) -> None:
        self.family, self.carved, self.workshop = family, carved, workshop
        self.tried: set[tuple[tuple[str, Any], ...]] = set()
        self.fitted: dict[tuple[tuple[str, Any], ...], FittedRanker] = {}

    def attempt(self, settings: Mapping[str, Any], best: Found | None) -> Found:
        """Return the better of the settings and the best so far."""
        key = tuple(sorted(settings.items(), key=lambda pair: pair[0]))
        if best is not None and key in self.tried:
            return best
        self.tried.add(key)
        ranker = self._fit(tuple(pair for pair in key if pair[0] not in SCORING_ONLY), settings, best)
        _fade(ranker, settings)
        quality = measure(ranker, self.carved)
        if best is not None and quality <= best.quality:
            return best
        return Found(family=self.family.name, settings=dict(settings), quality=quality, ranker=ranker)

    def _fit(self, key: tuple[tuple[str, Any], ...], settings: Mapping[str, Any], best: Found | None) -> FittedRanker:
        if key not in self.fitted:
            self.fitted = {k: r for k, r in self.fitted.items() if best is not None and r is best.ranker}
            self.fitted[key] = self.workshop.fit(self.family.make(settings))
        return self.fitted[key]


def _fade(ranker: FittedRanker, settings: Mapping[str, Any]) -> None:
    """Give a fitted ranker the half-life of the settings, which needs no new fit."""
    if "half_life" in settings:
        ranker.half_life = settings["half_life"]  # type: ignore[attr-defined]


def measure(ranker: FittedRanker, carved: Carved) -> float:
    """Return the geometric mean of recall and discounted gain at the depth of the choice, 0 where nothing is hit."""
    cases = len(carved.people)

    def some(start: int, stop: int) -> tuple[float, float]:
        people = carved.people.rows(start, stop)
        scores = ranker.score_many(people)
        hide(scores, people.likes)
        return block_quality(scores, carved.truth[start:stop], carved.k, single=carved.protocol == "leave-last")

    parts = in_blocks(some, cases, carved.people.n_items)
    recall, gain = sum(part[0] for part in parts), sum(part[1] for part in parts)
    return float(np.sqrt(recall * gain)) / max(1, cases)


def hide(scores: Floats, had: sp.csr_array) -> None:
    """Put what each person already has at minus infinity, in place."""
    scores[np.repeat(np.arange(had.shape[0]), np.diff(had.indptr)), had.indices] = -np.inf


def block_quality(scores: Floats, truth: sp.csr_array, k: int, *, single: bool) -> tuple[float, float]:
    """Return the sums of recall and of discounted gain at k over the rows."""
    sizes = np.diff(truth.indptr)
    if single:
        ranks = target_ranks(scores, truth.indices.astype(np.int64))
        within = ranks < k
        return float(within.sum()), float((within / np.log2(ranks + 2.0)).sum())
    hit = hits(top_k(scores, k), truth)
    return float(recall_at(hit, sizes, k).sum()), float(ndcg_at(hit, sizes, k).sum())
