"""Personalised PageRank against networkx as the oracle, and the properties people rely on."""

import networkx as nx
import numpy as np
import pytest

from knowledge.errors import BadInput, BaseDamaged, BaseMissing
from knowledge.graph import KnowledgeGraph, Triple


def toy() -> KnowledgeGraph:
    return KnowledgeGraph.from_triples(
        [
            ("item:a", "by", "person:X"),
            ("item:b", "by", "person:X"),
            ("item:c", "by", "person:Y", 2.0),
            ("item:a", "genre", "genre:g"),
            ("item:b", "genre", "genre:g"),
            ("item:c", "genre", "genre:g", 0.5),
            ("item:d", "genre", "genre:h"),
            ("item:c", "genre", "genre:h"),
        ],
        items=["a", "b", "c", "d", "lonely"],
    )


def random_graph(n: int = 120, m: int = 500, seed: int = 1) -> KnowledgeGraph:
    rng = np.random.default_rng(seed)
    skew = (rng.random((m, 2)) ** 2 * n).astype(int)
    return KnowledgeGraph.from_triples(
        (f"item:{a:03d}", "near", f"item:{b:03d}", float(w)) for (a, b), w in zip(skew, rng.random(m) + 0.1, strict=True)
    )


def oracle(graph: KnowledgeGraph, seeds: dict[str, float], restart: float) -> np.ndarray:
    plain = nx.Graph()
    plain.add_nodes_from(graph.nodes)
    for triple in graph.triples():
        before = plain.get_edge_data(triple.head, triple.tail, {"weight": 0.0})["weight"]
        plain.add_edge(triple.head, triple.tail, weight=before + triple.weight)
    ranks = nx.pagerank(plain, alpha=1 - restart, personalization=seeds, tol=1e-12, max_iter=2000)
    return np.array([ranks[name] for name in graph.nodes])


@pytest.mark.parametrize("restart", [0.15, 0.5, 0.85])
@pytest.mark.parametrize("seeds", [{"item:a": 1.0}, {"item:a": 1.0, "genre:h": 3.0}, {"item:d": 0.2, "item:lonely": 0.8}])
def test_agrees_with_networkx(restart, seeds):
    graph = toy()
    ours = graph.pagerank(seeds, restart=restart, iterations=200)
    np.testing.assert_allclose(ours, oracle(graph, seeds, restart), atol=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_networkx_on_random_graphs(seed):
    graph = random_graph(seed=seed)
    seeds = {graph.nodes[3]: 1.0, graph.nodes[40]: 2.0, "item:unknown": 5.0}
    known = {name: w for name, w in seeds.items() if name in graph}
    np.testing.assert_allclose(graph.pagerank(seeds, iterations=300), oracle(graph, known, 0.15), atol=1e-6)


def test_a_batch_is_the_same_as_one_by_one():
    graph = random_graph()
    queries = [{graph.nodes[i]: 1.0, graph.nodes[i + 7]: 0.5} for i in range(70)] + [{}]
    hated = [{graph.nodes[i + 3]: 0.4} for i in range(70)] + [{}]
    batch = graph.pagerank_batch(queries, negative=hated, damping=0.3)
    assert batch.shape == (len(graph), 71)
    for q, (liked, disliked) in enumerate(zip(queries, hated, strict=True)):
        np.testing.assert_allclose(batch[:, q], graph.pagerank(liked, negative=disliked, damping=0.3), atol=1e-7)


def test_no_known_seed_gives_zeros():
    graph = toy()
    assert not graph.pagerank({"item:zzz": 1.0}).any()
    assert not graph.pagerank({}).any()
    assert graph.pagerank_batch([]).shape == (len(graph), 0)
    assert not graph.pagerank_batch([{}]).any()


def test_a_dislike_lowers_what_is_near_it():
    graph = toy()
    plain = graph.pagerank({"item:a": 1.0}, iterations=100)
    against = graph.pagerank({"item:a": 1.0}, negative={"genre:h": 0.5}, iterations=100)
    np.testing.assert_allclose(against, plain - 0.5 * graph.pagerank({"genre:h": 1.0}, iterations=100), atol=1e-6)
    drop = plain - against
    assert drop[graph.index("item:d")] > drop[graph.index("item:b")] > 0
    assert (graph.pagerank({}, negative={"genre:h": 1.0}) <= 0).all()


def test_hub_damping_moves_mass_from_the_hub_to_the_rare_relation():
    # Item a shares a hub genre with everyone and a rare person with b only.
    triples = [(f"item:x{i:02d}", "genre", "genre:hub") for i in range(40)]
    graph = KnowledgeGraph.from_triples(
        [*triples, ("item:a", "genre", "genre:hub"), ("item:a", "by", "person:rare"), ("item:b", "by", "person:rare")]
    )
    plain = graph.pagerank({"item:a": 1.0}, iterations=100)
    damped = graph.pagerank({"item:a": 1.0}, damping=0.5, iterations=100)
    hub, rare = graph.index("genre:hub"), graph.index("person:rare")
    assert damped[hub] < plain[hub]
    assert damped[rare] > plain[rare]
    assert damped.sum() == pytest.approx(1.0, abs=1e-5)


def test_item_scores_follow_the_catalogue_and_know_isolated_items():
    graph = toy()
    scores = graph.item_scores(graph.pagerank({"person:X": 1.0}))
    assert scores.shape == (5,)
    assert scores[0] == pytest.approx(scores[1])
    assert scores[0] > scores[2] > scores[3] > 0
    assert scores[4] == 0


@pytest.mark.parametrize("damping", [0.0, 0.4])
def test_push_finds_the_same_best_nodes(damping):
    graph = random_graph(3000, 20_000, seed=5)
    seeds = {graph.nodes[17]: 1.0, graph.nodes[900]: 1.0, graph.nodes[2000]: 0.5}
    exact = graph.pagerank(seeds, damping=damping, iterations=200, method="power")
    pushed = graph.pagerank(seeds, damping=damping, method="push")
    best = set(np.argsort(-exact)[:100].tolist())
    assert len(best & set(np.argsort(-pushed)[:100].tolist())) >= 98
    assert pushed.sum() == pytest.approx(1.0, abs=0.02)


def test_push_takes_dislikes_and_nothing():
    graph = random_graph(500, 3000)
    liked, hated = {graph.nodes[3]: 1.0}, {graph.nodes[200]: 0.5}
    exact = graph.pagerank(liked, negative=hated, iterations=200, method="power")
    np.testing.assert_allclose(graph.pagerank(liked, negative=hated, method="push"), exact, atol=2e-3)
    assert not graph.pagerank({}, method="push").any()


def test_the_same_query_gives_the_same_bytes():
    for method in ("power", "push"):
        first, second = random_graph(), random_graph()
        seeds = {first.nodes[3]: 1.0, first.nodes[40]: 0.2}
        backwards = dict(reversed(seeds.items()))
        assert first.pagerank(seeds, method=method).tobytes() == second.pagerank(backwards, method=method).tobytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"seeds": {"item:a": -1.0}}, "'item:a' has weight -1.0"),
        ({"seeds": {"item:a": float("nan")}}, "finite number"),
        ({"seeds": {"item:a": 1.0}, "restart": 0.0}, "restart is 0.0"),
        ({"seeds": {"item:a": 1.0}, "damping": -1.0}, "hub damping is -1.0"),
    ],
)
def test_bad_arguments_are_named(arguments, says):
    with pytest.raises(BadInput, match=says):
        toy().pagerank(**arguments)


def test_facts_that_repeat_add_up_and_order_does_not_matter():
    one = KnowledgeGraph.from_triples([("item:a", "r", "item:b", 1.0), ("item:a", "r", "item:b", 2.0), ("item:c", "r", "item:a")])
    two = KnowledgeGraph.from_triples([("item:c", "r", "item:a"), ("item:a", "r", "item:b", 3.0)])
    assert list(one.triples()) == list(two.triples()) == [Triple("item:a", "r", "item:b", 3.0), Triple("item:c", "r", "item:a", 1.0)]


@pytest.mark.parametrize(("triple", "says"), [(("item:a", "r", "nokind"), "'nokind'"), (("item:a", "r", "item:b", 0.0), "weight 0.0")])
def test_bad_facts_are_named(triple, says):
    with pytest.raises(BadInput, match=says):
        KnowledgeGraph.from_triples([triple])


def test_neighbours_are_typed_and_strongest_first():
    graph = toy()
    around = graph.neighbours("item:c")
    assert [(n.node, n.relation, n.forward) for n in around] == [
        ("person:Y", "by", True),
        ("genre:h", "genre", True),
        ("genre:g", "genre", True),
    ]
    assert [n.node for n in graph.neighbours("genre:h", "genre")] == ["item:c", "item:d"]
    assert not graph.neighbours("genre:h", "genre")[0].forward
    assert graph.degree[graph.index("genre:g")] == 3
    with pytest.raises(KeyError):
        graph.neighbours("item:nowhere")


def test_files_round_trip(tmp_path):
    graph = toy()
    graph.save(tmp_path / "graph.npz")
    back = KnowledgeGraph.load(tmp_path / "graph.npz")
    assert back.nodes == graph.nodes
    assert back.n_items == 5
    assert list(back.triples()) == list(graph.triples())
    assert back.kinds[-1] == "person"
    np.testing.assert_array_equal(back.pagerank({"item:a": 1.0}), graph.pagerank({"item:a": 1.0}))
    (tmp_path / "graph.npz").write_bytes(b"not a graph")
    with pytest.raises(BaseDamaged):
        KnowledgeGraph.load(tmp_path / "graph.npz")
    with pytest.raises(BaseMissing, match="sommelier build"):
        KnowledgeGraph.load(tmp_path / "other.npz")


def linked(dialogues: bool, n_items: int = 80) -> KnowledgeGraph:
    """Items with values, people and, if wished, dialogues that name both items and values: links among what is no item."""
    rng = np.random.default_rng(9)
    facts = [Triple(f"item:{i:02d}", "tag", f"tag:{v}", 0.5) for i in range(n_items) for v in (rng.random(4) ** 2 * 30).astype(int)]
    facts += [
        Triple(f"user:{u}", "took", f"item:{i:02d}", float(rng.random() + 0.1)) for u in range(20) for i in rng.integers(n_items, size=5)
    ]
    if dialogues:
        facts += [Triple(f"dialogue:{d}", "named", f"tag:{d % 7}") for d in range(15)]
        facts += [Triple(f"dialogue:{d}", "named", f"item:{d:02d}") for d in range(15)]
        facts += [Triple("item:00", "sequel", "item:01")]
    return KnowledgeGraph.from_triples(facts, items=[f"{i:02d}" for i in range(n_items)])


@pytest.mark.parametrize("dialogues", [False, True])
@pytest.mark.parametrize("iterations", [0, 1, 2, 5, 8])
def test_ranks_of_items_alone_are_those_of_the_whole_walk(dialogues, iterations, monkeypatch):
    graph = linked(dialogues)
    for few in (1, 10**9):
        # Taken by columns whatever it costs, and never.
        monkeypatch.setattr("knowledge.graph.pagerank.FEW", few)
        for seeds in ({"item:03": 1.0}, {"item:03": 1.0, "tag:1": 0.3, "user:4": 0.2}, {"item:zz": 1.0}, {}):
            for negative in (None, {"tag:2": 0.4, "item:09": 0.2}):
                asked = {"restart": 0.4, "damping": 0.3, "iterations": iterations, "negative": negative}
                whole = graph.item_scores(graph.pagerank(seeds, method="power", **asked))
                np.testing.assert_allclose(graph.item_ranks(seeds, **asked), whole, rtol=1e-5, atol=1e-9)
