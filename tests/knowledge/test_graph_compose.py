"""The graph of a catalogue: facets, relations, people and dialogues as nodes."""

import pytest

from knowledge.errors import BadInput
from knowledge.graph import KnowledgeGraph, Triple, compose
from knowledge.interactions import Interactions
from knowledge.items import Item
from knowledge.schema import Facet, Schema

SCHEMA = Schema(
    name="games",
    facets=(
        Facet(name="designer", kind="person", weight=2.0),
        Facet(name="artist", kind="person"),
        Facet(name="type"),
        Facet(name="shelf", weight=0.0),
    ),
)
ITEMS = [
    Item(
        id="azul",
        title="Azul",
        facets={"designer": ("Kiesling",), "artist": ("Kiesling",), "type": ("abstract", "family"), "shelf": ("3",)},
    ),
    Item(id="go", title="Go", facets={"type": ("abstract",)}),
    Item(id="none", title="None"),
]


def test_facets_become_relations_with_the_weights_of_the_schema():
    graph = compose(SCHEMA, ITEMS)
    assert graph.nodes == ["item:azul", "item:go", "item:none", "person:Kiesling", "type:abstract", "type:family"]
    assert set(graph.triples()) == {
        Triple("item:azul", "designer", "person:Kiesling", 2.0),
        Triple("item:azul", "artist", "person:Kiesling", 1.0),
        Triple("item:azul", "type", "type:abstract", 1.0),
        Triple("item:azul", "type", "type:family", 1.0),
        Triple("item:go", "type", "type:abstract", 1.0),
    }


def test_relations_name_items_entities_or_plain_values():
    graph = compose(
        SCHEMA, ITEMS, relations=[("go", "older than", "azul"), ("azul", "mechanic", "drafting"), ("azul", "like", "type:abstract", 0.5)]
    )
    assert {t for t in graph.triples() if t.relation in {"older than", "mechanic", "like"}} == {
        Triple("item:go", "older than", "item:azul", 1.0),
        Triple("item:azul", "mechanic", "mechanic:drafting", 1.0),
        Triple("item:azul", "like", "type:abstract", 0.5),
    }
    with pytest.raises(BadInput, match="empty head or tail"):
        compose(SCHEMA, ITEMS, relations=[("go", "r", " ")])


def test_likes_and_dialogues_become_nodes():
    taken = Interactions.from_events(["u", "u", "v"], [0, 1, 2], [0.5, -1.0, 1.0], n_items=3)
    graph = compose(
        SCHEMA, ITEMS, interactions=taken, dialogues={"7": ["go", "item:azul", "person:Kiesling", "item:unknown", "unheard", "go"]}
    )
    assert [(n.node, n.weight) for n in graph.neighbours("user:u")] == [("item:azul", 0.5)]
    assert [n.node for n in graph.neighbours("dialogue:7", "named")] == ["item:azul", "item:go", "person:Kiesling"]
    walked = graph.item_scores(graph.pagerank({"dialogue:7": 1.0}))
    assert walked[1] > walked[2] == 0


def test_too_many_likes_leave_people_out():
    taken = Interactions.from_events(["u", "v"], [0, 1], n_items=3)
    assert "user:u" in compose(SCHEMA, ITEMS, interactions=taken, likes=2)
    assert "user:u" not in compose(SCHEMA, ITEMS, interactions=taken, likes=1)


def test_an_empty_catalogue_is_fine():
    graph = compose(SCHEMA, [])
    assert isinstance(graph, KnowledgeGraph)
    assert len(graph) == 0
    assert graph.pagerank({"item:go": 1.0}).shape == (0,)
