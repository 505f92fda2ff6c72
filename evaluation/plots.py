"""Plots where people would rather look than read: hits by turn, systems with intervals, paired gaps, reliability over seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["gaps", "hit_by_turn", "reliability", "systems"]

COLOURS = (
    "#7b1e3a",
    "#3b6e8f",
    "#8a8f3b",
    "#b5742a",
    "#5b4a8a",
    "#4a7d5f",
    "#999999",
    "#c05a7a",
    "#2f4858",
    "#a89b6c",
    "#6c757d",
    "#d1a054",
)


def hit_by_turn(result: Mapping[str, Any], path: Path) -> None:
    """Draw the share of conversations that hit within each turn, a line a system."""
    turns = range(1, result["turns"] + 1)

    def draw(axes: Axes) -> None:
        for colour, (name, row) in zip(COLOURS * 2, result["systems"].items(), strict=False):
            if row["cases"]:
                axes.plot(list(turns), [row[f"Hit@{k}"] for k in turns], marker="o", label=name, color=colour)
        axes.set_xlabel("turn")
        axes.set_ylabel("share of conversations with a hit")
        axes.set_xticks(list(turns))
        axes.set_ylim(bottom=0)
        axes.legend(frameon=False, fontsize=8)

    _save(draw, path)


def systems(result: Mapping[str, Any], path: Path) -> None:
    """Draw the systems' hit rates with 95 % intervals, best on top."""
    key = f"Hit@{result['turns']}"
    rows = sorted(((r[key], r[f"{key} ci"], n) for n, r in result["systems"].items() if r["cases"]), key=lambda r: (r[0], r[2]))

    def draw(axes: Axes) -> None:
        for place, (value, (low, high), name) in enumerate(rows):
            axes.barh(place, value, color=COLOURS[0] if name == "sommelier" else "#b9b4ad")
            axes.plot([low, high], [place, place], color="#222222", linewidth=1.2)
        axes.set_yticks(range(len(rows)), [name for _, _, name in rows])
        axes.set_xlabel(f"{key}, 95 % interval")
        axes.set_xlim(left=0)

    _save(draw, path, height=1.2 + 0.35 * len(rows))


def gaps(differences: Sequence[tuple[str, float, tuple[float, float]]], path: Path) -> None:
    """Draw differences with their intervals against zero, one line each."""

    def draw(axes: Axes) -> None:
        for place, (_, value, (low, high)) in enumerate(differences):
            sure = low > 0 or high < 0
            axes.plot([low, high], [place, place], color=COLOURS[0] if sure else "#999999")
            axes.plot([value], [place], "o", color=COLOURS[0] if sure else "#999999")
        axes.axvline(0, color="#222222", linewidth=0.8)
        axes.set_yticks(range(len(differences)), [name for name, _, _ in differences])
        axes.set_xlabel("difference, 95 % interval")

    _save(draw, path, height=1.2 + 0.35 * len(differences))


def reliability(rates: Mapping[str, Sequence[float]], path: Path) -> None:
    """Draw pass^k (all of k repeats pass) against k, a line a group of dialogues."""

    def draw(axes: Axes) -> None:
        for colour, (name, values) in zip(COLOURS * 2, rates.items(), strict=False):
            axes.plot(range(1, len(values) + 1), list(values), marker="o", label=name, color=colour)
        axes.set_xlabel("k")
        axes.set_ylabel("pass^k")
        axes.set_ylim(0, 1.02)
        axes.legend(frameon=False, fontsize=8)

    _save(draw, path)


def _save(draw: Any, path: Path, *, height: float = 3.6) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    draw(axes)
    figure.savefig(path, dpi=150, metadata={"Software": ""})
