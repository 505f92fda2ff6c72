"""How long rankers take to fit and to score one person, on synthetic histories of MovieLens 1M's size."""

from __future__ import annotations

import time

import numpy as np
import scipy.sparse as sp

from benchmarks.measure import Row, at_most, times_ms
from tools.rankers import ALS, EASE, Blend, ItemKNN, Spectral, Transition, Walk

LIKED = 40
REPEATS = 200


def histories(n_users: int, n_items: int, n_events: int, seed: int = 0) -> list[np.ndarray]:
    """Return histories with a long tail of popularity and twenty tastes."""
    rng = np.random.default_rng(seed)
    popular = 1.0 / np.arange(1, n_items + 1) ** 0.8
    taste = rng.integers(0, 20, n_items)
    lengths = np.maximum(3, rng.lognormal(0.0, 0.9, n_users) * n_events / n_users / 1.5).astype(int)
    rows = []
    for length in np.minimum(lengths, n_items // 3):
        odds = popular * np.where(taste == rng.integers(20), 8.0, 1.0)
        rows.append(rng.choice(n_items, length, replace=False, p=odds / odds.sum()).astype(np.int32))
    return rows


def main(n_users: int = 6_040, n_items: int = 3_416, n_events: int = 1_000_000) -> list[Row]:
    """Return the time to fit each ranker and to score one person."""
    sequences = histories(n_users, n_items, n_events)
    starts = np.cumsum([0, *(len(r) for r in sequences)])
    likes = sp.csr_array((np.ones(starts[-1], dtype=np.float32), np.concatenate(sequences), starts), shape=(n_users, n_items))
    taste = sequences[0][:LIKED]
    liked = {int(i): 1.0 for i in taste}
    rows, kinds = [], [EASE(lam=400.0), ItemKNN(), Walk(), Transition(), ALS(factors=64), Spectral(factors=128)]
    for ranker in kinds:
        started = time.perf_counter()
        ranker.fit(likes, sequences)
        spent = time.perf_counter() - started
        rows.append(
            at_most("ease fit", spent, "s", 4.0) if ranker.name == "ease" else Row(what=f"{ranker.name} fit", value=spent, unit="s")
        )
    blend = Blend([(kinds[0], 1.0), (kinds[1], 0.5), (kinds[3], 0.5)]).settle(likes, sequences)
    for scorer in (*kinds, blend):
        median = float(np.median(times_ms([lambda scorer=scorer: scorer.score(liked, {}, taste)] * REPEATS)))
        rows.append(at_most(f"{scorer.name} one person", median, "ms", 1.0))
    return rows
