"""What a benchmark gives back: rows of a table, each with what was promised."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Row", "at_least", "at_most", "table", "times_ms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measured number. `held` is None where nothing was promised of it."""

    what: str
    value: float
    unit: str
    promise: str = ""
    held: bool | None = None


def at_most(what: str, value: float, unit: str, limit: float) -> Row:
    """Return a row whose promise is an upper limit."""
    return Row(what=what, value=value, unit=unit, promise=f"<= {limit:g}", held=value <= limit)


def at_least(what: str, value: float, unit: str, limit: float) -> Row:
    """Return a row whose promise is a lower limit."""
    return Row(what=what, value=value, unit=unit, promise=f">= {limit:g}", held=value >= limit)


def times_ms(calls: Sequence[Callable[[], object]]) -> np.ndarray:
    """Return the wall-clock milliseconds each call takes; the first call is made once before, so that nothing is measured cold."""
    calls[0]()
    spent = []
    for call in calls:
        start = time.perf_counter()
        call()
        spent.append((time.perf_counter() - start) * 1e3)
    return np.array(spent)


def table(rows: Sequence[Row]) -> str:
    """Return the rows as an aligned text table."""
    if not rows:
        return ""
    wide = max(len(row.what) for row in rows)
    mark = {True: "held", False: "MISSED", None: ""}
    return "\n".join(f"{row.what:<{wide}}  {row.value:>10,.2f} {row.unit:<4} {row.promise:>10} {mark[row.held]}".rstrip() for row in rows)
