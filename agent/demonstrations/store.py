"""Reading the demonstrations from their files and filling their placeholders from a catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.entities import entity, facet_kind, item_entity

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase
    from knowledge.schema import Schema

__all__ = ["Demonstration", "demonstrations", "names_for"]

_BRACES = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """One example of understanding and planning.

    Placeholders in braces stand for names of the catalogue at hand: {item}, {item2}, {item3} with {item_id} ...; {person} of
    {person_facet}; {value} and {value2} of {facet}; {tag} of {tag_facet}; {scale} with {more}, {less}, {much}; {scale2} with {more2};
    the numbers {year} and {duration}; and the words {items}, {item_word}, {use}, {used}.
    """

    id: str
    say: str
    request: Mapping[str, Any] = field(default_factory=dict)
    """The request in JSON form, defaults left out."""
    tools: tuple[str, ...] = ()
    """The tools of the plan, in order; none for an answer without tools."""
    context: str = ""
    """What stood before, in a few words ("three were shown")."""
    features: frozenset[str] = frozenset()
    """The request's shape, by which plans are adapted."""

    @property
    def placeholders(self) -> frozenset[str]:
        """Names in braces."""
        return frozenset(_BRACES.findall(f"{self.say} {self.context} {self.request}"))

    def filled(self, names: Mapping[str, str]) -> Demonstration | None:
        """Return the demonstration with its placeholders filled, or None where the catalogue has nothing for one of them."""
        if not self.placeholders <= names.keys():
            return None
        return replace(self, say=_fill(self.say, names), context=_fill(self.context, names), request=_fill(self.request, names))


def _fill(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _BRACES.sub(lambda m: names[m.group(1)], value)
    if isinstance(value, Mapping):
        return {k: _fill(v, names) for k, v in value.items()}
    return [_fill(v, names) for v in value] if isinstance(value, list) else value


@cache
def demonstrations() -> tuple[Demonstration, ...]:
    """Return all demonstrations, sorted by id."""
    import yaml

    found: list[Demonstration] = []
    for file in sorted(files("agent.demonstrations").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yaml"):
            found.extend(_read(row) for row in yaml.safe_load(file.read_text(encoding="utf-8")))
    return tuple(sorted(found, key=lambda d: d.id))


def _read(row: dict[str, Any]) -> Demonstration:
    from agent.builtin.planning import shape
    from agent.request import Request

    request = row.get("request", {})
    features = shape(Request.model_validate(request)) | set(row.get("also", ()))
    return Demonstration(
        id=row["id"],
        say=row["say"],
        request=request,
        tools=tuple(row.get("tools", ())),
        context=row.get("context", ""),
        features=frozenset(features),
    )


def names_for(base: KnowledgeBase) -> dict[str, str]:
    """Return what the placeholders stand for in a catalogue: its best-known items, people and values. Same base, same names."""
    schema = base.schema
    item = schema.item
    names = {"items": item.plural, "item_word": item.singular, "use": item.use, "used": item.used[0] if item.used else "tried"}
    names |= _numbers(schema)
    catalogue = base.catalogue
    order = np.lexsort((np.arange(len(catalogue)), -catalogue.popularity))
    for suffix, position in zip(("", "2", "3"), order.tolist(), strict=False):
        known = catalogue.item(catalogue.ids[position])
        names |= {f"item{suffix}": known.title, f"item{suffix}_id": item_entity(known.id)}
    kinds = {"person": "person", "value": "category", "tag": "tag"}
    for name, kind in kinds.items():
        found = [f for f in schema.facets if f.kind == kind and len(catalogue.facet(f.name)) > 1]
        facet = max(found, key=lambda f: f.askable, default=None) if kind == "tag" else next(iter(found), None)
        if facet is None:
            continue
        column = catalogue.facet(facet.name)
        best = sorted(zip(column.values, column.counts, strict=True), key=lambda pair: (-int(pair[1]), pair[0]))[:2]
        names |= {name: best[0][0], f"{name}2": best[-1][0], "facet" if name == "value" else f"{name}_facet": facet.name}
        if name == "person":
            names["person_id"] = entity(facet_kind(facet), best[0][0])
    return names


def _numbers(schema: Schema) -> dict[str, str]:
    numbers = (schema.with_role("year"), schema.with_role("duration"))
    names: dict[str, str] = {n.role: n.name for n in numbers if n is not None}
    said = [n for n in schema.numbers if n.role not in {"year", "duration", "count"} and n.more and n.less and n.much]
    scales = sorted(said, key=lambda n: not n.is_scale)
    for suffix, scale in zip(("", "2"), scales, strict=False):
        names |= {
            f"scale{suffix}": scale.name,
            f"more{suffix}": scale.more[0],
            f"less{suffix}": scale.less[0],
            f"much{suffix}": scale.much[0],
        }
    return names
