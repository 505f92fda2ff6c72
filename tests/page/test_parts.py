"""The parts of the page as HTML: covers, cards, replies, chips of the profile, roles of a table."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.events import Because, SlateItem, StepFinished, StepStarted, TextDelta, Turn, Usage
from agent.profile import Entry
from agent.serve.cards import card
from agent.serve.cover import cover, picture
from agent.serve.own import Table, base_name, corrected, form_html, role_of
from agent.serve.paths import Chain, draw
from agent.serve.people import ago
from agent.serve.talk import Live, turn_html
from knowledge.errors import BadInput
from knowledge.schema import Facet, Number, Schema
from tests.page.boards import write_table

SCHEMA = Schema(
    name="toys",
    facets=(Facet(name="maker", kind="person"),),
    numbers=(Number(name="year", role="year"), Number(name="weight", unit="g")),
    show=("year", "maker", "weight"),
)
EVIL = '<script>alert("x")</script>'


def item(title: str = "Kite", **attributes: object) -> SlateItem:
    because = (Because(kind="attribute", text="made by Ada, like Ball", ids=()),)
    return SlateItem(id="kite", title=title, score=1.0, because=because, attributes={"year": 1990.0, "maker": ["Ada"], **attributes})


def test_what_a_language_model_cost_stands_under_the_answer() -> None:
    calls = (
        {"purpose": "plan", "tokens_in": 1979, "tokens_out": 174, "ms": 812.4},
        {"purpose": "<b>", "tokens_in": 368, "tokens_out": 37, "ms": 57.6},
    )
    usage = Usage(calls=2, tokens_in=2347, tokens_out=211, cost=0.0123, ms=870.0)
    step = {"id": "rank", "tool": "rank", "note": "ranked", "before": None, "after": 12, "ms": 3.0}
    turn = Turn(turn=1, utterance="hi", reply="Here.", brain="model", usage=usage, calls=calls, trace=(step,), ms=1234.0)
    shown = turn_html(SCHEMA, turn, {"rank": "Ranking"})
    assert "model · 2 model calls · 2,558 tokens · 1,234 ms · $0.0123" in shown
    assert "understood and planned" in shown
    assert "1,979 tokens in, 174 out" in shown
    assert "812 ms" in shown
    assert "&lt;b&gt;" in shown
    assert "<b></span>" not in shown


def test_covers_are_stable_differ_and_escape() -> None:
    assert cover("a", "One", "1990") == cover("a", "One", "1990")
    assert len({cover(str(n), "One") for n in range(40)}) > 20
    assert EVIL not in cover("a", EVIL, EVIL)
    assert "…" in cover("a", "Incomprehensibilities" * 4)


@pytest.mark.parametrize(
    "image", ["https://elsewhere.example/a.png", "//a/b.png", "/etc/passwd", "data:image/svg+xml;base64,AAAA", 'data:image/png;base64,A"x']
)
def test_pictures_elsewhere_are_never_fetched(image: str) -> None:
    assert picture("a", "One", "", image) == cover("a", "One", "")


def test_a_picture_in_the_catalogue_is_shown() -> None:
    assert 'src="data:image/png;base64,AAAA"' in picture("a", "One", "", "data:image/png;base64,AAAA")


def test_a_card_says_each_thing_once() -> None:
    html = card(SCHEMA, item(weight=80.0), 1, "It flies. Made by Ada, like Ball. 80 g.")
    assert html.count("ade by Ada, like Ball") == 1
    assert html.count("80 g") == 1
    assert "It flies." in html
    assert "1990" in html
    assert EVIL not in card(SCHEMA, item(EVIL, description=EVIL), 1)


def test_what_a_reply_says_of_an_item_stands_on_its_card() -> None:
    reply = "Two toys:\n\n- **Kite** (1990): It flies.\n- **Rope**: not shown."
    html = turn_html(SCHEMA, Turn(turn=1, utterance="toys?", reply=reply, slate=(item(),)), {})
    prose = html.partition("sm-prose")[2].partition("sm-slate")[0]
    assert "Two toys:" in prose
    assert "Rope" in prose
    assert "It flies" not in prose
    assert "It flies" in html


def test_a_turn_under_way_shows_its_step_and_then_its_words() -> None:
    live = Live(number=1, utterance=EVIL).after(StepStarted(id="filter", tool="filter", label="Filtering"))
    assert "Filtering…" in turn_html(SCHEMA, live, {})
    live = live.after(StepFinished(id="filter", tool="filter", note="2 of 9 left", before=9, after=2, ms=1.0)).after(
        TextDelta(text="Here ")
    )
    html = turn_html(SCHEMA, live, {"filter": "Filtering"})
    assert "9 → 2" in html
    assert "Here" in html
    assert EVIL not in html


def test_a_turn_tells_when_the_simpler_brain_stood_in() -> None:
    turn = Turn(turn=1, utterance="hi", reply="Hello.", brain="builtin")
    assert "simpler" in turn_html(SCHEMA, turn, {}, model=True)
    assert "simpler" not in turn_html(SCHEMA, turn, {}, model=False)


@pytest.mark.parametrize(
    ("when", "said"),
    [("11:59:30", "just now"), ("11:30:00", "30 minutes ago"), ("11:00:00", "60 minutes ago"), ("09:00:00", "3 hours ago"), ("bad", "")],
)
def test_times_are_said_as_people_say_them(when: str, said: str) -> None:
    now = datetime(2030, 5, 2, 12, tzinfo=UTC)
    assert ago(f"2030-05-02T{when}+00:00" if ":" in when else when, now) == said
    assert ago("2030-05-01T11:00:00+00:00", now) == "yesterday"
    assert ago("2029-05-01T11:00:00+00:00", now) == "1 May 2029"
    assert Entry(entity="item:a", kind="like").when == ""


def test_ways_are_drawn_with_a_text_alternative() -> None:
    chain = Chain(("item:a", "person:Ada", "item:b"), ("maker", "maker"), 0.5, ("Ball", "Ada <3", "Kite"), ("toy", "person", "toy"))
    svg = draw([chain], "Kite")
    assert 'aria-label="Ways to Kite: Ball — maker — Ada &lt;3 — maker — Kite"' in svg
    assert svg.count("<rect") == 3
    assert svg.count("sm-way") == 2


def test_guessed_roles_can_be_put_right(tmp_path: Path) -> None:
    table = Table(write_table(tmp_path / "games.csv"), "games.csv")
    roles = {column: role_of(table.card, column) for column in table.columns}
    assert roles == {
        "title": "title", "year": "year", "minutes": "duration", "category": "category", "designer": "person", "description": "description"
    }  # fmt: skip
    same = corrected(table.card, roles, name="games")
    assert same.schema.facets == table.card.schema.facets
    assert same.schema.numbers == table.card.schema.numbers
    changed = corrected(table.card, {**roles, "designer": "", "year": "category"}, name="mine", singular="toy")
    assert [f.column for f in changed.facets] == ["year", "category"]
    assert changed.item.plural == "toys"
    assert "designer" not in changed.columns
    with pytest.raises(BadInput, match="no column is the title"):
        corrected(table.card, {**roles, "title": ""}, name="games")
    with pytest.raises(BadInput, match="only one column"):
        corrected(table.card, {**roles, "designer": "title"}, name="games")
    with pytest.raises(BadInput, match="no role"):
        corrected(table.card, {**roles, "designer": "king"}, name="games")
    assert 'data-column="designer"' in form_html(table)


@pytest.mark.parametrize(
    ("name", "base"), [("My Games.csv", "my-games"), ("../../x.jsonl.gz", "x"), ("…", "catalogue"), ("a" * 90, "a" * 40)]
)
def test_names_of_bases_are_plain(name: str, base: str) -> None:
    assert base_name(name) == base
