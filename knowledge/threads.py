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
_here = threading.local()
_inside = 0
_before: Any = None


@lru_cache(maxsize=1)
def _controller() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep BLAS to one thread for the block; blocks may be nested.

    The setting is the process's in some builds of BLAS and the main thread's in others. So every thread sets it for itself, and every
    thread that leaves gives back what stood before the first came: at worst another thread loses its limit early, but none ever keeps it.
    """
    global _inside, _before
    depth = getattr(_here, "depth", 0)
    if depth == 0:
        with _lock:
            limit = _controller().limit(limits=1, user_api="blas")
            if _inside == 0:
                _before = limit
            _inside += 1
    _here.depth = depth + 1
    try:
        yield
    finally:
        _here.depth = depth
        if depth == 0:
            with _lock:
                _inside -= 1
                _before.restore_original_limits()
