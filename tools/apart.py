"""What tells the items of one slate apart: reasons that hold for all of them say less, and each may be the most of something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from knowledge.entities import entity, facet_kind, item_entity
from knowledge.schema import Number
from tools.candidates import Evidence
from tools.derived import number_spread
from tools.words import join

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["told_apart"]

COMMON = 0.25
"""What a reason that holds for the whole slate is worth against one that holds for some."""

PERSONAL = 0.34
"""An item whose best reason is worth less gets told how it stands out among those shown."""

SMALL = 60
"""Values of a vocabulary that says how things feel; a larger one says what they are about."""

MARGIN = 0.12
"""By so much of the range, or so many standard deviations, an item must lead the next."""

Reasons = Mapping[str, Sequence[Evidence]]


def told_apart(base: KnowledgeBase, why: Reasons) -> dict[str, tuple[Evidence, ...]]:
    """Return the reasons of a slate, item id -> strongest first, with those that set an item apart before those all share."""
    if len(why) < 2:
        return {item_id: tuple(found) for item_id, found in why.items()}
    times = Counter(proof for item_id, found in why.items() for proof in {_proof(item_id, e) for e in found})
    result: dict[str, tuple[Evidence, ...]] = {}
    used: set[tuple[str, str]] = set()
    for item_id, found in why.items():
        weighed = [replace(e, weight=e.weight * COMMON) if times[_proof(item_id, e)] == len(why) else e for e in found]
        if max((e.weight for e in weighed if e.kind not in {"text", "popularity"}), default=0.0) < PERSONAL:
            weighed += _own(base, item_id, list(why)) or _leads(base, item_id, list(why), used)
        result[item_id] = tuple(sorted(weighed, key=lambda e: (-e.weight, e.kind, e.text)))
    return result


def _proof(item_id: str, evidence: Evidence) -> tuple[str, ...]:
    own = item_entity(item_id)
    others = tuple(i for i in evidence.ids if i != own)
    return (evidence.kind, *others) if others else (evidence.kind, evidence.text)


def _own(base: KnowledgeBase, item_id: str, shown: Sequence[str]) -> list[Evidence]:
    """Return how the item feels and the others shown do not: its values of a small tag vocabulary ("playful and feel-good")."""
    for facet in base.schema.facets:
        column = base.catalogue.facet(facet.name)
        if facet.kind != "tag" or (facet.phrase or "{}") != "{}" or len(column.values) > SMALL:
            continue
        times = Counter(v for i in shown for v in column.of(base.catalogue.index(i)))
        counts = dict(zip(column.values, column.counts, strict=True))
        values = [v for v in column.of(base.catalogue.index(item_id)) if times[v] < max(2, len(shown) // 2)]
        telling = sorted(values, key=lambda v: (times[v], counts[v], v))[:2]
        if telling:
            ids = (item_entity(item_id), *(entity(facet_kind(facet), v) for v in telling))
            return [Evidence(kind="attribute", text=join(telling), ids=ids, weight=PERSONAL)]
    return []


def _leads(base: KnowledgeBase, item_id: str, shown: Sequence[str], used: set[tuple[str, str]]) -> list[Evidence]:
    """Return the one number or scale on which an item leads the others shown by most, said as a superlative."""
    best: tuple[float, Number, str, str] | None = None
    for number in base.schema.numbers:
        if number.role in {"popularity", "count"} or not (number.more and number.less):
            continue
        column = base.catalogue.number(number.name)
        values = [float(column[base.catalogue.index(i)]) for i in shown]
        if any(np.isnan(values)):
            continue
        low, high, _, spread = number_spread(base, number.name)
        unit = (high - low) if number.is_scale else 2.5 * spread
        here = values[list(shown).index(item_id)]
        others = [v for i, v in zip(shown, values, strict=True) if i != item_id]
        for direction, lead in (("more", here - max(others)), ("less", min(others) - here)):
            share = lead / max(unit, 1e-9)
            # "The funniest of these" is no praise for what is hardly funny at all.
            hollow = number.is_scale and direction == "more" and here < (low + high) / 2
            word = _superlative(number.more[0] if direction == "more" else number.less[0])
            # ... and less of a judged scale is seldom what speaks for an item.
            hollow |= (number.is_scale and direction == "less") or word.startswith("least ")
            if share >= MARGIN and not hollow and (number.name, direction) not in used and (best is None or share > best[0]):
                best = (share, number, direction, word)
    if best is None:
        return []
    _, number, direction, word = best
    used.add((number.name, direction))
    text = f"the {word} of these"
    return [Evidence(kind="number", text=text, ids=(item_entity(item_id), f"number:{number.name}"), weight=PERSONAL)]


def _superlative(comparative: str) -> str:
    """Return the superlative of a comparative: "funniest", "most violent", "least dark"."""
    first, _, rest = comparative.partition(" ")
    if first in {"more", "less"} and rest:
        return f"{'most' if first == 'more' else 'least'} {rest}"
    return f"{first[:-1]}st {rest}".strip() if first.endswith("er") else f"most {comparative}"
