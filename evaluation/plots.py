"""Plots where people would rather look than read: hits by turn, systems with intervals, paired gaps, reliability over seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["gaps", "hit_by_turn", "paired_gaps", "reliability", "systems"]

OURS, REFERENCE, PLAIN, INK = "#7b1e3a", "#3b6e8f", "#a39b92", "#222222"
COLOURS = (OURS, REFERENCE, "#8a8f3b", "#b5742a", "#5b4a8a", "#4a7d5f", "#999999", "#c05a7a", "#2f4858", "#a89b6c", "#6c757d", "#d1a054")
Difference = tuple[str, float, tuple[float, float]]
"""A name, a difference and its 95 % interval."""


def hit_by_turn(result: Mapping[str, Any], path: Path) -> None:
    """Draw the share of conversations that hit within each turn, a line a system, named at its end."""
    turns = list(range(1, result["turns"] + 1))
    rows = {name: [row[f"Hit@{k}"] for k in turns] for name, row in result["systems"].items() if row["cases"]}
    ours = next(iter(rows), "")

    def draw(axes: Axes) -> None:
        ends = _apart({name: values[-1] for name, values in rows.items()}, 0.045)
        # The two that matter last, so that they lie on top.
        for name in sorted(rows, key=lambda n: (n == ours, n == "interecagent")):
            colour = _colour(name, ours)
            main = colour != PLAIN
            axes.plot(turns, rows[name], color=colour, linewidth=2.4 if main else 1.0, marker="o", markersize=5 if main else 3)
            end, last = ends[name], turns[-1]
            axes.plot([last + 0.04, last + 0.13], [rows[name][-1], end], color="#d8d2ca", linewidth=0.7, zorder=1)
            weight = "bold" if name == ours else "normal"
            axes.text(last + 0.16, end, f"{name} {rows[name][-1]:.2f}", color=_ink(colour), fontsize=8, va="center", fontweight=weight)
        axes.set_xlabel("turn")
        axes.set_ylabel("conversations with a hit")
        axes.set_xticks(turns)
        axes.set_xlim(turns[0] - 0.15, turns[-1] + 0.15 + 0.24 * max(1, len(turns) - 1))
        axes.set_ylim(0, max(1.02, *(end + 0.03 for end in ends.values()))) if ends else None
        axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
        axes.spines["bottom"].set_bounds(turns[0], turns[-1])
        axes.grid(axis="y", color="#eeeae4", linewidth=0.8)
        axes.set_title(_heading(result), loc="left", fontsize=9)

    _save(draw, path, height=4.4)


def systems(result: Mapping[str, Any], path: Path) -> None:
    """Draw the systems' hit rates with 95 % intervals, best on top."""
    key = f"Hit@{result['turns']}"
    found = ((r[key], r[f"{key} ci"], n) for n, r in result["systems"].items() if r["cases"])
    rows = sorted(found, key=lambda r: (r[0], r[2]))
    ours = next(iter(result["systems"]), "")

    def draw(axes: Axes) -> None:
        for place, (value, (low, high), name) in enumerate(rows):
            colour = _colour(name, ours)
            axes.plot([low, high], [place, place], color=colour, linewidth=2)
            axes.plot([value], [place], "o", color=colour, markersize=7)
            axes.annotate(f"{value:.3f}", (high, place), xytext=(5, 0), textcoords="offset points", va="center", fontsize=8, color=INK)
        axes.set_yticks(range(len(rows)), [name for _, _, name in rows])
        _bold(axes, ours)
        axes.set_ylim(-0.6, len(rows) - 0.4)
        least = min((low for _, (low, _), _ in rows), default=0.0)
        axes.set_xlim(max(0.0, least - 0.03), max((high for _, (_, high), _ in rows), default=1.0) + 0.05)
        axes.set_xlabel(f"{key}, 95 % interval")
        axes.grid(axis="x", color="#eeeae4", linewidth=0.8)
        axes.set_title(_heading(result), loc="left", fontsize=9)

    _save(draw, path, height=1.4 + 0.3 * len(rows))


def paired_gaps(result: Mapping[str, Any], path: Path) -> None:
    """Draw what each other system lacks against ours over the same cases: hits and turns, side by side, with 95 % intervals."""
    turns = result["turns"]
    rows = [(name, gap) for name, gap in result["paired"].items() if gap["cases"]]
    rows.sort(key=lambda r: (r[1][f"Hit@{turns}"]["difference"], r[0]), reverse=True)
    ours = next(iter(result["systems"]), "ours")

    def side(key: str, better: str, scale: float) -> Callable[[Axes], None]:
        found = [(n, scale * g[key]["difference"], (scale * g[key]["ci"][0], scale * g[key]["ci"][1])) for n, g in rows]

        def draw(axes: Axes) -> None:
            _intervals(axes, found, more_is_better=better == "right")
            axes.set_xlabel(f"{key}, {'points' if scale > 1 else 'turns'}: {better} of 0, {ours} is better")

        return draw

    _save(
        (side(f"Hit@{turns}", "right", 100.0), side(f"AT@{turns}", "left", 1.0)),
        path,
        height=1.4 + 0.3 * len(rows),
        width=8.6,
        title=f"{ours} less each other system. {_heading(result)}",
    )


def gaps(differences: Sequence[tuple[str, float, tuple[float, float], str]], path: Path, title: str = "") -> None:
    """Draw differences B - A with their intervals against zero, one panel a measure.

    Args:
        differences: name and measure ("sommelier Hit@5"), difference, interval, and whether `more` or `less` is better.
        path: the picture.
        title: what A and B are.
    """
    measures = list(dict.fromkeys(name.rsplit(" ", 1)[-1] for name, _, _, _ in differences))

    def side(measure: str) -> Callable[[Axes], None]:
        rows = [(n.rsplit(" ", 1)[0], value, ci) for n, value, ci, _ in differences if n.rsplit(" ", 1)[-1] == measure]
        more = next(better for n, _, _, better in differences if n.rsplit(" ", 1)[-1] == measure) == "more"

        def draw(axes: Axes) -> None:
            _intervals(axes, rows[::-1], more_is_better=more)
            axes.set_xlabel(f"{measure}, B - A ({'more' if more else 'less'} is better)")

        return draw

    count = max(sum(n.rsplit(" ", 1)[-1] == m for n, _, _, _ in differences) for m in measures)
    _save([side(m) for m in measures], path, height=1.5 + 0.3 * count, width=6.4 if len(measures) == 1 else 8.6, title=title)


def reliability(rates: Mapping[str, Sequence[float]], path: Path) -> None:
    """Draw pass^k (all of k repeats pass) against k, a line a group of dialogues; groups that are alike share one line."""
    alike: dict[tuple[float, ...], list[str]] = {}
    for name, values in rates.items():
        alike.setdefault(tuple(values), []).append(name)

    def draw(axes: Axes) -> None:
        most = max((len(values) for values in alike), default=1)
        for colour, (values, names) in zip(COLOURS * 9, alike.items(), strict=False):
            label = names[0] if len(names) == 1 else f"{len(names)} files: {names[0]} ... {names[-1]}"
            # A line along 0 or 1 must not hide behind the frame.
            axes.plot(range(1, len(values) + 1), list(values), marker="o", label=label, color=colour, clip_on=False, zorder=3)
        axes.set_xlabel("k repeats with other seeds")
        axes.set_ylabel("pass^k: all k passed")
        axes.set_xticks(range(1, most + 1))
        axes.set_xlim(0.8, most + 0.2)
        axes.set_ylim(0, 1.0)
        axes.grid(axis="y", color="#eeeae4", linewidth=0.8)
        axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=2)

    _save(draw, path, height=3.8 + 0.12 * len(alike))


def _intervals(axes: Axes, rows: Sequence[Difference], *, more_is_better: bool) -> None:
    """Draw differences against zero: ours where surely better, red where surely worse, grey where not sure."""
    for place, (_, value, (low, high)) in enumerate(rows):
        sure = low > 0 or high < 0
        colour = PLAIN if not sure else "#3d6b4a" if (value > 0) == more_is_better else "#b3261e"
        axes.plot([low, high], [place, place], color=colour, linewidth=2)
        axes.plot([value], [place], "o", color=colour, markersize=6)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(range(len(rows)), [name for name, _, _ in rows])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    if all(low == high == 0 for _, _, (low, high) in rows):
        axes.set_xlim(-1, 1)
    axes.locator_params(axis="x", nbins=6)
    axes.grid(axis="x", color="#eeeae4", linewidth=0.8)


def _heading(result: Mapping[str, Any]) -> str:
    said = f"{result['users']} conversations, {result['turns']} turns of {result['slate']}" if "users" in result else ""
    return ", ".join(p for p in (str(result.get("base", "")), said, f"seed {result['seed']}" if "seed" in result else "") if p)


def _colour(name: str, ours: str) -> str:
    return OURS if name == ours else REFERENCE if name == "interecagent" else PLAIN


def _ink(colour: str) -> str:
    return "#5f5851" if colour == PLAIN else colour


def _bold(axes: Axes, name: str) -> None:
    for label in axes.get_yticklabels():
        if label.get_text() == name:
            label.set_fontweight("bold")


def _apart(values: Mapping[str, float], least: float) -> dict[str, float]:
    """Return places for labels near their values, at least so far apart, highest first; equal ones in the order given."""
    found: dict[str, float] = {}
    last = float("inf")
    for name in sorted(values, key=lambda n: -values[n]):
        last = min(values[name], last - least)
        found[name] = last
    # What was pushed down as a whole is lifted again by half of it, so that labels lie about their lines.
    lift = sum(values[n] - found[n] for n in found) / max(1, len(found)) / 2
    return {name: place + lift for name, place in found.items()}


def _save(
    draw: Callable[[Axes], None] | Sequence[Callable[[Axes], None]], path: Path, *, height: float = 3.6, width: float = 6.8, title: str = ""
) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    parts = [draw] if callable(draw) else list(draw)
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(1, len(parts), sharey=True, squeeze=False)[0]
    for axes, part in zip(panels, parts, strict=True):
        axes.spines[["top", "right"]].set_visible(False)
        part(axes)
    if title:
        figure.suptitle(title, fontsize=9, x=0.02, ha="left")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150, metadata={"Software": ""})
