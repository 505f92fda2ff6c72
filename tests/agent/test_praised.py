"""What was praised in passing says who asks; what is asked for weighs more than being like it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from agent.events import Turn
from agent.sommelier import Sommelier
from tests.agent.scripted import about, must, wants

Opened = Callable[..., Sommelier]
TRADE = must({"facet": "theme", "has": ["trade"]}, "trade")
NO_TRADE = must({"not": {"facet": "theme", "has": ["trade"]}}, "no trade")
LOVED = about("item:fog", "like")
TABLE: dict[str, dict[str, Any]] = {
    "loved it, a trading one": wants(mentions=[LOVED], constraints=[TRADE]),
    "loved it, something quiet": wants(mentions=[LOVED], wish="quiet evening"),
    "none of these": wants(others=True),
    "something like it about trade": wants(mentions=[about("item:fog", "example")], constraints=[TRADE]),
    "loved it, newer": wants(mentions=[LOVED], critiques=[{"attribute": "year", "direction": "more"}]),
    "loved it, no trade": wants(mentions=[LOVED], constraints=[NO_TRADE]),
    "loved it": wants(mentions=[LOVED]),
}


def weighed(turn: Turn) -> str | None:
    """Return the situation that `rank` was told, None where the signals were to decide."""
    found: str | None = next(dict(step["args"]).get("situation") for step in turn.plan if step["tool"] == "rank")
    return found


@pytest.mark.parametrize("say", ["loved it, a trading one", "loved it, something quiet"])
def test_a_demand_beside_a_praise_outweighs_likeness(opened: Opened, say: str) -> None:
    session = opened(TABLE).session(session_id="one")
    assert weighed(session.say(say)) == "liked"
    assert weighed(session.say("none of these")) == "liked"


@pytest.mark.parametrize("say", ["something like it about trade", "loved it, newer", "loved it, no trade", "loved it"])
def test_who_asks_for_more_of_it_gets_what_is_like_it(opened: Opened, say: str) -> None:
    assert weighed(opened(TABLE).session(session_id="one").say(say)) is None


def test_asking_for_the_like_of_it_later_counts(opened: Opened) -> None:
    session = opened(TABLE).session(session_id="one")
    assert weighed(session.say("loved it, a trading one")) == "liked"
    assert weighed(session.say("something like it about trade")) is None
