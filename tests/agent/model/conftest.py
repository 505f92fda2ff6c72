"""Two small catalogues and the scripted server around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from agent.config import Settings
from agent.sommelier import Sommelier
from knowledge.base import KnowledgeBase
from knowledge.build import build
from tests.agent.model.scripted_server import ScriptedServer
from tests.agent.model.scripted_server.server import Script

Talk = Callable[..., tuple[Sommelier, ScriptedServer]]


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The built-in catalogue, without vectors, every part loaded so that no turn waits for it."""
    folder = tmp_path_factory.mktemp("model-films")
    build("films", folder / "films", encoder=None)
    base = KnowledgeBase.open(folder / "films")
    with Sommelier.open(base, brain="builtin", settings=Settings(store=":memory:")) as somm:
        somm.warm()
        somm.session().say("something like Heat")
    return base


@pytest.fixture
def talk() -> Iterator[Talk]:
    """Open an agent on a scripted endpoint; both closed after the test."""
    open_ones: list[tuple[Sommelier, ScriptedServer]] = []

    def make(base: KnowledgeBase, script: Script, *, lacks: tuple[str, ...] = (), **settings: Any) -> tuple[Sommelier, ScriptedServer]:
        server = ScriptedServer(script, lacks=lacks).__enter__()
        plain = {"store": ":memory:", "model": "scripted", "base_url": server.url, "deadline_s": 20.0, **settings}
        somm = Sommelier.open(base, settings=Settings(**plain))
        open_ones.append((somm, server))
        return somm, server

    yield make
    for somm, server in open_ones:
        somm.close()
        server.__exit__()
        assert server.faults == [], server.faults
