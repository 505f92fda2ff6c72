"""Systems of one signal each, after the same exact filter: what the parts are worth alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.baselines.interecagent import first, item_likeness
from tools.base import Tool, ToolContext, ToolResult
from tools.rank import RankArguments
from tools.scope import open_candidates
from tools.slate import SlateArguments

__all__ = ["single"]

Floats = npt.NDArray[np.float64]


def _popularity(context: ToolContext) -> Floats:
    return np.log1p(context.base.catalogue.popularity)


def _bm25(context: ToolContext) -> Floats:
    catalogue = context.base.catalogue
    scores = np.zeros(len(catalogue))
    found, values = catalogue.full_text(context.text, len(catalogue))
    scores[found] = values
    return scores


def _vectors(context: ToolContext) -> Floats:
    base = context.base
    return base.vectors.cosines(base.encoder.encode([context.text])[0]).astype(np.float64)


def _item_knn(context: ToolContext) -> Floats:
    catalogue = context.base.catalogue
    liked = [catalogue.index(n[5:]) for n in sorted(context.taste.liked) if n.startswith("item:") and n[5:] in catalogue]
    scores = item_likeness(context.base, liked)
    return np.log1p(catalogue.popularity) * 1e-6 if scores is None else scores


def _pagerank(context: ToolContext) -> Floats:
    base = context.base
    seeds = {n: w for n, w in context.taste.liked.items() if n in base.graph}
    return base.graph.item_scores(base.graph.pagerank(seeds)).astype(np.float64)


SIGNALS: Mapping[str, Callable[[ToolContext], Floats]] = {
    "popularity": _popularity,
    "bm25": _bm25,
    "vectors": _vectors,
    "item-knn": _item_knn,
    "pagerank": _pagerank,
}


def single(name: str) -> dict[str, Tool[Any]]:
    """Return the tools of a system that ranks by one signal: the exact filter, that order, the first few. Raises KeyError."""
    from tools.registry import TOOLS

    signal = SIGNALS[name]

    def rank(context: ToolContext, args: RankArguments) -> ToolResult:
        kept = open_candidates(context)
        return ToolResult(candidates=kept.ranked({name: signal(context)[kept.positions]}), note=f"{len(kept):,} by {name}")

    return {
        "filter": TOOLS["filter"],
        "ask": TOOLS["ask"],
        "rank": Tool(name="rank", label="rank", description="rank", arguments=RankArguments, run=rank, effect="order", limit_s=10.0),
        "slate": Tool(name="slate", label="slate", description="slate", arguments=SlateArguments, run=first, effect="order"),
    }
