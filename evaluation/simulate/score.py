"""Scores of simulated conversations, and paired comparisons with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["paired", "scores"]

RESAMPLES = 10_000


def scores(rows: Sequence[Mapping[str, Any]], turns: int, *, seed: int = 7) -> dict[str, Any]:
    """Return one system's scores over its outcomes (`Outcome.to_json`).

    Hit@k is the share of cases with a hit within k turns; AT@k the mean turn of the hit, a failure counting k + 1.
    """
    if not rows:
        return {"cases": 0}
    result: dict[str, Any] = {"cases": len(rows)}
    for k in range(1, turns + 1):
        result[f"Hit@{k}"] = round(float(hits(rows, k).mean()), 4)
    result[f"AT@{turns}"] = round(float(lengths(rows, turns).mean()), 4)
    chance = np.random.default_rng(seed)
    result[f"Hit@{turns} ci"] = _interval(hits(rows, turns), _clusters(rows), chance)
    result[f"AT@{turns} ci"] = _interval(lengths(rows, turns), _clusters(rows), chance)
    shown = sum(r["shown"] for r in rows)
    said = sum(r["turns"] for r in rows)
    result["accepted"] = round(sum(r["hit"] is not None for r in rows) / max(1, shown), 4)
    result["violations"] = round(sum(r["violations"] for r in rows) / max(1, shown), 4)
    result["repeats"] = round(sum(r["repeats"] for r in rows) / max(1, shown), 4)
    result["questions"] = round(sum(r["questions"] for r in rows) / max(1, said), 4)
    result["simulator errors"] = round(sum(len(r["errors"]) for r in rows) / max(1, said), 4)
    result["ms"] = round(float(np.mean([r["ms"] for r in rows])), 1)
    for part in ("persona",):
        names = sorted({r[part] for r in rows})
        result[f"by {part}"] = {n: round(float(hits([r for r in rows if r[part] == n], turns).mean()), 4) for n in names}
    noisy = [r for r in rows if r["noise"]]
    if noisy:
        result["with noise"] = round(float(hits(noisy, turns).mean()), 4)
    return result


def paired(ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]], turns: int, *, seed: int = 7) -> dict[str, Any]:
    """Return the differences ours - theirs over the same cases with 95 % bootstrap intervals, people resampled whole.

    Cases that only one side has are left out.
    """
    other = {r["case"]: r for r in theirs}
    both = [(r, other[r["case"]]) for r in ours if r["case"] in other]
    if not both:
        return {"cases": 0}
    one, two = [a for a, _ in both], [b for _, b in both]
    chance = np.random.default_rng(seed)
    clusters = _clusters(one)
    result: dict[str, Any] = {"cases": len(both)}
    for name, function in ((f"Hit@{turns}", hits), (f"AT@{turns}", lengths)):
        gap = function(one, turns) - function(two, turns)
        result[name] = {"difference": round(float(gap.mean()), 4), "ci": _interval(gap, clusters, chance)}
    result["won"] = sum(a["hit"] is not None and b["hit"] is None for a, b in both)
    result["lost"] = sum(a["hit"] is None and b["hit"] is not None for a, b in both)
    return result


def hits(rows: Sequence[Mapping[str, Any]], k: int) -> npt.NDArray[np.float64]:
    """Return, for each case, 1 where it hit within k turns."""
    return np.array([r["hit"] is not None and r["hit"] <= k for r in rows], dtype=np.float64)


def lengths(rows: Sequence[Mapping[str, Any]], k: int) -> npt.NDArray[np.float64]:
    """Return, for each case, the turn of the hit, or k + 1."""
    return np.array([r["hit"] if r["hit"] is not None and r["hit"] <= k else k + 1 for r in rows], dtype=np.float64)


def _clusters(rows: Sequence[Mapping[str, Any]]) -> npt.NDArray[np.int64]:
    return np.unique([r["user"] for r in rows], return_inverse=True)[1].astype(np.int64)


def _interval(values: npt.NDArray[np.float64], clusters: npt.NDArray[np.int64], chance: np.random.Generator) -> list[float]:
    """Return the 95 % interval of the mean; clusters of one person are drawn together."""
    n = int(clusters.max()) + 1
    sums, sizes = np.bincount(clusters, values, minlength=n), np.bincount(clusters, minlength=n)
    means = []
    for start in range(0, RESAMPLES, 500):
        drawn = chance.integers(0, n, size=(min(500, RESAMPLES - start), n))
        means.append(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1))
    low, high = np.quantile(np.concatenate(means), [0.025, 0.975])
    return [round(float(low), 4), round(float(high), 4)]
