"""Fuse the signals of the other tools into one order; wishes, critiques and dislikes are weighed here, exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from knowledge.dialogues import Utterance
from tools.base import Arguments, Tool, ToolContext, ToolResult
from tools.fusion import Situation, fuse, situation_of, weight_of, weights_for
from tools.scope import open_candidates
from tools.wish import Target, demanded, lacking, prefer_scores, target_scores, taste_scores

__all__ = ["TOOL", "RankArguments"]


class RankArguments(Arguments):
    """How to weigh."""

    situation: Situation | None = Field(
        default=None, description="Which weights to use; left out, the signals decide. 'cold' puts first what most people take."
    )
    targets: tuple[Target, ...] = Field(
        default=(), description="Steps along numbers asked for ('funnier than item:42'). Items that do not move that way come last."
    )
    prefer: tuple[str, ...] = Field(default=(), description="Entity names wanted but not required, such as 'mood:cosy'.")
    keep: int | None = Field(default=None, ge=1, description="Keep only so many, by fused score. Left out: all.")


def run(context: ToolContext, args: RankArguments) -> ToolResult:
    """Order the open candidates by fused score."""
    base = context.base
    kept = open_candidates(context)
    positions = kept.positions
    year = base.schema.with_role("year")
    if "era" in kept.columns and year is not None and any(t.number == year.name for t in args.targets):
        # Asked away from the years of the examples, nearness to them would pull back.
        kept = kept.without_signal("era")
    asked: dict[str, Any] = {"targets": [t.model_dump(mode="json") for t in args.targets], "prefer": list(args.prefer)}
    missed = np.zeros(len(kept), dtype=np.bool_)
    fits = len(kept)
    if args.targets or args.prefer:
        wishes = []
        if args.targets:
            moved, missed = target_scores(base, args.targets, positions)
            wishes.append(moved)
            fits = int((~missed).sum())
        if args.prefer:
            wishes.append(prefer_scores(base, args.prefer, positions))
        kept = kept.with_signal("wish", np.mean(wishes, axis=0), asked=asked)
    wanted = demanded(context.where) | {name.partition(":")[2] for name in args.prefer}
    plus, minus = taste_scores(base, context.taste.liked, context.taste.disliked, positions, wanted)
    if plus.any():
        kept = kept.with_signal("taste", np.where(plus > 0, plus, np.nan), asked={"liked": dict(sorted(context.taste.liked.items()))})
    said = _said(context)
    if said and base.has("dialogues"):
        from tools.reranker.stored import dialogue_scores

        told = dialogue_scores(base, said)
        if told is not None:
            kept = kept.with_signal("dialogues", told[positions].astype(np.float64))
    situation = args.situation or situation_of(kept)
    weights = weights_for(base, situation)
    # Heavier than all signals together: whatever misses a step stands behind all that take it, in its own order.
    weight = 1.0 + sum(weight_of(source, weights) for source in kept.columns)
    if missed.all():
        missed = np.zeros(len(kept), dtype=np.bool_)
    unsuited = lacking(base, args.prefer, positions, ~missed) if args.prefer else np.zeros(len(kept), dtype=np.bool_)
    against = -weight * (missed.astype(np.float64) + 0.5 * unsuited + minus)
    ranked = fuse(kept, weights, against, asked)
    if args.keep is not None:
        ranked = ranked[: args.keep]
    data: dict[str, Any] = {"situation": situation, "weights": {s: weight_of(s, weights) for s in ranked.columns}}
    if args.targets:
        data["fits"] = fits
    note = f"{len(ranked):,} ranked as {situation!r} from {', '.join(ranked.columns) or 'nothing'}"
    return ToolResult(candidates=ranked, data=data, note=note + (f"; {fits:,} take the step asked for" if args.targets else ""))


def _said(context: ToolContext) -> list[Utterance]:
    """Return the dialogue so far; what is remembered as liked and was not named in it stands at its head."""
    said = list(context.dialogue) or ([Utterance(speaker="seeker", text=context.text)] if context.text else [])
    liked = (name.partition(":")[2] for name in context.taste.liked if name.startswith("item:"))
    named = {i for utterance in said for i in utterance.items}
    before = tuple(i for i in dict.fromkeys([*context.taste.history, *liked]) if i not in named)
    return [Utterance(speaker="seeker", text="", items=before), *said] if said and before else said


TOOL = Tool(
    name="rank",
    label="Weighing it all",
    description="Fuse all signals into one order; always before slate. Critiques ('funnier', 'shorter') and soft preferences go here.",
    arguments=RankArguments,
    run=run,
    effect="order",
)
