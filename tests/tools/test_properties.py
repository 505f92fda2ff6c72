"""What holds for any plan over any catalogue, tried on random ones."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.base import KnowledgeBase
from knowledge.entities import split_entity
from knowledge.predicates import from_json
from tests.tools.running import call, context, follow, ids, steps
from tools.base import Taste, ToolContext
from tools.candidates import Candidate, Candidates, Evidence, Signal
from tools.registry import TOOLS
from tools.scope import positions_of

ITEMS = [f"g{at:06d}" for at in range(300)]
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

some_items = st.lists(st.sampled_from(ITEMS), max_size=6, unique=True)
predicates = st.recursive(
    st.one_of(
        st.builds(lambda v: {"facet": "kind", "has": [f"kind {v}"]}, st.integers(0, 13)),
        st.builds(lambda v, w: {"facet": "theme", "has_all": [f"theme {v}", f"theme {w}"]}, st.integers(0, 19), st.integers(0, 19)),
        st.builds(lambda a, b: {"number": "year", "min": a, "max": b}, st.integers(1975, 2025), st.integers(1975, 2025)),
        st.builds(lambda a: {"number": "heavy", "max": a}, st.integers(0, 4)),
        st.just({"text": "castle"}),
    ),
    lambda inner: st.one_of(
        st.builds(lambda p: {"not": p}, inner),
        st.builds(lambda ps: {"all": ps}, st.lists(inner, max_size=3)),
        st.builds(lambda ps: {"any": ps}, st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=5,
)
tastes = st.builds(
    lambda liked, disliked, seen: Taste(
        liked={f"item:{i}": 1.0 for i in liked} | {"kind:kind 1": 0.5},
        disliked={f"item:{i}": 1.0 for i in disliked} | {"theme:theme 2": 0.7},
        seen=frozenset(seen),
    ),
    some_items,
    some_items,
    some_items,
)
scoring = st.lists(
    st.sampled_from(
        [
            ("popular", {}),
            ("graph", {"seeds": [{"entity": "item:g000007"}, {"entity": "kind:kind 3", "weight": -0.5}]}),
            ("similar", {"items": ["g000003", "g000011"]}),
            ("search", {"wish": "a castle by the river"}),
        ]
    ),
    max_size=4,
    unique_by=lambda step: step[0],
)
targets = st.lists(
    st.builds(
        lambda n, d, of: {"number": n, "direction": d, "of": of},
        st.sampled_from(["year", "minutes", "heavy", "funny"]),
        st.sampled_from(["more", "less"]),
        st.lists(st.sampled_from(ITEMS), max_size=2),
    ),
    max_size=2,
)


@QUICK
@given(first=predicates, second=predicates)
def test_a_filter_never_widens_and_is_exact(dice: KnowledgeBase, first: dict[str, Any], second: dict[str, Any]) -> None:
    ctx = context(dice)
    one = call(ctx, "filter", where=first)
    two = call(follow(ctx, one, "filter"), "filter", where=second)
    assert set(ids(two)) <= set(ids(one))
    mask = dice.catalogue.select(from_json(one.data["where"])) & dice.catalogue.select(from_json(two.data["where"]))
    assert set(ids(two)) == {ITEMS[p] for p in np.flatnonzero(mask)}


@QUICK
@given(where=predicates, taste=tastes, excluded=some_items, named=some_items, scores=scoring, moves=targets, k=st.integers(1, 20))
def test_nothing_unwanted_returns_and_all_that_must_hold_holds(
    dice: KnowledgeBase,
    where: dict[str, Any],
    taste: Taste,
    excluded: list[str],
    named: list[str],
    scores: list[Any],
    moves: list[Any],
    k: int,
) -> None:
    ctx = context(dice, where=from_json(where), taste=taste, excluded=frozenset(excluded), named=frozenset(named))
    _, result = steps(ctx, ("filter", {}), *scores, ("rank", {"targets": moves}), ("slate", {"k": k}))
    disliked = {i.removeprefix("item:") for i in taste.disliked}
    gone = (set(excluded) | set(taste.seen) | disliked) - set(named)
    allowed = dice.catalogue.select(from_json(where))
    assert not gone & set(ids(result))
    assert all(allowed[dice.catalogue.index(i)] for i in ids(result))
    assert len(ids(result)) == len(set(ids(result))) <= k


@QUICK
@given(taste=tastes, scores=scoring, moves=targets, order=st.randoms(use_true_random=False))
def test_scores_and_order_do_not_depend_on_the_order_that_came_in(
    dice: KnowledgeBase, taste: Taste, scores: list[Any], moves: list[Any], order: Any
) -> None:
    shuffled = list(ITEMS)
    order.shuffle(shuffled)
    plan = [*scores, ("rank", {"targets": moves})]
    results = []
    for given_ids in (ITEMS, shuffled):
        ctx = context(dice, taste=taste, candidates=tuple(Candidate(item_id=i) for i in given_ids))
        _, ranked = steps(ctx, *plan)
        _, slate = steps(ctx, *plan, ("slate", {"k": 5}))
        results.append([(c.item_id, c.score, c.contributions) for c in ranked.candidates or ()] + ids(slate))
    assert results[0] == results[1]


@QUICK
@given(taste=tastes, scores=scoring, moves=targets)
def test_contributions_sum_to_the_score_and_order_is_by_score_then_id(
    dice: KnowledgeBase, taste: Taste, scores: list[Any], moves: list[Any]
) -> None:
    _, result = steps(context(dice, taste=taste), *scores, ("rank", {"targets": moves, "prefer": ["kind:kind 2"]}))
    found = list(result.candidates or ())
    for candidate in found:
        assert candidate.score == pytest.approx(sum(candidate.contributions.values()), abs=1e-12)
    assert found == sorted(found, key=lambda c: (-(c.score or 0.0), c.item_id))


@QUICK
@given(taste=tastes, scores=scoring, moves=targets, where=predicates)
def test_every_evidence_id_resolves_and_texts_differ(
    dice: KnowledgeBase, taste: Taste, scores: list[Any], moves: list[Any], where: dict[str, Any]
) -> None:
    ctx, result = steps(context(dice, taste=taste, where=from_json(where)), *scores, ("rank", {"targets": moves}), ("slate", {"k": 3}))
    evidence = [e for c in result.candidates or () for s in c.signals for e in s.evidence]
    evidence += call(ctx, "explain", items=ITEMS[:3]).evidence
    evidence += call(ctx, "explain", items=ITEMS[:3], mode="why_not").evidence
    for reason in evidence:
        assert reason.text
        assert reason.ids
        for name in reason.ids:
            kind, value = split_entity(name)
            if kind == "number":
                assert dice.schema.number(value)
            else:
                assert len(positions_of(dice, name)) or name in dice.graph, name


@QUICK
@given(scores=scoring, moves=targets)
def test_a_tool_never_changes_what_it_was_given(dice: KnowledgeBase, scores: list[Any], moves: list[Any]) -> None:
    ctx = context(dice)
    for tool, args in [*scores, ("rank", {"targets": moves}), ("slate", {}), ("ask", {}), ("explain", {"items": ["g000001"]})]:
        before = None if ctx.candidates is None else json.dumps(Candidates.of(dice.catalogue, ctx.candidates).to_json(), sort_keys=True)
        result = call(ctx, tool, **args)
        if ctx.candidates is not None:
            assert json.dumps(Candidates.of(dice.catalogue, ctx.candidates).to_json(), sort_keys=True) == before
        ctx = follow(ctx, result, tool)


@pytest.mark.parametrize("tool", list(TOOLS))
def test_empty_candidates_and_unknown_ids_give_typed_results(dice: KnowledgeBase, tool: str) -> None:
    if tool == "collaborative":
        pytest.importorskip("tools.rankers")
    least: dict[str, dict[str, Any]] = {
        "search": {"wish": "castle"},
        "similar": {"items": ["g000001", "item:none"]},
        "lookup": {"kind": "count"},
        "compare": {"items": ["g000001", "g000002"]},
        "explain": {"items": ["g000001", "item:none"]},
    }
    for candidates in ((), (Candidate(item_id="none"),)):
        result = call(ToolContext(base=dice, candidates=candidates), tool, **least.get(tool, {}))
        assert result.candidates is None or len(result.candidates) == 0


def test_candidates_read_like_a_tuple_and_survive_json(games: KnowledgeBase) -> None:
    why = Evidence(kind="text", text="so", ids=("item:fog",), weight=0.5)
    rows = (
        Candidate(item_id="moon", signals=(Signal(source="a", score=1.0),), score=2.0, contributions={"a": 2.0}),
        Candidate(
            item_id="fog",
            signals=(Signal(source="a", score=0.5), Signal(source="b", score=3.0, evidence=(why,))),
            score=1.0,
            contributions={"a": 1.0},
        ),
    )
    held = Candidates.of(games.catalogue, rows)
    assert held == rows
    assert (len(held), held[0], held[-1].item_id, [c.item_id for c in held[::-1]]) == (2, rows[0], "fog", ["fog", "moon"])
    assert Candidates.from_json(json.loads(json.dumps(held.to_json())), games.catalogue) == rows
    assert held.take(np.array([1])) == rows[1:]
    assert hash(held) == hash(Candidates.of(games.catalogue, rows))
