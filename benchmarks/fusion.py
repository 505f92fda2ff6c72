"""What fusing the walk and popularity with the collaborative ranker adds, on people held out whole: NDCG@20, before any fitting.

Needs MovieLens (ml-latest-small) in the public data folder ($SOMMELIER_DATA, or ../shared/data beside the checkout).
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.measure import Row, at_least
from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.graph.compose import compose
from tools.base import Taste, ToolContext
from tools.candidates import Candidates
from tools.fusion import DEFAULT_WEIGHTS, fuse
from tools.registry import TOOLS

PEOPLE, GIVEN, LEAST, TOP = 120, 8, 8, 20


def _cases(base: KnowledgeBase) -> tuple[list[tuple[list[int], set[int]]], list[int]]:
    """Return likes shown and likes hidden of each person held out, and the rows of those people."""
    likes = base.interactions.positive()
    rng = np.random.default_rng(1)
    people = rng.permutation(likes.shape[0])[:PEOPLE].tolist()
    cases = []
    for person in people:
        liked = likes.indices[likes.indptr[person] : likes.indptr[person + 1]]
        if len(liked) >= LEAST:
            mixed = rng.permutation(liked).tolist()
            hidden = max(2, len(mixed) // 4)
            cases.append((mixed[hidden : hidden + GIVEN], {*mixed[:hidden], *mixed[hidden + GIVEN :]}))
    return cases, people


def _signals(base: KnowledgeBase, shown: list[int]) -> Candidates:
    """Score all items but those shown by the three tools."""
    ids = [base.catalogue.ids[i] for i in shown]
    taste = Taste(liked={f"item:{i}": 1.0 for i in ids}, history=tuple(ids), seen=frozenset(ids))
    context = ToolContext(base=base, taste=taste)
    for name in ("graph", "collaborative", "popular"):
        tool = TOOLS[name]
        found = tool.run(context, tool.parse({})).candidates
        assert found is not None
        context = ToolContext(base=base, taste=taste, candidates=found)
    assert isinstance(context.candidates, Candidates)
    return context.candidates


def _ndcg(found: Candidates, weights: dict[str, float], hidden: set[int]) -> float:
    kept = Candidates(found.ids, found.positions, columns={name: found.columns[name] for name in weights if name in found.columns})
    top = fuse(kept, weights).positions[:TOP].tolist()
    gains = np.array([position in hidden for position in top]) / np.log2(np.arange(2, TOP + 2))
    return float(gains.sum() / (1 / np.log2(np.arange(2, 2 + min(TOP, len(hidden))))).sum())


def main() -> list[Row]:
    """Return the rows of the table; none where the data are missing."""
    data = Path(os.environ.get("SOMMELIER_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")) / "ml-latest-small"
    if not data.is_dir():
        return []
    with tempfile.TemporaryDirectory() as folder:
        build(f"movielens:{data}", Path(folder) / "base", encoder=None)
        base = KnowledgeBase.open(Path(folder) / "base")
        cases, people = _cases(base)
        # Whoever is asked about must be neither in the ranker's histories nor a node of the graph.
        others = base.interactions.without(people)
        graph = compose(base.schema, base.catalogue.items(base.catalogue.ids), interactions=others)
        base._parts |= {"interactions": others, "graph": graph}
        found = [(_signals(base, shown), hidden) for shown, hidden in cases]
    usual = {name: DEFAULT_WEIGHTS["history"][name] for name in ("collaborative", "graph", "popular")}
    rows = []
    best = 0.0
    for name in usual:
        value = float(np.mean([_ndcg(f, {name: 1.0}, hidden) for f, hidden in found]))
        best = max(best, value)
        rows.append(Row(what=f"{name} alone, NDCG@{TOP}", value=value, unit=""))
    fused = float(np.mean([_ndcg(f, usual, hidden) for f, hidden in found]))
    rows.append(at_least(f"fused, NDCG@{TOP}, above every one of them", fused, "", best))
    return rows
