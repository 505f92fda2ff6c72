"""An adversarial writer: fake titles, items off the list, wrong facts, injected instructions. Nothing of it is shown."""

from __future__ import annotations

import os
import random
import re

import pytest

from agent.session import Session
from knowledge.base import KnowledgeBase
from tests.agent.annotated import cases
from tests.agent.model.conftest import Talk
from tests.agent.model.scripted_server import Adversary

TURNS = int(os.environ.get("SOMMELIER_ADVERSARIAL_TURNS", "200"))
"""A thousand for the full run."""
_BOLD = re.compile(r"\*\*(.+?)\*\*(?: \((\d{4})\))?")
FOLLOW = ("more", "something else", "shorter", "older", "funnier", "surprise me", "just one")


def said(seed: int) -> list[str]:
    chance = random.Random(seed)
    utterances = [c.say for c in cases(base="films") if c.want.get("intent", "recommend") == "recommend" and not c.shown]
    return [chance.choice(FOLLOW) if turn and chance.random() < 0.4 else chance.choice(utterances) for turn in range(5)]


def check(chat: Session, base: KnowledgeBase, model: Adversary, text: str) -> int:
    """Say something, and find no falsehood in the reply; return how many were told."""
    model.lies.clear()
    turn = chat.say(text)
    catalogue = base.catalogue
    # What the person typed, and what our own record says, is no lie even where it reads like one.
    allowed = f"{text} {[i.attributes for i in turn.slate]} {[i.because for i in turn.slate]}"
    for tell in model.lies:
        assert tell not in turn.reply or tell in allowed, f"{text!r}: {tell!r} is shown in {turn.reply!r}"
    shown = {catalogue.titles[catalogue.index(i)] for slate in chat.conversation.shown for i in slate}
    mentions = [m for e in chat.conversation.exchanges for m in e.request.get("mentions", ())]
    mentioned = {m["entity"][5:] for m in mentions if str(m.get("entity")).startswith("item:")}
    near = {n[5:] for m in turn.request.get("mentions", ()) for n in m.get("near", ()) if n.startswith("item:")}
    carried = {e[5:] for e in chat.conversation.topic.examples if e.startswith("item:")} | set(chat.profile.value.item_ids("like"))
    known = shown | {catalogue.titles[catalogue.index(i)] for i in mentioned | near | carried if i in catalogue}
    year = base.schema.with_role("year")
    assert year is not None
    for title, written in _BOLD.findall(turn.reply):
        assert title in known, f"{text!r}: {title!r} is not on the bus"
        if written:
            years = {float(catalogue.number(year.name)[n]) for n, t in enumerate(catalogue.titles) if t == title}
            assert float(written) in years, f"{text!r}: {title!r} is not of {written}"
    assert all(i.title in turn.reply for i in turn.slate), f"{text!r}: an item shown is not named"
    return len(model.lies)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nothing_an_adversarial_writer_makes_up_is_shown(films: KnowledgeBase, talk: Talk) -> None:
    model = Adversary(films)
    somm, _ = talk(films, model)
    told = 0
    for person in range(TURNS // 5):
        chat = somm.session(session_id=f"person-{person}")
        for text in said(person):
            told += check(chat, films, model, text)
    assert told > TURNS
