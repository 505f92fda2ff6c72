"""A knowledge base, opened."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from knowledge.errors import BaseOutdated, Unavailable
from knowledge.home import resolve
from knowledge.manifest import Manifest
from knowledge.publish import recover
from knowledge.schema import Schema

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue
    from knowledge.encoders import Encoder
    from knowledge.graph import KnowledgeGraph
    from knowledge.interactions import Interactions
    from knowledge.linker import Linker
    from knowledge.past import Past
    from knowledge.vectors import VectorIndex

__all__ = ["KnowledgeBase"]

T = TypeVar("T")


class KnowledgeBase:
    """A directory that `sommelier build` made. Every part is read on first use and kept; safe to read from several threads."""

    def __init__(self, path: Path, manifest: Manifest, schema: Schema) -> None:
        """Use `KnowledgeBase.open`."""
        self.path = path
        self.manifest = manifest
        self.schema = schema
        self.name = manifest.name
        self.fitted = path / "fitted"
        """Where `sommelier fit` stores rankers, fusion weights and the re-ranker; may not exist."""
        self._parts: dict[str, object] = {}
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: str | Path, *, verify: bool = False) -> KnowledgeBase:
        """Open a base by directory or by name.

        Args:
            path: a directory, or the name of a base built without `--out`.
            verify: hash every file, large ones too.

        Raises:
            BaseMissing, BaseOutdated, BaseDamaged: it cannot be used; the text says what to run.
        """
        folder = resolve(path)
        recover(folder)
        manifest = Manifest.load(folder)
        manifest.check(folder, thorough=verify)
        from knowledge.sources.card_file import load_card

        return cls(folder, manifest, load_card(folder / "card.yaml").schema)

    def __repr__(self) -> str:
        return f"KnowledgeBase({self.name!r}, {self.manifest.counts.get('items', 0):,} items, {str(self.path)!r})"

    def with_parts(self, parts: Mapping[str, object]) -> KnowledgeBase:
        """Return the same base with some parts, by name, put in their place for as long as it is open; nothing fitted is seen.

        For measuring without a leak: interactions and a graph that lack the people who are asked. This base is left as it is.
        """
        other = KnowledgeBase(self.path, self.manifest, self.schema)
        other.fitted = self.path / "none-fitted"
        other._parts = dict(parts)
        return other

    def has(self, part: str) -> bool:
        """Say whether the base has a part: catalogue, interactions, graph, vectors, dialogues."""
        return part in self.manifest.parts

    @property
    def catalogue(self) -> Catalogue:
        """Items, attributes, full text."""

        def load() -> Catalogue:
            from knowledge.catalogue import Catalogue

            return Catalogue(self.path, self.schema)

        return self._part("catalogue", load)

    @property
    def interactions(self) -> Interactions:
        """Who took what. Raises Unavailable where the source had none."""

        def load() -> Interactions:
            from knowledge.interactions import Interactions

            return Interactions.load(self.path / "interactions.npz")

        return self._part("interactions", load, "name a file of interactions in the card")

    @property
    def graph(self) -> KnowledgeGraph:
        """Items, facet values, people, users and dialogues as nodes. Raises Unavailable where nothing links the items."""

        def load() -> KnowledgeGraph:
            from knowledge.graph import KnowledgeGraph

            return KnowledgeGraph.load(self.path / "graph.npz")

        return self._part("graph", load, "give the items facets, or name interactions in the card")

    @property
    def dialogues(self) -> Past:
        """Past dialogues. Raises Unavailable where the source had none."""

        def load() -> Past:
            from knowledge.past import Past

            return Past.load(self.path / "dialogues")

        return self._part("dialogues", load, "build from, or join, a source of dialogues (dialogues:DIR)")

    @property
    def vectors(self) -> VectorIndex:
        """The items' embeddings. Raises Unavailable where the base was built without."""

        def load() -> VectorIndex:
            from knowledge.vectors import open_vectors

            return open_vectors(self.path / "vectors")

        return self._part("vectors", load, "build it again with an encoder")

    @property
    def encoder(self) -> Encoder:
        """The encoder that made the vectors. Raises Unavailable where there are no vectors."""

        def load() -> Encoder:
            from knowledge.encoders import read_encoder

            return read_encoder(self.path / "encoder")

        return self._part("encoder", load, "build it again with an encoder", part="vectors")

    @property
    def linker(self) -> Linker:
        """Finds entities in text."""

        def load() -> Linker:
            from knowledge.linker import Linker

            return Linker.of(self.catalogue)

        return self._part("linker", load, part="catalogue")

    def _part(self, name: str, load: Callable[[], T], mend: str = "", part: str | None = None) -> T:
        found = self._parts.get(name)
        if found is None:
            with self._lock:
                found = self._parts.get(name)
                if found is None:
                    self._require(part or name, mend)
                    found = self._parts[name] = load()
        return found  # type: ignore[return-value]

    def _require(self, part: str, mend: str) -> None:
        if not self.has(part):
            raise Unavailable(
                f"the base {self.name!r} has no {part}; {mend} and build it again" if mend else f"the base {self.name!r} has no {part}"
            )
        if Manifest.load(self.path).stamp != self.manifest.stamp:
            raise BaseOutdated(f"{str(self.path)!r} was built anew since it was opened; open it again")
