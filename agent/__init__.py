"""Sommelier's agent: who decides. `from agent import Sommelier`.

The names of this project's packages are plain (`agent`, `tools`, `knowledge`). Where a host program has packages of its own under
those names, they shadow ours; that is noticed here and said, instead of failing somewhere inside.
"""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.events import (
        Because,
        Done,
        Event,
        Failed,
        Planned,
        SlateItem,
        SlateShown,
        StepFinished,
        StepStarted,
        TextDelta,
        Turn,
        Understood,
        Usage,
    )
    from agent.graph import make_graph
    from agent.profile import Entry, Profile
    from agent.request import Request
    from agent.session import Session
    from agent.sommelier import Sommelier

__all__ = [
    "Because",
    "Done",
    "Entry",
    "Event",
    "Failed",
    "Planned",
    "Profile",
    "Request",
    "Session",
    "Settings",
    "SlateItem",
    "SlateShown",
    "Sommelier",
    "StepFinished",
    "StepStarted",
    "TextDelta",
    "Turn",
    "Understood",
    "Usage",
    "make_graph",
]

_HOME = {
    "Sommelier": "agent.sommelier",
    "Session": "agent.session",
    "Settings": "agent.config",
    "Profile": "agent.profile",
    "Entry": "agent.profile",
    "Request": "agent.request",
    "make_graph": "agent.graph",
}


def _check_siblings() -> None:
    """Raise ImportError where `knowledge` or `tools` is somebody else's package."""
    here = Path(__file__).resolve().parent.parent
    for name, module in (("knowledge", "predicates"), ("tools", "candidates")):
        spec = importlib.util.find_spec(name)
        places = [Path(p).resolve() for p in (spec.submodule_search_locations or ())] if spec is not None else []
        if not any((place / f"{module}.py").is_file() for place in places):
            found = str(places[0]) if places else "nothing"
            raise ImportError(
                f"Sommelier's package {name!r} is shadowed: {found!r} was found instead of {str(here / name)!r}. "
                "Rename yours, or run Sommelier as a service beside your program: sommelier serve"
            )


_check_siblings()


def __getattr__(name: str) -> Any:
    """Import a public name on first use, so that `import agent` stays fast."""
    if name in __all__:
        return getattr(importlib.import_module(_HOME.get(name, "agent.events")), name)
    raise AttributeError(f"module 'agent' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
