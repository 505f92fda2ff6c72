"""A typical recommending plan over made-up catalogues: how long all its tools take together, warm.

The sentence encoder is timed apart, on the wish itself, and added: its cost does not depend on the catalogue.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Row, at_most, times_ms
from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.encoders import open_encoder
from knowledge.errors import Unavailable
from knowledge.items import Item
from knowledge.predicates import AllOf, from_json
from knowledge.schema import Facet, Number, Schema
from knowledge.sources.base import Events, MemorySource
from tools.base import Taste, ToolContext
from tools.registry import TOOLS

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


def once(base: KnowledgeBase, turn: int, meaning: float) -> dict[str, float]:
    """Run one turn; return milliseconds by tool and together."""
    taste = Taste(liked={f"item:i{turn + i:06d}": 1.0 for i in range(5)}, disliked={"theme:theme 9": 0.5})
    context = ToolContext(base=base, taste=taste, seed=turn)
    spent: dict[str, float] = {}
    for name, args in plan(turn, meaning):
        tool = TOOLS[name]
        began = time.perf_counter()
        result = tool.run(context, tool.parse(args))
        spent[name] = (time.perf_counter() - began) * 1e3
        if result.candidates is not None:
            context = replace(context, candidates=result.candidates)
        if name == "filter":
            context = replace(context, where=AllOf(parts=(from_json(result.data["where"]),)))
    spent["plan"] = sum(spent.values())
    return spent


def measure(base: KnowledgeBase, meaning: float) -> dict[str, tuple[float, float]]:
    """Return median and 95th percentile in milliseconds by tool, after warming up."""
    for turn in range(3):
        once(base, turn, meaning)
    turns = [once(base, 10 + turn, meaning) for turn in range(TURNS)]
    return {name: (float(np.median([t[name] for t in turns])), float(np.percentile([t[name] for t in turns], 95))) for name in turns[0]}


def _rows(n: int, encoder: str | None, meaning: float, folder: Path) -> dict[str, tuple[float, float]]:
    build(catalogue(n), folder / f"{n}{encoder}", encoder=encoder)
    return measure(KnowledgeBase.open(folder / f"{n}{encoder}"), meaning)


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
            spent = _rows(n, None, 0.0, folder)
            rows += [Row(what=f"{tool}, {n:,} items, p95", value=high, unit="ms") for tool, (_, high) in spent.items() if tool != "plan"]
            rows.append(Row(what=f"plan, {n:,} items, no encoder, p50", value=spent["plan"][0], unit="ms"))
            rows.append(at_most(f"plan, {n:,} items, no encoder, p95", spent["plan"][1], "ms", promise))
        encoding = _encoding()
        if encoding is not None:
            rows.append(Row(what="one wish through the sentence encoder, p95", value=encoding, unit="ms"))
            spent = _rows(10_000, "tfidf", 1.0, folder)
            rows.append(at_most("plan, 10,000 items, with vectors and that encoder, p95", spent["plan"][1] + encoding, "ms", WITH_ENCODER))
    return rows
