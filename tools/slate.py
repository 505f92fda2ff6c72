"""The final choice: the best few, different enough from each other, with the reasons for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from pydantic import Field

from knowledge.entities import split_entity
from tools.apart import told_apart
from tools.base import Arguments, Tool, ToolContext, ToolResult
from tools.candidates import Candidates, Evidence, best_few
from tools.evidence import asked_of, reasons
from tools.fusion import fuse, situation_of, weights_for
from tools.scope import Mask, item_id_of, open_candidates, standing
from tools.values import Held, distinct, entities, held, runs
from tools.wish import demanded
from tools.wished import character, common_themes

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase
    from knowledge.catalogue import Catalogue

__all__ = ["TOOL", "SlateArguments"]

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

POOL_A_PLACE, LEAST_POOL = 8, 40
"""The choice is made among the best so many for each place, and no fewer than that."""

SURPRISE_POOL = 8
"""A surprise is drawn from so many times more."""

COVERAGE, REDUNDANCY = 0.12, 0.3
"""What new facet values are worth, and what likeness to those chosen costs, against relevance on 0..1."""


class SlateArguments(Arguments):
    """How many and how varied."""

    k: int = Field(default=3, ge=1, le=50, description="How many items to show.")
    diversity: float = Field(default=1.0, ge=0.0, le=2.0, description="0 takes the plain best, 1 varies as usual, 2 varies more.")
    per_series: int = Field(default=1, ge=1, description="At most so many of one series in every ten, unless it was asked for.")
    per_person: int = Field(default=2, ge=1, description="At most so many by one person in every ten, unless they were asked for.")
    surprise: bool = Field(default=False, description="True to draw among the good ones, away from what everybody takes.")
    reasons: int = Field(default=4, ge=0, le=10, description="How many reasons to give for each.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """The candidates the choice is made among, with what tells them apart."""

    relevance: Floats
    rows: Codes
    """Which candidate has which value, `(n_entries,)` each, no pair twice."""
    columns: Codes
    tells: Floats
    """Weight of each value, `(n_values,)`."""
    mass: Floats
    """Summed weight of the values of each candidate, `(n_pool,)`."""
    meaning: npt.NDArray[np.float64] | None
    """Unit vectors, `(n_pool, dim)`, where the base has any."""
    caps: Sequence[tuple[tuple[int, ...], int]]
    """Pool rows that share a series or person, and how many of them may be shown."""

    def weight_among(self, values: Floats) -> Floats:
        """Return the summed weight of those values that each candidate has, `(n_pool,)`; `values` `(n_values,)` is 1 where one counts."""
        found = np.bincount(self.rows, weights=(self.tells * values)[self.columns], minlength=len(self.relevance))
        return found.astype(np.float64, copy=False)

    def values_of(self, row: int) -> Floats:
        """Return which values a candidate has, `(n_values,)` zeros and ones."""
        has = np.zeros(len(self.tells))
        has[self.columns[self.rows == row]] = 1.0
        return has

    def alike(self, row: int) -> Floats:
        """Return how like a candidate each is, `(n_pool,)` in 0..1: shared attributes, and meaning where there are vectors."""
        shared = self.weight_among(self.values_of(row)) / np.sqrt(np.maximum(self.mass, 1e-9) * max(self.mass[row], 1e-9))
        if self.meaning is None or not len(self.tells):
            return np.asarray(shared)
        return np.asarray(0.5 * shared + 0.5 * np.clip(self.meaning @ self.meaning[row], 0.0, 1.0))


def run(context: ToolContext, args: SlateArguments) -> ToolResult:
    """Choose k of the open candidates: relevance, new facet values, unlikeness to those chosen; caps on series and people."""
    ranked = open_candidates(context)
    if ranked.scores is None:
        ranked = fuse(ranked, weights_for(context.base, situation_of(ranked)))
    if not len(ranked):
        return ToolResult(candidates=ranked, data={"items": [], "why": {}}, note="nothing to show")
    assert ranked.scores is not None
    fitting = np.flatnonzero(_fitting(context.base.catalogue, ranked))
    most = max(LEAST_POOL, POOL_A_PLACE * args.k) * (SURPRISE_POOL if args.surprise else 1)
    top = ranked.take(fitting[best_few(ranked.scores[fitting], ranked.positions[fitting], most)])
    chosen = top.take(np.array(_choose(context, top, args), dtype=np.int64))
    asked = asked_of(chosen, context)
    if asked.wish:
        asked = replace(asked, themes=common_themes(context.base, ranked))
    why = {item_id: reasons(context, item_id, asked, args.reasons) for item_id in chosen.item_ids} if args.reasons else {}
    why = told_apart(context.base, why)
    if args.reasons:
        catalogue = context.base.catalogue
        why = {i: es or tuple(character(context.base, i, catalogue.index(i))) for i, es in why.items()}
    assert chosen.scores is not None
    shown = chosen.with_signal("slate", chosen.scores, evidence={i: e for i, e in why.items() if e})
    data = {"items": shown.item_ids, "why": {i: [_plain(e) for e in es] for i, es in why.items()}, "of": len(fitting)}
    return ToolResult(candidates=shown, data=data, note=f"{len(shown)} of {len(fitting):,} chosen")


def _plain(evidence: Evidence) -> dict[str, object]:
    return {"kind": evidence.kind, "text": evidence.text, "ids": list(evidence.ids), "weight": evidence.weight}


def _fitting(catalogue: Catalogue, ranked: Candidates) -> Mask:
    """Return which may be shown: not the examples, what misses a step asked for or is disliked, as long as something else is left."""
    fits = np.ones(len(ranked), dtype=np.bool_)
    against = ranked.parts.get("against")
    if against is not None:
        fits &= against >= -1e-12
    examples = {item_id_of(i) for i in ranked.asked.get("similar", {}).get("items", ())}
    examples |= {item_id_of(name) for name in ranked.asked.get("graph", {}).get("seeds", {}) if name.startswith("item:")}
    if examples:
        fits &= ~standing(catalogue, examples)[ranked.positions]
    return fits if fits.any() else ~fits


def _choose(context: ToolContext, top: Candidates, args: SlateArguments) -> list[int]:
    pool = _pool(context, top, args)
    relevance = pool.relevance
    if args.surprise:
        draw = np.random.default_rng(context.seed).random(len(top))
        fame = context.base.catalogue.popularity[top.positions].argsort(kind="stable").argsort(kind="stable") / max(1, len(top) - 1)
        relevance = 0.5 * relevance + 0.7 * draw - 0.3 * fame
    chosen: list[int] = []
    covered, nearest = np.zeros(len(pool.tells)), np.zeros(len(top))
    taken, capped = np.zeros(len(top), dtype=np.bool_), np.zeros(len(top), dtype=np.bool_)
    left = [most for _, most in pool.caps]
    of_row: dict[int, list[int]] = {}
    for at, (rows, _) in enumerate(pool.caps):
        for row in rows:
            of_row.setdefault(row, []).append(at)
    while len(chosen) < min(args.k, len(top)):
        open_rows = ~(taken | capped)
        if not open_rows.any():
            # Rather more of one series than fewer items than asked for.
            open_rows = ~taken
        gain = relevance.copy()
        if chosen and args.diversity:
            fresh = pool.weight_among(1.0 - covered) / np.maximum(pool.mass, 1e-9)
            gain += args.diversity * (COVERAGE * fresh - REDUNDANCY * nearest)
        # Rows stand best first, equal scores by id: the first of equal gains wins.
        best = int(np.argmax(np.where(open_rows, np.round(gain, 12), -np.inf)))
        chosen.append(best)
        taken[best] = True
        nearest = np.maximum(nearest, pool.alike(best))
        covered = np.maximum(covered, pool.values_of(best))
        for at in of_row.get(best, ()):
            left[at] -= 1
            if not left[at]:
                capped[list(pool.caps[at][0])] = True
    return chosen


def _pool(context: ToolContext, top: Candidates, args: SlateArguments) -> _Pool:
    base = context.base
    assert top.scores is not None
    low, high = float(top.scores.min()), float(top.scores.max())
    relevance = (top.scores - low) / (high - low) if high > low else np.ones(len(top))
    known, found = entities(base), held(base, top.positions)
    # Only what the pool has gets a number; a value named twice of an item counts once.
    codes, rows = distinct(found.codes, found.rows)
    own, _, times = runs(codes)
    columns, tells = np.repeat(np.arange(len(own)), times), known.tells[own]
    mass = np.bincount(rows, weights=tells[columns], minlength=len(top)).astype(np.float64, copy=False)
    asked = demanded(context.where) | _named_values(base, context, top)
    tens = -(-args.k // 10)
    caps = [
        (members, tens * (args.per_series if kind == "series" else args.per_person))
        for kind, value, members in _members(base, found)
        if value not in asked
    ]
    return _Pool(
        relevance=relevance,
        rows=rows,
        columns=columns,
        tells=tells,
        mass=mass,
        meaning=base.vectors.matrix[top.positions].astype(np.float64) if base.has("vectors") else None,
        caps=caps,
    )


def _members(base: KnowledgeBase, found: Held) -> list[tuple[str, str, tuple[int, ...]]]:
    """Return the pool rows that share a series or a person: facet kind, value and the rows, two or more, by kind and value."""
    known = entities(base)
    circle = known.circle[found.codes]
    some = circle >= 0
    circles, rows = distinct(circle[some], found.rows[some])
    shared, starts, times = runs(circles)
    return sorted(
        (*known.circles[at], tuple(rows[start : start + n].tolist()))
        for at, start, n in zip(shared.tolist(), starts.tolist(), times.tolist(), strict=True)
        if n > 1
    )


def _named_values(base: KnowledgeBase, context: ToolContext, top: Candidates) -> frozenset[str]:
    """Values that were asked for as a wish or named as a seed: caps do not apply to them."""
    names = [*top.asked.get("rank", {}).get("prefer", ())]
    names += [name for name, weight in top.asked.get("graph", {}).get("seeds", {}).items() if weight >= 1.0]
    return frozenset(split_entity(name)[1] for name in names if not name.startswith("item:"))


TOOL = Tool(
    name="slate",
    label="Choosing",
    description="Choose the few items to show from the ranked candidates, varied, with reasons. The last step of every recommending plan.",
    arguments=SlateArguments,
    run=run,
    effect="order",
)
