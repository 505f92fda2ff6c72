"""The standardised protocol (Kostric and Balog, SIGIR'26) and its figures.

Consecutive messages of one speaker are one turn; every recommender turn that names items and has a context is a case; each item named
is one target (micro average), and all items of the catalogue are ranked. `full` keeps every target; `dedup` drops those mentioned
earlier by anyone and takes mentioned items out of the ranking.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import BadInput
from tools.reranker.cases import Case

__all__ = [
    "TEST_COUNTS",
    "Protocol",
    "Ranked",
    "check_counts",
    "figures",
    "kept_cases",
    "paired",
    "ranks_of",
    "standard_errors",
    "targets_of",
]

Protocol = Literal["full", "dedup"]
TEST_DIALOGUES = 1342
TEST_COUNTS: dict[Protocol, tuple[int, int]] = {"full": (3617, 4897), "dedup": (3372, 4426)}
"""Turns and targets of ReDial's test split."""
CUTOFFS = (1, 10, 50)
UNRANKED = 1_000_000_000
"""Rank of an item without a score: past every cutoff, however small the catalogue."""


def targets_of(case: Case, protocol: Protocol) -> tuple[int, ...]:
    """Return the targets of a case under the protocol."""
    if protocol == "full":
        return case.targets
    mentioned = case.mentioned
    return tuple(t for t in case.targets if t not in mentioned)


def kept_cases(cases: Sequence[Case], protocol: Protocol) -> list[Case]:
    """Return the cases that have a target."""
    return [c for c in cases if targets_of(c, protocol)]


def check_counts(cases: Sequence[Case], dialogues: int, protocol: Protocol, *, any_counts: bool = False) -> None:
    """Check the row counts of the test split, by which a wrong split or merge shows. Raises BadInput."""
    if any_counts or dialogues != TEST_DIALOGUES:
        return
    kept = kept_cases(cases, protocol)
    found = len(kept), sum(len(targets_of(c, protocol)) for c in kept)
    if found != TEST_COUNTS[protocol]:
        raise BadInput(
            f"the test split has {found[0]} turns and {found[1]} targets under {protocol!r}; ReDial's has {TEST_COUNTS[protocol][0]} and "
            f"{TEST_COUNTS[protocol][1]}. Download it again, or pass --any-counts for another data set"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """The rank of every target, 1 best, in case order."""

    case: NDArray[np.int32]
    """Number of the case, `(n_targets,)`."""
    target: NDArray[np.int32]
    rank: NDArray[np.int32]
    dialogue: NDArray[np.int32]
    """Dialogue of each target, by which errors are clustered."""


def ranks_of(cases: Sequence[Case], protocol: Protocol, score: Callable[[int], NDArray[np.float32]]) -> Ranked:
    """Rank all items for each case and note where the targets stand.

    Args:
        cases: those that have a target.
        protocol: under `dedup` mentioned items leave the ranking.
        score: number of the case -> score of every item, `(n_items,)`. Equal scores are ordered by item; minus infinity is no rank at all.
    """
    case_of, target_of, rank_of, dialogue_of = [], [], [], []
    for number, case in enumerate(cases):
        scores = np.array(score(number), dtype=np.float64)
        if protocol == "dedup" and case.mentions:
            scores[list(case.mentioned)] = -np.inf
        for target in targets_of(case, protocol):
            value = scores[target]
            above = int((scores > value).sum()) + int((scores[:target] == value).sum())
            rank = 1 + above if value > -np.inf else UNRANKED
            case_of.append(number)
            target_of.append(target)
            rank_of.append(rank)
            dialogue_of.append(case.dialogue)
    return Ranked(
        case=np.array(case_of, np.int32),
        target=np.array(target_of, np.int32),
        rank=np.array(rank_of, np.int32),
        dialogue=np.array(dialogue_of, np.int32),
    )


def _measures(rank: NDArray[np.int32]) -> dict[str, NDArray[np.float64]]:
    inside = rank <= 10
    values = {f"R@{k}": (rank <= k).astype(np.float64) for k in CUTOFFS}
    values["MRR@10"] = np.where(inside, 1.0 / rank, 0.0)
    values["NDCG@10"] = np.where(inside, 1.0 / np.log2(rank + 1.0), 0.0)
    return values


def figures(ranked: Ranked) -> dict[str, float]:
    """Return the figures, each a mean over targets; zeros where there is no target."""
    return {name: float(v.mean()) if len(v) else 0.0 for name, v in _measures(ranked.rank).items()}


def standard_errors(ranked: Ranked) -> dict[str, float]:
    """Return standard errors clustered by dialogue (targets of one dialogue are not independent): linearised ratio estimator."""
    return {name: _clustered(values, ranked.dialogue) for name, values in _measures(ranked.rank).items()}


def paired(one: Ranked, other: Ranked) -> dict[str, dict[str, float]]:
    """Return, for each figure, how much better the first of two rankings of the same targets is, and its clustered standard error."""
    theirs = _measures(other.rank)
    gains = {name: values - theirs[name] for name, values in _measures(one.rank).items()}
    return {name: {"mean": float(gain.mean()) if len(gain) else 0.0, "se": _clustered(gain, one.dialogue)} for name, gain in gains.items()}


def _clustered(values: NDArray[np.float64], dialogue: NDArray[np.int32]) -> float:
    groups, inverse = np.unique(dialogue, return_inverse=True)
    clusters = len(groups)
    if clusters < 2:
        return float("nan")
    residual = np.bincount(inverse, weights=values) - values.mean() * np.bincount(inverse)
    return float(np.sqrt((residual**2).sum() * clusters / (clusters - 1)) / len(values))
