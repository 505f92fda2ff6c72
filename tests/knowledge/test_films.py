"""The built-in catalogue: its spread, its closed lists, its sentences, and its facts against public references."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "knowledge" / "films"
GENRES = {
    "action", "adventure", "animation", "biography", "comedy", "crime", "documentary", "drama", "family", "fantasy", "film-noir",
    "history", "horror", "music", "musical", "mystery", "romance", "science-fiction", "sport", "thriller", "war", "western",
}  # fmt: skip
OCCASIONS = {
    "with kids", "date night", "rainy sunday", "late night", "with friends", "family evening", "film night with parents", "alone",
    "holiday season", "halloween", "background", "long evening", "short on time", "to cry", "to laugh", "to think", "sick day",
}  # fmt: skip
TONES = ["funny", "dark", "tense", "violent", "romantic", "sad", "warm", "weird", "slow", "cerebral", "scary", "spectacular"]
Film = dict[str, Any]


def _read(name: str) -> list[Film]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def films() -> list[Film]:
    return _read("films.jsonl")


@pytest.fixture(scope="module")
def histories() -> list[Film]:
    return _read("histories.jsonl")


def _slug(text: str) -> str:
    text = text.translate(str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "đ": "d", "ı": "i"}))
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("&", " and ").replace("'", "").replace("’", "")).strip("-")


def test_the_lines_are_sorted_and_their_ids_unique(films: list[Film]) -> None:
    ids = [film["id"] for film in films]
    assert ids == sorted(set(ids))
    assert [film["id"] for film in films if film["id"] != f"{_slug(film['title'])}-{film['year']}"] == []


def test_the_catalogue_spreads_over_times_places_and_kinds(films: list[Film]) -> None:
    abroad = [film for film in films if film["languages"][:1] != ["English"]]
    genres = Counter(genre for film in films for genre in film["genres"])
    assert len(films) >= 1500
    assert min(film["year"] for film in films) < 1930
    assert max(film["year"] for film in films) == 2025
    assert sum(film["year"] < 1980 for film in films) >= 300
    assert len(abroad) >= 450
    assert len({country for film in abroad for country in film["countries"]}) >= 30
    assert genres["animation"] >= 80
    assert genres["documentary"] >= 80
    assert sum(bool({"with kids", "family evening"} & set(film["occasions"])) for film in films) >= 100
    assert {genre for genre in GENRES if genres[genre] < 40} == set()


def test_the_people_others_ask_for_have_more_than_one_film(films: list[Film]) -> None:
    directed = Counter(person for film in films for person in film["directors"])
    played = Counter(person for film in films for person in film.get("cast", ()))
    for name, least in {
        "Akira Kurosawa": 10, "Alfred Hitchcock": 15, "Hayao Miyazaki": 8, "Christopher Nolan": 8, "Agnès Varda": 5, "Bong Joon-ho": 5,
        "Pedro Almodóvar": 8, "Joel Coen": 10, "Jane Campion": 4, "Denis Villeneuve": 6,
    }.items():  # fmt: skip
        assert directed[name] >= least, name
    for name in (
        "Tom Hanks",
        "Meryl Streep",
        "Sigourney Weaver",
        "Denzel Washington",
        "Cate Blanchett",
        "Tony Leung Chiu-wai",
        "Audrey Hepburn",
    ):
        assert played[name] >= 3, name


def test_every_value_comes_from_its_closed_list_or_range(films: list[Film]) -> None:
    for film in films:
        assert 1 <= len(film["genres"]) <= 5, film["id"]
        assert set(film["genres"]) <= GENRES, film["id"]
        assert set(film["occasions"]) <= OCCASIONS, film["id"]
        assert film["rating"] in {"all", "7", "12", "16", "18"}, film["id"]
        assert film["popularity"] in range(1, 6), film["id"]
        assert 5 <= film["runtime"] <= 600, film["id"]
        assert 5 <= len(film["keywords"]) <= 9, film["id"]
        assert len(film.get("cast", ())) <= 6, film["id"]
        assert list(film["tones"]) == TONES, film["id"]
        assert all(value in range(5) for value in film["tones"].values()), film["id"]
        assert film["directors"], film["id"]
        assert "series" in film or "series_no" not in film, film["id"]


def test_aliases_do_not_collide(films: list[Film]) -> None:
    titles = {film["title"].casefold() for film in films}
    aliases = Counter(alias.casefold() for film in films for alias in film.get("aliases", ()))
    assert [alias for alias, count in aliases.items() if count > 1] == []
    assert sorted(alias for alias in aliases if alias in titles) == []


def test_synopses_are_one_sentence_of_their_own(films: list[Film]) -> None:
    for film in films:
        assert 15 <= len(film["synopsis"].split()) <= 30, film["id"]
    grams: dict[tuple[str, ...], set[str]] = {}
    for film in films:
        words = re.findall(r"[\w']+", film["synopsis"].lower())
        for gram in zip(*(words[i:] for i in range(7)), strict=False):
            grams.setdefault(gram, set()).add(film["id"])
    assert [ids for ids in grams.values() if len(ids) > 1] == []


def test_histories_are_of_one_person_each_and_reach_every_film(films: list[Film], histories: list[Film]) -> None:
    ids = {film["id"] for film in films}
    assert len(histories) >= 500
    assert len({history["who"].casefold() for history in histories}) == len(histories)
    loved: Counter[str] = Counter()
    for history in histories:
        loves, dislikes = history["loves"], history.get("dislikes", [])
        assert 15 <= len(set(loves)) == len(loves) <= 30, history["who"]
        assert len(dislikes) <= 5, history["who"]
        assert set(loves) | set(dislikes) <= ids, history["who"]
        assert not set(loves) & set(dislikes), history["who"]
        loved.update(loves)
    assert [name for name in ids if loved[name] < 3] == []
    known = {film["id"] for film in films if film["popularity"] == 5}
    obscure = {film["id"] for film in films if film["popularity"] <= 2}
    assert sum(loved[i] for i in known) / len(known) > 1.5 * sum(loved[i] for i in obscure) / len(obscure)


def _people(names: list[str]) -> set[frozenset[str]]:
    """Names without order: references write family names first or last."""
    return {frozenset(_slug(name).split("-")) for name in names}


def _share(pairs: list[tuple[str, bool]]) -> float:
    assert len(pairs) > 500
    wrong = [name for name, right in pairs if not right]
    return 1 - len(wrong) / len(pairs)


# Looked at one by one: the reference has another film of the same name (a remake, a short, a namesake), not ours.
NAMESAKES = {
    "300-2006", "a-nightmare-on-elm-street-1984", "beauty-and-the-beast-1991", "caro-diario-1993", "cinderella-1950", "ex-machina-2014",
    "gaslight-1944", "ringu-1998", "shutter-2004", "split-2016", "the-holiday-2006", "il-postino-the-postman-1994", "toy-story-4-2019",
    "diabolique-1955", "yellow-submarine-1968", "star-trek-generations-1994", "star-trek-ii-the-wrath-of-khan-1982",
}  # fmt: skip
GENRE_NAMES = {"sci-fi": "science-fiction", "children": "family"}


def _title(text: str) -> str:
    return re.sub(r"^(the|a|an)-", "", _slug(text))


@pytest.mark.data
def test_facts_agree_with_the_named_movie_graph(films: list[Film], shared_data: Path) -> None:
    reference: dict[str, list[tuple[int, Film]]] = {}
    for record in json.loads((shared_data / "redial" / "kg" / "id2info.json").read_text(encoding="utf-8")).values():
        if match := re.match(r"(.*?)\s*\((\d{4})\)\s*$", record["name"]):
            reference.setdefault(_title(match[1]), []).append((int(match[2]), record))
    year: list[tuple[str, bool]] = []
    director: list[tuple[str, bool]] = []
    genre: list[tuple[str, bool]] = []
    cast: list[tuple[str, bool]] = []
    for film in films:
        found = [
            (abs(when - film["year"]), when, record)
            for name in (film["title"], *film.get("aliases", ()))
            for when, record in reference.get(_title(name), ())
            if abs(when - film["year"]) <= 4
        ]
        if not found or film["id"] in NAMESAKES:
            continue
        _, when, record = min(found, key=lambda entry: entry[0])
        year.append((film["id"], abs(when - film["year"]) <= 1))
        if record["director"]:
            director.append((film["id"], bool(_people(record["director"]) & _people(film["directors"]))))
        if record["genre"]:
            genre.append((film["id"], bool({GENRE_NAMES.get(g, g) for g in record["genre"]} & set(film["genres"]))))
        if record["star"] and "cast" in film:
            cast.append((film["id"], bool(_people(record["star"]) & _people(film["cast"]))))
    assert _share(year) >= 0.99
    assert _share(director) >= 0.98
    assert _share(genre) >= 0.98
    assert _share(cast) >= 0.97


@pytest.mark.data
def test_years_and_genres_agree_with_movielens(films: list[Film], shared_data: Path) -> None:
    ours = {
        (_title(name), film["year"] + slack): film
        for film in films
        for slack in (-1, 0, 1)
        for name in (film["title"], *film.get("aliases", ()))
    }
    genre = []
    with (shared_data / "ml-latest-small" / "movies.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            match = re.match(r"(.*?)(?:, (The|A|An))?(?: \(.*\))? \((\d{4})\)", row["title"])
            film = match and ours.get((_title(match[1]), int(match[3])))
            if film and row["genres"] != "(no genres listed)":
                theirs = {GENRE_NAMES.get(name.lower(), name.lower()) for name in row["genres"].split("|")}
                genre.append((film["id"], bool(theirs & set(film["genres"]))))
    assert _share(genre) >= 0.98
