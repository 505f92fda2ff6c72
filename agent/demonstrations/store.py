"""Reading the demonstrations from their files."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["Demonstration", "demonstrations"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """One example of understanding and planning.

    Placeholders in braces stand for names of the catalogue at hand: {item}, {item2}, {person}, {value}, {value2}, {tag}, {more},
    {less}, {much}, {items} and the like; see `agent.demonstrations.fill`.
    """

    id: str
    say: str
    request: dict[str, Any] = field(default_factory=dict)
    """The request, defaults left out."""
    tools: tuple[str, ...] = ()
    """The tools of the plan, in order; none for an answer without tools."""
    context: str = ""
    """What stood before, in a few words ("a slate of three", "asked for a mood")."""
    features: frozenset[str] = frozenset()
    """The request's shape, by which plans are adapted."""


@cache
def demonstrations() -> tuple[Demonstration, ...]:
    """Return all demonstrations, sorted by id."""
    import yaml

    found: list[Demonstration] = []
    for file in sorted(files("agent.demonstrations").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yaml"):
            found.extend(_read(row) for row in yaml.safe_load(file.read_text(encoding="utf-8")))
    return tuple(sorted(found, key=lambda d: d.id))


def _read(row: dict[str, Any]) -> Demonstration:
    from agent.builtin.planning import shape
    from agent.request import Request

    request = row.get("request", {})
    features = set(shape(Request.model_validate(request))) | set(row.get("also", ()))
    return Demonstration(
        id=row["id"],
        say=row["say"],
        request=request,
        tools=tuple(row.get("tools", ())),
        context=row.get("context", ""),
        features=frozenset(features),
    )
