"""The graph of a base: facet values, people, users and past dialogues linked to the items they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from knowledge.dialogues import Dialogue, dialogue_entity
from knowledge.entities import entity, facet_kind, item_entity
from knowledge.graph import KnowledgeGraph, Triple
from knowledge.interactions import Interactions
from knowledge.items import Item
from knowledge.schema import Schema
from knowledge.sources.base import Relation

__all__ = ["graph_of"]

LIKED = "liked"
MENTIONED = "mentioned"

MOST_LIKES = 3_000_000
"""Likes linked in the graph at most, those of the last users left out: past this the collaborative ranker tells more and the
graph only grows slower."""


def graph_of(
    items: Sequence[Item], schema: Schema, interactions: Interactions | None, relations: Iterable[Relation], dialogues: Iterable[Dialogue]
) -> KnowledgeGraph:
    """Build the graph of a base.

    An item links to each of its facet values with the facet's weight, a user to the items liked with the strength of the
    liking, a past dialogue to the items mentioned in it. Dislikes are no links.

    Args:
        items: sorted by id or not; their nodes come in catalogue order.
        relations: further links that the source knows.
    """
    ids = sorted(item.id for item in items)
    return KnowledgeGraph.from_triples(_triples(items, ids, schema, interactions, relations, dialogues), items=ids)


def _triples(
    items: Sequence[Item],
    ids: Sequence[str],
    schema: Schema,
    interactions: Interactions | None,
    relations: Iterable[Relation],
    dialogues: Iterable[Dialogue],
) -> Iterator[Triple]:
    for facet in schema.facets:
        if facet.weight <= 0:
            continue
        kind = facet_kind(facet)
        for item in items:
            for value in item.facets.get(facet.name, ()):
                yield Triple(item_entity(item.id), facet.name, entity(kind, value), facet.weight)
    for relation in relations:
        yield Triple(relation.head, relation.relation, relation.tail, relation.weight)
    past = set()
    for dialogue in dialogues:
        node = dialogue_entity(dialogue.id)
        past.add(node)
        for item_id in dict.fromkeys(i for u in dialogue.utterances for i in u.items):
            yield Triple(node, MENTIONED, item_entity(item_id), 1.0)
    if interactions is None:
        return
    likes = interactions.positive()
    ends = likes.indptr.tolist()
    names = [item_entity(item_id) for item_id in ids]
    for row, user in enumerate(interactions.users):
        if ends[row + 1] > MOST_LIKES:
            break
        # The seeker of a past dialogue is linked through the dialogue already.
        if user in past:
            continue
        node = entity("user", user)
        for at in range(ends[row], ends[row + 1]):
            yield Triple(node, LIKED, names[likes.indices[at]], float(likes.data[at]))
