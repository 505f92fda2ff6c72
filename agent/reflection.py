"""Reflection: whether the slate keeps what was promised, and what is the smallest thing to let go of where too little is left."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agent.constraints import conjunction
from agent.relaxation import Relaxation, blocking, relax
from knowledge.predicates import Predicate

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue

__all__ = ["Fault", "Repair", "check", "repair"]

SAME_SERIES = 2
"""Items of one series a slate may hold, unless the person asked for the series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One promise a slate breaks."""

    kind: str
    """constraint, excluded, repeated, unknown or series."""
    item: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """How to get something when nothing is left."""

    relaxation: Relaxation | None = None
    repeats: bool = False
    """Let items shown before come again."""
    blocked: tuple[Mapping[str, Any], ...] = ()


def check(
    catalogue: Catalogue,
    slate: Sequence[str],
    where: Predicate,
    excluded: Collection[str],
    named: Collection[str] = (),
    *,
    series_asked: bool = False,
) -> tuple[Fault, ...]:
    """Return every promise the slate breaks, in slate order; an empty tuple for a good slate."""
    faults: list[Fault] = []
    mask = catalogue.select(where)
    seen: set[str] = set()
    series = next((f.name for f in catalogue.schema.facets if f.kind == "series"), None)
    of_series: dict[str, int] = {}
    for item_id in slate:
        if item_id not in catalogue:
            faults.append(Fault(kind="unknown", item=item_id))
            continue
        index = catalogue.index(item_id)
        if item_id in seen:
            faults.append(Fault(kind="repeated", item=item_id))
        elif not mask[index]:
            faults.append(Fault(kind="constraint", item=item_id))
        elif item_id in excluded and item_id not in named:
            faults.append(Fault(kind="excluded", item=item_id))
        elif series is not None and not series_asked:
            for name in catalogue.facet(series).of(index):
                of_series[name] = of_series.get(name, 0) + 1
                if of_series[name] > SAME_SERIES:
                    faults.append(Fault(kind="series", item=item_id, detail=name))
        seen.add(item_id)
    return tuple(faults)


def repair(
    catalogue: Catalogue,
    constraints: Sequence[Mapping[str, Any]],
    shunned: Sequence[Predicate],
    excluded: Collection[str],
    shown: Collection[str],
    want: int,
    *,
    turn: int | None = None,
) -> Repair:
    """Return what to let go of when no candidate is left.

    First the memory of what was shown already, where everything that fits was shown; then the softest condition. Dislikes,
    exclusions, standing constraints, and what was rejected or seen always hold.
    """
    allowed = catalogue.select(conjunction((), shunned))
    known = [catalogue.index(i) for i in excluded if i in catalogue]
    fresh = allowed.copy()
    fresh[known] = False
    fits = catalogue.select(conjunction(constraints))
    old = [catalogue.index(i) for i in shown if i in catalogue and i in set(excluded)]
    old_mask = np.zeros(len(catalogue), dtype=np.bool_)
    old_mask[old] = True
    if not (fits & fresh).any() and (fits & allowed & old_mask).any():
        return Repair(repeats=True)
    found = relax(catalogue, constraints, fresh, want, turn=turn)
    return Repair(relaxation=found, blocked=blocking(catalogue, constraints, fresh))
