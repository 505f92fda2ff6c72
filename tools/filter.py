"""Hard constraints as typed predicates, grounded in the catalogue's own vocabulary; exact at any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
from pydantic import Field

from knowledge.errors import BadInput
from knowledge.predicates import AllOf, Predicate, Within, attributes_of, to_json
from tools.base import Arguments, Blocked, Tool, ToolContext, ToolResult
from tools.grounded import Grounding, conjuncts, ground_predicate
from tools.scope import Where, eligible, open_candidates, parse_where, unwanted
from tools.words import describe

__all__ = ["TOOL", "FilterArguments", "blockers"]

MOST_PAIRS = 6
"""With more conjuncts than this, pairs of them are not tried for relaxation: single ones are named only."""


class FilterArguments(Arguments):
    """What must hold."""

    where: Where | None = Field(
        default=None,
        description="A predicate: {'all': [...]}, {'any': [...]}, {'not': {...}}, {'facet': name, 'has': [values]}, "
        "{'number': name, 'min': x, 'max': y}, {'text': words}. "
        "Values are matched to the catalogue's own. Leave out to apply what holds already.",
    )


def blockers(context: ToolContext, parts: Sequence[Predicate]) -> tuple[Blocked, ...]:
    """Return which conditions block, each with how many items its removal would leave, most first.

    Single conditions first; where no single removal helps, the pairs that do. Conditions whose removal gives nothing are left out.
    """
    catalogue = context.base.catalogue
    free = ~unwanted(context)
    if context.candidates is not None:
        within = free & False
        within[open_candidates(context, free).positions] = True
        free = within
    masks = [catalogue.select(part) for part in parts]
    found: list[Blocked] = []
    for size in (1, 2):
        if found or (size == 2 and len(parts) > MOST_PAIRS):
            break
        for gone in combinations(range(len(parts)), size):
            left = free.copy()
            for at, mask in enumerate(masks):
                if at not in gone:
                    left &= mask
            count = int(left.sum())
            if count:
                predicate = parts[gone[0]] if size == 1 else AllOf(parts=tuple(parts[g] for g in gone))
                found.append(Blocked(predicate=predicate, without=count, words=describe(predicate, context.base.schema)))
    return tuple(sorted(found, key=lambda b: (-b.without, b.words)))


def _nearest(context: ToolContext, parts: Sequence[Predicate], blocking: Predicate) -> dict[str, Any]:
    """Return how far a blocking range would have to be widened to hold for something, and how many that gives."""
    if not isinstance(blocking, Within):
        return {}
    catalogue = context.base.catalogue
    left = ~unwanted(context)
    for part in parts:
        if part != blocking:
            left = left & catalogue.select(part)
    values = catalogue.number(blocking.number)[left]
    values = values[~np.isnan(values)]
    below = values[values < blocking.low] if blocking.low is not None else values[:0]
    above = values[values > blocking.high] if blocking.high is not None else values[:0]
    options: list[tuple[float, Within]] = []
    if len(below) and blocking.low is not None:
        options.append((blocking.low - float(below.max()), replace(blocking, low=float(below.max()))))
    if len(above) and blocking.high is not None:
        options.append((float(above.min()) - blocking.high, replace(blocking, high=float(above.min()))))
    if not options:
        return {}
    widened = min(options, key=lambda option: option[0])[1]
    held = catalogue.select(widened) & left
    return {"nearest": {"where": to_json(widened), "words": describe(widened, context.base.schema), "left": int(held.sum())}}


def run(context: ToolContext, args: FilterArguments) -> ToolResult:
    """Keep the candidates for which everything holds; say what could not be filtered on and, when nothing is left, what blocks."""
    schema = context.base.schema
    grounding = Grounding()
    predicate = ground_predicate(context.base, parse_where(args.where), grounding)
    before = len(context.base.catalogue) if context.candidates is None else len(context.candidates)
    mask = eligible(context)
    try:
        mask = mask & context.base.catalogue.select(predicate)
    except BadInput as error:
        # A value of the wrong kind (a date that is none, a place in a catalogue without places): said, nothing narrowed.
        grounding.fail(", ".join(sorted(attributes_of(predicate))), "", (), str(error))
        predicate = AllOf(parts=())
    kept = open_candidates(context, mask)
    data: dict[str, Any] = {
        "where": to_json(predicate),
        "words": describe(predicate, schema),
        "left": len(kept),
        "grounded": grounding.grounded,
        "cannot": grounding.cannot,
    }
    note = f"{len(kept):,} of {before:,} left"
    if grounding.cannot:
        note += "; cannot filter on " + ", ".join(repr(c["text"] or c["attribute"]) for c in grounding.cannot)
    if len(kept):
        return ToolResult(candidates=kept, data=data, note=note)
    # A condition may come twice, as what holds already and as an argument: removing one of the two would tell nothing.
    everything = list(dict.fromkeys((*conjuncts(context.where), *conjuncts(predicate))))
    blocked = blockers(context, everything)
    data["relax"] = [
        {"where": to_json(b.predicate), "words": b.words, "without": b.without, **_nearest(context, everything, b.predicate)}
        for b in blocked
    ]
    return ToolResult(candidates=kept, data=data, blocked=blocked, note=note)


TOOL = Tool(
    name="filter",
    label="Filtering",
    description="Keep only items for which hard conditions hold (category, people, ranges, words). Use for everything that must be so.",
    arguments=FilterArguments,
    run=run,
    effect="narrow",
)
