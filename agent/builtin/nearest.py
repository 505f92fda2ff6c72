"""What is probably meant where the grammar found nothing: the intent of the demonstration nearest in meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.request import Intent

if TYPE_CHECKING:
    from agent.brain import Situation

__all__ = ["nearest_intent"]

_NEAR_ENOUGH = 0.6
_TALK = frozenset({"chat", "help", "off_topic", "profile", "reset", "recommend"})


def nearest_intent(situation: Situation) -> Intent | None:
    """Return the intent of the demonstration nearest in meaning, where an encoder is at hand and it is near enough."""
    base = situation.base
    if not base.has("vectors"):
        return None
    from agent.demonstrations import at_hand, ranked

    if not at_hand(base):
        # To encode them all takes seconds: no turn waits for that.
        return None
    scored = ranked(situation.utterance, base=base, words=False)
    score, best = scored[0]
    intent: Intent = best.request.get("intent", "recommend")
    return intent if score >= _NEAR_ENOUGH and intent in _TALK and not best.request.get("mentions") else None
