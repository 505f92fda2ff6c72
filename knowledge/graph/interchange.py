"""The graph in the formats others read: networkx, node-link JSON, GraphML, CSV triples.

Nodes keep their entity names as ids, with `kind` and `label` beside them; every relation is one edge with `relation` and `weight`.
"""

from __future__ import annotations

import csv
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from knowledge.entities import split_entity
from knowledge.errors import BadInput, SommelierError
from knowledge.graph.graph import KnowledgeGraph, Triple

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["export_graph", "from_networkx", "import_graph", "to_networkx"]

RELATION = "related"
"""What a relation is called whose name the source does not give."""
SUFFIXES = (".json", ".graphml", ".csv")


def to_networkx(graph: KnowledgeGraph) -> nx.MultiDiGraph[Any]:
    """Return the graph as a `networkx.MultiDiGraph`; the key of an edge is its relation."""
    import networkx as nx

    other: nx.MultiDiGraph[Any] = nx.MultiDiGraph()
    for name in graph.nodes:
        kind, value = split_entity(name)
        other.add_node(name, kind=kind, label=value)
    for triple in graph.triples():
        other.add_edge(triple.head, triple.tail, key=triple.relation, relation=triple.relation, weight=triple.weight)
    return other


def from_networkx(graph: nx.Graph[Any], *, items: Sequence[str] = ()) -> KnowledgeGraph:
    """Build from any networkx graph, directed or not, multi or not.

    A node's entity name is its id where that reads `kind:value`, else its `kind` attribute (`node` where it has none) and its id. An edge
    gives `relation` (else its key where that is a word, else `related`) and `weight` (else 1).

    Raises:
        BadInput: two nodes get the same name, or a weight is not a positive number.
    """
    names = {node: _name(node, data) for node, data in graph.nodes(data=True)}
    if len(set(names.values())) != len(names):
        taken: dict[str, Any] = {}
        for node, name in names.items():
            if name in taken:
                raise BadInput(f"nodes {taken[name]!r} and {node!r} are both called {name!r}; give them ids that differ as text")
            taken[name] = node
    triples: list[Triple] = []
    for head, tail, key, data in _edges(graph):
        relation = data.get("relation") or (key if isinstance(key, str) and key else RELATION)
        triples.append(Triple(names[head], str(relation), names[tail], _weight(data.get("weight", 1.0), f"edge {head!r} to {tail!r}")))
    return KnowledgeGraph.from_triples(triples, items=items, nodes=names.values())


def _edges(graph: nx.Graph[Any]) -> Iterator[tuple[Any, Any, Any, dict[str, Any]]]:
    """Yield (head, tail, key, attributes) of every edge; the key is None where the graph has single edges."""
    if graph.is_multigraph():
        yield from cast("nx.MultiGraph[Any]", graph).edges(keys=True, data=True)
    else:
        for head, tail, data in graph.edges(data=True):
            yield head, tail, None, data


def export_graph(graph: KnowledgeGraph, path: str | Path) -> None:
    """Write the graph to a file; its suffix says how: .json (node-link), .graphml, or .csv (head, relation, tail, weight; lone nodes are
    lost).

    Raises:
        BadInput: another suffix.
    """
    path = Path(path)
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(Triple._fields)
            writer.writerows((*triple[:3], f"{triple.weight:g}") for triple in graph.triples())
    elif path.suffix == ".json":
        import networkx as nx

        path.write_text(json.dumps(nx.node_link_data(to_networkx(graph), edges="edges"), ensure_ascii=False) + "\n", "utf-8")
    elif path.suffix == ".graphml":
        import networkx as nx

        nx.write_graphml(to_networkx(graph), path, named_key_ids=True)
    else:
        raise BadInput(
            f"cannot write a graph as {path.suffix or 'a file without suffix'!r}; name the file {', '.join('*' + s for s in SUFFIXES)}"
        )


def import_graph(path: str | Path, *, items: Sequence[str] = ()) -> KnowledgeGraph:
    """Read a graph from a file that `export_graph` or another program wrote; the suffix says how.

    CSV needs columns head, relation, tail and may have weight. In node-link JSON the edges may stand under `edges` or `links`.

    Raises:
        BadInput: no such file, another suffix, or what stands in it is not such a graph; the text names file, row and value.
    """
    path = Path(path)
    if not path.is_file():
        raise BadInput(f"no file {str(path)!r}")
    if path.suffix not in SUFFIXES:
        raise BadInput(f"cannot read a graph from {path.suffix or 'a file without suffix'!r}; use {', '.join('*' + s for s in SUFFIXES)}")
    try:
        if path.suffix == ".csv":
            return KnowledgeGraph.from_triples(_csv_triples(path), items=items)
        return from_networkx(_networkx_of(path), items=items)
    except (SommelierError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name}: {error}") from error


def _networkx_of(path: Path) -> nx.Graph[Any]:
    import networkx as nx

    if path.suffix == ".graphml":
        try:
            return nx.read_graphml(path)
        except (ElementTree.ParseError, nx.NetworkXError, ValueError, KeyError) as error:
            raise BadInput(f"is not GraphML ({error})") from error
    try:
        data = json.loads(path.read_text("utf-8"))
        if not isinstance(data, dict):
            raise BadInput(f"is not node-link JSON (an object with nodes and edges), but a {type(data).__name__}")
        return nx.node_link_graph(data, edges="links" if "links" in data and "edges" not in data else "edges")
    except (ValueError, KeyError, TypeError, nx.NetworkXError) as error:
        raise BadInput(f"is not node-link JSON ({type(error).__name__}: {error})") from error


def _csv_triples(path: Path) -> list[Triple]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in Triple._fields[:3] if name not in (reader.fieldnames or ())]
        if missing:
            raise BadInput(f"lacks the column {missing[0]!r}; it has {', '.join(reader.fieldnames or ['none'])}")
        found: list[Triple] = []
        for number, row in enumerate(reader, 2):
            head, relation, tail = (str(row[name] or "").strip() for name in Triple._fields[:3])
            if not (head and relation and tail):
                raise BadInput(f"row {number}: head, relation and tail must all be there, got {head!r}, {relation!r}, {tail!r}")
            found.append(Triple(_name(head, {}), relation, _name(tail, {}), _weight(row.get("weight") or 1.0, f"row {number}")))
    return found


def _name(node: object, data: dict[str, Any]) -> str:
    text = str(node)
    kind, colon, value = text.partition(":")
    return text if colon and kind and value and not kind.startswith(("http", "urn")) else f"{data.get('kind') or 'node'}:{text}"


def _weight(value: object, where: str) -> float:
    try:
        weight = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise BadInput(f"{where}: weight {value!r} is not a number") from None
    if not 0.0 < weight < float("inf"):
        raise BadInput(f"{where}: weight {weight!r} must be a finite number above 0")
    return weight
