"""What is only told or remarked is no condition on what to suggest."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from agent.brain import Situation
from agent.builtin.understand import understand
from agent.request import Request
from knowledge.base import KnowledgeBase


def read(bases: Mapping[str, KnowledgeBase], say: str) -> Request:
    return understand(Situation(base=bases["films"], utterance=say))


@pytest.mark.parametrize(
    "say",
    [
        "I loved that movie with Jake Gyllenhaal.",
        "Yes with Denzel Washington, great movie. Any suggestions?",
        "I also loved that movie as well with Anna Kendrick.",
        "yeah it's the military movie with brad pitt in a tank",
        "I have seen him in Star Wars, years ago, with Carrie Fisher.",
        "Was that Adam Sandler?",
        "that was the film with Tom Hanks",
        "but being a kid from the 80's I like the original better",
        "I liked Lucas when I was a kid.",
        "its by stephen king right?",
        "I enjoyed The Revenant with Leonardo Dicaprio.",
        "I also like Face/Off played by Nicolas Cage",
        "I don't often watch racing films. Any other recommendations?",
        "I really like drama movies like Mystic River",
        "I like everything from sci fi to documentaries",
        "we watched a comedy yesterday, something darker tonight",
    ],
)
def test_a_remark_demands_nothing(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    request = read(bases, say)
    assert request.constraints == ()
    assert request.prefer == ()


@pytest.mark.parametrize(
    ("say", "attributes"),
    [
        ("I want the one with Brad Pitt", {"cast"}),
        ("I was hoping for a western with Clint Eastwood", {"genre", "cast"}),
        ("Yes, a comedy with Tom Hanks", {"genre", "cast"}),
        ("yes a good comedy", {"genre"}),
        ("it was a comedy from the 80s where a man relives the same day", {"genre", "year"}),
        ("I liked Heat. From the 90s please", {"year"}),
        ("I haven't seen a good western in ages", {"genre"}),
        ("we watched Heat yesterday, a comedy tonight", {"genre"}),
        ("anything newer with Sigourney Weaver? I loved Alien", {"cast"}),
    ],
)
def test_what_is_asked_for_beside_a_remark_still_binds(bases: Mapping[str, KnowledgeBase], say: str, attributes: set[str]) -> None:
    found = {str(c.where.get("facet") or c.where.get("number")) for c in read(bases, say).constraints}
    assert found == attributes


def test_of_kinds_from_one_to_another_any_will_do(bases: Mapping[str, KnowledgeBase]) -> None:
    assert [c.where for c in read(bases, "anything from comedy to horror").constraints] == [{"facet": "genre", "has": ["comedy", "horror"]}]


def test_to_like_everything_is_to_leave_the_choice(bases: Mapping[str, KnowledgeBase]) -> None:
    assert read(bases, "I like everything, comedy, drama").careless


@pytest.mark.parametrize(
    ("say", "stance"),
    [
        ("Tom Hanks and Meg Ryan are iconic", "like"),
        ("Tom Hanks and Meg Ryan were awful", "dislike"),
    ],
)
def test_what_is_said_of_a_pair_is_said_of_both(bases: Mapping[str, KnowledgeBase], say: str, stance: str) -> None:
    request = read(bases, say)
    assert {(m.entity, m.stance) for m in request.mentions} == {("person:Tom Hanks", stance), ("person:Meg Ryan", stance)}


def test_a_job_well_done_is_praise(bases: Mapping[str, KnowledgeBase]) -> None:
    request = read(bases, "Michael Mann has done a great job")
    assert [(m.entity, m.stance) for m in request.mentions] == [("person:Michael Mann", "like")]
    assert request.constraints == ()


def test_the_words_of_a_remark_are_no_wish(bases: Mapping[str, KnowledgeBase]) -> None:
    request = read(bases, "I enjoyed Cold Mountaineers. Something with Tom Hanks please")
    assert request.wish == ""
    assert request.critiques == ()


@pytest.mark.parametrize(
    "say",
    [
        "I'm looking for some new animated family films. Can you help? our favourite is Frozen.",
        "Hello, how are you. I'm looking for a good comedy recommendation. Maybe something like Animal House, but a bit newer.",
        "I have seen School of Rock and loved it. What about something good with Adam Sandler?",
        "Hmm, I may take a look. What other movies can you recommend? I loved Schindler's List.",
        "Who is in Heat? Never mind. I'm looking for a comedy.",
    ],
)
def test_a_wish_among_several_sentences_is_heard(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    assert read(bases, say).intent == "recommend"


def test_a_question_is_about_what_was_named_last(bases: Mapping[str, KnowledgeBase]) -> None:
    request = read(bases, "I saw Forrest Gump and liked it. I never saw Gravity. Who is in that?")
    assert request.question is not None
    assert (request.question.attribute, request.question.entity) == ("cast", "item:gravity-2013")


@pytest.mark.parametrize("say", ["I love that one!", "That's a great movie. I love that movie."])
def test_who_loves_what_was_shown_knows_it(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    request = understand(Situation(base=bases["films"], utterance=say, shown=("heat-1995",), focus=("item:heat-1995",)))
    assert request.intent == "tell"
    assert [(m.entity, m.stance) for m in request.mentions] == [("item:heat-1995", "like")]


def test_one_more_is_another(bases: Mapping[str, KnowledgeBase]) -> None:
    situation = Situation(base=bases["films"], utterance="Do you have maybe one more I can think about?", shown=("heat-1995", "alien-1979"))
    assert understand(situation).others


def test_all_of_them_are_taken(bases: Mapping[str, KnowledgeBase]) -> None:
    shown = ("heat-1995", "alien-1979")
    request = understand(Situation(base=bases["films"], utterance="Great choices. I will watch them.", shown=shown))
    assert request.intent == "accept"
    assert request.refers_to == ("item:heat-1995", "item:alien-1979")


def test_praise_of_another_takes_nothing(bases: Mapping[str, KnowledgeBase]) -> None:
    say = "That's awesome, you are a fan as well. I also like Ronin."
    request = understand(Situation(base=bases["films"], utterance=say, shown=("heat-1995", "alien-1979")))
    assert request.intent == "tell"
    assert request.accepted is None
