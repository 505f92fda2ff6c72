"""Linking: names in an utterance to entities of the catalogue, longest first, each with how sure it is.

The work is done in four steps: phrases that are names but for case and punctuation; what is left, as misspelt names; names that
nobody knows; and for titles that several items share, the year said, the talk so far and popularity.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from knowledge.linker.common import RARE_RANK, is_common, rank, surprise
from knowledge.linker.context import Utterance, cue_words
from knowledge.linker.evidence import Evidence
from knowledge.linker.forms import PARTIAL, VARIANT
from knowledge.linker.index import Entry, Name, NameIndex
from knowledge.linker.link import Link
from knowledge.linker.matches import KIN, Match, evidence, exact_matches
from knowledge.linker.names import catalogue_names, schema_words
from knowledge.linker.spelling import near_names, respell
from knowledge.linker.text import fold, keys
from knowledge.linker.unknown import unknown_names
from knowledge.linker.years import YearSaid, year_said
from knowledge.schema import ItemWords

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue

__all__ = ["Linker"]

_SURE = 0.5
"""Probability from which a phrase counts as naming an item."""
_LISTED = 0.15
"""The same for a phrase that stands in a list beside a name ("Alien, Heat and Up")."""
_SOFT = 0.3
"""The same for a phrase that is otherwise the name of a series, or a free tag after "something like"."""
_WELL_KNOWN = 0.9
"""Standing below which nobody is meant by a misspelt surname alone."""
SHORTENED = 3
"""Letters up to which a word with a full stop may be a shortened one."""
_ALONE = 3.0
"""A surname names the most popular of its bearers only where that one is so many times more popular than the next."""


class Linker:
    """Finds names in utterances. Built once, then only read; safe to use from several threads."""

    def __init__(self, index: NameIndex, words: ItemWords, plain: Iterable[str] = ()) -> None:
        self._index = index
        self._plain = frozenset(key for text in plain for key in keys(text))
        # Values of open vocabularies and series give way to a longer name that they are only a word of.
        self._soft = frozenset(entry.kind for entry in index.entries if entry.manner == "value" and entry.firm < 1.0)
        self._verbs = cue_words(words)
        self._used = frozenset(key for form in words.used for key in keys(form)) & self._verbs
        self._nouns = frozenset(fold(w) for w in (words.singular, words.plural, *words.also))

    @classmethod
    def from_names(cls, names: Iterable[Name], words: ItemWords | None = None, plain: Iterable[str] = ()) -> Linker:
        """Return a linker for plain names.

        Args:
            names: the first name of an entity is the one its year and popularity are taken from.
            words: how people call the items and what they do with them.
            plain: words of the catalogue's own that are never a misspelt name ("funnier", "runtime").
        """
        return cls(NameIndex(names), words if words is not None else ItemWords(), plain)

    @classmethod
    def of(cls, catalogue: Catalogue) -> Linker:
        """Return a linker for a catalogue: titles, aliases, people, facet values and their synonyms."""
        linker = cls.from_names(catalogue_names(catalogue), catalogue.schema.item, schema_words(catalogue.schema))
        linker.warm()
        return linker

    def warm(self) -> None:
        """Build now what is otherwise built for the first misspelt name."""
        self._index.warm()

    def link(self, text: str, *, context: Collection[str] = ()) -> list[Link]:
        """Return the names in a text, left to right, never overlapping.

        Args:
            text: what was said.
            context: entity names of the talk so far, preferred where a title has several items.
        """
        said = self._read(text)
        if not said.tokens:
            return []
        found = self._exact(said, context)
        found = self._beside_soft(found, self._misspelt(said, [f for f in found if f[2].kind not in self._soft], context))
        taken = _taken(said, [f for f in found if f[2].kind not in self._soft])
        for start, end, sure in unknown_names(said, taken, self._strange):
            inside = [f for f in found if f[0] < end and start < f[1]]
            if any(f[0] <= start and end <= f[1] for f in inside):
                # A known value is no unknown name, nor is a word of it ("Sci" of a tag "sci-fi").
                continue
            found = [f for f in found if f not in inside]
            phrase = " ".join(said.keys_between(start, end))
            near = self._near(phrase)
            first, last = said.tokens[start].start, said.tokens[end - 1].end
            found.append((start, end, Link(start=first, end=last, text=text[first:last], entity=None, kind="item", score=sure, near=near)))
        return [link for _, _, link in sorted(found, key=lambda f: f[0])]

    def _beside_soft(self, found: list[tuple[int, int, Link]], more: list[tuple[int, int, Link]]) -> list[tuple[int, int, Link]]:
        """Return both together: a misspelt name drops the free tags that are only a word of it, and gives way to one as long."""
        kept = [m for m in more if not any(f[0] <= m[0] and m[1] <= f[1] for f in found)]
        return [f for f in found if not any(f[0] < m[1] and m[0] < f[1] for m in kept)] + kept

    def near(self, phrase: str, limit: int = 3) -> list[tuple[str, float]]:
        """Return the entities whose names are nearest to a phrase, with their likeness 0..1, for "did you mean"."""
        return list(self._near(" ".join(keys(phrase)), limit))

    def evidence(self, text: str) -> Iterator[tuple[Match, Evidence]]:
        """Yield every phrase that may name an item with its evidence, accepted or not; what the model of `Evidence` is fitted on."""
        said = self._read(text)
        for match in exact_matches(self._index, said):
            if match.of("item"):
                yield match, evidence(said, match)

    def _read(self, text: str) -> Utterance:
        return Utterance(text, self._verbs, self._nouns, self._used)

    def _near(self, phrase: str, limit: int = 3) -> tuple[tuple[str, float], ...]:
        found: dict[str, float] = {}
        for key, likeness in near_names(self._index, phrase, limit):
            for entry, share in sorted(self._index.exact(key), key=lambda e: (-e[1], -e[0].standing, e[0].entity))[:1]:
                found.setdefault(entry.entity, round(likeness * share, 3))
        return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))[:limit]

    def _strange(self, word: str) -> bool:
        """Tell whether a word is neither English nor a slip of the pen for it."""
        return rank(word) >= RARE_RANK and word.isalpha() and not self._index.knows(word)

    def _exact(self, said: Utterance, context: Collection[str]) -> list[tuple[int, int, Link]]:
        judged = [(match, *self._judge(said, match)) for match in exact_matches(self._index, said)]
        # Longest first; between equals the surer, then the one further left.
        judged.sort(key=lambda j: (j[0].start - j[0].end, -max(j[2], j[3]), j[0].start))
        free = [True] * len(said.tokens)
        found: list[tuple[int, int, Link]] = []

        def take(match: Match, manner: str, sure: float) -> None:
            if all(free[match.start : match.end]):
                found.append((match.start, match.end, self._settle(said, match, manner, sure, context)))
                free[match.start : match.end] = [False] * (match.end - match.start)

        # A free tag that may be an item waits until it is seen what stands beside it ("heat or collateral").
        for match, manner, sure, item in judged:
            if sure >= _SURE and not (manner == "value" and item >= _LISTED and all(e.firm < 1.0 for e, _ in match.of("value"))):
                take(match, manner, sure)
        items = [(start, end) for start, end, link in found if link.kind == "item"]
        for match, _, _, item in judged:
            if _LISTED <= item < _SURE and _beside(said, match, items):
                take(match, "item", _SURE)
        for match, manner, sure, _ in judged:
            if sure >= _SURE:
                take(match, manner, sure)
        return found

    def _judge(self, said: Utterance, match: Match) -> tuple[str, float, float]:
        """Return which manner of name the phrase is, how surely, and how surely it is an item's."""
        chances = {"item": 0.0, "person": 0.0, "value": 0.0}
        if match.of("value"):
            chances["value"] = _value_chance(said, match)
        if match.of("person"):
            chances["person"] = _person_chance(said, match)
        if match.of("item"):
            chances["item"] = evidence(said, match).score()
            year = year_said(said, match.start, match.end, {entry.year for entry, _ in match.of("item")})
            if year.fits or year.bracketed:
                chances["item"] = max(chances["item"], 0.97)
            if chances["item"] >= _SURE:
                return "item", chances["item"], chances["item"]
            firm = max((entry.firm for entry, _ in match.of("value")), default=1.0)
            if chances["item"] >= _SOFT and (firm == 0.0 or (firm < 1.0 and said.cue(match.start) > 1.0)):
                # A series is called like its first item; who says the name means that one. Nor is one "something like" a free tag.
                return "item", max(chances["item"], _SURE), chances["item"]
        manner = max(("value", "person", "item"), key=lambda m: chances[m])
        return manner, chances[manner], chances["item"]

    def _settle(self, said: Utterance, match: Match, manner: str, sure: float, context: Collection[str]) -> Link:
        tokens = said.tokens
        first, last = tokens[match.start].start, tokens[match.end - 1].bare_end if match.bare else tokens[match.end - 1].end
        entries = match.of(manner)
        year = YearSaid()
        if manner == "item":
            year = year_said(said, match.start, match.end, {entry.year for entry, _ in entries})
            first, last = min(first, year.start if year.start is not None else first), max(last, year.end)
        order = sorted(entries, key=lambda e: _preference(e, year.year, context))
        best = order[0][0]
        others = [(entry.entity, round(sure * share * (0.5 + entry.standing / 2), 3)) for entry, share in order[1:9]]
        others += [(entry.entity, round(sure * share / 2, 3)) for entry, share in match.entries if entry.manner != manner]
        near = tuple({name: chance for name, chance in reversed(others) if name != best.entity}.items())[::-1]
        text = said.text[first:last]
        known = {entry.year for entry, _ in entries}
        if year.year is not None and year.bracketed and not year.fits and None not in known:
            near = ((best.entity, round(sure / 2, 3)), *near)
            return Link(start=first, end=last, text=text, entity=None, kind="item", score=round(sure, 3), near=near, year=year.year)
        return Link(start=first, end=last, text=text, entity=best.entity, kind=best.kind, score=round(sure, 3), near=near, year=year.year)

    def _misspelt(self, said: Utterance, found: list[tuple[int, int, Link]], context: Collection[str]) -> list[tuple[int, int, Link]]:
        taken = _taken(said, found)
        words = [t.key for t in said.tokens]
        more: list[tuple[int, int, Link]] = []
        for guess in respell(self._index, words, taken, self._plain):
            if any(taken[guess.start : guess.end]) or " ".join(words[guess.start : guess.end]) == guess.key:
                continue
            if any(_ended(said, at) for at in range(guess.start + 1, guess.end)):
                continue
            match = Match(guess.start, guess.end, guess.key, self._index.exact(guess.key), likeness=guess.likeness)
            manner, sure, _ = self._judge(said, match)
            if manner != "item":
                sure *= guess.likeness
            if manner == "value" and not _slip(words[guess.start : guess.end], guess.key, guess.likeness):
                continue
            if sure < _SURE:
                continue
            more.append((guess.start, guess.end, self._settle(said, match, manner, sure, context)))
            taken[guess.start : guess.end] = [True] * (guess.end - guess.start)
        return more


def _ended(said: Utterance, at: int) -> bool:
    """Tell whether a sentence ends before a word; what is short may be shortened ("Mr. Smith")."""
    return any(c in ".!?" for c in said.gap(at)) and len(said.tokens[at - 1].key) > SHORTENED


def _slip(words: Collection[str], key: str, likeness: float) -> bool:
    """Tell whether a misspelt facet value is believable: no word of it is good English as typed."""
    return likeness >= 0.8 and not any(is_common(word, RARE_RANK) and word not in key.split(" ") for word in words)


def _taken(said: Utterance, found: Iterable[tuple[int, int, Link]]) -> list[bool]:
    taken = [False] * len(said.tokens)
    for start, end, _ in found:
        taken[start:end] = [True] * (end - start)
    return taken


def _beside(said: Utterance, match: Match, items: Iterable[tuple[int, int]]) -> bool:
    """Tell whether only a comma or "and" parts the phrase from a name already found."""
    for start, end in items:
        left, right = (end, match.start) if end <= match.start else (match.end, start)
        between = said.keys_between(left, right)
        gap = said.text[said.tokens[left - 1].end : said.tokens[right].start]
        if len(between) <= 1 and all(word in {"and", "or", "the"} for word in between) and (between or "," in gap) and "." not in gap:
            return True
    return False


def _value_chance(said: Utterance, match: Match) -> float:
    values = match.of("value")
    if match.end - match.start == 1:
        text = said.tokens[match.start].text
        place = rank(said.tokens[match.start].key)
        # "us" is a country only as "US"; "love" is no theme.
        if place <= 150 and not (text.isupper() and len(text) > 1 and not said.text.isupper()):
            return 0.0
        if place <= 400:
            values = tuple((entry, share) for entry, share in values if entry.firm >= 1.0)
        elif place <= 5_000:
            # "sounds" is a theme only in "about sounds".
            told = match.start > 0 and said.tokens[match.start - 1].key in {
                "about",
                "with",
                "of",
                "involving",
                "and",
                "or",
                "featuring",
                "on",
            }
            values = tuple((entry, share) for entry, share in values if told or entry.firm >= 1.0 or share > VARIANT)
    return max((share for _, share in values), default=0.0)


def _person_chance(said: Utterance, match: Match) -> float:
    people = match.of("person")
    words = said.keys_between(match.start, match.end)
    capitals = said.capitals(match.start, match.end)
    unlikely = surprise(words)
    if any(share > PARTIAL for _, share in people) and len(words) > 1:
        return 0.98 if capitals > 0 or unlikely > 10.0 else 0.75 if capitals == 0.0 else 0.4
    if match.key.rpartition(" ")[2] in KIN:
        return 0.85 if len(people) > 1 else 0.0
    if match.likeness < 1.0 and max(entry.standing for entry, _ in people) < _WELL_KNOWN:
        return 0.0
    ordered = sorted((entry.popularity for entry, _ in people), reverse=True)
    if len(ordered) > 1 and ordered[0] < _ALONE * max(ordered[1], 1e-9):
        return 0.0
    if max(rank(word) for word in words) >= 8_000 and capitals >= 0:
        return 0.8
    if capitals >= 0.6 and not said.noun(match.start):
        return 0.75 if unlikely > 7.5 else 0.0
    return 0.0


def _preference(choice: tuple[Entry, float], year: int | None, context: Collection[str]) -> tuple[float, ...]:
    entry, share = choice
    apart = 0.0 if year is None else 9999.0 if entry.year is None else min(abs(entry.year - year), 50.0)
    # A literal title is worth a fifth of all popularity more than one without its article.
    liking = entry.standing + 5.0 * (max(share, 0.9) - 0.9)
    return (apart, -float(entry.entity in context), -float(share > PARTIAL), -liking, -entry.popularity)
