"""What is let go of when nothing is left."""

from __future__ import annotations

import numpy as np

from agent.constraints import conjunction
from agent.relaxation import blocking, relax, softness
from knowledge.base import KnowledgeBase
from knowledge.predicates import from_json
from tests.agent.scripted import must

TRADING = must({"facet": "kind", "has": ["trading"]}, "trading")
ANCIENT = must({"number": "year", "max": 1900}, "before 1900")


def everything(base: KnowledgeBase) -> np.ndarray:
    return np.ones(len(base.catalogue), dtype=np.bool_)


def test_a_range_is_widened_just_far_enough(games: KnowledgeBase) -> None:
    found = relax(games.catalogue, [TRADING, ANCIENT], everything(games), 1)
    assert found is not None
    (entry,) = found.relaxed
    years = games.catalogue.number("year")[games.catalogue.select(from_json(TRADING["where"]))]
    assert entry["where"] == ANCIENT["where"]
    assert entry["to"] == {"number": "year", "max": float(np.nanmin(years))}
    assert found.constraints[0]["where"] == TRADING["where"]


def test_what_was_said_earlier_gives_way_first(games: KnowledgeBase) -> None:
    old, new = {**TRADING, "turn": 1}, {**must({"facet": "designer", "has": ["Hal Ito"]}, "by Hal Ito"), "turn": 2}
    found = relax(games.catalogue, [old, new], everything(games), 1, turn=2)
    assert found is not None
    assert [r["words"] for r in found.relaxed] == ["trading"]


def test_exclusions_classes_and_standing_conditions_always_hold(games: KnowledgeBase) -> None:
    no_sea = must({"not": {"facet": "theme", "has": ["sea"]}}, "no sea")
    sea = must({"facet": "theme", "has": ["sea"]}, "sea", standing=True)
    assert relax(games.catalogue, [no_sea, sea], everything(games), 1) is None
    assert softness(from_json({"facet": "age", "has": ["6"]}), games.schema) is None
    assert softness(from_json(no_sea["where"]), games.schema) is None


def test_several_conditions_go_only_when_one_is_not_enough(games: KnowledgeBase) -> None:
    people = must({"facet": "designer", "has": ["Hal Ito"]}, "by Hal Ito")
    desert = must({"facet": "theme", "has": ["desert"]}, "desert")
    found = relax(games.catalogue, [people, TRADING, ANCIENT, desert], everything(games), 1)
    assert found is not None
    assert len(found.relaxed) == 2
    left = games.catalogue.select(conjunction(found.constraints))
    assert left.any()


def test_blocking_counts_what_each_removal_would_leave(games: KnowledgeBase) -> None:
    first, second = blocking(games.catalogue, [TRADING, ANCIENT], everything(games))
    assert first["words"] == "before 1900"
    assert first["without"] == int(games.catalogue.select(from_json(TRADING["where"])).sum())
    assert second["without"] == 0
