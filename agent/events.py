"""The event stream of a turn: what every door (Python, page, command line, HTTP) consumes. A public contract.

Order: `understood`, `planned`, (`step_started`, `step_finished`)*, possibly `planned` again after a repair, `slate`, `text`*, then one
of `done` or `error`. `done` comes only once the turn would survive a crash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, TypeAlias

__all__ = [
    "Because",
    "Done",
    "Event",
    "Failed",
    "Planned",
    "SlateItem",
    "SlateShown",
    "StepFinished",
    "StepStarted",
    "TextDelta",
    "Turn",
    "Understood",
    "Usage",
    "event_to_json",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """One reason shown for an item; `ids` are entity names that prove it."""

    kind: str
    text: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SlateItem:
    """One recommended item, as shown."""

    id: str
    title: str
    score: float
    because: tuple[Because, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """The record's facets (lists of strings) and numbers."""
    contributions: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a turn cost in language-model terms; zeros with the built-in brain."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0
    ms: float = 0.0
    """Milliseconds spent waiting for the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A finished turn: the value `Session.say` returns."""

    turn: int
    utterance: str
    reply: str
    slate: tuple[SlateItem, ...] = ()
    request: Mapping[str, Any] = field(default_factory=dict)
    plan: tuple[Mapping[str, Any], ...] = ()
    trace: tuple[Mapping[str, Any], ...] = ()
    """One entry a step: id, tool, note, before, after, ms."""
    notices: tuple[str, ...] = ()
    asked: Mapping[str, Any] | None = None
    """The clarifying question put in this turn, if any: {"attribute", "options"}."""
    chips: tuple[str, ...] = ()
    """Likely next utterances, made from the slate."""
    brain: str = "builtin"
    usage: Usage = field(default_factory=Usage)
    calls: tuple[Mapping[str, Any], ...] = ()
    """The language model's calls in order: purpose, tokens_in, tokens_out, ms."""
    ms: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the turn as JSON-plain data (the object `sommelier chat --json` writes)."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """The request was read."""

    type: ClassVar[str] = "understood"
    request: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan stands (again, after a repair)."""

    type: ClassVar[str] = "planned"
    steps: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted:
    """A tool starts."""

    type: ClassVar[str] = "step_started"
    id: str
    tool: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFinished:
    """A tool is done."""

    type: ClassVar[str] = "step_finished"
    id: str
    tool: str
    note: str
    before: int | None
    after: int | None
    ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SlateShown:
    """The slate of this turn, final and grounded, before the words."""

    type: ClassVar[str] = "slate"
    items: tuple[SlateItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDelta:
    """A piece of the reply, already verified against the catalogue."""

    type: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The turn is finished and durable."""

    type: ClassVar[str] = "done"
    turn: Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The turn could not be finished; the session is as before it."""

    type: ClassVar[str] = "error"
    message: str


Event: TypeAlias = Understood | Planned | StepStarted | StepFinished | SlateShown | TextDelta | Done | Failed


def event_to_json(event: Event) -> dict[str, Any]:
    """Return an event as JSON-plain data: its fields and its `type`."""
    return {"type": event.type, **asdict(event)}
