"""How people really talk: what they tell of themselves, what they mistype, whom and what they point at in passing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from agent.brain import Situation
from agent.builtin.background import background
from agent.builtin.text import read
from agent.builtin.understand import understand
from agent.request import Request
from agent.sommelier import Sommelier
from knowledge.base import KnowledgeBase

SHOWN = ("heat-1995", "amelie-2001", "alien-1979")


def said(bases: Mapping[str, KnowledgeBase], say: str, *, shown: tuple[str, ...] = (), focus: tuple[str, ...] = ()) -> Request:
    return understand(Situation(base=bases["films"], utterance=say, shown=shown, focus=focus))


@pytest.mark.parametrize(
    "say",
    [
        "my daughter is turning 6 and we're having a sleepover, what could they watch?",
        "hiya!! so its friday nite n me and the gf wanna watch smthing, we alwyas fight abt it lol",
        "she cried for days after bambi",
        "oh god no, I'll be too tired for that",
        "something for me and my husband when they're asleep",
        "nah to long.. we only got 90 mins cuz i work tmrw",
    ],
)
def test_what_only_tells_of_somebody_is_not_searched_for(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    assert said(bases, say).wish == ""


@pytest.mark.parametrize("say", ["I want something about lighthouses", "we fancy a lighthouse story", "I feel like something lighthousey"])
def test_what_somebody_wishes_for_is_no_background(say: str) -> None:
    assert not background(read(say))


def test_the_rest_of_the_sentence_still_counts(bases: Mapping[str, KnowledgeBase]) -> None:
    request = said(bases, "we had a long week so something about a lighthouse keeper")
    assert "lighthouse" in request.wish
    assert "week" not in request.wish


@pytest.mark.parametrize(("say", "name"), [("realy funny", "funny"), ("somthing scary insted", "scary"), ("wat about a scary 1", "scary")])
def test_a_slip_of_the_hand_is_no_wish(bases: Mapping[str, KnowledgeBase], say: str, name: str) -> None:
    request = said(bases, say)
    assert (request.wish, request.constraints) == ("", ())
    assert [c.attribute for c in request.critiques] == [name]


@pytest.mark.parametrize(
    ("say", "words"), [("we'll", "we will"), ("they're", "they are"), ("she'd", "she would"), ("I’ll", "i will"), ("ill", "i will")]
)
def test_a_verb_shortened_after_an_apostrophe_is_that_verb(say: str, words: str) -> None:
    assert read(say).joined == words


def test_we_will_do_that_one_takes_it(bases: Mapping[str, KnowledgeBase]) -> None:
    assert said(bases, "perfect, we'll do that one. thanks!", shown=SHOWN).accepted == "item:heat-1995"


def test_they_who_have_seen_it_are_people(bases: Mapping[str, KnowledgeBase]) -> None:
    request = said(bases, "they've all seen Frozen a hundred times so not that please", shown=SHOWN)
    assert [(m.entity, m.stance) for m in request.mentions] == [("item:frozen-2013", "seen")]


def test_they_that_look_dull_were_shown(bases: Mapping[str, KnowledgeBase]) -> None:
    request = said(bases, "they look boring", shown=SHOWN)
    assert {m.entity for m in request.mentions if m.stance == "reject"} == {f"item:{i}" for i in SHOWN}


def test_it_one_is_tired_of_is_what_was_just_ruled_out(bases: Mapping[str, KnowledgeBase]) -> None:
    assert not said(bases, "no neorealism please, I'm tired of it", shown=SHOWN).mentions


@pytest.mark.parametrize("say", ["my daughter is turning 6, something for her", "for a 6yo", "for my daughter who is 6"])
def test_an_age_is_heard(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    assert {"facet": "rating", "has": ["all"]} in [c.where for c in said(bases, say).constraints]


@pytest.mark.parametrize("say", ["does anything scary happen in it?", "any scary bits in it?", "is there anything scary in the first one?"])
def test_whether_anything_of_a_kind_happens_is_asked_of_it(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    request = said(bases, say, shown=SHOWN)
    assert request.intent == "lookup"
    assert request.question is not None
    assert (request.question.attribute, request.question.entity) == ("scary", "item:heat-1995")


@pytest.mark.parametrize("say", ["who shot the first one?", "is it on netflix?", "is it on netlfix"])
def test_what_no_record_holds_is_owned_up_to_and_brings_no_others(films: Sommelier, say: str) -> None:
    session = films.session()
    session.say("just one thriller")
    turn = session.say(say)
    assert turn.request["intent"] == "lookup"
    assert not turn.slate


def test_the_people_of_an_item_are_those_who_took_part_in_it(bases: Mapping[str, KnowledgeBase]) -> None:
    request = said(bases, "with that guy from the hangover")
    assert [c.where["facet"] for c in request.constraints] == ["cast"]
    assert "Bradley Cooper" in request.constraints[0].where["has"]


def test_the_same_calling_is_not_given_to_whoever_was_spoken_of(bases: Mapping[str, KnowledgeBase]) -> None:
    request = said(
        bases, "anything from the same director but earlier?", shown=("heat-1995",), focus=("person:Natalie Portman", "item:heat-1995")
    )
    assert [c.where for c in request.constraints] == [{"facet": "director", "has": ["Michael Mann"]}]


def test_what_one_has_been_through_is_liked_and_not_suggested(films: Sommelier) -> None:
    turn = films.session().say("been on a Melville kick lately, Le Samourai, Army of Shadows. what next?")
    assert not {"le-samourai-1967", "army-of-shadows-1969"} & {i.id for i in turn.slate}
    assert turn.slate


def test_not_that_much_of_something_turns_nothing_down(bases: Mapping[str, KnowledgeBase]) -> None:
    request = said(bases, "not that zany", shown=SHOWN)
    assert not request.mentions
    assert request.wish == ""
    assert said(bases, "not that", shown=SHOWN).mentions


def test_no_subtitles_asks_for_the_language_spoken_here(bases: Mapping[str, KnowledgeBase]) -> None:
    for say in ("no subtitles please", "nothing with subtitles, I'm too tired"):
        assert [c.where for c in said(bases, say).constraints] == [{"facet": "language", "has": ["English"]}]
    assert said(bases, "a comedy with subtitles").unfilterable == ("with subtitles",)


def test_what_is_asked_for_now_is_not_given_up_for_what_was_ruled_out_before(films: Sommelier) -> None:
    session = films.session()
    session.say("a comedy but not american")
    turn = session.say("with jim carrey")
    assert not turn.slate
    assert "“not american”" in turn.reply or "“no american”" in turn.reply
    assert all("Jim Carrey" in i.attributes["cast"] for i in session.say("yes").slate)


def test_a_demanded_person_is_let_go_of(films: Sommelier) -> None:
    session = films.session()
    session.say("a comedy with jim carrey")
    session.say("forget jim carrey")
    assert [c["where"] for c in session.conversation.constraints] == [{"facet": "genre", "has": ["comedy"]}]


def test_the_longest_one_you_have_is_of_what_the_talk_is_about(films: Sommelier) -> None:
    session = films.session()
    session.say("war movies")
    turn = session.say("longest one you've got")
    assert all("war" in i.attributes["genre"] for i in turn.slate)
    assert "longest" in turn.reply


def test_going_on_does_not_begin_again(films: Sommelier) -> None:
    session = films.session()
    session.say("something funny")
    assert not session.say("whatever").reply.startswith(("To start", "Three quite", "A few films to begin"))


def test_what_one_has_seen_is_still_what_others_are_to_be_like(films: Sommelier) -> None:
    session = films.session()
    session.say("like beetlejuice")
    turn = session.say("seen it, any more like it")
    assert any(s["tool"] == "similar" for s in turn.plan)
    assert "beetlejuice-1988" not in {i.id for i in turn.slate}


def test_what_was_said_for_a_child_does_not_bind_oneself(films: Sommelier) -> None:
    session = films.session()
    session.say("something for my 5 year old")
    turn = session.say("and something for me after bedtime")
    assert session.conversation.constraints == ()
    assert "5 year old" in turn.reply


def test_letting_go_of_all_that_leaves_only_what_is_said_now(films: Sommelier) -> None:
    session = films.session()
    session.say("a cosy French comedy under two hours")
    session.say("forget all that, just something scary")
    assert session.conversation.constraints == ()
    assert session.conversation.topic.prefer == ()
    assert [t["attribute"] for t in session.conversation.topic.targets] == ["scary"]


def test_a_correction_takes_back_the_wish_before(films: Sommelier) -> None:
    session = films.session()
    session.say("something about vampires")
    session.say("no, zombies")
    assert session.conversation.topic.prefer == ("keyword:zombie",)


@pytest.mark.parametrize(("say", "attribute"), [("does it take long?", "runtime"), ("is it long?", "runtime")])
def test_how_long_is_asked_in_many_ways(bases: Mapping[str, KnowledgeBase], say: str, attribute: str) -> None:
    question = said(bases, say, shown=SHOWN).question
    assert question is not None
    assert question.attribute == attribute


def test_more_like_it_is_like_the_one_pointed_at(bases: Mapping[str, KnowledgeBase]) -> None:
    request = said(bases, "love that one!! any more like it", shown=SHOWN)
    assert ("item:heat-1995", "example") in [(m.entity, m.stance) for m in request.mentions]


class TestGames:
    """The same of games, which know numbers of players and no ages."""

    SHOWN = ("patchwork", "agricola", "azul")

    def said(self, bases: Mapping[str, KnowledgeBase], say: str, **more: object) -> Request:
        return understand(Situation(base=bases["games"], utterance=say, **more))  # type: ignore[arg-type]

    def test_what_one_has_at_home_is_known(self, bases: Mapping[str, KnowledgeBase]) -> None:
        request = self.said(bases, "we already have Catan")
        assert [(m.entity, m.stance) for m in request.mentions] == [("item:catan", "seen")]

    @pytest.mark.parametrize("say", ["can 3 play it?", "is it good with 3?", "does it work for 3?"])
    def test_whether_so_many_can_is_asked_of_it(self, bases: Mapping[str, KnowledgeBase], say: str) -> None:
        question = self.said(bases, say, shown=self.SHOWN).question
        assert question is not None
        assert question.attribute == "max_players"

    @pytest.mark.parametrize("say", ["what do you actually do in it", "how do you play it?"])
    def test_what_it_is_like_is_asked_in_many_ways(self, bases: Mapping[str, KnowledgeBase], say: str) -> None:
        question = self.said(bases, say, shown=self.SHOWN).question
        assert question is not None
        assert question.kind == "describe"

    def test_what_they_get_bored_by_is_too_long(self, bases: Mapping[str, KnowledgeBase]) -> None:
        request = self.said(bases, "they get bored if it takes more than half an hour")
        assert [c.where for c in request.constraints] == [{"number": "minutes", "max": 30.0}]

    def test_what_is_counted_is_of_that_kind(self, bases: Mapping[str, KnowledgeBase]) -> None:
        request = self.said(bases, "how many worker placement games do you have")
        assert [c.where for c in request.constraints] == [{"facet": "mechanic", "has": ["worker placement"]}]

    @pytest.mark.parametrize(("say", "number"), [("actually 2", 2.0), ("make it 5 maybe", 5.0), ("no, 3", 3.0)])
    def test_a_number_said_again_changes_the_condition(self, bases: Mapping[str, KnowledgeBase], say: str, number: float) -> None:
        first = self.said(bases, "strategy game for 4")
        stands = tuple({**c.model_dump(mode="json"), "turn": 1} for c in first.constraints)
        again = self.said(bases, say, constraints=stands, shown=self.SHOWN)
        assert [c.where for c in again.constraints] == [
            {"number": "min_players", "max": number},
            {"number": "max_players", "min": number},
        ]

    def test_a_number_with_nothing_to_change_is_no_condition(self, bases: Mapping[str, KnowledgeBase]) -> None:
        assert not self.said(bases, "actually 2").constraints

    def test_which_is_easiest_is_asked_of_what_was_shown(self, bases: Mapping[str, KnowledgeBase]) -> None:
        assert self.said(bases, "which is easiest", shown=self.SHOWN).intent == "compare"

    @pytest.mark.parametrize("say", ["less luck", "not so fiddly", "too much bookkeeping"])
    def test_less_of_what_nothing_tells_is_owned_up_to(self, bases: Mapping[str, KnowledgeBase], say: str) -> None:
        request = self.said(bases, say, shown=self.SHOWN)
        assert (request.unfilterable, request.wish) == ((say,), "")

    def test_not_the_odd_one_turns_down_no_others(self, bases: Mapping[str, KnowledgeBase]) -> None:
        assert not self.said(bases, "not the zombie one", shown=self.SHOWN).mentions


@pytest.mark.parametrize("say", ["need something for tonight, kids in bed finally", "my kids are asleep now, something good"])
def test_children_in_bed_are_not_who_it_is_for(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    request = said(bases, say)
    assert (request.prefer, request.constraints, request.wish) == ((), (), "")


def test_having_seen_all_of_a_kind_says_nothing_of_what_was_shown(bases: Mapping[str, KnowledgeBase]) -> None:
    request = said(bases, "ive seen all the bond ones", shown=SHOWN)
    assert not request.mentions
    assert [c.where for c in request.constraints] == [{"not": {"facet": "series", "has": ["James Bond"]}}]


@pytest.mark.parametrize("say", ["is the first one in colour?", "is it about robbery?"])
def test_a_theme_asked_of_one_item_is_not_asked_for(films: Sommelier, say: str) -> None:
    session = films.session()
    session.say("just one musical")
    turn = session.say(say)
    assert turn.request["intent"] == "lookup"
    assert not turn.slate


def test_having_seen_some_while_choosing_asks_for_others(films: Sommelier) -> None:
    session = films.session()
    session.say("a musical")
    turn = session.say("we've seen la la land, grease, mamma mia")
    assert turn.slate
    assert not {"la-la-land-2016", "grease-1978", "mamma-mia-2008"} & {i.id for i in turn.slate}


@pytest.mark.parametrize("say", ["is that it?", "is that all you have?"])
def test_is_that_all_asks_for_more(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    assert said(bases, say, shown=SHOWN).others


@pytest.mark.parametrize("say", ["would I like it", "will my wife like it?"])
def test_whether_one_would_like_it_asks_for_the_reason(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    assert said(bases, say, shown=SHOWN).intent == "explain"


def test_whether_it_has_something_is_no_likeness(bases: Mapping[str, KnowledgeBase]) -> None:
    request = said(bases, "has it won any awards", shown=SHOWN)
    assert (request.intent, request.mentions) == ("lookup", ())


@pytest.mark.parametrize("say", ["What's good?", "what's good tonight?", "what's worth watching"])
def test_what_is_good_asks_for_a_suggestion(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    assert understand(Situation(base=bases["films"], utterance=say)).intent == "recommend"


def test_what_was_seen_and_praised_is_liked(bases: Mapping[str, KnowledgeBase]) -> None:
    def stances(say: str) -> list[tuple[str | None, str]]:
        shown = ("heat-1995", "alien-1979")
        request = understand(Situation(base=bases["films"], utterance=say, shown=shown, focus=("item:heat-1995",)))
        return [(m.entity, m.stance) for m in request.mentions]

    assert stances("ooh I forgot, I saw that last week. it was amazing") == [("item:heat-1995", "like")]
    assert stances("seen that one") == [("item:heat-1995", "seen")]


@pytest.mark.parametrize(
    "say", ["would she like Ronin?", "would I like Ronin?", "do you think my dad would enjoy Ronin?", "will my kids like Ronin"]
)
def test_whether_somebody_would_like_a_thing_is_a_question(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    request = understand(Situation(base=bases["films"], utterance=say, shown=SHOWN))
    assert request.intent == "explain"
    assert [(m.entity, m.stance) for m in request.mentions] == [("item:ronin-1998", "about")]


def test_what_was_never_suggested_was_not_picked(films: Sommelier) -> None:
    session = films.session()
    session.say("I love Heat")
    reply = session.say("would I like The Insider?").reply
    assert "Insider" in reply
    assert "picked" not in reply


@pytest.mark.parametrize(
    "say", ["have you got something by the same director as the second?", "something by the director of the second one"]
)
def test_the_maker_of_what_is_pointed_at(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    situation = Situation(base=bases["films"], utterance=say, shown=SHOWN, focus=("item:heat-1995",))
    request = understand(situation)
    assert [c.where for c in request.constraints] == [{"facet": "director", "has": ["Jean-Pierre Jeunet"]}]
    assert not any(m.stance == "example" for m in request.mentions)


def test_the_same_maker_as_that_of_a_title_is_that_one_alone(bases: Mapping[str, KnowledgeBase]) -> None:
    situation = Situation(base=bases["films"], utterance="something by the same director as Ronin", shown=SHOWN, focus=("item:heat-1995",))
    assert [c.where for c in understand(situation).constraints] == [{"facet": "director", "has": ["John Frankenheimer"]}]


@pytest.mark.parametrize(
    ("say", "stance"),
    [
        ("I really like Heat", "like"),
        ("we truly like Heat", "like"),
        ("I didn't really like Heat", "dislike"),
        ("something vaguely like Heat", "example"),
        ("a film basically like Heat", "example"),
        ("something really like Heat", "example"),
        ("Big fan of Heat", "like"),
        ("I'm fond of Heat", "like"),
    ],
)
def test_to_like_much_or_little_is_no_likeness(bases: Mapping[str, KnowledgeBase], say: str, stance: str) -> None:
    assert [(m.entity, m.stance) for m in said(bases, say).mentions] == [("item:heat-1995", stance)]


@pytest.mark.parametrize("say", ["I like Amelie, a comedy please", "we really like Amelie, a comedy movie please"])
def test_what_is_begged_for_is_wanted_now(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    request = said(bases, say)
    assert [c.where for c in request.constraints] == [{"facet": "genre", "has": ["comedy"]}]
    assert [m.entity for m in request.mentions] == ["item:amelie-2001"]


@pytest.mark.parametrize(
    ("say", "intent"),
    [
        ("my favourite is Never Let Me Go", "tell"),
        ("I loved Catch Me If You Can", "tell"),
        ("I loved Don't Look Now. Find me a thriller", "recommend"),
    ],
)
def test_a_title_does_nothing(bases: Mapping[str, KnowledgeBase], say: str, intent: str) -> None:
    assert said(bases, say).intent == intent


@pytest.mark.parametrize("say", ["what do you remember about us?", "how well do you know us?", "what do you know about me"])
def test_two_may_ask_what_is_remembered_of_them(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    assert said(bases, say, shown=SHOWN).intent == "profile"
