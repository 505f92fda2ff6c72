"""Bases every test of this room may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from tests.tools.toy import dice_base, toy_base


@pytest.fixture(scope="session")
def games(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """Twelve games written by hand, without vectors."""
    return toy_base(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="session")
def dice(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """Three hundred games by dice, with sixty people."""
    return dice_base(tmp_path_factory.mktemp("dice"), 300, people=60)


@pytest.fixture(scope="session")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for bases made by single tests."""
    return tmp_path_factory.mktemp("bases")
