"""What goes on from turn to turn, and what starts anew."""

from __future__ import annotations

from typing import Any

import pytest

from agent.bus import Bus
from agent.carry import adds, carried, starts_afresh, with_topic
from agent.conversation import Conversation, Topic
from agent.request import Request
from knowledge.base import KnowledgeBase
from tests.agent.scripted import about, must, wants
from tools.base import ToolResult
from tools.candidates import Candidate, Evidence, Signal

HARBOUR = about("item:harbour", "example")
SHORTER = {"attribute": "minutes", "direction": "less"}


def request(**more: Any) -> Request:
    return Request.model_validate(wants(**more))


def topic_after(games: KnowledgeBase, topic: Topic, said: Request, utterance: str, last: tuple[str, ...] = ()) -> Topic:
    return carried(Conversation(topic=topic, last=last), said, utterance, games.catalogue)


@pytest.mark.parametrize(
    ("said", "utterance", "fresh"),
    [
        (request(mentions=[HARBOUR]), "like Harbour", True),
        (request(mentions=[HARBOUR]), "and also like Harbour", False),
        (request(wish="lost children"), "something about lost children", True),
        (request(wish="lost children"), "with lost children", False),
        (request(critiques=[SHORTER]), "something shorter", False),
        (request(constraints=[must({"facet": "kind", "has": ["party"]})]), "show me a party game", True),
        (request(constraints=[must({"facet": "kind", "has": ["party"]})]), "show me party ones", False),
        (request(constraints=[must({"number": "minutes", "max": 30})]), "show me under half an hour", False),
        (request(others=True), "show me something else", False),
        (request(by_popularity=True), "the most popular", True),
        (
            request(
                constraints=[must({"facet": "kind", "has": ["party"]})],
                mentions=[about("item:fog", "reject")],
            ),
            "none of these, I want a party game",
            False,
        ),
    ],
)
def test_what_asks_for_something_else_altogether(said: Request, utterance: str, fresh: bool) -> None:
    assert starts_afresh(said, utterance) is fresh


@pytest.mark.parametrize(
    ("said", "utterance", "fresh"),
    [
        (request(prefer=["theme:forest", "theme:sea"]), "forest games by the sea", True),
        (request(prefer=["theme:forest"]), "a quiet forest game", True),
        (request(prefer=["theme:forest"]), "with forest", False),
        (request(prefer=["theme:forest"]), "make it forest", False),
        (request(constraints=[must({"facet": "kind", "has": ["party"]})]), "or party games", False),
        (request(constraints=[must({"facet": "kind", "has": ["party"]})]), "party ones", False),
        (request(constraints=[must({"facet": "kind", "has": ["party"]})]), "a party game", True),
        (request(constraints=[must({"not": {"facet": "kind", "has": ["party"]}})]), "no party games", False),
        (request(wish="children find their way"), "where children find their way home", True),
        (request(wish="children find their way"), "but where children find their way home", False),
        (request(constraints=[must({"number": "minutes", "max": 30})]), "a game under half an hour", False),
    ],
)
def test_a_whole_phrase_stands_alone_and_a_scrap_refines(games: KnowledgeBase, said: Request, utterance: str, fresh: bool) -> None:
    assert starts_afresh(said, utterance, games.schema) is fresh


def test_examples_and_critiques_end_with_a_new_wish_of_its_own(games: KnowledgeBase) -> None:
    old = Topic(examples=("item:fog",), targets=({**SHORTER, "strength": 1.0, "of": None, "items": [], "from": 60.0},))
    said = request(prefer=["theme:sea", "theme:trade"])
    assert topic_after(games, old, said, "sea games about trade") == Topic(prefer=("theme:sea", "theme:trade"))
    kept = topic_after(games, old, said, "with sea and trade")
    assert kept.examples == ("item:fog",)
    assert len(kept.targets) == 1


def test_a_new_example_starts_a_new_topic_and_also_adds(games: KnowledgeBase) -> None:
    old = Topic(examples=("item:fog",), wish="weather")
    said = request(mentions=[HARBOUR])
    assert topic_after(games, old, said, "like Harbour") == Topic(examples=("item:harbour",))
    assert topic_after(games, old, said, "and also Harbour").examples == ("item:fog", "item:harbour")
    assert adds("in French too")
    assert not adds("something with sand")


@pytest.mark.parametrize("said", ["None of these. It should also be a comedy.", "It must also be short.", "it also has to be French"])
def test_also_adds_within_the_utterance(said: str) -> None:
    assert adds(said)


@pytest.mark.parametrize("said", ["I also liked Harbour", "do you also have games?", "also-rans"])
def test_not_every_also_adds_a_condition(said: str) -> None:
    assert adds(said) is said.startswith("also")


def test_a_critique_starts_from_the_slate_and_the_newest_on_an_attribute_counts(games: KnowledgeBase) -> None:
    first = topic_after(games, Topic(examples=("item:fog",)), request(critiques=[SHORTER]), "shorter", last=("harbour", "spice", "dunes"))
    assert first.examples == ("item:fog",)
    assert (first.targets[0]["from"], first.targets[0]["items"]) == (90.0, ["item:harbour", "item:spice", "item:dunes"])
    longer = request(critiques=[{**SHORTER, "direction": "more"}])
    again = topic_after(games, first, longer, "longer", last=("gnomes",))
    assert [(t["direction"], t["from"]) for t in again.targets] == [("more", 20.0)]


def test_a_critique_beside_an_example_starts_from_the_example(games: KnowledgeBase) -> None:
    topic = topic_after(games, Topic(), request(mentions=[HARBOUR], critiques=[SHORTER]), "like Harbour but shorter", last=("dunes",))
    assert topic.targets[0]["from"] == 90.0


def test_what_is_turned_down_is_no_example_any_more(games: KnowledgeBase) -> None:
    old = Topic(examples=("item:fog", "item:harbour"))
    assert topic_after(games, old, request(mentions=[about("item:fog", "reject")]), "not fog").examples == ("item:harbour",)


def test_the_effective_request_carries_the_topic_but_not_old_critiques(games: KnowledgeBase) -> None:
    topic = Topic(examples=("item:fog",), wish="weather", prefer=("theme:sea",), targets=({**SHORTER, "from": 1.0, "items": []},))
    effective = with_topic(request(others=True), topic)
    assert [(m.entity, m.stance) for m in effective.mentions] == [("item:fog", "example")]
    assert (effective.wish, effective.prefer, effective.critiques) == ("weather", ("theme:sea",), ())


def test_a_conversation_comes_back_from_its_rows() -> None:
    talk = Conversation(
        turn=2, constraints=(must({"known": "year"}),), topic=Topic(examples=("item:fog",)), last=("a",), asked={"attribute": "kind"}
    )
    rows = [
        {"turn": 1, "utterance": "u", "reply": "r", "shown": ["a", "b"], "request": {}, "state": {}},
        {"turn": 2, "utterance": "v", "reply": "s", "shown": ["c"], "request": {}, "state": talk.snapshot()},
    ]
    back = Conversation.restore(rows, keep=1)
    assert back.snapshot() == talk.snapshot()
    assert back.shown == (("a", "b"), ("c",))
    assert [e.utterance for e in back.exchanges] == ["v"]
    assert Conversation.restore([*rows, {**rows[1], "reset": True, "shown": []}], keep=5).shown == ()


def test_a_bus_survives_json() -> None:
    bus = Bus(shown=("a",), rejected=("b",))
    evidence = Evidence(kind="text", text="so", ids=("item:a",), weight=1.0)
    candidates = (
        Candidate(
            item_id="a", signals=(Signal(source="popular", score=1.0, evidence=(evidence,)),), score=0.5, contributions={"popular": 0.5}
        ),
    )
    bus.take("s1", "popular", ToolResult(candidates=candidates, data={"n": 1}, note="one"), 1.5)
    back = Bus.from_json(bus.to_json())
    assert back.to_json() == bus.to_json()
    assert back.candidates == candidates
    assert back.found("popular") == {"n": 1, "tool": "popular", "step": "s1"}


def test_of_a_list_no_one_was_singled_out(opened: Any) -> None:
    somm = opened(
        {
            "who made fog": wants(
                intent="lookup", question={"kind": "fact", "attribute": "designer", "entity": "item:fog"}, refers_to=["item:fog"]
            ),
            "what else": wants(intent="lookup", question={"kind": "other_works", "entity": "person:Cy Dahl"}),
        }
    )
    chat = somm.session()
    chat.say("who made fog")
    assert chat.conversation.focus[0].startswith("person:")
    chat.say("what else")
    assert next(e for e in chat.conversation.focus if e.startswith("item:")) == "item:fog"


def test_an_example_that_lacks_what_was_demanded_before_ends_the_demand(opened: Any) -> None:
    old = must({"number": "year", "max": 2020}, "before 2020")
    strategy = must({"facet": "kind", "has": ["strategy"]}, "strategy")
    somm = opened(
        {
            "strategy": wants(constraints=[strategy, old], count=1),
            "like harbour": wants(mentions=[HARBOUR], count=1),
            "like gnomes": wants(mentions=[about("item:gnomes", "example")], count=1),
        }
    )
    assert "strategy" not in somm.base.catalogue.item("gnomes").facets["kind"]
    chat = somm.session()
    chat.say("strategy")
    chat.say("like harbour")
    assert [c["where"] for c in chat.conversation.constraints] == [strategy["where"], old["where"]]
    chat.say("like gnomes")
    assert strategy["where"] not in [c["where"] for c in chat.conversation.constraints]
