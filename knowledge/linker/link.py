"""A link: a piece of an utterance and the entity it names."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Link"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """`text[start:end]` names an entity, or stands where a name would and names none we know."""

    start: int
    end: int
    text: str
    entity: str | None
    """Entity name (`item:heat-1995`, `person:Michael Mann`, `genre:comedy`); None for an unknown name."""
    kind: str
    """`item`, `person` or the facet's name; `item` for an unknown name."""
    score: float
    """How sure the link is, 0..1; for an unknown name, how sure it is that a name stands there."""
    near: tuple[tuple[str, float], ...] = ()
    """Other entities the words may mean, best first: same title of another year, another facet's value; for an unknown name near misses."""
    year: int | None = None
    """The year said with the name ("Heat (1995)", "the 1995 Heat")."""
