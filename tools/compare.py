"""Two to four items side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from knowledge.entities import entity, facet_kind, item_entity
from knowledge.items import Item
from tools.base import Arguments, BadArguments, Tool, ToolContext, ToolResult
from tools.candidates import Evidence
from tools.evidence import shared_with
from tools.scope import known_items
from tools.words import join, label

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase
    from knowledge.schema import Number

__all__ = ["TOOL", "CompareArguments", "record"]


class CompareArguments(Arguments):
    """Which items."""

    items: tuple[str, ...] = Field(min_length=2, max_length=4, description="Two to four item entity names.")
    attributes: tuple[str, ...] = Field(default=(), description="Only these attributes. Empty: all.")


def record(item: Item) -> dict[str, Any]:
    """Return an item's attributes as JSON-plain data, facets as lists."""
    return {**{name: list(values) for name, values in item.facets.items()}, **dict(item.numbers), **dict(item.dates)}


def run(context: ToolContext, args: CompareArguments) -> ToolResult:
    """Return what the items share, where they differ, and which has most of each number."""
    base = context.base
    known, unknown = known_items(base.catalogue, args.items)
    if len(known) < 2:
        raise BadArguments(f"'items': {len(known)} of {list(args.items)!r} in the catalogue; comparing needs two of different names")
    items = base.catalogue.items(known)
    records = {item.id: record(item) for item in items}
    schema = base.schema
    names = [n for n in (*schema.facet_names, *schema.number_names, *schema.dates) if not args.attributes or n in args.attributes]
    same: list[dict[str, Any]] = []
    different: list[dict[str, Any]] = []
    for name in names:
        values = {i: r[name] for i, r in records.items() if name in r}
        if not values:
            continue
        if name in schema.facet_names:
            common = [v for v in records[known[0]].get(name, []) if all(v in r.get(name, []) for r in records.values())]
            if common:
                same.append({"attribute": name, "label": label(schema, name), "values": common})
            own = {i: [v for v in r.get(name, []) if v not in common] for i, r in records.items()}
            if any(own.values()):
                different.append({"attribute": name, "label": label(schema, name), "values": own})
        elif len(values) == len(records) and len(set(values.values())) == 1:
            same.append({"attribute": name, "label": label(schema, name), "values": next(iter(values.values()))})
        else:
            different.append({"attribute": name, "label": label(schema, name), "values": values})
    extremes = [e for number in schema.numbers if number.name in names and (e := _extremes(base, number, known)) is not None]
    data = {
        "items": [{"id": i.id, "title": i.title, "attributes": records[i.id], "description": i.description} for i in items],
        "same": same,
        "different": different,
        "extremes": extremes,
        "unknown": unknown,
    }
    evidence = _evidence(base, known, different)
    return ToolResult(data=data, evidence=evidence, note=f"compared {join([i.title for i in items])}")


def _extremes(base: KnowledgeBase, number: Number, known: list[str]) -> dict[str, Any] | None:
    """Which item has clearly more of a number than all others, and by how much."""
    column = base.catalogue.number(number.name)
    values = {i: float(column[base.catalogue.index(i)]) for i in known}
    if any(v != v for v in values.values()) or len(set(values.values())) == 1:
        return None
    most, least = max(values, key=lambda i: (values[i], i)), min(values, key=lambda i: (values[i], i))
    words = {"more": number.more[0] if number.more else "", "less": number.less[0] if number.less else ""}
    return {"number": number.name, "label": label(base.schema, number.name), "most": most, "least": least, "values": values, "words": words}


def _evidence(base: KnowledgeBase, known: list[str], different: list[dict[str, Any]]) -> tuple[Evidence, ...]:
    found = list(shared_with(base, known[0], known[1]))
    for entry in different:
        if entry["attribute"] in base.schema.facet_names:
            kind = facet_kind(base.schema.facet(entry["attribute"]))
            for item_id, values in entry["values"].items():
                ids = (item_entity(item_id), *(entity(kind, v) for v in values[:3]))
                if values:
                    found.append(Evidence(kind="attribute", text=f"{entry['label']}: {join(values[:3])}", ids=ids, weight=0.2))
    return tuple(found)


TOOL = Tool(
    name="compare",
    label="Comparing",
    description="Put two to four items side by side: what they share, where they differ. For 'which of the two', 'compare A and B'.",
    arguments=CompareArguments,
    run=run,
    effect="answer",
)
