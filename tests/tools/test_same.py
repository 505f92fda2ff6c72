"""The fast ways of the tools give what the plain ones give, on a catalogue by dice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.items import Item
from knowledge.predicates import AllOf, Has, NotThat
from knowledge.schema import Facet, Number, Schema
from knowledge.sources.base import MemorySource
from tests.tools.running import call, context, ids, steps
from tools.candidates import Candidate, Candidates, best_few, best_first
from tools.derived import entity_idf, facet_idf, fans_in_common
from tools.fusion import CENTRE, STEEPNESS, calibrate
from tools.scope import eligible, entities_of, holding
from tools.similar import CREDIT, likeness
from tools.slate import COVERAGE, LEAST_POOL, POOL_A_PLACE, REDUNDANCY
from tools.values import distinct, entities, held, runs
from tools.wished import LEAST_LIFT, LEAST_TIMES, MOST_THEMES, NEAR_BEST, NEAREST, common_themes

# Few different values, so that many are equal.
columns = st.lists(st.sampled_from([0.0, -0.0, 0.25, 0.5, -1.0, 3.0, 1e-9]), min_size=1, max_size=60).map(np.array)


@given(scores=columns, order=st.randoms())
def test_best_first_is_the_sort_by_score_and_position(scores: np.ndarray, order: object) -> None:
    positions = np.random.default_rng(len(scores)).permutation(len(scores) * 2)[: len(scores)]
    expected = np.lexsort((positions, -scores))
    np.testing.assert_array_equal(best_first(scores, positions), expected)
    for most in (1, 3, len(scores), len(scores) + 5):
        np.testing.assert_array_equal(best_few(scores, positions, most), expected[:most])


def test_best_first_puts_nothing_to_nothing() -> None:
    empty = np.empty(0)
    assert len(best_first(empty, np.empty(0, dtype=np.int64))) == 0
    assert len(best_few(empty, np.empty(0, dtype=np.int64), 3)) == 0


def plain_calibrate(scores: np.ndarray, logarithmic: bool) -> np.ndarray:
    known = [v for v in scores if not np.isnan(v)]
    if logarithmic:
        logs = [np.log(v) for v in known if v > 0]
        lowest, most = (min(logs) if logs else 0.0), max(1e-12, max(abs(v) for v in known))
        known = [np.log(v) if v > 0 else lowest - 1.0 + v / most for v in known]
    mean, spread = np.mean(known), np.std(known)
    put = iter(
        [
            1 / (1 + np.exp(-STEEPNESS * ((v - mean) / spread - CENTRE))) if spread > 1e-9 else 1 / (1 + np.exp(STEEPNESS * CENTRE))
            for v in known
        ]
    )
    return np.array([0.0 if np.isnan(v) else next(put) for v in scores])


@pytest.mark.parametrize("source", ["similar", "graph"])
@pytest.mark.parametrize("missing", [0.0, 0.4])
def test_calibration_is_the_squashed_z_score(source: str, missing: float) -> None:
    rng = np.random.default_rng(5)
    scores = rng.normal(size=400) * 7
    scores[rng.random(400) < missing] = np.nan
    before = scores.copy()
    np.testing.assert_allclose(calibrate(scores, source), plain_calibrate(scores, source == "graph"), atol=1e-12)
    np.testing.assert_array_equal(scores, before)
    np.testing.assert_allclose(calibrate(np.full(3, 2.0), source), plain_calibrate(np.full(3, 2.0), source == "graph"))


def test_values_of_many_items_are_those_of_each(dice: KnowledgeBase) -> None:
    positions = np.array([7, 250, 0, 299, 31], dtype=np.int64)
    found, known = held(dice, positions), entities(dice)
    codes, rows = distinct(found.codes, found.rows)
    for row, position in enumerate(positions.tolist()):
        assert {known.names[c] for c in codes[rows == row]} == set(entities_of(dice, position))
    assert dict(zip(known.names, known.tells.tolist(), strict=True)) == entity_idf(dice)
    values, starts, times = runs(codes)
    assert Counter(codes.tolist()) == Counter(dict(zip(values.tolist(), times.tolist(), strict=True)))
    assert codes[starts].tolist() == values.tolist()


def test_no_item_and_no_value_are_no_entries(dice: KnowledgeBase) -> None:
    found = held(dice, np.empty(0, dtype=np.int64))
    assert len(found.rows) == len(found.codes) == 0
    assert [len(part) for part in (*distinct(found.codes, found.rows), *runs(found.codes))] == [0] * 5


def test_fans_in_common_are_counted_exactly(dice: KnowledgeBase) -> None:
    likes = (dice.interactions.matrix.toarray() > 0).astype(int)
    for position in (0, 3, 20, 299):
        found = fans_in_common(dice, position)
        assert found is not None
        np.testing.assert_array_equal(found, likes.T @ likes[:, position])


def test_likeness_by_attributes_and_scales_is_the_plain_sum(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    scales = tuple(Number(name=f"scale{i}", role="scale", low=0, high=4) for i in range(3))
    schema = Schema(name="things", facets=(Facet(name="tag", kind="tag"), Facet(name="maker", kind="person")), numbers=scales)
    made = [
        Item(
            id=f"t{at:02d}",
            title=f"T{at}",
            facets={"tag": tuple(sorted({f"v{v}" for v in rng.integers(6, size=3)})), "maker": (f"M{rng.integers(4)}",)},
            numbers={s.name: float(rng.integers(5)) for s in scales if rng.random() < 0.6},
        )
        for at in range(30)
    ]
    build(MemorySource(schema, made), tmp_path / "things", encoder=None)
    base = KnowledgeBase.open(tmp_path / "things")
    worth = {"tag": 1.0, "maker": CREDIT}
    tells = {(f, v): worth[f] * w for f in worth for v, w in facet_idf(base, f).items()}

    def plain(a: Item, b: Item) -> float:
        mine, theirs = ({(f, v) for f in worth for v in item.facets.get(f, ())} for item in (a, b))
        mass = 0.6 * sum(tells[v] for v in mine) + 0.4 * sum(tells[v] for v in theirs)
        shared = sum(tells[v] for v in mine & theirs) / mass
        apart = [abs(a.numbers[s] - b.numbers[s]) / 4 for s in a.numbers if s in b.numbers]
        near = min(1.0, max(0.0, 1.0 - 3.0 * sum(apart) / len(apart))) if apart else 0.0
        return (shared + 0.5 * near) / 1.5

    for at in (0, 11, 29):
        np.testing.assert_allclose(likeness(base, at), [plain(made[at], other) for other in made], atol=1e-6)


def test_common_themes_are_counted_value_by_value(dice: KnowledgeBase) -> None:
    _, result = steps(context(dice), ("search", {"wish": "castle river dragon"}))
    found = result.candidates
    assert isinstance(found, Candidates)
    best = sorted((c for c in found if c.signal("search")), key=lambda c: (-c.signal("search").score, c.item_id))[:NEAREST]  # type: ignore[union-attr]
    times = Counter(
        f"{name}:{value}" for c in best for name in ("kind", "theme") for value in set(dice.catalogue.item(c.item_id).facets.get(name, ()))
    )
    telling = {}
    for name, count in times.items():
        facet, _, value = name.partition(":")
        lift = (count / len(best)) / (len(dice.catalogue.facet(facet).positions(value)) / len(dice.catalogue))
        if count >= LEAST_TIMES and lift >= LEAST_LIFT:
            telling[name] = count * np.log(lift)
    top = sorted(telling.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_THEMES]
    expected = {name: weight / top[0][1] for name, weight in top if weight >= NEAR_BEST * top[0][1]}
    assert common_themes(dice, found) == pytest.approx(expected)


def plain_slate(base: KnowledgeBase, given: list[tuple[str, float]], k: int, diversity: float) -> list[str]:
    """The greedy choice spelt out, every pair compared: caps of one of a series and two of a person in every ten."""
    pool = sorted(given, key=lambda pair: (-pair[1], pair[0]))[: max(LEAST_POOL, POOL_A_PLACE * k)]
    idf, low, high = entity_idf(base), pool[-1][1], pool[0][1]
    has = {i: set(entities_of(base, base.catalogue.index(i))) for i, _ in pool}
    mass = {i: sum(idf[n] for n in names) for i, names in has.items()}
    tens = -(-k // 10)
    most = {"family": tens, "person": 2 * tens}
    chosen: list[str] = []
    while len(chosen) < min(k, len(pool)):
        covered = set().union(*(has[c] for c in chosen)) if chosen else set()
        full = {n for n, times in Counter(n for c in chosen for n in has[c]).items() if times >= most.get(n.partition(":")[0], k + 1)}
        left = [(i, s) for i, s in pool if i not in chosen]
        fit = [(i, s) for i, s in left if not has[i] & full] or left
        gains = []
        for i, score in fit:
            gain = (score - low) / (high - low)
            if chosen:
                fresh = sum(idf[n] for n in has[i] - covered) / mass[i]
                nearest = max(sum(idf[n] for n in has[i] & has[c]) / np.sqrt(mass[i] * mass[c]) for c in chosen)
                gain += diversity * (COVERAGE * fresh - REDUNDANCY * nearest)
            gains.append((-round(gain, 12), i, pool.index((i, score))))
        chosen.append(min(gains, key=lambda g: (g[0], g[2]))[1])
    return chosen


@pytest.mark.parametrize(("k", "diversity"), [(3, 1.0), (12, 1.0), (30, 2.0), (50, 0.5)])
def test_the_slate_is_the_greedy_choice(dice: KnowledgeBase, k: int, diversity: float) -> None:
    rng = np.random.default_rng(k)
    given = [(i, round(float(s), 2)) for i, s in zip(dice.catalogue.ids, rng.random(len(dice.catalogue)), strict=True)]
    ranked = tuple(Candidate(item_id=i, score=s, contributions={"x": s}) for i, s in given)
    shown = ids(call(context(dice, candidates=ranked), "slate", k=k, diversity=diversity, reasons=0))
    assert shown == plain_slate(dice, given, k, diversity)


@settings(max_examples=30, deadline=None)
@given(kinds=st.lists(st.integers(0, 13), min_size=1, max_size=40))
def test_what_holds_is_kept_and_never_changed(dice: KnowledgeBase, kinds: list[int]) -> None:
    # More predicates than are kept, some again: a kept answer is the fresh one.
    for kind in kinds:
        where = AllOf(parts=(NotThat(part=Has(facet="kind", values=(f"kind {kind}",))),))
        mask = holding(dice, where)
        np.testing.assert_array_equal(mask, dice.catalogue.select(where))
        with pytest.raises(ValueError, match="read-only"):
            mask[0] = False
        eligible(context(dice, where=where))[:] = False
        np.testing.assert_array_equal(holding(dice, where), dice.catalogue.select(where))
