"""A simulated person driven by a language model, under the same interface as the one by rule, with a check for leaks.

The model is told what its person has in mind (true traits and liked items, never the target's title) and speaks freely. What would name
the target is asked for
again, three times at most, and then counted as an error of the simulator and replaced by words by rule. Hits are still told by ids.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evaluation.simulate.person import IN_MIND, Case, Heard, RulePerson, Said, fault
from knowledge.errors import Unavailable

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Complete", "ModelPerson", "complete_by_gateway"]

Complete = Callable[[Sequence[Mapping[str, str]]], str]
"""Takes chat messages and returns the answer's text."""

TRIES = 3
_ROLE = """You play a person who talks to a recommender of {plural}. Stay in the role.
Write only what the person says, one or two short sentences.
You have one particular {singular} in mind. You do not know its name and never write a title except those of the {plural} you liked.
What is true of it: {traits}.
You liked: {liked}.
Say at most three of these things at once, and only things from this list. If you are asked a question, answer it truthfully.
Nothing shown so far is the one: say what is wrong with it and add something. Your manner is {persona}.
If you have nothing left to say and lost patience, write GIVE UP."""


@dataclass(slots=True)
class ModelPerson:
    """Somebody a language model plays."""

    base: KnowledgeBase
    case: Case
    complete: Complete
    _rule: RulePerson = field(init=False)
    _messages: list[dict[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        from evaluation.simulate.traits import traits_of

        self._rule = RulePerson(base=self.base, case=self.case)
        catalogue, words = self.base.catalogue, self.base.schema.item
        traits = sorted(traits_of(self.base, self.case.targets[0]), key=lambda t: -t.ease)[:IN_MIND]
        role = _ROLE.format(
            singular=words.singular,
            plural=words.plural,
            traits="; ".join(t.words for t in traits),
            liked=", ".join(catalogue.titles[catalogue.index(i)] for i in self.case.liked[-3:]) or "nothing in particular",
            persona=self.case.persona,
        )
        self._messages = [{"role": "system", "content": role}]

    @classmethod
    def of(cls, base: KnowledgeBase, case: Case) -> ModelPerson:
        """Return a person played by the configured model. Raises Unavailable where none is configured."""
        return cls(base=base, case=case, complete=complete_by_gateway())

    def open(self) -> Said:
        """Return the first utterance."""
        return self._say("(The recommender waits for you to begin.)") or self._rule.open()

    def answer(self, heard: Heard) -> Said | None:
        """Return the next utterance, or None where the person gives up."""
        catalogue = self.base.catalogue
        shown = ", ".join(catalogue.titles[catalogue.index(i)] for i in heard.slate if i in catalogue)
        return self._say(f"{heard.reply}\n(Shown: {shown or 'nothing'}. None of them is it.)")

    def _say(self, heard: str) -> Said | None:
        self._messages.append({"role": "user", "content": heard})
        wrong = ""
        for _ in range(TRIES):
            text = " ".join(self.complete(self._messages).split())
            if "GIVE UP" in text.upper():
                return None
            wrong = fault(self.base, self.case, text, ())
            if text and not wrong:
                self._messages.append({"role": "assistant", "content": text})
                return Said(text=text)
        # Words by rule keep the conversation going; the case counts as one the simulator spoilt.
        spoken = self._rule.open()
        self._messages.append({"role": "assistant", "content": spoken.text})
        return Said(text=spoken.text, traits=spoken.traits, error=wrong or "the model said nothing")


def complete_by_gateway() -> Complete:
    """Return a function that asks the configured model. Raises Unavailable where none is configured, and for a call that fails."""
    from agent.config import Settings
    from agent.model.budget import Budget
    from agent.model.calls import Ask, Text
    from agent.model.gateway import Gateway

    settings = Settings.from_environment()

    def complete(messages: Sequence[Mapping[str, str]]) -> str:
        async def ask() -> Any:
            gateway = Gateway(settings)
            try:
                return await gateway.complete(
                    Ask(purpose="write", messages=tuple(messages), max_tokens=200), Budget(seconds=settings.deadline_s)
                )
            finally:
                await gateway.close()

        outcome = asyncio.run(ask())
        if not isinstance(outcome, Text):
            raise Unavailable(f"the model that plays the person did not answer: {getattr(outcome, 'why', outcome)}")
        return outcome.text

    return complete
