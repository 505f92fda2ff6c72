"""Learning non-negative weights of calibrated signals by coordinate ascent on NDCG@20, held near the defaults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["TOP", "Cases", "Learnt", "Row", "learn", "stack"]

Floats = npt.NDArray[np.float64]

TOP = 20

FACTORS = (0.5, 0.7, 0.85, 1.2, 1.4, 2.0)
ROUNDS = 6

FURTHEST = 4.0
"""A weight stays within this factor of its default, so that no tool is ever silenced by one kind of data."""

PULL = 0.01
"""Share of the quality that one doubling or halving of one weight must bring to be worth it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case: the items that may come first.

    Their calibrated signals `(n, n_sources)`, what speaks against them in units of all weights together `(n,)`, which are right `(n,)`, and
    how many there were to find.
    """

    signals: npt.NDArray[np.float32]
    against: npt.NDArray[np.float32]
    right: npt.NDArray[np.bool_]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Rows of one situation, padded to one width: `(n, width, n_sources)`, `(n, width)`, `(n, width)`, `(n,)`."""

    sources: tuple[str, ...]
    signals: npt.NDArray[np.float32]
    against: npt.NDArray[np.float32]
    right: npt.NDArray[np.bool_]
    sizes: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.sizes)

    def ndcg(self, weights: Floats) -> Floats:
        """Return NDCG@20 of each case under weights `(n_sources,)`, `(n,)`; equal scores stand in the order of the rows."""
        scores = self.signals @ weights.astype(np.float32) + np.float32(1.0 + weights.sum()) * self.against
        top = np.argsort(-scores, axis=1, kind="stable")[:, :TOP]
        hit = np.take_along_axis(self.right, top, axis=1)
        discount = 1.0 / np.log2(np.arange(2, TOP + 2))
        best = np.concatenate([[0.0], np.cumsum(discount)])[np.minimum(self.sizes, TOP)]
        return np.asarray((hit * discount[: hit.shape[1]]).sum(axis=1) / best)

    def take(self, rows: npt.NDArray[np.int64]) -> Cases:
        """Return some of the cases."""
        return Cases(
            sources=self.sources, signals=self.signals[rows], against=self.against[rows], right=self.right[rows], sizes=self.sizes[rows]
        )


def stack(sources: tuple[str, ...], rows: Sequence[Row]) -> Cases:
    """Return rows as cases; what pads them stands last and is never right."""
    width = max(len(row.right) for row in rows)
    signals = np.zeros((len(rows), width, len(sources)), dtype=np.float32)
    against = np.full((len(rows), width), -np.inf, dtype=np.float32)
    right = np.zeros((len(rows), width), dtype=np.bool_)
    for at, row in enumerate(rows):
        n = len(row.right)
        signals[at, :n], against[at, :n], right[at, :n] = row.signals, row.against, row.right
    return Cases(sources=sources, signals=signals, against=against, right=right, sizes=np.array([row.size for row in rows]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """Weights of one situation, and NDCG@20 on people they were not learnt from: with the defaults and with them.

    `kept` says that they are better there by more than the standard error of the difference; the defaults stand otherwise.
    """

    sources: tuple[str, ...]
    weights: tuple[float, ...]
    before: float
    after: float
    error: float
    cases: int
    kept: bool


def learn(cases: Cases, default: Floats, check: Cases) -> Learnt:
    """Learn weights on some cases and judge them on others.

    Args:
        cases: to learn from.
        default: `(n_sources,)` weights to start from and to stay near, above 0.
        check: cases of other people.
    """
    usual = float(cases.ndcg(default).mean())
    weights, reached = default.copy(), _worth(cases, default, default, usual)
    for _ in range(ROUNDS):
        before = reached
        for source in range(len(default)):
            start = weights[source]
            for factor in FACTORS:
                changed = weights.copy()
                changed[source] = np.clip(start * factor, default[source] / FURTHEST, default[source] * FURTHEST)
                worth = _worth(cases, changed, default, usual)
                if worth > reached + 1e-9:
                    weights, reached = changed, worth
        if reached <= before:
            break
    old, new = check.ndcg(default), check.ndcg(weights)
    gain = new - old
    error = float(gain.std(ddof=1) / np.sqrt(len(gain))) if len(gain) > 1 else float("inf")
    return Learnt(
        sources=cases.sources,
        weights=tuple(float(round(w, 4)) for w in weights),
        before=float(old.mean()),
        after=float(new.mean()),
        error=error,
        cases=len(check),
        kept=bool(gain.mean() > error and gain.mean() > 0),
    )


def _worth(cases: Cases, weights: Floats, default: Floats, usual: float) -> float:
    away = float(np.square(np.log2(weights / default)).sum())
    return float(cases.ndcg(weights).mean()) / max(usual, 1e-6) - PULL * away
