"""A thousand scripted turns: nothing ungrounded, no condition broken, nothing rejected shown, every reason proved."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.config import Settings
from agent.constraints import conjunction
from agent.session import Session
from agent.slates import resolves
from agent.sommelier import Sommelier
from knowledge.base import KnowledgeBase
from knowledge.build import build
from tests.agent.annotated import cases

_BOLD = re.compile(r"\*\*(.+?)\*\*(?: \((\d{4})\))?")
PEOPLE, TURNS = 100, 10
FOLLOW = (
    "more",
    "something else",
    "shorter",
    "older",
    "funnier",
    "not that one",
    "seen it",
    "the second one",
    "why the first one?",
    "surprise me",
    "just one",
)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The built-in catalogue, without vectors."""
    folder = tmp_path_factory.mktemp("films")
    build("films", folder / "films", encoder=None)
    return KnowledgeBase.open(folder / "films")


def script(seed: int) -> Iterator[str]:
    """Yield what one person says: utterances of all kinds, follow-ups among them."""
    chance = random.Random(seed)
    utterances = [c.say for c in cases(base="films")]
    for turn in range(TURNS):
        yield chance.choice(FOLLOW) if turn and chance.random() < 0.5 else chance.choice(utterances)


def check(chat: Session, base: KnowledgeBase, text: str) -> None:
    known = set(chat.profile.value.item_ids("dislike", "reject", "seen"))
    turn = chat.say(text)
    assert turn.reply
    titles = {base.catalogue.titles[base.catalogue.index(i.id)] for i in turn.slate}
    year = base.schema.with_role("year")
    assert year is not None
    for title, said in _BOLD.findall(turn.reply):
        assert title in base.catalogue.titles, f"{text!r}: {title!r} is not in the catalogue"
        if said:
            years = {float(base.catalogue.number(year.name)[n]) for n, t in enumerate(base.catalogue.titles) if t == title}
            assert float(said) in years, f"{text!r}: {title!r} is not of {said}"
    for item in turn.slate:
        assert all(resolves(base, name) for because in item.because for name in because.ids)
    if turn.request.get("intent", "recommend") == "recommend":
        assert titles <= {t for t, _ in _BOLD.findall(turn.reply)}, f"{text!r}: an item shown is not named"
        assert not known & {i.id for i in turn.slate}, f"{text!r}: shows what was rejected"
        if not any(n.startswith("Relaxed") for n in turn.notices):
            now = [*chat.profile.value.constraints(), *chat.conversation.constraints]
            wheres = [c for c in now if c["words"] not in chat.conversation.overridden]
            mask = base.catalogue.select(conjunction(wheres))
            assert all(mask[base.catalogue.index(i.id)] for i in turn.slate), f"{text!r}: a condition is broken"
    assert not any("left out" in n for n in turn.notices), (text, turn.notices)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_thousand_turns(films: KnowledgeBase, tmp_path: Path) -> None:
    with Sommelier.open(films, brain="builtin", settings=Settings(store=str(tmp_path / "store.sqlite"), brain="builtin")) as somm:
        for seed in range(PEOPLE):
            chat = somm.session(session_id=f"person-{seed}")
            for text in script(seed):
                check(chat, films, text)
