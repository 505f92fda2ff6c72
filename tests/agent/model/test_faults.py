"""Two dozen ways an endpoint fails: the person gets an answer all the same, is told, and the next turn is as good as new."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from agent.errors import TurnTooSlow
from agent.events import Failed
from knowledge.base import KnowledgeBase
from tests.agent.model.conftest import Talk
from tests.agent.model.scripted_server import Honest, Reply
from tests.agent.model.scripted_server.models import is_writing

Make = Callable[[Reply], Reply]


def status(code: int, **headers: str) -> Make:
    return lambda right: Reply(status=code, error=f"status {code} secret-detail", headers=headers)


def fault(name: str) -> Make:
    return lambda right: Reply(text=right.text, fault=name)


def raw(data: bytes, kind: str = "application/json") -> Make:
    return lambda right: Reply(raw=data, kind=kind)


# name: (what comes, requests it costs at most, whether the model's answer is used in the end where the fault passes)
FAULTS: dict[str, tuple[Make, int]] = {
    "bad request": (status(400), 1),
    "bad key": (status(401), 1),
    "forbidden": (status(403), 1),
    "no such model": (status(404), 1),
    "time-out of its own": (status(408), 3),
    "conflict": (status(409), 3),
    "too large": (status(413), 1),
    "unprocessable": (status(422), 1),
    "busy": (status(429), 3),
    "busy for long": (status(429, **{"Retry-After": "3600"}), 1),
    "broken": (status(500), 3),
    "bad gateway": (lambda right: Reply(status=502, raw=b"<html>502</html>", kind="text/html"), 3),
    "unavailable": (status(503), 3),
    "hangs": (fault("hang"), 1),
    "hangs up": (fault("hang_up"), 3),
    "no JSON": (raw(b"hello"), 2),
    "empty body": (raw(b""), 2),
    "a list": (raw(b"[1, 2]"), 2),
    "no choices": (raw(json.dumps({"id": "x", "choices": []}).encode()), 2),
    "no message": (raw(json.dumps({"choices": [{}]}).encode()), 2),
    "no content": (raw(json.dumps({"choices": [{"message": {"content": None}, "finish_reason": "stop"}]}).encode()), 2),
    "an error with status 200": (raw(json.dumps({"error": {"message": "secret-detail"}}).encode()), 2),
    "filtered": (lambda right: Reply(text="", finish="content_filter"), 2),
    "refuses": (lambda right: Reply(text=None, refusal="No."), 2),
    "far too long": (fault("huge"), 1),
    "binary": (raw(bytes(range(256)), "application/octet-stream"), 2),
}

STREAM_FAULTS = ("cut", "no_end", "error_event", "bad_event", "drip", "huge", "hang", "hang_up")


@pytest.mark.parametrize("name", FAULTS)
def test_an_endpoint_that_cannot_plan(games: KnowledgeBase, talk: Talk, name: str) -> None:
    make, most = FAULTS[name]
    honest = Honest(games)
    failing = [True]
    somm, server = talk(games, lambda body: make(honest(body)) if failing[0] else honest(body), deadline_s=6.0)
    chat = somm.session()
    turn = chat.say("something like Harbour")
    assert turn.slate
    assert turn.reply
    assert turn.brain == "builtin"
    assert any("simpler, built-in" in n for n in turn.notices)
    assert "secret-detail" not in turn.reply + str(turn.notices)
    assert 1 <= len(server.requests) <= most
    failing[0] = False
    server.release.set()
    after = chat.say("more")
    assert after.brain == "model"
    assert after.slate
    assert not {i.id for i in after.slate} & {i.id for i in turn.slate}


@pytest.mark.parametrize("name", STREAM_FAULTS)
def test_an_endpoint_that_breaks_off_while_writing(games: KnowledgeBase, talk: Talk, name: str) -> None:
    honest = Honest(games)

    def script(body: dict[str, Any]) -> Reply:
        reply = honest(body)
        return Reply(text=reply.text, fault=name) if is_writing(body) else reply

    somm, _ = talk(games, script, deadline_s=6.0)
    turn = somm.session().say("something like Harbour")
    assert turn.slate
    assert all(f"**{i.title}**" in turn.reply for i in turn.slate)
    assert "xxxx" not in turn.reply
    assert turn.ms < 20_000


def test_what_passes_is_tried_again_within_the_turn(games: KnowledgeBase, talk: Talk) -> None:
    honest = Honest(games)
    left = [Reply(status=429, headers={"Retry-After": "0.05"}), Reply(status=503)]
    somm, server = talk(games, lambda body: left.pop(0) if left else honest(body))
    turn = somm.session().say("something like Harbour")
    assert turn.brain == "model"
    assert turn.usage.calls == 2
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    "lacks",
    [("json_schema",), ("json_schema", "json_object"), ("stream_options",), ("max_completion_tokens",), ("temperature",), ('"stream"',)],
)
def test_what_an_endpoint_lacks_is_found_out_once(games: KnowledgeBase, talk: Talk, lacks: tuple[str, ...]) -> None:
    somm, server = talk(games, Honest(games), lacks=lacks)
    chat = somm.session()
    first = chat.say("something like Harbour")
    assert first.brain == "model", first.notices
    before = len(server.requests)
    second = chat.say("more")
    assert second.brain == "model", second.notices
    assert len(server.requests) - before == 2


def test_nobody_at_the_address(games: KnowledgeBase, talk: Talk) -> None:
    somm, server = talk(games, Honest(games), base_url="http://127.0.0.1:9/v1", deadline_s=5.0)
    turn = somm.session().say("something like Harbour")
    assert turn.slate
    assert any("could not be reached" in n for n in turn.notices)
    assert server.requests == []


def test_a_part_of_the_turn_that_does_not_come_back_is_told_and_nothing_is_kept(
    games: KnowledgeBase, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from langgraph.errors import NodeTimeoutError

    class Stuck:
        def __init__(self, error: Exception) -> None:
            self.error = error

        async def ainvoke(self, *_: Any, **__: Any) -> None:
            raise self.error

    somm, _ = talk(games, Honest(games))
    chat = somm.session()
    for error in (NodeTimeoutError("plan", 61.0, kind="run", run_timeout=60.0), TimeoutError()):
        with monkeypatch.context() as patched:
            patched.setattr("agent.graph.turn_graph", lambda error=error: Stuck(error))
            with pytest.raises(TurnTooSlow, match="say it again"):
                chat.say("something like Harbour")
            events = list(chat.stream("something like Harbour"))
        assert isinstance(events[-1], Failed)
        assert "say it again" in events[-1].message
    assert chat.turns == ()
    assert chat.say("something like Harbour").slate
