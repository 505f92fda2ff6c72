"""Predicates and attribute values in plain words, from the words of the schema."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.entities import facet_kind, split_entity
from knowledge.predicates import AllOf, AnyOf, Contains, Has, HasAll, Known, Near, NotThat, OneOf, Predicate, Since, Within
from knowledge.schema import Facet, Number, Schema

__all__ = ["describe", "entity_words", "figure", "join", "label", "range_words", "value_words"]


def join(parts: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does: "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def label(schema: Schema, attribute: str) -> str:
    """Return the noun for an attribute ("length"), its name with spaces where the schema gives none."""
    labels = {f.name: f.label for f in schema.facets} | {n.name: n.label for n in schema.numbers}
    return labels.get(attribute) or attribute.replace("_", " ")


def value_words(facet: Facet, value: str) -> str:
    """Return how a reply says that an item has a value ("directed by Michael Mann", "heist")."""
    return facet.phrase.format(value) if "{}" in facet.phrase else value


def figure(number: Number, value: float) -> str:
    """Return a number as people read it ("105 minutes", "1995", "7.5")."""
    text = f"{value:.0f}" if number.integer or float(value).is_integer() else f"{value:.4g}"
    if number.role == "price" and number.unit in {"$", "€", "£"}:
        return f"{number.unit}{text}"
    return f"{text} {number.unit}".strip()


def entity_words(schema: Schema, name: str) -> str:
    """Return how a reply says that an item has an entity, by the first facet of that kind."""
    kind, value = split_entity(name)
    facet = next((f for f in schema.facets if facet_kind(f) == kind), None)
    if facet is None or facet.kind == "person":
        return value
    return value_words(facet, value)


def describe(predicate: Predicate, schema: Schema) -> str:
    """Return the predicate as a clause that fits after "items": "comedy", "from 1990 to 1999", "not from France"."""
    match predicate:
        case Has(facet=name, values=values):
            return _facet(schema, name, values, "or")
        case HasAll(facet=name, values=values):
            return _facet(schema, name, values, "and")
        case Within(number=name, low=low, high=high):
            return _within(schema, name, low, high)
        case Since() | Near() | Contains() | Known() | OneOf():
            return _rest(predicate, schema)
        case AllOf(parts=parts):
            return ", ".join(describe(p, schema) for p in parts) or f"any {schema.item.singular}"
        case AnyOf(parts=parts):
            # The same value in several facets of one kind reads once: "Clint Eastwood", not "directed by ... or with ...".
            names = {v for p in parts if isinstance(p, Has) for v in p.values}
            if len(names) == 1 and all(isinstance(p, Has) for p in parts):
                return f"with {names.pop()}"
            return join([describe(p, schema) for p in parts], "or")
        case NotThat(part=part):
            return f"not {describe(part, schema)}"


def _rest(predicate: Since | Near | Contains | Known | OneOf, schema: Schema) -> str:
    match predicate:
        case Since(date=name, start=start, end=end):
            ends = [f"from {start}" if start else "", f"until {end}" if end else ""]
            return f"{label(schema, name)} {' '.join(e for e in ends if e) or 'any time'}"
        case Near(km=km):
            return f"within {km:g} km"
        case Contains(text=text):
            return f"with “{text}” in the text"
        case Known(attribute=name):
            return f"with a known {label(schema, name)}"
        case OneOf(items=items):
            return f"one of {len(items)} {schema.item.plural} named"


def _facet(schema: Schema, name: str, values: Sequence[str], last: str) -> str:
    facet = next((f for f in schema.facets if f.name == name), None)
    if facet is None:
        return f"{name} {join(list(values), last)}"
    if "{}" in facet.phrase:
        return facet.phrase.format(join(list(values), last))
    return join(list(values), last)


def _within(schema: Schema, name: str, low: float | None, high: float | None) -> str:
    number = next((n for n in schema.numbers if n.name == name), None)
    if number is None:
        return f"{name} from {low} to {high}"
    if number.is_scale and (number.much or number.little):
        middle = ((number.low or 0.0) + (number.high or 1.0)) / 2
        if low is not None and high is None and number.much:
            return number.much[0] if low > middle else f"at least a little {number.much[0]}"
        if high is not None and low is None and number.much:
            return f"not {number.much[0]}" if high <= middle else f"not too {number.much[0]}"
    noun = "" if number.role in {"year", "duration", "price"} else f"{label(schema, name)} "
    if low is None and high is None:
        return f"with any {label(schema, name)}"
    if number.role == "year":
        if high is None:
            return f"from {low:.0f} on"
        return f"from {high:.0f} or before" if low is None else f"from {range_words(number, low, high)}"
    return f"{noun}of {range_words(number, low, high)}"


def range_words(number: Number, low: float | None, high: float | None) -> str:
    """Return a range as bare words ("at most 60 minutes", "1990 to 1999", "2000 or later")."""
    year = number.role == "year"
    if low is None and high is None:
        return "any"
    if low is None:
        assert high is not None
        return f"{high:.0f} or before" if year else f"at most {figure(number, high)}"
    if high is None:
        return f"{low:.0f} or later" if year else f"at least {figure(number, low)}"
    if low == high:
        return figure(number, low)
    return f"{f'{low:.0f}' if number.integer else f'{low:g}'} to {figure(number, high)}"
