"""Keeping an opened base out of the collector's way."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from knowledge.longlived import keep_loaded


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """Leave the collector as it was."""
    yield
    gc.unfreeze()


class Knot:
    """Refers to itself."""

    def __init__(self) -> None:
        self.own = self


def test_what_is_alive_is_passed_over_and_garbage_is_gone_first() -> None:
    kept, _ = Knot(), Knot()
    del _
    keep_loaded()
    assert all(o is not kept for o in gc.get_objects())
    assert not any(isinstance(o, Knot) for o in gc.get_objects())
    frozen = gc.get_freeze_count()
    later = Knot()
    assert any(o is later for o in gc.get_objects())
    keep_loaded()
    assert gc.get_freeze_count() >= frozen
    assert all(o is not later for o in gc.get_objects())
