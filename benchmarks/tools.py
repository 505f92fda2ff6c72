"""A typical recommending plan over made-up catalogues: how long all its tools take together, warm; and each tool at its worst.

Promises are of wall-clock time on a quiet machine; the processor time beside it tells how much of that was waiting for others. The
sentence encoder is timed apart, on the wish itself, and added: its cost does not depend on the catalogue.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from benchmarks.measure import Row, at_most, times_ms
from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.encoders import open_encoder
from knowledge.errors import Unavailable
from knowledge.items import Item
from knowledge.longlived import keep_loaded
from knowledge.predicates import AllOf, from_json
from knowledge.schema import Facet, Number, Schema
from knowledge.sources.base import Events, MemorySource
from tools.base import Taste, ToolContext
from tools.registry import TOOLS

T = TypeVar("T")

SIZES = {10_000: 15.0, 36_000: 150.0}
"""Items -> promised p95 in milliseconds of the plan without the encoder."""
WITH_ENCODER = 60.0
TURNS = 60
WORDS = [f"word{i}" for i in range(6_000)]


def catalogue(n: int, seed: int = 0) -> MemorySource:
    """Return `n` items with six facets' worth of attributes, descriptions of thirty words, and a fifth as many people."""
    rng = np.random.default_rng(seed)
    schema = Schema(
        name=f"items{n}",
        facets=(
            Facet(name="kind"),
            Facet(name="maker", kind="person"),
            Facet(name="players", kind="person"),
            Facet(name="theme", kind="tag"),
            Facet(name="mood", kind="tag"),
            Facet(name="family", kind="series"),
        ),
        numbers=(Number(name="year", role="year"), *(Number(name=f"scale{i}", role="scale", low=0, high=4) for i in range(6))),
    )
    items = []
    for at in range(n):
        facets = {
            "kind": tuple({f"kind {v}" for v in rng.integers(20, size=2)}),
            "maker": (f"Maker {rng.integers(max(5, n // 6))}",),
            "players": tuple({f"Player {v}" for v in rng.integers(max(5, n // 3), size=5)}),
            "theme": tuple({f"theme {min(int(v), 1_500)}" for v in rng.zipf(1.3, size=6)}),
            "mood": tuple({f"mood {v}" for v in rng.integers(24, size=3)}),
        }
        if rng.random() < 0.15:
            facets["family"] = (f"Family {rng.integers(max(2, n // 40))}",)
        numbers = {"year": float(rng.integers(1950, 2026)), **{f"scale{i}": float(rng.integers(5)) for i in range(6)}}
        text = " ".join(WORDS[int(w)] for w in rng.integers(len(WORDS), size=30))
        items.append(
            Item(id=f"i{at:06d}", title=f"Title {at}", description=text, facets=facets, numbers=numbers, popularity=float(rng.pareto(1.0)))
        )
    rows = []
    for person in range(n // 5):
        taken = np.unique((rng.random(25) ** 3 * n).astype(int)).tolist()
        rows += [(f"u{person}", f"i{item:06d}", 1.0, float(at)) for at, item in enumerate(taken)]
    return MemorySource(schema, items, events=Events.of(rows))


def plan(turn: int, meaning: float) -> list[tuple[str, dict[str, Any]]]:
    """Return the steps of one turn: conditions, a wish, an example, a critique."""
    example = f"item:i{turn:06d}"
    wish = " ".join(WORDS[(turn * 97 + i * 31) % len(WORDS)] for i in range(4))
    return [
        ("filter", {"where": {"all": [{"number": "year", "min": 1970}, {"not": {"facet": "kind", "has": ["kind 3"]}}]}}),
        ("search", {"wish": wish, "meaning": meaning}),
        ("graph", {"seeds": [{"entity": example}]}),
        ("similar", {"items": [example]}),
        ("collaborative", {"items": [example]}),
        ("popular", {}),
        ("rank", {"targets": [{"number": "scale1", "direction": "more", "of": [example]}], "prefer": ["mood:mood 2"]}),
        ("slate", {"k": 3}),
    ]


Spent = tuple[float, float]
"""Milliseconds by the wall clock and of processor time."""


def timed(call: Callable[[], T]) -> tuple[T, Spent]:
    """Return what a call gives and what it took."""
    wall, processor = time.perf_counter(), time.thread_time()
    found = call()
    return found, ((time.perf_counter() - wall) * 1e3, (time.thread_time() - processor) * 1e3)


def once(base: KnowledgeBase, turn: int, meaning: float) -> dict[str, Spent]:
    """Run one turn; return milliseconds by tool and together."""
    taste = Taste(liked={f"item:i{turn + i:06d}": 1.0 for i in range(5)}, disliked={"theme:theme 9": 0.5})
    context = ToolContext(base=base, taste=taste, seed=turn)
    spent: dict[str, Spent] = {}
    for name, args in plan(turn, meaning):
        result, spent[name] = timed(lambda n=name, a=args, c=context: TOOLS[n].run(c, TOOLS[n].parse(a)))  # type: ignore[misc]
        if result.candidates is not None:
            context = replace(context, candidates=result.candidates)
        if name == "filter":
            context = replace(context, where=AllOf(parts=(from_json(result.data["where"]),)))
    spent["plan"] = (sum(wall for wall, _ in spent.values()), sum(processor for _, processor in spent.values()))
    return spent


def measure(base: KnowledgeBase, meaning: float) -> dict[str, np.ndarray]:
    """Return by tool the milliseconds of every turn after warming up, `(TURNS, 2)`: wall clock, processor."""
    for turn in range(3):
        once(base, turn, meaning)
    # As the page and the terminal do.
    keep_loaded()
    turns = [once(base, 10 + turn, meaning) for turn in range(TURNS)]
    return {name: np.array([t[name] for t in turns]) for name in turns[0]}


def worst(base: KnowledgeBase) -> dict[str, float]:
    """Return processor milliseconds (median) of single tools asked for much: every item open, a long history, long slates."""
    catalogue = base.catalogue.ids
    taste = Taste(
        liked={f"item:{i}": 1.0 for i in catalogue[:400:10]} | {"mood:mood 3": 0.6},
        disliked={f"item:{i}": 1.0 for i in catalogue[5:100:20]} | {"theme:theme 9": 0.5},
        seen=frozenset(catalogue[1_000:1_400]),
    )
    wish = " ".join(WORDS[:30])
    steps = [{"number": f"scale{i}", "direction": "more"} for i in range(3)]
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("search, thirty words", "search", {"wish": wish, "meaning": 0.0}),
        ("graph, a long history", "graph", {}),
        ("similar, a mix of eight", "similar", {"items": catalogue[3_000:3_008]}),
        ("collaborative, a long history", "collaborative", {}),
        ("rank, three steps and three wishes", "rank", {"targets": steps, "prefer": ["mood:mood 2", "theme:theme 3", "kind:kind 4"]}),
        ("ask", "ask", {}),
        ("slate of 20", "slate", {"k": 20}),
        ("slate of 50, drawn", "slate", {"k": 50, "surprise": True}),
    ]
    context = ToolContext(base=base, taste=taste)
    found: dict[str, float] = {}
    for what, name, args in asked:
        tries = [timed(lambda n=name, a=args, c=context: TOOLS[n].run(c, TOOLS[n].parse(a))) for _ in range(9)]  # type: ignore[misc]
        found[what] = float(np.median([processor for _, (_, processor) in tries[2:]]))
        result = tries[-1][0]
        if result.candidates is not None and name != "slate":
            context = replace(context, candidates=result.candidates)
    return found


def _built(n: int, encoder: str | None, folder: Path) -> KnowledgeBase:
    build(catalogue(n), folder / f"{n}{encoder}", encoder=encoder)
    return KnowledgeBase.open(folder / f"{n}{encoder}")


def _p95(spent: np.ndarray) -> tuple[float, float]:
    wall, processor = np.percentile(spent, 95, axis=0).tolist()
    return wall, processor


def _encoding() -> float | None:
    """Milliseconds (p95) in which the sentence encoder turns one wish into a vector; None where it is not installed."""
    try:
        encoder = open_encoder("minilm")
    except Unavailable:
        return None
    wishes = [" ".join(WORDS[i : i + 8]) for i in range(40)]
    return float(np.percentile(times_ms([lambda w=w: encoder.encode([w]) for w in wishes]), 95))  # type: ignore[misc]


def main() -> list[Row]:
    """Return the rows of the table."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for n, promise in SIZES.items():
            base = _built(n, None, folder)
            spent = measure(base, 0.0)
            rows += [
                Row(what=f"{tool}, {n:,} items, p95", value=_p95(each)[0], unit="ms") for tool, each in spent.items() if tool != "plan"
            ]
            rows.append(Row(what=f"plan, {n:,} items, no encoder, p50", value=float(np.median(spent["plan"][:, 0])), unit="ms"))
            rows.append(at_most(f"plan, {n:,} items, no encoder, p95", _p95(spent["plan"])[0], "ms", promise))
            rows.append(Row(what=f"plan, {n:,} items, no encoder, p95 of processor time", value=_p95(spent["plan"])[1], unit="ms"))
            rows += [Row(what=f"{what}, {n:,} items, processor", value=ms, unit="ms") for what, ms in worst(base).items()]
        encoding = _encoding()
        if encoding is not None:
            rows.append(Row(what="one wish through the sentence encoder, p95", value=encoding, unit="ms"))
            wall, _ = _p95(measure(_built(10_000, "tfidf", folder), 1.0)["plan"])
            rows.append(at_most("plan, 10,000 items, with vectors and that encoder, p95", wall + encoding, "ms", WITH_ENCODER))
    return rows
