"""The report's plain words: what people can ask of this data, what they cannot, and which column would change that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.base import KnowledgeBase

if TYPE_CHECKING:
    from knowledge.report import Report

__all__ = ["can_ask", "cannot_ask"]

_THIN = 0.5
"""Share of items under which an attribute is too thin to filter by without losing most of the catalogue."""


def can_ask(base: KnowledgeBase, report: Report) -> tuple[str, ...]:
    """Return example questions that this data answers, made of its own values."""
    things = base.schema.item.plural
    result = []
    for line in sorted(report.facets, key=lambda f: -base.schema.facet(f.name).askable)[:4]:
        if line.top:
            facet = base.schema.facet(line.name)
            phrase = (facet.phrase or "{}").format(line.top[0][0])
            result.append(f"for {things} by {facet.label or facet.name}: {phrase!r}")
    result += [
        f"for something {number.less[0]!r} or {number.more[0]!r} ({number.label or number.name})"
        for number in base.schema.numbers
        if number.less and number.more
    ]
    if base.has("vectors") and report.described > _THIN:
        result.append("in their own words, matched with the descriptions by meaning")
    if base.has("interactions"):
        result.append("for what people with the same taste took")
    return tuple(result[:10])


def cannot_ask(base: KnowledgeBase, report: Report) -> tuple[str, ...]:
    """Return what this data cannot answer and the column that would change it."""
    schema, things = base.schema, base.schema.item.plural
    result = []
    if not report.facets:
        result.append(f"for {things} of a kind: there is no facet; add a column such as category, several values parted by '|'")
    result += [
        f"reliably by {line.name}: only {100 * line.coverage:.0f} % of the {things} have one; fill in more of the column"
        for line in report.facets
        if line.coverage < _THIN
    ]
    result += [
        f"reliably by {line.name}: only {100 * line.coverage:.0f} % of the {things} have it; fill in more of the column"
        for line in report.numbers
        if line.coverage < _THIN and line.role != "count"
    ]
    if report.described < _THIN:
        result.append(
            f"in their own words about most {things}: {100 * (1 - report.described):.0f} % have no description; add a column of text"
        )
    elif report.words < 8:
        result.append(f"in their own words with much success: descriptions have {report.words:.0f} words on average; write longer ones")
    roles = {number.role for number in schema.numbers}
    missing = {
        "year": "'newer' or 'from the 90s': no number is a year; add a column of years, or give one the role year in the card",
        "duration": "'shorter': no number is a duration; add one, or give a number the role duration in the card",
        "price": "'cheaper': no number is a price; add one, or give a number the role price in the card",
    }
    result += [words for role, words in missing.items() if role not in roles]
    if "scale" not in roles:
        result.append(
            "for more or less of a mood ('funnier', 'darker'): no number is a scale; add judged columns with the role scale in the card"
        )
    if not any(facet.kind == "person" for facet in schema.facets):
        result.append("by who made it: no facet is of people; give one the kind person in the card")
    if not schema.place:
        result.append("what is near: there are no places; add columns of latitude and longitude")
    result += _without_people(base, report)
    if not base.has("vectors"):
        result.append("by meaning: the base was built without vectors; build it with --encoder auto")
    return tuple(result)


def _without_people(base: KnowledgeBase, report: Report) -> list[str]:
    things = base.schema.item.plural
    if not base.has("interactions"):
        return [
            f"what others with their taste took: nobody's {things} are known; name a file of users and items under interactions in the card"
        ]
    figures = report.interactions
    if figures["items_without"] > _THIN:
        return [
            f"what others took among most {things}: nobody took {100 * figures['items_without']:.0f} % of them; more histories would help"
        ]
    if figures["per_user"] < 3:
        return [f"much from others' taste: half of the people took fewer than 3 {things}; longer histories would help"]
    return []
