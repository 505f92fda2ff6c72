"""Grounding: from what a person calls a facet value to the value the catalogue has."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.catalogue.facets import FacetColumn
from knowledge.catalogue.words import normalise, squeeze
from knowledge.schema import Facet

__all__ = ["Grounded", "Grounder"]

THRESHOLD = 0.84
"""Least similarity of a misspelt value; below it a text stays unknown. At .84 "Tarrantino" holds, "Nolan" and "Dolan" part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounded:
    """What a text grounds to. `value` None: unknown; `near` holds what comes closest, best first."""

    value: str | None
    score: float
    near: tuple[str, ...] = ()


class Grounder:
    """Grounds texts against one facet: exact, synonym, surname, plural, then nearest spelling."""

    def __init__(self, facet: Facet, column: FacetColumn) -> None:
        self._values = column.values
        self._counts = column.counts
        self._person = facet.kind == "person"
        names: dict[str, list[int]] = {}
        for code, value in enumerate(column.values):
            names.setdefault(squeeze(value), []).append(code)
        for value, others in facet.synonyms.items():
            meant = column.code(value)
            for other in others if meant is not None else ():
                held = names.setdefault(squeeze(other), [])
                if meant is not None and meant not in held:
                    held.append(meant)
        self._names = names
        self._surnames: dict[str, list[int]] = {}
        if self._person:
            for code, value in enumerate(column.values):
                words = normalise(value).split()
                if len(words) > 1:
                    self._surnames.setdefault(words[-1], []).append(code)
        self._spelt = [normalise(value) for value in column.values]

    def _best(self, codes: list[int]) -> int:
        """The commonest of several values; equal ones by name."""
        return min(codes, key=lambda code: (-int(self._counts[code]), self._values[code]))

    def _found(self, codes: list[int], score: float) -> Grounded:
        best = self._best(codes)
        rest = sorted((c for c in codes if c != best), key=lambda code: (-int(self._counts[code]), self._values[code]))
        return Grounded(value=self._values[best], score=score, near=tuple(self._values[c] for c in rest[:5]))

    def ground(self, text: str) -> Grounded:
        """Return the value the text means, with 1.0 for its own spelling and less for a looser match."""
        key = squeeze(text)
        if not key:
            return Grounded(value=None, score=0.0)
        if key in self._names:
            return self._found(self._names[key], 1.0)
        for singular in _singulars(key):
            if singular in self._names:
                return self._found(self._names[singular], 0.97)
        plain = normalise(text)
        surnamed = self._surnames.get(plain)
        if surnamed:
            counts = sorted((int(self._counts[c]) for c in surnamed), reverse=True)
            # A bare surname is somebody only when one bearer stands out; else all of them are near.
            if len(counts) == 1 or counts[0] >= 2 * counts[1]:
                return self._found(surnamed, 0.93)
            order = sorted(surnamed, key=lambda code: (-int(self._counts[code]), self._values[code]))
            return Grounded(value=None, score=0.5, near=tuple(self._values[c] for c in order[:5]))
        return self._nearest(plain)

    def _nearest(self, plain: str) -> Grounded:
        from rapidfuzz import fuzz, process

        close = process.extract(plain, self._spelt, scorer=fuzz.ratio, limit=6, score_cutoff=50)
        if self._person and " " not in plain:
            surnames = process.extract(plain, list(self._surnames), scorer=fuzz.ratio, limit=2, score_cutoff=84)
            for surname, score, _ in surnames:
                found = self.ground(surname)
                if found.value is not None:
                    return Grounded(value=found.value, score=0.9 * score / 100, near=found.near)
        if not close:
            return Grounded(value=None, score=0.0)
        ranked = sorted(close, key=lambda hit: (-hit[1], -int(self._counts[hit[2]]), hit[2]))
        near = tuple(dict.fromkeys(self._values[code] for _, _, code in ranked))
        score = ranked[0][1] / 100
        if score >= THRESHOLD and len(plain) >= 4:
            return Grounded(value=near[0], score=score, near=near[1:])
        return Grounded(value=None, score=score, near=near)


def _singulars(key: str) -> list[str]:
    """The forms of which the key may be the plural ("comedies", "heists", "boxes")."""
    forms = []
    if key.endswith("ies") and len(key) > 4:
        forms.append(key[:-3] + "y")
    if key.endswith("es") and len(key) > 4:
        forms.append(key[:-2])
    if key.endswith("s") and len(key) > 3:
        forms.append(key[:-1])
    forms.append(key + "s")
    return forms
