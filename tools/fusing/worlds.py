"""The base as it would be had some people never been met: no ranker, no graph, no popularity knows them."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.base import KnowledgeBase
from knowledge.entities import entity
from knowledge.graph import KnowledgeGraph
from tools.derived import kept

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue
    from knowledge.interactions import Interactions
    from tools.rankers import BaseRanker

__all__ = ["world_without"]


def world_without(base: KnowledgeBase, people: Sequence[int], choice: Mapping[str, Any]) -> KnowledgeBase:
    """Return the base without some rows of its interactions; what was fitted to it is not seen either.

    Args:
        base: a base with interactions; it is left as it is.
        people: the rows that go.
        choice: which rankers, with which settings and weights, are fitted to the others (`tools.rankers.Choice.to_json`).
    """
    others = base.interactions.without(people)
    parts: dict[str, object] = {"interactions": others, "catalogue": _catalogue(base, others)}
    if base.has("graph"):
        parts["graph"] = _graph(base.graph, (base.interactions.users[p] for p in people))
    if base.has("vectors"):
        parts |= {"vectors": base.vectors, "encoder": base.encoder}
    world = base.with_parts(parts)
    kept(world, "ranker", lambda: _ranker(world, choice))
    return world


def _ranker(world: KnowledgeBase, choice: Mapping[str, Any]) -> BaseRanker:
    from tools.rankers.store import refit_ranker

    return refit_ranker(world, choice)


def _catalogue(base: KnowledgeBase, others: Interactions) -> Catalogue:
    """Return the catalogue; a popularity that was counted from the interactions is counted again."""
    taken = _counts(base.interactions)
    if not np.array_equal(base.catalogue.popularity, taken):
        return base.catalogue
    fresh = copy.copy(base.catalogue)
    fresh.__dict__["popularity"] = _counts(others)
    return fresh


def _counts(interactions: Interactions) -> np.ndarray[Any, np.dtype[np.float64]]:
    sequences = interactions.sequences()
    taken = np.concatenate(sequences) if sequences else np.empty(0, dtype=np.int32)
    return np.bincount(taken, minlength=interactions.n_items).astype(np.float64)


def _graph(graph: KnowledgeGraph, users: Iterable[str]) -> KnowledgeGraph:
    """Return the graph without what these users took; their nodes stay and link to nothing."""
    names = [entity("user", user) for user in users]
    gone = np.zeros(len(graph), dtype=bool)
    gone[[graph.index(name) for name in names if name in graph]] = True
    stays = ~(gone[graph.head] | gone[graph.tail])
    return KnowledgeGraph(
        graph.nodes, graph.relations, graph.head[stays], graph.tail[stays], graph.relation[stays], graph.weight[stays], graph.n_items
    )
