"""Typed predicates: what an item must satisfy. Plain values, evaluated by `Catalogue.select`, never SQL text.

    where = AllOf(parts=(Has(facet="genre", values=("comedy",)), Within(number="year", low=1990)))

JSON form (`to_json`, `from_json`): {"all": [...]}, {"any": [...]}, {"not": {...}}, {"facet": "genre", "has": ["comedy"]},
{"facet": "genre", "has_all": [...]}, {"number": "year", "min": 1990, "max": 1999}, {"date": "released", "from": "...", "to": "..."},
{"place": [52.5, 13.4], "km": 20}, {"text": "heist"}, {"known": "year"}, {"items": ["heat-1995"]}.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from knowledge.errors import BadInput

__all__ = [
    "AllOf",
    "AnyOf",
    "Contains",
    "Has",
    "HasAll",
    "Known",
    "Near",
    "NotThat",
    "OneOf",
    "Predicate",
    "Since",
    "Within",
    "attributes_of",
    "from_json",
    "to_json",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Has:
    """The item has at least one of the values in the facet (equals / in)."""

    facet: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HasAll:
    """The item has every one of the values in the facet."""

    facet: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """The number lies between low and high, both inclusive; None leaves an end open. An item without the number fails."""

    number: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """The date lies between two ISO dates, both inclusive; None leaves an end open."""

    date: str
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """The item's place lies within so many kilometres (great circle) of a point."""

    lat: float
    lon: float
    km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Contains:
    """Title, aliases or description contain all the words (full text, stemmed)."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The item has any value for the attribute."""

    attribute: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """The item is one of these ids."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """Every part holds; an empty conjunction holds for every item."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """At least one part holds; an empty disjunction holds for no item."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotThat:
    """The part does not hold. An item lacking the attribute passes."""

    part: Predicate


Predicate: TypeAlias = Has | HasAll | Within | Since | Near | Contains | Known | OneOf | AllOf | AnyOf | NotThat


def to_json(predicate: Predicate) -> dict[str, Any]:
    """Return the predicate as JSON-plain data."""
    match predicate:
        case Has(facet=facet, values=values):
            return {"facet": facet, "has": list(values)}
        case HasAll(facet=facet, values=values):
            return {"facet": facet, "has_all": list(values)}
        case Within(number=number, low=low, high=high):
            ends = {"min": low, "max": high}
            return {"number": number, **{k: v for k, v in ends.items() if v is not None}}
        case Since(date=date, start=start, end=end):
            ends_ = {"from": start, "to": end}
            return {"date": date, **{k: v for k, v in ends_.items() if v is not None}}
        case Near(lat=lat, lon=lon, km=km):
            return {"place": [lat, lon], "km": km}
        case Contains(text=text):
            return {"text": text}
        case Known(attribute=attribute):
            return {"known": attribute}
        case OneOf(items=items):
            return {"items": list(items)}
        case AllOf(parts=parts):
            return {"all": [to_json(p) for p in parts]}
        case AnyOf(parts=parts):
            return {"any": [to_json(p) for p in parts]}
        case NotThat(part=part):
            return {"not": to_json(part)}


def _strings(value: object, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Sequence) and all(isinstance(v, str) for v in value):
        return tuple(value)
    raise BadInput(f"{where} wants a list of strings, not {value!r}")


def _end(data: Mapping[str, Any], key: str) -> float | None:
    value = data.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput(f"{key!r} of number {data.get('number')!r} is {value!r}; write a number")
    return float(value)


def from_json(data: Mapping[str, Any]) -> Predicate:
    """Read a predicate from its JSON form. Raises BadInput naming what does not fit."""
    if "all" in data:
        return AllOf(parts=tuple(from_json(p) for p in data["all"]))
    if "any" in data:
        return AnyOf(parts=tuple(from_json(p) for p in data["any"]))
    if "not" in data:
        return NotThat(part=from_json(data["not"]))
    if "facet" in data and "has_all" in data:
        return HasAll(facet=str(data["facet"]), values=_strings(data["has_all"], "'has_all'"))
    if "facet" in data and "has" in data:
        return Has(facet=str(data["facet"]), values=_strings(data["has"], "'has'"))
    if "number" in data:
        return Within(number=str(data["number"]), low=_end(data, "min"), high=_end(data, "max"))
    if "date" in data:
        return Since(date=str(data["date"]), start=data.get("from"), end=data.get("to"))
    if "place" in data and "km" in data:
        lat, lon = data["place"]
        return Near(lat=float(lat), lon=float(lon), km=float(data["km"]))
    if "text" in data:
        return Contains(text=str(data["text"]))
    if "known" in data:
        return Known(attribute=str(data["known"]))
    if "items" in data:
        return OneOf(items=_strings(data["items"], "'items'"))
    raise BadInput(f"{dict(data)!r} is not a predicate; see knowledge/predicates.py for the forms")


def attributes_of(predicate: Predicate) -> frozenset[str]:
    """Return the names of the attributes a predicate looks at."""
    match predicate:
        case Has(facet=name) | HasAll(facet=name) | Within(number=name) | Since(date=name) | Known(attribute=name):
            return frozenset({name})
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return frozenset().union(*(attributes_of(p) for p in parts))
        case NotThat(part=part):
            return attributes_of(part)
        case _:
            return frozenset()
