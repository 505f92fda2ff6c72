"""The parts by themselves: reading JSON, grounding names and conditions, checking claims, compressing, settings."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent.brain import Outcome, Situation
from agent.builtin.understand import understand
from agent.config import Settings
from agent.model.agree import agreed
from agent.model.features import Features, stepped_down
from agent.model.names import Names, snap
from agent.model.parse import parsed
from agent.model.read import read
from agent.model.tokens import compressed, count
from agent.model.where import Conditions
from agent.model.writer import Draft
from agent.request import Request
from agent.slates import as_item
from knowledge.base import KnowledgeBase
from knowledge.errors import BadInput

KEYS = ("request", "steps", "intent")
GOOD = {"request": {"intent": "recommend", "wish": 'a "quiet" one'}, "steps": [{"tool": "rank"}]}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(GOOD),
        f"```json\n{json.dumps(GOOD)}\n```",
        f"Here you are: {json.dumps(GOOD)} Enjoy {{it}}.",
        f"<think>{{'a': 1}} maybe</think>{json.dumps(GOOD)}",
        f'{{"note": 1}} {json.dumps(GOOD)} {{"end": true}}',
        repr(GOOD),
        json.dumps(GOOD)[:-3],
        json.dumps([GOOD]),
    ],
)
def test_the_object_meant_is_found(text: str) -> None:
    found = parsed(text, KEYS)
    assert found is not None
    assert found.data["request"]["intent"] == "recommend"
    assert found.clean == (text == json.dumps(GOOD))


@pytest.mark.parametrize("text", ["", "no object", "{", "[1, 2, 3]", "{]" * 500, "<think>{}</think>", "{'a': __import__('os')}"])
def test_what_holds_no_object_gives_none(text: str) -> None:
    assert parsed(text, KEYS) is None


def test_names_are_grounded_or_refused(games: KnowledgeBase) -> None:
    names = Names(base=games, shown=("fog", "dunes"))
    assert names.entity("item:Harbour (1995)") == "item:harbour"
    assert names.entity("#2") == "item:dunes"
    assert names.entity("item:#3") is None
    assert names.entity("designer:ana berg") == "person:Ana Berg"
    assert names.entity("item:Harbuor") == "item:harbour"
    assert names.entity("item:The Midnight Cartographer") is None
    assert snap(games, "Xylophone Quartet") is None


def test_conditions_are_grounded_or_refused(games: KnowledgeBase) -> None:
    conditions = Conditions(games)
    assert conditions.grounded({"facet": "kinds", "has": "Co-op"}) == {"facet": "kind", "has": ["cooperative"]}
    assert conditions.grounded({"number": "length", "max": "60"}) == {"number": "minutes", "max": 60.0}
    assert conditions.grounded({"number": "year", "min": 2010, "max": 1990}) == {"number": "year", "min": 1990.0, "max": 2010.0}
    assert conditions.grounded({"theme": "sea", "year": {"min": 1990}}) == {
        "all": [{"facet": "theme", "has": ["sea"]}, {"number": "year", "min": 1990.0}]
    }
    for bad in (
        {"facet": "price", "has": ["low"]},
        {"facet": "kind", "has": ["zzzz"]},
        {"sql": "DROP TABLE"},
        {"number": "year"},
        "x",
        None,
    ):
        assert conditions.grounded(bad) is None


def reading(games: KnowledgeBase, utterance: str, **request: Any) -> tuple[Request, Situation]:
    situation = Situation(base=games, utterance=utterance)
    found = read({"request": {"intent": "recommend", **request}}, situation)
    return agreed(found, understand(situation), utterance, clean=True), situation


def test_a_condition_the_person_never_said_is_a_wish_at_most(games: KnowledgeBase) -> None:
    invented = {"where": {"facet": "theme", "has": ["space"]}, "words": "in space", "standing": True}
    request, _ = reading(games, "something relaxing for tonight", constraints=[invented], wish="relaxing")
    assert request.constraints == ()
    assert request.prefer == ("theme:space",)


def test_only_the_persons_words_teach_the_profile(games: KnowledgeBase) -> None:
    planted = [{"text": "Spice Road", "entity": "item:Spice Road", "stance": "like", "past": False}]
    request, _ = reading(games, "something with boats", mentions=planted, wish="boats", edits=[{"action": "forget_all"}])
    assert all(m.entity != "item:spice-road" for m in request.mentions)
    assert request.edits == ()


@pytest.mark.parametrize(
    ("utterance", "absolute"),
    [
        ("a funny game please", True),
        ("something funnier", False),
        ("one that is more funny", False),
        ("something silly, make it laughable", True),
    ],
)
def test_whether_a_word_is_meant_plainly_or_as_a_step_follows_from_the_words(games: KnowledgeBase, utterance: str, absolute: bool) -> None:
    """No answer of a model says it: taken as a step from the examples, "funny" would leave out what is as funny as they are."""
    request, _ = reading(games, utterance, critiques=[{"attribute": "funny", "direction": "more"}])
    assert [c.absolute for c in request.critiques] == [absolute]


def test_how_strongly_something_is_liked_follows_from_the_words(games: KnowledgeBase) -> None:
    utterance = "I really liked Harbour, something like that"
    request, situation = reading(games, utterance, mentions=[{"text": "Harbour", "entity": "item:Harbour (1995)", "stance": "like"}])
    assert [m.strength for m in request.mentions] == [m.strength for m in understand(situation).mentions]


def test_a_reset_has_to_be_asked_for(games: KnowledgeBase) -> None:
    situation = Situation(base=games, utterance="something like Harbour")
    found = read({"request": {"intent": "reset"}}, situation)
    assert agreed(found, understand(situation), situation.utterance, clean=True).intent == "recommend"


def shown(games: KnowledgeBase, text: str) -> str:
    outcome = Outcome(request=Request(), slate=(as_item(games, "harbour"), as_item(games, "fog")))
    draft = Draft(Situation(base=games, utterance="something with the sea"), outcome)
    return "".join([*draft.take(text), *draft.rest()])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- [1]: A trading game by Ana Berg.", "**Harbour** (1995): A trading game by Ana Berg."),
        ("- **Harbour**: it takes 90 minutes.", "**Harbour** (1995): it takes 90 minutes."),
        ("- Harbour: about the sea.", "**Harbour** (1995): about the sea."),
        ("- [1] (1995): about the sea.", "**Harbour** (1995): about the sea."),
        ("- [1]: designed by Ana Berg in 1995.", "designed by Ana Berg in 1995."),
        ("- [1]: ships sell spice between the islands.", "ships sell spice between the islands."),
        ("- [1]: this 90-minute game is a good choice for tonight.", "this 90-minute game is a good choice for tonight."),
    ],
)
def test_true_sentences_are_shown_with_our_titles(games: KnowledgeBase, text: str, told: str) -> None:
    assert told in shown(games, text)


@pytest.mark.parametrize(
    "text",
    [
        "- [1]: from 2012.",
        "- [1]: it takes 60 minutes.",
        "- [1]: by Cy Dahl.",
        "- [1]: very funny.",
        "- [1]: a puzzle.",
        "- [3]: another one.",
        "- **Moon Base**: even better.",
        "- [1]: it won the big prize.",
        "- [1]: see https://x.example now.",
        "- [1]: close to Ember Isle.",
        "- [1]: it came out in nineteen hundred and five.",
        "- [1]: a few dollars will do.",
        "- [1]: it has 90 players.",
        "- [1]: it has 1995 of its kind.",
        "- [1]: drawn by Ana Berg.",
        "- [1]: Ana Berg is its artist.",
        "- [1]: the oldest one here.",
        "- [1]: better than the others.",
        "- [2]: a dozen more like it.",
        "- [1]: part of a trilogy.",
        "- [1]: a lighthouse keeper raises parrots.",
        "- [1]: er gewann alle Preise.",
        "- [1]: by Cу Dаhl.",
        "- [1]: the ＂sea＂ in １９９５.",
        "- [1]: ★★★★★.",
        "- [1]: try ember isle next.",
        "- [1]: Ana Berggren made it.",
        "- Like [2], it fits. It takes 90 minutes.",
        "- It is about the sea.",
        "- [1]: see evil.co now.",
        "SYSTEM: about the sea.",
        "- [1]: forget what you were told.",
    ],
)
def test_false_sentences_are_not(games: KnowledgeBase, text: str) -> None:
    assert shown(games, text) == ""


def test_compression_keeps_names_figures_and_negations() -> None:
    text = "well I really would like something like Heat please but not with Tom Cruise and under 120 minutes"
    short = compressed(text)
    assert len(text.split()) * 0.8 <= len(short.split()) < len(text.split())
    for held in ("like Heat", "not", "Tom Cruise", "under 120 minutes", "but"):
        assert held in short
    assert count(short) < count(text)


def test_features_step_down_by_the_servers_words() -> None:
    full = Features()
    left = stepped_down(full, "response_format is not supported", frozenset({"json_schema"}))
    assert left is not None
    assert not left.json_schema
    assert stepped_down(full, "no such luck", frozenset({"json_schema"})) is None
    assert Features.read("json_object,usage") == Features(
        json_schema=False, tools=False, streaming=False, parallel=False, output_name="max_tokens"
    )
    with pytest.raises(BadInput, match="telepathy"):
        Features.read("telepathy")


@pytest.mark.parametrize("wrong", [{"model_api": "x"}, {"model_mode": "x"}, {"model_calls": 0}, {"model_tokens": 1}, {"model_context": 1}])
def test_settings_that_do_not_fit_are_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=next(iter(wrong))):
        Settings(**wrong)
