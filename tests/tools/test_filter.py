"""Hard constraints: exact, grounded, and clear about what blocks."""

from __future__ import annotations

import pytest

from knowledge.base import KnowledgeBase
from knowledge.predicates import Has, Within, from_json
from tests.tools.running import call, context, ids
from tools.base import BadArguments, Taste


def test_it_keeps_exactly_what_holds(games: KnowledgeBase) -> None:
    where = {
        "all": [{"facet": "kind", "has": ["strategy"]}, {"number": "minutes", "max": 110}, {"not": {"facet": "theme", "has": ["pirates"]}}]
    }
    assert ids(call(context(games), "filter", where=where)) == ["harbour", "harbour-2"]


def test_values_are_put_into_the_catalogues_own(games: KnowledgeBase) -> None:
    result = call(context(games), "filter", where={"facet": "kind", "has": ["co-op"]})
    assert ids(result) == ["fog", "lantern", "moon", "signal"]
    assert result.data["where"] == {"facet": "kind", "has": ["cooperative"]}
    assert result.data["grounded"] == [{"facet": "kind", "text": "co-op", "value": "cooperative"}]


def test_an_unknown_value_is_said_and_the_rest_is_applied(games: KnowledgeBase) -> None:
    where = {"all": [{"facet": "kind", "has": ["party"]}, {"facet": "theme", "has": ["zeppelins"]}, {"facet": "shop", "has": ["corner"]}]}
    result = call(context(games), "filter", where=where)
    assert ids(result) == ["gnomes", "pirates"]
    assert [c["text"] for c in result.data["cannot"]] == ["zeppelins", "corner"]
    assert "zeppelins" in result.note


def test_a_kind_of_entity_stands_for_all_its_facets(games: KnowledgeBase) -> None:
    assert ids(call(context(games), "filter", where={"facet": "person", "has": ["Cy Dahl"]})) == ["fog", "lantern", "signal"]
    assert ids(call(context(games), "filter", where={"facet": "designer", "has": ["Cy Dahl"]})) == ["fog", "lantern"]


def test_an_unknown_alternative_does_not_empty_the_others(games: KnowledgeBase) -> None:
    assert ids(call(context(games), "filter", where={"facet": "kind", "has": ["party", "zeppelins"]})) == ["gnomes", "pirates"]


def test_when_nothing_is_left_each_blocking_condition_is_named_with_what_its_removal_gives(games: KnowledgeBase) -> None:
    where = {"all": [{"facet": "kind", "has": ["party"]}, {"number": "heavy", "min": 3}, {"number": "year", "min": 1990}]}
    result = call(context(games), "filter", where=where)
    assert ids(result) == []
    assert [(b.predicate, b.without) for b in result.blocked] == [
        (Has(facet="kind", values=("party",)), 5),
        (Within(number="heavy", low=3.0), 2),
    ]
    assert [r["without"] for r in result.data["relax"]] == [5, 2]
    assert all(b.words for b in result.blocked)


def test_where_no_single_removal_helps_pairs_are_tried(games: KnowledgeBase) -> None:
    where = {"all": [{"facet": "kind", "has": ["party"]}, {"number": "heavy", "min": 3}, {"number": "minutes", "max": 16}]}
    result = call(context(games), "filter", where=where)
    assert result.blocked
    assert all(b.without > 0 for b in result.blocked)


def test_a_range_that_blocks_says_how_far_to_widen_it(games: KnowledgeBase) -> None:
    result = call(context(games), "filter", where={"all": [{"facet": "kind", "has": ["strategy"]}, {"number": "minutes", "max": 60}]})
    widened = next(r for r in result.data["relax"] if "nearest" in r)
    assert widened["nearest"] == {"where": {"number": "minutes", "max": 90.0}, "words": "of at most 90 minutes", "left": 1}


def test_standing_conditions_block_too(games: KnowledgeBase) -> None:
    result = call(context(games, where=Within(number="year", low=2019)), "filter", where={"facet": "kind", "has": ["party"]})
    assert {b.without for b in result.blocked} == {2}


def test_excluded_seen_and_disliked_never_return_but_named_do(games: KnowledgeBase) -> None:
    taste = Taste(disliked={"item:fog": 1.0}, seen=frozenset({"moon"}))
    ctx = context(games, taste=taste, excluded=frozenset({"signal", "lantern"}), named=frozenset({"lantern"}))
    assert ids(call(ctx, "filter", where={"facet": "kind", "has": ["cooperative"]})) == ["lantern"]


@pytest.mark.parametrize("where", [{"colour": "red"}, {"number": "year", "min": "old"}, {"facet": "kind", "has": 3}, {"all": 3}])
def test_what_is_no_predicate_is_a_bad_argument(games: KnowledgeBase, where: dict[str, object]) -> None:
    with pytest.raises(BadArguments, match="where"):
        call(context(games), "filter", where=where)


def test_a_value_of_the_wrong_kind_is_said_and_narrows_nothing(games: KnowledgeBase) -> None:
    result = call(context(games), "filter", where={"place": [52.5, 13.4], "km": 20})
    assert len(ids(result)) == 12
    assert result.data["cannot"][0]["why"]


def test_a_condition_that_holds_already_and_is_said_again_still_counts_once(games: KnowledgeBase) -> None:
    where = {"all": [{"facet": "kind", "has": ["party"]}, {"number": "heavy", "min": 3}]}
    result = call(context(games, where=from_json(where)), "filter", where=where)
    assert [b.without for b in result.blocked] == [5, 2]
