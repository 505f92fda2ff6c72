"""A brain whose understanding is a table: the turn is tested without the grammar. It plans and writes as the built-in one does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from agent.brain import Outcome, Situation
from agent.builtin.planning import plan
from agent.events import Usage
from agent.plan import Plan
from agent.request import Request

Reading = Mapping[str, Any] | Callable[[Situation], Mapping[str, Any]]


class Scripted:
    """Reads every utterance as the table says; what is not in it is small talk."""

    name = "scripted"

    def __init__(self, table: Mapping[str, Reading] | None = None) -> None:
        self.table = dict(table or {})
        self.situations: list[Situation] = []

    async def understand(self, situation: Situation) -> Request:
        self.situations.append(situation)
        reading = self.table.get(situation.utterance, {"intent": "chat"})
        return Request.model_validate(reading(situation) if callable(reading) else reading)

    async def plan(self, situation: Situation, request: Request) -> Plan:
        return plan(situation, request)

    async def write(self, situation: Situation, outcome: Outcome) -> AsyncIterator[str]:
        from agent.wording import write

        for piece in write(situation, outcome):
            yield piece

    @property
    def usage(self) -> Usage:
        return Usage()


def wants(**more: Any) -> dict[str, Any]:
    """Return a request for suggestions."""
    return {"intent": "recommend", **more}


def must(where: Mapping[str, Any], words: str = "", *, standing: bool = False) -> dict[str, Any]:
    """Return a constraint."""
    return {"where": dict(where), "words": words, "standing": standing}


def about(entity: str, stance: str, **more: Any) -> dict[str, Any]:
    """Return a mention."""
    return {"text": entity.partition(":")[2], "entity": entity, "stance": stance, **more}
