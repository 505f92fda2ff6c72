"""Constraints as a conversation holds them: merged as they are said, made of dislikes, and let go of when nothing is left."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from knowledge.entities import facet_kind, split_entity
from knowledge.predicates import AllOf, AnyOf, Has, HasAll, NotThat, OneOf, Predicate, Within, attributes_of, from_json, to_json
from knowledge.schema import Schema

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue

__all__ = ["about_subject", "conjunction", "contradicted", "matching", "merge", "names_value", "split", "without_value"]

Plain = Mapping[str, Any]


def split(constraint: Plain) -> list[dict[str, Any]]:
    """Return a constraint as its conjuncts, each with the same words."""
    where = constraint["where"]
    if "all" in where:
        return [piece for part in where["all"] for piece in split({**constraint, "where": part})]
    rest = {
        "words": str(constraint.get("words", "")),
        "standing": bool(constraint.get("standing", False)),
        "turn": int(constraint.get("turn", 0)),
    }
    return [{"where": dict(where), **rest}]


def merge(
    old: Iterable[Plain], new: Iterable[Plain], *, drop: Iterable[str] = (), adding: bool = False, widening: bool = False
) -> tuple[dict[str, Any], ...]:
    """Return the constraints in force after new ones were said.

    On the same attribute a new demand replaces the old demand and a new range the old range, except that two half-open ranges that
    fit together become one; exclusions add up. A demand takes back an earlier exclusion of the same value, and the other way round.
    `adding` ("and also ...") keeps old demands beside the new; `widening` ("or ...") lets
    either do. `drop` names attributes that no longer matter, `*` all, or entities ("genre:drama") neither demanded nor ruled out
    any more.
    """
    gone = set(drop)
    kept = [q for c in old for p in split(c) if "*" not in gone and (q := _less(p, gone)) is not None]
    said: list[dict[str, Any]] = []
    for piece in (p for c in new for p in split(c)):
        kept, piece = _beside(kept, piece, adding=adding, widening=widening)
        # What is said in one breath holds together: "a documentary about music or a band" asks for both.
        said, piece = _beside(said, piece, adding=True, widening=widening)
        said.append(piece)
    return (*kept, *said)


def _less(piece: dict[str, Any], gone: Collection[str]) -> dict[str, Any] | None:
    """Return a constraint less what is dropped, attributes and entities, or None where nothing is left of it."""
    predicate = from_json(piece["where"])
    if attributes_of(predicate) & set(gone):
        return None
    out = isinstance(predicate, NotThat)
    inner = predicate.part if isinstance(predicate, NotThat) else predicate
    values = frozenset((f, v) for f, v in _values(inner) if f"{f}:{v}" in gone or f"person:{v}" in gone)
    if not values:
        return piece
    # Several values that stand for one thing ("no guns") are let go of as one.
    left = None if isinstance(inner, AnyOf) else without_value(inner, values)
    return None if left is None else {**piece, "where": to_json(NotThat(part=left) if out else left)}


def _beside(
    held: Iterable[dict[str, Any]], piece: dict[str, Any], *, adding: bool, widening: bool
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return what is left of the constraints held beside a new one, and the new one with what it took in of them."""
    predicate = from_json(piece["where"])
    survivors: list[dict[str, Any]] = []
    for earlier in held:
        either = _either(from_json(earlier["where"]), predicate) if widening else None
        if either is not None:
            predicate, words = either, " or ".join(w for w in (earlier["words"], piece["words"]) if w)
            piece = {**piece, "where": to_json(predicate), "words": words}
            continue
        left = _against(from_json(earlier["where"]), predicate, adding=adding)
        if isinstance(left, Within) and isinstance(predicate, Within) and left.number == predicate.number:
            predicate, words = left, ", ".join(w for w in (earlier["words"], piece["words"]) if w)
            piece = {**piece, "where": to_json(predicate), "words": words}
        elif left is not None:
            survivors.append({**earlier, "where": to_json(left)})
    return survivors, piece


def _either(earlier: Predicate, new: Predicate) -> Predicate | None:
    """Return the demand that two demands on one facet make where either will do, or None where they are no such two."""
    if isinstance(earlier, Has) and isinstance(new, Has) and earlier.facet == new.facet:
        return Has(facet=new.facet, values=tuple(dict.fromkeys((*earlier.values, *new.values))))
    return None


def _against(earlier: Predicate, new: Predicate, *, adding: bool) -> Predicate | None:
    """Return what is left of an earlier constraint beside a new one; for two ranges that fit, their intersection."""
    if earlier == new:
        return None
    if isinstance(earlier, Within) and isinstance(new, Within):
        return _ranges(earlier, new)
    negative, positive = isinstance(earlier, NotThat), not isinstance(new, NotThat)
    if negative and positive:
        return _take_back(earlier, new)
    if not negative and isinstance(new, NotThat):
        return without_value(earlier, _values(new.part))
    if isinstance(earlier, Has) and isinstance(new, Has) and earlier.facet == new.facet and set(earlier.values) < set(new.values):
        # "Comedy or thriller" said after "comedy" is the wider of the two, not one beside it.
        return None
    if negative or adding or not (attributes_of(earlier) & attributes_of(new)):
        return earlier
    return None


def _ranges(earlier: Within, new: Within) -> Predicate | None:
    if earlier.number != new.number:
        return earlier
    if (new.low is not None and new.high is not None) or (earlier.low is not None and earlier.high is not None):
        return None
    if (earlier.low is None) == (new.low is None):
        return None
    low = new.low if new.low is not None else earlier.low
    high = new.high if new.high is not None else earlier.high
    return Within(number=new.number, low=low, high=high) if low is not None and high is not None and low <= high else None


def _take_back(earlier: Predicate, new: Predicate) -> Predicate | None:
    """Return an exclusion less the values a new demand asks for."""
    assert isinstance(earlier, NotThat)
    if isinstance(earlier.part, Within):
        return None if isinstance(new, Within) and new.number == earlier.part.number else earlier
    if isinstance(earlier.part, AnyOf) and _values(earlier.part) & _values(new):
        # Several values that stand for one thing ("for grown-ups") are taken back as one.
        return None
    left = without_value(earlier.part, _values(new))
    return None if left is None else NotThat(part=left)


def _values(predicate: Predicate) -> frozenset[tuple[str, str]]:
    match predicate:
        case Has(facet=facet, values=values) | HasAll(facet=facet, values=values):
            return frozenset((facet, v) for v in values)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return frozenset().union(*(_values(p) for p in parts))
        case _:
            return frozenset()


def without_value(predicate: Predicate, values: frozenset[tuple[str, str]]) -> Predicate | None:
    """Return the predicate less some (facet, value) pairs, or None where nothing is left of it."""
    match predicate:
        case Has(facet=facet, values=old):
            left = tuple(v for v in old if (facet, v) not in values)
            return Has(facet=facet, values=left) if left else None
        case HasAll(facet=facet, values=old):
            left = tuple(v for v in old if (facet, v) not in values)
            return HasAll(facet=facet, values=left) if left else None
        case AnyOf(parts=parts):
            rest = tuple(p for p in (without_value(part, values) for part in parts) if p is not None)
            return AnyOf(parts=rest) if rest else None
        case _:
            return predicate


def about_subject(constraint: Plain, schema: Schema) -> bool:
    """True for a demand that says what the request is about (a person, a series) rather than what the person can use at all."""
    predicate = from_json(constraint["where"])
    kinds = {f.name: f.kind for f in schema.facets}
    return not isinstance(predicate, NotThat) and bool(
        attributes_of(predicate) and {kinds.get(a) for a in attributes_of(predicate)} <= {"person", "series"}
    )


def contradicted(standing: Plain, said: Iterable[Plain]) -> bool:
    """True where what was said cannot hold beside a standing constraint: a demand for what it excludes, or a range beyond its own."""
    said = tuple(said)
    predicate = from_json(standing["where"])
    if isinstance(predicate, Within):
        others = [p for c in said if isinstance(p := from_json(c["where"]), Within) and p.number == predicate.number]
        return any(_apart(p, predicate) for p in others)
    merged = merge([standing], said, adding=isinstance(predicate, NotThat))
    return bool(said) and standing["where"] not in [c["where"] for c in merged]


def _apart(one: Within, other: Within) -> bool:
    """True where two ranges have nothing in common."""
    low = max(one.low if one.low is not None else -math.inf, other.low if other.low is not None else -math.inf)
    high = min(one.high if one.high is not None else math.inf, other.high if other.high is not None else math.inf)
    return low > high


def names_value(constraints: Iterable[Plain], entity: str, schema: Schema) -> bool:
    """True where a demand (not an exclusion) asks for the entity."""
    kind, value = split_entity(entity)
    facets = {f.name for f in schema.facets if facet_kind(f) == kind}
    demands = (from_json(c["where"]) for c in constraints)
    return any((f, value) in _values(p) for p in demands if not isinstance(p, NotThat) for f in facets)


def matching(entity: str, schema: Schema, catalogue: Catalogue) -> Predicate | None:
    """Return the predicate of the items that are or have the entity, or None where no item can have it."""
    kind, value = split_entity(entity)
    if kind == "item":
        return OneOf(items=(value,)) if value in catalogue else None
    names = [f.name for f in schema.facets if facet_kind(f) == kind]
    parts = tuple(Has(facet=name, values=(value,)) for name in names if len(catalogue.facet(name).positions(value)))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else AnyOf(parts=parts)


def conjunction(constraints: Sequence[Plain], shunned: Sequence[Predicate] = ()) -> AllOf:
    """Return one predicate of all constraints and of what the person shuns."""
    return AllOf(parts=(*(from_json(c["where"]) for c in constraints), *(NotThat(part=p) for p in shunned)))
