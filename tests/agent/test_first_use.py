"""The built-in base, opened for the first time: built, and fitted to the histories that come with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import knowledge.build
from agent.config import Settings
from agent.sommelier import Sommelier
from knowledge.manifest import Manifest
from tests.tools.toy import toy_source
from tools.collaborative import ranker_of

builds: list[Path] = []


@pytest.fixture
def small_films(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[Path]]:
    """The made-up games stand in for the built-in catalogue."""
    monkeypatch.setenv("SOMMELIER_HOME", str(tmp_path))
    real = knowledge.build.build

    def build(source: str, out: Path, **kept: Any) -> Manifest:
        builds.append(out)
        return real(toy_source(), out, encoder=None)

    monkeypatch.setattr(knowledge.build, "build", build)
    yield builds
    builds.clear()


def test_the_built_in_base_is_fitted_once(small_films: list[Path]) -> None:
    said: list[str] = []
    with Sommelier.open(settings=Settings(store=":memory:"), progress=lambda what, done, total: said.append(what)) as somm:
        stored = somm.base.fitted / "ranker"
        assert stored.is_dir()
        assert ranker_of(somm.base).choice["protocol"] != "none"
        made = (stored / "choice.json").stat().st_mtime_ns
    assert any("tuning" in what for what in said)
    with Sommelier.open(settings=Settings(store=":memory:")) as again:
        assert (again.base.fitted / "ranker" / "choice.json").stat().st_mtime_ns == made
    assert len(small_films) == 1
