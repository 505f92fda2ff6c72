"""A cache of answers, for evaluation: the same request is answered from the file. Off unless a path is set."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from agent.model.calls import Calls, Failed, Outcome, Refused, Text, ToolCall

__all__ = ["Cache"]


class Cache:
    """A file of answers by request. Failures are not kept. For one event loop."""

    def __init__(self, path: str) -> None:
        """Open or make the file; `:memory:` keeps it for this process."""
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA busy_timeout = 5000")
        self._db.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL)")

    def key(self, address: str, request: Mapping[str, Any]) -> str:
        """Return the key of a request to an endpoint."""
        return hashlib.sha256(json.dumps([address, request], sort_keys=True).encode()).hexdigest()

    def get(self, key: str) -> Outcome | None:
        """Return the answer kept, or None."""
        row = self._db.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        data = json.loads(row[0])
        kind = data.pop("kind")
        if kind == "calls":
            return Calls(calls=tuple(ToolCall(**c) for c in data["calls"]), text=data["text"])
        return Text(**data) if kind == "text" else Refused(**data)

    def put(self, key: str, outcome: Outcome) -> None:
        """Keep an answer."""
        if isinstance(outcome, Failed):
            return
        kind = {Text: "text", Calls: "calls", Refused: "refused"}[type(outcome)]
        self._db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, json.dumps({"kind": kind, **asdict(outcome)})))

    def close(self) -> None:
        """Close the file."""
        self._db.close()
