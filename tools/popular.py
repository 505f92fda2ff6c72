"""What most people take: overall, within facet values, or lately."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from pydantic import Field

from tools.base import TURNS, Arguments, Tool, ToolContext, ToolResult
from tools.derived import kept as kept_values
from tools.derived import remembered
from tools.scope import open_candidates, positions_of

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["TOOL", "PopularArguments"]

Floats = npt.NDArray[np.float64]

HALF_LIFE_YEARS = 10.0
"""With `recent`, an item of this age counts half."""

DRAWS = 64
"""Conversations whose draw is kept."""


class PopularArguments(Arguments):
    """Among which."""

    among: tuple[str, ...] = Field(
        default=(), description="Entity names such as 'genre:comedy'; only items with any of them are scored. Empty: all."
    )
    recent: bool = Field(default=False, description="True to prefer newer items: popularity is halved with every ten years of age.")


def _drawn(base: KnowledgeBase, seed: int) -> Floats:
    """Return a draw in 0..1 for every item, `(n_items,)`, by which ties are broken.

    Of what is equally known each conversation meets another part first, not the beginning of the alphabet; what more people have liked
    comes first more often (weighted sampling without replacement: Efraimidis and Spirakis 2006).
    """

    def make() -> Floats:
        liked = base.interactions.popularity() if base.has("interactions") else np.ones(len(base.catalogue))
        draw: Floats = np.random.default_rng(seed).random(len(base.catalogue)) ** (1.0 / np.maximum(liked, 1.0))
        return draw

    return remembered(base, "draws", seed, DRAWS, make)


def run(context: ToolContext, args: PopularArguments) -> ToolResult:
    """Score the open candidates by how much they are taken (logarithm)."""
    base = context.base
    kept = open_candidates(context)
    scores = kept_values(base, "fame_logarithm", lambda: np.log1p(base.catalogue.popularity))[kept.positions]
    year = base.schema.with_role("year")
    if args.recent and year is not None:
        years = base.catalogue.number(year.name)
        if not np.isnan(years).all():
            age = np.nanmax(years) - years[kept.positions]
            scores = scores * np.where(np.isnan(age), 0.5, 0.5 ** (age / HALF_LIFE_YEARS))
    if args.among:
        allowed = np.zeros(len(base.catalogue), dtype=np.bool_)
        for name in args.among:
            allowed[positions_of(base, name)] = True
        scores = np.where(allowed[kept.positions], scores, np.nan)
    if context.seed:
        scores = scores + 1e-6 * _drawn(base, context.seed // TURNS)[kept.positions]
    asked = {"among": list(args.among), "recent": args.recent}
    return ToolResult(
        candidates=kept.with_signal("popular", scores, asked=asked), note=f"{int((~np.isnan(scores)).sum()):,} of {len(kept):,} scored"
    )


TOOL = Tool(
    name="popular",
    label="Asking what most people take",
    description="Score by popularity, overall or among given values. For a first suggestion when little is known, or when asked for.",
    arguments=PopularArguments,
    run=run,
)
