"""Perceive: read the utterance, learn from it, and work out what stands now."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from agent.carry import carried, narrows, with_topic
from agent.conversation import Conversation
from agent.errors import BrainFailed
from agent.events import Understood
from agent.learning import learn
from agent.profile import Profile
from agent.request import Request
from agent.standing import stand
from agent.state import TurnContext, TurnState
from knowledge.entities import facet_kind, split_entity

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

    from knowledge.schema import Schema

__all__ = ["perceive"]

_FOR_THE_RECORD = re.compile(
    r"\b(?:remember|note|fyi|for the record|for (?:the )?future|keep in mind|just so you know|by the way|btw)\b", re.IGNORECASE
)
"""Said of what is to be known later and not to be acted on now."""


async def perceive(state: TurnState, runtime: Runtime[TurnContext]) -> dict[str, Any]:
    """Return the request, what it teaches, and the constraints, topic and exclusions that follow from it."""
    context = runtime.context
    notices: list[str] = []
    try:
        request = await context.brain.understand(context.situation(state))
    except BrainFailed as failure:
        context.failed = True
        notices.append(f"The language model did not answer ({failure}); this is the simpler, built-in one.")
        request = await context.builtin.understand(context.situation(state))
    request = agree_to_offer(request, context.conversation)
    context.emit(Understood(request=request.model_dump(mode="json", exclude_defaults=True)))
    talk = context.conversation
    lesson = learn(request, context.profile, session=context.session, turn=state["turn"], now=context.now, words=state["utterance"][:200])
    profile = Profile(user=context.profile.user) if lesson.forget_all else context.profile
    for entity in lesson.forget:
        profile = profile.without(entity)
    profile = profile.with_entries(lesson.entries)
    context.learnt_profile = profile
    if request.intent == "reset":
        talk = Conversation(turn=talk.turn)
    serves = request.intent == "recommend" or invites(request, state["utterance"])
    served = request.model_copy(update={"intent": "recommend"}) if serves else request
    topic = carried(talk, served, state["utterance"], context.base.catalogue) if serves else talk.topic
    effective = with_topic(served, topic) if serves else request
    want = min(request.count or context.settings.slate_size, context.settings.slate_size)
    heard = request.model_copy(update={"drop": (*request.drop, *_other_kinds(request, context.base.schema))}) if serves else request
    now = stand(context.base, talk, profile, heard, topic, state["utterance"], turn=state["turn"], want=want)
    if now.softened and request.intent == "recommend":
        # First, since what was said last is held to first.
        effective = effective.model_copy(update={"prefer": (*(n for n in now.softened if n not in effective.prefer), *effective.prefer)})
    in_force = [dict(c) for c in now.in_force]
    if narrows(request, state["utterance"], len(talk.last)):
        # Holds for this turn only, so it is not among what was said.
        in_force.append({"where": {"items": list(talk.last)}, "words": "of those shown", "standing": False, "turn": state["turn"]})
    return {
        "request": request.model_dump(mode="json"),
        "effective": effective.model_dump(mode="json"),
        "topic": asdict(topic),
        "said": [dict(c) for c in now.said],
        "constraints": in_force,
        "shunned": list(now.shunned),
        "excluded": sorted(now.excluded),
        "named": sorted(now.named),
        "overridden": sorted(now.overridden),
        "learnt": [e.to_json() for e in lesson.entries],
        "forget": list(lesson.forget),
        "forget_all": lesson.forget_all,
        "notices": notices,
        "brain": context.acting.name,
        "attempts": 0,
        "relaxed": list(now.set_aside),
        "blocked": [],
    }


def invites(request: Request, utterance: str) -> bool:
    """True where somebody tells what they like now and leaves it at that: who does so in a talk like this is waiting for suggestions."""
    liked = any(m.entity and m.stance == "like" and not m.past for m in request.mentions)
    return request.intent == "tell" and liked and not _FOR_THE_RECORD.search(utterance)


def _other_kinds(request: Request, schema: Schema) -> tuple[str, ...]:
    """Return the facets whose earlier demands end where a kind is praised: "I love documentaries" after "a western"."""
    kinds = {facet_kind(f): f.name for f in schema.facets if f.kind == "category"}
    liked = [split_entity(m.entity)[0] for m in request.mentions if m.entity and m.stance == "like" and not m.past]
    return tuple(dict.fromkeys(kinds[k] for k in liked if k in kinds)) if request.intent == "tell" else ()


def agree_to_offer(request: Request, talk: Conversation) -> Request:
    """Return the request with an accepted offer put into it ("yes" to "shall I let go of the length?")."""
    offer = talk.pending
    plain_yes = request.intent in ("chat", "accept", "recommend") and not (
        request.constraints or request.mentions or request.wish or request.critiques
    )
    if not offer or not plain_yes or not (request.careless or _says_yes(talk, request)):
        return request
    if offer.get("drop"):
        return request.model_copy(update={"intent": "recommend", "drop": tuple(offer["drop"]), "accepted": None})
    return request.model_copy(update={"intent": "recommend", "accepted": None})


def _says_yes(talk: Conversation, request: Request) -> bool:
    return request.intent == "accept" and request.accepted is None
