"""What was shown, called by one telling word of its title or taken up as a vein."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from agent.brain import Exchange, Situation
from agent.builtin.understand import understand
from agent.request import Request
from knowledge.base import KnowledgeBase

SHOWN = ("ponyo-2008", "my-neighbor-totoro-1988", "castle-in-the-sky-1986")


def read(bases: Mapping[str, KnowledgeBase], say: str, shown: tuple[str, ...] = SHOWN) -> Request:
    return understand(Situation(base=bases["films"], utterance=say, shown=shown))


def test_it_is_taken_by_that_word(bases: Mapping[str, KnowledgeBase]) -> None:
    request = read(bases, "ok totoro it is")
    assert (request.intent, request.accepted) == ("accept", "item:my-neighbor-totoro-1988")


def test_it_is_asked_about_by_that_word(bases: Mapping[str, KnowledgeBase]) -> None:
    question = read(bases, "how long is totoro?").question
    assert question is not None
    assert question.entity == "item:my-neighbor-totoro-1988"


def test_an_everyday_word_of_a_title_stands_for_itself(bases: Mapping[str, KnowledgeBase]) -> None:
    assert read(bases, "something with a castle").refers_to == ()
    assert read(bases, "a good neighbor film").refers_to == ()


def test_what_was_not_shown_is_not_called_so(bases: Mapping[str, KnowledgeBase]) -> None:
    assert read(bases, "how long is totoro?", shown=("ponyo-2008",)).refers_to != ("item:my-neighbor-totoro-1988",)


@pytest.mark.parametrize("say", ["something in that vein but french", "more along those lines", "any others of that kind"])
def test_that_vein_is_that_of_what_was_spoken_of(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    def examples(*exchanges: Exchange) -> list[str | None]:
        situation = Situation(base=bases["films"], utterance=say, shown=SHOWN, focus=("item:ponyo-2008",), exchanges=exchanges)
        request = understand(situation)
        assert request.intent == "recommend"
        assert request.wish == ""
        return [m.entity for m in request.mentions if m.stance == "example"]

    assert examples() == [f"item:{i}" for i in SHOWN]
    if "those" not in say:
        assert examples(Exchange(utterance="who made it?", reply="Hayao Miyazaki.", request={"intent": "lookup"})) == ["item:ponyo-2008"]


def test_it_goes_back_to_the_sentence_before(bases: Mapping[str, KnowledgeBase]) -> None:
    question = read(bases, "hm the 2nd one maybe. who's in it").question
    assert question is not None
    assert question.entity == "item:my-neighbor-totoro-1988"
