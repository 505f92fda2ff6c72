"""What an utterance that says little takes from the turn before, and what it means by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from agent.brain import Exchange, Situation
from agent.builtin.brain import BuiltinBrain
from agent.builtin.understand import understand
from agent.carry import carried
from agent.config import Settings
from agent.conversation import Conversation
from agent.occasions import outgrown
from agent.profile import Profile
from agent.request import UNREADABLE, Request
from agent.sommelier import Sommelier
from agent.standing import stand
from knowledge.base import KnowledgeBase
from knowledge.predicates import from_json
from tests.agent.scripted import wants

Opened = Callable[..., Sommelier]


def after_counting(base: KnowledgeBase, counted: str, say: str) -> Request:
    asked = understand(Situation(base=base, utterance=counted))
    assert asked.intent == "lookup"
    before = Exchange(utterance=counted, reply="", request=asked.model_dump(mode="json"))
    return understand(Situation(base=base, utterance=say, exchanges=(before,)))


@pytest.mark.parametrize("say", ["show me some", "show me three", "give me a few of them"])
def test_some_of_what_was_counted_are_of_that_kind(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    request = after_counting(bases["films"], "how many westerns have you got?", say)
    assert request.intent == "recommend"
    assert [c.where for c in request.constraints] == [{"facet": "genre", "has": ["western"]}]


@pytest.mark.parametrize("say", ["show me something funny", "something like Heat"])
def test_a_wish_of_its_own_is_not_about_what_was_counted(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    assert not after_counting(bases["films"], "how many westerns have you got?", say).constraints


def test_how_many_of_them_counts_within_what_was_counted(bases: Mapping[str, KnowledgeBase]) -> None:
    request = after_counting(bases["films"], "how many westerns have you got?", "and how many of them from before 1960?")
    assert request.question is not None
    assert request.question.kind == "count"
    assert [c.where for c in request.constraints] == [{"facet": "genre", "has": ["western"]}, {"number": "year", "max": 1959.0}]


@pytest.mark.parametrize("say", ["a western or a heist", "a western film or a heist film"])
def test_or_between_two_attributes_lets_either_do(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    request = understand(Situation(base=bases["films"], utterance=say))
    assert [c.where for c in request.constraints] == [
        {"any": [{"facet": "genre", "has": ["western"]}, {"facet": "keyword", "has": ["heist"]}]}
    ]
    assert not request.prefer
    assert bases["films"].catalogue.select(from_json(request.constraints[0].where)).sum() > 100


def test_two_attributes_without_or_both_count(bases: Mapping[str, KnowledgeBase]) -> None:
    request = understand(Situation(base=bases["films"], utterance="a western with a heist"))
    assert [c.where for c in request.constraints] == [{"facet": "genre", "has": ["western"]}]
    assert request.prefer == ("keyword:heist",)


@pytest.mark.parametrize("say", ["I hate clowns", "I hate dogs", "I can't stand zombies"])
def test_a_hated_theme_is_a_dislike(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    (mention,) = understand(Situation(base=bases["films"], utterance=say)).mentions
    assert mention.stance == "dislike"
    assert mention.entity is not None
    assert mention.entity.startswith("keyword:")


@pytest.mark.parametrize("say", ["asdfgh", "sdfkjhsdf kjshdf", "lkj lkj", "qwerty qwerty!!", "xcvxcv"])
def test_keyboard_mash_gets_one_sentence_and_a_way_back(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    for base in bases.values():
        situation = Situation(base=base, utterance=say)
        request = understand(situation)
        assert (request.intent, request.confidence) == ("chat", UNREADABLE)


@pytest.mark.parametrize("say", ["giallo", "chungking", "rhythm", "blarghfoo", "property", "wuxia"])
def test_a_rare_word_is_no_mash(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    assert understand(Situation(base=bases["films"], utterance=say)).confidence > UNREADABLE


def test_just_one_is_one_of_those_shown(opened: Opened) -> None:
    chat = opened({"three": wants(count=3), "just one": wants(count=1), "just one more": wants(count=1)}).session()
    shown = [item.id for item in chat.say("three").slate]
    narrowed = chat.say("just one")
    assert len(narrowed.slate) == 1
    assert narrowed.slate[0].id in shown
    assert all(because.kind != "constraint" for because in narrowed.slate[0].because)
    assert chat.say("just one more").slate[0].id not in shown


SCARY = {"attribute": "scary", "direction": "more", "absolute": True}
FOR_A_CHILD = {"where": {"facet": "rating", "has": ["all"]}, "words": "for my 6 year old"}


@pytest.mark.parametrize(
    ("wish", "gone"),
    [
        (wants(prefer=["occasion:with friends"], critiques=[SCARY]), True),
        (wants(prefer=["occasion:late night", "mood:gritty"]), True),
        (wants(prefer=["occasion:rainy sunday"]), False),
        (wants(prefer=["occasion:rainy sunday"], critiques=[SCARY]), False),
        (wants(critiques=[SCARY]), False),
        (wants(prefer=["mood:gritty"]), False),
    ],
)
def test_an_age_said_for_one_occasion_does_not_bind_another(bases: Mapping[str, KnowledgeBase], wish: dict[str, Any], gone: bool) -> None:
    request = Request.model_validate(wish)
    assert outgrown(bases["films"], FOR_A_CHILD, request, 3) is gone
    assert not outgrown(bases["films"], {**FOR_A_CHILD, "standing": True}, request, 3)
    assert not outgrown(bases["films"], {**FOR_A_CHILD, "where": {"facet": "genre", "has": ["family"]}}, request, 3)


@pytest.mark.parametrize(
    ("say", "left"),
    [
        ("something my dad would like about submarines", {"no war"}),
        ("any idea for my kids, something cosy?", {"no war", "my kids"}),
        ("something cosy", {"french", "no war"}),
    ],
)
def test_what_was_wanted_for_one_does_not_bind_what_is_wanted_for_another(
    bases: Mapping[str, KnowledgeBase], say: str, left: set[str]
) -> None:
    base = bases["films"]
    french = {"where": {"facet": "country", "has": ["France"]}, "words": "french", "standing": False, "turn": 1}
    no_war = {"where": {"not": {"facet": "genre", "has": ["war"]}}, "words": "no war", "standing": False, "turn": 1}
    talk = Conversation(turn=1, constraints=(french, no_war))
    request = understand(Situation(base=base, utterance=say))
    topic = carried(talk, request, say, base.catalogue)
    now = stand(base, talk, Profile(), request, topic, say, turn=2, want=3)
    assert {c["words"] for c in now.in_force} == left
    assert {c["words"] for c in now.set_aside} == {"french", "no war", *left} - left


def test_no_item_stands_without_a_reason_from_its_record(opened: Opened) -> None:
    chat = opened({"three": wants(count=3), "just one": wants(count=1)}).session()
    for say in ("three", "just one"):
        for item in chat.say(say).slate:
            assert item.because
            assert all(because.text and because.ids for because in item.because)


def test_that_one_is_the_one_the_answer_named(opened: Opened, games: KnowledgeBase) -> None:
    chat = opened(brain=BuiltinBrain()).session()
    shown = [item.id for item in chat.say("three games please").slate]
    told = chat.say("which of these is the shortest?").reply
    titles = {i: games.catalogue.item(i).title for i in shown}
    (shortest,) = (i for i in shown if told.startswith(f"**{titles[i]}** is the shortest"))
    taken = chat.say("cheers, that one").reply
    assert titles[shortest] in taken
    assert not any(titles[i] in taken for i in shown if i != shortest)


@pytest.fixture(scope="module")
def filming(bases: Mapping[str, KnowledgeBase]) -> Iterator[Sommelier]:
    with Sommelier.open(bases["films"], settings=Settings(store=":memory:", brain="builtin")) as opened:
        yield opened


@pytest.mark.parametrize("say", ["now a boxing one", "how about a boxing one", "a boxing one instead"])
def test_a_demand_in_the_way_of_what_is_wished_for_afresh_is_set_aside(filming: Sommelier, say: str) -> None:
    session = filming.session()
    session.say("a documentary under two hours")
    turn = session.say(say)
    assert all("boxing" in i.attributes["keyword"] for i in turn.slate)
    assert any("documentary" in n for n in turn.notices)
    assert "documentary" in turn.reply
    # What the person can use at all has nothing to do with it.
    assert [c["where"] for c in session.conversation.constraints] == [{"number": "runtime", "max": 120.0}]


def test_what_is_both_comes_first_though_the_demand_is_set_aside(filming: Sommelier) -> None:
    session = filming.session()
    session.say("a documentary")
    turn = session.say("now a boxing one")
    assert "documentary" in turn.slate[0].attributes["genre"]


def test_a_demand_holds_where_one_has_both_and_nothing_says_that_the_talk_moves_on(filming: Sommelier) -> None:
    session = filming.session()
    session.say("a documentary")
    turn = session.say("something about boxing")
    assert all("documentary" in i.attributes["genre"] for i in turn.slate)
    assert turn.reply.startswith("Only one documentary film is marked as “boxing”")


def test_a_demand_stays_that_leaves_enough(filming: Sommelier) -> None:
    session = filming.session()
    session.say("something French")
    assert all("France" in i.attributes["country"] for i in session.say("now a heist").slate)
