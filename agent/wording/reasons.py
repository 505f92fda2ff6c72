"""The one reason for each item: taken from its evidence, said once, and never a list of scores."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from agent.events import Because, SlateItem
from agent.wording.naming import amount
from agent.wording.voice import listed
from knowledge.entities import split_entity

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["contrast", "figure_of", "hook", "nature", "reason", "reason_clause"]

_FIGURES = re.compile(r"\s*\((?:[\d.]+|[\d.]+ against [\d.]+)\)")
_ASKED = re.compile(r", as you (asked|wished|describe)$")
WEAK = frozenset({"popularity", "text", "history", "path"})
MOST_HOOK = 200
"""Characters of a description that are quoted."""


def reason_clause(because: Because) -> str:
    """Return the reason as it stands in a reply: without scale figures, titles marked."""
    return _FIGURES.sub("", because.text).strip()


def reason(item: SlateItem, told: Collection[str], said: Collection[str], examples: Collection[str] = ()) -> Because | None:
    """Return the reason most worth telling: not what the lead said of all already, not one told of another item, true to this person.

    Args:
        item: with its reasons, strongest first.
        told: kinds and entity names the lead has spoken of.
        said: reasons given for earlier items of the slate.
        examples: entity names that the talk is about now; likeness to anything else counts less.
    """
    best: tuple[float, Because] | None = None
    for place, because in enumerate(item.because):
        text = reason_clause(because)
        if text.startswith(("in its own words", "not ")):
            continue
        worth = 10.0 - place
        proofs = [i for i in because.ids if not i.startswith("item:")]
        if because.kind == "constraint" or _ASKED.search(text):
            worth -= 5.0
        if proofs and all(p in told for p in proofs):
            worth -= 8.0
        if text in said:
            worth -= 3.0
        if because.kind in WEAK:
            worth -= 8.0 if because.kind == "path" else 4.0
        others = [i for i in because.ids if i.startswith("item:") and i != f"item:{item.id}" and i not in examples]
        if others:
            worth -= 6.0 if because.kind == "number" else 2.5 if told else 0.0
        if because.kind == "neighbour":
            worth -= 0.5
        if best is None or worth > best[0]:
            best = (worth, because)
    return None if best is None or best[0] < 3.0 else best[1]


def contrast(base: KnowledgeBase, item: SlateItem, examples: Sequence[str], told: Collection[str]) -> str:
    """Return how an item differs most from an example, as a comparative ("much funnier"), or an empty string where little does."""
    catalogue = base.catalogue
    ids = [split_entity(e)[1] for e in examples if e.startswith("item:")]
    ids = [i for i in ids if i in catalogue and i != item.id]
    if len(ids) != 1:
        return ""
    here, there = catalogue.index(item.id), catalogue.index(ids[0])
    best: tuple[float, str] | None = None
    for scale in base.schema.scales:
        if f"number:{scale.name}" in told or scale.low is None or scale.high is None:
            continue
        gap = float(catalogue.number(scale.name)[here] - catalogue.number(scale.name)[there])
        words = scale.more if gap > 0 else scale.less
        share = abs(gap) / max(scale.high - scale.low, 1e-9)
        if gap == gap and words and share >= 0.5 and (best is None or share > best[0]):
            best = (share, f"much {words[0]}" if share >= 0.7 and not words[0].startswith(("less", "more")) else words[0])
    return "" if best is None else best[1]


def hook(item: SlateItem) -> str:
    """Return the first sentence of an item's description, or an empty string where it is missing or long."""
    description = str(item.attributes.get("description", "")).strip()
    # The stop after an initial or a title ("P.T. Barnum", "Dr. No") ends nothing.
    first = re.split(r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\b(?:Dr|Mr|Ms|St|Jr|vs)\.)(?<!\bMrs\.)\s+(?=[A-Z])", description, maxsplit=1)[0]
    return first.rstrip(".") if first and len(first) <= MOST_HOOK else ""


def nature(base: KnowledgeBase, item: SlateItem) -> str:
    """Return what kind of thing an item is, in a few words, where it has no description to tell."""
    facet = next((f for f in base.schema.facets if f.kind == "category" and item.attributes.get(f.name)), None)
    return listed([str(v) for v in item.attributes[facet.name][:3]]) if facet is not None else ""


def figure_of(base: KnowledgeBase, item: SlateItem, attributes: Collection[str]) -> str:
    """Return the value of the number that was asked about ("95 minutes"), where it is not a scale or a year."""
    for name in attributes:
        value: Any = item.attributes.get(name)
        if name in base.schema.number_names and isinstance(value, int | float):
            number = base.schema.number(name)
            if number.role in ("duration", "price", "measure", "count") and number.unit:
                return amount(number, float(value))
    return ""
