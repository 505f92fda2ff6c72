"""Scores from people's histories, by the ranker fitted to the base; any set of liked and disliked items is a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from knowledge.errors import Unavailable
from tools.base import Arguments, Tool, ToolContext, ToolResult
from tools.derived import kept
from tools.scope import item_id_of, known_items, open_candidates

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase
    from tools.rankers import BaseRanker

__all__ = ["TOOL", "CollaborativeArguments", "ranker_of"]


class CollaborativeArguments(Arguments):
    """Whose taste."""

    items: tuple[str, ...] = Field(default=(), description="Items liked just now, as entity names, beside what is remembered.")
    disliked: tuple[str, ...] = Field(default=(), description="Items disliked just now.")


def ranker_of(base: KnowledgeBase) -> BaseRanker:
    """Return the ranker that `sommelier fit` stored in the base, or one of usual settings fitted now; kept while the base is open."""

    def make() -> BaseRanker:
        from tools.rankers import load_ranker

        return load_ranker(base)

    return kept(base, "ranker", make)


def run(context: ToolContext, args: CollaborativeArguments) -> ToolResult:
    """Score the open candidates by what people with such a history took."""
    base = context.base
    if not base.has("interactions"):
        raise Unavailable(f"the base {base.name!r} holds no interactions; build it from a source with histories to use 'collaborative'")
    catalogue = base.catalogue
    liked = {item_id_of(n): w for n, w in context.taste.liked.items() if n.startswith("item:")}
    liked |= dict.fromkeys(known_items(catalogue, args.items)[0], 1.0)
    against = {item_id_of(n): w for n, w in context.taste.disliked.items() if n.startswith("item:")}
    against |= dict.fromkeys(known_items(catalogue, args.disliked)[0], 1.0)
    plus = {catalogue.index(i): w for i, w in sorted(liked.items()) if i in catalogue and i not in against}
    minus = {catalogue.index(i): w for i, w in sorted(against.items()) if i in catalogue}
    kept_ = open_candidates(context)
    if not plus and not minus:
        return ToolResult(candidates=kept_, note="no item liked yet")
    history = [i for i in context.taste.history if i in catalogue and i not in against]
    history += [i for i in liked if i in catalogue and i not in history]
    ranker = ranker_of(base)
    scores = np.array(
        ranker.score(plus, minus, [catalogue.index(i) for i in history if i in liked or i in context.taste.history]), dtype=np.float64
    )
    scores[list(plus)] = np.nan
    scores = scores[kept_.positions]
    asked = {"liked": sorted(liked), "disliked": sorted(against)}
    return ToolResult(
        candidates=kept_.with_signal("collaborative", scores, asked=asked),
        note=f"{len(kept_):,} scored from {len(plus)} liked, {len(minus)} disliked",
    )


TOOL = Tool(
    name="collaborative",
    label="Asking people with your taste",
    description="Score items by what people with a similar history liked. Needs at least one liked item.",
    arguments=CollaborativeArguments,
    run=run,
    needs=("catalogue", "interactions"),
    limit_s=10.0,
)
