"""What a simulation says, as a table, as JSON and as plots."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["table", "write"]


def table(result: Mapping[str, Any]) -> str:
    """Return the scores of every system, one line each, and the paired differences with 95 % intervals."""
    turns = result["turns"]
    hit, length = f"Hit@{turns}", f"AT@{turns}"
    over = f"{result['users']} conversations of {result['people']} people over {result['base']}"
    lines = [f"{over}, {turns} turns of {result['slate']}, seed {result['seed']}", ""]
    rest = f"{'accepted':>10}{'broken':>8}{'repeats':>9}{'asked':>7}{'ms':>7}"
    lines.append(f"{'system':<16}{hit:>8}{'95 %':>16}{'Hit@1':>8}{length:>8}{'95 %':>16}{rest}")
    for name, row in result["systems"].items():
        if not row["cases"]:
            continue
        hits = f"{row[hit]:>8.3f}{_between(row[hit + ' ci']):>16}{row['Hit@1']:>8.3f}"
        lengths = f"{row[length]:>8.2f}{_between(row[length + ' ci']):>16}"
        rest = f"{row['accepted']:>10.3f}{row['violations']:>8.3f}{row['repeats']:>9.3f}{row['questions']:>7.2f}{row['ms']:>7.0f}"
        lines.append(f"{name:<16}{hits}{lengths}{rest}")
    if result["paired"]:
        ours = next(iter(result["systems"]))
        lines += ["", f"{ours} less ...{hit:>13}{'95 %':>18}{length:>10}{'95 %':>18}{'won':>6}{'lost':>6}"]
        for name, gap in result["paired"].items():
            if gap["cases"]:
                lines.append(
                    f"{name:<16}{gap[hit]['difference']:>+13.3f}{_between(gap[hit]['ci']):>18}{gap[length]['difference']:>+10.2f}"
                    f"{_between(gap[length]['ci']):>18}{gap['won']:>6}{gap['lost']:>6}"
                )
    errors = {name: row["simulator errors"] for name, row in result["systems"].items() if row["cases"]}
    lines += ["", f"simulator errors a turn: {', '.join(f'{n} {e:.3f}' for n, e in errors.items())}"]
    return "\n".join(lines)


def write(result: Mapping[str, Any], folder: Path) -> None:
    """Write `report.json`, `hit_by_turn.png`, `systems.png` and, with other systems, `gaps.png` into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    from evaluation.plots import hit_by_turn, paired_gaps, systems

    hit_by_turn(result, folder / "hit_by_turn.png")
    systems(result, folder / "systems.png")
    if result["paired"]:
        paired_gaps(result, folder / "gaps.png")


def _between(interval: list[float]) -> str:
    return f"{interval[0]:.3f} to {interval[1]:.3f}"
