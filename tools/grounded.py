"""Predicates with their values put into the catalogue's own words, or reported as unknown; nothing is guessed."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from knowledge.entities import facet_kind
from knowledge.predicates import AllOf, AnyOf, Has, HasAll, Known, NotThat, Predicate, Since, Within

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Grounding", "conjuncts", "ground_predicate"]


@dataclass(slots=True)
class Grounding:
    """What grounding did: values put into other words, and conditions the catalogue cannot hold (left out of the predicate)."""

    grounded: list[dict[str, Any]] = field(default_factory=list)
    cannot: list[dict[str, Any]] = field(default_factory=list)

    def fail(self, attribute: str, text: str, near: tuple[str, ...] | list[str], why: str) -> None:
        """Note a condition that cannot be applied."""
        self.cannot.append({"attribute": attribute, "text": text, "near": list(near)[:3], "why": why})


def conjuncts(predicate: Predicate) -> list[Predicate]:
    """Return the parts that must all hold, nested conjunctions opened."""
    if isinstance(predicate, AllOf):
        return [leaf for part in predicate.parts for leaf in conjuncts(part)]
    return [predicate]


def ground_predicate(base: KnowledgeBase, predicate: Predicate, grounding: Grounding) -> Predicate:
    """Return the predicate with catalogue values in place of the words used; parts that name nothing known are left out.

    A facet name may also be a kind of entity: `person` stands for every facet of people. What was changed or left out is
    noted in `grounding`.
    """
    return _ground(base, predicate, grounding) or AllOf(parts=())


def _ground(base: KnowledgeBase, predicate: Predicate, grounding: Grounding) -> Predicate | None:
    schema = base.schema
    match predicate:
        case AllOf(parts=parts):
            return AllOf(parts=tuple(g for p in parts if (g := _ground(base, p, grounding)) is not None))
        case AnyOf(parts=parts):
            some = tuple(g for p in parts if (g := _ground(base, p, grounding)) is not None)
            return AnyOf(parts=some) if some else None
        case NotThat(part=part):
            inner = _ground(base, part, grounding)
            return None if inner is None else NotThat(part=inner)
        case Has(facet=name, values=values):
            return _facet(base, name, values, every=False, grounding=grounding)
        case HasAll(facet=name, values=values):
            return _facet(base, name, values, every=True, grounding=grounding)
        case Within(number=name):
            return predicate if _known(name, schema.number_names, "number", grounding) else None
        case Since(date=name):
            return predicate if _known(name, schema.dates, "date", grounding) else None
        case Known(attribute=name):
            names = (
                *schema.facet_names,
                *schema.number_names,
                *schema.dates,
                "title",
                "description",
                "image",
                "url",
                "place",
                "popularity",
            )
            return predicate if _known(name, names, "attribute", grounding) else None
        case _:
            return predicate


def _known(name: str, names: tuple[str, ...], kind: str, grounding: Grounding) -> bool:
    if name in names:
        return True
    grounding.fail(name, name, difflib.get_close_matches(name, names, n=1), f"the catalogue has no {kind} {name!r}")
    return False


def _facet(base: KnowledgeBase, name: str, values: tuple[str, ...], *, every: bool, grounding: Grounding) -> Predicate | None:
    schema = base.schema
    if name in schema.facet_names:
        names: list[str] = [name]
    else:
        names = [f.name for f in schema.facets if facet_kind(f) == name]
    if not names:
        known = (*schema.facet_names, *(facet_kind(f) for f in schema.facets))
        grounding.fail(name, ", ".join(values), difflib.get_close_matches(name, known, n=1), f"the catalogue has no facet {name!r}")
        return None
    found: list[Predicate] = []
    for value in values:
        options = [(n, base.catalogue.ground(n, value)) for n in names]
        best = max(score for _, g in options if (score := g.score if g.value is not None else 0.0) >= 0.0)
        if best == 0.0:
            near = list(dict.fromkeys(v for _, g in options for v in g.near))
            grounding.fail(name, value, near, f"no {name} {value!r} in the catalogue")
            continue
        parts: list[Predicate] = [Has(facet=n, values=(g.value,)) for n, g in options if g.value is not None and g.score >= best - 0.05]
        for part in parts:
            if isinstance(part, Has) and part.values[0] != value:
                grounding.grounded.append({"facet": part.facet, "text": value, "value": part.values[0]})
        found.append(parts[0] if len(parts) == 1 else AnyOf(parts=tuple(parts)))
    if not found or (every and len(found) < len(values)):
        # "all of" with an unknown value cannot hold as said: only the known part is kept, and the unknown is reported.
        return AllOf(parts=tuple(found)) if found else None
    if every:
        return HasAll(facet=names[0], values=_values(found)) if _plain(found, names[0]) else AllOf(parts=tuple(found))
    return Has(facet=names[0], values=_values(found)) if _plain(found, names[0]) else AnyOf(parts=tuple(found))


def _plain(parts: list[Predicate], facet: str) -> bool:
    return all(isinstance(p, Has) and p.facet == facet for p in parts)


def _values(parts: list[Predicate]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v for p in parts if isinstance(p, Has) for v in p.values))
