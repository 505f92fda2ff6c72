"""An adversarial writer: fake titles, items off the list, wrong facts, injected instructions. Nothing of it is shown."""

from __future__ import annotations

import os

import pytest

from agent.model import writer
from evaluation.games import open_games
from knowledge.base import KnowledgeBase
from tests.agent.model.adversary import run, utterances
from tests.agent.model.scripted_server.lies import LIES

TURNS = int(os.environ.get("SOMMELIER_ADVERSARIAL_TURNS", "30"))
"""Turns over each catalogue; the long run is `python -m tests.agent.model.adversary`."""


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nothing_an_adversarial_writer_makes_up_is_shown(films: KnowledgeBase) -> None:
    found = run(films, utterances("films"), turns=TURNS, seed=11)
    assert found.faults == []
    assert found.unnamed == 0
    assert sum(found.told.values()) > 2 * TURNS


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nor_over_another_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    games = open_games()
    found = run(games, utterances("games"), turns=TURNS, seed=12)
    assert found.faults == []
    assert found.unnamed == 0
    # What stays of the lies when nothing is checked: the judges are not blind.
    monkeypatch.setattr(writer, "false_claim", lambda *_, **__: "")
    monkeypatch.setattr(writer, "foul", lambda *_: "")
    unchecked = run(games, utterances("games"), turns=10, seed=12)
    assert len(unchecked.faults) > 10


def test_the_lies_are_of_many_kinds() -> None:
    assert len({lie.__name__ for lie in LIES}) == len(LIES) >= 45
