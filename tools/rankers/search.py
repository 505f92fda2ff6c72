"""Finding good settings of one family on validation: one setting after the other, shared counting done once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

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

BLOCK_CELLS = 12_000_000
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
            # One of each kind is enough but for co-occurrence, whose variants are tried again and again.
            self._kept[key] = make()
        return self._kept[key]


def search(family: Family, carved: Carved, workshop: Workshop) -> Found:
    """Try each setting's values in turn around the best so far; ties go to the earlier value."""
    tried: dict[tuple[tuple[str, Any], ...], float] = {}
    fitted: dict[tuple[tuple[str, Any], ...], FittedRanker] = {}
    best: Found | None = None
    settings = dict(family.start)

    def attempt(these: dict[str, Any]) -> None:
        nonlocal best
        key = tuple(sorted(these.items()))
        if key in tried:
            return
        base = tuple(pair for pair in key if pair[0] not in SCORING_ONLY)
        if base not in fitted:
            # Only the best and the latest fit are kept: each may be large.
            for old in [b for b in fitted if best is None or fitted[b] is not best.ranker]:
                del fitted[old]
            fitted[base] = workshop.fit(family.make(these))
        ranker = fitted[base]
        had = getattr(ranker, "half_life", None)
        if "half_life" in these:
            ranker.half_life = these["half_life"]  # type: ignore[attr-defined]
        tried[key] = measure(ranker, carved)
        if best is None or tried[key] > best.quality:
            best = Found(family=family.name, settings=dict(these), quality=tried[key], ranker=ranker)
        elif best.ranker is ranker and hasattr(ranker, "half_life"):
            ranker.half_life = had

    attempt(settings)
    for _ in range(family.sweeps):
        for name, values in family.space.items():
            for value in values:
                attempt({**dict(best.settings if best else settings), name: value})
    if best is None:
        raise AssertionError("a family has at least its starting point")
    if "half_life" in best.settings:
        best.ranker.half_life = best.settings["half_life"]  # type: ignore[attr-defined]
    return best


def measure(ranker: FittedRanker, carved: Carved) -> float:
    """Return the geometric mean of recall and discounted gain at the depth of the choice, 0 where nothing is hit."""
    recall, gain, cases = 0.0, 0.0, len(carved.people)
    for start, stop, scores in blocks(ranker, carved):
        truth = carved.truth[start:stop]
        r, g = block_quality(scores, truth, carved.k, single=carved.protocol == "leave-last")
        recall += r
        gain += g
    return float(np.sqrt(recall * gain)) / max(1, cases)


def blocks(ranker: FittedRanker, carved: Carved) -> Iterator[tuple[int, int, Floats]]:
    """Yield (start, stop, scores) for the people asked about, what they already have at minus infinity."""
    step = max(1, BLOCK_CELLS // carved.people.n_items)
    for start in range(0, len(carved.people), step):
        stop = min(start + step, len(carved.people))
        some = carved.people.rows(start, stop)
        scores = ranker.score_many(some)
        hide(scores, some.likes)
        yield start, stop, scores


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
