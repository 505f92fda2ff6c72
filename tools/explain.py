"""Why an item, and why not another: reasons with ids, the condition it breaks, or where its score lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from knowledge.entities import item_entity
from knowledge.predicates import to_json
from tools.base import Arguments, BadArguments, Tool, ToolContext, ToolResult
from tools.candidates import Candidates, Evidence
from tools.evidence import Asked, asked_of, reasons, shared_with
from tools.grounded import conjuncts
from tools.scope import item_id_of, known_items, positions_of, title_of
from tools.wish import Target, met, reference
from tools.words import describe, entity_words, figure, label, range_words

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["TOOL", "ExplainArguments", "why_not"]


class ExplainArguments(Arguments):
    """What to explain."""

    items: tuple[str, ...] = Field(min_length=1, max_length=20, description="Item entity names to explain.")
    mode: Literal["why", "why_not"] = Field(default="why", description="'why' it was chosen, or 'why_not'.")
    like: tuple[str, ...] = Field(
        default=(), description="Items or other entities it was asked to be like, where the candidates do not tell."
    )
    k: int = Field(default=5, ge=1, le=10, description="At most so many reasons for each item.")


def run(context: ToolContext, args: ExplainArguments) -> ToolResult:
    """Return reasons for (or against) each item, with the ids that prove them."""
    known, unknown = known_items(context.base.catalogue, args.items)
    if not known:
        raise BadArguments(f"'items': the catalogue has none of {', '.join(map(repr, args.items))}; give entity names of known items")
    ranked = Candidates.of(context.base.catalogue, context.candidates) if context.candidates is not None else None
    asked = asked_of(ranked, context)
    if args.like:
        examples = {item_id_of(n): 1.0 for n in args.like if n.startswith("item:")}
        entities = {n: 1.0 for n in args.like if ":" in n and not n.startswith("item:")}
        asked = Asked(
            examples={**asked.examples, **examples},
            entities={**asked.entities, **entities},
            wish=asked.wish,
            targets=asked.targets,
            prefer=asked.prefer,
        )
    answers: list[dict[str, Any]] = []
    everything: list[Evidence] = []
    for item_id in known:
        found = reasons(context, item_id, asked, args.k) if args.mode == "why" else why_not(context, item_id, ranked, asked, args.k)
        everything += found
        answers.append(
            {
                "id": item_id,
                "title": title_of(context.base, item_id),
                "reasons": [{"kind": e.kind, "text": e.text, "ids": list(e.ids), "weight": e.weight} for e in found],
                **_numbers(ranked, item_id),
            }
        )
    note = f"{len(everything)} reasons for {len(known)} of {len(args.items)}"
    return ToolResult(data={"mode": args.mode, "items": answers, "unknown": unknown}, evidence=tuple(everything), note=note)


def _numbers(ranked: Candidates | None, item_id: str) -> dict[str, Any]:
    """Where the item stood, with each signal's part of its score."""
    if ranked is None or ranked.scores is None:
        return {}
    rows = np.flatnonzero(ranked.positions == ranked.ids.index(item_id))
    if not len(rows):
        return {}
    row = int(rows[0])
    better = int((ranked.scores > ranked.scores[row]).sum())
    parts = {source: float(part[row]) for source, part in ranked.parts.items()}
    return {"rank": better + 1, "of": len(ranked), "score": float(ranked.scores[row]), "contributions": parts}


def why_not(context: ToolContext, item_id: str, ranked: Candidates | None, asked: Asked, k: int = 5) -> tuple[Evidence, ...]:
    """Return what speaks against an item: exclusion, broken conditions, steps it misses, dislikes, then where its score lost."""
    base = context.base
    position = base.catalogue.index(item_id)
    own = item_entity(item_id)
    found: list[Evidence] = []
    if item_id in context.taste.seen:
        found.append(Evidence(kind="history", text=f"you already know {title_of(base, item_id)}", ids=(own,), weight=2.0))
    elif own in context.taste.disliked:
        found.append(Evidence(kind="history", text=f"you said that you do not like {title_of(base, item_id)}", ids=(own,), weight=2.0))
    elif item_id in context.excluded:
        found.append(Evidence(kind="history", text="it was shown or turned down before", ids=(own,), weight=2.0))
    found += [
        Evidence(kind="constraint", text=_broken(base, position, part), ids=(own, *_attribute_ids(part)), weight=1.5)
        for part in conjuncts(context.where)
        if not bool(base.catalogue.select(part)[position])
    ]
    for target in asked.targets:
        found += _not_moved(base, item_id, position, target)
    for name, weight in sorted(context.taste.disliked.items()):
        if not name.startswith("item:") and position in positions_of(base, name):
            words = entity_words(base.schema, name)
            found.append(Evidence(kind="attribute", text=f"{words}, which you do not like", ids=(own, name), weight=1.0 + 0.2 * weight))
    if not found:
        found += _lost(base, item_id, ranked, asked)
    return tuple(sorted(found, key=lambda e: (-e.weight, e.text))[:k])


def _attribute_ids(part: Any) -> tuple[str, ...]:
    data = to_json(part)
    return (f"number:{data['number']}",) if "number" in data else ()


def _broken(base: KnowledgeBase, position: int, part: Any) -> str:
    """Say which condition fails and what the item has instead."""
    data = to_json(part)
    asked = describe(part, base.schema)
    if "number" in data:
        number = base.schema.number(data["number"])
        value = float(base.catalogue.number(number.name)[position])
        if value != value:
            return f"its {label(base.schema, number.name)} is not known, and you asked for {asked}"
        has = f"from {figure(number, value)}" if number.role == "year" else f"{figure(number, value)}"
        wanted = asked if number.is_scale else range_words(number, data.get("min"), data.get("max"))
        return f"{has}, but you asked for {wanted}"
    if "facet" in data:
        held = base.catalogue.facet(data["facet"]).of(position)
        has = ", ".join(held[:3]) or f"without a known {label(base.schema, data['facet'])}"
        return f"{has}, but you asked for {asked}"
    if "not" in data:
        inner = describe(part.part, base.schema)
        return f"{inner}, which you did not want"
    return f"it is not {asked}, which you asked for"


def _not_moved(base: KnowledgeBase, item_id: str, position: int, target: Target) -> list[Evidence]:
    if met(base, target, np.array([position], dtype=np.int64))[0]:
        return []
    number = base.schema.number(target.number)
    value = float(base.catalogue.number(number.name)[position])
    start = reference(base, target)
    words = number.more if target.direction == "more" else number.less
    comparative = words[0] if words else f"{target.direction} {number.label or number.name}"
    against = f" ({figure(number, value)} against {figure(number, start)})" if start is not None and value == value else ""
    return [Evidence(kind="number", text=f"not {comparative}{against}", ids=(item_entity(item_id), f"number:{number.name}"), weight=1.3)]


def _lost(base: KnowledgeBase, item_id: str, ranked: Candidates | None, asked: Asked) -> list[Evidence]:
    """Compare its parts with those of the best item: the signal on which it lost most."""
    own = item_entity(item_id)
    stood = _numbers(ranked, item_id)
    if ranked is None or not stood:
        return [Evidence(kind="history", text="nothing spoke against it; others fitted better", ids=(own,), weight=0.1)]
    best = ranked[0]
    if best.item_id == item_id:
        return [Evidence(kind="history", text="it came out first", ids=(own,), weight=0.1)]
    losses = sorted(
        ((best.contributions.get(s, 0.0) - p, s) for s, p in stood["contributions"].items()), key=lambda pair: (-pair[0], pair[1])
    )
    gap, source = losses[0]
    means = _SOURCE_WORDS.get(source, source)
    text = f"it stood at place {stood['rank']} of {stood['of']}: {means} speaks more for {title_of(base, best.item_id)}"
    found = [Evidence(kind="number", text=text, ids=(own, item_entity(best.item_id)), weight=0.5 + min(0.4, gap))]
    for example in [i for i in asked.examples if i in base.catalogue and i != item_id][:1]:
        if not shared_with(base, example, item_id):
            text = f"it shares little with {title_of(base, example)}"
            found.append(Evidence(kind="attribute", text=text, ids=(own, item_entity(example)), weight=0.6))
    return found


_SOURCE_WORDS = {
    "collaborative": "what people with your taste like",
    "graph": "nearness to what you like",
    "similar": "likeness to your example",
    "era": "nearness in time to your example",
    "search": "your description",
    "wish": "what you wished for",
    "taste": "what you like",
    "popular": "popularity",
    "dialogues": "what people suggest to each other",
}


TOOL = Tool(
    name="explain",
    label="Finding the reasons",
    description="Say why an item was or was not recommended, with proof. For 'why this one?' and 'why not X?'.",
    arguments=ExplainArguments,
    run=run,
    effect="answer",
)
