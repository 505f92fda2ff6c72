"""A browser, and the page over made-up games."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.page.boards import page, write_table
from tests.page.visitor import Visitor


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium; skips where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright; pip install playwright")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("SOMMELIER_CHROMIUM") or next((p for p in map(shutil.which, names) if p), None)
    if path is None:
        pytest.skip("no Chromium; apt-get install chromium, or name one with SOMMELIER_CHROMIUM")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the base `games` built in it, for SOMMELIER_HOME."""
    from knowledge.build import build

    folder = tmp_path_factory.mktemp("page")
    build(str(write_table(folder / "games.csv")), folder / "bases" / "games", encoder="tfidf")
    return folder


@pytest.fixture(scope="session")
def address(home: Path) -> Iterator[str]:
    """The page over the games."""
    with page(home, "--base", "games") as where:
        yield where


@pytest.fixture
def visit(chromium: Any, address: str) -> Iterator[Callable[..., Visitor]]:
    """Open the page as a new person; at the end nothing may have gone wrong in any of the browsers."""
    visitors: list[Visitor] = []

    def make(where: str = address, *, open_it: bool = True, **options: Any) -> Visitor:
        visitor = Visitor(chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **options}), where)
        visitors.append(visitor)
        if open_it:
            visitor.arrive()
        return visitor

    yield make
    for visitor in visitors:
        visitor.context.close()
        assert visitor.complaints == []
