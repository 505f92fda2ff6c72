"""The knowledge graph: typed nodes, weighted relations, compiled once to one sparse matrix.

Nodes are entity names (`knowledge.entities`). Item nodes come first, in catalogue order, so that the head of a node vector is
a score per item; the others follow by name. Relations are directed facts (head, relation, tail) but are walked both ways.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledge.arrays import pack, read_arrays, unpack, write_arrays
from knowledge.entities import entity_kind
from knowledge.errors import BadInput
from knowledge.graph.pagerank import Floats, Walk, power, power_batch, power_items, seed_vector
from knowledge.graph.push import push

if TYPE_CHECKING:
    import networkx as nx

    from knowledge.graph.paths import Path as GraphPath

__all__ = ["KnowledgeGraph", "Neighbour", "Triple"]

ITEM = "item:"
PUSH_FROM = 100_000
"""Nodes from which one query is answered by local push; below, ten full iterations take no more than some 25 ms and are exact."""


class Triple(NamedTuple):
    """One fact: head and tail are entity names, the weight is positive."""

    head: str
    relation: str
    tail: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A node one relation away. `forward` tells whether the relation starts at the node asked about."""

    node: str
    relation: str
    weight: float
    forward: bool


class KnowledgeGraph:
    """Typed nodes and weighted relations. Immutable; safe to read from several threads."""

    def __init__(
        self,
        nodes: list[str],
        relations: list[str],
        head: NDArray[np.int32],
        tail: NDArray[np.int32],
        relation: NDArray[np.int16],
        weight: Floats,
        n_items: int,
    ) -> None:
        self.nodes = nodes
        self.relations = relations
        self.head, self.tail, self.relation, self.weight = head, tail, relation, weight
        self.n_items = n_items
        self._walks: dict[float, Walk] = {}
        self._narrow: dict[int, sp.csr_array] = {}

    @classmethod
    def from_triples(
        cls,
        triples: Iterable[Triple | tuple[str, str, str] | tuple[str, str, str, float]],
        *,
        items: Sequence[str] = (),
        nodes: Iterable[str] = (),
    ) -> KnowledgeGraph:
        """Build a graph from facts; the same fact twice adds up its weights.

        `items` are the ids of the catalogue in its order: each becomes a node, linked or not, and items outside it come after them as
        ordinary nodes. Without it the items are those of the facts, by id. `nodes` are further nodes that may stand alone.

        Raises:
            BadInput: a weight is not a positive number, or a name is not an entity name.
        """
        facts: dict[tuple[str, str, str], float] = {}
        names: set[str] = set(nodes)
        for row in triples:
            triple = Triple(*row)
            if not 0.0 < triple.weight < float("inf"):
                raise BadInput(f"relation {tuple(triple)!r}: weight {triple.weight!r} must be a finite number above 0")
            key = (triple.head, triple.relation, triple.tail)
            facts[key] = facts.get(key, 0.0) + float(triple.weight)
            names.add(triple.head)
            names.add(triple.tail)
        for name in names:
            try:
                entity_kind(name)
            except ValueError as error:
                raise BadInput(str(error)) from None
        first = [ITEM + i for i in items] if items else sorted(n for n in names if n.startswith(ITEM))
        listed = first + sorted(names.difference(first))
        position = {name: i for i, name in enumerate(listed)}
        relations = sorted({r for _, r, _ in facts})
        if len(relations) > np.iinfo(np.int16).max:
            raise BadInput(
                f"{len(relations)} kinds of relations; at most {np.iinfo(np.int16).max} fit. Put the values into nodes, not into relations"
            )
        number = {name: i for i, name in enumerate(relations)}
        rows = sorted((position[h], number[r], position[t], w) for (h, r, t), w in facts.items())
        return cls(
            listed,
            relations,
            np.array([r[0] for r in rows], dtype=np.int32),
            np.array([r[2] for r in rows], dtype=np.int32),
            np.array([r[1] for r in rows], dtype=np.int16),
            np.array([r[3] for r in rows], dtype=np.float32),
            len(first),
        )

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, name: object) -> bool:
        return name in self._position

    def __repr__(self) -> str:
        return f"KnowledgeGraph({len(self.nodes):,} nodes, {self.n_items:,} of them items, {len(self.head):,} relations)"

    @cached_property
    def _position(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.nodes)}

    def index(self, name: str) -> int:
        """Return the position of a node. Raises KeyError."""
        return self._position[name]

    @cached_property
    def kinds(self) -> list[str]:
        """The kind of every node ("item", "person", ...)."""
        return [entity_kind(name) for name in self.nodes]

    @cached_property
    def kind_names(self) -> list[str]:
        """The kinds there are, by name."""
        return sorted(set(self.kinds))

    @cached_property
    def kind_codes(self) -> NDArray[np.int32]:
        """The kind of every node as a position in `kind_names`, `(n_nodes,)`."""
        number = {kind: i for i, kind in enumerate(self.kind_names)}
        return np.array([number[kind] for kind in self.kinds], dtype=np.int32)

    @cached_property
    def adjacency(self) -> sp.csr_array:
        """Symmetric weights `(n, n)`, parallel relations added up, float64; a relation of a node to itself counts once."""
        n = len(self.nodes)
        loop = self.head == self.tail
        rows = np.concatenate([self.head, self.tail[~loop]])
        columns = np.concatenate([self.tail, self.head[~loop]])
        data = np.concatenate([self.weight, self.weight[~loop]]).astype(np.float64)
        matrix = sp.coo_array((data, (rows, columns)), shape=(n, n)).tocsr()
        matrix.sort_indices()
        return matrix

    def narrow(self, width: int) -> sp.csr_array:
        """Return `adjacency` with no more than so many entries in a row, those to the neighbours of least strength. Made on first use."""
        found = self._narrow.get(width)
        if found is None:
            whole, strength = self.adjacency, self.walk().strength
            kept = np.ones(len(whole.indices), dtype=np.bool_)
            for node in np.flatnonzero(self.degree > width).tolist():
                low, high = whole.indptr[node], whole.indptr[node + 1]
                kept[low + np.argsort(strength[whole.indices[low:high]], kind="stable")[width:]] = False
            ends = np.concatenate([[0], np.cumsum(kept)])[whole.indptr]
            found = self._narrow[width] = sp.csr_array((whole.data[kept], whole.indices[kept], ends), shape=whole.shape)
        return found

    @cached_property
    def degree(self) -> NDArray[np.int32]:
        """Number of distinct neighbours of every node, `(n_nodes,)`."""
        return np.diff(self.adjacency.indptr).astype(np.int32)

    def walk(self, damping: float = 0.0) -> Walk:
        """Return the compiled walk with that hub damping, made on first use."""
        if damping not in self._walks:
            self._walks[damping] = Walk(self.adjacency, damping)
        return self._walks[damping]

    def pagerank(
        self,
        seeds: Mapping[str, float],
        *,
        restart: float = 0.15,
        damping: float = 0.0,
        iterations: int = 10,
        negative: Mapping[str, float] | None = None,
        method: Literal["auto", "power", "push"] = "auto",
    ) -> Floats:
        """Return the personalised PageRank of every node, float32 `(n_nodes,)`.

        Args:
            seeds: entity name -> positive weight. Unknown names are ignored; with none known the answer is all zeros.
            restart: probability of jumping back to the seeds; higher stays nearer to them.
            damping: exponent by which steps into nodes of high degree are damped, 0 for none.
            iterations: power iterations; ten give the right first hundred at 20,000 nodes, more give more digits.
            negative: disliked entities, positive weights; what is near them is lowered, possibly below zero.
            method: `power` walks the whole graph; `push` only what is near the seeds (good first hundreds, not good digits);
                `auto` pushes from 100,000 nodes on.

        Raises:
            BadInput: a weight or a parameter is out of range.
        """
        walk = self.walk(damping)
        mass = seed_vector(seeds, negative, self._position.get, walk.strength == 0, restart)
        if method == "push" or (method == "auto" and len(self.nodes) >= PUSH_FROM):
            return push(walk, mass, restart=restart)
        return power(walk, mass, restart=restart, iterations=iterations)

    def item_ranks(
        self,
        seeds: Mapping[str, float],
        *,
        restart: float = 0.15,
        damping: float = 0.0,
        iterations: int = 10,
        negative: Mapping[str, float] | None = None,
    ) -> Floats:
        """Return `item_scores(pagerank(...))`, in a third of the time where items are linked through values and people only."""
        if len(self.nodes) >= PUSH_FROM:
            return self.item_scores(self.pagerank(seeds, restart=restart, damping=damping, negative=negative))
        walk = self.walk(damping)
        mass = seed_vector(seeds, negative, self._position.get, walk.strength == 0, restart)
        return power_items(walk, mass, self.n_items, restart=restart, iterations=iterations)

    def pagerank_batch(
        self,
        seeds: Sequence[Mapping[str, float]],
        *,
        restart: float = 0.15,
        damping: float = 0.0,
        iterations: int = 10,
        negative: Sequence[Mapping[str, float]] | None = None,
    ) -> Floats:
        """Return one column per query, float32 `(n_nodes, n_queries)`, as `pagerank` with `power` would; several times faster per query."""
        if negative is not None and len(negative) != len(seeds):
            raise BadInput(f"{len(seeds)} queries but {len(negative)} sets of negative seeds; give one for each (empty where none)")
        walk = self.walk(damping)
        isolated = walk.strength == 0
        masses = [seed_vector(s, negative[q] if negative else None, self._position.get, isolated, restart) for q, s in enumerate(seeds)]
        return power_batch(walk, masses, restart=restart, iterations=iterations)

    def item_scores(self, vector: Floats) -> Floats:
        """Return the part of a node vector that scores the items, in catalogue order."""
        return vector[: self.n_items]

    def triples(self) -> Iterator[Triple]:
        """Yield every fact, in a fixed order."""
        for h, r, t, w in zip(self.head.tolist(), self.relation.tolist(), self.tail.tolist(), self.weight.tolist(), strict=True):
            yield Triple(self.nodes[h], self.relations[r], self.nodes[t], w)

    @cached_property
    def _incident(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Fact numbers by node, as CSR: offsets `(n + 1,)` and facts; a fact stands under both its ends."""
        facts = np.arange(len(self.head), dtype=np.int32)
        ends = np.concatenate([self.head, self.tail])
        order = np.argsort(ends, kind="stable")
        offsets = np.zeros(len(self.nodes) + 1, dtype=np.int64)
        np.cumsum(np.bincount(ends, minlength=len(self.nodes)), out=offsets[1:])
        return offsets, np.concatenate([facts, facts])[order]

    def facts_of(self, node: int) -> NDArray[np.int32]:
        """Return the numbers of the facts at a node, in a fixed order."""
        offsets, facts = self._incident
        return np.unique(facts[offsets[node] : offsets[node + 1]])

    def neighbours(self, node: str, relation: str | None = None) -> list[Neighbour]:
        """Return the nodes one relation away, strongest first, then by name. Raises KeyError for an unknown node."""
        here = self.index(node)
        found: list[Neighbour] = []
        for fact in self.facts_of(here).tolist():
            name = self.relations[self.relation[fact]]
            if relation is not None and name != relation:
                continue
            forward = int(self.head[fact]) == here
            other = int(self.tail[fact] if forward else self.head[fact])
            found.append(Neighbour(node=self.nodes[other], relation=name, weight=float(self.weight[fact]), forward=forward))
        return sorted(found, key=lambda n: (-n.weight, n.node, n.relation))

    def paths(self, a: str, b: str, *, k: int = 3, longest: int = 4, avoid: Collection[str] = ()) -> list[GraphPath]:
        """Return the strongest short paths between two nodes (`knowledge.graph.paths`); none where either is unknown.

        `avoid` names kinds that no inner node may have.
        """
        from knowledge.graph.paths import strongest_paths

        return strongest_paths(self, a, b, k=k, longest=longest, avoid=avoid)

    def to_networkx(self) -> nx.MultiDiGraph[Any]:
        """Return the graph as a `networkx.MultiDiGraph` (`knowledge.graph.interchange`)."""
        from knowledge.graph.interchange import to_networkx

        return to_networkx(self)

    @classmethod
    def from_networkx(cls, graph: nx.Graph[Any], *, items: Sequence[str] = ()) -> KnowledgeGraph:
        """Build from a networkx graph (`knowledge.graph.interchange`)."""
        from knowledge.graph.interchange import from_networkx

        return from_networkx(graph, items=items)

    def save(self, path: str | Path) -> None:
        """Write the graph to an npz file, without pickle; the same graph gives the same bytes."""
        names, name_offsets = pack(self.nodes)
        kinds, kind_offsets = pack(self.relations)
        arrays: dict[str, NDArray[Any]] = {"names": names, "name_offsets": name_offsets, "kinds": kinds, "kind_offsets": kind_offsets}
        arrays |= {"head": self.head, "tail": self.tail, "relation": self.relation, "weight": self.weight}
        write_arrays(path, arrays | {"n_items": np.array([self.n_items], dtype=np.int64)})

    @classmethod
    def load(cls, path: str | Path) -> KnowledgeGraph:
        """Read a graph that `save` wrote. Raises BaseMissing or BaseDamaged."""
        names = ("names", "name_offsets", "kinds", "kind_offsets", "head", "tail", "relation", "weight", "n_items")
        file = read_arrays(path, names, what="the knowledge graph")
        return cls(
            unpack(file["names"], file["name_offsets"]),
            unpack(file["kinds"], file["kind_offsets"]),
            file["head"],
            file["tail"],
            file["relation"],
            file["weight"],
            int(file["n_items"][0]),
        )
