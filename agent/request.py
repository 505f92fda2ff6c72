"""A request: what one utterance asks, typed. Both brains produce it; the planner and the turn read it.

A pydantic model because a language model writes it too; it travels through the graph as its JSON form.
Entities are names as in `knowledge.entities` (`item:heat-1995`, `person:Michael Mann`, `genre:comedy`).
Predicates stand in their JSON form (`knowledge.predicates.to_json`).
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["UNREADABLE", "Constraint", "Critique", "Intent", "Mention", "ProfileEdit", "Question", "Request", "Stance"]

Intent = Literal[
    "recommend",  # wants suggestions (also critiques, rejections, "more", "surprise me")
    "lookup",  # asks a fact, count, superlative, or whether something is in the catalogue
    "compare",
    "explain",  # why this one
    "why_not",  # why not X
    "tell",  # tells about themselves, asks nothing
    "accept",  # takes one of the shown
    "profile",  # wants to see what is remembered
    "correct",  # corrects or forgets part of the profile
    "reset",  # start over
    "chat",  # greeting, thanks, small talk
    "help",  # what can you do
    "off_topic",
]

Stance = Literal["like", "dislike", "seen", "example", "about", "reject", "neutral"]
"""example: "something like X". about: the thing a question or a constraint is about. reject: shown and not wanted."""


UNREADABLE = 0.1
"""The confidence of a request made of no words at all ("asdfgh")."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Mention(_Model):
    """An entity found in the utterance, or a name that stayed unknown (`entity` None, near misses kept)."""

    text: str
    entity: str | None = None
    stance: Stance = "neutral"
    strength: float = Field(default=1.0, ge=0.0, le=1.0)
    past: bool = False
    """Said of the past only ("I used to love horror"): ends a liking."""
    near: tuple[str, ...] = ()
    """Near misses for "did you mean", best first."""


class Constraint(_Model):
    """A hard condition, in JSON predicate form, with the words it was said in."""

    where: dict[str, Any]
    words: str = ""
    standing: bool = False
    """True where it holds beyond this conversation ("never", "I'm vegetarian")."""


class Critique(_Model):
    """A step along a number or scale relative to an item ("funnier", "shorter than the second one")."""

    attribute: str
    direction: Literal["more", "less"]
    strength: float = Field(default=1.0, ge=0.0, le=3.0)
    of: str | None = None
    """The item entity it is said of; None means the slate shown last."""
    absolute: bool = False
    """Said plainly ("a funny one"): towards that end of the range, wherever the slate shown last stands."""


class Question(_Model):
    """A fact asked for."""

    kind: Literal["fact", "describe", "count", "superlative", "have", "other_works", "list"]
    attribute: str | None = None
    entity: str | None = None
    direction: Literal["most", "least"] | None = None


class ProfileEdit(_Model):
    """A change to what is remembered."""

    action: Literal["forget", "forget_all", "set"]
    entity: str | None = None
    stance: Stance | None = None


class Request(_Model):
    """What one utterance asks. Fields combine freely: "Loved Alien, hated Prometheus, anything newer?" fills several."""

    intent: Intent = "recommend"
    mentions: tuple[Mention, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    drop: tuple[str, ...] = ()
    """Attributes whose earlier constraints no longer hold ("any length is fine"), or entity names that are neither demanded nor
    ruled out any more ("doesn't have to be a drama"); "*" drops all."""
    wish: str = ""
    """What is wanted in free words, for search by meaning ("someone relives the same day")."""
    critiques: tuple[Critique, ...] = ()
    prefer: tuple[str, ...] = ()
    """Soft preferences as entity names ("mood:cosy", "occasion:with kids")."""
    refers_to: tuple[str, ...] = ()
    """Item entities that references ("the second one", "it") resolved to."""
    question: Question | None = None
    edits: tuple[ProfileEdit, ...] = ()
    count: int | None = Field(default=None, ge=1, le=50)
    others: bool = False
    """Wants different ones than shown ("more", "something else")."""
    surprise: bool = False
    by_popularity: bool = False
    """Asks for what most people take ("most popular", "classics everyone knows")."""
    careless: bool = False
    """"I don't care", "whatever": a full answer to a clarifying question."""
    unfilterable: tuple[str, ...] = ()
    """Conditions the catalogue has no column for ("on Netflix")."""
    accepted: str | None = None
    """The item entity taken, for intent accept."""
    confidence: float = Field(default=1.0, ge=0.0, le=1.0)

    @property
    def only_unknown(self) -> bool:
        """True where the request hangs on a name nobody knows: nothing else says what is wanted."""
        unknown = any(m.entity is None and m.text for m in self.mentions)
        said = self.constraints or self.wish or self.prefer or self.critiques or any(m.entity for m in self.mentions)
        return self.intent == "recommend" and unknown and not (said or self.others or self.surprise or self.by_popularity)
