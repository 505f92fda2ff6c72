"""Entity names: `kind:value`, one string for a node of the graph, a link target and a profile entry.

`item:heat-1995`, `person:Michael Mann`, `genre:comedy`, `user:17`, `dialogue:3`. People are one kind whatever facet they stand
in, so that somebody who directs and acts is one node.
"""

from __future__ import annotations

from knowledge.schema import Facet

__all__ = ["entity", "entity_kind", "facet_kind", "item_entity", "split_entity"]


def entity(kind: str, value: str) -> str:
    """Return the entity name of a value."""
    return f"{kind}:{value}"


def item_entity(item_id: str) -> str:
    """Return the entity name of an item."""
    return f"item:{item_id}"


def split_entity(name: str) -> tuple[str, str]:
    """Split an entity name into kind and value. Raises ValueError where there is no kind."""
    kind, colon, value = name.partition(":")
    if not colon or not kind:
        raise ValueError(f"{name!r} is not an entity name; write kind:value, such as 'item:42'")
    return kind, value


def entity_kind(name: str) -> str:
    """Return the kind of an entity name."""
    return split_entity(name)[0]


def facet_kind(facet: Facet) -> str:
    """Return the entity kind of a facet's values: `person` for people, the facet's name otherwise."""
    return "person" if facet.kind == "person" else facet.name
