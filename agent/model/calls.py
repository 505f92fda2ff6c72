"""What a call asks and how it may end: the values between the brain and the gateway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

__all__ = ["Ask", "Calls", "Failed", "FailureKind", "Message", "Outcome", "Refused", "Text", "ToolCall"]

Message: TypeAlias = Mapping[str, Any]
"""One message in the form of Chat Completions."""

FailureKind = Literal["config", "refused_request", "busy", "server", "network", "deadline", "budget", "garbled", "too_long"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One call: messages in, text or tool calls out."""

    purpose: Literal["plan", "again", "step", "write", "mend", "judge"]
    messages: tuple[Message, ...]
    schema: Mapping[str, Any] | None = None
    """Strict JSON schema of the answer, where it is to be JSON."""
    tools: tuple[Mapping[str, Any], ...] = ()
    """Function tools, strict."""
    must_call: bool = False
    max_tokens: int = 900
    share: float = 1.0
    """Part of the turn's remaining seconds it may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A tool the model wants to use; the arguments are text that nobody has checked yet."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The model answered in words (or JSON text)."""

    text: str
    cut: bool = False
    """It ran into the token limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """The model wants tools."""

    calls: tuple[ToolCall, ...]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The model (or a filter before it) would not answer."""

    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No usable answer. `why` may be read by the person; `detail` is for the log."""

    kind: FailureKind
    why: str
    detail: str = field(default="", repr=False)


Outcome: TypeAlias = Text | Calls | Refused | Failed
