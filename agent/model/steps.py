"""Step-by-step tool calling, for comparison: the model calls tools one after the other and sees how many items are left.

Tools run here over a bus of their own, so that the model has something to go by; what it settled on becomes the plan, which the
turn checks and runs like any other. Budgets and candidates are the same as with a plan made at once.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from agent.brain import Situation
from agent.bus import Bus
from agent.constraints import conjunction
from agent.errors import BrainFailed
from agent.model.budget import Budget
from agent.model.calls import Ask, Calls, Failed, Message, Text
from agent.model.gateway import Gateway
from agent.model.parse import parsed
from agent.model.prompts import prompt
from agent.model.read import WireStep
from agent.model.wire import plan_schema, predicate_schema, request_schema
from agent.request import Request
from knowledge.errors import Unavailable
from tools.base import BadArguments, Tool, ToolContext, ToolResult
from tools.schemas import strict_schema

__all__ = ["first_answer", "functions", "stepwise"]

READ = "understood"
RESERVED = 1
"""Calls kept for writing."""
MOST_TOKENS = 700


def functions(tools: Mapping[str, Tool[Any]]) -> tuple[dict[str, Any], ...]:
    """Return the tools as strict functions."""
    return tuple({"name": t.name, "description": t.description, "parameters": strict_schema(t), "strict": True} for t in tools.values())


async def first_answer(messages: list[Message], tools: Mapping[str, Tool[Any]], gateway: Gateway, budget: Budget) -> str:
    """Return the first answer as a planning object: the request, by a function call where the endpoint has them. Raises BrainFailed."""
    if gateway.features.tools:
        parameters = {**request_schema(), "$defs": {"P": predicate_schema()}}
        known = {"name": READ, "description": "What the person asks.", "parameters": parameters, "strict": True}
        ask = Ask(purpose="plan", messages=tuple(messages), tools=(known,), must_call=True, max_tokens=MOST_TOKENS, share=0.5)
    else:
        ask = Ask(purpose="plan", messages=tuple(messages), schema=plan_schema(tools), max_tokens=MOST_TOKENS, share=0.5)
    match await gateway.complete(ask, budget):
        case Calls(calls=calls):
            found = next((parsed(c.arguments, ("intent", "mentions")) for c in calls if c.name == READ), None)
            return json.dumps({"request": dict(found.data)}) if found is not None else calls[0].arguments
        case Text(text=text):
            return text
        case Failed(kind=kind, why=why) if kind != "garbled":
            raise BrainFailed(why)
        case _:
            return ""


async def stepwise(
    situation: Situation, request: Request, before: Sequence[WireStep], tools: Mapping[str, Tool[Any]], gateway: Gateway, budget: Budget
) -> tuple[WireStep, ...]:
    """Return the steps the model settled on; those it had already where nothing more comes. A failing endpoint ends the loop."""
    if not gateway.features.tools:
        return tuple(before)
    context = ToolContext(
        base=situation.base,
        taste=situation.profile.taste() if situation.profile is not None else ToolContext(base=situation.base).taste,
        where=conjunction([dict(c) for c in situation.constraints]),
        text=situation.utterance,
        seed=situation.seed,
    )
    asked = {"utterance": situation.utterance, "request": request.model_dump(mode="json", exclude_defaults=True)}
    rounds = budget.calls_left - RESERVED
    messages: list[Message] = [
        {"role": "system", "content": prompt("steps", calls=str(max(1, rounds)))},
        {"role": "user", "content": json.dumps(asked, ensure_ascii=False)},
    ]
    bus = Bus()
    steps = list(before)
    while budget.calls_left > RESERVED:
        ask = Ask(purpose="step", messages=tuple(messages), tools=functions(tools), max_tokens=MOST_TOKENS, share=0.4)
        answer = await gateway.complete(ask, budget)
        if not isinstance(answer, Calls):
            break
        calls = answer.calls[:8]
        messages.append(
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": c.id, "type": "function", "function": {"name": c.name, "arguments": c.arguments}} for c in calls],
            }
        )
        for call in calls:
            note = await _called(call.name, call.arguments, tools, context, bus, steps)
            # Every call is answered, whatever became of it: an unanswered one makes all later requests invalid.
            messages.append({"role": "tool", "tool_call_id": call.id, "content": note})
        if any(s.tool == "slate" for s in steps):
            break
    return tuple(steps)


async def _called(name: str, arguments: str, tools: Mapping[str, Tool[Any]], context: ToolContext, bus: Bus, steps: list[WireStep]) -> str:
    """Run one call and return what the model may see of it: counts and notes."""
    tool = tools.get(name)
    found = parsed(arguments or "{}", ())
    if tool is None:
        return json.dumps({"error": f"there is no tool {name[:40]!r}"})
    args = dict(found.data) if found is not None else {}
    from dataclasses import replace

    try:
        parsed_args = tool.parse(args)
        result = await asyncio.to_thread(tool.run, replace(context, candidates=bus.candidates), parsed_args)
    except BadArguments as error:
        return json.dumps({"error": str(error)[:300]})
    except Unavailable:
        result = ToolResult(note="not available here")
    steps.append(WireStep(tool=name, args={k: v for k, v in args.items() if v is not None}))
    entry = bus.take(name, name, result, 0.0)
    return json.dumps({"left": entry.after if entry.after is not None else "all", "note": entry.note[:200]})
