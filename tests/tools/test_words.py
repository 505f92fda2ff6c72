"""Predicates and values in plain words."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.predicates import from_json
from knowledge.schema import Number
from tests.tools.toy import SCHEMA
from tools.words import describe, entity_words, figure, join, label


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({"facet": "kind", "has": ["party", "puzzle"]}, "party or puzzle"),
        ({"facet": "theme", "has_all": ["sea", "trade"]}, "sea and trade"),
        ({"facet": "designer", "has": ["Ana Berg"]}, "designed by Ana Berg"),
        ({"any": [{"facet": "designer", "has": ["Cy Dahl"]}, {"facet": "artist", "has": ["Cy Dahl"]}]}, "with Cy Dahl"),
        ({"not": {"facet": "kind", "has": ["party"]}}, "not party"),
        ({"number": "year", "min": 1990, "max": 1999}, "from 1990 to 1999"),
        ({"number": "year", "min": 2000}, "from 2000 on"),
        ({"number": "year", "max": 1979}, "from 1979 or before"),
        ({"number": "year", "min": 1984, "max": 1984}, "from 1984"),
        ({"number": "minutes", "max": 60}, "of at most 60 minutes"),
        ({"number": "minutes", "min": 30, "max": 60}, "of 30 to 60 minutes"),
        ({"number": "heavy", "min": 3}, "heavy"),
        ({"number": "heavy", "max": 2}, "not heavy"),
        ({"number": "funny", "max": 3}, "not too funny"),
        ({"number": "heavy"}, "with any heavy"),
        ({"text": "storm"}, "with “storm” in the text"),
        ({"known": "year"}, "with a known year"),
        ({"date": "released", "from": "2001-01-01"}, "released from 2001-01-01"),
        ({"place": [1.0, 2.0], "km": 5}, "within 5 km"),
        ({"items": ["a", "b"]}, "one of 2 games named"),
        ({"all": []}, "any game"),
        ({"all": [{"facet": "kind", "has": ["party"]}, {"number": "year", "min": 2000}]}, "party, from 2000 on"),
    ],
)
def test_a_predicate_reads_as_a_clause(where: dict[str, Any], words: str) -> None:
    assert describe(from_json(where), SCHEMA) == words


def test_numbers_lists_and_entities() -> None:
    assert figure(Number(name="price", role="price", unit="€", integer=False), 9.5) == "€9.5"
    assert figure(Number(name="weight", unit="kg", integer=False), 2.0) == "2 kg"
    assert [join(["a"]), join(["a", "b"]), join(["a", "b", "c"], "or"), join([])] == ["a", "a and b", "a, b or c", ""]
    assert [entity_words(SCHEMA, e) for e in ("kind:party", "person:Ana Berg", "family:Harbour")] == [
        "party",
        "Ana Berg",
        "part of Harbour",
    ]
    assert [label(SCHEMA, n) for n in ("minutes", "age", "shoe_size")] == ["length", "age class", "shoe size"]
