"""`sommelier chat --json`: the way anything drives the agent from outside."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import app
from agent.sommelier import Sommelier
from knowledge.base import KnowledgeBase


@pytest.fixture
def drive(
    games: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., list[dict[str, Any]]]:
    """Run the command over input lines and return the objects it wrote."""

    def run(*lines: str | dict[str, Any], **flags: str) -> list[dict[str, Any]]:
        text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        more = [part for name, value in flags.items() for part in (f"--{name}", value)]
        store = str(tmp_path / "store.sqlite")
        assert app.main(["chat", "--base", str(games.path), "--brain", "builtin", "--store", store, "--json", *more]) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_one_object_a_line_and_status_zero_at_the_end(drive: Callable[..., list[dict[str, Any]]]) -> None:
    answers = drive("a cooperative game", "", "shorter", "how many games do you have")
    assert [a["turn"] for a in answers] == [1, 2, 3]
    first = answers[0]
    assert {"turn", "reply", "slate", "request", "plan", "notices", "brain", "usage", "ms"} <= set(first)
    assert set(first["usage"]) >= {"calls", "tokens_in", "tokens_out"}
    item = first["slate"][0]
    assert {"id", "title", "score", "because", "attributes"} <= set(item)
    assert all({"kind", "text", "ids"} == set(b) for b in item["because"])
    assert all("cooperative" in i["attributes"]["kind"] for i in first["slate"])


def test_objects_carry_sessions_users_feedback_rewind_and_profile(drive: Callable[..., list[dict[str, Any]]]) -> None:
    ana, bob = {"session": "a", "user": "ana"}, {"session": "b", "user": "bob"}
    answers = drive(
        {"say": "I love Lantern", **ana},
        {"say": "a party game", **bob},
        {"feedback": {"item": "gnomes", "verdict": "dislike"}, **bob},
        {"profile": True, **ana},
        {"profile": True, **bob},
        {"rewind": 0, **ana},
        {"profile": True, **ana},
        {"forget": True, **bob},
        {"profile": True, **bob},
    )
    assert answers[0]["session"] == "a"
    assert answers[0]["turn"] == answers[1]["turn"] == 1
    assert [e["entity"] for e in answers[3]["profile"]["entries"]] == ["item:lantern"]
    assert [e["entity"] for e in answers[4]["profile"]["entries"]] == ["item:gnomes"]
    assert answers[6]["profile"]["entries"] == []
    assert answers[8]["profile"]["entries"] == []


def test_a_line_that_cannot_be_served_is_answered_and_the_next_one_too(drive: Callable[..., list[dict[str, Any]]]) -> None:
    answers = drive(
        {"feedback": {"item": "nothing", "verdict": "like"}}, {"rewind": 99}, {"what": 1}, {"say": 5}, '{"say": "broken', "hello"
    )
    assert ["error" in a for a in answers] == [True, True, True, True, False, False]
    assert "nothing" in answers[0]["error"]
    assert answers[-1]["reply"]


def test_a_session_goes_on_in_the_next_process(drive: Callable[..., list[dict[str, Any]]]) -> None:
    shown = {i["id"] for i in drive("a cooperative game", session="s", user="ana")[0]["slate"]}
    (again,) = drive("more", session="s", user="ana")
    assert again["turn"] == 2
    assert not shown & {i["id"] for i in again["slate"]}


def test_a_missing_base_is_one_line_and_status_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["chat", "--base", str(tmp_path / "none"), "--store", ":memory:", "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "sommelier build" in err


def test_talking_in_the_terminal(games: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = iter(["a cooperative game", "thanks", ""])
    monkeypatch.setattr("rich.console.Console.input", lambda *_, **__: next(said))
    assert app.main(["chat", "--base", str(games.path), "--brain", "builtin", "--store", ":memory:"]) == 0
    out = capsys.readouterr().out
    assert "knows 12 games" in out
    assert "sommelier chat --session" in out
    assert any(title in out for title in games.catalogue.titles)


def test_public_names_are_these() -> None:
    import agent

    assert set(agent.__all__) == {
        "Because", "Done", "Entry", "Event", "Failed", "Planned", "Profile", "Request", "Session", "Settings", "SlateItem", "SlateShown",
        "Sommelier", "StepFinished", "StepStarted", "TextDelta", "Turn", "Understood", "Usage", "make_graph",
    }  # fmt: skip
    assert all(getattr(agent, name) is not None for name in agent.__all__)
    assert agent.Sommelier is Sommelier
    with pytest.raises(AttributeError):
        _ = agent.Waiter  # type: ignore[attr-defined]


def test_settings_come_from_the_environment_and_are_checked() -> None:
    from dataclasses import fields

    from agent.config import Settings
    from knowledge.errors import BadInput

    found = Settings.from_environment(
        {"SOMMELIER_SLATE_SIZE": "5", "OPENAI_API_KEY": "secret", "SOMMELIER_TRACING": "yes"}, brain="builtin"
    )
    assert (found.slate_size, found.api_key, found.tracing, found.brain) == (5, "secret", True, "builtin")
    assert "secret" not in repr(found)
    with pytest.raises(BadInput, match="SOMMELIER_DEADLINE_S"):
        Settings.from_environment({"SOMMELIER_DEADLINE_S": "soon"})
    with pytest.raises(BadInput, match="between 1 and 10"):
        Settings(slate_size=50)
    with pytest.raises(BadInput):
        Settings(store="postgres://x").store_path()
    source = Path("agent/config.py").read_text(encoding="utf-8") if Path("agent/config.py").is_file() else ""
    for spec in fields(Settings):
        after = source.partition(f"    {spec.name}: ")[2].partition("\n")[2].lstrip()
        assert not source or after.startswith('"""'), f"{spec.name} is not documented"


def test_the_compiled_graph_takes_messages(games: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    import agent

    monkeypatch.setenv("SOMMELIER_BASE", str(games.path))
    monkeypatch.setenv("SOMMELIER_STORE", ":memory:")
    monkeypatch.setenv("SOMMELIER_BRAIN", "builtin")
    import asyncio

    async def run() -> Any:
        return await agent.make_graph().ainvoke({"messages": [("user", "a cooperative game")]}, {"configurable": {"thread_id": "t"}})

    state = asyncio.run(run())
    assert state["messages"][-1].content
    assert all("cooperative" in i["attributes"]["kind"] for i in state["slate"])
