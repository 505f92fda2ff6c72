"""The knowledge graph: typed nodes and weighted relations, personalised PageRank, paths as evidence, interchange."""

from knowledge.graph.graph import KnowledgeGraph, Neighbour, Triple

__all__ = ["KnowledgeGraph", "Neighbour", "Triple"]
