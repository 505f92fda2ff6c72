"""Train the re-ranker: out-of-fold rows in chronological blocks, boosted trees and small nets with weighted negatives.

Two traps, both silent. Rows must come from scorers that never saw their dialogue, nor those of the same people around it: whole
chronological blocks are held out, not random dialogues. Negatives must be sampled uniformly and weighted by one over the rate: keeping
the hard ones alone teaches that a good score is a bad sign.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import BadInput, Unavailable
from tools.reranker.cases import Case
from tools.reranker.collection import Collection
from tools.reranker.features import FEATURES, Rows, rows_of
from tools.reranker.net import Nets, learn_nets
from tools.reranker.scorers import Floats, Past, Queries

__all__ = ["CHUNK", "Settings", "Training", "Trees", "out_of_fold", "pool_rows", "train"]

CHUNK = 128
"""Cases featurised at once: 128 x 7,000 items x 25 scorers in float32 is 90 MB."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to train."""

    blocks: int = 4
    """Chronological blocks; each is scored by what was fitted on the others."""
    cases: int = 8_000
    """Cases to learn from, spread evenly over the blocks; more of them gain less than more models do."""
    models: int = 4
    """Boosted models averaged; odd ones have twice the leaves."""
    nets: int = 2
    """Nets averaged, which together weigh as much as the trees together; 0, or no torch, leaves the trees alone."""
    rate: float = 0.2
    """Share of the negatives kept, uniformly; each weighs one over it."""
    rounds: int = 160
    leaves: int = 31
    learning_rate: float = 0.06
    seed: int = 7
    threads: int = 2
    repeats: bool = False
    """Whether items named before may be named again (and are ranked)."""


@dataclass(frozen=True, slots=True)
class Training:
    """Rows to learn from."""

    x: Floats
    y: NDArray[np.int8]
    weight: Floats
    case: NDArray[np.int64]
    """Case number of each row, for grouping."""


ONE_THREAD = 4_096
"""Rows up to which one thread scores."""


@dataclass(slots=True)
class Trees:
    """Boosted trees as LightGBM text models; the score is their mean after standardising each by its spread in training.

    With nets it is the mean of that and theirs.
    """

    models: list[str]
    spread: list[float]
    features: tuple[str, ...] = FEATURES
    nets: Nets | None = None
    _boosters: list[Any] = field(default_factory=list)

    def score(self, x: Floats) -> NDArray[np.float64]:
        """Return the score of each row, higher better."""
        if not self._boosters:
            lightgbm = _lightgbm()
            self._boosters = [lightgbm.Booster(model_str=text) for text in self.models]
        total = np.zeros(len(x), dtype=np.float64)
        # The rows of one turn are scored before a second thread has woken, and on a busy machine it wakes late.
        threads = 2 if len(x) > ONE_THREAD else 1
        for booster, spread in zip(self._boosters, self.spread, strict=True):
            total += booster.predict(x, raw_score=True, num_threads=threads) / spread
        total /= len(self.models)
        return total if self.nets is None else (total + self.nets.score(x)) / 2


def _lightgbm() -> Any:
    try:
        import lightgbm
    except ImportError as error:
        raise Unavailable("the re-ranker needs the package lightgbm: pip install lightgbm") from error
    return lightgbm


def wanted(case: Case, repeats: bool) -> bool:
    """Say whether a case has a target to learn from."""
    return repeats or any(t not in case.mentioned for t in case.targets)


def pool_rows(past: Past, queries: Queries, *, repeats: bool, threads: int = 2) -> Sequence[Rows]:
    """Return the rows of all cases in chunks, in order. Chunks run in threads: the work is in numpy and scipy, which let go of the lock."""
    starts = range(0, len(queries.cases), CHUNK)
    with ThreadPoolExecutor(max_workers=threads) as pool:
        return list(pool.map(lambda a: rows_of(past, queries.part(slice(a, a + CHUNK)), repeats=repeats), starts))


def out_of_fold(collection: Collection, settings: Settings, progress: Progress | None = None) -> Training:
    """Return training rows, each scored by what was fitted without its block. Cost: minutes for ten thousand dialogues."""
    block = collection.blocks(settings.blocks)
    rng = np.random.default_rng(settings.seed)
    parts: list[tuple[Floats, NDArray[np.int8], NDArray[np.int64]]] = []
    for b in range(settings.blocks):
        chosen = [i for i, c in enumerate(collection.cases) if block[c.dialogue] == b and wanted(c, settings.repeats)]
        limit = -(-settings.cases // settings.blocks)
        rows = np.sort(rng.permutation(np.array(chosen, dtype=np.int64))[:limit])
        past = collection.past(lambda d, b=b: block[d] != b)  # type: ignore[misc]
        if not len(rows) or not past.cases:
            continue
        queries = collection.queries.take(rows)
        starts = list(range(0, len(rows), CHUNK))
        seeds = rng.integers(0, 2**31, size=len(starts))

        def sampled(
            at: int, past: Past = past, queries: Queries = queries, rows: NDArray[np.int64] = rows, seeds: NDArray[np.int64] = seeds
        ) -> tuple[Floats, NDArray[np.int8], NDArray[np.int64]]:
            start = at * CHUNK
            part = queries.part(slice(start, start + CHUNK))
            found = rows_of(past, part, repeats=settings.repeats)
            y = labels(found, part.cases, past.content.n, repeats=settings.repeats)
            keep = (y > 0) | (np.random.default_rng(seeds[at]).random(len(y)) < settings.rate)
            return found.x[keep], y[keep], rows[start + found.case[keep]]

        with ThreadPoolExecutor(max_workers=settings.threads) as pool:
            for done, part in enumerate(pool.map(sampled, range(len(starts))), 1):
                parts.append(part)
                if progress is not None:
                    progress(f"re-ranker rows, block {b + 1} of {settings.blocks}", done, len(starts))
    if not parts or not any(y.any() for _, y, _ in parts):
        raise BadInput(f"{len(collection.ids)} dialogues hold too few recommendations to learn from; the re-ranker needs some hundreds")
    x, y, case = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    weight = np.where(y > 0, 1.0, 1.0 / settings.rate).astype(np.float32)
    return Training(x=x, y=y, weight=weight, case=case)


def labels(rows: Rows, cases: Sequence[Case], n_items: int, *, repeats: bool) -> NDArray[np.int8]:
    """Return 1 for each row whose item is a target of its case."""
    table = np.zeros((len(cases), n_items), dtype=np.int8)
    for q, case in enumerate(cases):
        table[q, [t for t in case.targets if repeats or t not in case.mentioned]] = 1
    return table[rows.case, rows.item]


def train(rows: Training, settings: Settings, progress: Progress | None = None) -> Trees:
    """Fit the trees, binary log-loss models of two shapes, and the nets beside them.

    Deterministic for a seed and one version of LightGBM and torch. Without torch the trees stand alone and `progress` is told.
    """
    lightgbm = _lightgbm()

    def one(number: int) -> tuple[str, float]:
        wide = number % 2
        parameters = {
            "objective": "binary",
            "num_leaves": (2 * settings.leaves + 1) if wide else settings.leaves,
            "learning_rate": settings.learning_rate,
            "min_data_in_leaf": min(100 * (wide + 1), max(len(rows.y) // 50, 1)),
            "feature_fraction": 0.4,
            "bagging_fraction": 0.7,
            "bagging_freq": 1,
            "lambda_l2": 5.0,
            "max_bin": 127,
            "num_threads": 1,
            "deterministic": True,
            "force_row_wise": True,
            "seed": settings.seed + number,
            "verbose": -1,
        }
        data = lightgbm.Dataset(rows.x, rows.y, weight=rows.weight, free_raw_data=False)
        booster = lightgbm.train(parameters, data, num_boost_round=settings.rounds)
        return booster.model_to_string(), float(np.std(booster.predict(rows.x[: 200 * CHUNK], raw_score=True, num_threads=1))) or 1.0

    # Models side by side, one thread each: threads that share one model wait for each other at every split.
    with ThreadPoolExecutor(max_workers=settings.threads) as pool:
        models, spread = zip(*pool.map(one, range(settings.models)), strict=True)
    nets = learn_nets(rows.x, rows.y, rows.weight, rows.case, count=settings.nets, seed=settings.seed) if settings.nets else None
    if progress is not None and settings.nets:
        progress("re-ranker nets" if nets else "re-ranker without nets: torch is not installed, the trees stand alone", 1, 1)
    return Trees(list(models), list(spread), nets=nets)
