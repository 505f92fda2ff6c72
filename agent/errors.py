"""What can go wrong in the agent; branches of `knowledge.errors.SommelierError`.

AgentError
├── BrainFailed        a brain could not do its part; the built-in one takes over and the turn goes on
├── SessionBusy        another process holds the session longer than one may wait
├── LeaseLost          another writer took the session over while this turn ran; nothing of the turn was kept
├── NoSuchTurn         a rewind to a turn that never was
├── NoSuchSession      a session id that belongs to another person
└── StoreDamaged       the store file is not ours or of another version
"""

from __future__ import annotations

from knowledge.errors import SommelierError

__all__ = ["AgentError", "BrainFailed", "LeaseLost", "NoSuchSession", "NoSuchTurn", "SessionBusy", "StoreDamaged", "TurnTooSlow"]


class AgentError(SommelierError):
    """Base of the agent's errors."""


class BrainFailed(AgentError):
    """A brain could not understand, plan or write; the text says why in words a person may read."""


class SessionBusy(AgentError):
    """The session's lease is held elsewhere for longer than the waiting limit."""


class LeaseLost(AgentError):
    """The lease ran out and another writer went on with the session; the turn was not kept."""


class NoSuchTurn(AgentError):
    """There is no such turn in the session."""


class NoSuchSession(AgentError):
    """The session belongs to somebody else."""


class StoreDamaged(AgentError):
    """The store cannot be read as ours."""


class TurnTooSlow(AgentError):
    """A turn was not done within twice the deadline; nothing of it was kept."""
