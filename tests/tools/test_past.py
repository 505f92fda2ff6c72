"""Past dialogues as seeds of the walk."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.dialogues import Dialogue, Utterance
from knowledge.errors import BaseDamaged
from knowledge.sources.base import MemorySource
from tests.tools.running import call, context
from tests.tools.toy import GAMES, SCHEMA
from tools.past import FILE, near_dialogues, store_contexts

SAID = {
    "d1": ("my nephews shout all evening and want chaos with gnomes", "gnomes"),
    "d2": ("we love sailing ships and selling spice on islands", "spice"),
    "d3": ("a lonely evening in space building a base for air", "moon"),
}


def base_with_dialogues(folder: Path, encoder: str | None) -> KnowledgeBase:
    dialogues = [
        Dialogue(
            id=number,
            utterances=(
                Utterance(speaker="seeker", text=text),
                Utterance(speaker="recommender", text="Try this.", items=(item,)),
            ),
        )
        for number, (text, item) in SAID.items()
    ]
    build(MemorySource(SCHEMA, GAMES, dialogues=dialogues), folder, encoder=encoder)
    return KnowledgeBase.open(folder)


@pytest.fixture(scope="module")
def talked(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return base_with_dialogues(tmp_path_factory.mktemp("talked") / "games", "tfidf")


def test_the_dialogue_nearest_in_meaning_weighs_most(talked: KnowledgeBase) -> None:
    near = near_dialogues(talked, "ships with spice")
    assert max(near, key=lambda n: near[n]) == "dialogue:d2"
    assert sum(near.values()) == pytest.approx(0.3)


def test_the_walk_starts_from_what_somebody_once_asked(talked: KnowledgeBase) -> None:
    result = call(context(talked, text="ships with spice"), "graph")
    assert result.candidates is not None
    scored = {c.item_id: s.score for c in result.candidates if (s := c.signal("graph")) is not None}
    assert max(scored, key=lambda i: scored[i]) == "spice"
    assert all(c.signal("graph") is None for c in call(context(talked, text="ships with spice"), "graph", past=False).candidates or ())


def test_without_dialogues_or_vectors_there_is_nothing_near(games: KnowledgeBase, tmp_path: Path) -> None:
    assert near_dialogues(games, "gnomes") == {}
    assert near_dialogues(base_with_dialogues(tmp_path / "plain", None), "gnomes") == {}


def test_stored_contexts_give_the_same_seeds(talked: KnowledgeBase, tmp_path: Path) -> None:
    base = base_with_dialogues(tmp_path / "stored", "tfidf")
    assert store_contexts(base) == 3
    assert near_dialogues(base, "ships with spice") == pytest.approx(near_dialogues(talked, "ships with spice"), abs=1e-3)
    broken = base_with_dialogues(tmp_path / "broken", "tfidf")
    broken.fitted.mkdir(exist_ok=True)
    (broken.fitted / FILE).write_bytes(b"no")
    with pytest.raises(BaseDamaged, match="contexts"):
        near_dialogues(broken, "ships")
