"""For whom and for when: what was said for one occasion does not bind a wish for quite another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from agent.constraints import matching
from agent.request import Critique, Request
from knowledge.entities import facet_kind, split_entity
from knowledge.predicates import Has, from_json

if TYPE_CHECKING:
    import numpy.typing as npt

    from knowledge.base import KnowledgeBase

__all__ = ["outgrown"]

AT_ODDS = 0.5
"""An occasion that items of an age class suit less than half as often as items do in general is at odds with it."""


def outgrown(base: KnowledgeBase, constraint: Mapping[str, Any], request: Request, want: int) -> bool:
    """True for an age class said for an earlier occasion, where the one named now is another: at odds with it, and hardly served by it.

    "For my 6 year old" holds on for a rainy Sunday, but not for "scary ones for a late night".
    """
    where = from_json(constraint["where"])
    if not isinstance(where, Has) or base.schema.facet(where.facet).kind != "ordinal" or constraint.get("standing"):
        return False
    fits = base.catalogue.select(where)
    occasions = [name for name in request.prefer if _is_occasion(base, name)]
    has = {name: _having(base, name) for name in request.prefer}
    if not fits.any() or not any(has[name].any() and has[name][fits].mean() < AT_ODDS * has[name].mean() for name in occasions):
        return False
    wished = np.logical_and.reduce([*has.values(), *(_towards(base, c) for c in request.critiques if c.absolute)])
    return int((wished & fits).sum()) < want <= int(wished.sum())


def _is_occasion(base: KnowledgeBase, name: str) -> bool:
    facet = next((f for f in base.schema.facets if facet_kind(f) == split_entity(name)[0]), None)
    return facet is not None and facet.kind == "tag" and "for {}" in facet.phrase


def _having(base: KnowledgeBase, name: str) -> npt.NDArray[np.bool_]:
    where = matching(name, base.schema, base.catalogue)
    return np.zeros(len(base.catalogue), dtype=np.bool_) if where is None else base.catalogue.select(where)


def _towards(base: KnowledgeBase, critique: Critique) -> npt.NDArray[np.bool_]:
    """Return which items stand in the asked for third of a number, `(n,)`; what is no number rules out nothing."""
    if critique.attribute not in base.schema.number_names:
        return np.ones(len(base.catalogue), dtype=np.bool_)
    column = base.catalogue.number(critique.attribute)
    if np.isnan(column).all():
        return np.ones(len(base.catalogue), dtype=np.bool_)
    line = float(np.nanquantile(column, 2 / 3 if critique.direction == "more" else 1 / 3))
    number = base.schema.number(critique.attribute)
    if number.is_scale and number.low is not None and number.high is not None and critique.direction == "more":
        # Where hardly anything is scary, the upper third is not scary either.
        line = max(line, (number.low + number.high) / 2)
    return np.asarray(column >= line if critique.direction == "more" else column <= line)
