"""The brain contract: what understands, plans and writes. Two implementations: `agent.builtin` and `agent.model`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from agent.events import SlateItem, Usage
from agent.plan import Plan, Step
from agent.request import Request

if TYPE_CHECKING:
    from agent.profile import Profile
    from knowledge.base import KnowledgeBase

__all__ = ["Asked", "Brain", "Exchange", "Outcome", "Situation", "Stepper"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """An earlier turn as a brain may read it."""

    utterance: str
    reply: str
    slate: tuple[str, ...] = ()
    """Item ids shown, in order."""
    request: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything a brain may look at when a new utterance arrives."""

    base: KnowledgeBase
    utterance: str
    exchanges: tuple[Exchange, ...] = ()
    """Earlier turns, oldest first."""
    shown: tuple[str, ...] = ()
    """Item ids of the slate shown last, in order."""
    focus: tuple[str, ...] = ()
    """Entity names talked about last (what "it" or "she" may mean), newest first."""
    constraints: tuple[Mapping[str, Any], ...] = ()
    """Constraints standing now: agent.request.Constraint in JSON form."""
    topic: Mapping[str, Any] = field(default_factory=dict)
    """What the talk is about (`agent.conversation.Topic` as a mapping): examples, wish, prefer, targets, carried on from earlier turns."""
    asked: Mapping[str, Any] | None = None
    """The clarifying question of the turn before, if one was put."""
    profile: Profile | None = None
    deadline_s: float = 30.0
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the tools found: all that a reply may speak of."""

    request: Request
    slate: tuple[SlateItem, ...] = ()
    facts: tuple[Mapping[str, Any], ...] = ()
    """`ToolResult.data` of the answering steps (lookup, compare, explain), each with its `tool`."""
    relaxed: tuple[Mapping[str, Any], ...] = ()
    """Constraints that were relaxed to find anything: {"words", "where", "gained"}."""
    blocked: tuple[Mapping[str, Any], ...] = ()
    """What blocks, when nothing is left: {"words", "where", "without"}."""
    question: Mapping[str, Any] | None = None
    """A clarifying question to put: {"attribute", "options", "words"}."""
    learnt: tuple[Mapping[str, Any], ...] = ()
    """Profile entries added or changed by this utterance."""
    notices: tuple[str, ...] = ()


class Brain(Protocol):
    """Understands, plans and writes. A brain that fails raises `agent.errors.BrainFailed`; the turn goes on with the built-in one."""

    name: str

    async def understand(self, situation: Situation) -> Request:
        """Read the utterance into a typed request."""
        ...

    async def plan(self, situation: Situation, request: Request) -> Plan:
        """Return the steps that serve the request; the validator repairs and checks them afterwards."""
        ...

    def write(self, situation: Situation, outcome: Outcome) -> AsyncIterator[str]:
        """Yield the reply in pieces, from the outcome only."""
        ...

    @property
    def usage(self) -> Usage:
        """What the calls since the turn began have cost."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A tool call a brain asks for while the steps run; names in `args` are grounded, nothing else is checked."""

    id: str
    tool: str
    args: Mapping[str, Any] = field(default_factory=dict)


class Stepper(Protocol):
    """A brain that calls tools one after the other gives one of these, by its method `stepper`, in the place of a finished plan."""

    async def asked(self) -> tuple[Asked, ...]:
        """Return the next calls; none where there are no more."""
        ...

    def told(self, call: str, note: Mapping[str, Any]) -> None:
        """Take what came of a call."""
        ...

    def sharpened(self, step: Step, args: Mapping[str, Any]) -> Step:
        """Return a step the request needs with what the brain may add to it."""
        ...

    def useful(self, tool: str, args: Mapping[str, Any]) -> bool:
        """True where a call the request does not need may run."""
        ...
