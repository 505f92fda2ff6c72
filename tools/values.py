"""The facet values of a few items as numbers, so that what they share is counted by arrays instead of name by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from knowledge.entities import entity, facet_kind
from tools.derived import entity_idf, kept

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Entities", "Held", "distinct", "entities", "held", "runs"]

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entities:
    """Every entity that a facet value stands for, numbered."""

    names: tuple[str, ...]
    tells: Floats
    """How much sharing each tells (`entity_idf`), `(n_entities,)`."""
    of_value: dict[str, Codes]
    """Facet -> the entity of each of its values, `(n_values,)`; a person in several facets is one entity."""
    circle: Codes
    """The series or person an entity is, as a place in `circles`, `(n_entities,)`; -1 for anything else."""
    circles: tuple[tuple[str, str], ...]
    """Facet kind ("series", "person") and value: the same series in two facets is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Which item has which entity, one entry each time it is named, card order: a person may stand in two facets of an item."""

    rows: Codes
    """The item, as its place among those asked about, `(n_entries,)`."""
    codes: Codes
    """The entity, `(n_entries,)`."""


def entities(base: KnowledgeBase) -> Entities:
    """Return the numbered entities of a base, made once."""

    def make() -> Entities:
        idf = entity_idf(base)
        number = {name: code for code, name in enumerate(idf)}
        of_value = {
            f.name: np.array([number[entity(facet_kind(f), v)] for v in base.catalogue.facet(f.name).values], dtype=np.int64)
            for f in base.schema.facets
        }
        circle = np.full(len(idf), -1, dtype=np.int64)
        circles: dict[tuple[str, str], int] = {}
        for facet in base.schema.facets:
            if facet.kind in {"series", "person"}:
                for value, code in zip(base.catalogue.facet(facet.name).values, of_value[facet.name].tolist(), strict=True):
                    circle[code] = circles.setdefault((facet.kind, value), len(circles))
        tells = np.array(list(idf.values()), dtype=np.float64)
        return Entities(names=tuple(idf), tells=tells, of_value=of_value, circle=circle, circles=tuple(circles))

    return kept(base, "entity_codes", make)


def held(base: KnowledgeBase, positions: npt.NDArray[np.int64]) -> Held:
    """Return the entities of the items at these positions; the cost grows with the items asked about, not with the catalogue."""
    known, catalogue = entities(base), base.catalogue
    rows, codes = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for facet in base.schema.facets:
        at, values = catalogue.facet(facet.name).of_many(positions)
        rows.append(at)
        codes.append(known.of_value[facet.name][values])
    return Held(rows=np.concatenate(rows), codes=np.concatenate(codes))


def distinct(codes: npt.NDArray[np.integer[Any]], rows: npt.NDArray[np.integer[Any]]) -> tuple[Codes, Codes]:
    """Return the pairs of code and row without repeats, by code, then row, `(n_pairs,)` each."""
    n_rows = int(rows.max(initial=0)) + 1
    pairs = np.sort(codes.astype(np.int64) * n_rows + rows)
    if len(pairs) > 1:
        pairs = pairs[np.concatenate([[True], pairs[1:] != pairs[:-1]])]
    return pairs // n_rows, pairs % n_rows


def runs(ordered: Codes) -> tuple[Codes, Codes, Codes]:
    """Return the values of a sorted array, where each begins and how often it stands, `(n_values,)` each."""
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(ordered) else np.empty(0, dtype=np.int64)
    return ordered[starts], starts, np.diff(starts, append=len(ordered))
