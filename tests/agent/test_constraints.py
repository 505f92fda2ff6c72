"""Constraints as a conversation holds them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.constraints import matching, merge, names_value
from knowledge.base import KnowledgeBase
from knowledge.predicates import AnyOf, Has
from tests.agent.scripted import must
from tests.tools.toy import SCHEMA

WAR = {"facet": "theme", "has": ["war"]}
SEA = {"facet": "theme", "has": ["sea"]}
NO_WAR = {"not": WAR}


def wheres(merged: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    return [c["where"] for c in merged]


def test_or_lets_either_do_on_the_same_facet_only() -> None:
    assert wheres(merge([must(WAR)], [must(SEA)], widening=True)) == [{"facet": "theme", "has": ["war", "sea"]}]
    year = {"number": "year", "min": 1990.0}
    assert wheres(merge([must(WAR)], [must(year)], widening=True)) == [WAR, year]


def test_a_new_demand_on_the_same_attribute_replaces_the_old() -> None:
    assert wheres(merge([must(WAR)], [must(SEA)])) == [SEA]


def test_and_also_keeps_both_demands() -> None:
    assert wheres(merge([must(WAR)], [must(SEA)], adding=True)) == [WAR, SEA]


def test_what_is_said_in_one_breath_holds_together() -> None:
    either = {"any": [WAR, {"facet": "kind", "has": ["party"]}]}
    assert wheres(merge([], [must(either), must(SEA)])) == [either, SEA]
    assert wheres(merge([must(WAR)], [must(either), must(SEA)])) == [either, SEA]


def test_exclusions_add_up() -> None:
    assert wheres(merge([must(NO_WAR)], [must({"not": SEA})])) == [NO_WAR, {"not": SEA}]


def test_a_demand_takes_back_the_exclusion_of_its_value_only() -> None:
    both = {"not": {"facet": "theme", "has": ["war", "sea"]}}
    assert wheres(merge([must(both)], [must(WAR)])) == [{"not": SEA}, WAR]


def test_several_values_that_stand_for_one_thing_are_taken_back_as_one() -> None:
    grown_up = {"not": {"any": [SEA, WAR]}}
    assert wheres(merge([must(grown_up)], [must(WAR)])) == [WAR]
    other = {"facet": "theme", "has": ["farm"]}
    assert wheres(merge([must(grown_up)], [must(other)])) == [grown_up, other]


def test_an_exclusion_takes_its_value_out_of_an_earlier_demand() -> None:
    assert wheres(merge([must({"facet": "theme", "has": ["war", "sea"]})], [must(NO_WAR)])) == [SEA, NO_WAR]
    assert wheres(merge([must(WAR)], [must(NO_WAR)])) == [NO_WAR]


@pytest.mark.parametrize(
    ("old", "new", "left"),
    [
        ({"min": 1990}, {"max": 1999}, [{"number": "year", "min": 1990, "max": 1999}]),
        ({"min": 1990}, {"max": 1980}, [{"number": "year", "max": 1980}]),
        ({"min": 1990}, {"min": 2000}, [{"number": "year", "min": 2000}]),
        ({"min": 1990, "max": 1999}, {"min": 1960, "max": 1969}, [{"number": "year", "min": 1960, "max": 1969}]),
    ],
)
def test_ranges_meet_where_they_fit_and_replace_where_they_do_not(old: dict[str, float], new: dict[str, float], left: list[Any]) -> None:
    assert wheres(merge([must({"number": "year", **old})], [must({"number": "year", **new})])) == left


def test_ranges_of_different_numbers_stand_side_by_side() -> None:
    year, length = {"number": "year", "min": 1990, "max": 1999}, {"number": "minutes", "max": 60}
    assert wheres(merge([must(year)], [must(length)])) == [year, length]


def test_dropping_an_attribute_or_all() -> None:
    old = [must(WAR), must({"number": "year", "min": 1990})]
    assert wheres(merge(old, [], drop=["year"])) == [WAR]
    assert merge(old, [], drop=["*"]) == ()


def test_a_conjunction_is_held_as_its_parts() -> None:
    assert wheres(merge([], [must({"all": [WAR, {"number": "year", "min": 1990}]})])) == [WAR, {"number": "year", "min": 1990}]


def test_names_value_sees_people_in_any_facet_and_no_exclusions() -> None:
    assert names_value([must({"any": [{"facet": "artist", "has": ["Cy Dahl"]}]})], "person:Cy Dahl", SCHEMA)
    assert not names_value([must(NO_WAR)], "theme:war", SCHEMA)


def test_matching_finds_what_has_the_entity(games: KnowledgeBase) -> None:
    catalogue = games.catalogue
    assert matching("theme:sea", SCHEMA, catalogue) == Has(facet="theme", values=("sea",))
    assert isinstance(matching("person:Cy Dahl", SCHEMA, catalogue), AnyOf)
    assert matching("person:Nobody", SCHEMA, catalogue) is None


_VALUES = st.sampled_from(["sea", "war", "space"])
_PIECES = st.one_of(
    st.lists(_VALUES, min_size=1, max_size=2, unique=True).map(lambda v: {"facet": "theme", "has": v}),
    st.lists(_VALUES, min_size=1, max_size=2, unique=True).map(lambda v: {"not": {"facet": "theme", "has": v}}),
    st.tuples(st.integers(1980, 2000), st.integers(0, 20)).map(lambda t: {"number": "year", "min": t[0], "max": t[0] + t[1]}),
    st.integers(1980, 2020).map(lambda y: {"number": "year", "min": y}),
)


@given(st.lists(_PIECES, max_size=5), _PIECES)
def test_what_was_said_last_always_holds(old: list[dict[str, Any]], new: dict[str, Any]) -> None:
    merged: tuple[dict[str, Any], ...] = ()
    for piece in (*old, new):
        merged = merge(merged, [must(piece)])
    said = wheres(merged)[-1]
    if "number" in new:
        assert said["number"] == "year"
        assert said.get("min", -1) >= new["min"]
        assert sum("number" in w for w in wheres(merged)) == 1
    else:
        assert said == new
    demanded = {v for w in wheres(merged) if "has" in w for v in w["has"]}
    shunned = {v for w in wheres(merged) if "not" in w for v in w["not"]["has"]}
    assert not demanded & shunned
