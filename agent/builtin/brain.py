"""The built-in brain: understands by grammar, plans by rule and demonstration, writes by template; no key, no network."""

from __future__ import annotations

from collections.abc import AsyncIterator

from agent.brain import Outcome, Situation
from agent.builtin.planning import plan
from agent.builtin.understand import understand
from agent.events import Usage
from agent.plan import Plan
from agent.request import Request

__all__ = ["BuiltinBrain"]


class BuiltinBrain:
    """Implements `agent.brain.Brain` without a language model. Stateless and safe to share between sessions."""

    name = "builtin"

    async def understand(self, situation: Situation) -> Request:
        """Read the utterance into a typed request."""
        return understand(situation)

    async def plan(self, situation: Situation, request: Request) -> Plan:
        """Return the steps that serve the request."""
        return plan(situation, request)

    async def write(self, situation: Situation, outcome: Outcome) -> AsyncIterator[str]:
        """Yield the reply in pieces, from the outcome only."""
        from agent.wording import write

        for piece in write(situation, outcome):
            yield piece

    @property
    def usage(self) -> Usage:
        """Nothing: no model is called."""
        return Usage()
