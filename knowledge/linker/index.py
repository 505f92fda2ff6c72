"""Names by their words: exact phrases, phrases without spaces, and words that names are found again by when misspelt."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.linker.common import surprise
from knowledge.linker.forms import ALIAS, FULL, PARTIAL, NameKind, name_forms, split_year

__all__ = ["Entry", "Name", "NameIndex"]

_CROWD = 5_000
"""A catalogue smaller than this is taken for the top of one of this size."""
_SHORT_FORM = 8.2
"""Nats below which a main title or surname alone is too plain to stand for its entity ("Mission", "Part")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One name of one entity.

    `entity` is an entity name (`item:heat-1995`), `kind` its kind as links report it, `popularity` any non-negative number that
    is comparable within the kind.
    """

    entity: str
    kind: str
    text: str
    manner: NameKind = "item"
    alias: bool = False
    year: int | None = None
    popularity: float = 0.0
    firm: float = 1.0
    """For a facet value: how surely these words mean it rather than an item of the same name, 0..1 (a genre 1, a free tag less)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entity as the index keeps it. `standing` is 1 for the most popular of its kind, falling to 0 for the least of thousands."""

    entity: str
    kind: str
    manner: NameKind
    text: str
    year: int | None
    popularity: float
    standing: float
    firm: float


class NameIndex:
    """Every form of every name. Built once, then only read; safe to use from several threads."""

    def __init__(self, names: Iterable[Name]) -> None:
        rows: dict[str, int] = {}
        first: list[Name] = []
        years: list[int | None] = []
        forms: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for name in names:
            said = split_year(name.text)[1] if name.manner == "item" else None
            row = rows.setdefault(name.entity, len(first))
            if row == len(first):
                first.append(name)
                years.append(name.year if name.year is not None else said)
            for words, quality in name_forms(name.text, name.manner, ALIAS if name.alias else FULL).items():
                if quality <= PARTIAL and surprise(words) < _SHORT_FORM:
                    continue
                entries = forms[" ".join(words)]
                if not any(other == row and share >= quality for other, share in entries):
                    entries.append((row, quality))
        standing = _standing(first)
        self.entries = [
            Entry(n.entity, n.kind, n.manner, n.text, year, n.popularity, share, n.firm)
            for n, year, share in zip(first, years, standing, strict=True)
        ]
        self._forms: dict[str, tuple[tuple[int, float], ...]] = {key: tuple(found) for key, found in forms.items()}
        self._squeezed: dict[str, str] = {}
        self._longest: dict[str, int] = {}
        for key in self._forms:
            head, space, _ = key.partition(" ")
            length = key.count(" ") + 1
            if length > self._longest.get(head, 0):
                self._longest[head] = length
            tight = key.replace(" ", "") if space else key
            if len(tight) >= 5:
                self._squeezed.setdefault(tight, key)
        self._lock = threading.Lock()
        self._words: dict[str, list[int]] | None = None
        self._spellings: dict[tuple[str, int], list[str]] = {}
        self._keys: list[str] = []

    def __len__(self) -> int:
        return len(self.entries)

    def longest(self, word: str) -> int:
        """Return how many words the longest form that begins with the word has, 0 where none begins so."""
        return self._longest.get(word, 0)

    def exact(self, key: str) -> tuple[tuple[Entry, float], ...]:
        """Return the entities a phrase (keys parted by spaces) names, each with how fully."""
        return tuple((self.entries[row], share) for row, share in self._forms.get(key, ()))

    def tight(self, key: str) -> str | None:
        """Return the phrase that is spelt so without spaces ("spiderman" gives "spider man")."""
        return self._squeezed.get(key)

    def warm(self) -> dict[str, list[int]]:
        """Build what misspelt names are found by; done on the first need. Returns word -> form numbers."""
        with self._lock:
            if self._words is None:
                words: dict[str, list[int]] = defaultdict(list)
                self._keys = list(self._forms)
                for at, key in enumerate(self._keys):
                    for word in key.split(" "):
                        words[word].append(at)
                spellings: dict[tuple[str, int], list[str]] = defaultdict(list)
                for word in words:
                    spellings[word[0], len(word)].append(word)
                self._spellings = dict(spellings)
                self._words = dict(words)
            return self._words

    def form(self, number: int) -> str:
        """Return the phrase of a form number."""
        return self._keys[number]

    def knows(self, word: str) -> bool:
        """Tell whether any name has the word."""
        return word in self.warm()

    def holders(self, word: str) -> Sequence[int]:
        """Return the numbers of the forms that have the word."""
        return self.warm().get(word, ())

    def spellings(self, word: str, slack: int) -> Iterator[list[str]]:
        """Yield words of names that begin like the word (or with its second letter) and are at most `slack` longer or shorter."""
        self.warm()
        for letter in dict.fromkeys(word[:2]):
            for length in range(len(word) - slack, len(word) + slack + 1):
                found = self._spellings.get((letter, length))
                if found:
                    yield found


def _standing(names: Sequence[Name]) -> list[float]:
    """Return for each name one minus its rank by popularity as a share of its kind; a small catalogue holds only what people know."""
    by_kind: dict[str, list[float]] = defaultdict(list)
    for name in names:
        by_kind[name.kind].append(name.popularity)
    places: dict[str, dict[float, float]] = {}
    for kind, values in by_kind.items():
        ordered = sorted(values, reverse=True)
        crowd = max(len(ordered), _CROWD)
        if ordered[0] == ordered[-1]:
            places[kind] = {ordered[0]: 1.0 - 0.25 * len(ordered) / crowd}
            continue
        share: dict[float, float] = {}
        first: dict[float, int] = {}
        for at, value in enumerate(ordered):
            first.setdefault(value, at)
            share[value] = 1.0 - (first[value] + at) / 2 / crowd
        places[kind] = share
    return [places[n.kind][n.popularity] for n in names]
