"""The data report: what a base holds, and in plain words what people can and cannot ask of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from knowledge.base import KnowledgeBase
from knowledge.catalogue.words import squeeze

__all__ = ["FacetLine", "NumberLine", "Report", "report_data", "report_of", "report_text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetLine:
    """One facet: how many values, which share of the items has any, and the commonest."""

    name: str
    kind: str
    values: int
    coverage: float
    top: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberLine:
    """One number: which share of the items has it, and its range."""

    name: str
    role: str
    unit: str
    coverage: float
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything the report says."""

    name: str
    counts: dict[str, int]
    facets: tuple[FacetLine, ...]
    numbers: tuple[NumberLine, ...]
    dates: tuple[tuple[str, float], ...]
    """Date name and the share of items that have it."""
    described: float
    """Share of items with a description."""
    words: float
    """Mean words of a description."""
    pictures: float
    links: float
    graph: dict[str, float]
    """nodes, relations, mean and largest degree, components, share of items outside the largest component."""
    interactions: dict[str, float]
    """users, interactions, disliked, and the median per user and per item; items_without, the share nobody took."""
    duplicates: tuple[tuple[str, str, str], ...]
    """Title and the two ids of items that look like the same, the first 50."""
    duplicate_count: int
    cannot: tuple[str, ...]
    """What people cannot ask for, and what would change that."""
    can: tuple[str, ...]
    notes: tuple[str, ...]


def report_of(base: KnowledgeBase) -> Report:
    """Read the base and return its report."""
    catalogue, schema = base.catalogue, base.schema
    count = len(catalogue)
    facets = []
    for facet in schema.facets:
        column = catalogue.facet(facet.name)
        order = np.lexsort((np.arange(len(column)), -column.counts))[:8]
        top = tuple((column.values[code], int(column.counts[code])) for code in order)
        facets.append(FacetLine(name=facet.name, kind=facet.kind, values=len(column), coverage=float(column.known().mean()), top=top))
    numbers = []
    for number in schema.numbers:
        values = catalogue.number(number.name)
        known = values[~np.isnan(values)]
        low, middle, high = (float(v) for v in np.quantile(known, [0, 0.5, 1])) if len(known) else (float("nan"),) * 3
        line = NumberLine(
            name=number.name, role=number.role, unit=number.unit, coverage=len(known) / count, low=low, middle=middle, high=high
        )
        numbers.append(line)
    described = catalogue.having("description")
    lengths = [len(item.description.split()) for item in catalogue.all_items() if item.description]
    duplicates = _duplicates(base)
    report = Report(
        name=base.name,
        counts=dict(base.manifest.counts),
        facets=tuple(facets),
        numbers=tuple(numbers),
        dates=tuple((name, float((catalogue.days(name)[:, 0] > 0).mean())) for name in schema.dates),
        described=float(described.mean()),
        words=float(np.mean(lengths)) if lengths else 0.0,
        pictures=float(catalogue.having("image").mean()),
        links=float(catalogue.having("url").mean()),
        graph=_graph_figures(base),
        interactions=_interaction_figures(base),
        duplicates=tuple(duplicates[:50]),
        duplicate_count=len(duplicates),
        cannot=(),
        can=(),
        notes=base.manifest.notes,
    )
    from knowledge.report_words import can_ask, cannot_ask

    return Report(**{**_shallow(report), "can": can_ask(base, report), "cannot": cannot_ask(base, report)})


def _shallow(report: Report) -> dict[str, Any]:
    return {name: getattr(report, name) for name in Report.__dataclass_fields__}


_EDITION = re.compile(r"\b(the|a|an)\b", re.IGNORECASE)


def _duplicates(base: KnowledgeBase) -> list[tuple[str, str, str]]:
    """Items of the same title but for case, accents, punctuation and articles, in the same year or without one."""
    catalogue = base.catalogue
    year = base.schema.with_role("year")
    years = catalogue.number(year.name) if year is not None else np.full(len(catalogue), np.nan)
    first: dict[tuple[str, float], int] = {}
    result = []
    for index, title in enumerate(catalogue.titles):
        when = float(years[index])
        key = (squeeze(_EDITION.sub(" ", title)), -1.0 if np.isnan(when) else when)
        if key in first:
            result.append((title, catalogue.ids[first[key]], catalogue.ids[index]))
        else:
            first[key] = index
    return result


def _graph_figures(base: KnowledgeBase) -> dict[str, float]:
    if not base.has("graph"):
        return {}
    from scipy.sparse.csgraph import connected_components

    graph = base.graph
    parts, labels = connected_components(graph.adjacency, directed=False)
    largest = int(np.bincount(labels).argmax())
    outside = float((labels[: graph.n_items] != largest).mean())
    return {
        "nodes": len(graph),
        "relations": len(graph.weight),
        "mean_degree": float(graph.degree.mean()),
        "largest_degree": int(graph.degree.max()),
        "components": int(parts),
        "items_outside": outside,
    }


def _interaction_figures(base: KnowledgeBase) -> dict[str, float]:
    if not base.has("interactions"):
        return {}
    held = base.interactions
    per_user = np.array([len(held.sequence(row)) for row in range(len(held.users))])
    per_item = np.bincount(held.matrix.indices, minlength=held.n_items)
    return {
        "users": len(held.users),
        "interactions": len(held),
        "disliked": int((held.matrix.data < 0).sum()),
        "per_user": float(np.median(per_user)),
        "per_item": float(np.median(per_item)),
        "items_without": float((per_item == 0).mean()),
    }


def report_data(report: Report) -> dict[str, Any]:
    """Return the report as JSON-plain data."""
    return asdict(report)


def _share(value: float) -> str:
    return "all" if value == 1 else "none" if value == 0 else f"{100 * value:.0f} %" if 0.01 <= value <= 0.99 else f"{100 * value:.1f} %"


def _plain(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{value:.2f}".rstrip("0")


def report_text(report: Report) -> str:
    """Return the report as lines of text, 100 columns wide at most but for long values."""
    lines = [f"{report.name}: " + ", ".join(f"{count:,} {what}" for what, count in report.counts.items()), ""]
    if report.facets:
        width = max(len(f.name) for f in report.facets)
        lines.append("Facets (share of items that have one, commonest values)")
        for facet in report.facets:
            top = ", ".join(f"{value} {count:,}" for value, count in facet.top[:5])
            lines.append(f"  {facet.name:{width}}  {_share(facet.coverage):>6}  {facet.values:>6,} values  {_cut(top, 70)}")
    if report.numbers:
        width = max(len(n.name) for n in report.numbers)
        lines.append("Numbers (share of items that have it, lowest - median - highest)")
        for number in report.numbers:
            span = " - ".join(_plain(v) for v in (number.low, number.middle, number.high)) if number.coverage else "no values"
            lines.append(f"  {number.name:{width}}  {_share(number.coverage):>6}  {span} {number.unit}".rstrip())
    lines += [f"Date {name}: {_share(share)}" for name, share in report.dates]
    text = f"Text: descriptions on {_share(report.described)}, {report.words:.0f} words on average"
    lines.append(f"{text}; pictures {_share(report.pictures)}, links {_share(report.links)}")
    if report.graph:
        g = report.graph
        lines.append(
            f"Graph: {g['nodes']:,.0f} nodes, {g['relations']:,.0f} relations, degree {g['mean_degree']:.1f} on average and"
            f" {g['largest_degree']:,.0f} at most, {g['components']:,.0f} components;"
            f" {_share(g['items_outside'])} of the items outside the largest"
        )
    if report.interactions:
        i = report.interactions
        lines.append(
            f"Interactions: {i['interactions']:,.0f} of {i['users']:,.0f} users ({i['disliked']:,.0f} dislikes);"
            f" median {i['per_user']:.0f} a user, {i['per_item']:.0f} an item; nobody took {_share(i['items_without'])} of the items"
        )
    lines += _listed(
        "Items that look like the same", [f"{title}: {a} and {b}" for title, a, b in report.duplicates[:10]], report.duplicate_count
    )
    lines += _listed("People can ask", report.can)
    lines += _listed("People cannot ask", report.cannot)
    lines += _listed("Notes", report.notes)
    return "\n".join(lines) + "\n"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."


def _listed(heading: str, entries: Sequence[str], count: int | None = None) -> list[str]:
    if not entries:
        return []
    more = (count or len(entries)) - len(entries)
    return ["", f"{heading}:", *(f"  - {entry}" for entry in entries), *([f"  - and {more:,} more"] if more > 0 else [])]
