"""When nothing is left: which condition blocks, and what is the softest thing to let go of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from knowledge.predicates import AnyOf, Has, HasAll, NotThat, Predicate, Within, attributes_of, from_json, to_json
from knowledge.schema import Schema

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue

__all__ = ["Relaxation", "blocking", "relax", "softness"]

Mask = npt.NDArray[np.bool_]
MOST = 10
"""Conditions among which combinations are tried."""
_BY_ROLE = {"scale": 0.9, "count": 0.85, "duration": 0.8, "measure": 0.75, "popularity": 0.75, "year": 0.7, "rating": 0.6, "price": 0.5}
_BY_KIND = {"tag": 0.65, "category": 0.4, "series": 0.3, "person": 0.2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """What was let go of and what holds instead."""

    constraints: tuple[Mapping[str, Any], ...]
    """The constraints that still hold."""
    relaxed: tuple[dict[str, Any], ...]
    """One entry a constraint let go of: {"words", "where", "to", "gained"}; `to` is the wider range, None where it was dropped."""


def softness(predicate: Predicate, schema: Schema) -> float | None:
    """Return how readily a condition may be let go of, 0 to 1; None for never: exclusions and ordered classes (age classes)."""
    if isinstance(predicate, NotThat):
        return None
    if isinstance(predicate, Within):
        return _BY_ROLE[schema.number(predicate.number).role]
    if isinstance(predicate, AnyOf):
        parts = [softness(p, schema) for p in predicate.parts]
        return None if any(p is None for p in parts) else min((p for p in parts if p is not None), default=0.5)
    if isinstance(predicate, Has | HasAll):
        return _BY_KIND.get(schema.facet(predicate.facet).kind)
    return 0.5


def blocking(catalogue: Catalogue, constraints: Sequence[Mapping[str, Any]], allowed: Mask) -> tuple[dict[str, Any], ...]:
    """Return for every constraint how many allowed items its removal would leave, the most telling first, what was said last after that.

    Each entry is {"words", "where", "without", "alone"}; `alone` counts what satisfies that condition by itself.
    """
    masks = [catalogue.select(from_json(c["where"])) for c in constraints]
    found = []
    for at, constraint in enumerate(constraints):
        rest = allowed.copy()
        for other, mask in enumerate(masks):
            if other != at:
                rest &= mask
        entry = {"words": constraint.get("words", ""), "where": dict(constraint["where"]), "standing": bool(constraint.get("standing"))}
        found.append({**entry, "without": int(rest.sum()), "alone": int((masks[at] & allowed).sum())})
    latest = max((int(c.get("turn", 0)) for c in constraints), default=0)
    early = {str(c["where"]): int(c.get("turn", 0)) < latest for c in constraints}
    # Whoever has just asked for something hardly wants to be asked whether to drop it.
    return tuple(sorted(found, key=lambda e: (not (early[str(e["where"])] and e["without"]), -int(e["without"]), int(e["alone"]))))


def relax(
    catalogue: Catalogue, constraints: Sequence[Mapping[str, Any]], allowed: Mask, want: int, *, turn: int | None = None
) -> Relaxation | None:
    """Return the smallest relaxation that leaves something, or None where only things one may not let go of block.

    A single condition is preferred to two; among single ones one said before `turn` (what is said now counts more), then a range
    widened a little, then the softest. Standing constraints, exclusions and ordered classes always hold.
    """
    schema = catalogue.schema
    predicates = [from_json(c["where"]) for c in constraints]
    masks = [catalogue.select(p) for p in predicates]
    soft = {at: s for at, p in enumerate(predicates) if not constraints[at].get("standing") and (s := softness(p, schema)) is not None}
    now = [at for at in soft if turn is not None and int(constraints[at].get("turn", 0)) == turn]
    if len(now) == 1 and _ruled_out_by(constraints, predicates, masks, allowed, now[0], turn or 0):
        # What was ruled out earlier and not the one thing asked for now is to be given up, and that only when the person says so.
        return None
    # Nobody says more at once; the first ones of a longer list are held.
    soft = dict(list(soft.items())[-MOST:])
    for at in soft:
        if turn is not None and int(constraints[at].get("turn", turn)) < turn:
            soft[at] += 1.0
    singles = []
    for at, value in soft.items():
        rest = allowed.copy()
        for other, mask in enumerate(masks):
            if other != at:
                rest &= mask
        if rest.any():
            wider, cost = _widen(catalogue, predicates[at], rest, want)
            singles.append((value - cost, at, wider, int(rest.sum())))
    if singles:
        _, at, wider, gained = max(singles, key=lambda s: (s[0], -s[1]))
        return _result(constraints, {at: (wider, gained)})
    return _several(constraints, soft, masks, allowed)


def _ruled_out_by(
    constraints: Sequence[Mapping[str, Any]], predicates: Sequence[Predicate], masks: Sequence[Mask], allowed: Mask, at: int, turn: int
) -> bool:
    """True where giving up one exclusion said earlier would leave something of the constraint at `at`, and nothing else would."""
    if not isinstance(predicates[at], Has | HasAll):
        return False
    leaves = []
    for other, predicate in enumerate(predicates):
        if other == at:
            continue
        rest = allowed.copy()
        for each, mask in enumerate(masks):
            if each != other:
                rest &= mask
        if rest.any():
            leaves.append(isinstance(predicate, NotThat) and int(constraints[other].get("turn", 0)) < turn)
    return bool(leaves) and all(leaves)


def _several(
    constraints: Sequence[Mapping[str, Any]], soft: Mapping[int, float], masks: Sequence[Mask], allowed: Mask
) -> Relaxation | None:
    """Return the smallest group of conditions whose removal leaves something, the softest of its size."""
    for size in range(2, len(soft) + 1):
        working = []
        for gone in combinations(sorted(soft), size):
            rest = allowed.copy()
            for other, mask in enumerate(masks):
                if other not in gone:
                    rest &= mask
            if rest.any():
                working.append((sum(soft[a] for a in gone), gone, int(rest.sum())))
        if working:
            _, gone, gained = max(working, key=lambda w: (w[0], [-a for a in w[1]]))
            return _result(constraints, dict.fromkeys(gone, (None, gained)))
    return None


def _widen(catalogue: Catalogue, predicate: Predicate, rest: Mask, want: int) -> tuple[Predicate | None, float]:
    """Return a range just wide enough for `want` of the items in `rest`, and its cost 0 to .3; (None, .1) where it can only be dropped."""
    if not isinstance(predicate, Within):
        return None, 0.1
    values = catalogue.number(predicate.number)
    there = np.sort(values[rest & ~np.isnan(values)])
    if not len(there):
        return None, 0.3
    low = predicate.low if predicate.low is not None else -np.inf
    high = predicate.high if predicate.high is not None else np.inf
    distance = np.maximum(np.maximum(low - there, there - high), 0)
    reach = float(np.sort(distance)[min(want, len(there)) - 1])
    inside = there[distance <= reach]
    spread = float(np.nanpercentile(values, 95) - np.nanpercentile(values, 5)) or 1.0
    wider = Within(
        number=predicate.number,
        low=None if predicate.low is None else float(min(predicate.low, inside.min())),
        high=None if predicate.high is None else float(max(predicate.high, inside.max())),
    )
    return wider, min(0.3, reach / spread)


def _result(constraints: Sequence[Mapping[str, Any]], changed: Mapping[int, tuple[Predicate | None, int]]) -> Relaxation:
    kept, relaxed = [], []
    for at, constraint in enumerate(constraints):
        if at not in changed:
            kept.append(dict(constraint))
            continue
        wider, gained = changed[at]
        to = None if wider is None else to_json(wider)
        names = sorted(attributes_of(from_json(constraint["where"])))
        entry = {"words": constraint.get("words", ""), "where": dict(constraint["where"]), "turn": int(constraint.get("turn", 0))}
        relaxed.append({**entry, "to": to, "gained": gained, "attributes": names})
        if to is not None:
            kept.append({**constraint, "where": to})
    return Relaxation(constraints=tuple(kept), relaxed=tuple(relaxed))
