"""The memory bus of a session: the only way tools talk to each other. Replaced step by step, never mutated by a tool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.base import ToolResult
from tools.candidates import Candidate, from_json, to_json

__all__ = ["Budget", "Bus", "LogEntry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One step that ran."""

    id: str
    tool: str
    note: str = ""
    before: int | None = None
    """Candidates before; None for the whole catalogue."""
    after: int | None = None
    ms: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the entry as JSON-plain data."""
        return {"id": self.id, "tool": self.tool, "note": self.note, "before": self.before, "after": self.after, "ms": round(self.ms, 2)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What is left for this turn."""

    calls: int = 4
    tokens: int = 60_000
    seconds: float = 30.0


@dataclass(slots=True, kw_only=True)
class Bus:
    """Candidates and what was found out about them in this turn, with what happened to earlier slates."""

    candidates: Sequence[Candidate] | None = None
    """None while the whole catalogue is open."""
    data: list[dict[str, Any]] = field(default_factory=list)
    """`ToolResult.data` of every step that gave any, each with its `tool` and `step`."""
    blocked: list[dict[str, Any]] = field(default_factory=list)
    log: list[LogEntry] = field(default_factory=list)
    shown: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    budget: Budget = field(default_factory=Budget)
    ranked: Sequence[Candidate] | None = field(default=None, repr=False)
    """The candidates that the last `slate` step chose from, to choose again from."""

    def take(self, step: str, tool: str, result: ToolResult, ms: float) -> LogEntry:
        """Put a tool's result on the bus and log the step."""
        before = None if self.candidates is None else len(self.candidates)
        if result.candidates is not None:
            if tool == "slate":
                self.ranked = self.candidates
            self.candidates = result.candidates
        if result.data:
            self.data.append({**result.data, "tool": tool, "step": step})
        for block in result.blocked:
            from knowledge.predicates import to_json as plain

            self.blocked.append({"words": block.words, "where": plain(block.predicate), "without": block.without})
        after = None if self.candidates is None else len(self.candidates)
        entry = LogEntry(id=step, tool=tool, note=result.note, before=before, after=after, ms=ms)
        self.log.append(entry)
        return entry

    def found(self, tool: str) -> dict[str, Any] | None:
        """Return what a tool found out last, or None."""
        return next((d for d in reversed(self.data) if d["tool"] == tool), None)

    def to_json(self, limit: int | None = None) -> dict[str, Any]:
        """Return the bus as JSON-plain data, the best `limit` candidates only where one is given."""
        rows = None if self.candidates is None else [to_json(c) for c in self.candidates[: limit or len(self.candidates)]]
        return {
            "candidates": rows,
            "data": self.data,
            "blocked": self.blocked,
            "log": [e.to_json() for e in self.log],
            "shown": list(self.shown),
            "rejected": list(self.rejected),
            "accepted": list(self.accepted),
            "budget": {"calls": self.budget.calls, "tokens": self.budget.tokens, "seconds": self.budget.seconds},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Bus:
        """Read a bus from its JSON form."""
        rows = data["candidates"]
        return cls(
            candidates=None if rows is None else tuple(from_json(c) for c in rows),
            data=list(data["data"]),
            blocked=list(data["blocked"]),
            log=[LogEntry(**e) for e in data["log"]],
            shown=tuple(data["shown"]),
            rejected=tuple(data["rejected"]),
            accepted=tuple(data["accepted"]),
            budget=Budget(**data["budget"]),
        )
