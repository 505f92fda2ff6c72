"""Running every ranker on one split: tuned on training data, fitted, scored, measured."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from typing import Protocol as Interface

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics import ranking_metrics
from evaluation.ranking.split import Split
from knowledge.errors import BadInput
from tools.rankers import FAMILIES, Choice, People, fit_auto
from tools.rankers.blocks import in_blocks
from tools.rankers.carve import Protocol
from tools.rankers.ranker import FittedRanker, top_k

__all__ = ["KS", "Report", "Scorer", "measure_ranker", "run_warm"]

KS = (5, 10, 20)

Progress = Callable[[str], None]
Row = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was measured: a row of numbers for each ranker, and what the automatic choice was."""

    rows: Mapping[str, Row]
    choice: Mapping[str, Any] = field(default_factory=dict)


def run_warm(split: Split, *, seed: int = 0, progress: Progress | None = None, only: Sequence[str] = ()) -> Report:
    """Measure the automatic choice and every family it chose from, each at the settings that validation gave it.

    The test part is looked at once, after all choices. `only` names the families to give a row of their own; empty means all.

    Raises:
        BadInput: there is nothing to find.
    """
    if not split.truth.nnz:
        raise BadInput(f"the split {split.kind!r} hides nothing, since nobody has enough items; give histories of two items or more")
    # What is hidden at random has no place in time: the order of the rest is then no part of the task.
    ordered = split.ordered and split.kind == "leave-last"
    people = split.people if ordered else replace(split.people, ages=None)
    sequences = split.train if ordered else None
    started = time.perf_counter()
    protocol: Protocol = "leave-last" if split.kind == "leave-last" else "random"
    auto, choice = fit_auto(people.likes, sequences, protocol=protocol, seed=seed, progress=progress)
    fit_s = time.perf_counter() - started
    if progress:
        progress("measuring auto")
    rows = {"auto": {"fit_s": fit_s} | measure_ranker(auto, people, split)}
    for name in choice.settings:
        if only and name not in only:
            continue
        if progress:
            progress(f"measuring {name}")
        ranker, seconds = _fitted(name, choice, people, sequences)
        rows[name] = {"fit_s": seconds} | measure_ranker(ranker, people, split)
    return Report(rows=rows, choice=choice.to_json())


def _fitted(name: str, choice: Choice, people: People, sequences: Sequence[NDArray[np.int32]] | None) -> tuple[FittedRanker, float]:
    started = time.perf_counter()
    ranker = FAMILIES[name](**choice.settings[name]).fit(people.likes, sequences)
    return ranker, time.perf_counter() - started


class Scorer(Interface):
    """Whatever scores a batch of people."""

    def score_many(self, people: People) -> NDArray[np.float32]:
        """Return `(n_people, n_items)` scores."""
        ...


def measure_ranker(ranker: Scorer, people: People, split: Split) -> Row:
    """Rank the whole catalogue (or the split's candidates) for everybody who has something to find; training items are left out."""
    asked = np.flatnonzero(np.diff(split.truth.indptr))
    ranked = np.zeros((len(people), min(max(KS), split.n_items)), dtype=np.int64)

    def some(start: int, stop: int) -> float:
        if not np.any((asked >= start) & (asked < stop)):
            return 0.0
        batch = people.rows(start, stop)
        started = time.perf_counter()
        scores = ranker.score_many(batch)
        spent = time.perf_counter() - started
        scores[np.repeat(np.arange(len(batch)), np.diff(batch.likes.indptr)), batch.likes.indices] = -np.inf
        if split.candidates is not None:
            scores[:, ~split.candidates] = -np.inf
        ranked[start:stop] = top_k(scores, max(KS))
        return spent

    scoring = sum(in_blocks(some, len(people), split.n_items))
    taken = np.bincount(people.likes.indices, minlength=split.n_items).astype(np.float64)
    row = {"score_ms_per_person": 1000.0 * scoring / max(1, len(people))}
    return row | ranking_metrics(ranked, split.truth, ks=KS, taken=None if split.candidates is not None else taken)
