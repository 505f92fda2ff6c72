"""MovieLens in its layouts, ReDial's layout, and sources joined."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.catalogue import Catalogue
from knowledge.errors import BadInput, BadRows
from knowledge.items import Item
from knowledge.schema import Facet, Number, Schema
from knowledge.sources import Events, MemorySource, Relation
from knowledge.sources.faults import Faults
from knowledge.sources.join import JoinedSource
from knowledge.sources.movielens import MovieLensSource
from knowledge.sources.redial import RedialSource
from knowledge.sources.titles import split_title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Toy Story (1995)", ("Toy Story", 1995, ())),
        ("Matrix, The (1999)", ("The Matrix", 1999, ())),
        (
            "City of Lost Children, The (Cité des enfants perdus, La) (1995)",
            ("The City of Lost Children", 1995, ("La Cité des enfants perdus",)),
        ),
        ("Seven (a.k.a. Se7en) (1995)", ("Seven", 1995, ("Se7en",))),
        ("Avventura, L' (1960)", ("L'Avventura", 1960, ())),
        ("Headhunter  (2009)", ("Headhunter", 2009, ())),
        ("Avatar ", ("Avatar", None, ())),
        ("2001 (1968)", ("2001", 1968, ())),
        ("(500) Days of Summer (2009)", ("(500) Days of Summer", 2009, ())),
        ("Babylon 5 (1994–1998)", ("Babylon 5", 1994, ())),
        ("(1999)", ("(1999)", None, ())),
    ],
)
def test_titles(text: str, expected: tuple[str, int | None, tuple[str, ...]]):
    assert split_title(text) == expected


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_bytes(text.encode("latin-1" if "Latin" in text else "utf-8"))
    return folder


def latest(folder: Path) -> Path:
    return write(
        folder,
        movies__csv='movieId,title,genres\n1,Toy Story (1995),Animation|Comedy\n2,"Matrix, The (1999)",Sci-Fi\n3,Odd,(no genres listed)\n',
        ratings__csv="userId,movieId,rating,timestamp\n7,1,5.0,200\n7,2,0.5,100\n8,2,3.0,50\n",
        tags__csv='userId,movieId,tag,timestamp\n7,1,Pixar ,1\n8,1,pixar,2\n8,1,"toys, mostly",2\n',
        links__csv="movieId,imdbId,tmdbId\n1,0114709,862\n2,0133093,603\n3,,\n",
    )


def ml_1m(folder: Path) -> Path:
    return write(
        folder,
        movies__dat="1::Toy Story (1995)::Animation|Comedy\n2::Matrix, The (1999)::Sci-Fi\n3::Latin é (1990)::Drama\n",
        users__dat="7::F::1::10::48067\n",
        ratings__dat="7::1::5::200\n7::2::1::100\n8::2::3::50\n",
    )


def ml_100k(folder: Path) -> Path:
    flags = "|".join
    return write(
        folder,
        u__genre="unknown|0\nAnimation|1\nComedy|2\nSci-Fi|3\n\n",
        u__item="\n".join(
            [
                f"1|Toy Story (1995)|01-Jan-1995||http://x|{flags('0110')}",
                f"2|Matrix, The (1999)|01-Jan-1999||http://x|{flags('0001')}",
                f"3|Latin é (1990)|01-Jan-1990||http://x|{flags('1000')}",
            ]
        ),
        u__data="7\t1\t5\t200\n7\t2\t1\t100\n8\t2\t3\t50\n",
    )


@pytest.mark.parametrize("layout", [latest, ml_1m, ml_100k])
def test_every_movielens_layout_is_one(layout, tmp_path: Path):
    build(f"movielens:{layout(tmp_path / 'ml')}", tmp_path / "b", encoder=None)
    base = KnowledgeBase.open(tmp_path / "b")
    toy, matrix = base.catalogue.item("1"), base.catalogue.item("2")
    assert (toy.title, toy.numbers, toy.facets["genre"]) == ("Toy Story", {"year": 1995.0}, ("Animation", "Comedy"))
    assert (matrix.title, matrix.popularity) == ("The Matrix", 2.0)
    assert "genre" not in base.catalogue.item("3").facets or layout is ml_1m
    seven = base.interactions.user("7")
    assert [base.catalogue.ids[i] for i in base.interactions.sequence(seven)] == ["2", "1"]
    assert base.interactions.matrix[seven, 0] == 1.0
    assert base.interactions.matrix[seven, 1] == -1.0
    assert base.catalogue.ground("genre", "sci fi").value == "Sci-Fi"


def tagged(folder: Path, tags: list[tuple[int, int, str]], ratings: str = "") -> Catalogue:
    """Build eight films with tags (person, film, tag)."""
    titles = "".join(f"{n},Film {n} (2000),Drama\n" for n in range(1, 9))
    rows = "".join(f"{person},{film},{tag},1\n" for person, film, tag in tags)
    write(
        folder,
        movies__csv="movieId,title,genres\n" + titles,
        ratings__csv="userId,movieId,rating,timestamp\n" + (ratings or "1,1,4.0,1\n"),
        tags__csv="userId,movieId,tag,timestamp\n" + rows,
    )
    build(f"movielens:{folder}", folder / "base", encoder=None)
    return KnowledgeBase.open(folder / "base").catalogue


def test_one_persons_shelf_is_no_value_of_a_film_but_is_found(tmp_path: Path):
    shelf = [(1, film, "to see") for film in range(1, 7)]
    shared = [(1 + film % 2, film, "noir") for film in range(1, 7)]
    few = [(1, film, "heist") for film in range(1, 6)]
    catalogue = tagged(tmp_path, shelf + shared + few)
    assert set(catalogue.item("1").facets["tag"]) == {"noir", "heist"}
    assert list(catalogue.full_text("to see", 3, None)[0])


def test_a_complaint_is_no_value_of_a_film(tmp_path: Path):
    ratings = "1,1,1.5,1\n2,1,2.0,1\n1,2,4.0,1\n2,2,2.5,1\n"
    catalogue = tagged(tmp_path, [(1, 1, "boring"), (2, 1, "boring"), (1, 2, "slow"), (2, 2, "slow"), (3, 2, "moon")], ratings)
    assert "tag" not in catalogue.item("1").facets
    assert set(catalogue.item("2").facets["tag"]) == {"slow", "moon"}


def test_of_two_tags_the_one_more_people_use_comes_first(tmp_path: Path):
    catalogue = tagged(tmp_path, [(1, 1, "aardvark"), (1, 1, "zoo"), (2, 2, "zoo")])
    assert catalogue.item("1").facets["tag"] == ("zoo", "aardvark")


def test_tags_become_a_facet_and_text_and_links_become_keys(tmp_path: Path):
    build(f"movielens:{latest(tmp_path / 'ml')}", tmp_path / "b", encoder=None)
    catalogue = KnowledgeBase.open(tmp_path / "b").catalogue
    assert catalogue.item("1").facets["tag"] == ("pixar", "toys, mostly")
    assert catalogue.item("1").keys == {"imdb_id": "tt0114709", "tmdb_id": "862"}
    assert catalogue.item("3").keys == {}
    assert catalogue.full_text("toys", 3)[0].tolist() == [0]


@pytest.mark.parametrize(
    ("file", "line", "message"),
    [
        ("movies.csv", "1,Again (1999),Drama", "movies.csv row 5: id '1' stands there twice"),
        ("movies.csv", "9", "movies.csv row 5: 1 fields"),
        ("ratings.csv", "7,99,4.0,1", "ratings.csv row 5: there is no film '99'"),
        ("ratings.csv", "7,1,good,1", "ratings.csv row 5: user, film or rating is missing"),
        ("tags.csv", "7,1", "tags.csv row 5: 2 cells"),
    ],
)
def test_bad_movielens_rows(file: str, line: str, message: str, tmp_path: Path):
    folder = latest(tmp_path / "ml")
    with (folder / file).open("a", encoding="utf-8") as lines:
        lines.write(line + "\n")
    with pytest.raises(BadRows, match=message.replace("(", r"\(")):
        build(f"movielens:{folder}", tmp_path / "b", encoder=None)
    assert build(f"movielens:{folder}", tmp_path / "b", encoder=None, max_bad_rows=1).counts["items"] == 3


def redial(folder: Path) -> Path:
    (folder / "kg").mkdir(parents=True)
    info = {
        "10": {
            "name": "Heat",
            "genre": ["crime"],
            "plot": "Thieves.",
            "director": ["Michael Mann"],
            "writer": [],
            "star": ["Al Pacino"],
            "imdb_id": "tt1",
        }
    }
    (folder / "kg" / "id2info.json").write_text(json.dumps(info), encoding="utf-8")
    (folder / "movies_with_mentions.csv").write_text("movieId,movieName,nbMentions\n10,Heat (1995),5\n20,Big  (1988),2\n", encoding="utf-8")
    dialogue = {
        "conversationId": "c1",
        "initiatorWorkerId": 0,
        "respondentWorkerId": 1,
        "movieMentions": {"10": "Heat (1995)", "30": "Gone (2012)"},
        "messages": [
            {"senderWorkerId": 0, "text": "I liked @10 and  @30"},
            {"senderWorkerId": 1, "text": "Try @20! Not @10 again"},
        ],
    }
    formed = {**dialogue, "conversationId": "c2", "movieMentions": [], "initiatorQuestions": {"10": {"liked": 0}, "20": {"liked": 2}}}
    (folder / "train.jsonl").write_text(f"{json.dumps(dialogue)}\n{json.dumps(formed)}\n", encoding="utf-8")
    return folder


def test_redial_gives_items_people_dialogues_and_likings(tmp_path: Path):
    build(f"dialogues:{redial(tmp_path / 'redial')}", tmp_path / "b", encoder=None)
    base = KnowledgeBase.open(tmp_path / "b")
    heat = base.catalogue.item("10")
    assert (heat.title, heat.numbers["year"], heat.popularity, heat.description) == (
        "Heat",
        1995.0,
        4.0,
        "Thieves.",
    )
    assert heat.facets == {"genre": ("crime",), "director": ("Michael Mann",), "cast": ("Al Pacino",)}
    assert heat.keys == {"imdb_id": "tt1"}
    first = base.dialogues.dialogue("c1")
    assert [(u.speaker, u.text, u.items) for u in first.utterances] == [
        ("seeker", "I liked Heat and Gone", ("10",)),
        ("recommender", "Try Big! Not Heat again", ("20", "10")),
    ]
    assert base.dialogues.ids == ["c1", "c2"]
    one, two = (base.interactions.user(f"dialogue:c{n}") for n in (1, 2))
    assert base.interactions.matrix[one, 0] > base.interactions.matrix[one, 1] > 0
    assert base.interactions.matrix[two, 0] == -1.0
    assert base.interactions.matrix[two, 1] > 0
    assert "dialogue:c1" in base.graph
    assert not any(node.startswith("user:") for node in base.graph.nodes)


def test_redial_splits_and_faults(tmp_path: Path):
    folder = redial(tmp_path / "redial")
    (folder / "valid.jsonl").write_text("{}\nnot json\n", encoding="utf-8")
    source = RedialSource(folder, Faults(0), splits=("valid",))
    list(source.items())
    with pytest.raises(BadRows, match=r"valid\.jsonl row 1: not a dialogue"):
        source.events()
    with pytest.raises(BadInput, match=r"test.jsonl nor test_data.jsonl"):
        RedialSource(folder, Faults(0), splits=("test",)).events()


def test_sources_join_by_key_then_by_title_and_year(tmp_path: Path):
    redial(tmp_path / "redial")
    folder = latest(tmp_path / "ml")
    text = (folder / "movies.csv").read_text(encoding="utf-8")
    (folder / "movies.csv").write_text(text + "4,Big (1988),Comedy\n5,Thieves of Heat (1995),Action\n", encoding="utf-8")
    with (folder / "links.csv").open("a", encoding="utf-8") as lines:
        lines.write("5,0000001,1\n")
    with (folder / "ratings.csv").open("a", encoding="utf-8") as lines:
        lines.write("c1,5,5.0,1\nc1,4,5.0,2\n")
    manifest = build(f"dialogues:{tmp_path / 'redial'}", tmp_path / "b", with_=[f"movielens:{folder}"], encoder=None)
    base = KnowledgeBase.open(tmp_path / "b")
    assert base.catalogue.ids == ["10", "20"]
    assert "2 of 5 items have a match" in manifest.notes[0]
    heat, big = base.catalogue.items(["10", "20"])
    assert heat.facets["genre"] == ("crime",)
    assert "Thieves of Heat" in heat.aliases
    assert big.facets["genre"] == ("Comedy",)
    assert base.interactions.users == ["dialogue:c1", "dialogue:c2", "ml/c1"]
    mine = base.interactions.user("ml/c1")
    assert [base.catalogue.ids[i] for i in base.interactions.sequence(mine)] == ["10", "20"]


def small(name: str, items: list[Item], **rest) -> MemorySource:
    schema = Schema(name=name, facets=(Facet(name=f"{name}_facet"),), numbers=(Number(name="year", role="year"),))
    return MemorySource(schema, items, **rest)


def test_what_two_items_share_matches_neither_of_them():
    mine = small(
        "a",
        [
            Item(id="1", title="The Ring", numbers={"year": 2002.0}),
            Item(id="2", title="Ring", numbers={"year": 2002.0}),
            Item(id="3", title="It"),
        ],
    )
    theirs = small(
        "b",
        [Item(id="x", title="Ring", numbers={"year": 2002.0}), Item(id="y", title="It", facets={"b_facet": ("v",)})],
        events=Events.of([("u", "x", 1.0, 0.0), ("u", "y", 1.0, 0.0)]),
        relations=[Relation(head="item:y", relation="r", tail="thing:z"), Relation(head="item:x", relation="r", tail="thing:z")],
    )
    joined = JoinedSource(mine, [theirs])
    assert joined.schema().facet_names == ("a_facet", "b_facet")
    items = {item.id: item for item, _ in joined.items()}
    assert items["3"].facets == {"b_facet": ("v",)}
    assert "b_facet" not in items["1"].facets
    events = joined.events()
    assert events is not None
    assert (events.users, events.items, len(events)) == (["b/u"], ["3"], 1)
    assert [r.head for r in joined.relations()] == ["item:3"]


def test_sources_with_nothing_in_common_are_refused():
    joined = JoinedSource(small("a", [Item(id="1", title="A")]), [small("b", [Item(id="1", title="B")])])
    with pytest.raises(BadInput, match="no item of b has a match in a"):
        list(joined.items())


@pytest.mark.data
def test_the_real_data_sets(shared_data: Path, tmp_path: Path):
    source = MovieLensSource(shared_data / "ml-latest-small", Faults(0))
    items = [item for item, _ in source.items()]
    events = source.events()
    assert events is not None
    assert (len(items), len(events), len(events.users)) == (9125, 100_004, 671)
    past = RedialSource(shared_data / "redial", Faults(0))
    assert sum(1 for _ in past.items()) == 6924
    dialogues = list(past.dialogues())
    assert len(dialogues) == 9105
    assert not any("@1" in u.text for d in dialogues[:200] for u in d.utterances)
