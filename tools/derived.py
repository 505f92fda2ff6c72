"""What tools work out once from a base and keep as long as it is open: idf weights, scale matrices, who liked what by item."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeVar, cast
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from knowledge.entities import entity, facet_kind

if TYPE_CHECKING:
    import scipy.sparse as sp

    from knowledge.base import KnowledgeBase

__all__ = [
    "entity_idf",
    "facet_idf",
    "facet_mass",
    "fame_line",
    "fans_in_common",
    "kept",
    "likes_by_item",
    "number_spread",
    "remembered",
    "scale_matrix",
]

T = TypeVar("T")
Floats = npt.NDArray[np.float64]

_KEPT: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()
_LOCK = threading.RLock()


def kept(base: KnowledgeBase, key: str, make: Callable[[], T]) -> T:
    """Return what was made for the base under the key, making it on first use. Safe to call from several threads."""
    known = _KEPT.get(base)
    if known is not None and key in known:
        return cast(T, known[key])
    with _LOCK:
        store = _KEPT.setdefault(base, {})
        if key not in store:
            store[key] = make()
        return cast(T, store[key])


def remembered(base: KnowledgeBase, store: str, key: Hashable, most: int, make: Callable[[], T]) -> T:
    """Return what was made for a key of a store of the base, making it where it is not there; only the newest `most` stay there.

    Safe to call from several threads; two may make the same at once.
    """
    known: dict[Hashable, T] = kept(base, store, dict)
    found = known.get(key)
    if found is None:
        found = make()
        with _LOCK:
            while len(known) >= most:
                del known[next(iter(known))]
            known[key] = found
    return found


def facet_idf(base: KnowledgeBase, facet: str) -> dict[str, float]:
    """Return how much sharing each value of a facet tells, value -> weight: log inverse frequency times the facet's weight."""

    def make() -> dict[str, float]:
        column = base.catalogue.facet(facet)
        weight = base.schema.facet(facet).weight
        n_items = len(base.catalogue)
        tells = weight * np.log((n_items + 1) / (np.asarray(column.counts) + 0.5))
        return dict(zip(column.values, np.maximum(tells, 0.0).tolist(), strict=True))

    return kept(base, f"idf:{facet}", make)


def entity_idf(base: KnowledgeBase) -> dict[str, float]:
    """Return how much sharing each entity tells, entity name -> weight; of a person in several facets, the most."""

    def make() -> dict[str, float]:
        tells: dict[str, float] = {}
        for facet in base.schema.facets:
            kind = facet_kind(facet)
            for value, weight in facet_idf(base, facet.name).items():
                name = entity(kind, value)
                tells[name] = max(tells.get(name, 0.0), weight)
        return tells

    return kept(base, "entity_idf", make)


def facet_mass(base: KnowledgeBase) -> Floats:
    """Return the summed weight of all facet values of each item, `(n_items,)`."""

    def make() -> Floats:
        mass = np.zeros(len(base.catalogue))
        for name in base.schema.facet_names:
            column, idf = base.catalogue.facet(name), facet_idf(base, name)
            for value in column.values:
                mass[column.positions(value)] += idf[value]
        return mass

    return kept(base, "mass", make)


def number_spread(base: KnowledgeBase, number: str) -> tuple[float, float, float, float]:
    """Return least, greatest, median and standard deviation of a number; 0, 1, 0, 0 where no item has it."""

    def make() -> tuple[float, float, float, float]:
        values = base.catalogue.number(number)
        known = values[~np.isnan(values)]
        return (float(known.min()), float(known.max()), float(np.median(known)), float(known.std())) if len(known) else (0.0, 1.0, 0.0, 0.0)

    return kept(base, f"spread:{number}", make)


def fame_line(base: KnowledgeBase) -> float:
    """Return the popularity from which an item is among the best known tenth."""
    return kept(base, "fame", lambda: float(np.quantile(base.catalogue.popularity, 0.9)))


def scale_matrix(base: KnowledgeBase) -> npt.NDArray[np.float32]:
    """Return the judged scales of each item, put into 0..1, `(n_items, n_scales)`, NaN where missing."""

    def make() -> npt.NDArray[np.float32]:
        columns = []
        for scale in base.schema.scales:
            values = base.catalogue.number(scale.name)
            known = values[~np.isnan(values)]
            low = scale.low if scale.low is not None else float(known.min(initial=0.0))
            high = scale.high if scale.high is not None else float(known.max(initial=1.0))
            columns.append((values - low) / max(high - low, 1e-9))
        if not columns:
            return np.zeros((len(base.catalogue), 0), dtype=np.float32)
        # One scale after the other in memory: it is compared with all items at once.
        return np.asfortranarray(np.stack(columns, axis=1).astype(np.float32))

    return kept(base, "scales", make)


def likes_by_item(base: KnowledgeBase) -> sp.csc_matrix | None:
    """Return who liked what as zeros and ones by column, `(n_users, n_items)`; None where the base has no interactions."""

    def make() -> sp.csc_matrix | None:
        if not base.has("interactions"):
            return None
        likes = base.interactions.positive().astype(np.float32).tocsc()
        likes.data[:] = 1.0
        return cast("sp.csc_matrix", likes)

    return kept(base, "likes", make)


def fans_in_common(base: KnowledgeBase, position: int) -> npt.NDArray[np.int64] | None:
    """Return how many who like the item like each item, `(n_items,)`; None without interactions. Costs as many steps as they like items."""
    by_item = likes_by_item(base)
    if by_item is None:
        return None
    by_person = kept(base, "likes_by_person", by_item.tocsr)
    people = by_item.indices[by_item.indptr[position] : by_item.indptr[position + 1]]
    starts = by_person.indptr[people].astype(np.int64)
    lengths = by_person.indptr[people + 1] - starts
    before = np.cumsum(lengths) - lengths
    theirs = np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)
    return np.bincount(by_person.indices[theirs], minlength=len(base.catalogue))
