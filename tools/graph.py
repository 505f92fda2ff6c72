"""Personalised PageRank over the knowledge graph, from what the person likes, dislikes and has just mentioned."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from tools.base import Arguments, Tool, ToolContext, ToolResult
from tools.past import near_dialogues
from tools.scope import item_id_of, open_candidates, standing

__all__ = ["TOOL", "GraphArguments", "Seed"]


class Seed(Arguments):
    """An entity to start from."""

    entity: str = Field(description="Entity name, such as 'item:42' or 'person:Ada Lovelace'.")
    weight: float = Field(default=1.0, description="How strongly it counts, above 0; below 0 for something disliked.")


class GraphArguments(Arguments):
    """Where to start."""

    seeds: tuple[Seed, ...] = Field(
        default=(), description="Entities mentioned now, with weights; recent mentions stronger. Items, people or facet values."
    )
    taste: bool = Field(default=True, description="Start from what is remembered as liked and disliked as well.")
    past: bool = Field(default=True, description="Start also from the past dialogues nearest in meaning, where the base has any.")
    restart: float = Field(
        default=0.5, gt=0.0, lt=1.0, description="Chance of jumping back to the seeds at each step; higher stays nearer."
    )
    damping: float = Field(
        default=0.25, ge=0.0, le=1.0, description="How strongly nodes with many connections are damped, 0 for not at all."
    )


def run(context: ToolContext, args: GraphArguments) -> ToolResult:
    """Score the open candidates by their nearness to the seeds; items out of reach get no score."""
    liked = {s.entity: s.weight for s in args.seeds if s.weight > 0}
    disliked = {s.entity: -s.weight for s in args.seeds if s.weight < 0}
    if args.taste:
        # What is said now outweighs what is remembered.
        share = 0.4 if liked else 1.0
        for name, weight in context.taste.liked.items():
            liked.setdefault(name, share * weight)
        for name, weight in context.taste.disliked.items():
            disliked.setdefault(name, share * weight)
    kept = open_candidates(context)
    graph = context.base.graph
    known = {name: weight for name, weight in sorted(liked.items()) if name in graph}
    near = {n: w for n, w in near_dialogues(context.base, context.text).items() if n in graph} if args.past else {}
    negative = {name: weight for name, weight in sorted(disliked.items()) if name in graph}
    if not known and not near:
        return ToolResult(candidates=kept, note="no seed is in the graph", data={"seeds": []})
    # After so many steps a thirtieth of the walk is still under way, too little to change who is near.
    iterations = int(np.ceil(np.log(1 / 30) / np.log(1.0 - args.restart)))
    # What was mentioned weighs 1 in all, the near dialogues what `text_seeds` gave them; dislikes stand in proportion to the likes.
    total = sum(known.values()) or 1.0
    seeds = {**{name: weight / total for name, weight in known.items()}, **near}
    against = {name: weight / total for name, weight in negative.items()}
    ranks = graph.item_ranks(seeds, restart=args.restart, damping=args.damping, iterations=iterations, negative=against or None)
    scores = ranks[kept.positions].astype(np.float64)
    scores[scores == 0.0] = np.nan
    # A seed item is nearest to itself; that says nothing about whether it fits.
    scores[standing(context.base.catalogue, (item_id_of(name) for name in known if name.startswith("item:")))[kept.positions]] = np.nan
    asked = {"seeds": known, "negative": negative}
    scored = int((~np.isnan(scores)).sum())
    return ToolResult(
        candidates=kept.with_signal("graph", scores, asked=asked),
        data={"seeds": list(known), "unknown": sorted(set(liked) - set(known))},
        note=f"{scored:,} of {len(kept):,} reached from {len(known) + len(near)} seeds",
    )


TOOL = Tool(
    name="graph",
    label="Walking the knowledge graph",
    description="Score items by how closely they are linked to liked and mentioned items, people and values, and away from disliked ones.",
    arguments=GraphArguments,
    run=run,
    needs=("catalogue", "graph"),
)
