"""The words of one catalogue: facet values and their synonyms, adjectives and comparatives of its numbers, names of attributes.

Everything is read from the schema and the catalogue's facet values, so that a new card brings its own language.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from agent.builtin.common import COMMON, FILLER
from agent.builtin.text import words_of
from knowledge.schema import Facet, Number, Schema

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Lexicon", "Sense", "comparatives", "lexicon_of", "plurals"]

SenseKind = Literal["value", "adjective", "comparative", "superlative", "facet", "number", "item", "used"]


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a phrase.

    value: `name` is a facet, `value` one of its values (`exact` where it is the value itself, not a synonym).
    adjective, comparative, superlative: `name` is a number, `value` "more" or "less". facet, number: a word that names the attribute.
    item: a word for the things of the catalogue. used: a word that says one already had it.
    """

    kind: SenseKind
    name: str = ""
    value: str = ""
    exact: bool = False


class Lexicon:
    """Phrases (tuples of normalised words) with their senses, in card order."""

    def __init__(self, schema: Schema, values: Mapping[str, Mapping[str, int]]) -> None:
        """Build from the schema and, for each facet but people, its values with how many items have them."""
        self.schema = schema
        self.values = values
        self.weak: set[tuple[str, ...]] = set()
        """Everyday words that are values of an open vocabulary only where they are said to be content ("about a dog")."""
        self.rare: set[tuple[str, ...]] = set()
        """Words that are the value of one item alone, likewise only right after "about" ("about math")."""
        self.senses: dict[tuple[str, ...], list[Sense]] = defaultdict(list)
        for facet in schema.facets:
            self._facet(facet, values.get(facet.name, {}))
        for number in schema.numbers:
            self._number(number)
        item = schema.item
        for word in (item.singular, item.plural, *item.also, "title", "titles", "thing", "things"):
            self._add(word, Sense("item"))
        for word in (*item.used, item.use):
            self._add(word, Sense("used"))
        for facet in schema.facets:
            if facet.kind == "series":
                self._short_series(facet.name, values.get(facet.name, {}))
        self._prune()
        self.longest = max((len(words) for words in self.senses), default=1)
        self._joined = {"".join(words): words for words in self.senses if len(words) > 1}
        self._fuzzy = self._spellings()
        self._known = {w for words in self.senses for w in words} | COMMON

    def _add(self, phrase: str | tuple[str, ...], sense: Sense) -> None:
        words = words_of(phrase) if isinstance(phrase, str) else phrase
        if words and sense not in self.senses[words]:
            self.senses[words].append(sense)

    def _spellings(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the words typing slips are corrected to: first those of closed lists and of the card, then of open vocabularies."""
        firm: set[str] = set()
        loose: set[str] = set()
        for words, senses in self.senses.items():
            open_only = all(s.kind == "value" and len(self.values.get(s.name, ())) > 200 for s in senses)
            (loose if open_only else firm).update(w for w in words if len(w) >= 4 and w.isalpha())
        return tuple(sorted(firm)), tuple(sorted(loose - firm))

    def _prune(self) -> None:
        """Drop values of open vocabularies that only repeat other words, such as "author" where that is a facet."""
        items = {words for words, senses in self.senses.items() if any(s.kind == "item" for s in senses)}
        for words, senses in list(self.senses.items()):
            loose = [s for s in senses if s.kind == "value" and len(self.values.get(s.name, ())) > 200]
            if not loose:
                continue
            firm = [s for s in senses if s not in loose]
            if (len(words) == 1 and firm) or (len(words) > 1 and words[-1:] in items and words[:-1] in self.senses):
                if firm:
                    self.senses[words] = firm
                else:
                    del self.senses[words]

    def _facet(self, facet: Facet, counts: Mapping[str, int]) -> None:
        for word in (facet.label, facet.name.replace("_", " "), facet.plural, *facet.words):
            self._add(word, Sense("facet", facet.name))
        if facet.kind == "person":
            return
        for value, count in counts.items():
            words = words_of(value)
            if self._sayable(facet, words, count, open_words=len(counts) > 200):
                for form in plurals(words):
                    self._add(form, Sense("value", facet.name, value, exact=True))
        for value, others in facet.synonyms.items():
            if counts and value not in counts:
                continue
            for other in others:
                for form in plurals(words_of(other)):
                    self._add(form, Sense("value", facet.name, value))

    def _sayable(self, facet: Facet, words: tuple[str, ...], count: int, *, open_words: bool) -> bool:
        """True where a value said in an utterance means that value; everyday words of an open vocabulary are kept as weak ones."""
        if len(words) != 1:
            return bool(words)
        word = words[0]
        if word.isdigit() or (word in FILLER and facet.kind in {"tag", "series"}):
            return False
        if open_words and facet.kind == "tag":
            if count < 2:
                self.rare.update(plurals(words))
            elif word in COMMON:
                self.weak.update(plurals(words))
        return True

    def _short_series(self, name: str, counts: Mapping[str, int]) -> None:
        """Let one telling word before a word for an item name a series ("bond" for "James Bond")."""
        items = [w for w, senses in self.senses.items() if any(s.kind == "item" for s in senses) and len(w) == 1]
        owners: dict[str, set[str]] = defaultdict(set)
        for value in counts:
            for word in words_of(value):
                owners[word].add(value)
        for word, values in sorted(owners.items()):
            if len(values) == 1 and len(word) > 3 and word.isalpha() and (word,) not in self.senses and word not in COMMON:
                for item in items:
                    self._add((word, *item), Sense("value", name, next(iter(values))))

    def _number(self, number: Number) -> None:
        name = number.name
        for word in (number.label, name.replace("_", " ")):
            if words_of(word) not in self.senses:
                self._add(word, Sense("number", name))
        for words, direction in ((number.more, "more"), (number.less, "less")):
            for word in words:
                self._comparative(name, word, direction)
        for words, direction in ((number.more, "more"), (number.less, "less")):
            for word in words:
                self._bare(number, words_of(word), direction)
        for words, direction in ((number.much, "more"), (number.little, "less")):
            for word in words:
                self._adjective(name, word, direction)
        if number.is_scale and not number.more and not number.less:
            # A scale whose card gives no words still understands its own name ("more complex" for a scale called complex).
            self._comparative(name, f"more {name}", "more")
            self._comparative(name, f"less {name}", "less")
            self._add(name, Sense("adjective", name, "more"))

    def _comparative(self, name: str, word: str, direction: str) -> None:
        self._add(word, Sense("comparative", name, direction))
        self._add(_superlative(words_of(word)), Sense("superlative", name, direction))

    def _bare(self, number: Number, said: tuple[str, ...], direction: str) -> None:
        """Take "cheesy" from "less cheesy"."""
        if len(said) == 2 and said[0] in {"more", "less"} and said[1:] not in self.senses and said[1] not in number.little:
            self._add(said[1:], Sense("adjective", number.name, "more" if said[0] == direction else "less"))

    def _adjective(self, name: str, word: str, direction: str) -> None:
        """Add an adjective with the comparatives English makes of it, where the card does not give them another meaning."""
        self._add(word, Sense("adjective", name, direction))
        if len(words_of(word)) > 2:
            return
        for form in comparatives(word):
            if words_of(form) not in self.senses:
                self._comparative(name, form, direction)
        if words_of(f"less {word}") not in self.senses:
            self._comparative(name, f"less {word}", "less" if direction == "more" else "more")

    def at(self, words: tuple[str, ...], start: int) -> tuple[int, tuple[Sense, ...]]:
        """Return the longest phrase that begins at a word: how many words it takes and its senses; (0, ()) where there is none."""
        for length in range(min(self.longest, len(words) - start), 0, -1):
            senses = self.senses.get(words[start : start + length])
            if senses:
                return length, tuple(senses)
        joined = self._joined.get(words[start])
        if joined:
            return 1, tuple(self.senses[joined])
        return 0, ()

    def spelled(self, word: str) -> str | None:
        """Return the lexicon's word a mistyped one stands for, or None where it is known, short or like nothing."""
        return self._spelled(word) if len(word) >= 4 and word.isalpha() and word not in self._known else None

    def _spelled(self, word: str) -> str | None:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        limit = 1 if len(word) < 8 else 2
        firm, loose = self._fuzzy
        for words in (firm, loose if len(word) >= 6 else ()):
            found = process.extract(word, words, scorer=OSA.distance, score_cutoff=limit, limit=5)
            near = [f for f in found if f[0][0] == word[0]]
            if near:
                return min(near, key=lambda f: (f[1], f[0]))[0]
        return None

    def attribute(self, words: Iterable[str]) -> Sense | None:
        """Return the first sense among the words that names an attribute."""
        for word in words:
            for sense in self.senses.get((word,), ()):
                if sense.kind in {"facet", "number"}:
                    return sense
        return None


def plurals(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the phrase with its last word as it stands, in the plural and in the singular, as far as English regularly has them."""
    if not words or not words[-1].isalpha() or len(words[-1]) < 3:
        return (words,) if words else ()
    *head, last = words
    forms = [last]
    if last.endswith("y") and last[-2] not in "aeiou":
        forms.append(last[:-1] + "ies")
    elif last.endswith("ies") and len(last) > 4:
        forms.append(last[:-3] + "y")
    elif last.endswith(("s", "x", "ch", "sh")) and not last.endswith(("ss", "us", "is")):
        forms.extend([last[:-1]] if last.endswith("s") else [last + "es"])
    elif not last.endswith("s"):
        forms.append(last + "s")
    return tuple((*head, form) for form in dict.fromkeys(forms))


@lru_cache(maxsize=4096)
def comparatives(adjective: str) -> tuple[str, ...]:
    """Return the ways to say "more of it": "more tense", and "tenser" for short words."""
    forms = [f"more {adjective}"]
    if adjective.isalpha() and len(adjective) <= 6:
        if adjective.endswith("e"):
            forms.append(adjective + "r")
        elif adjective.endswith("y"):
            forms.append(adjective[:-1] + "ier")
        elif len(adjective) <= 4 and adjective[-1] not in "aeiouwy" and adjective[-2] in "aeiou" and adjective[-3] not in "aeiou":
            forms.append(adjective + adjective[-1] + "er")
        else:
            forms.append(adjective + "er")
    return tuple(forms)


def _superlative(words: tuple[str, ...]) -> tuple[str, ...]:
    if words and words[0] in {"more", "less"}:
        return ("most" if words[0] == "more" else "least", *words[1:])
    if words and words[0].endswith("er"):
        return (words[0][:-1] + "st", *words[1:])
    if words and words[0] in {"better"}:
        return ("best", *words[1:])
    return ()


_CACHE: dict[int, tuple[object, Lexicon]] = {}


def lexicon_of(base: KnowledgeBase) -> Lexicon:
    """Return the lexicon of a base, made once."""
    kept = _CACHE.get(id(base))
    if kept is not None and kept[0] is base:
        return kept[1]
    values: dict[str, dict[str, int]] = {}
    for facet in base.schema.facets:
        if facet.kind == "person":
            continue
        column = base.catalogue.facet(facet.name)
        values[facet.name] = {value: int(count) for value, count in zip(column.values, column.counts, strict=True)}
    lexicon = Lexicon(base.schema, values)
    _CACHE.clear()
    _CACHE[id(base)] = (base, lexicon)
    return lexicon
