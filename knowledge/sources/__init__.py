"""Sources: adapters from what lies outside to items, interactions, relations and dialogues."""

from knowledge.sources.base import Events, MemorySource, Relation, Source
from knowledge.sources.open import open_source

__all__ = ["Events", "MemorySource", "Relation", "Source", "open_source"]
