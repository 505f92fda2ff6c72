"""Where sessions, turns and profiles are kept: SQLite, one row a turn, committed before the turn is acknowledged.

A session is written under a lease with a fencing token: whoever takes the lease raises the token, and a commit with an older token
is refused, so that a writer that slept through its lease cannot overwrite what came after it. Rewinding marks the later turns and
the statements of those turns as left behind; they no longer count, and pruning removes them.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from agent.errors import LeaseLost, NoSuchSession, NoSuchTurn, StoreDamaged
from agent.profile import Entry, Profile

__all__ = ["Lease", "SessionRow", "SqliteStore", "Store", "open_store"]

_VERSION = "1"
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
  id TEXT PRIMARY KEY, user TEXT NOT NULL, base TEXT NOT NULL, seed INTEGER NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL,
  head INTEGER NOT NULL DEFAULT 0, revision INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0, holder TEXT NOT NULL DEFAULT '', held_until REAL NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS turns (
  number INTEGER PRIMARY KEY, session TEXT NOT NULL, turn INTEGER NOT NULL, live INTEGER NOT NULL DEFAULT 1, at TEXT NOT NULL,
  data BLOB NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS turns_of ON turns (session, live, turn);
CREATE TABLE IF NOT EXISTS statements (
  number INTEGER PRIMARY KEY, user TEXT NOT NULL, session TEXT NOT NULL, turn INTEGER NOT NULL, live INTEGER NOT NULL DEFAULT 1,
  data TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS statements_of ON statements (user, live, number);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """What the store knows of a session besides its turns."""

    id: str
    user: str
    base: str
    seed: int
    created: str
    updated: str
    head: int
    """Number of the last turn that counts; 0 before the first."""
    revision: int
    """Raised by every change; tells a cached copy that it is stale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to write a session; `fence` is higher than that of every earlier lease."""

    session: str
    fence: int


class Store(Protocol):
    """Sessions, turns and profiles. Every method is one transaction and safe to call from several threads."""

    def session(self, session_id: str, *, user: str, base: str, seed: int, now: str) -> SessionRow:
        """Return the session, made where it is new. Raises NoSuchSession where it belongs to somebody else."""
        ...

    def sessions(self, user: str) -> tuple[SessionRow, ...]:
        """Return a person's sessions, newest first."""
        ...

    def acquire(self, session_id: str, holder: str, lease_s: float) -> Lease | None:
        """Take the lease, or return None where somebody else holds it."""
        ...

    def release(self, lease: Lease) -> None:
        """Give the lease back; nothing happens where it is lost already."""
        ...

    def commit(
        self, lease: Lease, turn: int | None, data: Mapping[str, Any] | None, entries: Sequence[Entry], *, user: str, now: str
    ) -> int:
        """Append a turn and statements, durably; return the new revision. Raises LeaseLost."""
        ...

    def turns(self, session_id: str) -> list[dict[str, Any]]:
        """Return the data of the turns that count, oldest first."""
        ...

    def rewind(self, lease: Lease, turn: int, now: str) -> int:
        """Leave the turns after `turn` behind, with what they taught; return the new revision. Raises LeaseLost, NoSuchTurn."""
        ...

    def profile(self, user: str, now: str = "") -> Profile:
        """Return a person's profile."""
        ...

    def tell(self, user: str, entries: Sequence[Entry]) -> None:
        """Add statements made outside a turn."""
        ...

    def forget(self, user: str, entity: str | None) -> int:
        """Delete what was said on an entity, or everything; return the number of statements deleted."""
        ...

    def delete_session(self, session_id: str) -> None:
        """Delete a session with its turns; the profile stays."""
        ...

    def prune(self, session_id: str, keep_turns: int) -> None:
        """Shrink turns older than the newest `keep_turns` to what was shown, and delete what was left behind."""
        ...

    def close(self) -> None:
        """Close the store."""
        ...


class SqliteStore:
    """The store in one SQLite file (or in memory). Deleted rows are overwritten on disk."""

    def __init__(self, path: str) -> None:
        """Open or make the file. Raises StoreDamaged."""
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self.path = path
        try:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "auto_vacuum=INCREMENTAL", "busy_timeout=30000"):
                self._database.execute(f"PRAGMA {pragma}").fetchall()
            self._database.executescript(_TABLES)
            self._database.execute("INSERT OR IGNORE INTO meta VALUES ('version', ?)", (_VERSION,))
            version = self._database.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()[0]
        except sqlite3.DatabaseError as error:
            self._database.close()
            raise StoreDamaged(
                f"{path!r} is not a conversation store ({error}); move it away or name another with SOMMELIER_STORE"
            ) from error
        if version != _VERSION:
            self._database.close()
            raise StoreDamaged(
                f"{path!r} is a store of version {version}, this program reads {_VERSION}; name another with SOMMELIER_STORE"
            )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def session(self, session_id: str, *, user: str, base: str, seed: int, now: str) -> SessionRow:
        """Return the session, made where it is new. Raises NoSuchSession where it belongs to somebody else or another base."""
        with self._transaction() as database:
            database.execute(
                "INSERT OR IGNORE INTO sessions (id, user, base, seed, created, updated) VALUES (?, ?, ?, ?, ?, ?)",
                (session_id, user, base, seed, now, now),
            )
            row = self._row(session_id)
        if row.user != user:
            raise NoSuchSession(f"session {session_id!r} is not one of {user!r}; use another session id")
        if row.base != base:
            raise NoSuchSession(f"session {session_id!r} talks about {row.base!r}, not {base!r}; use another session id")
        return row

    def _row(self, session_id: str) -> SessionRow:
        columns = "id, user, base, seed, created, updated, head, revision"
        found = self._database.execute(f"SELECT {columns} FROM sessions WHERE id = ?", (session_id,)).fetchone()
        if found is None:
            raise NoSuchSession(f"there is no session {session_id!r}")
        return SessionRow(**dict(zip(columns.split(", "), found, strict=True)))

    def row(self, session_id: str) -> SessionRow:
        """Return the session as it stands. Raises NoSuchSession."""
        with self._lock:
            return self._row(session_id)

    def owner(self, session_id: str) -> str | None:
        """Return whose session it is, or None where there is none."""
        with self._lock:
            found = self._database.execute("SELECT user FROM sessions WHERE id = ?", (session_id,)).fetchone()
        return None if found is None else str(found[0])

    def sessions(self, user: str) -> tuple[SessionRow, ...]:
        """Return a person's sessions, newest first."""
        with self._lock:
            ids = self._database.execute("SELECT id FROM sessions WHERE user = ? ORDER BY updated DESC, id", (user,)).fetchall()
            return tuple(self._row(i) for (i,) in ids)

    def acquire(self, session_id: str, holder: str, lease_s: float) -> Lease | None:
        """Take the lease, or return None where another holder has it."""
        now = time.time()
        with self._transaction() as database:
            done = database.execute(
                "UPDATE sessions SET fence = fence + 1, holder = ?, held_until = ? WHERE id = ? AND (holder = '' OR held_until < ?)",
                (holder, now + lease_s, session_id, now),
            )
            if not done.rowcount:
                return None
            fence = database.execute("SELECT fence FROM sessions WHERE id = ?", (session_id,)).fetchone()[0]
        return Lease(session=session_id, fence=int(fence))

    def release(self, lease: Lease) -> None:
        """Give the lease back; nothing happens where it is lost already."""
        with self._transaction() as database:
            database.execute("UPDATE sessions SET holder = '', held_until = 0 WHERE id = ? AND fence = ?", (lease.session, lease.fence))

    def commit(
        self, lease: Lease, turn: int | None, data: Mapping[str, Any] | None, entries: Sequence[Entry], *, user: str, now: str
    ) -> int:
        """Append a turn (where there is one) and statements, durably; return the new revision. Raises LeaseLost."""
        with self._transaction() as database:
            self._fenced(database, lease)
            head = turn if turn is not None else self._row(lease.session).head
            if turn is not None and data is not None:
                database.execute("INSERT INTO turns (session, turn, at, data) VALUES (?, ?, ?, ?)", (lease.session, turn, now, _pack(data)))
            self._say(database, user, entries)
            database.execute(
                "UPDATE sessions SET head = ?, updated = ?, revision = revision + 1 WHERE id = ?",
                (head, now, lease.session),
            )
            return self._row(lease.session).revision

    def turns(self, session_id: str) -> list[dict[str, Any]]:
        """Return the data of the turns that count, oldest first."""
        with self._lock:
            rows = self._database.execute("SELECT data FROM turns WHERE session = ? AND live = 1 ORDER BY turn", (session_id,)).fetchall()
        return [_unpack(blob) for (blob,) in rows]

    def rewind(self, lease: Lease, turn: int, now: str) -> int:
        """Leave the turns after `turn` behind, with what they taught; return the new revision. Raises LeaseLost, NoSuchTurn."""
        with self._transaction() as database:
            self._fenced(database, lease)
            head = self._row(lease.session).head
            if not 0 <= turn <= head:
                raise NoSuchTurn(f"cannot go back to turn {turn}: the session stands at turn {head}; name one from 0 to {head}")
            database.execute("UPDATE turns SET live = 0 WHERE session = ? AND turn > ?", (lease.session, turn))
            database.execute("UPDATE statements SET live = 0 WHERE session = ? AND turn > ?", (lease.session, turn))
            database.execute(
                "UPDATE sessions SET head = ?, updated = ?, revision = revision + 1 WHERE id = ?",
                (turn, now, lease.session),
            )
            return self._row(lease.session).revision

    def profile(self, user: str, now: str = "") -> Profile:
        """Return a person's profile."""
        with self._lock:
            rows = self._database.execute("SELECT data FROM statements WHERE user = ? AND live = 1 ORDER BY number", (user,)).fetchall()
        return Profile.fold(user, (Entry.from_json(json.loads(text)) for (text,) in rows), now)

    def tell(self, user: str, entries: Sequence[Entry]) -> None:
        """Add statements made outside a turn."""
        with self._transaction() as database:
            self._say(database, user, entries)

    def forget(self, user: str, entity: str | None) -> int:
        """Delete what was said on an entity, or everything, also what rewinding left behind; return the number deleted."""
        with self._transaction() as database:
            rows = database.execute("SELECT number, data FROM statements WHERE user = ?", (user,)).fetchall()
            doomed = [(number,) for number, text in rows if entity is None or json.loads(text)["entity"] == entity]
            database.executemany("DELETE FROM statements WHERE number = ?", doomed)
        return len(doomed)

    def delete_session(self, session_id: str) -> None:
        """Delete a session with its turns; the profile stays."""
        with self._transaction() as database:
            database.execute("DELETE FROM turns WHERE session = ?", (session_id,))
            database.execute("DELETE FROM sessions WHERE id = ?", (session_id,))
        self._shrink()

    def prune(self, session_id: str, keep_turns: int) -> None:
        """Shrink turns older than the newest `keep_turns` to what was shown, and delete what rewinding left behind."""
        with self._transaction() as database:
            head = self._row(session_id).head
            database.execute("DELETE FROM turns WHERE session = ? AND live = 0", (session_id,))
            database.execute("DELETE FROM statements WHERE session = ? AND live = 0", (session_id,))
            old = database.execute(
                "SELECT number, data FROM turns WHERE session = ? AND turn <= ?", (session_id, head - keep_turns)
            ).fetchall()
            for number, blob in old:
                data = _unpack(blob)
                if not data.get("pruned"):
                    slim = {"turn": data["turn"], "shown": data.get("shown", []), "pruned": True}
                    database.execute("UPDATE turns SET data = ? WHERE number = ?", (_pack(slim), number))
        self._shrink()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def _shrink(self) -> None:
        with self._lock:
            self._database.execute("PRAGMA incremental_vacuum").fetchall()

    def _say(self, database: sqlite3.Connection, user: str, entries: Sequence[Entry]) -> None:
        database.executemany(
            "INSERT INTO statements (user, session, turn, data) VALUES (?, ?, ?, ?)",
            [(user, e.session, e.turn, json.dumps(e.to_json(), ensure_ascii=False)) for e in entries],
        )

    def _fenced(self, database: sqlite3.Connection, lease: Lease) -> None:
        fence = database.execute("SELECT fence FROM sessions WHERE id = ?", (lease.session,)).fetchone()
        if fence is None or fence[0] != lease.fence:
            raise LeaseLost(f"session {lease.session!r} was taken over while this turn ran; say it again")


def open_store(path: str) -> Store:
    """Open the store at a path (or `:memory:`). Raises StoreDamaged."""
    return SqliteStore(path)


def _pack(data: Mapping[str, Any]) -> bytes:
    return zlib.compress(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def _unpack(blob: bytes) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(zlib.decompress(blob))
    return data
