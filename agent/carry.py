"""What goes on from turn to turn: the topic. A critique refines it, a new example or wish starts another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from agent.conversation import Conversation, Topic
from agent.request import Critique, Mention, Request
from knowledge.entities import facet_kind, item_entity, split_entity

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue
    from knowledge.schema import Schema

__all__ = ["adds", "carried", "for_another", "for_oneself", "moves_on", "narrows", "of_a_child", "starts_afresh", "widens", "with_topic"]

_ADDING = re.compile(
    r"^\W*(and|also|plus|as well as|additionally)\b|\b(as well|too)\W*$"
    r"|\b(?:should|must|ha[sd] to|have to|needs? to)\s+also\b|\balso\s+(?:be|an?|ha[sd] to|have to|needs? to|should|must)\b",
    re.IGNORECASE,
)
_AFRESH = re.compile(
    r"\b(something|anything|smth|sth|some|i want|i'd like|i would like|show me|find me|give me|recommend|suggest|looking for"
    r"|(?:how|what) about|any ideas?|in the mood|now|instead(?! of))\b",
    re.IGNORECASE,
)
_ORDERED = re.compile(
    r"\b(i want|i'd like|i would like|show me|find me|give me|recommend|suggest|looking for|in the mood|most popular|best"
    r"|(?:anything|something|smth|sth) (?:by|with|from|starring))\b",
    re.IGNORECASE,
)
_ONES = re.compile(r"\bones?\b", re.IGNORECASE)
_WIDENING = re.compile(r"^\W*or\b(?! (?:rather|maybe just|just|actually)\b)", re.IGNORECASE)
_NARROWING = re.compile(
    r"\b(?:just|only|pick|choose|narrow|cut|whittle|best)\b(?!.*\b(?:more|others?|another|different|new)\b)|\bof (?:them|these|those)\b",
    re.IGNORECASE,
)
_POLITE = r"^\W*(?:(?:ok|okay|so|well|now|then|right|hey|hi|hm+|please|and now|great|cool|thanks|actually|maybe|perhaps)\W+)*"
_REFINING = re.compile(
    _POLITE
    + r"(?:but|only|just|make|made|with|without|in|from|no|not|more|less|still|same|keep|also|either|under|over|drop|any\b(?! good))\b"
    r"|\b(?:only|instead of (?:that|those|them)|of (?:those|these|them))\W*$",
    re.IGNORECASE,
)
_NEW_PHRASE = re.compile(
    _POLITE + r"(?:a|an|some|any good|another|two|three|four|five|ten|\d+)\b(?! (?:bit|little|lot|touch)\b)", re.IGNORECASE
)
_MOVING_ON = re.compile(_POLITE + r"(?:(?:how|what) about|next|now)\b|^\W*(?:\w+\W+){0,2}?now\b|\bnow\W*$|\binstead\W*$", re.IGNORECASE)
_FOR_ONESELF = re.compile(
    r"\b(?:something|anything|one|ones|and|now) for (?:me|us|myself|ourselves)\b|\bfor (?:the )?(?:grown ?-?ups|adults)\b", re.IGNORECASE
)
_OF_A_CHILD = re.compile(
    r"\b(?:kids?|child(?:ren)?|sons?|daughters?|boys?|girls?|toddlers?|nephews?|nieces?|"
    r"grand(?:son|daughter|children)|years? olds?|\d+ ?yo)\b"
    r"|^(?:is|are|he|she|they|who)\b.*\d",
    re.IGNORECASE,
)
_CORRECTING = re.compile(r"^\W*(?:(?:oh|sorry|actually|hm+|wait)\W+)*(?:no|nope|nah)\W+(?!more\b)", re.IGNORECASE)
_CLAUSE = 3
"""A wish of so many words describes something by itself ("someone relives the same day")."""


_FOR_ANOTHER = re.compile(
    r"\b(?:for|with) (?:me and |us and |both )?(?:my|our|a|the) (?:\w+ )?(?:mum|mom|mother|dad|father|parents|wife|husband|"
    r"girlfriend|boyfriend|partner|son"
    r"|daughter|kids?|children|grand(?:son|daughter|kids?|children)|brother|sister|gran|grand(?:ma|pa|parents|mother|father)|"
    r"nephews?|nieces?|uncle|aunt|boss|friends?|"
    r"flatmates?"
    r"|roommates?|neighbours?|colleagues?|in-laws)\b"
    r"|\b(?:my|our) [^.!?;]{1,60}?(?:would|might|will|could|should) (?:both |all |also |really )*(?:like|love|enjoy)\b",
    re.IGNORECASE,
)


def for_another(utterance: str) -> bool:
    """True where the utterance says whom the item is for ("something my dad would like", "for my kids")."""
    return bool(_FOR_ANOTHER.search(utterance))


def moves_on(utterance: str) -> bool:
    """True where the utterance says that something else is wanted now than before ("now a Western", "how about a quiz")."""
    return bool(_MOVING_ON.search(utterance))


def for_oneself(utterance: str) -> bool:
    """True where the utterance asks for one's own use, as after something for a child ("and something for me")."""
    return bool(_FOR_ONESELF.search(utterance))


def of_a_child(words: str) -> bool:
    """True where a condition was said of a child ("for my 5 year old")."""
    return bool(_OF_A_CHILD.search(words))


def adds(utterance: str) -> bool:
    """True where the utterance says that it comes on top of what was said before ("and in French")."""
    return bool(_ADDING.search(utterance))


def widens(utterance: str) -> bool:
    """True where the utterance names something that would do as well as what was asked for ("or Italian")."""
    return bool(_WIDENING.search(utterance))


def narrows(request: Request, utterance: str, shown: int) -> bool:
    """True where fewer of what was just shown are wanted and nothing else is said: "just one", "pick two of them"."""
    bare = Request(intent="recommend", count=request.count, refers_to=request.refers_to, confidence=request.confidence)
    return request.count is not None and request.count < shown and request == bare and bool(_NARROWING.search(utterance))


def starts_afresh(request: Request, utterance: str, schema: Schema | None = None) -> bool:
    """True where the utterance asks for something else altogether rather than refining what was asked before.

    With the schema, a phrase that stands by itself ("something cosy for a rainy Sunday", "a French comedy") is known as such.
    """
    if adds(utterance) or widens(utterance) or request.others or request.intent != "recommend":
        return False
    if any(m.entity and m.stance == "example" for m in request.mentions) or request.by_popularity:
        return True
    # "None of these. I want a drama": who turns down what was shown and goes on has not moved on to something else.
    if any(m.stance == "reject" for m in request.mentions):
        return False
    if (request.wish or request.prefer or request.surprise or for_another(utterance)) and _AFRESH.search(utterance):
        return True
    valued = any("number" not in c.where for c in request.constraints)
    if valued and bool(_ORDERED.search(utterance)) and not _ONES.search(utterance):
        return True
    return schema is not None and _stands_alone(request, utterance, schema)


def _stands_alone(request: Request, utterance: str, schema: Schema) -> bool:
    """True for a whole wish of its own, said without a word that ties it to what came before."""
    if _ONES.search(utterance) or _REFINING.search(utterance) or request.refers_to or any(c.of for c in request.critiques):
        return False
    named = [c for c in request.constraints if "number" not in c.where and "not" not in c.where]
    parts = len(named) + len(request.prefer)
    if len(request.wish.split()) >= _CLAUSE or parts > 1:
        return True
    noun = schema.item
    said = {w.casefold() for w in re.findall(r"\w+", utterance)}
    heads = {w.casefold() for w in (noun.singular, noun.plural, *noun.also)}
    return bool(parts or request.wish) and bool(said & heads or _NEW_PHRASE.search(utterance))


def carried(conversation: Conversation, request: Request, utterance: str, catalogue: Catalogue) -> Topic:
    """Return the topic after a request for items."""
    old = conversation.topic
    afresh = starts_afresh(request, utterance, catalogue.schema)
    # What one has seen may still be what others are to be like.
    told = {m.entity for m in request.mentions if m.stance in ("dislike", "reject")}
    old = replace(old, examples=tuple(e for e in old.examples if e not in told))
    if request.drop:
        old = _without(old, set(request.drop))
    if for_oneself(utterance):
        suits = {facet_kind(f) for f in catalogue.schema.facets if "for {}" in f.phrase}
        old = replace(old, prefer=tuple(p for p in old.prefer if split_entity(p)[0] not in suits))
    if _CORRECTING.match(utterance) and (request.wish or request.prefer or request.critiques):
        # "No, competitive": what was wished for just before was not it.
        said_last = conversation.exchanges[-1].request if conversation.exchanges else {}
        old = _without(old, {*said_last.get("prefer", ())})
    fresh = tuple(m.entity for m in request.mentions if m.entity and m.stance == "example")
    if not fresh and not old:
        # "I loved Alien; anything newer?": what was just praised is what to go by.
        fresh = tuple(m.entity for m in request.mentions if m.entity and m.stance == "like" and not m.past and m.entity.startswith("item:"))
    targets = _targets(conversation, request, fresh, catalogue, afresh=afresh)
    said = Topic(examples=fresh, wish=request.wish, prefer=request.prefer, targets=targets, by_popularity=request.by_popularity)
    if afresh:
        return said
    if request.wish and not adds(utterance):
        old = replace(old, wish="")
    wish = f"{old.wish} {request.wish}".strip() if request.wish and request.wish not in old.wish else old.wish
    return Topic(
        examples=_union(old.examples, fresh),
        wish=wish,
        prefer=_union(old.prefer, request.prefer),
        targets=_newest(old.targets, targets),
        by_popularity=request.by_popularity or old.by_popularity,
    )


def _without(topic: Topic, gone: set[str]) -> Topic:
    """Return the topic less what no longer matters: attributes, single values, or with `*` all that was said of either."""
    return replace(
        topic,
        examples=tuple(e for e in topic.examples if not {"*", e} & gone),
        wish="" if "*" in gone else topic.wish,
        by_popularity=topic.by_popularity and "*" not in gone,
        prefer=tuple(p for p in topic.prefer if not {"*", p, split_entity(p)[0]} & gone),
        targets=tuple(t for t in topic.targets if not {"*", t["attribute"]} & gone),
    )


def with_topic(request: Request, topic: Topic) -> Request:
    """Return the request as it is to be served: with what the topic carries on from earlier turns.

    Carried critiques are not among its critiques, since their starting point was an earlier slate; they stay in `topic.targets`.
    """
    told = {m.entity for m in request.mentions if m.stance != "seen"}
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
    conversation: Conversation, request: Request, examples: Sequence[str], catalogue: Catalogue, *, afresh: bool
) -> tuple[Mapping[str, Any], ...]:
    """Return the critiques with the value they start from: of the item named, of the last slate, or of the examples."""
    shown = conversation.last
    result = []
    for critique in request.critiques:
        if critique.of:
            names = [critique.of]
        elif critique.absolute:
            names = []
        elif examples:
            names = [e for e in examples if e.startswith("item:")]
        else:
            names = [] if afresh else [item_entity(i) for i in shown]
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
