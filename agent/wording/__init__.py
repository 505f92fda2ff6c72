"""The built-in brain's writing: short, specific, varied and true; every word about items comes from their records and evidence."""

from __future__ import annotations

from collections.abc import Iterator

from agent.brain import Outcome, Situation
from agent.wording.asides import nothing_found
from agent.wording.facts import answers
from agent.wording.social import social
from agent.wording.suggest import suggest
from agent.wording.voice import Voice

__all__ = ["write"]

_ASKING = frozenset({"lookup", "compare", "explain", "why_not"})


def write(situation: Situation, outcome: Outcome) -> Iterator[str]:
    """Yield the reply in pieces, from the outcome only; the same outcome and seed give the same words."""
    intent = outcome.request.intent
    if intent == "recommend":
        yield from suggest(situation, outcome) if outcome.slate else nothing_found(situation, outcome, Voice(situation.seed))
    elif intent == "tell" and outcome.slate:
        yield from suggest(situation, outcome)
    elif intent in _ASKING:
        yield from answers(situation, outcome)
    else:
        yield from social(situation, outcome)
