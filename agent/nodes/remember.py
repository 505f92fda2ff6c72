"""Remember: make the turn durable; only then is it acknowledged."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from agent.brain import Exchange
from agent.conversation import Conversation, Topic
from agent.events import Done, Turn
from agent.learning import Lesson
from agent.profile import Entry
from agent.request import Request
from agent.slates import item_from_json
from agent.state import TurnContext, TurnState
from agent.wording.notices import notices_of
from knowledge.entities import entity, facet_kind, item_entity

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

__all__ = ["remember"]

FOCUS = 8
"""Entities kept as what "it" or "she" may mean."""


async def remember(state: TurnState, runtime: Runtime[TurnContext]) -> dict[str, Any]:
    """Commit the turn and emit `done`."""
    context = runtime.context
    slate = tuple(item_from_json(i) for i in state["slate"])
    turn = Turn(
        turn=state["turn"],
        utterance=state["utterance"],
        reply=state["reply"],
        slate=slate,
        request=Request.model_validate(state["request"]).model_dump(mode="json", exclude_defaults=True),
        plan=tuple(state["plan"]),
        trace=tuple(e.to_json() for e in context.bus.log),
        notices=tuple(dict.fromkeys([*state["notices"], *notices_of(state, context.base.schema)])),
        asked=state.get("question"),
        chips=tuple(state["chips"]),
        brain=state["brain"],
        usage=context.usage(),
        calls=tuple(getattr(context.brain, "calls", ())),
        ms=round((time.perf_counter() - context.started) * 1000, 1),
    )
    lesson = Lesson(
        entries=tuple(Entry.from_json(e) for e in state["learnt"]), forget=tuple(state["forget"]), forget_all=state["forget_all"]
    )
    await context.commit(turn, _after(state, context, turn), lesson)
    context.emit(Done(turn=turn))
    return {}


def _answered(state: TurnState, context: TurnContext) -> list[str]:
    """Return the entities that were the answer to a question ("who directed it"): what "him" means next."""
    kinds = {f.name: facet_kind(f) for f in context.base.schema.facets}
    found = []
    for fact in state["facts"]:
        if fact["tool"] == "lookup" and fact.get("kind") == "fact" and fact.get("attribute") in kinds:
            found += [entity(kinds[fact["attribute"]], str(v)) for v in fact["values"]]
    return found


def _singled_out(state: TurnState, turn: Turn) -> list[str]:
    """Return the one of several items that the reply named as the answer ("Alien is the shortest"): what "that one" means next."""
    items = [i for fact in state["facts"] if fact["tool"] == "compare" for i in fact["items"]]
    return [item_entity(i["id"]) for i in items if turn.reply.startswith(f"**{i['title']}** is the ")]


def _after(state: TurnState, context: TurnContext, turn: Turn) -> Conversation:
    """Return the conversation after the turn."""
    request = Request.model_validate(state["request"])
    before = Conversation(turn=state["turn"] - 1) if request.intent == "reset" else context.conversation
    ids = tuple(i.id for i in turn.slate)
    names = [
        *(f"item:{i}" for i in ids),
        *(request.refers_to),
        *(m.entity for m in request.mentions if m.entity),
    ]
    question = state.get("question")
    asked_before = before.asked_before if question is None else (*before.asked_before, str(question.get("attribute", "")))
    gone = {m.entity for m in request.mentions if m.stance in ("seen", "reject", "dislike")} if ids else set()
    spoken = [n for n in (*(m.entity for m in request.mentions if m.entity), *request.refers_to) if n not in gone]
    told_first = [*_singled_out(state, turn), *_answered(state, context), *spoken]
    if request.question is not None and request.question.kind in ("other_works", "list") and len(ids) > 1:
        # Of a list no one was singled out: "it" is still what was spoken of before.
        asked_of = [request.question.entity] if request.question.entity else []
        told_first += [*asked_of, *(e for e in before.focus if e.startswith("item:"))]
    return Conversation(
        turn=state["turn"],
        constraints=tuple(state["said"]),
        topic=Topic.from_json(state["topic"]),
        focus=tuple(dict.fromkeys([*told_first, *names, *before.focus]))[:FOCUS],
        asked=question,
        asked_before=tuple(dict.fromkeys(asked_before)),
        overridden=tuple(state["overridden"]),
        last=ids or before.last,
        pending=state.get("offer"),
        shown=(*before.shown, ids) if ids else before.shown,
        exchanges=(*before.exchanges, Exchange(utterance=turn.utterance, reply=turn.reply, slate=ids, request=turn.request))[
            -context.settings.history_turns :
        ],
    )
