"""The critic: one call that judges the slate against the request with typed verdicts. Rule checks run whether or not it does."""

from __future__ import annotations

import json

from agent.brain import Outcome, Situation
from agent.model.budget import Budget
from agent.model.calls import Ask, Text
from agent.model.card import quiet
from agent.model.context import write_messages
from agent.model.gateway import Gateway
from agent.model.parse import parsed
from agent.model.prompts import prompt
from agent.model.wire import judge_schema

__all__ = ["judged"]


async def judged(situation: Situation, outcome: Outcome, gateway: Gateway, budget: Budget) -> frozenset[str]:
    """Return the ids of items judged plainly wrong; none where the answer is of no use, and never the whole slate."""
    data = json.loads(str(write_messages(situation, outcome)[1]["content"]))
    data["request"] = outcome.request.model_dump(mode="json", exclude_defaults=True, exclude={"mentions"})
    system = prompt("judge", items=quiet(situation.base.schema.item.plural))
    messages = ({"role": "system", "content": system}, {"role": "user", "content": json.dumps(data, ensure_ascii=False)})
    answer = await gateway.complete(Ask(purpose="judge", messages=messages, schema=judge_schema(), max_tokens=200, share=0.4), budget)
    found = parsed(answer.text, ("verdicts",)) if isinstance(answer, Text) else None
    verdicts = found.data.get("verdicts") if found is not None else None
    wrong = set()
    for entry in verdicts if isinstance(verdicts, list) else ():
        if isinstance(entry, dict) and entry.get("verdict") == "wrong" and isinstance(entry.get("marker"), int):
            at = entry["marker"] - 1
            if 0 <= at < len(outcome.slate):
                wrong.add(outcome.slate[at].id)
    return frozenset(wrong) if len(wrong) < len(outcome.slate) else frozenset()
