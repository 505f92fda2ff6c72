"""Fusion, critiques and tastes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from knowledge.base import KnowledgeBase
from knowledge.errors import BaseDamaged
from knowledge.predicates import Has
from tests.tools.running import call, context, ids, steps
from tests.tools.toy import toy_base
from tools.base import BadArguments, Taste
from tools.fusion import DEFAULT_WEIGHTS, calibrate, weights_for


def test_calibration_keeps_order_and_gives_nothing_for_no_score() -> None:
    scores = np.array([0.3, np.nan, 0.9, 0.1, 0.9])
    put = calibrate(scores, "search")
    assert put[1] == 0.0
    assert put[2] == put[4] > put[0] > put[3] > 0.0
    assert put.max() <= 1.0


def test_calibration_of_magnitudes_keeps_dislikes_last() -> None:
    put = calibrate(np.array([1e-2, 1e-6, -1e-3, 0.0, -1e-2]), "graph")
    assert put[0] > put[1] > put[3] > put[2] > put[4]


def test_calibration_of_equal_scores_is_equal() -> None:
    assert len(set(calibrate(np.full(7, 0.4), "popular").tolist())) == 1
    assert calibrate(np.full(3, np.nan)).tolist() == [0.0, 0.0, 0.0]


def test_scores_of_the_fixed_scale_are_taken_as_they_are() -> None:
    assert calibrate(np.array([0.0, 0.25, np.nan, 1.0]), "wish").tolist() == [0.0, 0.25, 0.0, 1.0]


def test_fitted_weights_override_the_defaults(bases: Path) -> None:
    base = toy_base(bases / "fitted")
    assert weights_for(base, "history") == DEFAULT_WEIGHTS["history"]
    base.fitted.mkdir()
    (base.fitted / "fusion.json").write_text(json.dumps({"history": {"graph": 3.5}}))
    assert weights_for(base, "history")["graph"] == 3.5
    assert weights_for(base, "history")["collaborative"] == DEFAULT_WEIGHTS["history"]["collaborative"]
    (base.fitted / "fusion.json").write_text("[")
    with pytest.raises(BaseDamaged, match=r"fusion\.json"):
        weights_for(base, "history")


def test_a_critique_really_moves(games: KnowledgeBase) -> None:
    target = {"number": "minutes", "direction": "less", "of": ["item:harbour"]}
    _, result = steps(context(games), ("similar", {"items": ["harbour"]}), ("rank", {"targets": [target]}))
    minutes = games.catalogue.number("minutes")
    shorter = [minutes[games.catalogue.index(i)] < 90 for i in ids(result)]
    assert shorter == sorted(shorter, reverse=True)
    assert result.data["fits"] == sum(shorter) == 7


def test_a_critique_relative_to_a_value_and_to_several_items(games: KnowledgeBase) -> None:
    for target in (
        {"number": "funny", "direction": "more", "from": 1},
        {"number": "funny", "direction": "more", "of": ["moon", "signal", "lantern"]},
    ):
        _, result = steps(context(games), ("popular", {}), ("rank", {"targets": [target]}), ("slate", {"k": 2}))
        assert sorted(ids(result)) == ["gnomes", "pirates"]


def test_a_wish_without_reference_goes_towards_that_end(games: KnowledgeBase) -> None:
    _, result = steps(
        context(games), ("popular", {}), ("rank", {"targets": [{"number": "heavy", "direction": "more"}]}), ("slate", {"k": 5})
    )
    heavy = games.catalogue.number("heavy")
    assert all(heavy[games.catalogue.index(i)] >= 2 for i in ids(result))


def test_beyond_the_end_of_a_scale_staying_there_fits(games: KnowledgeBase) -> None:
    _, result = steps(context(games), ("popular", {}), ("rank", {"targets": [{"number": "funny", "direction": "more", "of": ["gnomes"]}]}))
    assert result.data["fits"] == 2


def test_an_item_that_moves_too_little_or_too_far_stands_behind_the_step_asked_for(games: KnowledgeBase) -> None:
    target = {"number": "year", "direction": "less", "strength": 0.5, "of": ["signal"]}
    _, result = steps(context(games), ("rank", {"targets": [target]}))
    assert ids(result)[-3:] == ["harbour", "quiet", "signal"] or ids(result)[-1] in {"moon", "signal"}
    order = ids(result)
    assert order.index("gnomes") < order.index("quiet")


def test_an_unknown_number_is_a_bad_argument_that_names_the_known(games: KnowledgeBase) -> None:
    with pytest.raises(BadArguments, match="minutes"):
        call(context(games), "rank", targets=[{"number": "colour", "direction": "more"}])


def test_preferred_values_lift(games: KnowledgeBase) -> None:
    _, result = steps(context(games), ("popular", {}), ("rank", {"prefer": ["theme:forest", "kind:puzzle"]}))
    assert ids(result)[:2] == ["lantern", "fog"]


def test_what_is_disliked_stands_last_unless_asked_for(games: KnowledgeBase) -> None:
    taste = Taste(liked={"person:Bo Cho": 1.0}, disliked={"theme:sea": 1.0})
    _, result = steps(context(games, taste=taste), ("popular", {}), ("rank", {}))
    assert set(ids(result)[-4:]) == {"harbour", "harbour-2", "harbour-3", "pirates"}
    _, shown = steps(context(games, taste=taste), ("popular", {}), ("rank", {}), ("slate", {"k": 12}))
    assert not {"harbour", "pirates"} & set(ids(shown))
    asked = context(games, taste=taste, where=Has(facet="theme", values=("sea",)))
    _, wanted = steps(asked, ("popular", {}), ("rank", {}))
    assert all((c.contributions.get("against", 0.0) == 0.0) for c in wanted.candidates or ())


def test_situation_follows_the_signals(games: KnowledgeBase) -> None:
    assert steps(context(games), ("popular", {}), ("rank", {}))[1].data["situation"] == "cold"
    assert steps(context(games), ("graph", {"seeds": [{"entity": "theme:sea"}]}), ("rank", {}))[1].data["situation"] == "history"
    assert steps(context(games), ("search", {"wish": "spice"}), ("rank", {}))[1].data["situation"] == "wish"
    assert steps(context(games), ("similar", {"items": ["fog"]}), ("search", {"wish": "x"}), ("rank", {}))[1].data["situation"] == "seeds"


def test_keep_cuts_by_fused_score_only(games: KnowledgeBase) -> None:
    _, everything = steps(context(games), ("popular", {}), ("rank", {}))
    _, few = steps(context(games), ("popular", {}), ("rank", {"keep": 4}))
    assert ids(few) == ids(everything)[:4]
