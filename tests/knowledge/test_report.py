"""The data report: figures that can be checked by hand, and plain words about what is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.items import Item
from knowledge.report import Report, report_of, report_text
from knowledge.report_page import report_html
from knowledge.schema import Facet, Number, Schema
from knowledge.sources import Events, MemorySource
from tests.knowledge.games import SCHEMA, shelf


def report(tmp_path: Path, source: MemorySource, encoder: str | None = None) -> Report:
    build(source, tmp_path / "b", encoder=encoder)
    return report_of(KnowledgeBase.open(tmp_path / "b"))


def test_figures(tmp_path: Path):
    again = [*shelf(), replace(shelf()[0], id="ark-too", title="The ARK!"), Item(id="ark-old", title="Ark", numbers={"year": 1950.0})]
    events = Events.of([("u1", "ark", 1.0, 1.0), ("u1", "echo", -1.0, 2.0), ("u2", "ark", 1.0, 1.0)])
    found = report(tmp_path, MemorySource(SCHEMA, again, events=events))
    genre = found.facets[0]
    assert (genre.name, genre.values, genre.coverage) == ("genre", 4, 5 / 8)
    assert genre.top[0] == ("family", 3)
    year = found.numbers[0]
    assert (year.low, year.middle, year.high, year.coverage) == (1950.0, 1999.0, 2011.0, 6 / 8)
    assert found.described == 5 / 8
    assert found.duplicates == (("The ARK!", "ark", "ark-too"),)
    assert found.interactions["interactions"] == 3
    assert found.interactions["disliked"] == 1
    assert found.interactions["items_without"] == 6 / 8
    assert found.graph["items_outside"] > 0
    assert found.dates == (("released", 4 / 8),)


@pytest.mark.parametrize(
    ("words", "column"),
    [
        ("no facet", "add a column such as category"),
        ("no number is a year", "role year"),
        ("no number is a price", "role price"),
        ("no facet is of people", "kind person"),
        ("no places", "latitude and longitude"),
        ("nobody's items are known", "under interactions"),
        ("have no description", "column of text"),
        ("without vectors", "--encoder auto"),
    ],
)
def test_what_cannot_be_asked_names_the_column_that_mends_it(words: str, column: str, tmp_path: Path):
    found = report(tmp_path, MemorySource(Schema(name="bare"), [Item(id="a", title="A"), Item(id="b", title="B")]))
    line = next(line for line in found.cannot if words in line)
    assert column in line


def test_a_rich_base_has_little_to_complain_of(tmp_path: Path):
    schema = Schema(
        name="rich",
        facets=(Facet(name="genre", askable=0.9), Facet(name="maker", kind="person")),
        numbers=(
            Number(name="year", role="year", more=("newer",), less=("older",)),
            Number(name="price", role="price"),
            Number(name="time", role="duration"),
            Number(name="dark", role="scale", low=0, high=4),
        ),
        place=True,
    )
    items = [
        Item(
            id=f"{i}",
            title=f"Thing {i}",
            description="Many words tell what this thing is like in truth.",
            facets={"genre": ("x",), "maker": ("Ada Stone",)},
            numbers={"year": 1990.0, "price": 1.0, "time": 2.0, "dark": 3.0},
            place=(1.0, 2.0),
        )
        for i in range(4)
    ]
    events = Events.of([(f"u{u}", f"{i}", 1.0, 0.0) for u in range(3) for i in range(4)])
    found = report(tmp_path, MemorySource(schema, items, events=events), "tfidf")
    assert found.cannot == ()
    assert any("'older' or 'newer'" in line for line in found.can)
    text = report_text(found)
    assert "People cannot ask" not in text
    assert "genre" in text


def test_the_page_escapes_what_it_shows(tmp_path: Path):
    schema = Schema(name="<b>", facets=(Facet(name="g"),))
    page = report_html(report(tmp_path, MemorySource(schema, [Item(id="a", title="<script>", facets={"g": ("<i>&",)})])))
    assert "<i>" not in page
    assert "&lt;i&gt;&amp;" in page
