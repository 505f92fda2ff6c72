"""The contract of a tool, in one place.

A tool file defines a pydantic arguments model (every field described), a `run(context, args)` function, and exports one `Tool`
named `TOOL`. Its JSON schema (plain and strict), documentation row and page label derive from it; deleting a tool is deleting
its file.

Failures are a closed set:
    BadArguments   the planner may mend the arguments, once
    NothingMatches a result, not an error: `ToolResult.blocked` says which predicate blocks and what each relaxation would give
    Unavailable    (knowledge.errors) the part it needs is not in this base; say so to the person
    anything else  is a bug and rises
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from knowledge.dialogues import Utterance
from knowledge.errors import SommelierError
from knowledge.predicates import AllOf, Predicate
from tools.candidates import Candidate, Evidence

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["TURNS", "Arguments", "BadArguments", "Blocked", "Taste", "Tool", "ToolContext", "ToolResult"]

TURNS = 1_000_003
"""How far the seeds of two conversations stand apart; those of a conversation's turns lie between."""

Part = Literal["catalogue", "interactions", "graph", "vectors"]


class BadArguments(SommelierError):
    """The arguments do not fit the tool or the catalogue; the text names the argument and what would fit."""


class Arguments(BaseModel):
    """Base of every tool's arguments: frozen, no unknown fields, every field described."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """What is known of a person's taste, as weights on entity names.

    `liked` and `disliked` map entity names to positive strengths in (0, 1] (recent statements stronger); `seen` are item ids
    already taken; `history` lists liked item ids, oldest first, for rankers that use order.
    """

    liked: Mapping[str, float] = field(default_factory=dict)
    disliked: Mapping[str, float] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolContext:
    """What a tool may look at: the base, the candidates on the bus, the person's taste and what must hold.

    `candidates` None means the whole catalogue is still open (nothing has narrowed it). `where` holds the standing and current
    hard constraints; `excluded` are ids that must never come back (disliked, rejected, seen, already shown), except those in
    `named` (asked for by name). Every tool that yields candidates respects all three. Tools give candidates back as columns
    (`tools.candidates.Candidates`), which read like a tuple; a plain tuple of `Candidate` is taken too.
    """

    base: KnowledgeBase
    candidates: Sequence[Candidate] | None = None
    taste: Taste = field(default_factory=Taste)
    where: Predicate = field(default_factory=lambda: AllOf(parts=()))
    excluded: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    text: str = ""
    """What is wanted now, as free text, for tools that match meaning."""
    dialogue: tuple[Utterance, ...] = ()
    """What both sides have said, oldest first, the present utterance last, with the items named: for what past dialogues taught."""
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Why nothing (or too little) is left: one predicate and how many items its removal would leave."""

    predicate: Predicate
    without: int
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What a tool gives back. `candidates` None leaves the bus as it is."""

    candidates: Sequence[Candidate] | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    """JSON-plain facts (look-ups, comparisons, the question to ask)."""
    evidence: tuple[Evidence, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    note: str = ""
    """One plain line for the trace ("42 of 1,700 left")."""


A = TypeVar("A", bound=Arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool(Generic[A]):
    """One capability, defined in one place."""

    name: str
    label: str
    """What the page shows while it runs ("Filtering")."""
    description: str
    """For the planner: when to use it, in two sentences at most."""
    arguments: type[A]
    run: Callable[[ToolContext, A], ToolResult]
    needs: tuple[Part, ...] = ("catalogue",)
    effect: Literal["narrow", "score", "order", "answer"] = "score"
    """narrow: fewer candidates. score: adds a signal. order: fuses or selects. answer: leaves the bus alone."""
    limit_s: float = 2.0

    def parse(self, raw: Mapping[str, Any]) -> A:
        """Validate raw arguments; a null stands for "not given". Raises BadArguments naming each field, its value and what is allowed."""
        from pydantic import ValidationError

        try:
            return self.arguments.model_validate(_without_nulls(raw))
        except ValidationError as error:
            faults = "; ".join(
                f"{'.'.join(str(p) for p in e['loc']) or 'arguments'}: {e['msg']} (got {e['input']!r})" for e in error.errors()
            )
            raise BadArguments(f"tool {self.name!r}: {faults}") from error


def _without_nulls(value: Any) -> Any:
    """Drop nulls at any depth: strict schemas make a model write every field, null for those it does not use."""
    if isinstance(value, Mapping):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [_without_nulls(v) for v in value]
    return value
