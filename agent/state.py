"""What travels through the turn's graph (JSON-plain) and what the nodes may use (the runtime context)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict

from agent.brain import Brain, Situation
from agent.bus import Bus
from agent.config import Settings
from agent.conversation import Conversation
from agent.events import Event, Turn, Usage
from agent.learning import Lesson
from agent.profile import Profile
from tools.base import Tool

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase
    from knowledge.dialogues import Utterance

__all__ = ["Commit", "TurnContext", "TurnState"]


class TurnState(TypedDict, total=False):
    """One turn under way. Every value is JSON-plain."""

    utterance: str
    turn: int
    seed: int
    request: dict[str, Any]
    """As understood from this utterance alone."""
    effective: dict[str, Any]
    """With what the conversation carries on: what is planned for."""
    topic: dict[str, Any]
    said: list[dict[str, Any]]
    """Constraints said in this conversation and still in force."""
    constraints: list[dict[str, Any]]
    """What must hold now: those said and the standing ones, less what was relaxed for this turn."""
    shunned: list[dict[str, Any]]
    """Predicates of disliked values, in JSON form."""
    excluded: list[str]
    named: list[str]
    overridden: list[str]
    learnt: list[dict[str, Any]]
    forget: list[str]
    forget_all: bool
    plan: list[dict[str, Any]]
    repairs: list[str]
    slate: list[dict[str, Any]]
    facts: list[dict[str, Any]]
    question: dict[str, Any] | None
    relaxed: list[dict[str, Any]]
    blocked: list[dict[str, Any]]
    repeats: bool
    """Items shown before may come again: nothing else is left."""
    attempts: int
    again: bool
    notices: list[str]
    reply: str
    offer: dict[str, Any] | None
    chips: list[str]
    brain: str


Commit = Callable[[Turn, Conversation, Lesson], Awaitable[None]]
"""Makes a finished turn durable: the turn, the conversation after it, and what it taught."""


@dataclass(slots=True, kw_only=True)
class TurnContext:
    """Everything a node may use besides the state. One per turn."""

    base: KnowledgeBase
    tools: Mapping[str, Tool[Any]]
    brain: Brain
    builtin: Brain
    """Takes over where `brain` fails."""
    settings: Settings
    conversation: Conversation
    """As it stood before this turn."""
    profile: Profile
    """Likewise."""
    session: str
    now: str
    started: float
    commit: Commit
    emit: Callable[[Event], None]
    recall: Callable[[str], list[dict[str, Any]]] = lambda item_id: []
    """Returns the reasons given for an item when it was last shown in this session."""
    bus: Bus = field(default_factory=Bus)
    dialogue: tuple[Utterance, ...] = ()
    """The talk up to this utterance, for the tools; put together once a turn."""
    learnt_profile: Profile | None = None
    """The profile with what this utterance taught."""
    failed: bool = False
    """True once `brain` has failed in this turn."""

    @property
    def acting(self) -> Brain:
        """The brain that does the rest of this turn."""
        return self.builtin if self.failed else self.brain

    def situation(self, state: TurnState) -> Situation:
        """Return what a brain may look at."""
        talk = self.conversation
        return Situation(
            base=self.base,
            utterance=state["utterance"],
            exchanges=talk.exchanges[-self.settings.history_turns :],
            shown=talk.last,
            focus=talk.focus,
            constraints=tuple(state["constraints"] if "constraints" in state else (*self.profile.constraints(), *talk.constraints)),
            topic=state["topic"] if "topic" in state else asdict(talk.topic),
            asked=talk.asked,
            profile=self.learnt_profile or self.profile,
            deadline_s=self.settings.deadline_s,
            seed=state["seed"],
        )

    def usage(self) -> Usage:
        """Return what the turn has cost so far, both brains together."""
        used = [self.brain.usage] if self.brain is self.builtin else [self.brain.usage, self.builtin.usage]
        return Usage(
            calls=sum(u.calls for u in used),
            tokens_in=sum(u.tokens_in for u in used),
            tokens_out=sum(u.tokens_out for u in used),
            cost=sum(u.cost for u in used),
            ms=round(sum(u.ms for u in used), 1),
        )
