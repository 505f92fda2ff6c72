"""What a turn may spend: calls, tokens, bytes and seconds; and what has been spent, by turn and by key."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from agent.events import Usage

__all__ = ["Budget", "Ledger", "added"]

RESERVE_S = 0.2
"""Seconds of the deadline kept for the built-in brain to take over."""


def added(one: Usage, other: Usage) -> Usage:
    """Return two costs together."""
    return Usage(
        calls=one.calls + other.calls,
        tokens_in=one.tokens_in + other.tokens_in,
        tokens_out=one.tokens_out + other.tokens_out,
        cost=one.cost + other.cost,
        ms=one.ms + other.ms,
    )


@dataclass(slots=True, kw_only=True)
class Budget:
    """One turn's allowance over all its calls and retries. Not shared between turns."""

    seconds: float = 30.0
    calls: int = 4
    """Answers asked for; a retry after a network fault counts as a retry, not as a call."""
    retries: int = 2
    tokens: int = 60_000
    """Tokens in and out over all calls."""
    began: float = field(default_factory=time.monotonic)
    usage: Usage = field(default_factory=Usage)
    log: list[dict[str, str | int | float]] = field(default_factory=list)
    """Every call: purpose, tokens in and out, milliseconds."""

    @property
    def seconds_left(self) -> float:
        """Seconds until the turn's deadline, the reserve taken off."""
        return self.began + self.seconds - RESERVE_S - time.monotonic()

    @property
    def calls_left(self) -> int:
        """Calls that may still be made."""
        return self.calls - self.usage.calls

    @property
    def tokens_left(self) -> int:
        """Tokens that may still be spent."""
        return self.tokens - self.usage.tokens_in - self.usage.tokens_out

    def spend(self, usage: Usage) -> None:
        """Count what a call has cost."""
        self.usage = added(self.usage, usage)


class Ledger:
    """What an endpoint has cost since it was opened, for all sessions of this process. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._total = Usage()

    def add(self, usage: Usage) -> None:
        """Count a call."""
        with self._lock:
            self._total = added(self._total, usage)

    @property
    def total(self) -> Usage:
        """Everything so far."""
        return self._total
