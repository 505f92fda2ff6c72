"""What a tool may yield and which items a name stands for: the rules every tool shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import WithJsonSchema

from knowledge.entities import entity, facet_kind, split_entity
from knowledge.errors import BadInput
from knowledge.predicates import AllOf, Predicate, from_json
from tools.base import BadArguments, ToolContext
from tools.candidates import Candidates
from tools.derived import kept, remembered

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase
    from knowledge.catalogue import Catalogue

__all__ = [
    "Mask",
    "Where",
    "eligible",
    "entities_of",
    "holding",
    "item_id_of",
    "known_items",
    "open_candidates",
    "parse_where",
    "positions_of",
    "standing",
    "title_of",
    "unwanted",
]

Mask = npt.NDArray[np.bool_]

MOST_KEPT = 50_000
"""Items whose entities are kept once read."""

MOST_PREDICATES = 32
"""Predicates whose items are kept, the newest; a byte an item each."""

PREDICATE_MARK = "x-predicate"
"""Marks a field that holds a predicate; `tools.schemas` puts the predicate's own schema in its place."""

Where = Annotated[dict[str, Any], WithJsonSchema({"type": "object", PREDICATE_MARK: True})]
"""A predicate in its JSON form (`knowledge.predicates`)."""


def parse_where(where: Mapping[str, Any] | None) -> Predicate:
    """Read an optional predicate argument; none holds for every item. Raises BadArguments."""
    if not where:
        return AllOf(parts=())
    try:
        return from_json(where)
    except (BadInput, TypeError, ValueError, KeyError) as error:
        raise BadArguments(f"'where': {error}") from error


def item_id_of(name: str) -> str:
    """Return the item id of an item entity or of a bare id."""
    return name.removeprefix("item:")


def known_items(catalogue: Catalogue, names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Split item entities or ids into those the catalogue has and those it lacks, without repeats, in order."""
    ids = list(dict.fromkeys(item_id_of(name) for name in names))
    return [i for i in ids if i in catalogue], [i for i in ids if i not in catalogue]


def standing(catalogue: Catalogue, item_ids: Iterable[str]) -> Mask:
    """Return where the items of these ids stand, `(n_items,)`; ids the catalogue lacks are left out."""
    mask: Mask = np.zeros(len(catalogue), dtype=np.bool_)
    mask[[catalogue.index(i) for i in item_ids if i in catalogue]] = True
    return mask


def title_of(base: KnowledgeBase, item_id: str) -> str:
    """Return the title of an item id."""
    catalogue = base.catalogue
    return catalogue.titles[catalogue.index(item_id)]


def unwanted(context: ToolContext) -> Mask:
    """Return which items must not come back, `(n_items,)`: excluded, seen or disliked, unless asked for by name."""
    catalogue = context.base.catalogue
    disliked = {item_id_of(name) for name in context.taste.disliked if name.startswith("item:")}
    named = {item_id_of(name) for name in context.named}
    return standing(catalogue, (context.excluded | context.taste.seen | disliked) - named)


def holding(base: KnowledgeBase, where: Predicate) -> Mask:
    """Return for which items a predicate holds, `(n_items,)`, read-only: each tool of a plan asks for the same one again.

    Raises BadInput for an attribute the catalogue lacks.
    """

    def make() -> Mask:
        found = base.catalogue.select(where)
        found.flags.writeable = False
        return found

    return remembered(base, "holding", where, MOST_PREDICATES, make)


def eligible(context: ToolContext) -> Mask:
    """Return which items may be yielded at all, `(n_items,)`: what must hold holds, and nothing unwanted."""
    return holding(context.base, context.where) & ~unwanted(context)


def open_candidates(context: ToolContext, mask: Mask | None = None) -> Candidates:
    """Return the candidates still open: those on the bus, or the whole catalogue, as far as eligible."""
    catalogue = context.base.catalogue
    allowed = eligible(context) if mask is None else mask
    if context.candidates is None:
        return Candidates(catalogue.ids, np.flatnonzero(allowed))
    given = Candidates.of(catalogue, context.candidates)
    keep = allowed[given.positions]
    return given if keep.all() else given.take(keep)


def positions_of(base: KnowledgeBase, name: str) -> npt.NDArray[np.int64]:
    """Return the catalogue positions an entity stands for, ascending: the item itself, or all items with the value.

    A person stands for every item in which they have any part. Unknown names give an empty array.
    """
    catalogue = base.catalogue
    try:
        kind, value = split_entity(name)
    except ValueError:
        return np.empty(0, dtype=np.int64)
    if kind == "item":
        return np.array([catalogue.index(value)] if value in catalogue else [], dtype=np.int64)
    found = [catalogue.facet(f.name).positions(value) for f in base.schema.facets if facet_kind(f) == kind]
    held = [positions for positions in found if len(positions)]
    if not held:
        return np.empty(0, dtype=np.int64)
    return (held[0] if len(held) == 1 else np.unique(np.concatenate(held))).astype(np.int64)


def entities_of(base: KnowledgeBase, position: int) -> Mapping[str, tuple[str, str, int]]:
    """Return the entities of an item's facet values: entity name -> (facet, value, place there), in card order; the first facet wins."""
    store: dict[int, dict[str, tuple[str, str, int]]] = kept(base, "entities", dict)
    found = store.get(position)
    if found is None:
        found = {}
        for facet in base.schema.facets:
            for place, value in enumerate(base.catalogue.facet(facet.name).of(position)):
                found.setdefault(entity(facet_kind(facet), value), (facet.name, value, place))
        if len(store) < MOST_KEPT:
            store[position] = found
    return found
