"""Vector search: exact in one matrix, approximate in Chroma for many rows, behind one protocol."""

from knowledge.vectors.chroma import ChromaIndex
from knowledge.vectors.exact import ExactIndex
from knowledge.vectors.index import VectorIndex
from knowledge.vectors.store import open_vectors, write_vectors

__all__ = ["ChromaIndex", "ExactIndex", "VectorIndex", "open_vectors", "write_vectors"]
