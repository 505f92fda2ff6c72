"""Scripted dialogues over HTTP: a real server on loopback is measured with the same scripts as the agent in process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from agent.config import Settings
from agent.sommelier import Sommelier
from evaluation.dialogues.drivers import Conversation, HttpConversation, OwnConversation
from evaluation.dialogues.report import as_text
from evaluation.dialogues.run import Result, run_scripts
from evaluation.dialogues.script import Script, read_scripts
from evaluation.games import open_games
from knowledge.base import KnowledgeBase
from tests.evaluation.endpoint import Endpoint


@pytest.fixture(scope="module")
def games() -> KnowledgeBase:
    return open_games()


@pytest.fixture
def somm(games: KnowledgeBase) -> Iterator[Sommelier]:
    with Sommelier.open(games, settings=Settings(store=":memory:", brain="builtin")) as opened:
        yield opened


def _over_http(endpoint: Endpoint, games: KnowledgeBase, scripts: list[Script]) -> list[Result]:
    def open_conversation(script: Script, seed: int) -> Conversation:
        return HttpConversation(endpoint.url, model="m", base=games, user=f"{script.name}:{seed}" if script.user else None)

    return run_scripts(scripts, open_conversation, games)


def test_every_built_in_script_passes_over_http_and_shows_the_same_items(games: KnowledgeBase, somm: Sommelier) -> None:
    scripts = read_scripts(["games"])
    with Endpoint(somm, tells_items=True) as endpoint:
        results = _over_http(endpoint, games, scripts)
    assert all(r.passed for r in results), as_text(results)
    assert len(endpoint.requests) == sum(len(r.turns) for r in results)

    def own(script: Script, seed: int) -> Conversation:
        return OwnConversation(somm, user=f"own {script.name}" if script.user else None, seed=1)

    inside = run_scripts(scripts, own, games)
    assert [t.slate for r in results for t in r.turns] == [t.slate for r in inside for t in r.turns]


def test_without_the_extension_items_are_read_from_the_titles(games: KnowledgeBase, somm: Sommelier) -> None:
    scripts = [s for s in read_scripts(["games"]) if s.name in ("games, category and theme", "games, price limit sticks")]
    with Endpoint(somm, tells_items=False) as endpoint:
        results = _over_http(endpoint, games, scripts)
    assert len(results) == 2
    assert all(t.slate for r in results for t in r.turns)
    assert all(r.passed for r in results), as_text(results)


def test_buttons_are_said_in_words_and_going_back_forgets(games: KnowledgeBase, somm: Sommelier, tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(
        "- name: buttons\n  turns:\n"
        "    - say: a party game\n"
        "    - {feedback: {Copper Harbour: seen}, say: 'another party game', expect: {slate: {at_least: 1, none: [Copper Harbour]}}}\n"
        "    - {rewind: 1, say: 'a strategy game', expect: {slate: {every: {facet: category, has: [strategy]}}}}\n",
        encoding="utf-8",
    )
    with Endpoint(somm, tells_items=True) as endpoint:
        results = _over_http(endpoint, games, read_scripts([path]))
    assert all(r.passed for r in results), as_text(results)
    said = [[m["content"] for m in body["messages"] if m["role"] == "user"] for body in endpoint.requests]
    assert said == [
        ["a party game"],
        ["a party game", "I have already seen Copper Harbour. another party game"],
        ["a party game", "a strategy game"],
    ]
    assert len({body["session"] for body in endpoint.requests}) == 2
    assert all(
        [m["role"] for m in body["messages"]] == ["user", "assistant"] * (len(body["messages"]) // 2) + ["user"]
        for body in endpoint.requests
    )


def test_the_command_measures_an_endpoint(somm: Sommelier, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(
        "- name: party\n  base: games\n  turns:\n"
        "    - {say: 'a party game', expect: {slate: {at_least: 1}, intent: lookup}}\n"
        "    - {say: 'under an hour', expect: {slate: {every: {number: minutes, max: 1}}}}\n",
        encoding="utf-8",
    )
    with Endpoint(somm, tells_items=True) as endpoint:
        status = app.main(["evaluate", "dialogues", str(path), "--url", endpoint.url, "--model", "other"])
    told = capsys.readouterr().out
    assert status == 1
    assert {body["model"] for body in endpoint.requests} == {"other"}
    # An endpoint tells no intent: that is not checked, the slate is.
    assert "intent" not in told
    assert "turn 2: under an hour" in told


@pytest.mark.parametrize("status", [404, 500])
def test_an_endpoint_that_refuses_is_one_line(somm: Sommelier, tmp_path: Path, capsys: pytest.CaptureFixture[str], status: int) -> None:
    path = tmp_path / "one.yaml"
    path.write_text("- {name: a, base: games, turns: [hi]}\n", encoding="utf-8")
    with Endpoint(somm, tells_items=True, status=status) as endpoint:
        code = app.main(["evaluate", "dialogues", str(path), "--url", endpoint.url])
    told = capsys.readouterr().err.strip()
    assert code == 2
    assert str(status) in told.splitlines()[-1]
    assert "no such model" in told.splitlines()[-1]
