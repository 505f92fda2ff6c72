"""A real dialogue told to the agent turn by turn, with the real recommender's answers in the place of the agent's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from agent.brain import Brain, Situation
from agent.config import Settings
from agent.events import Turn
from agent.request import Request
from agent.sommelier import Sommelier
from agent.store import SqliteStore
from knowledge.base import KnowledgeBase
from knowledge.dialogues import Dialogue, Utterance, merge_turns
from knowledge.errors import SommelierError

__all__ = ["ASKED_FOR", "Replaying", "replayed", "spoken"]

ASKED_FOR = 50
"""Items asked for in the last turn: the most a request may name, and the last cutoff of the protocol."""
STOPS = (".", "!", "?", ",", ";", ":")
SUGGESTING = frozenset({"recommend", "tell"})
"""Intents that bring items: what is told of a taste is answered with some too."""


def spoken(dialogue: Dialogue) -> list[Utterance]:
    """Return the turns as `merge_turns` has them, but with a stop after each message that lacks one: messages are no one sentence."""
    stopped = (text if not text or text.endswith(STOPS) else f"{text}." for u in dialogue.utterances for text in [u.text.strip()])
    utterances = tuple(replace(u, text=text) for u, text in zip(dialogue.utterances, stopped, strict=True))
    return list(merge_turns(replace(dialogue, utterances=utterances)))


def replayed(agent: Replaying, turns: Sequence[Utterance], key: str) -> tuple[Turn | None, int]:
    """Tell the agent what the seeker said, in a session of its own; return its last turn and how many turns ended in an error.

    Args:
        agent: answers.
        turns: the context, speakers in turn. After each of the agent's answers the recommender's own is put in its place.
        key: of the session; decides the seed.
    """
    session = agent.session(session_id=key)
    said = [(at, t) for at, t in enumerate(turns) if t.speaker == "seeker" and t.text.strip()]
    last: Turn | None = None
    errors = 0
    for place, (at, told) in enumerate(said, 1):
        agent.count = ASKED_FOR if place == len(said) else None
        try:
            last = session.say(told.text)
        except SommelierError:
            last = None
            errors += 1
            continue
        if place < len(said):
            answer = next((t for t in turns[at + 1 : at + 2] if t.speaker == "recommender"), None)
            agent.heard.put(key, last.turn, answer)
            # Going back to where it stands makes the session read its turns again.
            session.rewind(last.turn)
    session.delete()
    return last, errors


class _Heard(SqliteStore):
    """Conversations in memory, in which the real recommender's answers stand in the place of the agent's own.

    The seeker of the dialogue answers what the recommender said: the agent must not hold its own suggestions for shown, nor its own
    question for asked.
    """

    def __init__(self) -> None:
        super().__init__(":memory:")
        self._answers: dict[tuple[str, int], Utterance | None] = {}

    def put(self, session_id: str, turn: int, answer: Utterance | None) -> None:
        """Note what the recommender answered to a turn; None for nothing."""
        self._answers[session_id, turn] = answer

    def turns(self, session_id: str) -> list[dict[str, Any]]:
        """Return the data of the turns, each with the answer that was heard."""
        last: list[str] = []
        rows = []
        for row in super().turns(session_id):
            if (session_id, row["turn"]) in self._answers:
                answer = self._answers[session_id, row["turn"]]
                items = list(answer.items) if answer is not None else []
                last = items or last
                own = {f"item:{i}" for i in row["shown"]}
                focus = dict.fromkeys([*(f"item:{i}" for i in items), *(n for n in row["state"]["focus"] if n not in own)])
                state = {**row["state"], "last": last, "focus": list(focus), "asked": None, "asked_before": [], "pending": None}
                row = {**row, "reply": answer.text if answer is not None else "", "shown": items, "state": state}
            rows.append(row)
        return rows


class Replaying(Sommelier):
    """An agent that is asked for a number of items whatever the utterance says, and hears the real recommender's answers."""

    def __init__(self, base: KnowledgeBase, *, settings: Settings) -> None:
        super().__init__(base, settings=settings)
        self.store.close()
        self.store = self.heard = _Heard()
        self.count: int | None = None
        """Items asked for in the next turn; None for as many as the agent shows by itself."""

    def brains(self) -> tuple[Brain, Brain]:
        """Return the brains of a new turn, both asking for the number."""
        brain, builtin = super().brains()
        if self.count is None:
            return brain, builtin
        asking = cast(Brain, _Asking(brain, self.count))
        return asking, asking if builtin is brain else cast(Brain, _Asking(builtin, self.count))


class _Asking:
    """A brain that reads every request for items as one for so many; everything else is the brain's own."""

    def __init__(self, brain: Brain, count: int) -> None:
        self._brain = brain
        self._count = count

    async def understand(self, situation: Situation) -> Request:
        """Read the utterance into a request for so many."""
        request = await self._brain.understand(situation)
        return request.model_copy(update={"count": self._count}) if request.intent in SUGGESTING else request

    def __getattr__(self, name: str) -> Any:
        return getattr(self._brain, name)
