"""Respond: write the reply from the outcome, and let nothing through that the catalogue does not bear out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agent.brain import Brain, Outcome
from agent.errors import BrainFailed
from agent.events import SlateShown, TextDelta
from agent.grounding import Ground, sentences
from agent.request import Request
from agent.slates import item_from_json
from agent.state import TurnContext, TurnState
from agent.wording.chips import chips_for, offer_of

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

__all__ = ["outcome_of", "respond"]


async def respond(state: TurnState, runtime: Runtime[TurnContext]) -> dict[str, Any]:
    """Return the reply, grounded, with chips; emits the slate and then the text as it is verified."""
    context = runtime.context
    outcome = outcome_of(state)
    situation = context.situation(state)
    context.emit(SlateShown(items=outcome.slate))
    ground = Ground.of(situation, outcome, strict=context.acting is not context.builtin)
    reply, notices = await _written(context.acting, state, context, ground)
    if not reply.strip():
        more, _ = await _written(context.builtin, state, context, replace(ground, strict=False))
        reply = more
    return {
        "reply": reply.strip(),
        "notices": [*state["notices"], *notices],
        "chips": list(chips_for(situation, outcome)),
        "offer": offer_of(outcome),
        "brain": context.acting.name,
    }


def outcome_of(state: TurnState) -> Outcome:
    """Return what the tools found, as a brain may read it."""
    return Outcome(
        request=Request.model_validate(state["request"]),
        slate=tuple(item_from_json(i) for i in state["slate"]),
        facts=tuple(state["facts"]),
        relaxed=tuple(state["relaxed"]),
        blocked=tuple(state["blocked"]),
        question=state.get("question"),
        learnt=tuple(state["learnt"]),
        notices=(*state["notices"], *(("repeats",) if state.get("repeats") else ())),
    )


async def _written(brain: Brain, state: TurnState, context: TurnContext, ground: Ground) -> tuple[str, list[str]]:
    """Return the verified reply of one brain; sentences that say what is not so are left out."""
    situation, outcome = context.situation(state), outcome_of(state)
    pieces: list[str] = []
    notices: list[str] = []
    try:
        async for sentence in _sentences(brain.write(situation, outcome)):
            wrong = ground.wrong(sentence)
            if wrong:
                notices.append(f"A sentence was left out: {wrong}.")
                continue
            pieces.append(sentence)
            context.emit(TextDelta(text=sentence))
            await asyncio.sleep(0)
    except BrainFailed as failure:
        context.failed = True
        notices.append(f"The language model broke off ({failure}); the built-in one finished the reply.")
        if brain is not context.builtin and not pieces:
            return "", notices
    return "".join(pieces), notices


async def _sentences(stream: AsyncIterator[str]) -> AsyncIterator[str]:
    """Yield whole sentences (with the white space after them) from pieces of any size."""
    held = ""
    async for piece in stream:
        held += piece
        *whole, held = sentences(held)
        for sentence in whole:
            yield sentence
    if held:
        yield held
