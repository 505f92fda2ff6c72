"""The front of the Python API: a base, a brain and a store, opened together."""

from __future__ import annotations

import secrets
import threading
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.brain import Brain
from agent.config import Settings
from agent.events import Usage
from agent.runner import Runner
from agent.session import Session
from agent.store import SessionRow, SqliteStore
from agent.view import ProfileView
from knowledge.errors import BaseMissing
from tools.base import Tool

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.base import KnowledgeBase

__all__ = ["Sommelier"]

BUILT_IN = "films"
"""The base that is built on first use."""


class Sommelier:
    """Opened once, used by any number of sessions and threads. Close it, or use it in a `with` block."""

    def __init__(
        self, base: KnowledgeBase, *, settings: Settings, brain: Brain | None = None, tools: Mapping[str, Tool[Any]] | None = None
    ) -> None:
        """Use `Sommelier.open`; this takes an open base, and optionally a brain and tools of one's own."""
        from agent.model import with_proposals
        from tools.registry import TOOLS

        self.base = base
        self.settings = settings
        chosen = TOOLS if tools is None else tools
        self.tools: Mapping[str, Tool[Any]] = with_proposals(chosen) if settings.model_proposals else chosen
        self.store = SqliteStore(settings.store_path())
        self.runner = Runner()
        self.holder = secrets.token_hex(8)
        self._own_brain = brain
        self._gateway: Any = None
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    @classmethod
    def open(
        cls,
        base: str | Path | KnowledgeBase = BUILT_IN,
        *,
        brain: str | Brain | None = None,
        store: str | Path | None = None,
        settings: Settings | None = None,
        progress: Callable[..., None] | None = None,
    ) -> Sommelier:
        """Open a base by name or path, with a brain and a store.

        Args:
            base: the name of a built base, a directory, or an open base; `films` is built on first use.
            brain: `auto`, `builtin`, `model`, or an object of one's own; `auto` where left out.
            store: path of the conversation store, `:memory:` for none; the person's data folder where left out.
            settings: everything else; read from the environment where left out.
            progress: called as the built-in base is built.

        Raises:
            BaseError: the base cannot be used; the text says what to run.
            Unavailable: the model brain is asked for and no endpoint is configured.
        """
        own = None if brain is None or isinstance(brain, str) else brain
        changes: dict[str, Any] = {"brain": brain if isinstance(brain, str) else None, "store": str(store) if store is not None else None}
        if settings is None:
            chosen = Settings.from_environment(**changes)
        else:
            from dataclasses import replace

            chosen = replace(settings, **{k: v for k, v in changes.items() if v is not None})
        opened = _open_base(base, progress) if isinstance(base, str | Path) else base
        somm = cls(opened, settings=chosen, brain=own)
        if own is None and chosen.brain == "model":
            somm.brains()
        return somm

    def session(self, user: str | None = None, session_id: str | None = None, *, seed: int | None = None) -> Session:
        """Return a session: a new one, or the one with that id, which goes on where it stood (also after a restart).

        Args:
            user: whose profile counts; None for a guest, whose profile lives and ends with the session.
            session_id: resumes, or starts under that id.
            seed: for every choice of words; made from the id where left out, so that the same id reads the same.

        Raises:
            NoSuchSession: the id is somebody else's.
        """
        key = session_id or secrets.token_hex(8)
        with self._lock:
            owner = f"guest:{key}" if user is None else user
            if user is None and session_id is not None:
                owner = self.store.owner(session_id) or owner
            known = self._sessions.get(key)
            start = seed if seed is not None else zlib.crc32(f"{self.settings.seed}:{key}".encode())
            row = self.store.session(key, user=owner, base=self.base.name, seed=start, now=_now())
            if known is None:
                known = self._sessions[key] = Session(self, row, anonymous=owner.startswith("guest:"))
            return known

    def sessions(self, user: str) -> tuple[SessionRow, ...]:
        """Return a person's sessions, newest first."""
        return self.store.sessions(user)

    def profile(self, user: str) -> ProfileView:
        """Return what is remembered of a person, to see and to change."""
        return ProfileView(self.store, user, self.base)

    def forget(self, user: str) -> None:
        """Delete everything of a person: profile, sessions, turns."""
        self.store.forget(user, None)
        for row in self.store.sessions(user):
            self.store.delete_session(row.id)
            with self._lock:
                self._sessions.pop(row.id, None)

    def brains(self) -> tuple[Brain, Brain]:
        """Return the brain of a new turn and the built-in one that takes over where it fails. Raises Unavailable."""
        from agent.builtin.brain import BuiltinBrain

        builtin = BuiltinBrain()
        if self._own_brain is not None:
            return self._own_brain, builtin
        chosen = self.settings.brain
        if chosen == "model" or (chosen == "auto" and self.settings.model):
            return self._model_brain(), builtin
        return builtin, builtin

    def usage(self) -> Usage:
        """Return what the language model has cost since this agent was opened, all sessions together; zeros without one."""
        return self._gateway.ledger.total if self._gateway is not None else Usage()

    def _model_brain(self) -> Brain:
        """Return the language-model brain of a new turn; the way to the endpoint is shared. Raises Unavailable."""
        from agent.model import open_brain, open_gateway

        with self._lock:
            if self._gateway is None:
                self._gateway = open_gateway(self.settings)
        return open_brain(self.settings, self.tools, self._gateway)

    def ready(self) -> None:
        """Load what every turn needs: names and arrays, not the encoder. Quick once it is done."""
        base = self.base
        _ = base.catalogue.ids, base.linker
        for part in ("graph", "interactions", "vectors"):
            if base.has(part):
                getattr(base, part)
        brain = None if self._own_brain is not None else self.brains()[0]
        if brain is not None and hasattr(brain, "ready"):
            brain.ready()

    def warm(self) -> None:
        """Load every part now, so that the first turn is as fast as the others."""
        from agent.graph import turn_graph

        turn_graph()
        self.ready()
        if self.base.has("interactions"):
            from tools.collaborative import ranker_of

            ranker_of(self.base)
        if len(self.base.catalogue):
            from tools.similar import likeness

            # What likeness is made of is worked out once and kept.
            likeness(self.base, 0)
        if self.base.has("vectors"):
            from agent.demonstrations import ranked

            # Encodes one text, and the demonstrations where the base does not hold their vectors yet.
            ranked("warm", base=self.base, words=False)

    def close(self) -> None:
        """Stop the work under way and close the store."""
        if self._gateway is not None:
            self.runner.run(self._gateway.close())
            self._gateway = None
        self.runner.close()
        self.store.close()

    def __enter__(self) -> Sommelier:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _open_base(base: str | Path, progress: Callable[..., None] | None) -> KnowledgeBase:
    from knowledge.base import KnowledgeBase

    try:
        return KnowledgeBase.open(base)
    except BaseMissing:
        if base != BUILT_IN:
            raise
    from knowledge.build import build
    from knowledge.home import resolve

    build(BUILT_IN, resolve(BUILT_IN), progress=progress)
    opened = KnowledgeBase.open(base)
    if opened.has("interactions"):
        from tools.fit import fit

        # Seconds, once. How much each tool counts takes longer to learn and is left to `sommelier fit`: the defaults are sound.
        fit(opened, fusion=False, progress=None if progress is None else lambda text: progress(text, 0, 0))
    return opened


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="seconds")
