"""Facts about items, people and the catalogue, always over the whole of it; for language models also read-only SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from knowledge.entities import entity, facet_kind, item_entity, split_entity
from knowledge.predicates import AllOf, Predicate, to_json
from tools.base import Arguments, BadArguments, Tool, ToolContext, ToolResult
from tools.candidates import Evidence
from tools.compare import record
from tools.grounded import Grounding, ground_predicate
from tools.scope import Where, item_id_of, known_items, parse_where, positions_of
from tools.words import describe, entity_words, figure, join, label, value_words

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["TOOL", "LookupArguments"]

Kind = Literal["fact", "describe", "count", "superlative", "have", "other_works", "list", "sql"]


class LookupArguments(Arguments):
    """The question."""

    kind: Kind = Field(
        description="fact: an attribute of an item. describe: what an item is about. count: how many items hold a condition. "
        "superlative: the one with most or least of a number. have: whether an item is in the catalogue. "
        "other_works: further items of a person, of a series, or by the makers of an item. list: items that hold a condition. "
        "sql: a read-only SELECT."
    )
    entity: str | None = Field(default=None, description="The item, person or value asked about, as an entity name.")
    attribute: str | None = Field(default=None, description="Facet, number or date asked for; for superlative the number.")
    direction: Literal["most", "least"] | None = Field(default=None, description="For superlative: which end.")
    where: Where | None = Field(default=None, description="Condition for count, list and superlative, as in 'filter'.")
    text: str = Field(default="", description="For have: the title as the person said it, where it was not linked to an entity.")
    sql: str = Field(default="", description="For sql: one SELECT over tables of the catalogue.")
    limit: int = Field(default=5, ge=1, le=50, description="At most so many items in the answer.")


def run(context: ToolContext, args: LookupArguments) -> ToolResult:
    """Answer the question from the catalogue's records."""
    return _ANSWERS[args.kind](context, args)


def _item_of(base: KnowledgeBase, name: str | None) -> str:
    if not name:
        raise BadArguments("'entity': missing; name the item asked about, such as 'item:42'")
    known, _ = known_items(base.catalogue, (name,))
    if not known:
        raise BadArguments(
            f"'entity': {name!r} is not an item of the catalogue; give an item entity such as 'item:{base.catalogue.ids[0]}'"
        )
    return known[0]


def _fact(context: ToolContext, args: LookupArguments) -> ToolResult:
    base = context.base
    if args.entity is not None and not args.entity.startswith("item:") and item_id_of(args.entity) not in base.catalogue:
        return _list(context, args)
    item = base.catalogue.item(_item_of(base, args.entity))
    held = record(item)
    own = item_entity(item.id)
    data: dict[str, Any] = {"kind": "fact", "item": {"id": item.id, "title": item.title}, "attribute": args.attribute}
    if args.attribute is None:
        return ToolResult(data={**data, "values": held}, evidence=(Evidence(kind="attribute", text=item.title, ids=(own,), weight=1.0),))
    schema = base.schema
    name = args.attribute
    if name in schema.facet_names:
        facet = schema.facet(name)
        values = held.get(name, [])
        words = value_words(facet, join(values)) if values else ""
        ids = (own, *(entity(facet_kind(facet), v) for v in values))
    elif name in schema.number_names:
        number = schema.number(name)
        values = [held[name]] if name in held else []
        words = figure(number, held[name]) if values else ""
        ids = (own, f"number:{name}")
    elif name in item.dates:
        values, words, ids = [item.dates[name]], item.dates[name], (own,)
    else:
        known = ", ".join((*schema.facet_names, *schema.number_names, *schema.dates))
        raise BadArguments(f"'attribute': the catalogue has no {name!r}; it has {known}")
    data |= {"label": label(schema, name), "values": values, "words": words, "known": bool(values)}
    return ToolResult(
        data=data, evidence=(Evidence(kind="attribute", text=words or "not known", ids=ids, weight=1.0),), note=f"{name} of {item.title}"
    )


def _describe(context: ToolContext, args: LookupArguments) -> ToolResult:
    item = context.base.catalogue.item(_item_of(context.base, args.entity))
    data = {"kind": "describe", "item": {"id": item.id, "title": item.title}, "description": item.description, "attributes": record(item)}
    evidence = (Evidence(kind="text", text=item.description, ids=(item_entity(item.id),), weight=1.0),)
    return ToolResult(data=data, evidence=evidence, note=f"description of {item.title}")


def _condition(context: ToolContext, args: LookupArguments) -> tuple[npt.NDArray[np.int64], Predicate, Grounding]:
    """Positions of all items that hold the condition and have the entity, over the whole catalogue."""
    base = context.base
    grounding = Grounding()
    predicate = ground_predicate(base, parse_where(args.where), grounding)
    mask = base.catalogue.select(predicate)
    if args.entity and not args.entity.startswith("item:"):
        having = np.zeros(len(base.catalogue), dtype=np.bool_)
        having[positions_of(base, args.entity)] = True
        mask = mask & having
    return np.flatnonzero(mask), predicate, grounding


def _words(context: ToolContext, args: LookupArguments, predicate: Predicate) -> str:
    parts = []
    if args.entity and not args.entity.startswith("item:") and ":" in args.entity:
        parts.append(entity_words(context.base.schema, args.entity))
    if predicate != AllOf(parts=()):
        parts.append(describe(predicate, context.base.schema))
    return ", ".join(parts)


def _count(context: ToolContext, args: LookupArguments) -> ToolResult:
    positions, predicate, grounding = _condition(context, args)
    data = {
        "kind": "count",
        "count": len(positions),
        "of": len(context.base.catalogue),
        "words": _words(context, args, predicate),
        "where": to_json(predicate),
        "cannot": grounding.cannot,
        "items": _shown(context.base, _by_fame(context.base, positions)[: args.limit]),
    }
    return ToolResult(data=data, note=f"{len(positions):,} of {len(context.base.catalogue):,}")


def _by_fame(base: KnowledgeBase, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return positions[np.lexsort((positions, -base.catalogue.popularity[positions]))]


def _shown(base: KnowledgeBase, positions: npt.NDArray[np.int64]) -> list[dict[str, Any]]:
    show = base.schema.show or (*base.schema.facet_names[:2], *base.schema.number_names[:1])
    shown = []
    for item in base.catalogue.items([base.catalogue.ids[p] for p in positions.tolist()]):
        held = record(item)
        shown.append({"id": item.id, "title": item.title, "attributes": {name: held[name] for name in show if name in held}})
    return shown


def _list(context: ToolContext, args: LookupArguments) -> ToolResult:
    positions, predicate, grounding = _condition(context, args)
    ordered = _by_fame(context.base, positions)
    data: dict[str, Any] = {
        "kind": "list",
        "count": len(positions),
        "words": _words(context, args, predicate),
        "where": to_json(predicate),
        "cannot": grounding.cannot,
        "items": _shown(context.base, ordered[: args.limit]),
    }
    if args.attribute and args.attribute in context.base.schema.facet_names:
        data["values"] = _values(context.base, args.attribute, positions, args.limit)
    return ToolResult(data=data, evidence=_proof(args, data["items"]), note=f"{len(positions):,} found")


def _values(base: KnowledgeBase, facet: str, positions: npt.NDArray[np.int64], limit: int) -> list[dict[str, Any]]:
    """The commonest values of a facet among the items."""
    column = base.catalogue.facet(facet)
    mask = np.zeros(len(base.catalogue), dtype=np.bool_)
    mask[positions] = True
    counts = column.count_within(mask)
    order = sorted(np.flatnonzero(counts).tolist(), key=lambda code: (-int(counts[code]), column.values[code]))
    return [{"value": column.values[code], "count": int(counts[code])} for code in order[:limit]]


def _proof(args: LookupArguments, items: list[dict[str, Any]]) -> tuple[Evidence, ...]:
    about = (args.entity,) if args.entity else ()
    return tuple(Evidence(kind="attribute", text=item["title"], ids=(item_entity(item["id"]), *about), weight=1.0) for item in items)


def _superlative(context: ToolContext, args: LookupArguments) -> ToolResult:
    base = context.base
    if args.attribute not in base.schema.number_names:
        raise BadArguments(
            f"'attribute': {args.attribute!r} is not a number of the catalogue; it has {', '.join(base.schema.number_names) or 'none'}"
        )
    number = base.schema.number(args.attribute)
    positions, predicate, grounding = _condition(context, args)
    values = base.catalogue.number(number.name)[positions]
    known = ~np.isnan(values)
    positions, values = positions[known], values[known]
    most = args.direction != "least"
    order = np.lexsort((positions, -base.catalogue.popularity[positions], -values if most else values))
    best = positions[order]
    ties = int((values == values[order[0]]).sum()) if len(order) else 0
    items = _shown(base, best[: args.limit])
    for item, position in zip(items, best.tolist(), strict=False):
        item["value"] = float(base.catalogue.number(number.name)[position])
        item["words"] = figure(number, item["value"])
    data = {
        "kind": "superlative",
        "attribute": number.name,
        "label": label(base.schema, number.name),
        "direction": "most" if most else "least",
        "words": _words(context, args, predicate),
        "where": to_json(predicate),
        "cannot": grounding.cannot,
        "count": len(best),
        "ties": ties,
        "items": items,
    }
    return ToolResult(data=data, evidence=_proof(args, items[:1]), note=f"{data['direction']} {number.name} of {len(best):,}")


def _have(context: ToolContext, args: LookupArguments) -> ToolResult:
    base = context.base
    known, _ = known_items(base.catalogue, (args.entity,)) if args.entity else ([], [])
    near: list[str] = []
    if not known and args.text:
        wanted = args.text.casefold().strip()
        known = [base.catalogue.ids[p] for p, title in enumerate(base.catalogue.titles) if title.casefold() == wanted][: args.limit]
        if not known:
            near = _near_titles(base, args.text)
    if not known and args.entity and not args.entity.startswith("item:"):
        return _list(context, args)
    positions = np.array([base.catalogue.index(i) for i in known], dtype=np.int64)
    data: dict[str, Any] = {"kind": "have", "have": bool(known), "text": args.text, "items": _shown(base, positions), "near": near}
    return ToolResult(data=data, evidence=_proof(args, data["items"]), note="yes" if known else "no")


def _near_titles(base: KnowledgeBase, text: str) -> list[str]:
    from rapidfuzz import fuzz, process

    found = process.extract(text, base.catalogue.titles, scorer=fuzz.WRatio, limit=3, score_cutoff=80)
    return [base.catalogue.titles[at] for _, _, at in sorted(found, key=lambda hit: (-hit[1], hit[2]))]


def _other_works(context: ToolContext, args: LookupArguments) -> ToolResult:
    """Further items of a person or series; of an item, those of its makers (people facets, or the one asked for) and series."""
    base = context.base
    if not args.entity:
        raise BadArguments("'entity': missing; name a person, a series or an item")
    if args.entity.startswith("item:"):
        item = base.catalogue.item(_item_of(base, args.entity))
        facets = [f for f in base.schema.facets if (f.name == args.attribute if args.attribute else f.kind in {"person", "series"})]
        groups = [(f, value) for f in facets for value in item.facets.get(f.name, ())[:3]]
        own = item.id
    else:
        kind, value = split_entity(args.entity)
        groups = [(f, value) for f in base.schema.facets if facet_kind(f) == kind and (not args.attribute or f.name == args.attribute)]
        own = ""
    found: list[dict[str, Any]] = []
    everything: list[int] = []
    for facet, value in groups:
        positions = [p for p in base.catalogue.facet(facet.name).positions(value).tolist() if base.catalogue.ids[p] != own]
        if positions:
            ordered = _by_fame(base, np.array(positions, dtype=np.int64))
            found.append({"facet": facet.name, "value": value, "words": value_words(facet, value), "count": len(positions)})
            found[-1]["items"] = _shown(base, ordered[: args.limit])
            everything += [p for p in ordered.tolist() if p not in everything]
    items = _shown(base, np.array(everything[: args.limit], dtype=np.int64))
    data = {"kind": "other_works", "entity": args.entity, "count": len(everything), "groups": found, "items": items}
    return ToolResult(data=data, evidence=_proof(args, items), note=f"{len(everything):,} found")


def _sql(context: ToolContext, args: LookupArguments) -> ToolResult:
    from tools.sql import read_only

    answer = read_only(context.base.catalogue, args.sql, limit=args.limit)
    return ToolResult(data={"kind": "sql", **answer}, note=f"{len(answer['rows'])} rows")


_ANSWERS: Mapping[Kind, Callable[[ToolContext, LookupArguments], ToolResult]] = {
    "fact": _fact,
    "describe": _describe,
    "count": _count,
    "superlative": _superlative,
    "have": _have,
    "other_works": _other_works,
    "list": _list,
    "sql": _sql,
}


TOOL = Tool(
    name="lookup",
    label="Looking it up",
    description="Answer facts about an item, a person or the whole catalogue: attributes, descriptions, counts, superlatives, other works.",
    arguments=LookupArguments,
    run=run,
    effect="answer",
)
