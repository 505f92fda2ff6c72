"""The systems that can be compared, by name, and how each is opened over a base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.errors import BadInput
from tools.base import Tool, ToolContext, ToolResult
from tools.rank import RankArguments
from tools.scope import open_candidates

if TYPE_CHECKING:
    from agent.sommelier import Sommelier
    from knowledge.base import KnowledgeBase

__all__ = ["SYSTEMS", "System", "open_system", "system_named"]


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One system: which tools it has and which parts of the base it may use."""

    name: str
    words: str
    tools: str = "own"
    """own, reference, strict reference, a single signal, or `unfused`."""
    without_tools: tuple[str, ...] = ()
    without_parts: tuple[str, ...] = ()
    max_repairs: int | None = None
    histories: bool = True
    """False: over a base whose graph and popularity never saw a history."""


_ALL = (
    System(name="sommelier", words="this agent"),
    System(name="interecagent", words="InteRecAgent's tool logic, restated", tools="reference"),
    System(
        name="interecagent-and", words="the same, conditions in words joined by AND where that leaves something", tools="strict reference"
    ),
    System(name="popularity", words="what most people take, filtered", tools="popularity"),
    System(name="bm25", words="full text, filtered", tools="bm25"),
    System(name="vectors", words="sentence embeddings, filtered", tools="vectors"),
    System(name="item-knn", words="item to item by co-occurrence, filtered", tools="item-knn"),
    System(name="pagerank", words="personalised PageRank from what is liked, filtered", tools="pagerank"),
    System(name="no-graph", words="without the graph", without_tools=("graph",), without_parts=("graph",)),
    System(name="no-cf", words="without histories", without_tools=("collaborative",), without_parts=("interactions",), histories=False),
    System(name="no-vectors", words="without vectors", without_parts=("vectors",)),
    System(name="no-fusion", words="one signal at a time", tools="unfused"),
    System(name="no-reflection", words="without reflection's repairs", max_repairs=0),
)
SYSTEMS: Mapping[str, System] = {s.name: s for s in _ALL}


def system_named(name: str) -> System:
    """Return a system by name. Raises BadInput naming those there are."""
    if name not in SYSTEMS:
        raise BadInput(f"there is no system {name!r}; write some of {', '.join(SYSTEMS)}, separated by commas")
    return SYSTEMS[name]


def open_system(system: System, base: KnowledgeBase, *, slate: int, brain: str = "builtin") -> Sommelier:
    """Open a system over a base, with conversations kept in memory only.

    Args:
        system: which.
        base: the parts the system may not use are hidden from it.
        slate: items shown a turn.
        brain: as `Settings.brain`.
    """
    from agent.config import Settings
    from agent.sommelier import Sommelier
    from knowledge.base import KnowledgeBase

    if system.without_parts:
        parts = tuple(p for p in base.manifest.parts if p not in system.without_parts)
        base = KnowledgeBase(base.path, replace(base.manifest, parts=parts), base.schema)
    settings = Settings.from_environment(store=":memory:", brain=brain, slate_size=slate, max_repairs=system.max_repairs)
    return Sommelier(base, settings=settings, tools=_tools(system))


def _tools(system: System) -> Mapping[str, Tool[Any]]:
    from evaluation.baselines.interecagent import STRICT_TOOLS
    from evaluation.baselines.interecagent import TOOLS as REFERENCE
    from evaluation.baselines.single import single
    from tools.registry import TOOLS

    if system.tools == "own":
        chosen = dict(TOOLS)
    elif system.tools == "reference":
        chosen = {**REFERENCE, "ask": TOOLS["ask"]}
    elif system.tools == "strict reference":
        chosen = {**STRICT_TOOLS, "ask": TOOLS["ask"]}
    elif system.tools == "unfused":
        chosen = {**TOOLS, "rank": _UNFUSED}
    else:
        chosen = single(system.tools)
    answering = {n: t for n, t in TOOLS.items() if n in ("lookup", "compare", "explain")}
    return {n: t for n, t in {**answering, **chosen}.items() if n not in system.without_tools}


EXCLUSIVE = ("similar", "search", "collaborative", "graph", "popular")
"""Which signal alone decides without fusion: the first of these there is."""


def _unfused(context: ToolContext, args: RankArguments) -> ToolResult:
    kept = open_candidates(context)
    name = next((n for n in EXCLUSIVE if n in kept.columns), None)
    column = np.zeros(len(kept)) if name is None else np.nan_to_num(kept.columns[name], nan=-1e9)
    return ToolResult(candidates=kept.ranked({name or "none": column}), note=f"{len(kept):,} by {name}")


_UNFUSED: Tool[Any] = Tool(
    name="rank", label="rank", description="rank by one signal", arguments=RankArguments, run=_unfused, effect="order"
)
