"""Paths as evidence: strength, hubs, kinds, order; checked against all simple paths of networkx."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

from knowledge.graph import KnowledgeGraph


def library() -> KnowledgeGraph:
    crowd = [(f"item:z{i:02d}", "genre", "genre:drama") for i in range(60)]
    return KnowledgeGraph.from_triples(
        [
            *crowd,
            ("item:a", "genre", "genre:drama"),
            ("item:b", "genre", "genre:drama"),
            ("item:a", "by", "person:X"),
            ("item:b", "by", "person:X"),
            ("item:b", "starring", "person:X", 0.5),
            ("item:c", "by", "person:Y"),
            ("item:b", "starring", "person:Y"),
            ("user:1", "took", "item:a"),
            ("user:1", "took", "item:c"),
            ("item:far", "genre", "genre:alone"),
        ]
    )


def test_a_shared_maker_says_more_than_a_shared_hub():
    first, second, *_ = library().paths("item:a", "item:b", longest=2)
    assert first.nodes == ("item:a", "person:X", "item:b")
    assert first.relations == ("by", "by")
    assert second.nodes == ("item:a", "genre:drama", "item:b")
    assert first.weight > 10 * second.weight


def test_longer_paths_are_found_within_the_limit():
    graph = library()
    assert graph.paths("item:a", "item:c")[0].nodes == ("item:a", "user:1", "item:c")
    chain = [p.nodes for p in graph.paths("item:a", "item:c", avoid=("user",))]
    assert ("item:a", "person:X", "item:b", "person:Y", "item:c") in chain
    assert graph.paths("item:a", "item:c", avoid=("user",), longest=3) == []


def test_neighbours_come_first_with_the_relation_read_from_either_side():
    graph = library()
    assert graph.paths("person:X", "item:a")[0].nodes == ("person:X", "item:a")
    assert graph.paths("item:a", "person:X", longest=1)[0].relations == ("by",)


def test_no_way_no_paths():
    graph = library()
    for a, b in (("item:a", "item:far"), ("item:a", "item:a"), ("item:a", "item:unknown")):
        assert graph.paths(a, b) == []
    assert graph.paths("item:a", "item:b", k=0) == []


@pytest.mark.parametrize("seed", range(5))
def test_finds_the_strongest_of_all_simple_paths(seed):
    rng = np.random.default_rng(seed)
    pairs = rng.integers(0, 14, size=(28, 2))
    graph = KnowledgeGraph.from_triples(
        (f"item:{a:02d}", "r", f"item:{b:02d}", float(w)) for (a, b), w in zip(pairs, rng.random(28) + 0.5, strict=True) if a != b
    )
    plain = nx.Graph()
    for triple in graph.triples():
        before = plain.get_edge_data(triple.head, triple.tail, {"w": 0.0})["w"]
        plain.add_edge(triple.head, triple.tail, w=before + triple.weight)
    strength = dict(plain.degree(weight="w"))
    a, b = graph.nodes[0], graph.nodes[5]
    every = {}
    for way in nx.all_simple_paths(plain, a, b, cutoff=5):
        weight = np.prod([plain[x][y]["w"] for x, y in pairwise(way)])
        every[tuple(way)] = weight * 0.5 ** (len(way) - 1) / np.prod([strength[n] for n in way[1:-1]])
    best = sorted(every.values(), reverse=True)[:6]
    found = graph.paths(a, b, k=6, longest=5)
    np.testing.assert_allclose([p.weight for p in found], best, rtol=1e-5)
    for path in found:
        assert path.weight == pytest.approx(every[path.nodes], rel=1e-5)


def test_the_same_question_gives_the_same_answer():
    assert library().paths("item:a", "item:c", k=9) == library().paths("item:a", "item:c", k=9)


def test_a_hub_is_left_towards_the_neighbours_that_fewest_others_share():
    facts = [("item:hub", "tag", f"tag:{v}") for v in range(6)]
    facts += [(f"item:{i}", "tag", f"tag:{v}") for v in range(6) for i in range(6 - v)]
    graph = KnowledgeGraph.from_triples(facts)
    hub, narrow = graph.index("item:hub"), graph.narrow(3)
    kept = {graph.nodes[n] for n in narrow.indices[narrow.indptr[hub] : narrow.indptr[hub + 1]]}
    assert kept == {"tag:3", "tag:4", "tag:5"}
    few = np.flatnonzero(graph.degree <= 3)
    np.testing.assert_array_equal(narrow.toarray()[few], graph.adjacency.toarray()[few])
