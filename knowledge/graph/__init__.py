"""The knowledge graph: typed nodes and weighted relations, personalised PageRank, paths as evidence, interchange."""

from knowledge.graph.compose import compose
from knowledge.graph.graph import KnowledgeGraph, Neighbour, Triple
from knowledge.graph.interchange import export_graph, import_graph
from knowledge.graph.paths import Path

__all__ = ["KnowledgeGraph", "Neighbour", "Path", "Triple", "compose", "export_graph", "import_graph"]
