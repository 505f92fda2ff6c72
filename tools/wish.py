"""Soft wishes computed exactly from the arrays: steps along numbers ("funnier than that"), preferred values, likes and dislikes.

A step must really move: what does not lie on the asked side of the reference is marked unmet, and `rank` puts it behind
everything that does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
from pydantic import ConfigDict, Field

from knowledge.entities import facet_kind
from knowledge.predicates import AllOf, AnyOf, Has, HasAll, Predicate
from knowledge.schema import Number
from tools.base import Arguments, BadArguments
from tools.derived import kept, number_spread
from tools.scope import item_id_of, positions_of

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Target", "demanded", "lacking", "met", "prefer_scores", "reference", "scale_of", "serving", "target_scores", "taste_scores"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class Target(Arguments):
    """A step along a number or scale."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    number: str = Field(description="Name of the number or scale.")
    direction: Literal["more", "less"] = Field(description="Which way along it.")
    strength: float = Field(default=1.0, ge=0.0, le=3.0, description="How far: 0.5 a bit, 1 plainly, 2 much.")
    of: tuple[str, ...] = Field(default=(), description="Items it is said of, as entity names; their value is where the step starts.")
    start: float | None = Field(
        default=None, alias="from", description="Value where the step starts, instead of 'of'. Neither: towards that end of the range."
    )


def _number(base: KnowledgeBase, name: str) -> Number:
    try:
        return base.schema.number(name)
    except KeyError:
        known = ", ".join(base.schema.number_names) or "none"
        raise BadArguments(f"'targets': the catalogue has no number {name!r}; it has {known}") from None


def _range(base: KnowledgeBase, number: Number) -> tuple[float, float]:
    low, high, _, _ = number_spread(base, number.name)
    return (number.low if number.low is not None else low), (number.high if number.high is not None else high)


def reference(base: KnowledgeBase, target: Target) -> float | None:
    """Return the value a step starts from: given, or the mean over the items meant; None where there is none."""
    if target.start is not None:
        return target.start
    values = base.catalogue.number(_number(base, target.number).name)
    ids = [item_id_of(name) for name in target.of]
    found = [float(values[base.catalogue.index(i)]) for i in ids if i in base.catalogue]
    known = [v for v in found if not math.isnan(v)]
    return (known[0] if len(known) == 1 else float(np.mean(known))) if known else None


def met(base: KnowledgeBase, target: Target, positions: npt.NDArray[np.int64]) -> Mask:
    """Return which items lie on the asked side, `(n,)`; one without the number does not.

    Without a reference the asked side is the half of a scale, or of the catalogue's values, beyond the middle.
    """
    number = _number(base, target.number)
    everywhere = base.catalogue.number(number.name)
    values = everywhere[positions]
    start = reference(base, target)
    sign = 1.0 if target.direction == "more" else -1.0
    if start is None:
        low, high = _range(base, number)
        fixed = number.low is not None and number.high is not None
        middle = (low + high) / 2 if fixed else number_spread(base, number.name)[2]
        return np.asarray(sign * (values - middle) >= 0.0, dtype=np.bool_)
    low, high = _range(base, number)
    end = high if sign > 0 else low
    if sign * (start - end) >= 0.0:
        # Nothing lies beyond the end of the range: staying there is all that can be had.
        return np.asarray(sign * (values - end) >= 0.0, dtype=np.bool_)
    return np.asarray(sign * (values - start) > 1e-9, dtype=np.bool_)


def target_scores(base: KnowledgeBase, targets: Sequence[Target], positions: npt.NDArray[np.int64]) -> tuple[Floats, Mask]:
    """Return how well each item takes the steps asked for, `(n,)` in 0..1, and which miss at least one of them."""
    total = np.zeros(len(positions))
    missed: Mask = np.zeros(len(positions), dtype=np.bool_)
    for target in targets:
        number = _number(base, target.number)
        values = base.catalogue.number(number.name)
        low, high = _range(base, number)
        sign = 1.0 if target.direction == "more" else -1.0
        start = reference(base, target)
        if start is None:
            gain = _towards(values, positions, sign, low, high, fixed=number.low is not None and number.high is not None)
        else:
            step = (
                0.45 * (high - low)
                if number.is_scale or number.role == "popularity"
                else max(0.8 * number_spread(base, number.name)[3], 1e-9)
            )
            wanted = max(step * target.strength, 1e-9)
            moved = sign * (values[positions] - start)
            # Full marks for the step asked for; further away is slowly less like the item meant.
            gain = 1.0 / (1.0 + 0.15 * (moved - wanted) / wanted)
            short = np.flatnonzero(moved <= wanted)
            gain[short] = (np.maximum(moved[short], 0.0) / wanted) ** 1.5
        on_side = met(base, target, positions)
        total += np.where(on_side, np.nan_to_num(np.clip(gain, 0.0, 1.0)), 0.0)
        missed |= ~on_side
    return total / max(1, len(targets)), missed


def _towards(values: Floats, positions: npt.NDArray[np.int64], sign: float, low: float, high: float, *, fixed: bool) -> Floats:
    here = values[positions]
    if fixed:
        share = (here - low) / max(high - low, 1e-9)
    else:
        known = np.sort(values[~np.isnan(values)])
        share = np.where(np.isnan(here), np.nan, np.searchsorted(known, here, side="right") / max(1, len(known)))
    return share if sign > 0 else 1.0 - share


STANDS_FOR = 0.75
"""From this share of a scale on an item is what the scale is called."""


def serving(base: KnowledgeBase, name: str) -> npt.NDArray[np.int64]:
    """Return the catalogue positions that serve a preferred value, ascending: items that have it, or stand high on the scale of that word.

    A mood noted only of the most romantic ones leaves out much that is plainly romantic: what stands at three of four does too.
    """

    def make() -> npt.NDArray[np.int64]:
        having = positions_of(base, name)
        far = _far_along(base, name)
        return having if far is None else np.union1d(having, far)

    return kept(base, f"serving:{name}", make)


def scale_of(base: KnowledgeBase, name: str) -> Number | None:
    """Return the scale whose high end has a preferred value for its own word, or None. The low end says little: most items stand there."""
    kind, _, value = name.partition(":")
    facet = next((f for f in base.schema.facets if facet_kind(f) == kind), None)
    if facet is None or facet.kind != "tag":
        return None
    word = value.casefold()
    fixed = (s for s in base.schema.scales if s.low is not None and s.high is not None)
    return next((s for s in fixed if word in {w.casefold() for w in (s.name, s.label, *s.much[:1])}), None)


def _far_along(base: KnowledgeBase, name: str) -> npt.NDArray[np.int64] | None:
    scale = scale_of(base, name)
    if scale is None:
        return None
    low, high = _range(base, scale)
    return np.flatnonzero(base.catalogue.number(scale.name) >= low + STANDS_FOR * (high - low)).astype(np.int64)


def prefer_scores(base: KnowledgeBase, prefer: Sequence[str], positions: npt.NDArray[np.int64]) -> Floats:
    """Return the share of preferred entities each item serves, `(n,)` in 0..1; what has a value itself counts for more."""
    share = np.zeros(len(base.catalogue))
    for name in prefer:
        served = np.zeros(len(base.catalogue))
        served[serving(base, name)] = STANDS_FOR
        served[positions_of(base, name)] = 1.0
        share += served
    return np.asarray(share[positions] / max(1, len(prefer)), dtype=np.float64)


ENOUGH = 4
"""A preferred value is held to as long as so many items that have it are left to choose among."""


def lacking(base: KnowledgeBase, prefer: Sequence[str], positions: npt.NDArray[np.int64], held: Mask) -> Mask:
    """Return which items do not serve a preferred value that enough others serve, `(n,)`.

    What an item must be suitable for (a facet said as "good for {}") comes before what it should be like, and what was said last
    before what was said earlier; a value that would leave fewer than `ENOUGH` of `held`, `(n,)`, is not insisted on.
    """
    suits = {facet_kind(f) for f in base.schema.facets if "for {}" in f.phrase}
    left = held.copy()
    newest_first = list(dict.fromkeys(reversed(prefer)))
    for name in sorted(newest_first, key=lambda n: n.partition(":")[0] not in suits):
        having = np.zeros(len(base.catalogue), dtype=np.bool_)
        having[serving(base, name)] = True
        has = having[positions]
        if int((left & has).sum()) >= ENOUGH:
            left &= has
    return np.asarray(held & ~left, dtype=np.bool_)


def demanded(predicate: Predicate) -> frozenset[str]:
    """Return the facet values a predicate asks to have, as "facet:value" and bare values; those under a "not" do not count."""
    match predicate:
        case Has(values=values) | HasAll(values=values):
            return frozenset(values)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return frozenset().union(*(demanded(p) for p in parts))
        case _:
            return frozenset()


def taste_scores(
    base: KnowledgeBase,
    liked: Mapping[str, float],
    disliked: Mapping[str, float],
    positions: npt.NDArray[np.int64],
    asked: frozenset[str] = frozenset(),
) -> tuple[Floats, Floats]:
    """Return liked share in 0..1 and the strongest dislike in 0..1 that holds of each item, both `(n,)`, from facet values and people.

    Values in `asked` were asked for just now: a dislike of them is set aside.
    """
    plus, minus = np.zeros(len(base.catalogue)), np.zeros(len(base.catalogue))
    total = 0.0
    for name, weight in sorted(liked.items()):
        if not name.startswith("item:"):
            found = positions_of(base, name)
            plus[found] += weight
            total += weight if len(found) else 0.0
    for name, weight in sorted(disliked.items()):
        if not name.startswith("item:") and name.partition(":")[2] not in asked:
            found = positions_of(base, name)
            minus[found] = np.maximum(minus[found], weight)
    return np.asarray(plus[positions] / max(total, 1e-9)), minus[positions]
