"""The graph in other people's formats, there and back."""

import json

import networkx as nx
import pytest

from knowledge.errors import BadInput
from knowledge.graph import KnowledgeGraph, export_graph, import_graph


@pytest.fixture
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.from_triples(
        [
            ("item:a", "by", "person:Ü, “X”", 1.5),
            ("item:a", "starring", "person:Ü, “X”"),
            ("item:b", "genre", "genre:sci-fi & <more>", 0.25),
            ("item:b", "sequel of", "item:a"),
            ("item:b", "sequel of", "item:b"),
        ],
        items=["a", "b"],
    )


def test_networkx_both_ways(graph):
    other = graph.to_networkx()
    assert isinstance(other, nx.MultiDiGraph)
    assert other.nodes["person:Ü, “X”"] == {"kind": "person", "label": "Ü, “X”"}
    assert other.get_edge_data("item:a", "person:Ü, “X”", "by") == {"relation": "by", "weight": 1.5}
    back = KnowledgeGraph.from_networkx(other, items=["a", "b"])
    assert back.nodes == graph.nodes
    assert list(back.triples()) == list(graph.triples())


@pytest.mark.parametrize("suffix", [".json", ".graphml", ".csv"])
def test_files_both_ways(graph, tmp_path, suffix):
    export_graph(graph, tmp_path / f"g{suffix}")
    back = import_graph(tmp_path / f"g{suffix}", items=["a", "b"])
    assert back.nodes == graph.nodes
    assert list(back.triples()) == list(graph.triples())


def test_lone_nodes_survive_where_the_format_has_them(tmp_path):
    graph = KnowledgeGraph.from_triples([], items=["a"], nodes=["genre:empty"])
    for suffix in (".json", ".graphml"):
        export_graph(graph, tmp_path / f"g{suffix}")
        assert import_graph(tmp_path / f"g{suffix}").nodes == ["item:a", "genre:empty"]


def test_plain_networkx_graphs_are_read_too():
    plain = nx.Graph()
    plain.add_node(1, kind="item")
    plain.add_edge(1, "two")
    graph = KnowledgeGraph.from_networkx(plain)
    assert graph.nodes == ["item:1", "node:two"]
    assert [(t.relation, t.weight) for t in graph.triples()] == [("related", 1.0)]
    with pytest.raises(BadInput, match="both called 'node:1'"):
        KnowledgeGraph.from_networkx(nx.Graph([(1, "1")]))


def test_node_link_with_links_is_read(tmp_path):
    (tmp_path / "g.json").write_text(
        json.dumps(
            {
                "directed": True,
                "multigraph": False,
                "nodes": [{"id": "item:a"}, {"id": "item:b"}],
                "links": [{"source": "item:a", "target": "item:b"}],
            }
        )
    )
    assert import_graph(tmp_path / "g.json").degree.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("g.csv", "head,tail\na,b\n", "g.csv: lacks the column 'relation'"),
        ("g.csv", "head,relation,tail,weight\na,r,b,1\na,r,,1\n", "row 3"),
        ("g.csv", "head,relation,tail,weight\na,r,b,heavy\n", "row 2: weight 'heavy'"),
        ("g.csv", "head,relation,tail,weight\na,r,b,-1\n", "row 2: weight -1.0"),
        ("g.json", "{", "not node-link JSON"),
        ("g.json", "[]", "not node-link JSON"),
        ("g.graphml", "<graphml", "not GraphML"),
        ("g.txt", "", "cannot read a graph from '.txt'"),
    ],
)
def test_bad_files_are_named(tmp_path, name, text, says):
    (tmp_path / name).write_text(text)
    with pytest.raises(BadInput, match=says):
        import_graph(tmp_path / name)


def test_missing_files_and_unknown_suffixes(graph, tmp_path):
    with pytest.raises(BadInput, match="no file"):
        import_graph(tmp_path / "none.csv")
    with pytest.raises(BadInput, match="cannot write"):
        export_graph(graph, tmp_path / "g.dot")
