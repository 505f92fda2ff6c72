"""Building and opening bases: whole or not at all, one writer, every fault in one line with status 2."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import sys
from pathlib import Path

import filelock
import numpy as np
import pytest

import app
from knowledge import build as building
from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.embedding import item_text
from knowledge.errors import BadInput, BaseDamaged, BaseError, BaseLocked, BaseMissing, BaseOutdated, Unavailable
from knowledge.home import resolve
from knowledge.predicates import AllOf, Has, Within
from knowledge.sources import Events, MemorySource, Relation
from tests.knowledge.games import SCHEMA, shelf, write_games


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMMELIER_HOME", str(tmp_path / "home"))


def shelf_source() -> MemorySource:
    rows = [("u1", "ark", 1.0, 1.0), ("u1", "echo", 1.0, 2.0), ("u2", "ark", -1.0, 1.0), ("u2", "dune", 0.5, float("nan"))]
    relations = [Relation(head="item:ark", relation="sequel of", tail="item:echo")]
    return MemorySource(SCHEMA, shelf(), events=Events.of(rows), relations=relations)


@pytest.fixture(scope="module")
def shelf_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("base") / "shelf"
    build(shelf_source(), out, encoder="tfidf")
    return out


def listing(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_every_part_of_a_base(shelf_base: Path):
    base = KnowledgeBase.open(shelf_base)
    assert base.name == "shelf"
    assert base.schema == SCHEMA or base.schema.facets == SCHEMA.facets
    assert base.manifest.parts == ("catalogue", "interactions", "graph", "vectors")
    assert base.manifest.counts["items"] == len(base.catalogue) == 6
    assert base.interactions.matrix.shape == (2, 6)
    assert base.interactions.matrix[0, base.catalogue.index("ark")] == 1.0
    assert base.interactions.matrix[1, base.catalogue.index("ark")] == -1.0
    neighbours = {(n.relation, n.node) for n in base.graph.neighbours("item:ark")}
    assert ("sequel of", "item:echo") in neighbours
    assert ("maker", "person:Ada Stone") in neighbours
    assert base.vectors.matrix.shape == (6, base.encoder.dim)
    assert base.vectors.search(base.encoder.encode([item_text(shelf()[0], SCHEMA)])[0], 1)[0].tolist() == [base.catalogue.index("ark")]
    assert base.linker.link("I loved Borealis")[0].entity == "item:borealis"
    assert base.has("vectors")
    assert not base.has("dialogues")
    assert base.graph is base.graph
    with pytest.raises(Unavailable, match="no dialogues"):
        base.dialogues  # noqa: B018


def test_popularity_comes_from_interactions_where_the_source_has_none(tmp_path: Path):
    from dataclasses import replace

    items = [replace(item, popularity=0.0) for item in shelf()]
    build(MemorySource(SCHEMA, items, events=shelf_source().events()), tmp_path / "b", encoder=None)
    catalogue = KnowledgeBase.open(tmp_path / "b").catalogue
    assert dict(zip(catalogue.ids, catalogue.popularity.tolist(), strict=True)) == {
        "ark": 2.0, "borealis": 0.0, "cafe": 0.0, "dune": 1.0, "echo": 1.0, "flux": 0.0
    }  # fmt: skip


def test_a_bare_csv_builds_and_answers_filter_search_and_walk(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    table = write_games(tmp_path / "board_games.csv")
    assert app.main(["build", str(table), "--out", str(tmp_path / "games"), "--encoder", "tfidf"]) == 0
    said = capsys.readouterr()
    assert "300 items" in said.out
    assert "roles of the columns were guessed" in said.out
    assert "encoding texts" in said.err
    base = KnowledgeBase.open(tmp_path / "games")
    where = AllOf(parts=(Has(facet="category", values=("war",)), Within(number="playing_time", high=30), Within(number="price", high=50)))
    found = [base.catalogue.item(base.catalogue.ids[i]) for i in np.flatnonzero(base.catalogue.select(where))]
    assert found
    for item in found:
        assert item.facets["category"] == ("war",)
        assert item.numbers["playing_time"] <= 30
        assert item.numbers["price"] <= 50
    best = base.catalogue.full_text("dragons hoarding gold", 5)[0]
    assert all("dragons" in base.catalogue.item(base.catalogue.ids[i]).description for i in best)
    scores = base.graph.item_scores(base.graph.pagerank({"person:Eve Oak": 1.0}))
    top = base.catalogue.item(base.catalogue.ids[int(np.argmax(scores))])
    assert top.facets["designer"] == ("Eve Oak",)


def test_interactions_beside_a_bare_table(tmp_path: Path):
    table = write_games(tmp_path / "games.csv", 20)
    (tmp_path / "plays.csv").write_text("player,game,plays\nann,g001,5\nbob,g002,1\nann,g002,100\n", encoding="utf-8")
    assert (
        app.main(
            [
                "build",
                str(table),
                "--out",
                str(tmp_path / "b"),
                "--encoder",
                "none",
                "--interactions",
                str(tmp_path / "plays.csv"),
                "--quiet",
            ]
        )
        == 0
    )
    base = KnowledgeBase.open(tmp_path / "b")
    assert base.interactions.users == ["ann", "bob"]
    assert len(base.interactions) == 3


def test_the_written_card_builds_the_same_base(tmp_path: Path):
    table = write_games(tmp_path / "games.csv", 40)
    build(str(table), tmp_path / "one", encoder=None)
    build(str(table), tmp_path / "two", encoder=None, card=tmp_path / "one" / "card.yaml")
    one, two = KnowledgeBase.open(tmp_path / "one"), KnowledgeBase.open(tmp_path / "two")
    assert list(one.catalogue.all_items()) == list(two.catalogue.all_items())
    assert one.manifest.stamp == two.manifest.stamp


def test_the_same_source_gives_the_same_stamp(shelf_base: Path, tmp_path: Path):
    again = build(shelf_source(), tmp_path / "again", encoder="tfidf")
    assert again.stamp == KnowledgeBase.open(shelf_base).manifest.stamp


def test_named_bases_lie_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    build(shelf_source(), "shelf", encoder=None)
    assert (tmp_path / "home" / "bases" / "shelf" / "manifest.json").is_file()
    assert len(KnowledgeBase.open("shelf").catalogue) == 6
    assert resolve("./shelf") == Path("./shelf")
    with pytest.raises(BadInput, match="empty"):
        resolve(" ")


def test_a_failed_build_leaves_what_stood(shelf_base: Path, tmp_path: Path):
    place = tmp_path / "b"
    shutil.copytree(shelf_base, place)
    before = listing(place)
    (tmp_path / "bad.csv").write_text("id,title\na,\n", encoding="utf-8")
    with pytest.raises(BadInput):
        build(str(tmp_path / "bad.csv"), place, encoder=None)
    assert listing(place) == before
    assert [p.name for p in tmp_path.iterdir() if "building" in p.name] == []


def test_a_killed_build_leaves_what_stood_and_the_next_one_cleans_up(shelf_base: Path, tmp_path: Path):
    place = tmp_path / "b"
    shutil.copytree(shelf_base, place)
    before = listing(place)
    script = f"""
import os
from knowledge import build as building
from tests.knowledge.test_build import shelf_source
building.hash_files = lambda work: os._exit(9)
building.build(shelf_source(), {str(place)!r}, encoder=None)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 9
    assert listing(place) == before
    assert any("building" in p.name for p in tmp_path.iterdir())
    build(shelf_source(), place, encoder=None)
    assert not any("building" in p.name for p in tmp_path.iterdir())


def test_a_kill_between_the_two_renames_is_mended_on_opening(shelf_base: Path, tmp_path: Path):
    shutil.copytree(shelf_base, tmp_path / ".b.previous")
    assert len(KnowledgeBase.open(tmp_path / "b").catalogue) == 6


def test_a_full_disk_is_one_line(shelf_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    place = tmp_path / "b"
    shutil.copytree(shelf_base, place)
    before = listing(place)

    def full(work: Path) -> dict[str, object]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(building, "hash_files", full)
    with pytest.raises(BaseError, match=r"disk is full .* untouched"):
        build(shelf_source(), place, encoder=None)
    assert listing(place) == before


def test_a_second_writer_is_turned_away(tmp_path: Path):
    with filelock.FileLock(tmp_path / ".b.lock"), pytest.raises(BaseLocked, match="another process"):
        build(shelf_source(), tmp_path / "b", encoder=None)
    assert not (tmp_path / "b").exists()


def test_nothing_but_bases_is_replaced(tmp_path: Path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(BadInput, match="no knowledge base"):
        build(shelf_source(), tmp_path / "docs", encoder=None)
    with pytest.raises(BadInput, match="is a file"):
        build(shelf_source(), tmp_path / "docs" / "letter.txt", encoder=None)
    assert (tmp_path / "docs" / "letter.txt").read_text(encoding="utf-8") == "dear"


def test_missing_older_newer_partial_and_damaged_bases(shelf_base: Path, tmp_path: Path):
    with pytest.raises(BaseMissing, match="does not exist; build it: sommelier build"):
        KnowledgeBase.open(tmp_path / "none")
    (tmp_path / "half").mkdir()
    with pytest.raises(BaseMissing, match="no finished knowledge base"):
        KnowledgeBase.open(tmp_path / "half")
    place = tmp_path / "b"
    shutil.copytree(shelf_base, place)
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    for version, word in ((0, "an older"), (99, "a newer")):
        (place / "manifest.json").write_text(json.dumps({**manifest, "format": version}), encoding="utf-8")
        with pytest.raises(BaseOutdated, match=f"{word} version .*sommelier build"):
            KnowledgeBase.open(place)
    for text in ("{", "[]", json.dumps({"format": manifest["format"]})):
        (place / "manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(BaseDamaged, match="sommelier build"):
            KnowledgeBase.open(place)
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    data = (place / "graph.npz").read_bytes()
    for broken in (data[:-1], data[:-1] + b"x"):
        (place / "graph.npz").write_bytes(broken)
        with pytest.raises(BaseDamaged, match=r"graph.npz.*sommelier build"):
            KnowledgeBase.open(place)
    (place / "graph.npz").unlink()
    with pytest.raises(BaseDamaged, match="missing"):
        KnowledgeBase.open(place)


def test_a_base_built_anew_under_an_open_one_is_noticed(tmp_path: Path):
    build(shelf_source(), tmp_path / "b", encoder=None)
    base = KnowledgeBase.open(tmp_path / "b")
    assert len(base.catalogue) == 6
    build(MemorySource(SCHEMA, shelf()[:3]), tmp_path / "b", encoder=None)
    with pytest.raises(BaseOutdated, match="open it again"):
        base.graph  # noqa: B018
    assert base.catalogue.item("flux").title == "Flux"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build", "nothing.csv"], "there is no file 'nothing.csv'"),
        (["build", "nothing"], "is no source"),
        (["build", "movielens:nothing"], "holds no MovieLens data"),
        (["build", "dialogues:nothing"], "not in ReDial's layout"),
        (["build", "films", "--max-bad-rows", "-1", "--out", "x"], "must be 0 or more"),
        (["info", "nothing"], "does not exist"),
        (["report", "nothing"], "does not exist"),
        (["update", "nothing", "--items", "x.csv"], "does not exist"),
        (["update", "nothing"], "nothing to do"),
    ],
)
def test_the_command_line_says_one_line_and_ends_with_2(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    assert app.main(arguments) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1
    assert message in said[0]
    assert [p.name for p in tmp_path.iterdir() if p.name != "home"] == []


def test_bad_rows_are_listed_before_the_last_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "t.csv").write_text("id,title\na,A\nb,\nc,\n", encoding="utf-8")
    arguments = ["build", str(tmp_path / "t.csv"), "--out", str(tmp_path / "b"), "--encoder", "none"]
    assert app.main(arguments) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert any(line.startswith("t.csv row 4") for line in lines)
    assert lines[-1].startswith("sommelier: t.csv row 3")
    assert app.main([*arguments, "--max-bad-rows", "2"]) == 0
    assert "left out t.csv row 4, column 'title': the title is empty" in capsys.readouterr().err
    assert KnowledgeBase.open(tmp_path / "b").catalogue.ids == ["a"]


def test_info_and_report_of_a_base(shelf_base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert app.main(["info", str(shelf_base), "--verify"]) == 0
    said = capsys.readouterr().out
    assert "items: 6" in said
    assert "every file is as it was built" in said
    assert app.main(["report", str(shelf_base), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["counts"]["items"] == 6
    assert app.main(["report", str(shelf_base), "--html", str(tmp_path / "r.html")]) == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "science-fiction" in page
    assert "<script" not in page
