"""Guessed cards: a bare table gets its roles from names and values."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from knowledge.errors import BadInput
from knowledge.sources.card import Card
from knowledge.sources.guess import guess_card, guess_events, is_guessed
from tests.knowledge.games import write_games


@pytest.fixture(scope="module")
def games(tmp_path_factory: pytest.TempPathFactory) -> Card:
    return guess_card(write_games(tmp_path_factory.mktemp("guess") / "board_games.csv"))


def number_roles(card: Card) -> dict[str, str]:
    return {n.number.name: n.number.role for n in card.numbers}


def test_plain_roles(games: Card):
    assert (games.id, games.title, games.description, games.image) == ("game_id", "name", "description", "image")
    assert games.popularity == "num_votes"
    assert games.name == "board_games"
    assert (games.item.singular, games.item.plural, games.item.use) == ("board game", "board games", "play")
    assert set(games.item.also) == {"game", "games"}


def test_facets_with_their_separators_and_kinds(games: Card):
    facets = {f.facet.name: (f.column, f.separator, f.facet.kind) for f in games.facets}
    assert facets == {
        "mechanic": ("mechanics", "|", "category"),
        "category": ("category", None, "category"),
        "designer": ("designer", ",", "person"),
        "cooperative": ("cooperative", None, "category"),
    }
    cooperative = games.schema.facet("cooperative")
    assert cooperative.synonyms == {"yes": ("cooperative",), "no": ("not cooperative", "non cooperative")}
    assert "designed by" in games.schema.facet("designer").words


def test_numbers_with_words_for_critiques(games: Card):
    assert number_roles(games) == {
        "year_published": "year",
        "min_players": "count",
        "max_players": "count",
        "playing_time": "duration",
        "price": "price",
        "rating": "rating",
        "num_votes": "popularity",
    }
    price = games.schema.number("price")
    assert "cheaper" in price.less
    assert "dearer" in price.more
    assert price.unit == "USD"
    assert price.integer is False
    assert "shorter" in games.schema.number("playing_time").less
    assert "newer" in games.schema.number("year_published").more
    assert games.dates == {"released": "released"}


def test_examples_are_made_of_the_table(games: Card):
    assert any("board game" in example for example in games.examples)
    assert set(games.show) <= {*games.schema.facet_names, *games.schema.number_names}


def table(path: Path, columns: dict[str, list[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


def test_a_date_column_also_gives_the_year(tmp_path: Path):
    card = guess_card(
        table(tmp_path / "albums.csv", {"title": ["A b", "C d", "E f"], "released": ["2001-02-03", "1999-01-01", "2010-12-31"]})
    )
    assert card.dates == {"released": "released"}
    assert number_roles(card) == {"year": "year"}
    assert card.item.use == "listen to"


def test_lists_places_urls_and_keys(tmp_path: Path):
    rows = [
        {"id": i, "name": f"Hotel {i}", "latitude": 50.0 + i, "lng": 8.0, "amenities": ["pool", "bar"][: 1 + i % 2], "link": f"https://h.example/{i}",
         "isbn": f"97{i}", "is_open": i % 2 == 0}
        for i in range(20)
    ]  # fmt: skip
    (tmp_path / "hotels.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    card = guess_card(tmp_path / "hotels.jsonl")
    assert (card.id, card.title, card.lat, card.lon, card.url) == ("id", "name", "latitude", "lng", "link")
    assert [f.facet.name for f in card.facets] == ["amenity", "is_open"]
    assert card.keys == {"isbn": "isbn"}
    assert card.schema.facet("is_open").synonyms["yes"] == ("open",)


def test_names_with_commas_are_one_person(tmp_path: Path):
    names = ["King, Stephen", "Woolf, Virginia", "Le Guin, Ursula"] * 4
    card = guess_card(table(tmp_path / "books.csv", {"title": [f"Book {i}" for i in range(12)], "author": names}))
    author = card.facets[0]
    assert (author.facet.kind, author.separator) == ("person", None)
    assert card.id is None
    assert card.item.use == "read"


def test_prose_is_text_and_never_a_facet(tmp_path: Path):
    prose = [f"A long tale of number {i}, told in many words; nothing repeats here, not even {i * 7} commas." for i in range(30)]
    notes = [f"Remark {i} about it" for i in range(30)]
    card = guess_card(table(tmp_path / "t.csv", {"name": [f"N {i}" for i in range(30)], "plot": prose, "remark": notes}))
    assert card.description == "plot"
    assert card.text == ("remark",)
    assert card.facets == ()


def test_a_table_without_a_title_says_so(tmp_path: Path):
    with pytest.raises(BadInput, match=r"looks like a title .*--card"):
        guess_card(table(tmp_path / "t.csv", {"a": [1, 2], "b": [3.5, 4.5]}))


def test_event_columns(tmp_path: Path):
    path = table(tmp_path / "e.csv", {"customerId": [1], "product_id": [2], "stars": [5], "created_at": [0]})
    events = guess_events(path)
    assert (events.user, events.item, events.value, events.time) == ("customerId", "product_id", "stars", "created_at")
    with pytest.raises(BadInput, match="user and item"):
        guess_events(table(tmp_path / "f.csv", {"a": [1], "b": [2]}))


def test_only_bare_tables_are_guessed():
    assert is_guessed("games.csv.gz", None)
    assert not is_guessed("games.csv", Path("card.yaml"))
    assert not is_guessed("films", None)
    assert not is_guessed("movielens:x.csv", None)
