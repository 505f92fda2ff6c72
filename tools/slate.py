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
from tools.candidates import Candidates, Evidence
from tools.derived import entity_idf
from tools.evidence import asked_of, reasons
from tools.fusion import fuse, situation_of, weights_for
from tools.scope import Mask, entities_of, item_id_of, open_candidates
from tools.wish import demanded
from tools.wished import character, common_themes

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase
    from knowledge.catalogue import Catalogue

__all__ = ["TOOL", "SlateArguments"]

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
    per_series: int = Field(default=1, ge=1, description="At most so many of one series, unless it was asked for.")
    per_person: int = Field(default=2, ge=1, description="At most so many by one person, unless they were asked for.")
    surprise: bool = Field(default=False, description="True to draw among the good ones, away from what everybody takes.")
    reasons: int = Field(default=4, ge=0, le=10, description="How many reasons to give for each.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """The candidates the choice is made among, with what tells them apart."""

    relevance: Floats
    tells: Floats
    """Weight of each value, `(n_values,)`."""
    has: Floats
    """`(n_pool, n_values)` zeros and ones."""
    alike: Floats
    """`(n_pool, n_pool)` in 0..1."""
    caps: Sequence[tuple[tuple[int, ...], int]]
    """Pool rows that share a series or person, and how many of them may be shown."""


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
    top = ranked.take(_best(ranked, fitting, most))
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


def _best(ranked: Candidates, rows: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.int64]:
    """Return the best of the rows, best first, equal scores by item id: only what can be among them is sorted."""
    assert ranked.scores is not None
    scores = ranked.scores[rows]
    if len(rows) > most:
        least = np.partition(scores, len(rows) - most)[len(rows) - most]
        rows = rows[scores >= least]
        scores = ranked.scores[rows]
    return rows[np.lexsort((ranked.positions[rows], -scores))][:most]


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
    own = [catalogue.index(i) for i in examples if i in catalogue]
    if own:
        fits &= ~np.isin(ranked.positions, own)
    return fits if fits.any() else ~fits


def _choose(context: ToolContext, top: Candidates, args: SlateArguments) -> list[int]:
    pool = _pool(context, top, args)
    relevance = pool.relevance
    if args.surprise:
        draw = np.random.default_rng(context.seed).random(len(top))
        fame = context.base.catalogue.popularity[top.positions].argsort(kind="stable").argsort(kind="stable") / max(1, len(top) - 1)
        relevance = 0.5 * relevance + 0.7 * draw - 0.3 * fame
    chosen: list[int] = []
    covered = np.zeros(pool.has.shape[1])
    for relaxed in (False, True):
        while len(chosen) < min(args.k, len(top)):
            open_rows = np.ones(len(top), dtype=np.bool_)
            open_rows[chosen] = False
            if not relaxed:
                for rows, most in pool.caps:
                    if sum(row in chosen for row in rows) >= most:
                        open_rows[list(rows)] = False
            if not open_rows.any():
                break
            gain = relevance.copy()
            if chosen and args.diversity:
                fresh = (pool.has * (1.0 - covered)) @ pool.tells / np.maximum(pool.has @ pool.tells, 1e-9)
                gain += args.diversity * (COVERAGE * fresh - REDUNDANCY * pool.alike[:, chosen].max(axis=1))
            # Rows stand best first, equal scores by id: the first of equal gains wins.
            best = int(np.argmax(np.where(open_rows, np.round(gain, 12), -np.inf)))
            chosen.append(best)
            covered = np.maximum(covered, pool.has[best])
    return chosen


def _pool(context: ToolContext, top: Candidates, args: SlateArguments) -> _Pool:
    base = context.base
    assert top.scores is not None
    low, high = float(top.scores.min()), float(top.scores.max())
    relevance = (top.scores - low) / (high - low) if high > low else np.ones(len(top))
    codes: dict[str, int] = {}
    rows: list[int] = []
    columns: list[int] = []
    tells: list[float] = []
    members: dict[tuple[str, str], list[int]] = {}
    kinds, idf = {facet.name: facet.kind for facet in base.schema.facets}, entity_idf(base)
    for row, position in enumerate(top.positions.tolist()):
        for name, (facet, value, _) in entities_of(base, position).items():
            if name not in codes:
                codes[name] = len(codes)
                tells.append(idf[name])
            rows.append(row)
            columns.append(codes[name])
            if kinds[facet] in {"series", "person"}:
                members.setdefault((kinds[facet], value), []).append(row)
    has = np.zeros((len(top), len(codes)))
    has[rows, columns] = 1.0
    weight = np.array(tells)
    asked = demanded(context.where) | _named_values(base, context, top)
    caps = [
        (tuple(group), args.per_series if kind == "series" else args.per_person)
        for (kind, value), group in sorted(members.items())
        if value not in asked and len(group) > 1
    ]
    return _Pool(relevance=relevance, tells=weight, has=has, alike=_alike(base, top, has, weight), caps=caps)


def _alike(base: KnowledgeBase, top: Candidates, has: Floats, weight: Floats) -> Floats:
    """Likeness of every pair: shared attributes, and meaning where there are vectors, `(n, n)` in 0..1."""
    if not has.shape[1]:
        return np.zeros((len(top), len(top)))
    mass = np.sqrt(np.maximum(has @ weight, 1e-9))
    shared = ((has * weight) @ has.T) / np.outer(mass, mass)
    if not base.has("vectors"):
        return np.asarray(shared)
    some = base.vectors.matrix[top.positions].astype(np.float64)
    return np.asarray(0.5 * shared + 0.5 * np.clip(some @ some.T, 0.0, 1.0))


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
