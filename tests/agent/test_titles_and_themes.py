"""What a name in an utterance is: a title that was loved, a theme that is wanted, or no name at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from agent.brain import Situation
from agent.builtin.understand import understand
from agent.request import Request
from knowledge.base import KnowledgeBase
from knowledge.build import build

CARD = """
name: shelf
source: shelf.csv
item: {singular: film, plural: films, use: watch, used: [watched, saw, seen]}
columns: {id: id, title: title, separator: "|"}
facets:
  genre: {column: genre, phrase: "{}", synonyms: {Sci-Fi: [sci-fi, sci fi]}}
  tag: {column: tag, kind: tag, words: [about, tagged], phrase: "{}"}
"""
ROWS = [
    ("1", "Heat", "Crime|Drama", "heist|revenge"),
    ("2", "Aliens", "Action|Sci-Fi", "aliens|space"),
    ("3", "Big Fan", "Comedy|Drama", "football"),
    ("4", "Road Trip", "Comedy", "road trip"),
    ("5", "The Enforcer", "Crime|Romance", "math|aliens"),
    ("6", "Bonnie and Clyde", "Crime|Romance", "road trip|sci-fi"),
    ("7", "True Romance", "Crime|Romance", "heist|space"),
    ("8", "Species", "Sci-Fi", "aliens|sci-fi"),
    ("9", "Species II", "Sci-Fi", "aliens"),
    ("10", "Robot", "Sci-Fi", "space"),
]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """A few titles, some of which are also what others are about; tags open enough to be no list anybody knows by heart."""
    folder: Path = tmp_path_factory.mktemp("shelf")
    rows = [*ROWS, *((str(n), f"Number {n}", "Crime", f"thing {n}|matter {n}") for n in range(100, 230))]
    rows += [(str(n), f"Tale {n}", "Romance|Drama", f"stuff {n}") for n in range(230, 300)]
    lines = ["id,title,genre,tag", *(",".join(f'"{cell}"' for cell in row) for row in rows)]
    (folder / "shelf.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "card.yaml").write_text(CARD, encoding="utf-8")
    build(str(folder / "shelf.csv"), folder / "base", encoder=None, card=folder / "card.yaml")
    return KnowledgeBase.open(folder / "base")


def read(base: KnowledgeBase, say: str) -> Request:
    return understand(Situation(base=base, utterance=say))


@pytest.mark.parametrize(("say", "tag"), [("a film about aliens", "aliens"), ("I'm after a film about road trip.", "road trip")])
def test_what_is_asked_for_about_a_theme_is_no_title(shelf: KnowledgeBase, say: str, tag: str) -> None:
    asked = read(shelf, say)
    assert (asked.intent, asked.mentions, asked.prefer) == ("recommend", (), (f"tag:{tag}",))


def test_what_is_listed_with_a_theme_is_one_too(shelf: KnowledgeBase) -> None:
    assert read(shelf, "a film about heist and math").prefer == ("tag:heist", "tag:math")
    asked = read(shelf, "a film about space and aliens")
    assert (asked.mentions, asked.prefer) == ((), ("tag:space", "tag:aliens"))


def test_a_title_that_is_asked_about_stays_one(shelf: KnowledgeBase) -> None:
    asked = read(shelf, "tell me about Aliens")
    assert asked.intent == "lookup"
    assert [m.entity for m in asked.mentions] == ["item:2"]


def test_what_one_item_alone_is_about_is_heard_after_about_only(shelf: KnowledgeBase) -> None:
    assert read(shelf, "a film about math").prefer == ("tag:math",)
    assert read(shelf, "a film to take my mind off math").prefer == ()


def test_a_liking_in_small_letters_names_one_title(shelf: KnowledgeBase) -> None:
    asked = read(shelf, "big fan of species ii. i'd like a comedy")
    assert [(m.entity, m.stance) for m in asked.mentions] == [("item:9", "like")]
    assert [m.entity for m in read(shelf, "something like Big Fan").mentions] == ["item:3"]


def test_a_name_does_not_go_on_into_the_next_sentence(shelf: KnowledgeBase) -> None:
    asked = read(shelf, "I loved Species. I'm looking for a comedy.")
    assert [m.entity for m in asked.mentions] == ["item:8"]


@pytest.mark.parametrize("say", ["Can you recommend a Sci-Fi film?", "I'd like a sci-fi film", "A Sci-Fi film please"])
def test_a_value_with_a_capital_is_no_unknown_name(shelf: KnowledgeBase, say: str) -> None:
    asked = read(shelf, say)
    assert [c.where for c in asked.constraints] == [{"facet": "genre", "has": ["Sci-Fi"]}]
    assert (asked.mentions, asked.wish) == ((), "")


def test_two_values_side_by_side_are_both_meant_where_any_item_has_both(shelf: KnowledgeBase) -> None:
    assert [c.where for c in read(shelf, "a Crime Romance film").constraints] == [{"facet": "genre", "has_all": ["Crime", "Romance"]}]
    assert [c.where for c in read(shelf, "a crime or romance film").constraints] == [{"facet": "genre", "has": ["Crime", "Romance"]}]
    # None is both: either will do.
    assert [c.where for c in read(shelf, "a Sci-Fi Romance film").constraints] == [{"facet": "genre", "has": ["Sci-Fi", "Romance"]}]


def test_the_words_of_a_loved_title_ask_nothing(bases: Mapping[str, KnowledgeBase]) -> None:
    asked = read(bases["films"], "I loved Heat and O Brother, Where Art Thou?. I'm looking for a crime film.")
    assert (asked.intent, asked.question) == ("recommend", None)
    assert {m.stance for m in asked.mentions} == {"like"}
    assert {"facet": "genre", "has": ["crime"]} in [c.where for c in asked.constraints]


@pytest.mark.parametrize("say", ["I loved Heat. Can you recommend a comedy film?", "my favourite is Heat, could you find me a comedy?"])
def test_to_ask_for_a_kind_after_a_liking_is_no_question_about_the_liked(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    asked = read(bases["films"], say)
    assert (asked.intent, asked.question) == ("recommend", None)
    assert [c.where for c in asked.constraints] == [{"facet": "genre", "has": ["comedy"]}]


@pytest.mark.parametrize(
    ("say", "popular"),
    [("I really liked Heat. A comedy please", False), ("the most watched comedies", True), ("something really popular", True)],
)
def test_to_have_liked_something_much_is_not_to_ask_for_what_everybody_likes(
    bases: Mapping[str, KnowledgeBase], say: str, popular: bool
) -> None:
    assert read(bases["films"], say).by_popularity is popular


@pytest.mark.parametrize("say", ["anything with robots?", "a comedy about a robot", "something with a robot"])
def test_a_plain_noun_in_something_is_no_title(shelf: KnowledgeBase, say: str) -> None:
    request = understand(Situation(base=shelf, utterance=say))
    assert not any(m.entity == "item:10" for m in request.mentions)
    assert request.wish.removeprefix("a ") in {"robot", "robots"}


def test_a_plain_noun_alone_is_the_title(shelf: KnowledgeBase) -> None:
    assert [m.entity for m in understand(Situation(base=shelf, utterance="something like robot")).mentions] == ["item:10"]


def test_a_wish_of_which_nothing_speaks_is_owned_up_to(shelf: KnowledgeBase) -> None:
    from agent.config import Settings
    from agent.sommelier import Sommelier

    with Sommelier.open(shelf, settings=Settings(store=":memory:", brain="builtin")) as somm:
        turn = somm.session().say("something about beekeeping")
    assert turn.slate
    assert "beekeeping" in turn.reply
    assert "Nothing I have" in turn.reply or "no mention" in turn.reply
    assert not any("describe" in because.text for item in turn.slate for because in item.because)


@pytest.mark.parametrize(
    ("say", "entity"),
    [
        ("I loved Brazil", "item:brazil-1985"),
        ("I just watched Chicago.", "item:chicago-2002"),
        ("My favourite film is Heat", "item:heat-1995"),
        ("I loved The 40-Year-Old Virgin", "item:the-40-year-old-virgin-2005"),
    ],
)
def test_a_title_that_was_seen_goes_before_its_namesakes(bases: Mapping[str, KnowledgeBase], say: str, entity: str) -> None:
    request = understand(Situation(base=bases["films"], utterance=say))
    assert [m.entity for m in request.mentions] == [entity]
    assert (request.constraints, request.prefer) == ((), ())


@pytest.mark.parametrize(
    ("say", "facet"),
    [("something from Brazil", "country"), ("a film set in Chicago", "keyword"), ("I loved Brazil nuts in that one", "")],
)
def test_a_place_that_is_asked_for_stays_a_place(bases: Mapping[str, KnowledgeBase], say: str, facet: str) -> None:
    request = understand(Situation(base=bases["films"], utterance=say))
    assert not any((m.entity or "").startswith("item:") for m in request.mentions)
    asked = [c.where.get("facet") for c in request.constraints] + [n.partition(":")[0] for n in request.prefer]
    assert (facet in asked) is bool(facet)


def test_a_boy_of_nine_is_no_title(bases: Mapping[str, KnowledgeBase]) -> None:
    request = understand(Situation(base=bases["films"], utterance="can you help me find some movies for a 9 year old boy"))
    assert [c.where for c in request.constraints] == [{"facet": "rating", "has": ["all", "7"]}]
    assert request.mentions == ()
