"""The words of replies: true, varied, and without seams."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from agent.brain import Outcome, Situation
from agent.events import SlateItem
from agent.profile import Entry, Profile
from agent.request import Request
from agent.slates import as_item
from agent.wording import write
from agent.wording.facts import superlative_form
from agent.wording.naming import amount, asked_as, clause, number_words, superlative
from agent.wording.voice import Voice, listed, sentence
from knowledge.base import KnowledgeBase
from knowledge.schema import Facet, ItemWords, Number, Schema
from tests.agent.scripted import about, must
from tests.tools.toy import SCHEMA
from tools.candidates import Evidence


def reply(games: KnowledgeBase, request: dict[str, Any], slate: Sequence[SlateItem] = (), seed: int = 1, **more: Any) -> str:
    outcome_names = {"facts", "relaxed", "blocked", "question", "learnt", "notices"}
    outcome = Outcome(request=Request.model_validate(request), slate=tuple(slate), **{k: v for k, v in more.items() if k in outcome_names})
    situation = Situation(
        base=games, utterance=more.pop("utterance", ""), seed=seed, **{k: v for k, v in more.items() if k not in outcome_names}
    )
    return "".join(write(situation, outcome)).strip()


def shown(games: KnowledgeBase, *ids: str, because: str = "", kind: str = "attribute") -> list[SlateItem]:
    evidence = [Evidence(kind=kind, text=because, ids=("item:dunes",))] if because else []  # type: ignore[arg-type]
    return [as_item(games, i, 0.5, evidence) for i in ids]


FILMS = Schema(
    name="films",
    item=ItemWords(singular="film", plural="films", also=("movie", "movies")),
    facets=(
        Facet(name="genre"),
        Facet(name="director", kind="person", phrase="directed by {}"),
        Facet(name="country", words=("from",), synonyms={"France": ("french",)}),
        Facet(name="language", words=("in",), synonyms={"None": ("silent", "silent film"), "English": ("english",)}),
        Facet(name="occasion", kind="tag", phrase="good for {}"),
        Facet(name="rating", kind="ordinal", label="age class", phrase="rated {}", order=("all", "7", "12")),
    ),
    numbers=(
        Number(name="year", role="year"),
        Number(name="runtime", role="duration", unit="minutes", more=("longer",)),
        Number(name="dark", role="scale", low=0, high=4, more=("darker",), less=("less dark",), much=("dark",)),
    ),
)


@pytest.mark.parametrize(
    ("constraints", "words"),
    [
        ([], "films"),
        ([must({"facet": "genre", "has": ["crime"]}), must({"number": "year", "min": 1960, "max": 1969})], "crime films from the 1960s"),
        ([must({"facet": "country", "has": ["France"]}, "French")], "French films"),
        ([must({"facet": "genre", "has": ["romance"]}), must({"facet": "country", "has": ["France"]}, "french")], "French romance films"),
        ([must({"facet": "country", "has": ["France"]}, "made in France")], "films from France"),
        ([must({"facet": "language", "has": ["English"]}, "in english")], "English films"),
        ([must({"facet": "language", "has": ["None"]}, "a silent film")], "silent films"),
        ([must({"facet": "director", "has": ["Agnès Varda"]})], "films directed by Agnès Varda"),
        ([must({"number": "runtime", "max": 120}, "under two hours")], "films no longer than two hours"),
        ([must({"not": {"facet": "genre", "has": ["horror", "war"]}})], "films without horror or war"),
        ([must({"facet": "occasion", "has_all": ["rainy sunday", "with kids"]})], "films for a rainy Sunday and with kids"),
        ([must({"facet": "rating", "has": ["all", "7"]})], "films rated 7 or lower"),
        ([must({"number": "year", "min": 1990})], "films from 1990 on"),
        ([must({"not": {"any": [{"text": "guns"}, {"facet": "keyword", "has": ["gun", "gunfight"]}]}}, "no guns")], "films without guns"),
        ([must({"not": {"any": [{"facet": "genre", "has": ["family"]}]}}, "for grown-ups")], "films for grown-ups"),
    ],
)
def test_what_was_asked_for_reads_as_a_noun_phrase(constraints: list[Any], words: str) -> None:
    assert asked_as(FILMS, constraints) == words


def test_short_clauses_use_the_persons_own_words() -> None:
    assert clause(FILMS, must({"number": "runtime", "max": 120}, "under two hours")) == "under two hours"
    assert clause(FILMS, must({"facet": "director", "has": ["Agnès Varda"]}, "her")) == "directed by Agnès Varda"


def test_amounts_are_said_as_people_say_them() -> None:
    runtime, year = FILMS.number("runtime"), FILMS.number("year")
    assert [amount(runtime, v) for v in (45, 60, 90, 95, 150)] == [
        "45 minutes",
        "an hour",
        "an hour and a half",
        "95 minutes",
        "two and a half hours",
    ]
    assert amount(year, 1995) == "1995"
    assert [number_words(n) for n in (0, 3, 12, 13, 2500)] == ["no", "three", "twelve", "13", "2,500"]


def test_superlatives_come_from_comparatives() -> None:
    words = {"longer": "longest", "more violent": "most violent", "better known": "best known", "newer": "newest"}
    assert {w: superlative_form(Number(name="n", more=(w,)), "most") for w in words} == words


def test_wording_changes_from_turn_to_turn_and_is_the_same_for_the_same() -> None:
    options = ["a", "b", "c"]
    picks = [Voice(seed).pick(options, "k") for seed in range(100, 106)]
    assert all(x != y for x, y in pairwise(picks))
    assert picks == [Voice(seed).pick(options, "k") for seed in range(100, 106)]


def test_small_things() -> None:
    assert listed(["a", "b", "c"], "or") == "a, b or c"
    assert sentence("“quoted” text") == "“Quoted” text."


def test_every_item_is_named_with_its_year_and_one_reason(games: KnowledgeBase) -> None:
    text = reply(
        games,
        {"intent": "recommend"},
        shown(games, "harbour", "spice", because="shares the trade theme with Dunes"),
        topic={"examples": ["item:dunes"]},
    )
    assert "**Harbour** (1995)" in text
    assert "**Spice Road** (2001)" in text
    assert text.lower().count("shares the trade theme") >= 1


def test_scale_figures_are_never_read_out(games: KnowledgeBase) -> None:
    text = reply(
        games,
        {"intent": "recommend"},
        shown(games, "harbour", because="funnier than Dunes (3 against 0)", kind="number"),
        topic={"examples": ["item:dunes"]},
    )
    assert "against" not in text
    assert "funnier than Dunes" in text.replace("Funnier", "funnier")


def test_a_critique_is_named(games: KnowledgeBase) -> None:
    request = {"intent": "recommend", "critiques": [{"attribute": "funny", "direction": "more", "of": "item:dunes"}]}
    text = reply(games, request, shown(games, "gnomes", "pirates"))
    assert "funnier" in text.lower()
    assert "**Dunes**" in text


def test_the_question_ends_the_reply(games: KnowledgeBase) -> None:
    question = {"attribute": "kind", "options": ["party", "puzzle"]}
    assert re.search(r"party or puzzle\?$", reply(games, {"intent": "recommend"}, shown(games, "harbour", "fog"), question=question))


def test_profile_views_say_what_and_when(games: KnowledgeBase) -> None:
    entries = (
        Entry(entity="item:dunes", kind="like", when="2024-05-03T10:00:00+00:00"),
        Entry(entity="kind:party", kind="dislike", when="2024-05-04T10:00:00+00:00"),
    )
    text = reply(games, {"intent": "profile"}, profile=Profile(user="ana", entries=entries))
    assert "on 3 May 2024 that you like **Dunes**" in text
    assert "on 4 May 2024 that you don't care for party" in text
    assert reply(games, {"intent": "profile"}, profile=Profile(user="ana"))


@pytest.mark.parametrize("intent", ["chat", "help", "off_topic", "reset", "tell", "accept", "correct", "profile"])
def test_every_intent_has_an_answer_in_several_wordings(games: KnowledgeBase, intent: str) -> None:
    texts = {
        reply(games, {"intent": intent}, seed=s, utterance="hello", profile=Profile(user="a"), shown=("harbour", "fog")) for s in range(6)
    }
    assert all(texts)
    assert len(texts) >= 2


FACTS: list[tuple[dict[str, Any], str]] = [
    (
        {
            "kind": "fact",
            "item": {"id": "dunes"},
            "attribute": "designer",
            "label": "designer",
            "values": ["Bo Cho"],
            "known": True,
            "words": "",
        },
        r"designed by Bo Cho",
    ),
    (
        {"kind": "fact", "item": {"id": "dunes"}, "attribute": "minutes", "label": "length", "values": [180.0], "known": True, "words": ""},
        r"180 minutes",
    ),
    (
        {"kind": "fact", "item": {"id": "dunes"}, "attribute": "year", "label": "year", "values": [], "known": False, "words": ""},
        r"don't give the year",
    ),
    (
        {"kind": "fact", "item": {"id": "dunes"}, "attribute": "heavy", "label": "heavy", "values": [4.0], "known": True, "words": ""},
        r"very heavy",
    ),
    (
        {"kind": "count", "count": 4, "where": {"facet": "theme", "has": ["sea"]}, "words": "sea", "items": [{"id": "harbour"}]},
        r"[Ff]our sea games",
    ),
    ({"kind": "count", "count": 0, "where": {"facet": "theme", "has": ["sea"]}, "words": "sea", "items": []}, r"no sea games"),
    ({"kind": "have", "have": False, "text": "Blarghfoo", "near": ["Fog"], "items": []}, r"“Blarghfoo”.*“Fog”"),
    ({"kind": "have", "have": True, "text": "", "near": [], "items": [{"id": "fog"}]}, r"\*\*Fog\*\* \(2012\)"),
    (
        {
            "kind": "superlative",
            "attribute": "minutes",
            "direction": "most",
            "where": {"all": []},
            "words": "",
            "ties": 1,
            "items": [{"id": "dunes", "value": 180.0}],
        },
        r"longest game.*\*\*Dunes\*\*|\*\*Dunes\*\*.*longest game",
    ),
    (
        {"kind": "list", "count": 1, "where": {"facet": "theme", "has": ["war"]}, "words": "war", "items": [{"id": "dunes"}]},
        r"[Oo]ne war game: \*\*Dunes",
    ),
]


@pytest.mark.parametrize(("fact", "pattern"), FACTS)
def test_facts_are_answered_in_a_sentence(games: KnowledgeBase, fact: dict[str, Any], pattern: str) -> None:
    for seed in range(4):
        text = reply(games, {"intent": "lookup"}, facts=({"tool": "lookup", **fact},), seed=seed)
        assert re.search(pattern, text), text


def test_a_relaxation_is_said_and_what_blocks_is_named(games: KnowledgeBase) -> None:
    where = {"number": "minutes", "max": 5}
    relaxed = ({"words": "under five minutes", "where": where, "to": {"number": "minutes", "max": 25}, "gained": 1},)
    text = reply(games, {"intent": "recommend"}, shown(games, "pirates", "gnomes"), relaxed=relaxed)
    assert "under five minutes" in text.lower()
    assert "25 minutes" in text
    blocked = ({"words": "under five minutes", "where": where, "without": 7},)
    text = reply(games, {"intent": "recommend"}, blocked=blocked, constraints=(must(where, "under five minutes"),))
    assert "“under five minutes”" in text
    assert "seven" in text


def test_no_reply_shows_a_seam(games: KnowledgeBase) -> None:
    requests: list[dict[str, Any]] = [
        {"intent": "recommend", "wish": "lost children"},
        {"intent": "recommend", "surprise": True},
        {"intent": "recommend", "others": True},
        {"intent": "recommend", "by_popularity": True},
        {"intent": "recommend", "mentions": [about("item:dunes", "example"), about("item:moon", "example")]},
        {"intent": "recommend", "unfilterable": ["on sale"]},
        {"intent": "recommend", "prefer": ["theme:sea"]},
        {"intent": "recommend", "mentions": [about("item:dunes", "dislike")]},
    ]
    for request in requests:
        for seed in range(12):
            for count in (1, 2, 3):
                text = reply(
                    games,
                    request,
                    shown(games, *("harbour", "fog", "spice")[:count], because="shares the trade theme with Dunes"),
                    seed=seed,
                )
                assert not re.search(r"\{|\}|None|  |\(\)|\.\.|,,| ,|::|\[|_", text), text
                assert text[0].isupper() or text[0] in "*“", text


def test_a_preference_is_said_of_the_items_only_where_all_have_it(games: KnowledgeBase) -> None:
    sea = [i for i in games.catalogue.ids if "sea" in games.catalogue.item(i).facets.get("theme", ())]
    other = [i for i in games.catalogue.ids if i not in sea]
    request = {"intent": "recommend", "prefer": ["theme:sea"]}
    why = "one of the best known games here"
    for seed in range(8):
        assert "sea" in reply(games, request, shown(games, *sea[:2], because=why), seed=seed, utterance="at sea").lower().split("\n")[0]
        assert (
            "sea"
            not in reply(games, request, shown(games, sea[0], other[0], because=why), seed=seed, utterance="at sea").lower().split("\n")[0]
        )
        none = reply(games, request, shown(games, *other[:2], because=why), seed=seed, utterance="at sea").lower().split("\n")[0]
        assert none.startswith("nothing left is marked as “sea”; these come nearest.")


def test_the_words_come_from_the_schema_not_from_us() -> None:
    assert "film" not in asked_as(SCHEMA, [must({"facet": "theme", "has": ["sea"]})])


def test_a_superlative_among_the_shown_is_answered_alone(games: KnowledgeBase) -> None:
    from tools.base import ToolContext
    from tools.registry import TOOLS

    ids = games.catalogue.ids[:3]
    number = next(n for n in games.schema.numbers if n.less and not n.is_scale)
    lowest = min(ids, key=lambda i: games.catalogue.item(i).numbers[number.name])
    tool = TOOLS["compare"]
    fact = tool.run(ToolContext(base=games), tool.parse({"items": [f"item:{i}" for i in ids]})).data
    said = f"which of those is the {superlative(number.less[0])}?"
    text = reply(games, {"intent": "compare"}, facts=({**fact, "tool": "compare"},), utterance=said)
    assert games.catalogue.item(lowest).title in text
    assert superlative(number.less[0]) in text
    assert text.count(".") == 1


@pytest.mark.parametrize(
    ("description", "first"),
    [
        ("Broke and full of schemes, P.T. Barnum opens a show. It works.", "Broke and full of schemes, P.T. Barnum opens a show"),
        ("A spy meets Dr. No. He lives.", "A spy meets Dr. No"),
        ("One dog. Two cats.", "One dog"),
    ],
)
def test_the_first_sentence_ends_at_no_initial(description: str, first: str) -> None:
    from agent.events import SlateItem
    from agent.wording.reasons import hook

    assert hook(SlateItem(id="x", title="X", score=0.0, attributes={"description": description})) == first
