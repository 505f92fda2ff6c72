"""A turn end to end over made-up games, understanding given by a table."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from agent.brain import Exchange, Situation
from agent.conversation import Conversation
from agent.errors import BrainFailed
from agent.events import Done, Failed, Planned, SlateShown, StepFinished, StepStarted, TextDelta, Understood
from agent.request import Request
from agent.sommelier import Sommelier
from tests.agent.scripted import Scripted, about, must, wants

Opened = Callable[..., Sommelier]
SEA = must({"facet": "theme", "has": ["sea"]}, "about the sea")
SHORT = must({"number": "minutes", "max": 60}, "under an hour")
IMPOSSIBLE = must({"number": "minutes", "max": 5}, "under five minutes")


def ids(turn: Any) -> list[str]:
    return [i.id for i in turn.slate]


def test_a_suggestion_is_in_the_catalogue_with_reasons_that_resolve(opened: Opened) -> None:
    from agent.slates import resolves

    somm = opened({"like harbour": wants(mentions=[about("item:harbour", "example")])})
    turn = somm.session().say("like harbour")
    assert len(turn.slate) == 3
    assert "harbour" not in ids(turn)
    for item in turn.slate:
        assert item.title in turn.reply
        assert all(resolves(somm.base, name) for because in item.because for name in because.ids)
    assert [s["tool"] for s in turn.plan][-1] == "slate"
    assert {s["tool"] for s in turn.trace} == {s["tool"] for s in turn.plan}


def test_conditions_hold_until_changed_and_contradictions_replace_them(opened: Opened) -> None:
    space = must({"facet": "theme", "has": ["space"]}, "about space")
    somm = opened(
        {"sea": wants(constraints=[SEA]), "more": wants(others=True), "space": wants(constraints=[space]), "any": wants(drop=["theme"])}
    )
    chat = somm.session()
    first, more = chat.say("sea"), chat.say("more")
    for turn in (first, more):
        assert all("sea" in i.attributes["theme"] for i in turn.slate)
    assert not set(ids(first)) & set(ids(more))
    assert all("space" in i.attributes["theme"] for i in chat.say("space").slate)
    chat.say("any")
    assert chat.conversation.constraints == ()


def test_the_conditions_of_a_question_end_with_the_answer(opened: Opened) -> None:
    somm = opened({"how many": {"intent": "lookup", "question": {"kind": "count"}, "constraints": [SEA]}})
    chat = somm.session()
    turn = chat.say("how many")
    assert "four" in turn.reply.lower()
    assert chat.conversation.constraints == ()


def test_a_critique_moves_from_what_was_shown_and_stays(opened: Opened) -> None:
    shorter = wants(critiques=[{"attribute": "minutes", "direction": "less"}])
    somm = opened({"go": wants(mentions=[about("item:harbour", "example")]), "shorter": shorter})
    chat = somm.session()
    before = chat.say("go")
    middle = sorted(i.attributes["minutes"] for i in before.slate)[len(before.slate) // 2]
    after = chat.say("shorter")
    assert all(i.attributes["minutes"] < middle for i in after.slate)
    assert chat.conversation.topic.targets[0]["from"] == middle


def test_nothing_rejected_seen_or_disliked_comes_back(opened: Opened) -> None:
    table = {
        "go": wants(),
        "more": wants(others=True),
        "no parrot": wants(mentions=[about("item:pirates", "reject")]),
        "hate dunes": {"intent": "tell", "mentions": [about("item:dunes", "dislike")]},
        "no sea": {"intent": "tell", "mentions": [about("theme:sea", "dislike")]},
    }
    somm = opened(table)
    chat = somm.session()
    chat.feedback("lantern", "seen")
    for text in ("hate dunes", "no sea"):
        chat.say(text)
    shown: list[str] = []
    for text in ("no parrot", "go", "more", "more", "more"):
        shown += ids(chat.say(text))
    assert shown
    assert not {"pirates", "dunes", "lantern"} & set(shown)
    sea = somm.base.catalogue.facet("theme").positions("sea")
    assert not {somm.base.catalogue.ids[p] for p in sea} & set(shown)


def test_a_disliked_value_comes_back_when_it_is_asked_for(opened: Opened) -> None:
    somm = opened({"no sea": {"intent": "tell", "mentions": [about("theme:sea", "dislike")]}, "sea": wants(constraints=[SEA])})
    chat = somm.session()
    chat.say("no sea")
    assert all("sea" in i.attributes["theme"] for i in chat.say("sea").slate)


def test_the_impossible_is_relaxed_softest_first_and_said(opened: Opened) -> None:
    somm = opened({"sea, five minutes": wants(constraints=[SEA, IMPOSSIBLE])})
    turn = somm.session().say("sea, five minutes")
    assert turn.slate
    assert all("sea" in i.attributes["theme"] for i in turn.slate)
    assert any("under five minutes" in n for n in turn.notices)
    assert "under five minutes" in turn.reply.lower()


def test_what_may_not_be_relaxed_is_named_and_offered(opened: Opened) -> None:
    no_kind = must({"not": {"facet": "kind", "has": ["strategy", "trading", "party", "cooperative", "puzzle"]}}, "none of the usual kinds")
    somm = opened({"nothing": wants(constraints=[no_kind]), "yes": {"intent": "accept"}})
    chat = somm.session()
    turn = chat.say("nothing")
    assert turn.slate == ()
    assert "none of the usual kinds" in turn.reply
    assert chat.say("yes").slate


def test_everything_shown_is_said_before_it_is_shown_again(opened: Opened) -> None:
    somm = opened({"sea": wants(constraints=[SEA]), "more": wants(others=True)})
    chat = somm.session()
    chat.say("sea")
    chat.say("more")
    again = chat.say("more")
    assert again.slate
    assert any("before" in n for n in again.notices)


def test_the_number_asked_for_is_kept(opened: Opened) -> None:
    somm = opened({"one": wants(count=1), "five": wants(count=5)})
    chat = somm.session()
    assert len(chat.say("one").slate) == 1
    assert len(chat.say("five").slate) == 5


def test_a_question_stands_beside_a_suggestion_and_never_twice_in_a_row(opened: Opened) -> None:
    somm = opened({"something": wants()})
    chat = somm.session()
    turns = [chat.say("something") for _ in range(4)]
    assert turns[0].asked is not None
    assert turns[0].slate
    assert turns[0].reply.rstrip().endswith("?")
    assert turns[1].asked is None


def test_accepting_is_recorded_and_not_pitched_further(opened: Opened) -> None:
    somm = opened({"go": wants(), "the first": lambda s: {"intent": "accept", "accepted": f"item:{s.shown[0]}"}})
    chat = somm.session(user="ana")
    first = chat.say("go").slate[0]
    turn = chat.say("the first")
    assert turn.slate == ()
    assert first.title in turn.reply
    assert [(e.entity, e.kind) for e in chat.profile] == [(f"item:{first.id}", "taken")]


def test_an_unknown_title_stays_unknown(opened: Opened) -> None:
    somm = opened({"x": wants(mentions=[{"text": "Blarghfoo", "entity": None, "stance": "example", "near": ["item:lantern"]}])})
    turn = somm.session().say("x")
    assert "Blarghfoo" in turn.reply
    assert "Lantern" in turn.reply
    assert "Unknown: Blarghfoo." in turn.notices
    assert turn.slate == ()


def test_the_rest_is_served_beside_an_unknown_title(opened: Opened) -> None:
    unknown = {"text": "Blarghfoo", "entity": None, "stance": "example"}
    turn = opened({"x": wants(mentions=[unknown], constraints=[SEA])}).session().say("x")
    assert "Blarghfoo" in turn.reply
    assert all("sea" in i.attributes["theme"] for i in turn.slate)
    assert turn.slate


def test_the_events_come_in_order_and_done_comes_last(opened: Opened) -> None:
    somm = opened({"sea": wants(constraints=[SEA])})
    chat = somm.session()
    events = list(chat.stream("sea"))
    kinds = [type(e) for e in events]
    assert kinds[:2] == [Understood, Planned]
    assert kinds[-1] is Done
    assert kinds.index(SlateShown) > max(i for i, k in enumerate(kinds) if k is StepFinished)
    assert min(i for i, k in enumerate(kinds) if k is TextDelta) > kinds.index(SlateShown)
    assert kinds.count(StepStarted) == kinds.count(StepFinished)
    done = events[-1]
    assert isinstance(done, Done)
    assert "".join(e.text for e in events if isinstance(e, TextDelta)).strip() == done.turn.reply
    assert done.turn == chat.turns[-1]


def test_leaving_a_stream_early_leaves_the_session_as_it_was(opened: Opened) -> None:
    somm = opened({"sea": wants(constraints=[SEA])})
    chat = somm.session()
    stream = chat.stream("sea")
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    turn = chat.say("sea")
    assert turn.turn in (1, 2)
    assert len(chat.turns) == turn.turn


def test_the_same_session_says_the_same(opened: Opened) -> None:
    table = {"sea": wants(constraints=[SEA]), "more": wants(others=True), "hi": {"intent": "chat"}}
    runs = []
    for _ in range(2):
        chat = opened(table).session(session_id="same")
        runs.append([(t.reply, ids(t)) for t in map(chat.say, ("hi", "sea", "more", "hi"))])
    assert runs[0] == runs[1]


def test_say_works_inside_a_running_loop(opened: Opened) -> None:
    somm = opened({"sea": wants(constraints=[SEA])})

    async def both() -> tuple[int, int, list[str]]:
        chat = somm.session()
        inside = chat.say("sea").turn
        awaited = (await chat.asay("sea")).turn
        kinds = [e.type async for e in chat.astream("sea")]
        return inside, awaited, kinds

    inside, awaited, kinds = asyncio.run(both())
    assert (inside, awaited) == (1, 2)
    assert kinds[-1] == "done"


class Failing(Scripted):
    """Understands and plans, but cannot do one verb."""

    def __init__(self, verb: str, table: dict[str, Any]) -> None:
        super().__init__(table)
        self.verb = verb

    async def understand(self, situation: Situation) -> Request:
        if self.verb == "understand":
            raise BrainFailed("no answer")
        return await super().understand(situation)

    async def plan(self, situation: Situation, request: Request) -> Any:
        if self.verb == "plan":
            raise BrainFailed("no plan")
        return await super().plan(situation, request)

    async def write(self, situation: Situation, outcome: Any) -> Any:
        if self.verb == "write":
            raise BrainFailed("no words")
        async for piece in super().write(situation, outcome):
            yield piece


@pytest.mark.parametrize("verb", ["understand", "plan", "write"])
def test_the_builtin_brain_takes_over_a_failing_one_and_says_so(opened: Opened, verb: str) -> None:
    table = {"something about the sea": wants(constraints=[SEA])}
    turn = opened(brain=Failing(verb, table)).session().say("something about the sea")
    assert turn.reply
    assert turn.brain == "builtin"
    assert any("built-in" in n for n in turn.notices)


class Lying(Scripted):
    """Writes titles that are not on the slate and years that are not so."""

    async def write(self, situation: Situation, outcome: Any) -> Any:
        item = outcome.slate[0]
        yield f"Try **{item.title}** ({item.attributes['year']:.0f}). "
        yield f"Or **{item.title}** (1850). "
        yield "Or **The Game That Never Was**. "
        yield "Everybody plays Moon Base. "
        yield "It was made in 1066, or rather in 1999."


def test_what_is_not_so_never_reaches_the_person(opened: Opened) -> None:
    somm = opened(brain=Lying({"sea": wants(constraints=[SEA])}))
    turn = somm.session().say("sea")
    assert turn.slate[0].title in turn.reply
    assert "1850" not in turn.reply
    assert "Never Was" not in turn.reply
    assert "Moon Base" not in turn.reply
    assert len([n for n in turn.notices if "left out" in n]) >= 3


def test_a_failure_we_raise_on_purpose_is_an_event_of_a_stream(opened: Opened) -> None:
    somm = opened({}, lease_wait_s=0.01)
    chat = somm.session()
    lease = somm.store.acquire(chat.id, "somebody else", 60.0)
    assert lease is not None
    events = list(chat.stream("hi"))
    assert [type(e) for e in events] == [Failed]


def test_something_else_altogether_sets_aside_what_leaves_nothing_of_it(opened: Opened) -> None:
    war = must({"facet": "theme", "has": ["war"]}, "about war")
    somm = opened({"war": wants(constraints=[war]), "something with light": wants(prefer=["theme:light"])})
    chat = somm.session()
    chat.say("war")
    turn = chat.say("something with light")
    assert any("light" in i.attributes["theme"] for i in turn.slate)
    assert "Relaxed: about war." in turn.notices
    assert "about war" in turn.reply
    assert chat.conversation.constraints == ()


def test_the_answer_to_a_question_is_what_him_means_next(opened: Opened) -> None:
    who = {"intent": "lookup", "question": {"kind": "fact", "attribute": "designer", "entity": "item:dunes"}}
    somm = opened({"who": who, "next": {"intent": "chat"}})
    chat = somm.session()
    chat.say("who")
    assert chat.conversation.focus[0] == "person:Bo Cho"


def test_a_liking_told_by_itself_is_noted_and_brings_suggestions(opened: Opened) -> None:
    told = {"intent": "tell", "mentions": [about("item:harbour", "like")]}
    chat = opened({"harbour was great": told, "more": wants(others=True)}).session()
    turn = chat.say("harbour was great")
    assert turn.request["intent"] == "tell"
    assert len(turn.slate) == 3
    assert "harbour" not in ids(turn)
    assert "Harbour" in turn.reply.splitlines()[0]
    assert [e.entity for e in chat.profile.entries if e.kind == "like"] == ["item:harbour"]
    assert not set(ids(chat.say("more"))) & set(ids(turn))


@pytest.mark.parametrize(
    ("utterance", "mention"),
    [
        ("remember that harbour was great", about("item:harbour", "like")),
        ("harbour was great back then", about("item:harbour", "like", past=True)),
        ("harbour was dull", about("item:harbour", "dislike")),
        ("i know harbour", about("item:harbour", "seen")),
    ],
)
def test_what_else_is_told_brings_none(opened: Opened, utterance: str, mention: dict[str, Any]) -> None:
    turn = opened({utterance: {"intent": "tell", "mentions": [mention]}}).session().say(utterance)
    assert not turn.slate
    assert turn.reply


def test_tools_see_the_dialogue_so_far(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    from tools.rank import TOOL

    seen: list[Any] = []

    def run(context: Any, args: Any) -> Any:
        seen.append(context.dialogue)
        return TOOL.run(context, args)

    somm = opened({"sea": wants(constraints=[SEA]), "like harbour": wants(mentions=[about("item:harbour", "example")])})
    somm.tools = {**somm.tools, "rank": replace(TOOL, run=run)}
    chat = somm.session()
    first = chat.say("sea")
    chat.say("like harbour")
    said = seen[-1]
    assert [(u.speaker, u.text) for u in said[::2]] == [("seeker", "sea"), ("seeker", "like harbour")]
    assert said[-1].items == ("harbour",)
    assert said[1].speaker == "recommender"
    assert list(said[1].items) == ids(first)
    assert said[1].text == first.reply
    # Of a long reply only what it named counts.
    long = Conversation(exchanges=(Exchange(utterance="sea", reply="word " * 99, slate=tuple(ids(first))),))
    assert long.utterances("", {}, somm.base.catalogue)[1].text == ", ".join(i.title for i in first.slate)


def test_another_kind_praised_ends_the_demand_for_the_first(opened: Opened) -> None:
    kind = {"intent": "tell", "mentions": [about("theme:space", "like")]}
    chat = opened({"sea": wants(constraints=[SEA, SHORT]), "I love space": kind}).session()
    chat.say("sea")
    turn = chat.say("I love space")
    assert turn.slate
    assert [c["words"] for c in chat.conversation.constraints] == ["under an hour"]
    assert "space" in turn.slate[0].attributes["theme"]
