"""Perceive: read the utterance, learn from it, and work out what stands now."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from agent.carry import adds, carried, starts_afresh, with_topic
from agent.constraints import about_subject, contradicted, matching, merge, names_value
from agent.conversation import Conversation
from agent.errors import BrainFailed
from agent.events import Understood
from agent.learning import learn
from agent.profile import Profile
from agent.request import Request
from agent.state import TurnContext, TurnState
from knowledge.entities import split_entity
from knowledge.predicates import attributes_of, from_json, to_json

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

__all__ = ["perceive"]

_BINDING = frozenset({"recommend", "tell", "correct"})
"""Intents whose conditions hold on; those of a question ("how many westerns have you") end with the answer."""

SURE_ENOUGH = 0.5
"""A dislike said with less strength pushes down but does not shut out."""


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
    talk, schema = context.conversation, context.base.schema
    lesson = learn(request, context.profile, session=context.session, turn=state["turn"], now=context.now, words=state["utterance"][:200])
    profile = Profile(user=context.profile.user) if lesson.forget_all else context.profile
    for entity in lesson.forget:
        profile = profile.without(entity)
    profile = profile.with_entries(lesson.entries)
    context.learnt_profile = profile
    if request.intent == "reset":
        talk = Conversation(turn=talk.turn)
    said = [{**c.model_dump(mode="json"), "turn": state["turn"]} for c in request.constraints if request.intent in _BINDING]
    before = [c for c in talk.constraints if not (starts_afresh(request, state["utterance"]) and about_subject(c, schema))]
    session = merge(before, [c for c in said if not c["standing"]], drop=request.drop, adding=adds(state["utterance"]))
    overridden = _overridden(talk, request, profile, session, context)
    standing = [c for c in profile.constraints() if c["words"] not in overridden]
    in_force = merge(standing, session, adding=True)
    topic = carried(talk, request, state["utterance"], context.base.catalogue) if request.intent == "recommend" else talk.topic
    effective = with_topic(request, topic) if request.intent == "recommend" else request
    asked_for = {m.entity for m in request.mentions if m.entity and m.stance in ("like", "example", "about", "neutral")} | set(
        request.prefer
    )
    shunned = []
    for entry in profile.of("dislike"):
        if entry.entity.startswith("item:") or entry.strength < SURE_ENOUGH or entry.entity in overridden:
            continue
        if entry.entity in asked_for or names_value(session, entry.entity, schema):
            continue
        where = matching(entry.entity, schema, context.base.catalogue)
        if where is not None:
            shunned.append(to_json(where))
    examples = {split_entity(e)[1] for e in topic.examples if e.startswith("item:")}
    mentioned = {split_entity(m.entity)[1] for m in request.mentions if m.entity and m.entity.startswith("item:")}
    critiqued = {split_entity(c.of)[1] for c in request.critiques if c.of and c.of.startswith("item:")}
    known = profile.item_ids("like", "dislike", "seen", "reject", "taken")
    named = _named(request)
    excluded = (set(known) | talk.shown_ids | examples | mentioned | critiqued) - named
    return {
        "request": request.model_dump(mode="json"),
        "effective": effective.model_dump(mode="json"),
        "topic": asdict(topic),
        "said": [dict(c) for c in session],
        "constraints": [dict(c) for c in in_force],
        "shunned": shunned,
        "excluded": sorted(excluded),
        "named": sorted(named),
        "overridden": sorted(overridden),
        "learnt": [e.to_json() for e in lesson.entries],
        "forget": list(lesson.forget),
        "forget_all": lesson.forget_all,
        "notices": notices,
        "brain": context.acting.name,
        "attempts": 0,
        "relaxed": [],
        "blocked": [],
    }


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


def _named(request: Request) -> set[str]:
    """Return ids the person asks about by name or reference; those may be shown whatever was said of them."""
    if request.intent not in ("lookup", "compare", "explain", "why_not", "accept"):
        return set()
    names = [m.entity for m in request.mentions if m.entity and m.stance in ("about", "neutral", "like", "example")]
    return {split_entity(n)[1] for n in (*names, *request.refers_to) if n and n.startswith("item:")}


def _overridden(
    talk: Conversation, request: Request, profile: Profile, session: tuple[dict[str, Any], ...], context: TurnContext
) -> set[str]:
    """Return the standing constraints (by words) and disliked entities set aside for this conversation by asking for the contrary."""
    found = set(talk.overridden)
    schema = context.base.schema
    for constraint in profile.constraints():
        if attributes_of(from_json(constraint["where"])) & set(request.drop) or "*" in request.drop or contradicted(constraint, session):
            found.add(constraint["words"])
    for entry in profile.of("dislike"):
        if not entry.entity.startswith("item:") and names_value(session, entry.entity, schema):
            found.add(entry.entity)
    told = {m.entity for m in request.mentions if m.entity and m.stance in ("dislike", "reject")}
    return {o for o in found if o not in told}
