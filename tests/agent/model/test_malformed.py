"""Planner and writer outputs that are wrong in every way: an answer comes all the same, grounded, with one call more at most."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from agent.sommelier import Sommelier
from knowledge.base import KnowledgeBase
from tests.agent.model.conftest import Talk
from tests.agent.model.scripted_server import Honest, Reply
from tests.agent.model.scripted_server.corrupt import CORRUPTIONS
from tests.agent.model.scripted_server.models import is_writing

UTTERANCES = (
    "something like Heat but funnier",
    "a French comedy from the 60s",
    "no horror please, under two hours",
    "anything by Akira Kurosawa?",
    "recommend me something",
    "two westerns, nothing before 1960",
)
_RAW = re.compile(r"[{}]|\"tool\"|Traceback|Error\b|</?think|```")
_BOLD = re.compile(r"\*\*(.+?)\*\*")

WRITINGS = {
    "fences": lambda t: f"```\n{t}\n```",
    "thinking": lambda t: f"<think>I should use [1] and maybe {{x}}</think>{t}",
    "thinking only": lambda t: "<think>hmm, the first one is nice",
    "empty": lambda t: "",
    "blank": lambda t: "\n \n",
    "json": lambda t: json.dumps({"reply": t}),
    "a plan": lambda t: json.dumps({"steps": [{"tool": "filter", "args": {}}]}),
    "no markers": lambda t: "They are all rather good. Have fun with them.",
    "wrong markers": lambda t: t.replace("[1]", "[7]").replace("[2]", "[8]").replace("[3]", "[9]"),
    "cut": lambda t: t[: len(t) // 2],
    "cut early": lambda t: t[:20],
    "one line": lambda t: t.replace("\n", " "),
    "twice": lambda t: f"{t}\n{t}",
    "other brackets": lambda t: t.replace("[", "【").replace("]", "】"),
    "bold markers": lambda t: re.sub(r"(\[\d\])", r"**\1**", t),
    "huge": lambda t: "and so on " * 3000,
    "html": lambda t: "<h1>Bad gateway</h1>",
    "refusal in words": lambda t: "I'm sorry, but I can't help with that.",
    "invented": lambda t: t + "\n- [4]: **The Midnight Cartographer** (2031), the best of all.",
    "numbered": lambda t: t.replace("- ", "1. "),
}


def judged(somm: Sommelier, utterance: str, expected: Any) -> tuple[bool, str]:
    """Say something and return whether the answer is right, with what is wrong about it."""
    turn = somm.session().say(utterance)
    assert turn.reply.strip()
    assert not _RAW.search(turn.reply), turn.reply
    titles = {i.title for i in turn.slate} | {i.title for i in expected.slate}
    catalogue = somm.base.catalogue
    entities = [str(m.get("entity")) for m in turn.request.get("mentions", ())]
    named = {catalogue.titles[catalogue.index(e[5:])] for e in entities if e.startswith("item:")}
    assert set(_BOLD.findall(turn.reply)) <= titles | named, turn.reply
    assert all(i.title in turn.reply for i in turn.slate)
    right = [i.id for i in turn.slate] == [i.id for i in expected.slate] or (turn.asked is not None and expected.asked is not None)
    return right, f"{utterance!r}: {[i.id for i in turn.slate]} {turn.notices}"


@pytest.fixture(scope="module")
def expected(films: KnowledgeBase) -> dict[str, Any]:
    from agent.config import Settings

    with Sommelier.open(films, brain="builtin", settings=Settings(store=":memory:")) as somm:
        return {u: somm.session().say(u) for u in UTTERANCES}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_malformed_plans(films: KnowledgeBase, talk: Talk, expected: dict[str, Any]) -> None:
    honest = Honest(films)
    kind = ""
    planning: list[int] = []

    def script(body: dict[str, Any]) -> Reply:
        reply = honest(body)
        if is_writing(body):
            return reply
        planning.append(1)
        # What fails is asked for again; the second answer is corrupted just the same.
        return CORRUPTIONS[kind](json.loads(reply.text or "{}"))

    somm, _ = talk(films, script)
    wrong = []
    for kind in CORRUPTIONS:
        for utterance in UTTERANCES:
            planning.clear()
            right, told = judged(somm, utterance, expected[utterance])
            assert len(planning) <= 2, (kind, utterance)
            if not right:
                wrong.append(f"{kind}: {told}")
    total = len(CORRUPTIONS) * len(UTTERANCES)
    assert total >= 200
    assert len(wrong) <= 0.05 * total, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_malformed_writing(films: KnowledgeBase, talk: Talk, expected: dict[str, Any]) -> None:
    honest = Honest(films)
    kind = ""
    writing: list[int] = []

    def script(body: dict[str, Any]) -> Reply:
        reply = honest(body)
        if not is_writing(body):
            return reply
        writing.append(1)
        return Reply(text=WRITINGS[kind](reply.text or ""))

    somm, _ = talk(films, script)
    wrong = []
    for kind in WRITINGS:
        for utterance in UTTERANCES[:4]:
            writing.clear()
            right, told = judged(somm, utterance, expected[utterance])
            assert len(writing) <= 2, (kind, utterance)
            if not right:
                wrong.append(f"{kind}: {told}")
    assert wrong == []
