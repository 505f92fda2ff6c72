"""Personalised PageRank over the knowledge graph, from what the person likes, dislikes and has just mentioned."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from tools.base import Arguments, Tool, ToolContext, ToolResult
from tools.scope import item_id_of, open_candidates

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
    restart: float = Field(
        default=0.5, gt=0.0, lt=1.0, description="Chance of jumping back to the seeds at each step; higher stays nearer."
    )
    damping: float = Field(
        default=0.5, ge=0.0, le=1.0, description="How strongly nodes with many connections are damped, 0 for not at all."
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
    if not known:
        return ToolResult(candidates=kept, note="no seed is in the graph", data={"seeds": []})
    negative = {name: weight for name, weight in sorted(disliked.items()) if name in graph}
    # After so many steps a hundredth of the walk is still under way.
    iterations = int(np.ceil(np.log(0.01) / np.log(1.0 - args.restart)))
    vector = graph.pagerank(known, restart=args.restart, damping=args.damping, iterations=iterations, negative=negative or None)
    scores = graph.item_scores(vector)[kept.positions].astype(np.float64)
    scores[scores == 0.0] = np.nan
    seeds = {item_id_of(name) for name in known if name.startswith("item:")}
    if seeds:
        # A seed item is nearest to itself; that says nothing about whether it fits.
        own = (
            [at for at, item_id in enumerate(kept.item_ids) if item_id in seeds]
            if len(seeds) > 64
            else _rows(context, kept.positions, seeds)
        )
        scores[own] = np.nan
    asked = {"seeds": known, "negative": negative}
    scored = int((~np.isnan(scores)).sum())
    return ToolResult(
        candidates=kept.with_signal("graph", scores, asked=asked),
        data={"seeds": list(known), "unknown": sorted(set(liked) - set(known))},
        note=f"{scored:,} of {len(kept):,} reached from {len(known)} seeds",
    )


def _rows(context: ToolContext, positions: np.ndarray[tuple[int], np.dtype[np.int64]], item_ids: set[str]) -> list[int]:
    catalogue = context.base.catalogue
    found = [np.flatnonzero(positions == catalogue.index(i)) for i in item_ids if i in catalogue]
    return [int(r) for rows in found for r in rows]


TOOL = Tool(
    name="graph",
    label="Walking the knowledge graph",
    description="Score items by how closely they are linked to liked and mentioned items, people and values, and away from disliked ones.",
    arguments=GraphArguments,
    run=run,
    needs=("catalogue", "graph"),
)
