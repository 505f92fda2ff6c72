"""The catalogue card: what can be asked for, in few words, for the planning prompt. Values and ranges, never ids.

Values come from catalogues other people write, so they are data: one line each, short, without control characters.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import numpy as np

from knowledge.schema import Facet, Number
from tools.derived import kept

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["card", "quiet"]

VALUES = {"category": 24, "ordinal": 12, "tag": 14, "person": 3, "series": 2}
"""Values listed by facet kind, best known first."""
LONGEST = 48
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")


def quiet(text: str, longest: int = LONGEST) -> str:
    """Return catalogue text as harmless data: one line, short, no control characters."""
    return _CONTROL.sub(" ", text).strip()[:longest]


def card(base: KnowledgeBase) -> str:
    """Return the card of a base; the same base gives the same text."""
    return kept(base, "model card", lambda: _card(base))


def _card(base: KnowledgeBase) -> str:
    schema = base.schema
    lines = [f"{len(base.catalogue):,} {quiet(schema.item.plural)}. Facets (values, best known first):"]
    lines += [f"- {f.name}: {_values(base, f)}" for f in schema.facets if len(base.catalogue.facet(f.name).values)]
    numbers = [n for n in schema.numbers if not n.is_scale]
    if numbers:
        lines.append("Numbers: " + "; ".join(_range(base, n) for n in numbers))
    if schema.scales:
        first = schema.scales[0]
        lines.append(f"Scales {first.low or 0:g}-{first.high or 0:g}: " + ", ".join(quiet(s.name) for s in schema.scales))
    return "\n".join(lines)


def _values(base: KnowledgeBase, facet: Facet) -> str:
    column = base.catalogue.facet(facet.name)
    if facet.kind == "ordinal" and facet.order:
        return ", ".join(quiet(v) for v in facet.order)
    best = sorted(zip(column.values, np.asarray(column.counts).tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))
    shown = [quiet(v) for v, _ in best[: VALUES.get(facet.kind, 8)]]
    more = len(column.values) - len(shown)
    names = ", ".join(json.dumps(v, ensure_ascii=False) if "," in v else v for v in shown)
    return names + (f" and {more:,} more" if more > 0 else "") + (" (people)" if facet.kind == "person" else "")


def _range(base: KnowledgeBase, number: Number) -> str:
    column = base.catalogue.number(number.name)
    known = column[~np.isnan(column)]
    ends = f" {known.min():g}-{known.max():g}" if len(known) else ""
    return f"{number.name}{ends}" + (f" {quiet(number.unit)}" if number.unit else "")
