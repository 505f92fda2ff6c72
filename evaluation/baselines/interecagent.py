"""InteRecAgent's tool logic, restated: the reference to beat.

From "Recommender AI Agent" (arXiv 2308.16505, section 3.2 and appendix) and its published code. Kept as it is there:

- the hard filter keeps what matches; of more than 1,000 a uniform random 1,000 (its SQL names no order); conditions in words are joined
  by OR, as the description of its filtering tool asks for;
- the soft filter scores by item-to-item likeness (c_ij / sqrt(n_i n_j), mean over the seeds), keeps what lies strictly above the
  value at 5 % of the whole catalogue, in id order, and cuts to 1,000 in that order;
- ranking has three exclusive schemas (preference, similarity, popularity); anything preferred forces preference; no fusion; cut to 100;
  unwanted items are demoted, not removed;
- the map tool takes the first few; every tool at most once in a turn.

In its favour: understanding, memory and repair of this agent stand around it (its own planner is a large model); conditions in words are
matched by this agent's grounding, and dropped where nothing new is left (its critic's advice to relax); a filter that leaves nothing says
what blocks, so that this agent's relaxation mends it; its preference model is the base's own ranker.

`STRICT_TOOLS` go further in its favour: AND first, OR only where nothing is left, which the published tool is told not to prefer and which
serves it better here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from knowledge.entities import split_entity
from knowledge.predicates import Has
from tools.base import Tool, ToolContext, ToolResult
from tools.candidates import Candidates, Evidence
from tools.collaborative import ranker_of
from tools.derived import kept, likes_by_item
from tools.filter import FilterArguments, blockers
from tools.grounded import conjuncts
from tools.popular import PopularArguments
from tools.rank import RankArguments
from tools.scope import item_id_of, known_items, unwanted
from tools.search import SearchArguments
from tools.similar import SimilarArguments
from tools.slate import SlateArguments
from tools.wish import target_scores

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["LIMIT", "SOFT_SHARE", "STRICT_TOOLS", "TOOLS", "item_likeness", "preference"]

LIMIT = 1_000
"""Most ids the bus holds."""
SOFT_SHARE = 0.05
"""Part of the catalogue that a soft filter may keep."""
RANKED = 100
DEMOTED = -1e5

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def _bus(context: ToolContext) -> Candidates:
    catalogue = context.base.catalogue
    if context.candidates is None:
        return Candidates(catalogue.ids, np.arange(len(catalogue)))
    return Candidates.of(catalogue, context.candidates)


def hard_filter(context: ToolContext, args: FilterArguments) -> ToolResult:
    """Keep what matches; sample a uniform random thousand of more."""
    bus = _bus(context)
    mask = context.base.catalogue.select(context.where)
    left = bus.take(mask[bus.positions])
    if len(left) > LIMIT:
        chance = np.random.default_rng(context.seed % 2**32)
        left = left.take(np.sort(chance.choice(len(left), LIMIT, replace=False)))
    blocked = () if len(left) else blockers(context, list(dict.fromkeys(conjuncts(context.where))))
    return ToolResult(candidates=left, blocked=blocked, note=f"{len(left):,} left")


def conditions(context: ToolContext, args: SearchArguments) -> ToolResult:
    """Match the words of the wish to values, as LIKE conditions would: any of them, or none where nothing is left."""
    return _matched(context, args, (np.logical_or,))


def strict_conditions(context: ToolContext, args: SearchArguments) -> ToolResult:
    """Match the words of the wish to values: all of them, any of them, or none, whichever leaves something first."""
    return _matched(context, args, (np.logical_and, np.logical_or))


def _matched(context: ToolContext, args: SearchArguments, joined: Sequence[np.ufunc]) -> ToolResult:
    bus, catalogue = _bus(context), context.base.catalogue
    masks: list[Mask] = []
    for piece in args.wish.split(", "):
        for facet in context.base.schema.facets:
            if facet.kind not in ("tag", "category"):
                continue
            value = catalogue.ground(facet.name, piece).value
            if value is not None:
                masks.append(catalogue.select(Has(facet=facet.name, values=(value,))))
                break
    free = ~unwanted(context)
    for join in joined:
        if masks:
            keep = (join.reduce(masks) & free)[bus.positions]
            if keep.any():
                return ToolResult(candidates=bus.take(keep), note=f"{int(keep.sum()):,} match {args.wish!r}")
    return ToolResult(candidates=bus, note="no condition matched")


def item_likeness(base: KnowledgeBase, seeds: list[int]) -> Floats | None:
    """Return the mean over the seeds of c_ij / sqrt(n_i n_j) for every item j; None without interactions."""
    likes = likes_by_item(base)
    if likes is None or not seeds:
        return None
    root = kept(base, "itemcf_root", lambda: np.sqrt(np.maximum(np.diff(likes.indptr), 1.0)))
    both = np.asarray((likes.T @ likes[:, seeds]).todense(), dtype=np.float64)
    return np.asarray((both / root[:, None] / root[seeds][None, :]).mean(axis=1)).ravel()


def soft_filter(context: ToolContext, args: SimilarArguments) -> ToolResult:
    """Keep what is like the named examples; what was only said to be liked goes to the ranking instead."""
    bus, base = _bus(context), context.base
    liked = {item_id_of(n) for n in context.taste.liked if n.startswith("item:")}
    seeds = [i for i in known_items(base.catalogue, args.items)[0] if i not in liked]
    scores = item_likeness(base, [base.catalogue.index(i) for i in seeds])
    if scores is None:
        return ToolResult(candidates=bus, note="no examples")
    rank = int(SOFT_SHARE * len(scores))
    cut = float(np.sort(scores)[::-1][min(rank, len(scores) - 1)])
    left = bus.take(np.sort(np.flatnonzero(scores[bus.positions] > cut)))
    left = left.take(np.argsort(left.positions, kind="stable")[:LIMIT])
    return ToolResult(candidates=left.with_signal("similarity", scores[left.positions]), note=f"{len(left):,} like the examples")


def preference(context: ToolContext, args: Any) -> ToolResult:
    """Score the bus by the base's ranker from what is preferred and unwanted."""
    bus, base = _bus(context), context.base
    catalogue = base.catalogue
    if not base.has("interactions"):
        return ToolResult(candidates=bus, note="no histories")
    plus = {split_entity(n)[1]: w for n, w in context.taste.liked.items() if n.startswith("item:")}
    minus = {split_entity(n)[1]: w for n, w in context.taste.disliked.items() if n.startswith("item:")}
    known = {catalogue.index(i): w for i, w in sorted(plus.items()) if i in catalogue}
    if not known:
        return ToolResult(candidates=bus, note="nothing preferred")
    scores = ranker_of(base).score(known, {catalogue.index(i): w for i, w in minus.items() if i in catalogue}, list(known))
    column = np.asarray(scores, dtype=np.float64)[bus.positions]
    column[np.isin(bus.positions, list(known))] = DEMOTED
    return ToolResult(candidates=bus.with_signal("preference", column), note="scored by preference")


def popularity(context: ToolContext, args: PopularArguments) -> ToolResult:
    """Score the bus by log(visits + 1)."""
    bus = _bus(context)
    return ToolResult(candidates=bus.with_signal("popularity", np.log1p(context.base.catalogue.popularity[bus.positions])))


def rank(context: ToolContext, args: RankArguments) -> ToolResult:
    """Order by one schema alone; steps asked for ("shorter") are conditions, as SQL would have them."""
    bus, base = _bus(context), context.base
    if args.targets and len(bus):
        missed = target_scores(base, args.targets, bus.positions)[1]
        if (~missed & ~unwanted(context)[bus.positions]).any():
            bus = bus.take(~missed)
    schema = next((s for s in ("preference", "similarity", "popularity") if s in bus.columns), None)
    column = np.log1p(base.catalogue.popularity[bus.positions]) if schema is None else np.nan_to_num(bus.columns[schema], nan=DEMOTED)
    column = np.where(unwanted(context)[bus.positions], DEMOTED, column)
    return ToolResult(candidates=bus.ranked({schema or "popularity": column})[:RANKED], note=f"ranked by {schema or 'popularity'}")


def first(context: ToolContext, args: SlateArguments) -> ToolResult:
    """Take the first few."""
    bus = _bus(context)[: args.k]
    chosen = bus if isinstance(bus, Candidates) else _bus(context).take(np.arange(args.k))
    why: dict[str, tuple[Evidence, ...]] = {}
    return ToolResult(
        candidates=chosen.with_signal("slate", np.zeros(len(chosen)), evidence=why), data={"items": chosen.item_ids, "why": {}}
    )


def _tool(name: str, arguments: Any, run: Any, effect: Any = "score") -> Tool[Any]:
    return Tool(name=name, label=name, description=name, arguments=arguments, run=run, effect=effect, limit_s=10.0)


def _tools() -> dict[str, Tool[Any]]:
    from tools.collaborative import CollaborativeArguments

    return {
        "filter": _tool("filter", FilterArguments, hard_filter, "narrow"),
        "search": _tool("search", SearchArguments, conditions, "narrow"),
        "similar": _tool("similar", SimilarArguments, soft_filter, "narrow"),
        "collaborative": _tool("collaborative", CollaborativeArguments, preference),
        "popular": _tool("popular", PopularArguments, popularity),
        "rank": _tool("rank", RankArguments, rank, "order"),
        "slate": _tool("slate", SlateArguments, first, "order"),
    }


TOOLS: dict[str, Tool[Any]] = _tools()
STRICT_TOOLS: dict[str, Tool[Any]] = {**TOOLS, "search": _tool("search", SearchArguments, strict_conditions, "narrow")}
