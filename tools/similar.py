"""Item to item: likeness to the examples by shared attributes, scales, meaning and the people who liked both; and nearness in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from pydantic import Field

from tools.base import Arguments, BadArguments, Tool, ToolContext, ToolResult
from tools.derived import facet_idf, facet_mass, fans_in_common, kept, likes_by_item, scale_matrix
from tools.scope import known_items, open_candidates

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["TOOL", "SimilarArguments", "likeness"]

Floats = npt.NDArray[np.float64]

PART_WEIGHTS: Mapping[str, float] = {"attributes": 1.0, "meaning": 0.8, "scales": 0.5, "people": 1.5}
"""What each side of likeness is worth; sides a base lacks are left out."""

CREDIT = 0.45
"""What a shared name (a person) is worth against a shared theme as rare: the same hands make very different things."""

TRUST = 20.0
"""People who like an item until their word counts half of what it can: what few like says little of what goes with it."""

FAME_POWER = 0.7
"""How far a famous item is discounted: everybody likes it, with this example or without."""

SHRINK = 8.0
"""People that a pair of items must share before their agreement counts half."""

YEARS_APART = 8.0
"""Nearness in time falls to 1/e over so many years."""


class SimilarArguments(Arguments):
    """Examples."""

    items: tuple[str, ...] = Field(min_length=1, description="The examples, as item entity names ('item:42'); several are mixed.")
    unlike: tuple[str, ...] = Field(default=(), description="Items it should not be like.")


def likeness(base: KnowledgeBase, position: int) -> Floats:
    """Return how like an item every item is, `(n_items,)` in 0..1."""
    total = np.zeros(len(base.catalogue))
    weight = 0.0
    for name, part in _parts(base, position).items():
        worth = PART_WEIGHTS[name]
        if name == "people":
            fans = _fans(base, position)
            worth *= fans / (fans + TRUST)
        total += worth * part
        weight += worth
    return total / max(weight, 1e-9)


def _parts(base: KnowledgeBase, position: int) -> dict[str, Floats]:
    parts = {"attributes": _attributes(base, position)}
    if base.has("vectors"):
        parts["meaning"] = np.clip(base.vectors.cosines(base.vectors.matrix[position]).astype(np.float64), 0.0, 1.0)
    if base.schema.scales:
        parts["scales"] = _scales(base, position)
    people = _people(base, position)
    if people is not None:
        parts["people"] = people
    return parts


def _era(base: KnowledgeBase, examples: Sequence[int]) -> Floats | None:
    """Return how near in time to the examples every item is, `(n_items,)` in 0..1; None where their years are not known.

    A signal of its own and no side of likeness: that two items are of one time makes them no more alike, but who asks for a comedy beside
    Alien mostly takes one of its time. In ReDial's training dialogues (Li et al. 2018) recommenders name an item of the same year as the
    seeker's 1.5 times as often as chance would, one of more than 25 years off .7 times.
    """
    year = base.schema.with_role("year")
    if year is None:
        return None
    years = base.catalogue.number(year.name)
    own = years[list(examples)]
    own = own[~np.isnan(own)]
    if not len(own):
        return None
    return np.asarray(np.exp(np.abs(years[:, None] - own[None, :]) / -YEARS_APART).mean(axis=1))


def _scales(base: KnowledgeBase, position: int) -> Floats:
    """Nearness on the scales that both have, `(n_items,)` in 0..1; 0 for an item that shares none."""
    by_scale = scale_matrix(base).T
    apart = np.abs(by_scale - by_scale[:, position, None])
    count: npt.NDArray[np.int64] | int = len(by_scale)
    if not kept(base, "scales_whole", lambda: not np.isnan(by_scale).any()):
        known = ~np.isnan(apart)
        apart[~known] = 0.0
        count = known.sum(axis=0)
    mean = apart.sum(axis=0).astype(np.float64) / np.maximum(1, count)
    # Two items drawn at random stand about a quarter of the range apart; only what is nearer than that is like.
    near = np.clip(1.0 - 3.0 * mean, 0.0, 1.0)
    return near if isinstance(count, int) else np.where(count > 0, near, 0.0)


def _attributes(base: KnowledgeBase, position: int) -> Floats:
    """Weight of shared facet values over what either has (Tversky), `(n_items,)`."""
    shared = np.zeros(len(base.catalogue))
    own = 0.0
    for facet in base.schema.facets:
        column, idf = base.catalogue.facet(facet.name), facet_idf(base, facet.name)
        worth = CREDIT if facet.kind == "person" else 1.0
        for value in column.of(position):
            shared[column.positions(value)] += worth * idf[value]
            own += worth * idf[value]
    return np.asarray(shared / np.maximum(0.6 * own + 0.4 * _mass(base), 1e-9))


def _mass(base: KnowledgeBase) -> Floats:
    """Return the summed worth of all facet values of each item, `(n_items,)`."""

    def make() -> Floats:
        people = np.zeros(len(base.catalogue))
        for facet in base.schema.facets:
            if facet.kind == "person":
                column, idf = base.catalogue.facet(facet.name), facet_idf(base, facet.name)
                for value in column.values:
                    people[column.positions(value)] += idf[value]
        return facet_mass(base) - (1.0 - CREDIT) * people

    return kept(base, "similar_mass", make)


def _fans(base: KnowledgeBase, position: int) -> int:
    likes = likes_by_item(base)
    return 0 if likes is None else int(likes.indptr[position + 1] - likes.indptr[position])


def _people(base: KnowledgeBase, position: int) -> Floats | None:
    """How many liked both, against how many like the other at all, shrunk where few did, `(n_items,)`; None without interactions."""
    likes = likes_by_item(base)
    if likes is None or likes.nnz == 0:
        return None
    fame = kept(base, "fame_power", lambda: np.maximum(np.diff(likes.indptr), 1.0) ** FAME_POWER)
    both = np.asarray(fans_in_common(base, position), dtype=np.float64)
    shrunk = both / fame * both / (both + SHRINK)
    shrunk[position] = 0.0
    top = float(shrunk.max())
    return np.asarray(shrunk / top if top > 0 else shrunk)


def run(context: ToolContext, args: SimilarArguments) -> ToolResult:
    """Score the open candidates by likeness to the examples; the examples themselves get no score."""
    base = context.base
    known, unknown = known_items(base.catalogue, args.items)
    if not known:
        raise BadArguments(
            f"'items': the catalogue has none of {', '.join(map(repr, unknown))}; give entity names of items that were mentioned"
        )
    open_ = open_candidates(context)
    examples = [base.catalogue.index(i) for i in known]
    each = np.stack([likeness(base, position) for position in examples])
    # A mix should have something of each: the least liked example counts as much as the mean.
    scores = each.mean(axis=0) if len(known) == 1 else 0.5 * each.mean(axis=0) + 0.5 * each.min(axis=0)
    for item_id in known_items(base.catalogue, args.unlike)[0]:
        scores = scores - 0.7 * likeness(base, base.catalogue.index(item_id))
    scores[examples] = np.nan
    note = f"like {', '.join(base.catalogue.titles[position] for position in examples)}"
    asked = {"items": known, "unlike": list(args.unlike)}
    scored = open_.with_signal("similar", scores[open_.positions], asked=asked)
    era = _era(base, examples)
    if era is not None:
        scored = scored.with_signal("era", era[open_.positions])
    return ToolResult(candidates=scored, data={"unknown": unknown}, note=note)


TOOL = Tool(
    name="similar",
    label="Looking for alike ones",
    description="Score items by likeness to one or more named examples ('something like item:42', 'a mix of these two').",
    arguments=SimilarArguments,
    run=run,
)
