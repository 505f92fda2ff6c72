"""Nearness in time to what was named: a signal of its own beside likeness."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.items import Item
from knowledge.schema import Facet, Number, Schema
from knowledge.sources.base import MemorySource
from tests.tools.running import call, context, ids, steps
from tools.similar import YEARS_APART

SCHEMA = Schema(name="films", facets=(Facet(name="genre"),), numbers=(Number(name="year", role="year"),))


def _film(name: str, year: float | None) -> Item:
    return Item(id=name, title=name.capitalize(), facets={"genre": ("comedy",)}, numbers={} if year is None else {"year": year})


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """Films of one genre that differ in nothing but their years; one has none."""
    made = [_film("loved", 1979), _film("near", 1981), _film("late", 2019), _film("early", 1931), _film("undated", None)]
    path = tmp_path_factory.mktemp("era") / "films"
    build(MemorySource(SCHEMA, made), path, encoder=None)
    return KnowledgeBase.open(path)


def _era(base: KnowledgeBase, *examples: str) -> dict[str, float]:
    found = call(context(base), "similar", items=list(examples)).candidates
    assert found is not None
    return {c.item_id: np.nan if (signal := c.signal("era")) is None else signal.score for c in found}


def test_nearness_falls_off_with_the_years_and_is_unknown_without_one(films: KnowledgeBase) -> None:
    era = _era(films, "loved")
    assert era["near"] == pytest.approx(np.exp(-2 / YEARS_APART))
    assert era["late"] == pytest.approx(np.exp(-40 / YEARS_APART))
    assert np.isnan(era["undated"])
    assert _era(films, "undated", "loved")["near"] == era["near"], "an example without a year says nothing of time"
    assert all(np.isnan(v) for v in _era(films, "undated").values())


def test_of_several_examples_it_is_the_mean(films: KnowledgeBase) -> None:
    both = _era(films, "loved", "late")
    assert both["near"] == pytest.approx((np.exp(-2 / YEARS_APART) + np.exp(-38 / YEARS_APART)) / 2)


@pytest.mark.parametrize("situation", ["liked", "seeds", "history"])
def test_of_equals_the_one_of_the_same_time_comes_first(films: KnowledgeBase, situation: str) -> None:
    _, result = steps(context(films), ("similar", {"items": ["loved"]}), ("rank", {"situation": situation}), ("slate", {"k": 1}))
    assert ids(result) == ["near"]


def test_being_of_the_same_time_is_a_reason_where_it_is_so(films: KnowledgeBase) -> None:
    plan = (("similar", {"items": ["loved"]}), ("rank", {}), ("slate", {"k": 4}))
    _, result = steps(context(films), *plan)
    told = {i: [e["text"] for e in es] for i, es in result.data["why"].items()}
    assert "from about the same time as Loved" in told["near"]
    assert not any("time" in text for i in ("late", "early", "undated") for text in told[i])


def test_who_asks_for_newer_is_not_drawn_back(films: KnowledgeBase) -> None:
    newer = {"number": "year", "direction": "more", "of": ["loved"]}
    _, result = steps(context(films), ("similar", {"items": ["loved"]}), ("rank", {"targets": [newer]}))
    assert result.candidates is not None
    assert all("era" not in c.contributions for c in result.candidates)
    assert set(ids(result)[:2]) == {"near", "late"}


def test_a_catalogue_without_years_has_no_such_signal(tmp_path: Path) -> None:
    schema = replace(SCHEMA, numbers=())
    build(MemorySource(schema, [replace(_film(n, None)) for n in ("loved", "other")]), tmp_path / "undated", encoder=None)
    assert all(np.isnan(v) for v in _era(KnowledgeBase.open(tmp_path / "undated"), "loved").values())
