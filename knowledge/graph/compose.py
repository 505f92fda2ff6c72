"""Making the graph of a catalogue: items to their facet values, given relations, people's likes and past dialogues.

Nodes of users and dialogues make the walk collaborative: from an item to those who took it to what else they took.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from knowledge.entities import entity, facet_kind, item_entity
from knowledge.errors import BadInput
from knowledge.graph.graph import KnowledgeGraph, Triple
from knowledge.interactions import Interactions
from knowledge.items import Item
from knowledge.schema import Schema

__all__ = ["LIKES", "compose", "resolve"]

LIKES = 2_000_000
"""Likes up to which people are nodes. Beyond, the graph would be nearly all likes, and the collaborative rankers tell that part better."""
TOOK = "took"
NAMED = "named"


def compose(
    schema: Schema,
    items: Sequence[Item],
    *,
    relations: Iterable[tuple[str, str, str] | tuple[str, str, str, float]] = (),
    interactions: Interactions | None = None,
    dialogues: Mapping[str, Iterable[str]] | None = None,
    likes: int = LIKES,
) -> KnowledgeGraph:
    """Return the graph of a catalogue.

    Args:
        schema: facet relations get its weights; people in any facet are one kind of node.
        items: in catalogue order (by id).
        relations: (head, relation, tail) or with a weight, as given by a person, whose names are read by `resolve`; a `Triple` holds entity
            names already and is taken as it is.
        interactions: likes become `user:NAME -took-> item`, weighted by strength; left out beyond `likes` of them.
        dialogues: id -> the entity names or item ids named in a past dialogue, as `dialogue:ID -named-> ...`; those nobody knows are
        dropped.
        likes: the limit above.
    """
    known = {item.id for item in items}
    kinds = {facet_kind(facet) for facet in schema.facets}

    def triples() -> Iterator[Triple]:
        for item in items:
            for facet in schema.facets:
                if facet.weight <= 0:
                    continue
                kind = facet_kind(facet)
                for value in item.facets.get(facet.name, ()):
                    yield Triple(item_entity(item.id), facet.name, entity(kind, value), facet.weight)
        for row in relations:
            if isinstance(row, Triple):
                yield row
                continue
            head, relation, tail, *rest = row
            yield Triple(
                resolve(str(head), known, kinds),
                str(relation),
                resolve(str(tail), known, kinds, str(relation)),
                float(rest[0]) if rest else 1.0,
            )
        if interactions is not None:
            yield from _took(interactions, [item.id for item in items], likes)
        yield from _named(dialogues or {}, known, kinds)

    return KnowledgeGraph.from_triples(triples(), items=[item.id for item in items])


def resolve(name: str, items: Collection[str], kinds: Collection[str] = (), relation: str = "related") -> str:
    """Return the entity a name in a relations file means: an item id, a full entity name (`genre:war`), or else a value of kind `relation`.

    Raises BadInput where the name is empty.
    """
    if not name.strip():
        raise BadInput("a relation has an empty head or tail; give an item id, an entity such as 'person:Ada', or a plain value")
    if name in items:
        return item_entity(name)
    kind, colon, value = name.partition(":")
    if colon and value and (kind in kinds or kind in {"person", "user", "dialogue"} or (kind == "item" and value in items)):
        return name
    return entity(relation.replace(":", " "), name)


def _took(interactions: Interactions, ids: Sequence[str], limit: int) -> Iterator[Triple]:
    liked = interactions.positive().tocoo()
    if len(liked.data) > limit:
        return
    rows, columns = liked.coords
    for user, item, strength in zip(rows.tolist(), columns.tolist(), liked.data.tolist(), strict=True):
        yield Triple(entity("user", interactions.users[user]), TOOK, item_entity(ids[item]), strength)


def _named(dialogues: Mapping[str, Iterable[str]], items: Collection[str], kinds: Collection[str]) -> Iterator[Triple]:
    for number, names in dialogues.items():
        for name in dict.fromkeys(names):
            if name in items:
                yield Triple(entity("dialogue", number), NAMED, item_entity(name))
            elif name.partition(":")[0] in kinds or name.removeprefix("item:") in items:
                yield Triple(entity("dialogue", number), NAMED, name)
