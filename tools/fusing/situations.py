"""A held-out person put into each situation: part of what they love is told, the rest must be found by the tools of a usual plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.entities import item_entity
from knowledge.errors import Unavailable
from knowledge.predicates import AllOf, Has, Predicate
from tools.base import Taste, ToolContext
from tools.candidates import Candidates
from tools.scope import entities_of, positions_of

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase
    from tools.fusion import Situation

__all__ = ["FEWEST_LOVES", "Told", "run_plan", "told"]

FEWEST_LOVES = 6
"""Loved items a person needs to be asked about."""

TASTE = 8
"""Loved items told as a history, at most half of them."""

LATELY = 5
"""Of these, how many of the last are looked beside, as the agent does."""

RARE, COMMON = 3, 0.25
"""A wish is made of values that at least so many items have, and at most such a share of all."""

Steps = Sequence[tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one person says in one situation: the plan that answers it, and the positions of the loved items it should find."""

    steps: Steps
    hidden: frozenset[int]
    prefer: tuple[str, ...] = ()
    taste: Taste = field(default_factory=Taste)
    where: Predicate = field(default_factory=lambda: AllOf(parts=()))
    excluded: frozenset[str] = frozenset()


def told(base: KnowledgeBase, situation: Situation, loved: Sequence[int], rng: np.random.Generator) -> Told | None:
    """Return what somebody who loves these items, oldest first, says in a situation; None where there is nothing to say."""
    match situation:
        case "history":
            return _history(base, loved, rng)
        case "seeds":
            return _seeds(base, loved, rng)
        case "liked":
            return _liked(base, loved, rng)
        case "wish":
            return _wish(base, loved, rng)
        case "cold":
            return _cold(base, loved, rng)


def run_plan(base: KnowledgeBase, what: Told, situation: Situation) -> Candidates:
    """Run the plan and return the ranked candidates, with the signals of every tool that the base has parts for."""
    from tools.registry import TOOLS

    context = ToolContext(base=base, taste=what.taste, where=what.where, excluded=what.excluded)
    for name, args in (*what.steps, ("rank", {"situation": situation, "prefer": what.prefer})):
        tool = TOOLS[name]
        if not all(base.has(part) for part in tool.needs):
            continue
        try:
            found = tool.run(context, tool.parse(args)).candidates
        except Unavailable:
            continue
        if found is not None:
            context = replace(context, candidates=found)
    return Candidates.of(base.catalogue, context.candidates or ())


def _history(base: KnowledgeBase, loved: Sequence[int], rng: np.random.Generator) -> Told:
    size = min(TASTE, len(loved) // 2)
    places = np.sort(rng.permutation(len(loved))[:size])
    known = [base.catalogue.ids[loved[p]] for p in places]
    liked = [item_entity(i) for i in known]
    steps: Steps = (("similar", {"items": liked[-LATELY:]}), ("graph", {}), ("collaborative", {}), ("popular", {}))
    taste = Taste(liked=dict.fromkeys(liked, 1.0), history=tuple(known), seen=frozenset(known))
    return Told(steps=steps, hidden=frozenset(loved) - {loved[p] for p in places}, taste=taste)


def _seeds(base: KnowledgeBase, loved: Sequence[int], rng: np.random.Generator, chosen: Sequence[int] = ()) -> Told:
    chosen = chosen or [loved[p] for p in rng.permutation(len(loved))[:2]]
    ids = [base.catalogue.ids[i] for i in chosen]
    names = [item_entity(i) for i in ids]
    steps: Steps = (
        ("similar", {"items": names}),
        ("graph", {"seeds": [{"entity": n, "weight": 1.0} for n in names]}),
        ("collaborative", {"items": names}),
        ("popular", {}),
    )
    return Told(steps=steps, hidden=frozenset(loved) - set(chosen), excluded=frozenset(ids))


def _liked(base: KnowledgeBase, loved: Sequence[int], rng: np.random.Generator) -> Told | None:
    order = rng.permutation(len(loved)).tolist()
    named = _seeds(base, loved, rng, [loved[p] for p in order[:2]])
    value = _value_of(base, loved[order[2]], rng)
    if value is None:
        return None
    name, where = value
    liked = dict.fromkeys(named.steps[0][1]["items"], 1.0)
    hidden = _having(base, sorted(named.hidden), [name])
    return replace(named, hidden=hidden, where=where, taste=Taste(liked=liked, history=tuple(sorted(named.excluded))))


def _wish(base: KnowledgeBase, loved: Sequence[int], rng: np.random.Generator) -> Told | None:
    values = _values(base, loved[int(rng.integers(len(loved)))])
    if len(values) < 2:
        return None
    count = 2 if len(values) == 2 else int(rng.integers(2, 4))
    chosen = [values[p] for p in rng.permutation(len(values))[:count]]
    # Half of the wishes are taken as words alone, as of somebody whose values nobody recognised.
    by_value = bool(rng.integers(2))
    steps: list[tuple[str, Mapping[str, Any]]] = [("search", {"wish": ", ".join(n.partition(":")[2] for n in chosen)})]
    if by_value:
        steps += [("graph", {"seeds": [{"entity": n, "weight": 0.4} for n in chosen]})]
    steps += [("popular", {})]
    return Told(steps=steps, hidden=_having(base, loved, chosen), prefer=tuple(chosen) if by_value else ())


def _cold(base: KnowledgeBase, loved: Sequence[int], rng: np.random.Generator) -> Told | None:
    value = _value_of(base, loved[int(rng.integers(len(loved)))], rng)
    if value is None:
        return None
    name, where = value
    steps: Steps = (
        ("search", {"wish": name.partition(":")[2]}),
        ("graph", {"seeds": [{"entity": name, "weight": 0.4}]}),
        ("popular", {}),
    )
    return Told(steps=steps, hidden=_having(base, loved, [name]), where=where)


def _value_of(base: KnowledgeBase, position: int, rng: np.random.Generator) -> tuple[str, Predicate] | None:
    """Return a value of an item that somebody would ask for, as an entity name and as a condition; None where it has none."""
    values = _values(base, position, rare=max(RARE, len(base.catalogue) // 50))
    if not values:
        return None
    name = values[int(rng.integers(len(values)))]
    value = name.partition(":")[2]
    facet = next(f.name for f in base.schema.facets if len(base.catalogue.facet(f.name).positions(value)))
    return name, Has(facet=facet, values=(value,))


def _values(base: KnowledgeBase, position: int, rare: int = RARE) -> list[str]:
    """Return the entities of an item that somebody would wish for: neither names nor what nearly everything or nothing has."""
    plain = {f.name for f in base.schema.facets if f.kind not in ("person", "series")}
    found = []
    for name, (facet, value, _) in entities_of(base, position).items():
        count = len(base.catalogue.facet(facet).positions(value))
        if facet in plain and rare <= count <= COMMON * len(base.catalogue):
            found.append(name)
    return sorted(found)


def _having(base: KnowledgeBase, loved: Sequence[int], names: Sequence[str]) -> frozenset[int]:
    hidden = set(loved)
    for name in names:
        hidden &= set(positions_of(base, name).tolist())
    return frozenset(hidden)
