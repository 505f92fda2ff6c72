"""What goes on from turn to turn: the topic. A critique refines it, a new example or wish starts another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from agent.conversation import Conversation, Topic
from agent.request import Critique, Mention, Request
from knowledge.entities import item_entity, split_entity

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue

__all__ = ["adds", "carried", "with_topic"]

_ADDING = re.compile(r"^\W*(and|also|plus|as well as|additionally)\b|\b(as well|too)\W*$", re.IGNORECASE)
_AFRESH = re.compile(
    r"\b(something|anything|some|i want|i'd like|i would like|show me|find me|give me|recommend|suggest|looking for|how about|in the mood|now)\b",
    re.IGNORECASE,
)


def adds(utterance: str) -> bool:
    """True where the utterance says that it comes on top of what was said before ("and in French")."""
    return bool(_ADDING.search(utterance))


def carried(conversation: Conversation, request: Request, utterance: str, catalogue: Catalogue) -> Topic:
    """Return the topic after a request for items."""
    old = conversation.topic
    fresh = tuple(m.entity for m in request.mentions if m.entity and m.stance == "example")
    targets = _targets(conversation, request, fresh or old.examples, catalogue)
    if request.surprise and not (fresh or request.wish):
        return Topic(prefer=request.prefer, targets=targets)
    said = Topic(examples=fresh, wish=request.wish, prefer=request.prefer, targets=targets, by_popularity=request.by_popularity)
    if fresh and not adds(utterance):
        return said
    if (request.wish or request.prefer or request.by_popularity) and not fresh and not adds(utterance):
        if _AFRESH.search(utterance) and not request.critiques and not request.others:
            return said
        wish = request.wish or old.wish
        merged = replace(old, wish=wish, prefer=_union(old.prefer, request.prefer), by_popularity=request.by_popularity or old.by_popularity)
        return replace(merged, targets=_newest(old.targets, targets))
    wish = f"{old.wish} {request.wish}".strip() if request.wish and request.wish not in old.wish else old.wish
    return Topic(
        examples=_union(old.examples, fresh),
        wish=wish,
        prefer=_union(old.prefer, request.prefer),
        targets=_newest(old.targets, targets),
        by_popularity=request.by_popularity or old.by_popularity,
    )


def with_topic(request: Request, topic: Topic) -> Request:
    """Return the request as it is to be served: with what the topic carries on from earlier turns.

    Carried critiques are not among its critiques, since their starting point was an earlier slate; they stay in `topic.targets`.
    """
    told = {m.entity for m in request.mentions}
    kept = tuple(Mention(text="", entity=e, stance="example") for e in topic.examples if e not in told)
    return request.model_copy(
        update={
            "mentions": (*request.mentions, *kept),
            "wish": topic.wish,
            "prefer": topic.prefer,
            "by_popularity": topic.by_popularity,
        }
    )


def _targets(
    conversation: Conversation, request: Request, examples: Sequence[str], catalogue: Catalogue
) -> tuple[Mapping[str, Any], ...]:
    """Return the critiques with the value they start from: of the item named, of the last slate, or of the examples."""
    shown = conversation.last
    result = []
    for critique in request.critiques:
        if critique.of:
            names = [critique.of]
        elif any(m.stance == "example" for m in request.mentions):
            names = [e for e in examples if e.startswith("item:")]
        else:
            names = [item_entity(i) for i in shown]
        start = _middle(catalogue, critique, [split_entity(n)[1] for n in names])
        result.append({**critique.model_dump(), "items": names, "from": start})
    return tuple(result)


def _middle(catalogue: Catalogue, critique: Critique, ids: Sequence[str]) -> float | None:
    if critique.attribute not in catalogue.schema.number_names:
        return None
    column = catalogue.number(critique.attribute)
    values = [float(column[catalogue.index(i)]) for i in ids if i in catalogue]
    known = [v for v in values if not np.isnan(v)]
    return float(np.median(known)) if known else None


def _newest(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    attributes = {t["attribute"] for t in new}
    return (*(t for t in old if t["attribute"] not in attributes), *new)


def _union(old: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*old, *new)))
