"""What is true of an item and how a person would say it: the traits a simulated person reveals, made from the schema alone."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.predicates import Has, Predicate, Within
from tools.derived import kept

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase
    from knowledge.schema import Facet

__all__ = ["Trait", "false_trait", "traits_of"]

HIGH, LOW = 0.75, 0.0
"""Shares of a scale from which an item is called so, and down to which it is called the opposite."""

MOST = 0.5
"""Nobody asks for what more than this part of the catalogue is."""
NEGATED = "not too "

MIND: Mapping[str, float] = {"category": 3.0, "scale": 2.5, "tag": 1.5, "year": 2.0, "person": 0.6, "duration": 0.6, "price": 1.0}
"""How readily a kind of trait comes to mind, against 1 for any other; "tag" is shared by all of them that an item has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """One true thing about an item.

    `form` says where the words go: after ("..., not too dark"), adjective ("a funny one"), noun ("a western"), phrase ("directed by
    Ada"), or theme ("about a heist").
    """

    attribute: str
    words: str
    form: str
    holds: Predicate
    share: float
    """Part of the catalogue for which it holds, 0 to 1."""
    ease: float = 1.0
    """How readily it comes to mind."""
    hard: bool = True
    """Whether an item that lacks it breaks what was asked."""


def traits_of(base: KnowledgeBase, item_id: str) -> tuple[Trait, ...]:
    """Return the traits of an item, most common first; none that would give its title away, and none that most items have."""
    catalogue, schema = base.catalogue, base.schema
    index = catalogue.index(item_id)
    title = _words(catalogue.titles[index])
    found: list[Trait] = []
    for facet in schema.facets:
        if facet.kind in ("series", "ordinal"):
            continue
        column = catalogue.facet(facet.name)
        for value in column.of(index)[: 6 if facet.kind == "person" else None]:
            # "None" for no language and the like cannot be said; a value with a word of the title would give it away.
            if value.casefold() in ("none", "(no genres listed)", "unknown", "") or _words(value) & title:
                continue
            holds = Has(facet=facet.name, values=(value,))
            form, words = _said(facet, value)
            share = len(column.positions(value)) / len(catalogue)
            ease = MIND.get(facet.kind, 1.0) / len(column.of(index))
            found.append(Trait(attribute=facet.name, words=words, form=form, holds=holds, share=share, ease=ease, hard=facet.kind != "tag"))
    for number in schema.numbers:
        values = catalogue.number(number.name)
        own = float(values[index])
        if math.isnan(own):
            continue
        trait = _number_trait(number.name, number.role, number.unit, own, number.low, number.high, number.much, number.little)
        # "Romantic" is a scale and a mood: said only of what it is true of either way.
        if trait is not None and not _otherwise(base, index, trait[0]):
            words, form, within, hard = trait
            with np.errstate(invalid="ignore"):
                mask = (values >= (within.low if within.low is not None else -np.inf)) & (
                    values <= (within.high if within.high is not None else np.inf)
                )
            found.append(
                Trait(
                    attribute=number.name,
                    words=words,
                    form=form,
                    holds=within,
                    share=float(mask.mean()),
                    ease=MIND.get(number.role, 1.0),
                    hard=hard,
                )
            )
    return tuple(sorted((t for t in found if t.share <= MOST), key=lambda t: (-t.share, t.attribute, t.words)))


def _otherwise(base: KnowledgeBase, index: int, words: str) -> bool:
    """True where the words of a number are also a facet value, and the item lacks that value."""
    meant: dict[str, tuple[str, ...]] = kept(base, "said_otherwise", dict)
    if words not in meant:
        columns = {f.name: base.catalogue.facet(f.name) for f in base.schema.facets}
        meant[words] = tuple(name for name, column in columns.items() if any(v.casefold() == words for v in column.values))
    return any(words not in {v.casefold() for v in base.catalogue.facet(name).of(index)} for name in meant[words])


def false_trait(base: KnowledgeBase, item_id: str, place: float) -> Trait | None:
    """Return a common value the item does not have, the one `place` (0 to 1) along the list; None where there is none."""
    for facet in base.schema.facets:
        if facet.kind != "category":
            continue
        column = base.catalogue.facet(facet.name)
        own = set(column.of(base.catalogue.index(item_id)))
        counts = {v: len(column.positions(v)) for v in column.values}
        others = [v for v in sorted(counts, key=lambda v: (-counts[v], v))[:12] if v not in own]
        if others:
            value = others[min(len(others) - 1, int(place * len(others)))]
            form, words = _said(facet, value)
            holds = Has(facet=facet.name, values=(value,))
            return Trait(attribute=facet.name, words=words, form=form, holds=holds, share=counts[value] / len(base.catalogue))
    return None


def _said(facet: Facet, value: str) -> tuple[str, str]:
    """Return the form and words of a facet value."""
    if facet.phrase and facet.phrase != "{}":
        return "phrase", facet.phrase.format(value)
    if facet.kind == "tag":
        return ("theme" if not facet.words or "about" in facet.words else "adjective"), value
    return ("phrase", f"with {value}") if facet.kind == "person" else ("noun", value)


def _number_trait(
    name: str, role: str, unit: str, value: float, low: float | None, high: float | None, much: tuple[str, ...], little: tuple[str, ...]
) -> tuple[str, str, Within, bool] | None:
    if role == "year":
        decade = int(value) // 10 * 10
        return f"from the {decade}s", "phrase", Within(number=name, low=decade, high=decade + 9), True
    if role == "duration":
        limit = math.ceil((value + 1) / 15) * 15
        return f"no longer than {limit} {unit or 'minutes'}", "phrase", Within(number=name, high=limit), True
    if role == "price":
        limit = math.ceil((value + 1) / 5) * 5
        return f"under {limit} {unit}".strip(), "phrase", Within(number=name, high=limit), True
    if role == "scale" and low is not None and high is not None and high > low:
        share = (value - low) / (high - low)
        if share >= HIGH and much:
            return much[0], "adjective", Within(number=name, low=low + HIGH * (high - low)), False
        if share <= LOW and much:
            return f"{NEGATED}{much[0]}", "after", Within(number=name, high=low + 0.5 * (high - low)), False
    return None


def _words(text: str) -> frozenset[str]:
    return frozenset(w for w in re.findall(r"[^\W_]+", text.casefold()) if len(w) > 3)
