"""The built-in brain: understanding by grammar, planning by demonstration, wording by template; no key, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.builtin.brain import BuiltinBrain

__all__ = ["BuiltinBrain"]


def __getattr__(name: str) -> Any:
    if name != "BuiltinBrain":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from agent.builtin.brain import BuiltinBrain

    return BuiltinBrain
