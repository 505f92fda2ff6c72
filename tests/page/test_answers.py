"""What the page answers, without a browser: stopping, whose conversation it is, uploads, failed brains."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from agent.brain import Outcome, Situation
from agent.config import Settings
from agent.request import Request
from agent.serve.page import Page
from agent.serve.shelf import OWN, Opening, Shelf
from agent.sommelier import Sommelier
from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.errors import BadInput
from tests.agent.scripted import Scripted
from tests.page.boards import write_table

ADA, BOB = "a" * 32, "b" * 32
NOBODY = SimpleNamespace(username=None)


def in_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an async test."""

    @functools.wraps(test)
    def run(*args: Any, **named: Any) -> None:
        asyncio.run(test(*args, **named))

    return run


class Slow(Scripted):
    """Begins to write and then takes its time."""

    def __init__(self) -> None:
        super().__init__({})
        self.cancelled = False

    async def write(self, situation: Situation, outcome: Outcome) -> AsyncIterator[str]:
        yield "Well. "
        yield "Let me think. "
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            self.cancelled = True
            raise


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("answers")
    build(str(write_table(folder / "games.csv")), folder / "games", encoder=None)
    return KnowledgeBase.open(folder / "games")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOMMELIER_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def shelf(base: KnowledgeBase, home: Path) -> Iterator[Shelf]:
    shelf = Shelf(str(base.path), settings=Settings(store=":memory:"))
    yield shelf
    shelf.close()


def put(shelf: Shelf, somm: Sommelier) -> None:
    """Stand an opened agent on the shelf as the default base."""
    opening = Opening(shelf.default)
    opening.future = Future()
    opening.future.set_result(somm)
    shelf._openings[str(somm.base.path)] = shelf._openings[shelf.default] = opening


def event(**data: Any) -> Any:
    return SimpleNamespace(_data=data)


async def gather(answers: AsyncIterator[Any], shown: list[Any]) -> None:
    while True:
        try:
            shown.append((await anext(answers))[1])
        except StopAsyncIteration:
            return


async def last(answers: AsyncIterator[Any]) -> Any:
    return [a async for a in answers][-1]


@in_a_loop
async def test_stop_cancels_the_work_and_keeps_nothing(shelf: Shelf, base: KnowledgeBase) -> None:
    brain = Slow()
    put(shelf, Sommelier.open(base, brain=brain, settings=Settings(store=":memory:")))
    page = Page(shelf)
    shown: list[Any] = []
    async for parts in page.say(ADA, event(text="hello"), NOBODY):
        shown.append(parts[1])
        if isinstance(parts[1], dict) and "Well" in parts[1]["turns"][-1]["html"] and parts[1]["busy"]:
            await page.stop(BOB, event(session=parts[1]["session"]), NOBODY)
            await page.stop(ADA, event(session=parts[1]["session"]), NOBODY)
    assert "Stopped" in shown[-1]["turns"][-1]["html"]
    assert shown[-1]["busy"] is False
    somm = await shelf.open("page:" + ADA, shelf.default)
    await asyncio.sleep(0.05)
    assert brain.cancelled
    assert somm.session(user=f"page:{ADA}/{base.name}", session_id=shown[-1]["session"]).turns == ()


@in_a_loop
async def test_a_bug_is_shown_and_rises(shelf: Shelf, base: KnowledgeBase) -> None:
    class Broken(Scripted):
        async def understand(self, situation: Situation) -> Request:
            raise ZeroDivisionError

    put(shelf, Sommelier.open(base, brain=Broken({}), settings=Settings(store=":memory:")))
    shown: list[Any] = []
    with pytest.raises(ZeroDivisionError):
        await gather(Page(shelf).say(ADA, event(text="hello"), NOBODY), shown)
    assert "went wrong" in shown[-1]["turns"][-1]["html"]
    assert shown[-1]["busy"] is False


@in_a_loop
async def test_nobody_reads_or_changes_the_conversation_of_another(shelf: Shelf, base: KnowledgeBase) -> None:
    put(shelf, Sommelier.open(base, brain=Scripted({}), settings=Settings(store=":memory:")))
    page = Page(shelf)
    session = (await last(page.say(ADA, event(text="hello there"), NOBODY)))[1]["session"]
    again = await last(page.go(BOB, event(to="resume", session=session), NOBODY))
    assert again[1]["turns"] == []
    assert "hello there" not in again[0]["html"]
    refused = await last(page.say(BOB, event(text="hi", session=session), NOBODY))
    assert session in refused[2]["say"]
    for do in ({"do": "judge", "item": base.catalogue.ids[0], "verdict": "like"}, {"do": "why", "item": base.catalogue.ids[0], "turn": 1}):
        answer = await page.panel(BOB, event(session=session, **do), NOBODY)
        assert session in answer[2]["say"]
    mine = await last(page.go(ADA, event(to="resume", session=session), NOBODY))
    assert "hello there" in mine[1]["turns"][0]["html"]


@in_a_loop
async def test_a_login_counts_more_than_what_the_browser_keeps(shelf: Shelf, base: KnowledgeBase) -> None:
    put(shelf, Sommelier.open(base, brain=Scripted({}), settings=Settings(store=":memory:")))
    page = Page(shelf)
    ada = SimpleNamespace(username="ada")
    session = (await last(page.say(BOB, event(text="hello there"), ada)))[1]["session"]
    mine = await last(page.go(ADA, event(to="resume", session=session), ada))
    assert "hello there" in mine[1]["turns"][0]["html"]
    with pytest.raises(BadInput):
        await page.panel("", event(do="forget-all"), NOBODY)


@in_a_loop
async def test_what_is_said_is_never_markup(shelf: Shelf, base: KnowledgeBase) -> None:
    put(shelf, Sommelier.open(base, brain=Scripted({}), settings=Settings(store=":memory:")))
    page = Page(shelf)
    answer = await last(page.say(ADA, event(text='<img src=x onerror="alert(1)">'), NOBODY))
    assert "<img" not in answer[1]["turns"][0]["html"]
    assert "<img" not in answer[0]["html"]


@in_a_loop
async def test_only_uploads_are_read(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads = tmp_path / "uploads"
    (uploads / "x").mkdir(parents=True)
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(uploads))
    outside = write_table(tmp_path / "secret.csv")
    inside = write_table(uploads / "x" / "games.csv")
    page = Page(shelf)
    for path in (outside, uploads / ".." / "secret.csv", Path("/etc/passwd")):
        answer = await last(page.sheet(ADA, event(do="table", path=str(path), file="secret.csv"), NOBODY))
        assert "did not arrive" in answer[3]["html"]
    answer = await last(page.sheet(ADA, event(do="table", path=str(inside), file="games.csv"), NOBODY))
    assert 'data-column="designer"' in answer[3]["html"]
    for name in ("games.exe", "games.csv.zip"):
        answer = await last(page.sheet(ADA, event(do="table", path=str(inside), file=name), NOBODY))
        assert "not a table" in answer[3]["html"]


@in_a_loop
async def test_a_stopped_build_leaves_nothing(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    table = write_table(tmp_path / "games.csv")
    page = Page(shelf)
    roles = dict.fromkeys(("title",), "title") | {"category": "category", "year": "year"}
    answers = []
    async for parts in page.bring.build("page:" + ADA, {"path": str(table), "file": "games.csv", "roles": roles, "name": "Mine"}):
        page.bring.stop("page:" + ADA)
        answers.append(parts)
    assert "Stopped" in answers[-1]
    folder = shelf.folder_of("page:" + ADA)
    assert not [f for f in folder.iterdir() if f.is_dir()]
    assert all(not choice.key.startswith(OWN) for choice in shelf.choices("page:" + ADA))


@in_a_loop
async def test_no_base_outside_the_list_is_opened(shelf: Shelf, tmp_path: Path) -> None:
    page = Page(shelf)
    for key in ("../../etc", str(tmp_path), OWN + "../x", "nothing"):
        answer = await last(page.go(ADA, event(to="base", base=key), NOBODY))
        assert "choose one of the list" in answer[2]["say"]
