"""Step-by-step tool calling, for comparison: the model calls tools one after the other and sees how many items are left.

What it calls runs once, on the turn's own bus (`agent.nodes.stepped`), and what the request needs besides runs after it. Budgets, checks
and candidates are the same as with a plan made at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.brain import Asked, Situation
from agent.errors import BrainFailed
from agent.model.budget import Budget
from agent.model.calls import Ask, Calls, Failed, Message, Text
from agent.model.gateway import Gateway
from agent.model.parse import parsed
from agent.model.plans import sharpened, useful
from agent.model.prompts import prompt
from agent.model.read import read
from agent.model.wire import plan_schema, predicate_schema, request_schema
from agent.plan import Step
from agent.request import Request
from tools.base import Tool
from tools.schemas import strict_schema

__all__ = ["Stepper", "first_answer", "functions"]

READ = "understood"
RESERVED = 1
"""Calls kept for writing."""
MOST_TOKENS = 700
MOST_CALLS = 8
"""Tool calls read of one answer."""


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


@dataclass(slots=True, kw_only=True)
class Stepper:
    """Implements `agent.brain.Stepper`: asks the model for its next tool calls, and tells it what came of them."""

    situation: Situation
    request: Request
    tools: Mapping[str, Tool[Any]]
    gateway: Gateway
    budget: Budget
    _messages: list[Message] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    """Ids of calls that have no answer yet."""

    async def asked(self) -> tuple[Asked, ...]:
        """Return the next calls, names grounded; none where the model is done, failed, or has only the writing call left."""
        if self.budget.calls_left <= RESERVED:
            return ()
        if not self._messages:
            asked = {"utterance": self.situation.utterance, "request": self.request.model_dump(mode="json", exclude_defaults=True)}
            self._messages = [
                {"role": "system", "content": prompt("steps", calls=str(self.budget.calls_left - RESERVED))},
                {"role": "user", "content": json.dumps(asked, ensure_ascii=False)},
            ]
        for left in tuple(self._open):
            # Every call is answered, whatever became of it: an unanswered one makes all later requests invalid.
            self.told(left, {"error": "not run"})
        ask = Ask(purpose="step", messages=tuple(self._messages), tools=functions(self.tools), max_tokens=MOST_TOKENS, share=0.4)
        answer = await self.gateway.complete(ask, self.budget)
        if not isinstance(answer, Calls):
            return ()
        calls = answer.calls[:MOST_CALLS]
        self._messages.append(
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": c.id, "type": "function", "function": {"name": c.name, "arguments": c.arguments}} for c in calls],
            }
        )
        self._open = [c.id for c in calls]
        found = []
        for call in calls:
            arguments = parsed(call.arguments or "{}", ())
            plain = dict(arguments.data) if arguments is not None else {}
            steps = read({"steps": [{"tool": call.name, "args": plain}]}, self.situation).steps
            found.append(Asked(id=call.id, tool=call.name, args=dict(steps[0].args) if steps else {}))
        return tuple(found)

    def told(self, call: str, note: Mapping[str, Any]) -> None:
        """Take what came of a call; the model sees it with its next round."""
        self._open = [c for c in self._open if c != call]
        self._messages.append({"role": "tool", "tool_call_id": call, "content": json.dumps(note, ensure_ascii=False)})

    def sharpened(self, step: Step, args: Mapping[str, Any]) -> Step:
        """Return a step that was planned with what the model may add to it."""
        return sharpened(step, args)

    def useful(self, tool: str, args: Mapping[str, Any]) -> bool:
        """True where a call that no plan needs has something of its own to work on."""
        return useful(tool, args, self.tools, self.request)
