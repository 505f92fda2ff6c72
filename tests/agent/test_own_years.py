"""Years told by somebody's own life are asked for relative to it; the year of a birth is none that is asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from agent.builtin.amounts import amounts
from agent.builtin.text import read
from knowledge.base import KnowledgeBase

THIS = datetime.now(UTC).year


def years(games: KnowledgeBase, say: str) -> list[dict[str, Any]]:
    return [dict(w) for a in amounts(read(say), games.schema) for w in a.wheres if w.get("number") == "year"]


@pytest.mark.parametrize(
    ("say", "low", "high"),
    [
        ("older than me, I was born in 1985", None, 1984.0),
        ("I was born in 1985 so something older than me", None, 1984.0),
        ("something made before I was born in 1985", None, 1984.0),
        ("newer than my son, he was born in 2010", 2011.0, None),
        ("from the year I was born, 1990", 1990.0, 1990.0),
        ("I was born in 1990, the year I was born please", 1990.0, 1990.0),
        ("something from my childhood, I was born in 1980", 1984.0, 1993.0),
        ("from when I was a teenager, I was born in 1980", 1993.0, 1999.0),
        ("I'm 40, older than me please", None, THIS - 41.0),
    ],
)
def test_a_life_tells_the_years(games: KnowledgeBase, say: str, low: float | None, high: float | None) -> None:
    ends = {k: v for k, v in (("min", low), ("max", high)) if v is not None}
    assert years(games, say) == [{"number": "year", **ends}]


@pytest.mark.parametrize("say", ["I was born in 1985", "born in 1985 and still bored", "about someone born in 1900"])
def test_a_birth_asks_for_no_year(games: KnowledgeBase, say: str) -> None:
    assert years(games, say) == []


def test_a_year_without_a_life_is_a_year(games: KnowledgeBase) -> None:
    assert years(games, "from 1985") == [{"number": "year", "min": 1985.0, "max": 1985.0}]
    assert years(games, "I am 40, from 1985") == [{"number": "year", "min": 1985.0, "max": 1985.0}]
