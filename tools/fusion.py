"""Fusion: several tools' scores made comparable, weighted by situation, and summed; each part is kept.

A signal is calibrated among the candidates that have it: scores are standardised and squashed to 0..1, so that what counts is
how far an item stands out within its source. An item without a signal gets nothing from it. Weights stand in
`BASE/fitted/fusion.json` ({situation: {source: weight}}) once `sommelier fit` has learnt them, and in `DEFAULT_WEIGHTS` until then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from knowledge.errors import BaseDamaged
from tools.candidates import Candidates, ascending

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["DEFAULT_WEIGHTS", "Situation", "calibrate", "fuse", "situation_of", "weight_of", "weights_for"]

Floats = npt.NDArray[np.float64]

Situation = Literal["history", "wish", "seeds", "liked", "cold"]
"""history: only what was taken before is known. wish: free words or attributes wanted. seeds: examples were named. liked: something is
asked for by somebody who said what they like, without asking for more of it ("I loved Alien. Find me a comedy"). cold: nothing."""

DEFAULT_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "history": {"collaborative": 1.0, "graph": 0.7, "similar": 0.5, "era": 0.2, "search": 0.5, "wish": 0.8, "taste": 0.4, "popular": 0.1},
    "wish": {"search": 1.0, "wish": 1.0, "similar": 0.5, "era": 0.2, "graph": 0.3, "collaborative": 0.3, "taste": 0.3, "popular": 0.08},
    "seeds": {"similar": 1.3, "graph": 0.35, "era": 0.2, "collaborative": 0.4, "search": 0.7, "wish": 1.4, "taste": 0.2, "popular": 0.1},
    # What somebody loved says who they are, and not what they want now: a comedy need not be the one most like Alien.
    "liked": {"similar": 0.5, "graph": 0.5, "era": 0.7, "collaborative": 0.1, "search": 0.7, "wish": 1.4, "taste": 0.2, "popular": 0.9},
    "cold": {"popular": 1.0, "collaborative": 0.3, "graph": 0.3, "search": 0.5, "similar": 0.5, "era": 0.2, "wish": 0.8, "taste": 0.5},
}

OTHER_WEIGHT = 0.5
"""Weight of a source that the table does not name (a tool somebody added)."""

LEADING = {"dialogues": 5.0}
"""Weight, in every situation, of what has weighed the other signals already: a re-ranker that learnt from past dialogues what people
suggest to each other. What was asked for in numbers and values still stands before it (`rank`)."""

CALIBRATED = frozenset({"wish", "taste", "era"})
"""Sources whose scores are on a fixed 0..1 already."""

LOGARITHMIC = frozenset({"graph"})
"""Sources whose scores span orders of magnitude."""

CENTRE, STEEPNESS = 1.5, 1.2
"""A score 1.5 standard deviations above the mean is worth half; the mean .14, three above .86."""


def calibrate(scores: Floats, source: str = "") -> Floats:
    """Put one source's scores, `(n,)` with NaN for none, on 0..1 among themselves; NaN becomes 0. Order is kept."""
    missing = np.isnan(scores)
    known = np.flatnonzero(~missing) if missing.any() else None
    values = scores if known is None else scores[known]
    if not len(values):
        return np.zeros(len(scores))
    put: Floats = np.clip(values, -1.0, 1.0) if source in CALIBRATED else _squashed(values, source in LOGARITHMIC)
    if known is None:
        return put
    result = np.zeros(len(scores))
    result[known] = put
    return result


def _squashed(values: Floats, logarithmic: bool) -> Floats:
    """Standardise scores, `(n,)` with none missing, and put them on 0..1."""
    if logarithmic:
        positive = values > 0
        logs = np.log(np.where(positive, values, 1.0))
        if not positive.all():
            lowest = logs.min(where=positive, initial=np.inf) if positive.any() else 0.0
            # What is nearer to dislikes than to likes stands below everything that is not, in its own order.
            logs = np.where(positive, logs, lowest - 1.0 + np.minimum(values, 0.0) / max(1e-12, float(np.abs(values).max())))
        values = logs
    # In place, step by step: this runs for every signal over all candidates, and most of its time went into new arrays.
    put = values - values.mean()
    spread = float(np.sqrt(np.add.reduce(put * put) / len(put)))
    if spread > 1e-9:
        put /= spread
    else:
        put[:] = 0.0
    put -= CENTRE
    put *= -STEEPNESS
    np.exp(put, out=put)
    put += 1.0
    return np.asarray(np.divide(1.0, put, out=put))


def situation_of(candidates: Candidates) -> Situation:
    """Return the situation that the signals on the candidates tell."""
    if "similar" in candidates.columns:
        return "seeds"
    if "search" in candidates.columns or "wish" in candidates.columns:
        return "wish"
    if "collaborative" in candidates.columns or "graph" in candidates.columns:
        return "history"
    return "cold"


def weights_for(base: KnowledgeBase, situation: Situation) -> Mapping[str, float]:
    """Return the weight of each source in a situation: the base's own where fitted, else the defaults.

    Raises:
        BaseDamaged: the stored weights cannot be read.
    """
    default = DEFAULT_WEIGHTS[situation]
    path = base.fitted / "fusion.json"
    if not path.is_file():
        return default
    try:
        stored = json.loads(path.read_text(encoding="utf-8")).get(situation, {})
        return {**default, **{str(source): float(weight) for source, weight in stored.items()}}
    except (ValueError, AttributeError, TypeError) as error:
        raise BaseDamaged(f"{str(path)!r} does not hold fusion weights ({error}); delete it or run: sommelier fit {base.name}") from error


def weight_of(source: str, weights: Mapping[str, float]) -> float:
    """Return the weight of a source, also where the weights do not name it."""
    return weights.get(source, LEADING.get(source, OTHER_WEIGHT))


def fuse(
    candidates: Candidates, weights: Mapping[str, float], against: Floats | None = None, asked: Mapping[str, Any] | None = None
) -> Candidates:
    """Return the candidates with their fused score and its parts, best first, equal scores by item id.

    Args:
        candidates: with one signal column a source.
        weights: source -> weight; a source it does not name counts as `weight_of` says.
        against: `(n,)` further part, zero or negative, for items that miss what was asked or are disliked.
        asked: what `rank` was asked, kept for the reasons.
    """
    # Standing by position first makes sums, and so the last digit of the scores, independent of the order that came in.
    order = None if ascending(candidates.positions) else np.argsort(candidates.positions, kind="stable")
    fixed = candidates if order is None else candidates.take(order)
    parts = {source: weight_of(source, weights) * calibrate(column, source) for source, column in sorted(fixed.columns.items())}
    if against is not None and against.any():
        parts["against"] = against if order is None else against[order]
    return fixed.ranked(parts, asked)
