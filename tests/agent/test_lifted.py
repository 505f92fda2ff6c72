"""What need not be after all, and what may be as well: it takes back or lets in, and asks for nothing by itself."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from agent.brain import Situation
from agent.builtin.understand import understand
from agent.constraints import merge
from agent.request import Request
from agent.session import Session
from agent.sommelier import Sommelier
from knowledge.base import KnowledgeBase


def talk(films: Sommelier, *said: str) -> Session:
    """Return a conversation in which these were said."""
    session = films.session()
    for utterance in said:
        session.say(utterance)
    return session


def held(session: Session) -> list[Mapping[str, object]]:
    """Return the conditions in force, as predicates."""
    return [c["where"] for c in session.conversation.constraints]


@pytest.mark.parametrize(
    "say", ["colour is fine", "doesn't have to be in black and white", "needn't be black and white", "I don't mind colour"]
)
def test_a_wish_is_taken_back(films: Sommelier, say: str) -> None:
    session = talk(films, "a black and white thriller", say)
    assert session.conversation.topic.prefer == ()
    assert held(session) == [{"facet": "genre", "has": ["thriller"]}]


@pytest.mark.parametrize("say", ["doesn't have to be French", "French is not a must", "it need not be French", "not necessarily French"])
def test_a_demand_is_taken_back_and_not_ruled_out(films: Sommelier, say: str) -> None:
    assert held(talk(films, "a French comedy", say)) == [{"facet": "genre", "has": ["comedy"]}]


def test_what_is_as_fine_widens_the_demand(films: Sommelier) -> None:
    session = talk(films, "a comedy", "thrillers are fine too")
    assert held(session) == [{"facet": "genre", "has": ["comedy", "thriller"]}]


def test_what_is_as_fine_lets_either_theme_do(films: Sommelier) -> None:
    session = talk(films, "something about vampires", "zombies are fine too")
    assert held(session) == [{"facet": "keyword", "has": ["vampire", "zombie"]}]


def test_what_was_ruled_out_is_let_in_and_not_asked_for(films: Sommelier) -> None:
    assert held(talk(films, "something scary, no horror", "horror is fine actually")) == []


@pytest.mark.parametrize("say", ["longer is fine", "I don't mind longer ones", "doesn't have to be that short"])
def test_a_length_is_taken_back(films: Sommelier, say: str) -> None:
    assert held(talk(films, "a comedy under 90 minutes", say)) == [{"facet": "genre", "has": ["comedy"]}]


def test_a_longer_time_that_is_fine_moves_the_end(films: Sommelier) -> None:
    where = held(talk(films, "a comedy under 90 minutes", "2 hours is fine"))
    assert [w["max"] for w in where if w.get("number") == "runtime"] == [pytest.approx(135.0, abs=15.0)]


def test_a_tone_that_need_not_be_is_no_longer_aimed_at(films: Sommelier) -> None:
    session = talk(films, "a funny thriller", "doesn't have to be funny")
    assert session.conversation.topic.targets == ()


@pytest.mark.parametrize("say", ["subtitles are fine", "I don't mind subtitles", "subtitles don't bother me"])
def test_subtitles_that_are_fine_are_no_condition(films: Sommelier, say: str) -> None:
    session = talk(films, "a thriller in English")
    turn = session.say(say)
    assert not turn.request.get("unfilterable")
    assert held(session) == [{"facet": "genre", "has": ["thriller"]}]


@pytest.mark.parametrize("say", ["I don't mind violence", "violence doesn't bother me"])
def test_what_one_does_not_mind_is_not_wished_for(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    request = understand(Situation(base=bases["films"], utterance=say))
    assert (request.prefer, request.constraints, request.wish) == ((), (), "")


@pytest.mark.parametrize("say", ["a comedy would be fine", "any thriller is fine", "something light is fine"])
def test_with_nothing_in_its_way_it_is_asked_for(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    request = understand(Situation(base=bases["films"], utterance=say))
    assert request.constraints or request.critiques or request.prefer


def test_the_answer_to_a_question_is_an_answer(bases: Mapping[str, KnowledgeBase]) -> None:
    asked = {"attribute": "mood", "options": ["eerie", "playful"]}
    request = understand(Situation(base=bases["films"], utterance="eerie is fine", asked=asked, shown=("heat-1995",)))
    assert request.prefer == ("mood:eerie",)


def test_other_catalogues_lift_their_own(bases: Mapping[str, KnowledgeBase]) -> None:
    def said(say: str) -> Request:
        stands = ({"where": {"facet": "mechanic", "has": ["cooperative"]}, "words": "cooperative", "standing": False, "turn": 1},)
        return understand(Situation(base=bases["games"], utterance=say, constraints=stands))

    assert said("doesn't have to be cooperative").drop == ("mechanic:cooperative",)
    assert not said("doesn't have to be cooperative").constraints


@pytest.mark.parametrize(
    ("say", "left"),
    [
        ("forget what I said about horror", ["1980s"]),
        ("never mind the horror", ["1980s"]),
        ("never mind what I said about horror", ["1980s"]),
        ("forget everything I told you about the eighties", ["horror"]),
        ("never mind everything I said", []),
    ],
)
def test_what_was_said_of_one_thing_is_taken_back_alone(films: Sommelier, say: str, left: list[str]) -> None:
    session = talk(films, "a horror film from the 1980s", "I love Amelie", say)
    kept = {"horror": {"facet": "genre", "has": ["horror"]}, "1980s": {"number": "year", "min": 1980.0, "max": 1989.0}}
    assert held(session) == [kept[name] for name in left]
    assert [e.entity for e in session.profile.entries] == ["item:amelie-2001"]


@pytest.mark.parametrize("say", ["never mind what I said about the runtime", "forget what I said about the length"])
def test_an_attribute_is_taken_back_by_its_name(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    assert understand(Situation(base=bases["films"], utterance=say)).drop == ("runtime",)


@pytest.mark.parametrize("say", ["like I said the runtime must be under 90 minutes", "I told you the runtime should be under 90 minutes"])
def test_what_was_said_and_still_holds_is_not_taken_back(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    request = understand(Situation(base=bases["films"], utterance=say))
    assert request.drop == ()
    assert [c.where for c in request.constraints] == [{"number": "runtime", "max": 90.0}]


def test_a_dropped_value_leaves_the_others() -> None:
    old = [{"where": {"facet": "kind", "has": ["party", "war"]}, "words": "party or war", "turn": 1}]
    assert [c["where"] for c in merge(old, (), drop=["kind:war"])] == [{"facet": "kind", "has": ["party"]}]
    out = [{"where": {"not": {"facet": "kind", "has": ["war"]}}, "words": "no war", "turn": 1}]
    assert merge(out, (), drop=["kind:war"]) == ()
    assert len(merge(out, (), drop=["kind:party"])) == 1
