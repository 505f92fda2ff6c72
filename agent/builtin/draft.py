"""A request in the making: what the steps of understanding have gathered before the intent is settled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.builtin.opinions import Opinion
from agent.builtin.reading import Reading
from agent.builtin.references import Reference
from agent.request import Constraint, Critique, Mention, ProfileEdit, Question

if TYPE_CHECKING:
    from agent.brain import Situation

__all__ = ["Draft"]


@dataclass(slots=True)
class Draft:
    """Filled step by step within one call of `understand`; never kept."""

    situation: Situation
    reading: Reading
    taken: set[int] = field(default_factory=set)
    """Tokens some step has used up."""
    recounted: frozenset[int] = frozenset()
    """Tokens of sentences that ask for nothing: what they name is no condition."""
    mentions: list[Mention] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    prefer: list[str] = field(default_factory=list)
    critiques: list[Critique] = field(default_factory=list)
    refs: list[Reference] = field(default_factory=list)
    pointed: tuple[str, ...] = ()
    """Item entities the references point at."""
    question: Question | None = None
    edits: list[ProfileEdit] = field(default_factory=list)
    drop: list[str] = field(default_factory=list)
    unfilterable: list[str] = field(default_factory=list)
    wish: str = ""
    count: int | None = None
    told: bool = False
    """Something was told about oneself."""
    asked: bool = False
    """Something was asked for in so many words."""

    def mention(self, text: str, name: str | None, told: Opinion, near: tuple[str, ...] = ()) -> None:
        """Add a mention; of one entity only the first."""
        if name is None or all(m.entity != name for m in self.mentions):
            self.mentions.append(Mention(text=text, entity=name, stance=told.stance, strength=told.strength, past=told.past, near=near))
