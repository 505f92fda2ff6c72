"""Search on a wish in free words: nearness of meaning and matching words, fused, among eligible items only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pydantic import Field

from tools.base import Arguments, Tool, ToolContext, ToolResult
from tools.derived import remembered
from tools.scope import Mask, eligible, open_candidates

__all__ = ["TOOL", "SearchArguments"]

Floats = npt.NDArray[np.float64]

EXACT_UP_TO = 200_000
"""Up to this many items meaning is compared with every one of them; beyond, with what the index finds."""

FOUND = 2_000
"""How many the index is asked for beyond that, and how many matches of words are read."""


REMEMBERED = 256
"""Wishes whose vectors are kept: a critique ("shorter") searches for the same wish again."""


class SearchArguments(Arguments):
    """What is wanted, in words."""

    wish: str = Field(min_length=1, description="What is wanted, in the person's own words, without the hard conditions.")
    meaning: float = Field(default=1.0, ge=0.0, le=1.0, description="Weight of nearness of meaning (sentence vectors); 0 switches it off.")
    words: float = Field(default=0.3, ge=0.0, le=1.0, description="Weight of matching words (BM25); 0 switches it off.")


def run(context: ToolContext, args: SearchArguments) -> ToolResult:
    """Score the open candidates by how well they match the wish."""
    base = context.base
    mask = eligible(context)
    kept = open_candidates(context, mask)
    total = np.full(len(base.catalogue), np.nan)
    notes = []
    if args.meaning and base.has("vectors"):
        near = _meaning(context, args.wish, mask)
        total = args.meaning * near
        notes.append(f"{int((~np.isnan(near)).sum()):,} by meaning")
    if args.words:
        found, scores = base.catalogue.full_text(args.wish, FOUND, mask)
        if len(found):
            # The best match of words is worth what a good match of meaning is; the rest in proportion.
            points = args.words * np.asarray(scores) / max(float(np.max(scores)), 1e-9)
            total[found] = np.nan_to_num(total[found]) + points
        notes.append(f"{len(found):,} by words")
    signal = total[kept.positions]
    note = ", ".join(notes) or "nothing to search with"
    return ToolResult(candidates=kept.with_signal("search", signal, asked={"wish": args.wish}), note=note)


def _meaning(context: ToolContext, wish: str, mask: Mask) -> Floats:
    """Cosine of the wish with each item, `(n_items,)`, NaN where not compared."""
    base = context.base
    query: npt.NDArray[np.float32] = remembered(base, "wishes", wish, REMEMBERED, lambda: base.encoder.encode([wish])[0])
    scores = np.full(len(base.catalogue), np.nan)
    if len(base.catalogue) <= EXACT_UP_TO:
        scores[:] = base.vectors.cosines(query)
        return scores
    found, near = base.vectors.search(query, FOUND, np.flatnonzero(mask))
    scores[found] = near
    return scores


TOOL = Tool(
    name="search",
    label="Searching by meaning",
    description="Score items by how well their text matches a free wish ('someone relives the same day'). Not for hard conditions.",
    arguments=SearchArguments,
    run=run,
    limit_s=5.0,
)
