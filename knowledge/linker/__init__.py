"""The linker: names of items, people and facet values found in what people say, and unknown names told apart from them."""

from knowledge.linker.index import Name
from knowledge.linker.link import Link
from knowledge.linker.linker import Linker

__all__ = ["Link", "Linker", "Name"]
