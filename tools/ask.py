"""The clarifying question whose answers split the candidates best, weighed by how easily a person answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from knowledge.entities import entity, facet_kind
from knowledge.predicates import Has, Predicate, Within, attributes_of, to_json
from knowledge.schema import Facet, Number
from tools.base import Arguments, Tool, ToolContext, ToolResult
from tools.candidates import Candidates, best_few
from tools.scope import open_candidates
from tools.words import figure, join

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["TOOL", "AskArguments"]

Floats = npt.NDArray[np.float64]

AMONG = 300
"""The question splits the best so many candidates: nobody needs to be asked about what would not be shown anyway."""

LEAST_COVERED = 0.5
"""Share of them that must have the attribute, else answers would throw out what is merely not described."""

LEAST_LEFT = 4
"""Fewer candidates are better shown than asked about."""

COMMONEST = 0.8
"""A value that more of them have does not tell them apart."""


class AskArguments(Arguments):
    """What not to ask again."""

    avoid: tuple[str, ...] = Field(default=(), description="Attributes asked before or already answered.")
    least: int = Field(default=LEAST_LEFT, ge=LEAST_LEFT, description="Ask only where at least so many candidates are left.")
    options: int = Field(default=4, ge=2, le=6, description="At most so many answers to offer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Option:
    """One answer: its words, what it means as a condition, and which of the candidates it keeps."""

    words: str
    where: Predicate
    keeps: npt.NDArray[np.bool_]
    entity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    attribute: str
    words: str
    options: tuple[_Option, ...]
    gain: float


def run(context: ToolContext, args: AskArguments) -> ToolResult:
    """Return the best question as data; no question where none would help."""
    kept = open_candidates(context)
    many = len(kept) >= args.least
    if kept.scores is not None:
        kept = kept.take(best_few(kept.scores, kept.positions, AMONG))
    elif len(kept) > AMONG:
        fame = context.base.catalogue.popularity[kept.positions]
        kept = kept.take(best_few(fame, kept.positions, AMONG))
    top = kept[:AMONG]
    avoid = set(args.avoid) | attributes_of(context.where)
    questions = [q for q in _questions(context.base, top, avoid, args.options) if q.gain > 0.0] if many else []
    if not questions:
        return ToolResult(data={"question": None}, note="no question would help")
    best = max(questions, key=lambda q: (round(q.gain, 9), q.attribute))
    data = {
        "attribute": best.attribute,
        "words": best.words,
        "options": [o.words for o in best.options],
        "choices": [{"words": o.words, "where": to_json(o.where), "entity": o.entity, "count": int(o.keeps.sum())} for o in best.options],
        "gain": best.gain,
        "others": [q.attribute for q in sorted(questions, key=lambda q: (-q.gain, q.attribute))[1:4]],
    }
    return ToolResult(data={**data, "question": best.words}, note=f"ask about {best.attribute} ({best.gain:.2f} bits)")


def _questions(base: KnowledgeBase, top: Candidates, avoid: set[str], most: int) -> list[_Question]:
    found = []
    for facet in base.schema.facets:
        if facet.name not in avoid and facet.askable > 0:
            options = _facet_options(base, facet, top.positions, most)
            found.append(_question(facet.name, _facet_words(facet, options), options, facet.askable))
    for number in base.schema.numbers:
        if number.name not in avoid and number.askable > 0:
            options = _number_options(base, number, top.positions)
            found.append(_question(number.name, f"Rather {join([o.words for o in options], 'or')}?", options, number.askable))
    return [q for q in found if q is not None]


def _question(attribute: str, words: str, options: tuple[_Option, ...], askable: float) -> _Question | None:
    if len(options) < 2:
        return None
    return _Question(attribute=attribute, words=words, options=options, gain=askable * _bits(options))


def _bits(options: tuple[_Option, ...]) -> float:
    """Expected information of the answer in bits, each candidate held as likely: a candidate under several answers is shared."""
    keeps = np.stack([o.keeps for o in options]).astype(np.float64)
    n = keeps.shape[1]
    each = keeps / np.maximum(1.0, keeps.sum(axis=0))
    p = np.append(each.sum(axis=1), n - each.sum()) / n
    # What is left of the candidates after each answer: the more, the less was learnt. "None of these" leaves the rest.
    left = np.append(keeps.sum(axis=1), (keeps.sum(axis=0) == 0).sum()) / n
    asked = p > 1e-12
    return float(-(p[asked] * np.log2(np.maximum(left[asked], 1e-12))).sum())


def _facet_options(base: KnowledgeBase, facet: Facet, positions: npt.NDArray[np.int64], most: int) -> tuple[_Option, ...]:
    column = base.catalogue.facet(facet.name)
    n = len(positions)
    rows, found = column.of_many(positions)
    if len(np.unique(rows)) < LEAST_COVERED * n:
        return ()
    counts = np.bincount(found, minlength=len(column))
    splitting = np.flatnonzero((counts > 0) & (counts <= COMMONEST * n))
    codes = splitting[np.argsort(-counts[splitting], kind="stable")][:most].tolist()
    if facet.kind == "ordinal" and facet.order:
        codes.sort(key=lambda c: facet.order.index(column.values[c]) if column.values[c] in facet.order else len(facet.order))
    options = []
    for code in codes:
        value = column.values[code]
        keeps = np.zeros(n, dtype=np.bool_)
        keeps[rows[found == code]] = True
        where = Has(facet=facet.name, values=(value,))
        options.append(_Option(words=value, where=where, keeps=keeps, entity=entity(facet_kind(facet), value)))
    return tuple(options)


def _facet_words(facet: Facet, options: tuple[_Option, ...]) -> str:
    noun = facet.label or facet.name.replace("_", " ")
    return f"What {noun} would suit you: {join([o.words for o in options], 'or')}?"


def _number_options(base: KnowledgeBase, number: Number, positions: npt.NDArray[np.int64]) -> tuple[_Option, ...]:
    """Two answers, the lower and the higher half; a year in up to three spans of decades."""
    values = base.catalogue.number(number.name)[positions]
    known = values[~np.isnan(values)]
    if len(known) < LEAST_COVERED * len(values) or len(np.unique(known)) < 2:
        return ()
    if number.role == "year":
        return _year_options(number, values, known)
    cut = float(np.median(known))
    if number.is_scale:
        cut = ((number.low if number.low is not None else known.min()) + (number.high if number.high is not None else known.max())) / 2
    elif number.role == "duration" and number.integer:
        cut = round(cut / 15) * 15.0
    high, low = Within(number=number.name, low=cut), Within(number=number.name, high=cut)
    above, below = _ends(number, cut)
    return tuple(
        _Option(words=words, where=where, keeps=keeps)
        for words, where, keeps in ((above, high, values >= cut), (below, low, values <= cut))
        if keeps.any() and not keeps.all()
    )


def _ends(number: Number, cut: float) -> tuple[str, str]:
    much, little = (number.much[0] if number.much else ""), (number.little[0] if number.little else "")
    if number.is_scale and much:
        return much, little or f"not {much}"
    noun = number.label or number.name
    above, below = f"{figure(number, cut)} or more", f"{figure(number, cut)} or less"
    if much and little:
        return f"{much} ({above})", f"{little} ({below})"
    return f"{noun} {above}", f"{noun} {below}"


def _year_options(number: Number, values: Floats, known: Floats) -> tuple[_Option, ...]:
    first, second = (np.floor(np.quantile(known, q) / 10) * 10 for q in (1 / 3, 2 / 3))
    spans: Mapping[str, tuple[float | None, float | None]]
    if first < second:
        spans = {
            f"from {second:.0f} on": (second, None),
            f"{first:.0f} to {second - 1:.0f}": (first, second - 1),
            f"before {first:.0f}": (None, first - 1),
        }
    else:
        spans = {f"from {second:.0f} on": (second, None), f"before {second:.0f}": (None, second - 1)}
    options = []
    for words, (low, high) in spans.items():
        keeps = (values >= (low if low is not None else -np.inf)) & (values <= (high if high is not None else np.inf))
        if keeps.any() and not keeps.all():
            options.append(_Option(words=words, where=Within(number=number.name, low=low, high=high), keeps=keeps))
    return tuple(options)


def as_question(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the part of `ToolResult.data` that a turn keeps as its question, or None where none was found."""
    if data.get("question") is None:
        return None
    return {name: data[name] for name in ("attribute", "options", "choices", "words")}


TOOL = Tool(
    name="ask",
    label="Thinking of a question",
    description="Find the one question whose answer narrows the candidates best. Use when too little is known; never twice in a row.",
    arguments=AskArguments,
    run=run,
    effect="answer",
)
