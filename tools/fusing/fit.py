"""What `sommelier fit` learns of fusion: people held out, put into every situation, weights learnt from some and judged on the others."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import numpy.typing as npt

from tools.fusing.learn import Cases, Learnt, Row, learn, stack
from tools.fusing.situations import FEWEST_LOVES, run_plan, told
from tools.fusing.worlds import world_without
from tools.fusion import DEFAULT_WEIGHTS, OTHER_WEIGHT, Situation, calibrate
from tools.rankers.auto import liked_sequences
from tools.rankers.ranker import taken

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase
    from tools.candidates import Candidates

__all__ = ["FILE", "FusionReport", "fit_fusion", "store_fusion"]

FILE = "fusion.json"

PEOPLE = 400
"""People asked at most."""

CELLS = 2_000_000
"""People times items at most: what the time goes with. At least `FEWEST_PEOPLE` are asked all the same."""

FEWEST_PEOPLE = 120

FEWEST_CASES = 30
"""Cases of a situation needed to learn from, and as many to judge by."""

FOLDS = 4
"""Where the people asked are more than one in so many, they are held out in so many parts, so that the others still say something."""

DEEP, DEEP_TOGETHER = 60, 200
"""Items pooled from the top of each signal, and from the top of all by the default weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionReport:
    """What was learnt in each situation that had enough cases, and how many people were asked."""

    people: int
    learnt: Mapping[str, Learnt] = field(default_factory=dict)

    @property
    def weights(self) -> dict[str, dict[str, float]]:
        """The weights that are better than the defaults: situation -> source -> weight."""
        return {s: dict(zip(found.sources, found.weights, strict=True)) for s, found in self.learnt.items() if found.kept}

    def to_json(self) -> dict[str, Any]:
        """Return it JSON-plain."""
        rows = {
            s: {
                "before": round(found.before, 4),
                "after": round(found.after, 4),
                "error of the difference": round(found.error, 4),
                "cases": found.cases,
                "kept": found.kept,
            }
            for s, found in self.learnt.items()
        }
        return {"people": self.people, "weights": self.weights, "NDCG@20": rows}


def fit_fusion(
    base: KnowledgeBase, choice: Mapping[str, Any], *, seed: int = 0, progress: Callable[[str], None] | None = None
) -> FusionReport:
    """Learn the weights of fusion on held-out people of the base; nothing is stored.

    Args:
        base: with interactions.
        choice: the rankers to fit to the people who are not held out (`tools.rankers.Choice.to_json`).
        seed: decides who is held out and what they say.
        progress: told what is being done.
    """
    loved = _loved(base)
    able = [person for person, items in enumerate(loved) if len(items) >= FEWEST_LOVES]
    most = min(PEOPLE, max(FEWEST_PEOPLE, CELLS // max(1, len(base.catalogue))))
    # In random order: neighbours in the file may be alike, and those held out together must not be all of a kind.
    asked = [able[p] for p in np.random.default_rng(seed).permutation(len(able))[:most].tolist()]
    if len(asked) < 2 * FEWEST_CASES:
        return FusionReport(people=len(asked))
    folds = 1 if FOLDS * len(asked) <= len(loved) else FOLDS
    rows: dict[Situation, list[tuple[int, Row]]] = {situation: [] for situation in get_args(Situation)}
    for fold in range(folds):
        held = asked[fold::folds]
        if progress is not None:
            progress(f"asking {len(held):,} people held out" + (f", part {fold + 1} of {folds}" if folds > 1 else ""))
        world = world_without(base, held, choice)
        for at, person in enumerate(held):
            # Who is learnt from and who is judged by alternate within each part.
            for situation, found in rows.items():
                row = _row(world, situation, loved[person], np.random.default_rng([seed, person, len(situation)]))
                if row is not None:
                    found.append((at % 2, row))
    learnt: dict[str, Learnt] = {}
    for situation, found in rows.items():
        result = _learnt(situation, found)
        if result is not None:
            learnt[situation] = result
    return FusionReport(people=len(asked), learnt=learnt)


def store_fusion(base: KnowledgeBase, report: FusionReport) -> None:
    """Write `BASE/fitted/fusion.json`, whole or not at all: the weights that help, and what was measured."""
    base.fitted.mkdir(exist_ok=True)
    fresh = base.fitted / f".{FILE}"
    fresh.write_text(json.dumps({**report.weights, "measured": report.to_json()}, indent=1), encoding="utf-8")
    os.replace(fresh, base.fitted / FILE)


def _loved(base: KnowledgeBase) -> list[list[int]]:
    interactions = base.interactions
    rows = liked_sequences(taken(interactions.matrix), interactions.sequences())
    return [row.tolist() for row in rows]


def _row(world: KnowledgeBase, situation: Situation, loved: Sequence[int], rng: np.random.Generator) -> Row | None:
    what = told(world, situation, loved, rng)
    if what is None or not what.hidden:
        return None
    return _pooled(run_plan(world, what, situation), _sources(situation), _default(situation), what.hidden)


def _sources(situation: Situation) -> tuple[str, ...]:
    return tuple(sorted(DEFAULT_WEIGHTS[situation]))


def _default(situation: Situation) -> npt.NDArray[np.float64]:
    return np.array([DEFAULT_WEIGHTS[situation][source] for source in _sources(situation)])


def _pooled(found: Candidates, sources: tuple[str, ...], default: npt.NDArray[np.float64], hidden: frozenset[int]) -> Row:
    """Return the signals of the items that any weighting near the defaults may put first, in catalogue order."""
    order = np.argsort(found.positions, kind="stable")
    kept = found.take(order)
    signals = np.zeros((len(kept), len(sources)), dtype=np.float64)
    for at, source in enumerate(sources):
        if source in kept.columns:
            signals[:, at] = calibrate(kept.columns[source], source)
    # What `rank` takes off stands in units of all weights of the signals at hand; it grows with them.
    units = 1.0 + sum(dict(zip(sources, default, strict=True)).get(source, OTHER_WEIGHT) for source in kept.columns)
    against = kept.parts.get("against", np.zeros(len(kept))) / units
    right = np.isin(kept.positions, list(hidden))
    total = signals @ default + (1.0 + default.sum()) * against
    chosen = right.copy()
    chosen[np.argsort(-total, kind="stable")[:DEEP_TOGETHER]] = True
    for at in range(len(sources)):
        column = np.where(signals[:, at] > 0, signals[:, at], -np.inf)
        chosen[np.argsort(-column, kind="stable")[:DEEP]] = True
    return Row(
        signals=signals[chosen].astype(np.float32), against=against[chosen].astype(np.float32), right=right[chosen], size=len(hidden)
    )


def _learnt(situation: Situation, found: list[tuple[int, Row]]) -> Learnt | None:
    """Learn one situation's weights; sources that none of its cases has are left alone."""
    halves = [[row for half, row in found if half == which] for which in (0, 1)]
    if min(len(half) for half in halves) < FEWEST_CASES:
        return None
    sources, default = _sources(situation), _default(situation)
    heard = [at for at in range(len(sources)) if any(row.signals[:, at].any() for _, row in found)]
    if len(heard) < 2:
        return None
    names = tuple(sources[at] for at in heard)
    cases: list[Cases] = [
        stack(names, [Row(signals=row.signals[:, heard], against=row.against, right=row.right, size=row.size) for row in half])
        for half in halves
    ]
    return learn(cases[0], default[heard], cases[1])
