"""All tools by name, found by looking: a file of this package that defines `TOOL` is a tool, and deleting the file deletes it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import tools
from tools.base import Tool

__all__ = ["TOOLS", "find_tools"]

ORDER = ("filter", "search", "graph", "similar", "collaborative", "popular", "rank", "slate", "lookup", "compare", "explain", "ask")
"""The order of a typical plan; tools not named here follow by name."""

_NOT_TOOLS = frozenset({"base", "candidates", "commands", "fit", "registry"})


def find_tools() -> Mapping[str, Tool[Any]]:
    """Import the modules of this package and return what they define as `TOOL`, by name, in plan order."""
    found: dict[str, Tool[Any]] = {}
    for module in pkgutil.iter_modules(tools.__path__):
        if module.ispkg or module.name in _NOT_TOOLS:
            continue
        tool = getattr(importlib.import_module(f"tools.{module.name}"), "TOOL", None)
        if isinstance(tool, Tool):
            found[tool.name] = tool
    place = {name: at for at, name in enumerate(ORDER)}
    return MappingProxyType(dict(sorted(found.items(), key=lambda pair: (place.get(pair[0], len(ORDER)), pair[0]))))


TOOLS: Mapping[str, Tool[Any]] = find_tools()
