"""What was shown, called by one telling word of its title or taken up as a vein."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from agent.brain import Exchange, Situation
from agent.builtin.understand import understand
from agent.request import Request
from knowledge.base import KnowledgeBase
from tests.agent.annotated import open_bases

SHOWN = ("ponyo-2008", "my-neighbor-totoro-1988", "castle-in-the-sky-1986")


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    found: Mapping[str, KnowledgeBase] = open_bases(tmp_path_factory)
    return found["films"]


def read(films: KnowledgeBase, say: str, shown: tuple[str, ...] = SHOWN) -> Request:
    return understand(Situation(base=films, utterance=say, shown=shown))


def test_it_is_taken_by_that_word(films: KnowledgeBase) -> None:
    request = read(films, "ok totoro it is")
    assert (request.intent, request.accepted) == ("accept", "item:my-neighbor-totoro-1988")


def test_it_is_asked_about_by_that_word(films: KnowledgeBase) -> None:
    question = read(films, "how long is totoro?").question
    assert question is not None
    assert question.entity == "item:my-neighbor-totoro-1988"


def test_an_everyday_word_of_a_title_stands_for_itself(films: KnowledgeBase) -> None:
    assert read(films, "something with a castle").refers_to == ()
    assert read(films, "a good neighbor film").refers_to == ()


def test_what_was_not_shown_is_not_called_so(films: KnowledgeBase) -> None:
    assert read(films, "how long is totoro?", shown=("ponyo-2008",)).refers_to != ("item:my-neighbor-totoro-1988",)


@pytest.mark.parametrize("say", ["something in that vein but french", "more along those lines", "any others of that kind"])
def test_that_vein_is_that_of_what_was_spoken_of(films: KnowledgeBase, say: str) -> None:
    def examples(*exchanges: Exchange) -> list[str | None]:
        situation = Situation(base=films, utterance=say, shown=SHOWN, focus=("item:ponyo-2008",), exchanges=exchanges)
        request = understand(situation)
        assert request.intent == "recommend"
        assert request.wish == ""
        return [m.entity for m in request.mentions if m.stance == "example"]

    assert examples() == [f"item:{i}" for i in SHOWN]
    if "those" not in say:
        assert examples(Exchange(utterance="who made it?", reply="Hayao Miyazaki.", request={"intent": "lookup"})) == ["item:ponyo-2008"]


def test_it_goes_back_to_the_sentence_before(films: KnowledgeBase) -> None:
    question = read(films, "hm the 2nd one maybe. who's in it").question
    assert question is not None
    assert question.entity == "item:my-neighbor-totoro-1988"
