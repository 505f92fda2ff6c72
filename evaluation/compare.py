"""`sommelier evaluate compare A.json B.json`: two reports side by side, paired tests, and a gate for continuous integration.

Reads what `evaluate simulate --out` (`report.json`) and `evaluate dialogues --out` write. Cases are paired by their name; differences are
B - A, with 95 %
bootstrap intervals and an exact sign test (McNemar) on what only one side passed, or, for turns, reached sooner.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.errors import BadInput

__all__ = ["Gap", "add_command", "compare", "sign_test"]


PLAN: Mapping[str, str] = {"base": "bases", "seed": "seeds", "turns": "numbers of turns", "goal": "goals", "noise": "noise"}
"""What must be the same for the cases of two simulations to be the same, and how it is called."""


SURE = 0.05
"""Least probability by chance at which a difference is not sure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One measure over the cases both reports have."""

    name: str
    cases: int
    before: float
    after: float
    difference: float
    ci: tuple[float, float]
    won: int
    """Cases that only B passes; for turns, that B reaches sooner."""
    lost: int
    p: float
    """Two-sided exact sign test on those."""
    better: str = "more"
    """Whether more or less is better."""

    @property
    def verdict(self) -> str:
        """Return better or worse where the interval excludes zero and the sign test says so too, else an empty string.

        Both, because a bootstrap of four cases won and none lost excludes zero as well.
        """
        if self.p >= SURE or self.ci[0] <= 0 <= self.ci[1]:
            return ""
        return "better" if (self.difference > 0) == (self.better == "more") else "worse"

    @property
    def worse(self) -> bool:
        """True where B is surely worse."""
        return self.verdict == "worse"


def sign_test(won: int, lost: int) -> float:
    """Return the two-sided exact probability of so uneven a split by chance."""
    n = won + lost
    if n == 0:
        return 1.0
    tail = sum(math.comb(n, k) for k in range(min(won, lost) + 1)) / 2**n
    return float(min(1.0, 2 * tail))


def compare(before: Mapping[str, Any], after: Mapping[str, Any], *, seed: int = 7) -> list[Gap]:
    """Return the differences of two reports of the same kind. Raises BadInput where they share nothing."""
    if "outcomes" in before and "outcomes" in after:
        gaps = _simulated(before, after, seed)
    elif "results" in before and "results" in after:
        gaps = _scripted(before, after, seed)
    else:
        raise BadInput(
            "the two files are not reports of the same kind; give two of `evaluate simulate --out` or two of `evaluate dialogues --out`"
        )
    if not gaps:
        raise BadInput("the two reports share no cases; run both with the same base, dialogues and seed")
    return gaps


def _simulated(before: Mapping[str, Any], after: Mapping[str, Any], seed: int) -> list[Gap]:
    from evaluation.simulate.score import hits, lengths, paired

    for name, what in PLAN.items():
        one, other = before.get(name), after.get(name)
        if one != other:
            raise BadInput(f"the two runs are of different {what} ({one!r} and {other!r}): cases of the same name differ; run both alike")
    turns = int(before["turns"])
    gaps = []
    for name in before["outcomes"]:
        if name not in after["outcomes"]:
            continue
        old = {r["case"]: r for r in before["outcomes"][name]}
        new = [r for r in after["outcomes"][name] if r["case"] in old]
        if not new:
            continue
        ours = [old[r["case"]] for r in new]
        found = paired(new, ours, turns, seed=seed)
        for measure, function, better in ((f"Hit@{turns}", hits, "more"), (f"AT@{turns}", lengths, "less")):
            one, two = function(ours, turns), function(new, turns)
            up, down = int((two > one).sum()), int((two < one).sum())
            won, lost = (up, down) if better == "more" else (down, up)
            low, high = found[measure]["ci"]
            gap = found[measure]["difference"]
            gaps.append(
                Gap(
                    name=f"{name} {measure}", cases=len(new), before=float(one.mean()), after=float(two.mean()), difference=gap,
                    ci=(low, high), won=won, lost=lost, p=sign_test(won, lost), better=better,
                )
            )  # fmt: skip
    return gaps


def _scripted(before: Mapping[str, Any], after: Mapping[str, Any], seed: int) -> list[Gap]:
    from evaluation.simulate.score import paired

    def rows(report: Mapping[str, Any], chosen: set[str]) -> list[dict[str, Any]]:
        return [
            {"case": f"{r['name']} #{r['repeat']}", "user": r["name"], "hit": 1 if r["passed"] else None}
            for r in report["results"]
            if f"{r['name']} #{r['repeat']}" in chosen
        ]

    names = [{f"{r['name']} #{r['repeat']}" for r in report["results"]} for report in (before, after)]
    shared = names[0] & names[1]
    if not shared:
        return []
    one, two = rows(before, shared), rows(after, shared)
    found = paired(two, one, 1, seed=seed)
    low, high = found["Hit@1"]["ci"]
    return [
        Gap(
            name="dialogues passed", cases=len(shared), before=_passed(one), after=_passed(two), difference=found["Hit@1"]["difference"],
            ci=(low, high), won=found["won"], lost=found["lost"], p=sign_test(found["won"], found["lost"]),
        )
    ]  # fmt: skip


def _passed(rows: Sequence[Mapping[str, Any]]) -> float:
    return sum(r["hit"] is not None for r in rows) / len(rows)


def add_command(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser of `evaluate`."""
    parser = kinds.add_parser("compare", help="two reports side by side: paired differences, and a gate for CI")
    parser.add_argument("before", type=Path, metavar="A.json", help="the run before: report.json of `simulate --out`, or `dialogues --out`")
    parser.add_argument("after", type=Path, metavar="B.json", help="the run after, of the same kind")
    parser.add_argument("--gate", action="store_true", help="exit 1 where B is surely worse (interval excludes zero, sign test below .05)")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the differences with their intervals")
    parser.add_argument("--json", action="store_true", help="end with one JSON object instead of a table")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    before, after = _report(arguments.before), _report(arguments.after)
    gaps = compare(before, after)
    if arguments.plot is not None:
        from evaluation.plots import gaps as draw

        draw(
            [(g.name, g.difference, g.ci, g.better) for g in gaps],
            arguments.plot,
            title=f"A {arguments.before.name}, B {arguments.after.name}",
        )
    worse = [g.name for g in gaps if g.worse]
    if arguments.json:
        data = {g.name: {n: getattr(g, n) for n in Gap.__slots__ if n != "name"} | {"worse": g.worse} for g in gaps}
        sys.stdout.write(json.dumps({"measures": data, "worse": worse}) + "\n")
    else:
        lines = [f"A  {arguments.before}{_told(before)}", f"B  {arguments.after}{_told(after)}", ""]
        lines.append(f"{'measure':<24}{'cases':>6}{'A':>8}{'B':>8}{'B - A':>8}{'95 %':>18}{'won':>5}{'lost':>5}{'p':>7}  B is")
        lines += [
            f"{g.name:<24}{g.cases:>6}{g.before:>8.3f}{g.after:>8.3f}{g.difference:>+8.3f}{_between(g.ci):>18}{g.won:>5}{g.lost:>5}"
            f"{g.p:>7.3f}  {g.verdict or '-'}"
            for g in gaps
        ]
        lines += ["", *_changed(before, after)]
        lines.append(f"surely worse in B: {', '.join(worse)}" if worse else "nothing is surely worse in B")
        sys.stdout.write("\n".join(lines) + "\n")
    return 1 if arguments.gate and worse else 0


def _told(report: Mapping[str, Any]) -> str:
    """Return what a report is of, in brackets."""
    if "outcomes" in report:
        return f"  ({report.get('users')} conversations over {report.get('base')}, seed {report.get('seed')})"
    return f"  ({report.get('passed', sum(bool(r['passed']) for r in report['results']))} of {len(report['results'])} dialogues passed)"


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return which scripted dialogues only one side passed, and which only one side has."""
    if "results" not in before:
        return []
    one, two = ({(r["name"], r["repeat"]): bool(r["passed"]) for r in report["results"]} for report in (before, after))
    kinds = (
        ("failed in B only", [n for n in one if n in two and one[n] and not two[n]]),
        ("failed in A only", [n for n in one if n in two and two[n] and not one[n]]),
        ("in A only", [n for n in one if n not in two]),
        ("in B only", [n for n in two if n not in one]),
    )
    return [f"{words}: {', '.join(name + (f' #{at + 1}' if at else '') for name, at in names)}" for words, names in kinds if names]


def _between(interval: tuple[float, float]) -> str:
    return f"{interval[0]:+.3f} to {interval[1]:+.3f}"


def _report(path: Path) -> Mapping[str, Any]:
    if path.is_dir():
        path = path / "report.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{str(path)!r} cannot be read ({error.strerror}); give a report written with --out") from error
    except ValueError as error:
        raise BadInput(f"{str(path)!r} is no JSON ({error}); give a report written with --out") from error
    if not isinstance(data, dict):
        raise BadInput(f"{str(path)!r} holds no report; give one written with --out")
    return data
