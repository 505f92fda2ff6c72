"""Names as a model writes them, to entities of the catalogue: by title, by pointer, by value; never guessed below a threshold.

A title that does not stand in the catalogue is snapped to the nearest one by embedding distance with a popularity prior
(BIGRec, arXiv 2308.08434, section 3.2: D / (1 + W)^gamma), with the piece that method lacks: a rejection threshold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agent.model.card import quiet
from knowledge.entities import entity, facet_kind, item_entity
from tools.derived import kept

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Names", "snap", "squeezed", "title_of", "titles"]

THRESHOLD = 0.72
"""Least cosine of character trigrams at which a title is another's misspelling."""
GAMMA = 0.15
"""Weight of the popularity prior."""
_YEAR = re.compile(r"\s*\((\d{4})\)\s*$")
_POINTER = re.compile(r"^(?:item:)?\s*#?\s*\[?(\d{1,2})\]?$")


def squeezed(text: str) -> str:
    """Return letters and digits only, small: what two spellings of a title share."""
    return "".join(c for c in text.casefold() if c.isalnum())


def title_of(base: KnowledgeBase, item_id: str) -> str:
    """Return a title with its year, as prompts name an item."""
    catalogue = base.catalogue
    index = catalogue.index(item_id)
    title = quiet(catalogue.titles[index], 80)
    number = base.schema.with_role("year")
    value = float(catalogue.number(number.name)[index]) if number is not None else float("nan")
    return title if value != value else f"{title} ({value:.0f})"


def titles(base: KnowledgeBase) -> dict[str, list[str]]:
    """Return squeezed titles -> item ids, most popular first; titles without their first article too."""

    def make() -> dict[str, list[str]]:
        catalogue = base.catalogue
        found: dict[str, list[str]] = {}
        for index in np.lexsort((np.arange(len(catalogue)), -catalogue.popularity)).tolist():
            title = catalogue.titles[index]
            for form in dict.fromkeys((title, re.sub(r"^(?:the|a|an)\s+", "", title, flags=re.IGNORECASE))):
                found.setdefault(squeezed(form), []).append(catalogue.ids[index])
        return found

    return kept(base, "model titles", make)


def snap(base: KnowledgeBase, text: str) -> str | None:
    """Return the id of the item a misspelt title means, or None where none is near enough."""
    grams, vocabulary, prior = kept(base, "model trigrams", lambda: _trigrams(base))
    query = np.zeros(len(vocabulary))
    for gram in _grams(text):
        if gram in vocabulary:
            query[vocabulary[gram]] += 1.0
    known = float(np.linalg.norm(query))
    total = float(np.sqrt(sum(v * v for v in _counts(text).values())))
    if not known or len(squeezed(text)) < 4:
        return None
    cosine = np.asarray(grams @ query).ravel() / total
    distance = (1.0 - cosine) / (1.0 + prior) ** GAMMA
    best = int(np.lexsort((np.arange(len(distance)), distance))[0])
    return base.catalogue.ids[best] if cosine[best] >= THRESHOLD else None


def _trigrams(base: KnowledgeBase) -> tuple[Any, dict[str, int], Any]:
    """Return unit trigram vectors of all titles, `(n_items, n_trigrams)` sparse, the vocabulary, and the prior 0..1."""
    import scipy.sparse as sp

    vocabulary: dict[str, int] = {}
    rows, columns, values = [], [], []
    for row, title in enumerate(base.catalogue.titles):
        counts = _counts(title)
        norm = np.sqrt(sum(v * v for v in counts.values())) or 1.0
        for gram, times in counts.items():
            rows.append(row)
            columns.append(vocabulary.setdefault(gram, len(vocabulary)))
            values.append(times / norm)
    matrix = sp.csr_matrix((values, (rows, columns)), shape=(len(base.catalogue), max(1, len(vocabulary))))
    fame = np.log1p(base.catalogue.popularity)
    spread = float(fame.max() - fame.min()) if len(fame) else 0.0
    return matrix, vocabulary, (fame - fame.min()) / spread if spread else np.zeros(len(fame))


def _grams(text: str) -> list[str]:
    padded = f"  {squeezed(text)} "
    return [padded[i : i + 3] for i in range(len(padded) - 2)]


def _counts(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for gram in _grams(text):
        counts[gram] = counts.get(gram, 0) + 1
    return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Resolves what a model wrote in one turn."""

    base: KnowledgeBase
    shown: Sequence[str] = ()
    """Item ids a pointer (#2) points at."""

    def entity(self, text: str) -> str | None:
        """Return the entity a name stands for, or None."""
        text = quiet(str(text), 120)
        pointed = _POINTER.match(text)
        if pointed:
            at = int(pointed.group(1)) - 1
            return item_entity(self.shown[at]) if 0 <= at < len(self.shown) else None
        kind, colon, value = text.partition(":")
        kind = kind.strip().lower()
        facets = [f for f in self.base.schema.facets if kind in (facet_kind(f), f.name.lower(), f.label.lower())]
        if colon and kind == "item":
            return self.item(value.strip())
        if colon and facets:
            return self._value(facets, value.strip())
        return self.item(text) or self._value(list(self.base.schema.facets), text)

    def item(self, text: str) -> str | None:
        """Return the item entity of a title, with or without its year."""
        text = text.strip().strip('*"“”')
        if text in self.base.catalogue:
            return item_entity(text)
        year = _YEAR.search(text)
        bare = _YEAR.sub("", text)
        known = titles(self.base)
        ids = known.get(squeezed(text)) or known.get(squeezed(bare)) or []
        number = self.base.schema.with_role("year")
        if year and number is not None and ids:
            column = self.base.catalogue.number(number.name)
            near = [i for i in ids if abs(float(column[self.base.catalogue.index(i)]) - float(year.group(1))) <= 1]
            if near:
                return item_entity(near[0])
            if len(ids) > 1:
                return None
        if ids:
            return item_entity(ids[0])
        links = [k for k in self.base.linker.link(bare) if k.entity and k.kind == "item" and k.score >= 0.85]
        if len(links) == 1 and len(links[0].text) >= 0.7 * len(bare):
            return links[0].entity
        close = snap(self.base, bare)
        return item_entity(close) if close is not None else None

    def near(self, text: str) -> tuple[str, ...]:
        """Return near misses of an unknown name, for "did you mean"."""
        for link in self.base.linker.link(text):
            if link.entity is None and link.near:
                return tuple(n for n, _ in link.near[:3])
        return ()

    def _value(self, facets: Sequence[Any], value: str) -> str | None:
        best: tuple[float, str] | None = None
        for facet in facets:
            found = self.base.catalogue.ground(facet.name, value)
            if found.value is not None and (best is None or found.score > best[0]):
                best = (found.score, entity(facet_kind(facet), found.value))
        return best[1] if best else None
