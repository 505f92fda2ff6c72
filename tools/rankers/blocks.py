"""Working through many people a block at a time, several blocks at once where there are cores: scores of everybody do not fit in memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["BLOCK_CELLS", "in_blocks"]

T = TypeVar("T")

BLOCK_CELLS = 12_000_000
"""People x items scored at once by one thread: 48 MB a copy of the scores."""

MOST_THREADS = 4


def in_blocks(work: Callable[[int, int], T], n: int, width: int) -> list[T]:
    """Return `work(start, stop)` for consecutive spans of `n` rows `width` wide, in their order.

    Numpy and scipy work outside Python's lock, so they share the cores; BLAS keeps to one in each meanwhile. What is returned does
    not depend on how many there are.
    """
    step = max(1, BLOCK_CELLS // max(1, width))
    spans = [(start, min(start + step, n)) for start in range(0, n, step)]
    threads = min(_cores(), MOST_THREADS, len(spans))
    if threads <= 1:
        return [work(*span) for span in spans]
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"), ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda span: work(*span), spans))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
