"""The catalogue: records, exact filters against a plain reading of each item, full text, grounding."""

from __future__ import annotations

import math
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.catalogue import Catalogue, write_catalogue
from knowledge.errors import BadInput, BaseDamaged
from knowledge.items import Item
from knowledge.predicates import (
    AllOf,
    AnyOf,
    Contains,
    Has,
    HasAll,
    Known,
    Near,
    NotThat,
    OneOf,
    Predicate,
    Since,
    Within,
    from_json,
    to_json,
)
from knowledge.schema import Facet, Number, Schema
from tests.knowledge.games import SCHEMA, shelf


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder = tmp_path_factory.mktemp("shelf")
    write_catalogue(folder, reversed(shelf()), SCHEMA, {"flux": "ever changing rules"})
    return Catalogue(folder, SCHEMA)


def chosen(catalogue: Catalogue, predicate: Predicate) -> list[str]:
    return [catalogue.ids[i] for i in np.flatnonzero(catalogue.select(predicate))]


def test_ids_are_sorted_and_positions_agree(catalogue: Catalogue):
    assert catalogue.ids == ["ark", "borealis", "cafe", "dune", "echo", "flux"]
    assert [catalogue.index(i) for i in catalogue.ids] == list(range(6))
    assert catalogue.titles[catalogue.index("cafe")] == "Café Society"
    assert len(catalogue) == 6
    assert "ark" in catalogue
    assert "nothing" not in catalogue
    with pytest.raises(KeyError):
        catalogue.index("nothing")


def test_an_item_comes_back_as_it_went_in(catalogue: Catalogue):
    assert {item.id: item for item in catalogue.all_items()} == {item.id: item for item in shelf()}
    assert catalogue.items(["flux", "ark", "flux"]) == [shelf()[5], shelf()[0], shelf()[5]]
    with pytest.raises(KeyError):
        catalogue.item("nothing")


def test_arrays_follow_the_items(catalogue: Catalogue):
    assert catalogue.popularity.tolist() == [3.0, 0, 0, 0, 0, 0]
    years = catalogue.number("year")
    assert years[0] == 1999.0
    assert math.isnan(years[3])
    genre = catalogue.facet("genre")
    assert genre.values == ["adventure", "family", "party", "science-fiction"]
    assert genre.counts.tolist() == [1, 2, 1, 2]
    assert genre.positions("family").tolist() == [0, 2]
    assert genre.positions("nobody's").tolist() == []
    assert genre.of(1) == ("science-fiction", "adventure")
    assert genre.of(5) == ()
    assert genre.count_within(np.array([True, True, False, False, False, False])).tolist() == [1, 1, 0, 1]


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (Has(facet="genre", values=("family",)), ["ark", "cafe"]),
        (Has(facet="genre", values=("Family",)), ["ark", "cafe"]),
        (Has(facet="genre", values=("party", "adventure")), ["borealis", "cafe"]),
        (Has(facet="genre", values=("opera",)), []),
        (Has(facet="genre", values=()), []),
        (HasAll(facet="tag", values=("animals", "boats")), ["ark"]),
        (HasAll(facet="tag", values=()), ["ark", "borealis", "cafe", "dune", "echo", "flux"]),
        (Within(number="year", low=1999, high=2005), ["ark", "borealis", "echo"]),
        (Within(number="year", low=2005), ["borealis", "cafe"]),
        (Within(number="year", high=1999), ["ark", "echo"]),
        (Within(number="year"), ["ark", "borealis", "cafe", "echo"]),
        (Since(date="released", start="1999-06"), ["borealis", "echo"]),
        (Since(date="released", start="1999", end="1999"), ["ark", "echo"]),
        (Since(date="released", start="2005-06-01"), []),
        (Near(lat=52.4, lon=13.1, km=30), ["ark"]),
        (Near(lat=50.0, lon=8.0, km=20_100), ["ark", "borealis"]),
        (Contains(text="animals"), ["ark", "echo"]),
        (Contains(text="animal BOAT"), ["ark"]),
        (Contains(text="noahs"), ["ark"]),
        (Contains(text="cafe"), ["cafe"]),
        (Contains(text="changing"), ["flux"]),
        (Contains(text="  "), []),
        (Contains(text='" OR 1'), []),
        (Known(attribute="maker"), ["ark", "borealis", "dune", "echo"]),
        (Known(attribute="minutes"), ["ark", "borealis", "dune", "echo"]),
        (Known(attribute="released"), ["ark", "borealis", "echo"]),
        (Known(attribute="description"), ["ark", "borealis", "cafe", "echo"]),
        (Known(attribute="image"), ["ark"]),
        (Known(attribute="place"), ["ark", "borealis"]),
        (OneOf(items=("echo", "nothing", "ark")), ["ark", "echo"]),
        (AllOf(parts=()), ["ark", "borealis", "cafe", "dune", "echo", "flux"]),
        (AnyOf(parts=()), []),
        (NotThat(part=Has(facet="genre", values=("family",))), ["borealis", "dune", "echo", "flux"]),
    ],
)
def test_each_predicate(catalogue: Catalogue, predicate: Predicate, expected: list[str]):
    assert chosen(catalogue, predicate) == expected
    assert chosen(catalogue, from_json(to_json(predicate))) == expected


@pytest.mark.parametrize(
    ("predicate", "hint"),
    [
        (Has(facet="genres", values=("family",)), "'genre'"),
        (Within(number="yaer", low=1), "'year'"),
        (Since(date="release", start="1999"), "'released'"),
        (Known(attribute="makr"), "'maker'"),
        (Since(date="released", start="soon"), "YYYY"),
        (Near(lat=91, lon=0, km=1), "-90..90"),
    ],
)
def test_an_unknown_attribute_names_the_nearest(catalogue: Catalogue, predicate: Predicate, hint: str):
    with pytest.raises(BadInput, match=hint):
        catalogue.select(predicate)


def test_a_selection_belongs_to_the_caller(catalogue: Catalogue):
    mask = catalogue.select(Known(attribute="image"))
    mask[:] = False
    assert chosen(catalogue, Known(attribute="image")) == ["ark"]
    with pytest.raises(ValueError, match="read-only"):
        catalogue.number("year")[0] = 0


GENRES = ("a", "b", "c")
NUMBERS = st.one_of(st.none(), st.integers(-3, 3).map(float))
ITEMS = st.lists(st.tuples(st.lists(st.sampled_from(GENRES), unique=True, max_size=3), NUMBERS), min_size=1, max_size=12)
LEAVES: st.SearchStrategy[Predicate] = st.one_of(
    st.builds(Has, facet=st.just("g"), values=st.lists(st.sampled_from((*GENRES, "z")), max_size=2).map(tuple)),
    st.builds(HasAll, facet=st.just("g"), values=st.lists(st.sampled_from(GENRES), max_size=2).map(tuple)),
    st.builds(Within, number=st.just("n"), low=NUMBERS, high=NUMBERS),
    st.builds(Known, attribute=st.sampled_from(("g", "n"))),
)
PREDICATES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(NotThat, part=inner),
        st.builds(AllOf, parts=st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, parts=st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


def holds(item: Item, predicate: Predicate) -> bool:
    """The plain reading of a predicate, one item at a time."""
    values, number = item.facets.get("g", ()), item.numbers.get("n")
    match predicate:
        case Has(values=wanted):
            return any(v in values for v in wanted)
        case HasAll(values=wanted):
            return all(v in values for v in wanted)
        case Within(low=low, high=high):
            return number is not None and (low is None or number >= low) and (high is None or number <= high)
        case Known(attribute="g"):
            return bool(values)
        case Known():
            return number is not None
        case NotThat(part=part):
            return not holds(item, part)
        case AllOf(parts=parts):
            return all(holds(item, p) for p in parts)
        case AnyOf(parts=parts):
            return any(holds(item, p) for p in parts)
    raise AssertionError(predicate)


@settings(max_examples=150, deadline=None)
@given(rows=ITEMS, predicate=PREDICATES, other=PREDICATES)
def test_a_filter_is_exact_and_never_widens(tmp_path_factory: pytest.TempPathFactory, rows, predicate: Predicate, other: Predicate):
    schema = Schema(name="t", facets=(Facet(name="g"),), numbers=(Number(name="n"),))
    items = [
        Item(id=f"{at:02}", title="x", facets={"g": tuple(g)} if g else {}, numbers={} if n is None else {"n": n})
        for at, (g, n) in enumerate(rows)
    ]
    folder = tmp_path_factory.mktemp("random")
    write_catalogue(folder, items, schema)
    catalogue = Catalogue(folder, schema)
    mask = catalogue.select(predicate)
    assert mask.tolist() == [holds(item, predicate) for item in items]
    both = catalogue.select(AllOf(parts=(predicate, other)))
    assert not (both & ~mask).any()


def test_full_text_ranks_titles_first_and_keeps_to_the_mask(catalogue: Catalogue):
    found, scores = catalogue.full_text("animal echo", 10)
    assert [catalogue.ids[i] for i in found] == ["echo", "ark"]
    assert scores[0] > scores[1] > 0
    only = np.array([i == "ark" for i in catalogue.ids])
    assert catalogue.full_text("animal echo", 10, only)[0].tolist() == [0]
    assert catalogue.full_text("animal echo", 1)[0].tolist() == [4]
    assert catalogue.full_text("zzz", 5)[0].tolist() == []
    assert catalogue.full_text("", 5)[0].tolist() == []
    assert catalogue.full_text('what is "this" AND (that', 5)[0].dtype == np.int64


def test_full_text_finds_people_aliases_and_further_text(catalogue: Catalogue):
    for query, expected in (("something by tarantino", "dune"), ("noahs boat", "ark"), ("changing rules", "flux")):
        assert catalogue.ids[catalogue.full_text(query, 1)[0][0]] == expected


@pytest.mark.parametrize(
    ("facet", "text", "value"),
    [
        ("genre", "Family", "family"),
        ("genre", "sci-fi", "science-fiction"),
        ("genre", "SciFi", "science-fiction"),
        ("genre", "science fiction", "science-fiction"),
        ("genre", "families", "family"),
        ("genre", "parties", "party"),
        ("genre", "opera", None),
        ("genre", "", None),
        ("maker", "Tarantino", "Quentin Tarantino"),
        ("maker", "quentin tarrantino", "Quentin Tarantino"),
        ("maker", "tarrantino", "Quentin Tarantino"),
        ("maker", "Birch", None),
        ("tag", "animal", "animals"),
    ],
)
def test_grounding(catalogue: Catalogue, facet: str, text: str, value: str | None):
    assert catalogue.ground(facet, text).value == value


def test_grounding_keeps_near_misses(catalogue: Catalogue):
    birch = catalogue.ground("maker", "Birch")
    assert set(birch.near) == {"Bo Birch", "Cy Birch"}
    assert catalogue.ground("genre", "famly drama").near[:1] == ("family",)
    with pytest.raises(BadInput, match="'genre'"):
        catalogue.ground("genra", "family")


def test_the_sql_side_is_read_only(catalogue: Catalogue):
    connection = catalogue.connect()
    assert connection.execute("SELECT title FROM items WHERE year > 2000 ORDER BY year").fetchall() == [("Borealis",), ("Café Society",)]
    with pytest.raises(Exception, match="readonly"):
        connection.execute("DELETE FROM items")
    connection.close()


def test_several_threads_read_the_same(catalogue: Catalogue):
    wanted = catalogue.select(Has(facet="genre", values=("family",))).tolist()
    results: list[object] = []

    def read() -> None:
        fresh = Catalogue(catalogue._path.parent, SCHEMA)
        for shared in (catalogue, fresh):
            results.append(shared.select(Has(facet="genre", values=("family",))).tolist())
            results.append(shared.item("ark").title == "Ark" and shared.full_text("animals", 1)[0].tolist() == [4] and wanted)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [wanted] * 32


def test_writing_refuses_nothing_and_doubles(tmp_path: Path):
    with pytest.raises(BadInput, match="no items"):
        write_catalogue(tmp_path, [], SCHEMA)
    with pytest.raises(BadInput, match="'a'"):
        write_catalogue(tmp_path, [Item(id="a", title="A"), Item(id="a", title="B")], SCHEMA)


def test_the_same_items_give_the_same_bytes(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_catalogue(tmp_path / name, shelf(), SCHEMA)
    for file in ("catalogue.npz", "catalogue.sqlite"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_broken_file_is_damage(tmp_path: Path):
    write_catalogue(tmp_path, shelf(), SCHEMA)
    (tmp_path / "catalogue.npz").write_bytes(b"not a zip")
    with pytest.raises(BaseDamaged, match="sommelier build"):
        Catalogue(tmp_path, SCHEMA)
    (tmp_path / "catalogue.sqlite").unlink()
    with pytest.raises(BaseDamaged, match="missing"):
        Catalogue(tmp_path, SCHEMA)
