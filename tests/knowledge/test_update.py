"""Updates: items added, changed and removed; everything else as it was."""

from __future__ import annotations

from pathlib import Path

import filelock
import numpy as np
import pytest

import app
from knowledge import embedding
from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.dialogues import Dialogue, Utterance
from knowledge.errors import BadInput, BadRows, BaseLocked, BaseMissing
from knowledge.sources import Events, MemorySource, Relation
from knowledge.update import update
from tests.knowledge.games import SCHEMA, shelf, write_games


@pytest.fixture
def base(tmp_path: Path) -> Path:
    events = Events.of([("u1", "ark", 1.0, 1.0), ("u1", "echo", 0.0, 2.0), ("u1", "dune", -0.5, 3.0), ("u2", "echo", 1.0, float("nan"))])
    dialogues = [Dialogue(id="d1", utterances=(Utterance(speaker="seeker", text="Ark or Echo?", items=("ark", "echo")),))]
    relations = [
        Relation(head="item:ark", relation="sequel of", tail="item:echo"),
        Relation(head="item:ark", relation="set in", tail="place:sea"),
    ]
    source = MemorySource(SCHEMA, shelf(), events=events, relations=relations, dialogues=dialogues)
    build(source, tmp_path / "b", encoder="tfidf")
    return tmp_path / "b"


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "new.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_items_are_added_and_changed_by_the_columns_there_are(base: Path, tmp_path: Path):
    change = update(base, items=table(tmp_path, "id,title,genre,year\nark,Ark 2,party|war,2020\nbaz,Baz,war,\ncafe,Café Society,,2011\n"))
    assert (change.added, change.changed, change.removed, change.items) == (1, 2, 0, 7)
    catalogue = KnowledgeBase.open(base).catalogue
    assert catalogue.ids == ["ark", "baz", "borealis", "cafe", "dune", "echo", "flux"]
    ark = catalogue.item("ark")
    assert (ark.title, ark.facets["genre"], ark.numbers) == ("Ark 2", ("party", "war"), {"year": 2020.0, "minutes": 30.0})
    assert (ark.description, ark.facets["maker"], ark.place) == (shelf()[0].description, ("Ada Stone",), shelf()[0].place)
    assert "genre" not in catalogue.item("cafe").facets
    assert catalogue.item("echo") == shelf()[4]


def test_interactions_graph_and_dialogues_follow_their_items(base: Path, tmp_path: Path):
    update(base, items=table(tmp_path, "id,title\naaa,First of All\n"), remove=["echo"])
    held = KnowledgeBase.open(base)
    ids = held.catalogue.ids
    assert "echo" not in ids
    assert held.interactions.users == ["u1"]
    assert [ids[i] for i in held.interactions.sequence(0)] == ["ark", "dune"]
    assert held.interactions.matrix[0, ids.index("dune")] == pytest.approx(-0.5)
    times = held.interactions.times(0)
    assert times is not None
    assert times.tolist() == [1.0, 3.0]
    links = {(n.relation, n.node) for n in held.graph.neighbours("item:ark")}
    assert ("set in", "place:sea") in links
    assert ("item:echo") not in held.graph
    assert held.dialogues[0].utterances[0].items == ("ark",)


def test_only_what_changed_is_encoded_again(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    before = KnowledgeBase.open(base)
    old = {item_id: before.vectors.matrix[i].copy() for i, item_id in enumerate(before.catalogue.ids)}
    encoded: list[str] = []
    encode = type(before.encoder).encode

    def listening(self, texts, **rest):
        encoded.extend(texts)
        return encode(self, texts, **rest)

    monkeypatch.setattr(type(before.encoder), "encode", listening)
    update(base, items=table(tmp_path, "id,title\naaa,Animals afar\nflux,Flux and animals\n"))
    assert encoded == ["Animals afar", "Flux and animals"]
    after = KnowledgeBase.open(base)
    assert after.encoder.fingerprint == before.manifest.encoder["fingerprint"]
    for index, item_id in enumerate(after.catalogue.ids):
        if item_id not in ("aaa", "flux"):
            assert np.array_equal(after.vectors.matrix[index], old[item_id])
    fresh = after.encoder.encode([embedding.item_text(after.catalogue.item("flux"), SCHEMA)])[0]
    assert np.allclose(after.vectors.matrix[after.catalogue.index("flux")], fresh)


def test_what_was_fitted_goes_and_is_said(base: Path):
    (base / "fitted").mkdir()
    (base / "fitted" / "ranker.npz").write_bytes(b"x")
    change = update(base, remove=["flux"])
    assert not (base / "fitted").exists()
    assert "sommelier fit" in change.notes[-1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title\nArk\n", "no column 'id'"),
        ("id,name\nark,Ark\n", "no column 'title'"),
        ("id,title,year\nark,Ark,soon\n", "row 2, column 'year': 'soon' is not a number"),
        ("id,title\nark,\n", "row 2, column 'title'"),
    ],
)
def test_a_table_that_does_not_fit_changes_nothing(text: str, message: str, base: Path, tmp_path: Path):
    stamp = KnowledgeBase.open(base).manifest.stamp
    with pytest.raises((BadInput, BadRows), match=message):
        update(base, items=table(tmp_path, text))
    assert KnowledgeBase.open(base, verify=True).manifest.stamp == stamp


def test_removing_what_is_not_there_or_everything_is_refused(base: Path, tmp_path: Path):
    listed = tmp_path / "gone.txt"
    listed.write_text("ark\n\nnothing\n", encoding="utf-8")
    with pytest.raises(BadInput, match="row 3: there is no item 'nothing'"):
        update(base, remove=listed)
    with pytest.raises(BadInput, match="no items"):
        update(base, remove=[item.id for item in shelf()])
    with pytest.raises(BadInput, match="both"):
        update(base, items=table(tmp_path, "id,title\nark,Ark\n"), remove=["ark"])
    with pytest.raises(BaseMissing):
        update(tmp_path / "none", remove=["ark"])
    with filelock.FileLock(tmp_path / ".b.lock"), pytest.raises(BaseLocked):
        update(base, remove=["ark"])
    assert len(KnowledgeBase.open(base).catalogue) == 6


def test_the_command_on_a_guessed_base(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    build(str(write_games(tmp_path / "games.csv", 30)), tmp_path / "g", encoder=None)
    new = table(tmp_path, "game_id,name,mechanics,price\ng001,Better Game,dice rolling|deck building,$9.50\nx1,Extra,,\n")
    (tmp_path / "gone.txt").write_text("g002\n", encoding="utf-8")
    assert app.main(["update", str(tmp_path / "g"), "--items", str(new), "--remove", str(tmp_path / "gone.txt")]) == 0
    assert "1 added, 1 changed, 1 removed; 30 items stand" in capsys.readouterr().out
    item = KnowledgeBase.open(tmp_path / "g").catalogue.item("g001")
    assert (item.facets["mechanic"], item.numbers["price"]) == (("dice rolling", "deck building"), 9.5)
    assert item.numbers["rating"] > 0
