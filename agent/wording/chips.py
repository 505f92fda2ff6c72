"""Chips: what the person may well say next, made from the slate; and what a plain "yes" would mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from agent.brain import Outcome, Situation
from knowledge.predicates import attributes_of, from_json
from knowledge.schema import Number

__all__ = ["chips_for", "offer_of"]

MOST = 5


def chips_for(situation: Situation, outcome: Outcome) -> tuple[str, ...]:
    """Return up to five likely next utterances."""
    return tuple(dict.fromkeys(_chips(situation, outcome)))[:MOST]


def _chips(situation: Situation, outcome: Outcome) -> Iterator[str]:
    if outcome.question is not None:
        for option in tuple(outcome.question.get("options", ()))[:3]:
            yield str(option.get("words") or option.get("label") or option.get("value")) if isinstance(option, Mapping) else str(option)
        yield "Surprise me"
    if offer_of(outcome) is not None:
        yield "Yes, drop that"
    if outcome.slate:
        yield from _steps(situation, outcome)
        yield f"More like {outcome.slate[0].title}"
        yield f"Why {outcome.slate[-1].title.rstrip('?!. ')}?"
    elif not any(f["tool"] != "rank" for f in outcome.facts):
        yield from situation.base.schema.examples[:3]
    yield "Surprise me"


def _steps(situation: Situation, outcome: Outcome) -> Iterator[str]:
    """Yield the critiques that lead away from where the slate stands, furthest first."""
    schema, catalogue = situation.base.schema, situation.base.catalogue
    asked = {c.attribute for c in outcome.request.critiques}
    fixed = {n for c in situation.constraints for n in attributes_of(from_json(c["where"]))}
    found: list[tuple[float, str]] = []
    rows = [catalogue.index(i.id) for i in outcome.slate]
    for number in schema.numbers:
        if number.name in asked | fixed or not (number.more or number.less) or number.askable <= 0:
            continue
        place = _place(catalogue.number(number.name), rows)
        if place is None:
            continue
        forms = number.less if place > 0.5 else number.more
        if forms:
            found.append((abs(place - 0.5) + 0.2 * number.askable + _weight(number), forms[0]))
    for _, words in sorted(found, key=lambda f: (-f[0], f[1]))[:2]:
        yield words.capitalize()


def _place(column: Any, rows: list[int]) -> float | None:
    """Return where the slate stands among all items, 0 to 1."""
    mine = column[rows]
    known = column[~np.isnan(column)]
    if np.isnan(mine).all() or not len(known):
        return None
    middle = float(np.nanmean(mine))
    return float((known < middle).mean() + 0.5 * (known == middle).mean())


def _weight(number: Number) -> float:
    return 0.1 if number.role in ("duration", "year") else 0.0


def offer_of(outcome: Outcome) -> dict[str, Any] | None:
    """Return what "yes" means after this reply: the condition whose dropping was offered, or None."""
    if outcome.slate or not outcome.blocked:
        return None
    best = outcome.blocked[0]
    if best["without"] <= 0:
        return None
    return {"drop": sorted(attributes_of(from_json(best["where"])))}
