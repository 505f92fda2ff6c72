"""One BLAS thread while latency counts.

Many small matrix products on several threads wait for each other as soon as another process uses the cores: a product of half a millisecond
then takes twenty.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

__all__ = ["one_thread"]

_lock = threading.Lock()
_state: dict[str, Any] = {"inside": 0, "limit": None}


@lru_cache(maxsize=1)
def _controller() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep BLAS to one thread for the block. The setting is the process's, so the last of several threads inside gives it back."""
    with _lock:
        _state["inside"] += 1
        if _state["inside"] == 1:
            _state["limit"] = _controller().limit(limits=1, user_api="blas")
    try:
        yield
    finally:
        with _lock:
            _state["inside"] -= 1
            if _state["inside"] == 0:
                _state["limit"].restore_original_limits()
                _state["limit"] = None
