"""Items a model thinks of, as one more signal for fusion: a tool that only a plan of ours can hold.

What a model remembers and what the graph knows hit different items, so the two together find more. A proposal adds to the fused score of an
item that is a candidate already; it lets nothing in that the conditions keep out.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from tools.base import Arguments, Tool, ToolContext, ToolResult
from tools.scope import open_candidates, positions_of

__all__ = ["NAME", "TOOL", "ProposedArguments"]

NAME = "proposed"
FADE = 0.05
"""How much less each further proposal counts than the one before it; the first counts 1."""


class ProposedArguments(Arguments):
    """What was proposed."""

    items: tuple[str, ...] = Field(default=(), description="Item entities, the likeliest first.")


def run(context: ToolContext, args: ProposedArguments) -> ToolResult:
    """Score the open candidates that were proposed, the others 0."""
    kept = open_candidates(context)
    scores = np.zeros(len(kept))
    known = 0
    for place, name in enumerate(args.items):
        rows = np.isin(kept.positions, positions_of(context.base, name))
        scores[rows] = np.maximum(scores[rows], max(FADE, 1.0 - FADE * place))
        known += bool(rows.any())
    if not known:
        return ToolResult(candidates=kept, note="nothing proposed is still open")
    weighed = kept.with_signal(NAME, scores, asked={"items": list(args.items)})
    return ToolResult(candidates=weighed, note=f"{known} of {len(args.items)} are still open")


TOOL = Tool(
    name=NAME,
    label="Weighing what the model thinks of",
    description="Score what a language model proposed.",
    arguments=ProposedArguments,
    run=run,
)
