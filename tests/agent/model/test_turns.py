"""Turns with a well-behaved model: what is sent, what it costs, what binds."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from agent.config import Settings
from agent.events import Done, TextDelta
from agent.model.names import title_of
from agent.model.tokens import count
from agent.model.wire import judge_schema, plan_schema
from agent.sommelier import Sommelier
from knowledge.base import KnowledgeBase
from knowledge.errors import Unavailable
from tests.agent.model.conftest import Talk
from tests.agent.model.scripted_server import Honest, Reply, ScriptedServer
from tests.agent.model.scripted_server.models import is_judging, is_writing, last_json
from tests.agent.model.scripted_server.rules import strict_faults
from tools.registry import TOOLS


def test_two_calls_a_suggestion_and_one_for_an_answer(games: KnowledgeBase, talk: Talk) -> None:
    somm, server = talk(games, Honest(games), price_in=1.0, price_out=2.0)
    chat = somm.session()
    turns = [chat.say(t) for t in ("something like Harbour", "who designed the first one?", "thanks!")]
    assert [t.usage.calls for t in turns] == [2, 1, 1]
    assert [t.brain for t in turns] == ["model"] * 3
    assert len(server.requests) == 4
    assert turns[0].usage.cost == pytest.approx((turns[0].usage.tokens_in + 2 * turns[0].usage.tokens_out) / 1e6)
    assert chat.usage.calls == somm.usage().calls == 4
    assert chat.usage.tokens_in == somm.usage().tokens_in > 0


def test_prompts_are_small_and_hold_no_ids(films: KnowledgeBase, talk: Talk) -> None:
    somm, server = talk(films, Honest(films))
    chat = somm.session()
    for text in ("something like Heat but funnier", "more", "why the first one?"):
        chat.say(text)
    ids = [i for i in films.catalogue.ids if "-" in i]
    for body in server.requests:
        whole = json.dumps(body["messages"], ensure_ascii=False)
        assert not [i for i in ids if f"item:{i}" in whole or f'"{i}"' in whole]
        assert count(body["messages"][0]["content"]) <= 2_500
    planning = server.requests[0]
    assert planning["response_format"]["json_schema"]["strict"] is True
    writing = next(b for b in server.requests if is_writing(b))
    assert set(last_json(writing)) == {"person", "must", "items"}


def test_the_schemas_keep_to_the_strict_dialect() -> None:
    assert strict_faults(plan_schema(TOOLS, proposals=True), "plan") == []
    assert strict_faults(judge_schema(), "judge") == []


def test_the_key_is_sent_only_where_there_is_one(games: KnowledgeBase, talk: Talk) -> None:
    somm, server = talk(games, Honest(games))
    somm.session().say("something like Harbour")
    assert set(server.keys) == {None}
    keyed, other = talk(games, Honest(games), api_key="sk-hidden")
    turn = keyed.session().say("something like Harbour")
    assert set(other.keys) == {"Bearer sk-hidden"}
    assert "sk-hidden" not in repr(keyed.settings) + str(turn.to_json())


def test_text_comes_before_the_reply_is_finished(games: KnowledgeBase, talk: Talk) -> None:
    somm, _ = talk(games, Honest(games))
    events = list(somm.session().stream("something like Harbour"))
    assert isinstance(events[-1], Done)
    pieces = [e.text for e in events if isinstance(e, TextDelta)]
    assert len(pieces) >= 3
    assert "".join(pieces).strip() == events[-1].turn.reply


def test_auto_is_the_built_in_brain_until_a_model_is_named(games: KnowledgeBase) -> None:
    with Sommelier.open(games, settings=Settings(store=":memory:")) as somm:
        assert somm.session().say("hello").brain == "builtin"
    with pytest.raises(Unavailable, match="SOMMELIER_MODEL"):
        Sommelier.open(games, brain="model", settings=Settings(store=":memory:"))


def test_the_critic_leaves_out_what_is_wrong_and_only_once(games: KnowledgeBase, talk: Talk) -> None:
    honest = Honest(games)
    judged: list[str] = []

    def script(body: dict[str, Any]) -> Reply:
        if not is_judging(body):
            return honest(body)
        judged.append(last_json(body)["items"][1]["title"])
        return Reply(text='```json\n{"verdicts": [{"marker": 2, "verdict": "wrong"}, {"marker": 9, "verdict": "wrong"}]}\n```')

    somm, _ = talk(games, script, model_critic=True)
    turn = somm.session().say("something like Harbour")
    assert len(judged) == 1
    assert judged[0] not in {i.title for i in turn.slate}
    assert turn.usage.calls == 3
    # The place is filled again, and every item is named and has its reasons.
    assert len({i.id for i in turn.slate}) == 3
    assert all(i.because and f"**{i.title}**" in turn.reply for i in turn.slate)


def test_what_the_critic_lets_in_keeps_the_conditions(games: KnowledgeBase, talk: Talk) -> None:
    honest = Honest(games)

    def script(body: dict[str, Any]) -> Reply:
        if not is_judging(body):
            return honest(body)
        return Reply(text=json.dumps({"verdicts": [{"marker": 1, "verdict": "wrong"}]}))

    somm, _ = talk(games, script, model_critic=True)
    with Sommelier.open(games, brain="builtin", settings=Settings(store=":memory:")) as plain:
        before = plain.session(seed=1).say("a strategy game over 90 minutes")
    turn = somm.session(seed=1).say("a strategy game over 90 minutes")
    assert before.slate[0].id not in {i.id for i in turn.slate}
    assert turn.slate
    for item in turn.slate:
        assert "strategy" in item.attributes["kind"]
        assert item.attributes["minutes"] >= 90


def test_every_call_stands_in_the_turn_with_its_tokens_and_time(games: KnowledgeBase, talk: Talk) -> None:
    somm, _ = talk(games, Honest(games))
    chat = somm.session()
    turn = chat.say("something like Harbour")
    assert [c["purpose"] for c in turn.calls] == ["plan", "write"]
    assert sum(c["tokens_in"] for c in turn.calls) == turn.usage.tokens_in > 0
    assert sum(c["tokens_out"] for c in turn.calls) == turn.usage.tokens_out > 0
    assert sum(c["ms"] for c in turn.calls) == pytest.approx(turn.usage.ms, abs=0.5)
    assert turn.to_json()["calls"] == turn.calls == chat.turns[0].calls


def test_proposals_are_a_signal_and_never_the_slate(games: KnowledgeBase, talk: Talk) -> None:
    honest = Honest(games)

    def script(body: dict[str, Any]) -> Reply:
        reply = honest(body)
        if is_writing(body):
            return reply
        assert "proposals" in body["response_format"]["json_schema"]["schema"]["properties"]
        return Reply(text=json.dumps({**json.loads(reply.text or ""), "proposals": ["Fog", "Nobody Has This Game"]}))

    somm, _ = talk(games, script, model_proposals=True, slate_size=9)
    turn = somm.session().say("something like Harbour")
    step = next(s for s in turn.plan if s["tool"] == "proposed")
    assert step["args"]["items"] == ["item:fog"]
    assert "proposed" in next(i for i in turn.slate if i.id == "fog").contributions
    # What must hold keeps a proposal out, and so does what the person will not have.
    for text in ("something like Harbour, over 90 minutes", "something like Harbour, but not Fog"):
        assert "fog" not in {i.id for i in somm.session().say(text).slate}, text


def test_the_model_cannot_call_what_weighs_its_proposals(games: KnowledgeBase, talk: Talk) -> None:
    honest = Honest(games)

    def script(body: dict[str, Any]) -> Reply:
        reply = honest(body)
        if is_writing(body):
            return reply
        assert "proposed" not in json.dumps(body["response_format"])
        steps = [{"tool": "proposed", "args": {"items": ["item:Fog"], "wish": None, "among": None}}]
        return Reply(text=json.dumps({**json.loads(reply.text or ""), "steps": steps}))

    for proposals in (False, True):
        somm, _ = talk(games, script, model_proposals=proposals)
        turn = somm.session().say("something like Harbour")
        assert "proposed" not in [s["tool"] for s in turn.plan]


@pytest.mark.slow
def test_proposals_help_as_far_as_the_model_knows(films: KnowledgeBase, talk: Talk) -> None:
    """A model that proposes what the same person likes with some probability, among films drawn by chance."""
    honest, chance = Honest(films), random.Random(5)
    likes, ids = films.interactions.positive(), films.catalogue.ids
    pairs: list[list[str]] = []
    while len(pairs) < 20:
        row = chance.randrange(likes.shape[0])
        known = likes.indices[likes.indptr[row] : likes.indptr[row + 1]].tolist()
        if len(known) >= 2:
            pairs.append([ids[i] for i in chance.sample(known, 2)])
    target, knows = "", 0.0

    def script(body: dict[str, Any]) -> Reply:
        reply = honest(body)
        if is_writing(body):
            return reply
        thought = [title_of(films, i) for i in chance.sample(ids, 4)]
        if chance.random() < knows:
            thought.insert(2, title_of(films, target))
        return Reply(text=json.dumps({**json.loads(reply.text or ""), "proposals": thought}))

    hits = {}
    for proposals, knows in ((False, 0.0), (True, 0.0), (True, 1.0)):
        somm, _ = talk(films, script, model_proposals=proposals, slate_size=10)
        slates = []
        for liked, target in pairs:
            slates.append(target in {i.id for i in somm.session().say(f"something like {title_of(films, liked)}").slate})
        hits[proposals, knows] = sum(slates)
    assert hits[True, 1.0] >= hits[False, 0.0] + 3, hits
    assert hits[True, 0.0] >= hits[False, 0.0] - 1, hits


def test_step_by_step_calls_tools_under_the_same_budget(games: KnowledgeBase, talk: Talk) -> None:
    somm, _ = talk(games, Honest(games), model_mode="steps")
    turn = somm.session().say("something like Harbour")
    assert turn.brain == "model"
    assert len(turn.slate) == 3
    assert turn.usage.calls <= 4
    assert [c["purpose"] for c in turn.calls] == ["plan", "step", "write"]
    lacking, _ = talk(games, Honest(games), lacks=('"tools"',), model_mode="steps")
    assert lacking.session().say("something like Harbour").brain == "model"


def test_step_by_step_every_tool_runs_once_and_on_the_bus(games: KnowledgeBase, talk: Talk) -> None:
    honest = Honest(games)
    rounds: list[list[dict[str, Any]]] = []

    def script(body: dict[str, Any]) -> Reply:
        names = [t["function"]["name"] for t in body.get("tools") or ()]
        if "slate" not in names:
            return honest(body)
        rounds.append([m for m in body["messages"] if m["role"] == "tool"])
        if len(rounds) == 1:
            return Reply(calls=(("Graphs", "{}"), ("popular", "{}"), ("popular", "{}"), ("web_search", "{}"), ("lookup", "{}")))
        return Reply(calls=(("slate", '{"k": 50}'), ("popular", "{}")))

    ran: list[str] = []
    counted = {n: dataclasses.replace(t, run=_counting(n, t.run, ran)) for n, t in TOOLS.items()}
    server = ScriptedServer(script)
    settings = Settings(store=":memory:", model="scripted", base_url=server.url, model_mode="steps")
    with server, Sommelier(games, settings=settings, tools=counted) as somm:
        turn = somm.session().say("a strategy game like Harbour")
    assert turn.brain == "model", turn.notices
    assert len(turn.slate) == 3
    assert all("strategy" in i.attributes["kind"] for i in turn.slate)
    # Once each, and what the trace and the plan say is what ran.
    assert len(ran) == len(set(ran))
    assert [s["tool"] for s in turn.trace] == [s["tool"] for s in turn.plan] == ran
    told = [json.loads(m["content"]) for m in rounds[1]]
    assert len(told) == 5
    assert told[0]["left"] >= 3
    assert [("error" in t) for t in told] == [False, False, True, True, True]
    assert turn.usage.calls == 4
    assert server.faults == []


def _counting(name: str, run: Callable[..., Any], ran: list[str]) -> Callable[..., Any]:
    def counted(*args: Any) -> Any:
        ran.append(name)
        return run(*args)

    return counted


def test_the_responses_dialect(games: KnowledgeBase, talk: Talk) -> None:
    honest = Honest(games)

    def script(body: dict[str, Any]) -> Reply:
        assert body["store"] is False
        inner = honest({"messages": body["input"]})
        output = [{"type": "message", "content": [{"type": "output_text", "text": inner.text}]}]
        usage = {"input_tokens": 10, "output_tokens": 5}
        return Reply(raw=json.dumps({"id": "r", "output": output, "usage": usage}).encode())

    somm, server = talk(games, script, model_api="responses")
    turn = somm.session().say("something like Harbour")
    assert turn.brain == "model"
    assert turn.usage.tokens_in == 20
    assert all(p.endswith("/responses") for p in server.paths)


def test_an_evaluation_asks_once(games: KnowledgeBase, talk: Talk, tmp_path: Any) -> None:
    somm, server = talk(games, Honest(games), model_cache=str(tmp_path / "answers.sqlite"))
    first = somm.session(session_id="a", seed=1).say("something like Harbour")
    sent = len(server.requests)
    second = somm.session(session_id="b", seed=1).say("something like Harbour")
    assert len(server.requests) == sent
    assert second.reply == first.reply
    assert second.usage.calls == 0


@pytest.mark.slow
def test_two_hundred_turns_stay_below_the_cap_and_everything_said_binds(films: KnowledgeBase, talk: Talk) -> None:
    somm, server = talk(films, Honest(films), model_context=3_500)
    chat = somm.session()
    chat.say("never show me horror")
    chat.say("I can't stand Tom Cruise")
    chat.say("nothing before 1960")
    filler = ("more", "hello", "something else", "thanks!", "more please", "what can you do?", "surprise me", "others")
    for turn in range(197):
        said = chat.say(filler[turn % len(filler)])
        for item in said.slate:
            assert "horror" not in item.attributes["genre"]
            assert "Tom Cruise" not in item.attributes.get("cast", ())
            assert item.attributes["year"] >= 1960 or any("Relaxed" in n for n in said.notices)
    assert max(sum(count(str(m["content"])) for m in b["messages"]) for b in server.requests) <= 3_500
    late = next(b for b in reversed(server.requests) if not is_writing(b))
    state = last_json(late)
    assert "person:Tom Cruise" in state["dislikes"]
    assert any("1960" in str(c) for c in state["in_force"])
