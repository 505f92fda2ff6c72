"""From candidates to what is shown: title, attributes of the record, and the reasons that resolve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from agent.events import Because, SlateItem
from agent.request import Request
from knowledge.entities import facet_kind, split_entity
from tools.base import ToolContext
from tools.candidates import Candidate, Evidence

if TYPE_CHECKING:
    from agent.state import TurnContext, TurnState
    from knowledge.base import KnowledgeBase

__all__ = ["as_item", "from_candidates", "from_facts", "item_from_json", "record", "resolves"]

LISTED = frozenset({"list", "count", "superlative", "other_works", "have"})
"""Questions whose answer is items, which are then shown as a slate."""


def record(base: KnowledgeBase, item_id: str) -> dict[str, Any]:
    """Return an item's facets and numbers as plain data, in card order."""
    item = base.catalogue.item(item_id)
    facets = {name: list(item.facets[name]) for name in base.schema.facet_names if name in item.facets}
    numbers = {name: item.numbers[name] for name in base.schema.number_names if name in item.numbers}
    extra = {k: v for k, v in {"description": item.description, "image": item.image, "url": item.url}.items() if v}
    return {**facets, **numbers, **extra}


def resolves(base: KnowledgeBase, name: str) -> bool:
    """True where an entity name stands for something in the base."""
    try:
        kind, value = split_entity(name)
    except ValueError:
        return False
    if kind == "item":
        return value in base.catalogue
    if any(facet_kind(f) == kind and len(base.catalogue.facet(f.name).positions(value)) for f in base.schema.facets):
        return True
    if kind == "number":
        return value in base.schema.number_names
    return base.has("graph") and name in base.graph


def as_item(
    base: KnowledgeBase, item_id: str, score: float = 0.0, evidence: Iterable[Evidence] = (), parts: Mapping[str, float] | None = None
) -> SlateItem:
    """Return an item as it is shown; reasons whose ids do not all resolve are left out."""
    because = tuple(
        Because(kind=e.kind, text=e.text, ids=e.ids)
        for e in sorted(evidence, key=lambda e: -e.weight)
        if all(resolves(base, i) for i in e.ids)
    )
    title = base.catalogue.titles[base.catalogue.index(item_id)]
    rounded = {k: round(v, 4) for k, v in (parts or {}).items()}
    return SlateItem(
        id=item_id, title=title, score=round(score, 4), because=because, attributes=record(base, item_id), contributions=rounded
    )


def from_candidates(candidates: Sequence[Candidate], tools: ToolContext, context: TurnContext, request: Request) -> list[dict[str, Any]]:
    """Return the slate, as JSON-plain data, with the reasons that the slate tool gave."""
    items = []
    for candidate in candidates:
        signal = candidate.signal("slate")
        evidence = signal.evidence if signal is not None else tuple(e for s in candidate.signals for e in s.evidence)
        items.append(asdict(as_item(context.base, candidate.item_id, candidate.score or 0.0, evidence, candidate.contributions)))
    return items


def from_facts(state: TurnState, context: TurnContext, request: Request) -> dict[str, Any]:
    """Return the slate of an answer that is items ("what else by her"): without what was disliked or rejected, unless named."""
    question = request.question
    if question is None or question.kind not in LISTED:
        return {}
    found = next((f for f in reversed(state["facts"]) if f["tool"] == "lookup"), None)
    ids = [i if isinstance(i, str) else i.get("id", "") for i in (found or {}).get("items", ())]
    profile = context.learnt_profile or context.profile
    unwanted = set(profile.item_ids("dislike", "reject")) - set(state["named"])
    known = [i.removeprefix("item:") for i in ids]
    kept = [i for i in known if i in context.base.catalogue and (i not in unwanted or question.kind in ("have", "superlative"))]
    limit = request.count or {"superlative": 2, "count": 3}.get(question.kind, 5)
    return {"slate": [asdict(as_item(context.base, i)) for i in kept[:limit]]}


def item_from_json(data: Mapping[str, Any]) -> SlateItem:
    """Read a slate item from its JSON form."""
    because = tuple(Because(kind=b["kind"], text=b["text"], ids=tuple(b["ids"])) for b in data["because"])
    return SlateItem(**{**data, "because": because})
