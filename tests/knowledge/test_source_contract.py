"""Every source keeps the contract of sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.sources import Events, MemorySource, Relation, Source, open_source
from knowledge.sources.faults import Faults
from knowledge.sources.join import JoinedSource
from tests.contracts.source import SourceContract
from tests.knowledge.games import SCHEMA, shelf, write_games
from tests.knowledge.test_film_sources import latest, ml_1m, ml_100k, redial


class TestTable(SourceContract):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        (tmp_path / "plays.csv").write_text("user,item,stars\na,g001,5\nb,g002,1\nb,g001,3\n", encoding="utf-8")
        return open_source(str(write_games(tmp_path / "games.csv", 30)), Faults(), interactions=tmp_path / "plays.csv")


class TestFilms(SourceContract):
    @pytest.fixture
    def source(self) -> Source:
        return open_source("films", Faults())


@pytest.mark.parametrize("layout", [latest, ml_1m, ml_100k])
class TestMovieLens(SourceContract):
    @pytest.fixture
    def source(self, layout, tmp_path: Path) -> Source:
        return open_source(f"movielens:{layout(tmp_path / 'ml')}", Faults())


class TestRedial(SourceContract):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        return open_source(f"dialogues:{redial(tmp_path / 'redial')}", Faults())


class TestMemory(SourceContract):
    @pytest.fixture
    def source(self) -> Source:
        events = Events.of([("u", "ark", 1.0, 0.0), ("u", "echo", -0.5, 1.0)])
        return MemorySource(SCHEMA, shelf(), events=events, relations=[Relation(head="item:ark", relation="r", tail="place:sea")])


class TestJoined(SourceContract):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        folder = latest(tmp_path / "ml")
        with (folder / "movies.csv").open("a", encoding="utf-8") as lines:
            lines.write("4,Big (1988),Comedy\n")
        with (folder / "ratings.csv").open("a", encoding="utf-8") as lines:
            lines.write("9,4,5.0,2\n")
        parts = [open_source(f"dialogues:{redial(tmp_path / 'redial')}", Faults()), open_source(f"movielens:{folder}", Faults())]
        return JoinedSource(parts[0], parts[1:])
