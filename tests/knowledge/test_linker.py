"""Linking on a small made-up catalogue: what is found, what is left alone, what stays unknown."""

from __future__ import annotations

import itertools

import pytest

from knowledge.linker import Link, Linker, Name
from knowledge.schema import ItemWords

WORDS = ItemWords(singular="film", plural="films", also=("movie", "movies"), use="watch", used=("watched", "saw", "seen"))
TITLES = [
    ("heat", "Heat", 1995, 90),
    ("heat-72", "Heat", 1972, 5),
    ("alien", "Alien", 1979, 95),
    ("aliens", "Aliens", 1986, 80),
    ("alien3", "Alien 3", 1992, 40),
    ("her", "Her", 2013, 60),
    ("it", "It", 2017, 70),
    ("up", "Up", 2009, 85),
    ("us", "Us", 2019, 30),
    ("matrix", "Matrix, The (1999)", None, 99),
    ("amelie", "Amélie", 2001, 75),
    ("wall-e", "WALL·E", 2008, 74),
    ("spider", "Spider-Man", 2002, 73),
    ("godfather", "The Godfather", 1972, 97),
    ("godfather2", "The Godfather Part II", 1974, 88),
    ("lotr1", "The Lord of the Rings: The Fellowship of the Ring", 2001, 96),
    ("pulp", "Pulp Fiction", 1994, 98),
    ("seven", "Se7en", 1995, 84),
    ("oceans", "Ocean's Eleven", 2001, 66),
    ("strange", "Dr. Strangelove", 1964, 61),
    ("et", "E.T. the Extra-Terrestrial", 1982, 82),
    ("mission", "Mission: Impossible", 1996, 50),
    ("crouching", "Crouching Tiger, Hidden Dragon", 2000, 55),
    ("goodfellas", "Goodfellas", 1990, 83),
    ("shawshank", "The Shawshank Redemption", 1994, 100),
    ("comedy", "The King of Comedy", 1982, 20),
]
PEOPLE = [
    ("Quentin Tarantino", 50),
    ("Stanley Kubrick", 45),
    ("Chris Evans", 10),
    ("Luke Evans", 9),
    ("Robert De Niro", 40),
    ("Samuel L. Jackson", 38),
    ("Joel Coen", 20),
    ("Ethan Coen", 20),
]
VALUES = [
    ("genre", "comedy", ()),
    ("genre", "science-fiction", ("sci-fi",)),
    ("genre", "musical", ()),
    ("country", "USA", ("us", "american")),
]


def names() -> list[Name]:
    made = [Name(entity=f"item:{i}", kind="item", text=t, year=y, popularity=p) for i, t, y, p in TITLES]
    made.append(Name(entity="item:et", kind="item", text="E.T.", alias=True))
    made.append(Name(entity="item:lotr1", kind="item", text="LOTR", alias=True))
    made += [Name(entity=f"person:{n}", kind="person", text=n, manner="person", popularity=p) for n, p in PEOPLE]
    for kind, value, others in VALUES:
        made.append(Name(entity=f"{kind}:{value}", kind=kind, text=value, manner="value"))
        made += [Name(entity=f"{kind}:{value}", kind=kind, text=o, manner="value", alias=True) for o in others]
    made.append(Name(entity="series:Alien", kind="series", text="Alien", manner="value", firm=0.0))
    made.append(Name(entity="theme:heat", kind="theme", text="heat", manner="value", firm=0.2))
    return made


@pytest.fixture(scope="module")
def linker() -> Linker:
    return Linker.from_names(names(), WORDS, plain=("funnier", "shorter"))


def entities(links: list[Link]) -> list[str | None]:
    return [link.entity for link in links]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Something like Heat but funnier, nothing before 1990", ["item:heat"]),
        ("i loved alien and hated pulp fiction", ["item:alien", "item:pulp"]),
        ("the MATRIX was great", ["item:matrix"]),
        ("have you seen The Matrix?", ["item:matrix"]),
        ("have you seen matrix", ["item:matrix"]),
        ("I liked amelie", ["item:amelie"]),
        ("wall e", ["item:wall-e"]),
        ("Walle is cute", ["item:wall-e"]),
        ("spiderman or spider man", ["item:spider", "item:spider"]),
        ("Alien III", ["item:alien3"]),
        ("alien three", ["item:alien3"]),
        ("godfather 2", ["item:godfather2"]),
        ("The Godfather: Part Two", ["item:godfather2"]),
        ("lord of the rings", ["item:lotr1"]),
        ("LOTR please", ["item:lotr1"]),
        ("se7en was great", ["item:seven"]),
        ("oceans eleven", ["item:oceans"]),
        ("Ocean’s 11", ["item:oceans"]),
        ("doctor strangelove", ["item:strange"]),
        ("I saw E.T.", ["item:et"]),
        ("Crouching Tiger, Hidden Dragon is a favourite", ["item:crouching"]),
        ("Pulp Fiction's ending", ["item:pulp"]),
    ],
)
def test_titles_are_found_however_they_are_typed(linker: Linker, text: str, expected: list[str]) -> None:
    assert entities(linker.link(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i watched pulp ficton", ["item:pulp"]),
        ("the godfahter was good", ["item:godfather"]),
        ("goodfelas", ["item:goodfellas"]),
        ("shawshank redemtion", ["item:shawshank"]),
        ("anything by quentin tarantno", ["person:Quentin Tarantino"]),
    ],
)
def test_typos_are_forgiven(linker: Linker, text: str, expected: list[str]) -> None:
    assert entities(linker.link(text)) == expected


@pytest.mark.parametrize(
    "text", ["i watched it with her", "it was up to us", "give it to her", "is it any good", "funnier ones", "I'll heat it up"]
)
def test_common_words_are_no_titles_without_evidence(linker: Linker, text: str) -> None:
    assert [e for e in entities(linker.link(text)) if e and e.startswith("item:")] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I really liked Her and Up", ["item:her", "item:up"]),
        ('what about "It"?', ["item:it"]),
        ("Have you seen It?", ["item:it"]),
        ("Up (2009)", ["item:up"]),
    ],
)
def test_common_words_are_titles_with_evidence(linker: Linker, text: str, expected: list[str]) -> None:
    assert entities(linker.link(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected", "span"),
    [
        ("I liked Heat", "item:heat", "Heat"),
        ("I liked Heat (1972)", "item:heat-72", "Heat (1972)"),
        ("I liked Heat from 1972", "item:heat-72", "Heat from 1972"),
        ("the 1972 Heat", "item:heat-72", "the 1972 Heat"),
        ("I liked Heat, the 1972 one", "item:heat-72", "Heat, the 1972 one"),
        ("I liked Heat (1973)", "item:heat-72", "Heat (1973)"),
    ],
)
def test_a_shared_title_goes_by_year_then_popularity(linker: Linker, text: str, expected: str, span: str) -> None:
    (link,) = linker.link(text)
    assert (link.entity, link.text) == (expected, span)
    other = "item:heat" if expected == "item:heat-72" else "item:heat-72"
    assert other in dict(link.near)


def test_the_talk_so_far_settles_a_shared_title(linker: Linker) -> None:
    (link,) = linker.link("I liked Heat", context=["item:heat-72"])
    assert link.entity == "item:heat-72"


def test_a_year_nobody_has_leaves_the_title_unknown_with_the_others_near(linker: Linker) -> None:
    (link,) = linker.link("I liked Heat (1950)")
    assert link.entity is None
    assert link.year == 1950
    assert {"item:heat", "item:heat-72"} <= set(dict(link.near))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("films by Tarantino", ["person:Quentin Tarantino"]),
        ("i like kubrick", ["person:Stanley Kubrick"]),
        ("samuel jackson", ["person:Samuel L. Jackson"]),
        ("robert deniro", ["person:Robert De Niro"]),
        ("something with Evans", []),
        ("something with Luke Evans", ["person:Luke Evans"]),
    ],
)
def test_people_by_full_name_or_by_a_surname_only_one_well_known_bears(linker: Linker, text: str, expected: list[str]) -> None:
    assert [e for e in entities(linker.link(text)) if e is not None] == expected


def test_siblings_are_named_by_surname(linker: Linker) -> None:
    (link,) = linker.link("films by the Coen brothers")
    assert link.text == "Coen brothers"
    assert {link.entity, link.near[0][0]} == {"person:Joel Coen", "person:Ethan Coen"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("comedies please", ["genre:comedy"]),
        ("sci fi or scifi", ["genre:science-fiction", "genre:science-fiction"]),
        ("the king of comedy", ["item:comedy"]),
        ("tell us", []),
        ("US films", ["country:USA"]),
    ],
)
def test_facet_values_and_longest_match(linker: Linker, text: str, expected: list[str]) -> None:
    assert entities(linker.link(text)) == expected


def test_a_title_goes_before_the_series_and_the_theme_of_its_name(linker: Linker) -> None:
    (link,) = linker.link("something like alien")
    assert link.entity == "item:alien"
    assert "series:Alien" in dict(link.near)
    assert entities(linker.link("films about heat")) == ["theme:heat"]


def test_a_list_carries_evidence_to_its_members(linker: Linker) -> None:
    assert entities(linker.link("heat or goodfellas")) == ["item:heat", "item:goodfellas"]


@pytest.mark.parametrize(
    "text", ["have you seen Blarghfoo?", "have you seen blarghfoo", 'what about "Blarghfoo Nights"?', "I loved Blarghfoo Nights"]
)
def test_unknown_names_stay_unknown(linker: Linker, text: str) -> None:
    (link,) = linker.link(text)
    assert link.entity is None
    assert link.text.lower().startswith("blarghfoo")


def test_unknown_names_keep_near_misses(linker: Linker) -> None:
    (link,) = linker.link('have you seen "The Godmother of Alien Fiction"?')
    assert link.entity is None
    assert all(0 < score <= 1 for _, score in link.near)
    assert linker.near("shawshank")[0][0] == "item:shawshank"


def test_a_main_title_too_plain_to_stand_alone_is_no_name(linker: Linker) -> None:
    assert linker.link("my mission today") == []


@pytest.mark.parametrize("text", ["", "   ", "?!", "🙂", "…", "a" * 5000, "1995", "((((", "\x00"])
def test_odd_text_gives_no_items_and_no_error(linker: Linker, text: str) -> None:
    assert [link for link in linker.link(text) if link.entity is not None] == []


def test_links_are_ordered_apart_and_say_what_they_cover(linker: Linker) -> None:
    text = "Loved Alien and The Matrix, hated Heat (1995), want comedies with Tarantino and Blarghfoo"
    links = linker.link(text)
    assert len(links) >= 5
    assert all(a.end <= b.start for a, b in itertools.pairwise(links))
    assert all(text[link.start : link.end] == link.text and 0 < link.score <= 1 for link in links)
    assert links == Linker.from_names(names(), WORDS, plain=("funnier", "shorter")).link(text)
