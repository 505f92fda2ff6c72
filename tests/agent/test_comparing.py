"""Setting one beside another: what was shown beside what is named, and asking back where only one is known."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from agent.brain import Exchange, Situation
from agent.builtin.understand import understand
from agent.sommelier import Sommelier
from knowledge.base import KnowledgeBase


def compared(base: KnowledgeBase, say: str, shown: tuple[str, ...] = (), focus: tuple[str, ...] = ()) -> set[str]:
    """Return the items an utterance sets side by side."""
    request = understand(Situation(base=base, utterance=say, shown=shown, focus=focus))
    assert request.intent == "compare", say
    named = {m.entity or "" for m in request.mentions}
    return {e.removeprefix("item:") for e in (*request.refers_to, *named) if e.startswith("item:")}


@pytest.mark.parametrize(
    "say",
    [
        "what's the difference between that and Alien?",
        "is it better than Alien?",
        "is it as scary as Alien?",
        "what's the difference with Alien?",
        "is Alien any better than that?",
        "is it much different from Alien?",
        "how does it compare to Alien?",
    ],
)
def test_the_one_shown_is_set_beside_the_one_named(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    assert compared(bases["films"], say, shown=("ronin-1998",)) == {"ronin-1998", "alien-1979"}


def test_it_is_not_what_is_named_beside_it(bases: Mapping[str, KnowledgeBase]) -> None:
    spoken = ("item:alien-1979", "item:ronin-1998")
    assert compared(bases["films"], "is it better than Alien?", shown=("ronin-1998",), focus=spoken) == {"ronin-1998", "alien-1979"}


def test_several_shown_are_all_set_beside_the_one_named(bases: Mapping[str, KnowledgeBase]) -> None:
    shown = ("ronin-1998", "casino-1995")
    assert compared(bases["films"], "what's the difference with Alien?", shown=shown) == {*shown, "alien-1979"}


def test_a_name_nobody_knows_is_not_replaced_by_what_was_shown(bases: Mapping[str, KnowledgeBase]) -> None:
    assert compared(bases["films"], "Alien vs Blarghfoo?", shown=("ronin-1998",)) == {"alien-1979"}


def test_with_one_known_the_other_is_asked_for_and_taken(films: Sommelier) -> None:
    session = films.session()
    session.say("just one good horror")
    asked = session.say("what's the difference?")
    assert not asked.slate
    assert "which other" in asked.reply
    answered = session.say("Heat")
    assert answered.request["intent"] == "compare"
    assert "**Heat**" in answered.reply


def test_a_title_by_itself_is_one_though_it_is_a_common_word(bases: Mapping[str, KnowledgeBase]) -> None:
    request = understand(Situation(base=bases["films"], utterance="Heat"))
    assert [(m.entity, m.stance) for m in request.mentions] == [("item:heat-1995", "example")]


@pytest.mark.parametrize("say", ["comedy", "big", "more", "anything", "help", "it"])
def test_a_word_of_the_talk_is_no_title(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    assert not understand(Situation(base=bases["films"], utterance=say)).mentions


def test_something_better_than_one_is_asked_for_and_not_that_one(bases: Mapping[str, KnowledgeBase]) -> None:
    request = understand(Situation(base=bases["films"], utterance="is there anything better than Heat?"))
    assert request.intent == "recommend"
    assert [m.stance for m in request.mentions] == ["example"]


def test_which_one_is_longer_is_said_once(films: Sommelier) -> None:
    reply = films.session().say("is Heat longer than Titanic?").reply
    assert reply.count("longer") == 1


def test_a_wish_after_a_comparison_is_a_wish(bases: Mapping[str, KnowledgeBase]) -> None:
    before = Exchange(utterance="what's the difference?", reply="", request={"intent": "compare", "refers_to": ["item:heat-1995"]})
    request = understand(Situation(base=bases["films"], utterance="a French comedy", exchanges=(before,), shown=("heat-1995",)))
    assert request.intent == "recommend"
