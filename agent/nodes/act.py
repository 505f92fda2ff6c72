"""Act: run the plan's steps over the bus, each within its limit."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from agent.brain import Stepper
from agent.bus import Bus
from agent.constraints import conjunction
from agent.events import StepFinished, StepStarted
from agent.nodes.stepped import stepped
from agent.plan import Step
from agent.request import Request
from agent.state import TurnContext, TurnState
from knowledge.errors import Unavailable
from knowledge.predicates import from_json
from tools.base import BadArguments, ToolContext, ToolResult

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

__all__ = ["act", "run_step", "tool_context"]

FACTUAL = frozenset({"lookup", "compare", "explain", "rank"})
"""Tools whose data a reply speaks of; the question of `ask` travels by itself."""


async def act(state: TurnState, runtime: Runtime[TurnContext]) -> dict[str, Any]:
    """Return what the steps found: the slate's candidates, facts, the question to put."""
    context = runtime.context
    context.bus = Bus(
        shown=context.conversation.last, rejected=context.profile.item_ids("reject"), accepted=context.profile.item_ids("taken")
    )
    context.dialogue = context.conversation.utterances(state["utterance"], state["request"], context.base.catalogue)
    notices = list(state["notices"])
    bus = context.bus

    async def run(step: Step) -> None:
        notice = await run_step(step, state, context)
        if notice and notice not in notices:
            notices.append(notice)

    steps = [Step.model_validate(plain) for plain in state["plan"]]
    stepper = _stepper(state, context)
    if stepper is not None:
        steps = await stepped(stepper, steps, context.tools, bus, run)
    else:
        for step in steps:
            await run(step)
    question = bus.found("ask")
    for data in bus.data:
        if data["tool"] == "explain" and data.get("mode") == "why":
            data["items"] = [_as_said(item, context) for item in data["items"]]
    return {
        "plan": [s.model_dump(mode="json") for s in steps],
        "facts": [d for d in bus.data if d["tool"] in FACTUAL],
        "question": None if question is None or not question.get("options") else question,
        "blocked": list(bus.blocked),
        "notices": notices,
    }


def _stepper(state: TurnState, context: TurnContext) -> Stepper | None:
    """Return what asks for steps one by one, where the brain does that; a plan sent back by reflection runs as it stands."""
    make = getattr(context.acting, "stepper", None)
    request = Request.model_validate(state["effective"])
    if make is None or state["attempts"] or request.intent != "recommend" or not state["plan"]:
        return None
    found: Stepper | None = make(context.situation(state), request)
    return found


def tool_context(state: TurnState, context: TurnContext) -> ToolContext:
    """Return what tools may look at in this turn."""
    profile = context.learnt_profile or context.profile
    named = frozenset(state["named"])
    taste = profile.taste()
    return ToolContext(
        base=context.base,
        candidates=context.bus.candidates,
        taste=taste,
        where=conjunction(state["constraints"], [from_json(p) for p in state["shunned"]]),
        excluded=frozenset(state["excluded"]),
        named=named,
        text=" ".join(p for p in (state["effective"].get("wish") or "", state["utterance"]) if p),
        dialogue=context.dialogue,
        seed=state["seed"],
    )


def _as_said(item: dict[str, Any], context: TurnContext) -> dict[str, Any]:
    """Put the reasons that stood when the item was shown before those found now."""
    told = [{**r, "weight": 2.0} for r in context.recall(item["id"])]
    texts = {r["text"] for r in told}
    strong = [r for r in told if r["kind"] not in ("constraint", "popularity")]
    weak = [r for r in told if r["kind"] in ("constraint", "popularity")]
    return {**item, "reasons": [*strong, *weak, *(r for r in item["reasons"] if r["text"] not in texts)]}


async def run_step(step: Step, state: TurnState, context: TurnContext) -> str:
    """Run one step; return a notice where it could not be done."""
    tool = context.tools[step.tool]
    context.emit(StepStarted(id=step.id, tool=tool.name, label=tool.label))
    began = time.perf_counter()
    notice, result = "", ToolResult()
    try:
        args = tool.parse(step.args)
        result = await asyncio.wait_for(asyncio.to_thread(tool.run, tool_context(state, context), args), _limit(tool.limit_s, context))
    except BadArguments as error:
        result = ToolResult(note=f"left out: {error}")
    except Unavailable as error:
        result, notice = ToolResult(note=f"not available: {error}"), str(error)
    except TimeoutError:
        result, notice = (
            ToolResult(note=f"took longer than {tool.limit_s:g} s and was left out"),
            f"{tool.label} took too long and was left out.",
        )
    entry = context.bus.take(step.id, tool.name, result, (time.perf_counter() - began) * 1000)
    context.emit(StepFinished(id=step.id, tool=tool.name, note=entry.note, before=entry.before, after=entry.after, ms=round(entry.ms, 2)))
    return notice


def _limit(limit_s: float, context: TurnContext) -> float:
    """Return the seconds a step may take: its own limit (wide at the first use, when parts are loaded), within the turn's deadline."""
    left = context.settings.deadline_s - (time.perf_counter() - context.started)
    return max(0.5, min(limit_s * 10, left))
