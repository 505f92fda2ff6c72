"""An outcome as numbers and as a table."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.redial.engine import STACK, Agent, Outcome
from evaluation.redial.protocol import Ranked, figures, paired, standard_errors

__all__ = ["numbers", "table"]

BANDS = ((0, 0), (1, 4), (5, 19), (20, 99), (100, None))
NAMES = ("R@1", "R@10", "R@50", "MRR@10", "NDCG@10")
PUBLISHED: dict[str, dict[str, tuple[float, float, float]]] = {
    "dedup": {
        "KBRD": (0.017, 0.148, 0.300),
        "KGSF": (0.016, 0.147, 0.327),
        "UniCRS": (0.024, 0.180, 0.335),
        "ECR": (0.026, 0.181, 0.337),
        "MESE": (0.025, 0.159, 0.361),
        "PECRS": (0.022, 0.143, 0.341),
        "ReFICR-7B": (0.018, 0.213, 0.465),
    },
    "full": {"UniCRS": (0.049, 0.213, 0.421), "ReFICR-7B": (0.049, 0.270, 0.507)},
}
"""R@1, R@10, R@50 on ReDial's test split as re-run by Kostric and Balog (SIGIR'26)."""


def _part(ranked: Ranked, kept: NDArray[np.bool_]) -> Ranked:
    return Ranked(case=ranked.case[kept], target=ranked.target[kept], rank=ranked.rank[kept], dialogue=ranked.dialogue[kept])


def _slices(outcome: Outcome) -> dict[str, dict[str, float]]:
    main = outcome.main
    mentioned = np.array([len(c.mentions) for c in outcome.cases])[main.case]
    taken = outcome.taken[main.target]
    year = outcome.year[main.target]
    kept = {
        "no item mentioned": mentioned == 0,
        "1 item mentioned": mentioned == 1,
        "2 items mentioned": mentioned == 2,
        "3 or more items mentioned": mentioned >= 3,
    }
    for low, high in BANDS:
        name = f"target recommended {low} times before" if low == high else f"target recommended {low}-{high} times before"
        kept[name if high is not None else f"target recommended {low}+ times before"] = (taken >= low) & (
            taken <= (high if high is not None else np.inf)
        )
    kept["target of 2017 or later"] = year >= 2017
    kept["target older than 2000"] = year < 2000
    return {name: {"targets": int(k.sum()), **_rounded(figures(_part(main, k)))} for name, k in kept.items() if k.any()}


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {k: round(v, 5) for k, v in values.items()}


def numbers(outcome: Outcome) -> dict[str, Any]:
    """Return the outcome as JSON-plain data."""
    data: dict[str, Any] = {
        "protocol": outcome.protocol,
        "split": outcome.split,
        "turns": len(outcome.cases),
        "targets": len(outcome.main.rank),
        **_rounded(figures(outcome.main)),
        "controls": {name: _rounded(figures(r)) for name, r in outcome.controls.items()},
        "se": _rounded(standard_errors(outcome.main)),
        "slices": _slices(outcome),
        "seconds": {k: round(v, 1) for k, v in outcome.seconds.items()},
    }
    return data if outcome.agent is None else {**data, **_of_agent(outcome, outcome.agent)}


def _of_agent(outcome: Outcome, agent: Agent) -> dict[str, Any]:
    """Return what there is to tell of the whole agent besides: how often it recommended, and the comparison with the retrieval stack."""
    stack = outcome.controls[STACK]
    answered = np.array([len(top) > 0 for top in outcome.top])
    kept = answered[outcome.main.case]
    gains = paired(outcome.main, stack)
    return {
        "agent": True,
        "cases": len(outcome.cases),
        "cases_of": agent.of,
        "asked_for": agent.asked_for,
        "slates": round(float(answered.mean()), 5),
        "brains": agent.brains,
        "errors": agent.errors,
        "less_stack": {name: _rounded(gain) for name, gain in gains.items()},
        "with_slate": {
            "targets": int(kept.sum()),
            "agent": _rounded(figures(_part(outcome.main, kept))),
            STACK: _rounded(figures(_part(stack, kept))),
        },
    }


def table(data: dict[str, Any], layout: str = "redial") -> str:
    """Return the numbers as a Markdown table."""
    agent = data.get("agent", False)
    lines = [f"{data['split']}, {data['protocol']}: {data['turns']:,} turns, {data['targets']:,} targets"]
    if agent:
        brains = ", ".join(f"{name} {count:,}" for name, count in data["brains"].items()) or "none"
        told = f"the whole agent, told what the seeker said and asked for {data['asked_for']}"
        lines.append(
            f"{told}: {data['cases']:,} of {data['cases_of']:,} turns, a slate in {data['slates']:.1%}, {data['errors']:,} errors "
            f"(brains: {brains}); an item on no slate has no rank"
        )
    lines += [
        "",
        f"| | {' | '.join(NAMES)} |",
        f"| --- |{' --- |' * len(NAMES)}",
        _row("the whole agent" if agent else "this", data),
        _row("standard error, by dialogue", data["se"]),
    ]
    lines += [_row(name, row) for name, row in data["controls"].items()]
    if agent:
        lines += [
            _row("agent less retrieval stack", {k: v["mean"] for k, v in data["less_stack"].items()}),
            _row("standard error of that, by dialogue", {k: v["se"] for k, v in data["less_stack"].items()}),
            _row("the whole agent, turns with a slate", data["with_slate"]["agent"]),
            _row("retrieval stack, the same turns", data["with_slate"][STACK]),
        ]
    if layout == "redial" and data["split"] == "test":
        lines += [
            f"| {name} (published) | {' | '.join(f'{v:.3f}' for v in row)} | | |" for name, row in PUBLISHED[data["protocol"]].items()
        ]
    lines += ["", "| slice | targets | R@1 | R@10 | R@50 |", "| --- | --- | --- | --- | --- |"]
    for name, row in data["slices"].items():
        lines.append(f"| {name} | {row['targets']:,} | {row['R@1']:.3f} | {row['R@10']:.3f} | {row['R@50']:.3f} |")
    lines += ["", "seconds: " + ", ".join(f"{k} {v:.0f}" for k, v in data["seconds"].items())]
    return "\n".join(lines)


def _row(name: str, values: dict[str, Any]) -> str:
    return f"| {name} | {' | '.join(f'{values[n]:.3f}' for n in NAMES)} |"
