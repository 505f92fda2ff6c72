"""The language-model brain: one call plans, one call writes; what it cannot do, the built-in brain does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from agent.brain import Outcome, Situation
from agent.builtin.planning import plan as builtin_plan
from agent.builtin.understand import understand as builtin_understand
from agent.config import Settings
from agent.errors import BrainFailed
from agent.events import Usage
from agent.model.agree import agreed
from agent.model.budget import Budget
from agent.model.calls import Ask, Calls, Failed, Message, Refused, Text
from agent.model.context import plan_messages
from agent.model.gateway import Gateway
from agent.model.judge import judged
from agent.model.parse import Parsed, parsed
from agent.model.plans import combined
from agent.model.proposals import NAME as PROPOSED
from agent.model.read import Reading, read
from agent.model.steps import Stepper, first_answer
from agent.model.wire import plan_schema
from agent.model.writer import written
from agent.plan import Plan
from agent.request import Request
from tools.base import Tool

__all__ = ["ModelBrain"]

PLAN_SHARE = 0.6
"""Part of the turn's time the planning call may take, so that there is time to answer without it."""
PLAN_TOKENS = 900
KEYS = ("request", "steps", "intent", "mentions", "constraints", "wish", "critiques", "question", "plan")


class ModelBrain:
    """Implements `agent.brain.Brain` over an endpoint. One a turn: the budget is the turn's."""

    name = "model"

    def __init__(self, settings: Settings, tools: Mapping[str, Tool[Any]], gateway: Gateway) -> None:
        self.settings = settings
        # What the model proposed is weighed by a step of ours; it is no tool that the model could call.
        self.tools = {name: tool for name, tool in tools.items() if name != PROPOSED}
        self.gateway = gateway
        self.budget = self._fresh()
        self._reading: Reading | None = None
        self._said = ""
        self._judged = False

    def _fresh(self) -> Budget:
        return Budget(seconds=self.settings.deadline_s, calls=self.settings.model_calls, tokens=self.settings.model_tokens)

    @property
    def usage(self) -> Usage:
        """What the calls since the turn began have cost."""
        return self.budget.usage

    def ready(self) -> None:
        """Import and open the client, which takes seconds the first time."""
        self.gateway.ready()

    @property
    def calls(self) -> tuple[Mapping[str, Any], ...]:
        """Purpose, tokens and milliseconds of each call of the turn."""
        return tuple(self.budget.log)

    async def understand(self, situation: Situation) -> Request:
        """Read the utterance: one call, one more with the fault named where nothing could be read of it. Raises BrainFailed."""
        self._reading, self._judged, self._said = None, False, situation.utterance
        grammar = builtin_understand(situation)
        # The clock starts here: what is loaded the first time is not the endpoint's doing.
        self.budget = self._fresh()
        if self.settings.model_mode == "steps":
            text = await self._first_step(situation)
        else:
            text = await self._planned(situation)
        found, reading = self._read(text, situation)
        if reading.request is None:
            text = await self._again(situation, text, reading.why)
            found, reading = self._read(text, situation)
        self._reading = reading
        if reading.request is None and not reading.steps:
            raise BrainFailed("its answer could not be read")
        return agreed(reading, grammar, situation.utterance, clean=found is not None and found.clean)

    async def plan(self, situation: Situation, request: Request) -> Plan:
        """Return the steps: those planned in the same call, with what the request needs besides."""
        reading = self._reading if self._reading is not None and situation.utterance == self._said else None
        base_plan = builtin_plan(situation, request)
        steps = reading.steps if reading is not None else ()
        proposals = reading.proposals if reading is not None and self.settings.model_proposals else ()
        return combined(base_plan, steps, self.tools, request, proposals)

    def stepper(self, situation: Situation, request: Request) -> Stepper | None:
        """Return what asks for tools one by one, in that mode and where the endpoint has function calls."""
        if self.settings.model_mode != "steps" or not self.gateway.features.tools:
            return None
        return Stepper(situation=situation, request=request, tools=self.tools, gateway=self.gateway, budget=self.budget)

    async def write(self, situation: Situation, outcome: Outcome) -> AsyncIterator[str]:
        """Yield the reply in pieces. Slates are worded by the model, everything else (facts, the profile, small talk) by us."""
        if outcome.request.intent != "recommend" or not outcome.slate:
            from agent.wording import write

            for piece in write(situation, outcome):
                yield piece
            return
        async for piece in written(situation, outcome, self.gateway, self.budget):
            yield piece

    async def judge(self, situation: Situation, outcome: Outcome) -> frozenset[str]:
        """Return the ids of slate items that plainly contradict the request; at most once a turn, with a call left to write."""
        if not self.settings.model_critic or self._judged or self.budget.calls_left < 2:
            return frozenset()
        self._judged = True
        return await judged(situation, outcome, self.gateway, self.budget)

    async def _planned(self, situation: Situation) -> str:
        return await self._answer("plan", plan_messages(situation, self.tools, cap=self.settings.model_context, proposals=self._proposes))

    @property
    def _proposes(self) -> bool:
        return self.settings.model_proposals

    async def _first_step(self, situation: Situation) -> str:
        messages = plan_messages(situation, self.tools, cap=self.settings.model_context)
        return await first_answer(messages, self.tools, self.gateway, self.budget)

    async def _again(self, situation: Situation, text: str, why: str) -> str:
        """Ask once more, the fault named. Raises BrainFailed."""
        messages = plan_messages(situation, self.tools, cap=self.settings.model_context, proposals=self._proposes)
        messages += [
            {"role": "assistant", "content": text[:1_200] or "(empty)"},
            {"role": "user", "content": f"That cannot be used: {why}. Return only the JSON object, complete."},
        ]
        return await self._answer("again", messages)

    async def _answer(self, purpose: Any, messages: list[Message]) -> str:
        """Return the text of a planning answer; empty where there was none of any use. Raises BrainFailed where asking again is no use."""
        ask = Ask(
            purpose=purpose,
            messages=tuple(messages),
            schema=plan_schema(self.tools, proposals=self._proposes),
            max_tokens=PLAN_TOKENS,
            share=PLAN_SHARE,
        )
        match await self.gateway.complete(ask, self.budget):
            case Text(text=text):
                return text
            case Calls(calls=calls):
                return calls[0].arguments
            case Refused():
                return ""
            case Failed(kind="garbled"):
                return ""
            case Failed(why=why):
                raise BrainFailed(why)

    def _read(self, text: str, situation: Situation) -> tuple[Parsed | None, Reading]:
        found = parsed(text, KEYS)
        if found is None:
            return None, Reading(request=None, why="there is no JSON object in the answer" if text.strip() else "the answer was empty")
        reading = read(found.data, situation)
        return found, reading
