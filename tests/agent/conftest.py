"""Open agents: over the made-up games with a brain that is a table, and over the built-in catalogue with the built-in brain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from agent.config import Settings
from agent.sommelier import Sommelier
from knowledge.base import KnowledgeBase
from tests.agent.annotated import open_bases
from tests.agent.scripted import Reading, Scripted
from tests.tools.toy import toy_base


@pytest.fixture(scope="session")
def games(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The made-up games, without vectors."""
    return toy_base(tmp_path_factory.mktemp("agent-toy"))


@pytest.fixture
def opened(games: KnowledgeBase) -> Iterator[Callable[..., Sommelier]]:
    """Open an agent with a table of utterances; closed after the test."""
    open_ones: list[Sommelier] = []

    def make(
        table: Mapping[str, Reading] | None = None, *, store: str = ":memory:", brain: object | None = None, **settings: object
    ) -> Sommelier:
        somm = Sommelier.open(games, brain=brain or Scripted(table), settings=Settings(store=store, **settings))  # type: ignore[arg-type]
        open_ones.append(somm)
        return somm

    yield make
    for somm in open_ones:
        somm.close()


@pytest.fixture(scope="session")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, KnowledgeBase]:
    """The built-in catalogue and the board games, without vectors."""
    return open_bases(tmp_path_factory)


@pytest.fixture(scope="module")
def films(bases: Mapping[str, KnowledgeBase]) -> Iterator[Sommelier]:
    """Open an agent over the built-in catalogue, with the built-in brain."""
    with Sommelier.open(bases["films"], settings=Settings(store=":memory:", brain="builtin")) as opened:
        yield opened
