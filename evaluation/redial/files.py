"""Files of a run: TREC run and qrels, and one JSON line per case."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.redial.protocol import Protocol, Ranked, targets_of
from tools.reranker.cases import Case

__all__ = ["case_name", "write_cases", "write_qrels", "write_run"]


def case_name(case: Case, ids: Sequence[str]) -> str:
    """Return the query id of a case: dialogue id and turn, without blanks."""
    return f"{'_'.join(ids[case.dialogue].split())}-{case.turn}"


def _token(name: str) -> str:
    # TREC files are split at blanks, and titles may be ids.
    return "_".join(name.split())


def write_qrels(path: Path, cases: Sequence[Case], ids: Sequence[str], items: Sequence[str], protocol: Protocol) -> None:
    """Write the targets as TREC qrels."""
    lines = [f"{case_name(c, ids)} 0 {_token(items[t])} 1\n" for c in cases for t in targets_of(c, protocol)]
    path.write_text("".join(lines), encoding="utf-8")


def write_run(
    path: Path, cases: Sequence[Case], ids: Sequence[str], items: Sequence[str], top: Sequence[NDArray[np.int32]], tag: str
) -> None:
    """Write ranked items as a TREC run.

    Scores are made from ranks, strictly decreasing: tools that sort by score alone then keep our order, ties included.
    """
    with path.open("w", encoding="utf-8") as file:
        for case, ranking in zip(cases, top, strict=True):
            name = case_name(case, ids)
            for rank, item in enumerate(ranking.tolist(), 1):
                file.write(f"{name} Q0 {_token(items[item])} {rank} {1.0 / rank:.9f} {tag}\n")


def write_cases(
    path: Path, cases: Sequence[Case], ids: Sequence[str], items: Sequence[str], ranked: Ranked, top: Sequence[NDArray[np.int32]]
) -> None:
    """Write one JSON line per case: targets with their ranks, the first ten, what was mentioned."""
    ranks: dict[int, dict[str, int]] = {}
    for case, target, rank in zip(ranked.case.tolist(), ranked.target.tolist(), ranked.rank.tolist(), strict=True):
        ranks.setdefault(case, {})[items[target]] = rank
    with path.open("w", encoding="utf-8") as file:
        for number, case in enumerate(cases):
            row = {
                "case": case_name(case, ids),
                "dialogue": ids[case.dialogue],
                "turn": case.turn,
                "mentioned": [items[m.item] for m in case.mentions],
                "targets": ranks.get(number, {}),
                "top": [items[i] for i in top[number][:10].tolist()],
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
