"""A simulated person: a hidden target, true traits to reveal, a manner of speaking, and typed noise. No language model.

A person says at most three traits a turn, answers questions truthfully, rejects what is not the target with a reason that is true, never
says the
target's title, and gives up. Hits are told by ids, never by text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from evaluation.simulate.traits import Trait, false_trait, traits_of
from evaluation.simulate.words import opening, refinement, retraction, typos

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["NOISES", "PERSONAS", "Case", "Heard", "Manner", "Person", "RulePerson", "Said", "fault", "plain"]

NOISES = ("typo", "vague", "contradiction", "change")
MOST_TRAITS = 3
"""Traits said in one turn, at most."""
IN_MIND = 8
"""Traits a person has in mind at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a kind of person talks."""

    opening: int
    """Traits said at first."""
    each: int
    """Traits said on each further turn."""
    specific: float
    """Share of the time a rarer trait is said before a common one."""
    examples: int
    """Liked items named at first."""
    critiques: bool = False
    chatty: bool = False


PERSONAS: Mapping[str, Manner] = {
    "decisive": Manner(opening=3, each=2, specific=0.5, examples=1),
    "vague": Manner(opening=1, each=1, specific=0.1, examples=2),
    "critiquing": Manner(opening=2, each=1, specific=0.25, examples=1, critiques=True),
    "chatty": Manner(opening=2, each=2, specific=0.25, examples=3, chatty=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One simulated conversation: who, with which history, looking for what, in which manner."""

    id: str
    user: str
    targets: tuple[str, ...]
    """Any of these is a hit; the first is the one whose traits are told."""
    liked: tuple[str, ...]
    """Liked items that may be named, the latest last."""
    disliked: tuple[str, ...] = ()
    persona: str = "decisive"
    noise: tuple[str, ...] = ()
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person says, with what it reveals."""

    text: str
    traits: tuple[Trait, ...] = ()
    retracts: tuple[Trait, ...] = ()
    noise: tuple[str, ...] = ()
    error: str = ""
    """A fault of the simulator itself (a leak, something false that is no noise); empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came back from the agent."""

    slate: tuple[str, ...]
    reply: str = ""
    asked: Mapping[str, Any] | None = None


class Person(Protocol):
    """Somebody who talks to an agent; rule-based or driven by a language model."""

    def open(self) -> Said:
        """Return the first utterance."""
        ...

    def answer(self, heard: Heard) -> Said | None:
        """Return the next utterance after a slate without a target; None gives up."""
        ...


@dataclass(slots=True)
class RulePerson:
    """A person by rule; the same case says the same to the same slates."""

    base: KnowledgeBase
    case: Case
    told: list[Trait] = field(default_factory=list)
    _chance: random.Random = field(init=False)
    _left: list[Trait] = field(init=False)
    _false: Trait | None = field(default=None)
    _turn: int = field(default=0)
    _empty: int = field(default=0)

    def __post_init__(self) -> None:
        self._chance = random.Random(f"{self.case.seed}:{self.case.id}")
        self._left = self._in_order(list(traits_of(self.base, self.case.targets[0])))

    @property
    def manner(self) -> Manner:
        """The persona's manner."""
        return PERSONAS[self.case.persona]

    def open(self) -> Said:
        """Return the first utterance: liked examples and first traits."""
        self._turn = 1
        chance = self._chance
        count = max(1, self.manner.opening - ("vague" in self.case.noise))
        traits = self._take(count)
        noise = ["vague"] if "vague" in self.case.noise else []
        if "contradiction" in self.case.noise:
            self._false = false_trait(self.base, self.case.targets[0], chance.random())
            if self._false is not None:
                traits = [*traits[: MOST_TRAITS - 1], self._false]
                noise.append("contradiction")
        liked = self.case.liked[-self.manner.examples :] if self.manner.examples else ()
        titles = [self._title(i) for i in liked]
        if "change" in self.case.noise and titles:
            noise.append("change")
        text = opening(self.base.schema, titles, traits, chance, chatty=self.manner.chatty)
        return self._finish(text, traits, noise)

    def answer(self, heard: Heard) -> Said | None:
        """Return the answer to a question, or a rejection with a true reason and further traits."""
        self._turn += 1
        self._empty = 0 if heard.slate else self._empty + 1
        retract: list[Trait] = []
        if self._false is not None:
            retract, self._false = [self._false], None
        traits: list[Trait] = []
        if heard.asked is not None:
            traits += self._answering(str(heard.asked.get("attribute", "")))
        reason = self._reason(heard.slate) if self.manner.critiques or not self._left else ""
        room = MOST_TRAITS - len(traits) - bool(reason)
        if room > 0 and not (traits and self.manner.each == 1):
            traits += self._take(min(room, self.manner.each))
        if not traits and not reason and (self._empty > 1 or not self._left):
            reason = "" if self._empty <= 1 else reason
            if self._empty > 1:
                return None
        demanded = {t.attribute for t in self.told if t.hard}
        also = any(t.hard and t.attribute in demanded for t in traits)
        shown, chatty = len(heard.slate), self.manner.chatty
        text = refinement(self.base.schema, traits, reason, self._chance, shown=shown, chatty=chatty, also=also)
        if retract:
            text = f"{retraction(retract[0], self._chance)} {text}"
        return self._finish(text, traits, [], retract)

    # How it comes about

    def _in_order(self, traits: list[Trait]) -> list[Trait]:
        """Return what the person has in mind, in the order it will be said: by chance, what comes to mind readily first.

        A specific manner prefers rarer traits; no attribute comes twice in a row where another is left.
        """
        chance, specific = self._chance, self.manner.specific
        keys = {
            id(t): chance.random() ** (1.0 / (t.ease * (1.5 - t.share if chance.random() < specific else 0.5 + t.share))) for t in traits
        }
        drawn = sorted(traits, key=lambda t: -keys[id(t)])[:IN_MIND]
        result: list[Trait] = []
        while drawn:
            free = [t for t in drawn if not result or t.attribute != result[-1].attribute]
            result.append((free or drawn)[0])
            drawn.remove(result[-1])
        return result

    def _take(self, count: int) -> list[Trait]:
        taken, self._left = self._left[:count], self._left[count:]
        return taken

    def _answering(self, attribute: str) -> list[Trait]:
        found = [t for t in self._left if t.attribute == attribute][:1]
        self._left = [t for t in self._left if t not in found]
        return found

    def _reason(self, slate: Sequence[str]) -> str:
        """Return a comparative that is true of the target against every item shown, or an empty string."""
        base = self.base
        if not slate:
            return ""
        target = base.catalogue.index(self.case.targets[0])
        shown = [base.catalogue.index(i) for i in slate]
        found = []
        for number in base.schema.numbers:
            column = base.catalogue.number(number.name)
            own, theirs = float(column[target]), column[shown]
            if np.isnan(own) or np.isnan(theirs).any():
                continue
            if own > float(theirs.max()) and number.more:
                found.append(number.more[0])
            elif own < float(theirs.min()) and number.less:
                found.append(number.less[0])
        return self._chance.choice(found) if found else ""

    def _title(self, item_id: str) -> str:
        return self.base.catalogue.titles[self.base.catalogue.index(item_id)]

    def _finish(self, text: str, traits: Sequence[Trait], noise: list[str], retract: Sequence[Trait] = ()) -> Said:
        if "typo" in self.case.noise:
            mistyped = typos(text, [t.words for t in traits] + [self._title(i) for i in self.case.liked], self._chance)
            if mistyped != text:
                text = mistyped
                noise.append("typo")
        self.told = [t for t in self.told if t not in retract] + [t for t in traits if t is not self._false]
        error = fault(self.base, self.case, text, [t for t in traits if t is not self._false])
        return Said(text=text, traits=tuple(traits), retracts=tuple(retract), noise=tuple(noise), error=error)


def fault(base: KnowledgeBase, case: Case, text: str, traits: Sequence[Trait]) -> str:
    """Return what is wrong with what a simulator said: the target's title in it, or a trait the target lacks; else an empty string."""
    catalogue = base.catalogue
    target = catalogue.index(case.targets[0])
    title = plain(catalogue.titles[target])
    named = {plain(catalogue.titles[catalogue.index(i)]) for i in case.liked}
    if f" {title} " in f" {plain(text)} " and not any(title in other for other in named) and len(title) > 3:
        return "leak: the target's title was said"
    for trait in traits:
        if not catalogue.select(trait.holds)[target]:
            return f"false: the target is not {trait.words!r}"
    return ""


def plain(text: str) -> str:
    """Return the text's words in lower case, one space apart."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))
