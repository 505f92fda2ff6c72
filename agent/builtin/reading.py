"""An utterance with its marks: which tokens are names, values, adjectives, amounts; the ground every later step stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from agent.builtin.amounts import Amount, amounts
from agent.builtin.common import COMMON, FILLER
from agent.builtin.lexicon import Lexicon, Sense
from agent.builtin.text import Utterance, plain, words_of

if TYPE_CHECKING:
    from agent.builtin.sentiment import Said
    from knowledge.linker import Link

__all__ = ["Mark", "Reading"]

MarkKind = Literal["link", "value", "adjective", "comparative", "superlative", "attribute", "item", "used", "amount"]
_RANK: dict[str, int] = {"value": 0, "comparative": 1, "superlative": 1, "adjective": 2, "attribute": 4, "item": 5, "used": 5}

_LEADING = frozenset({"about", "featuring", "with", "involving", "has", "have", "without", "no"}) | {
    *("hate", "hates", "loathe", "despise", "detest", "dislike", "dislikes", "stand", "abide")
}

_ABOUT = frozenset({"about", "featuring", "involving"})

_FURTHER = frozenset({"another", "else", "more", "next", "other", "others"})
"""Words that ask for further items: alone and without a capital no title ("do you have others?")."""

# Everyday phrases whose words would otherwise be read as catalogue words.
_IDIOMS = (
    r"(?:big|huge|massive) (?:fan|time|fans)|(?:so|as) long as|for a long time|no longer|long time no see|how long|a long time ago|"
    r"(?:a )?small (?:request|question)|(?:some|any)?thing new to (?:me)|new (?:here|to this)|how old|years? old|old enough|"
    r"high time|quick question|real quick|(?:one|a) second|wait a (?:second|minute)|(?:in|with) mind|(?:kind|sort) of|cold beer|"
    r"(?:good|great|nice|cool|awesome|easy|perfect|lovely|neat)[ !]*|at the moment|right now|on the (?:big|"
    r"small) screen|take it easy|by the way|"
    r"(?:in |of )?(?:the )?same (?:spirit|vein|style|mould|mold|league|ballpark)|(?:last|the other) night|the other day|yesterday|"
    r"no (?:idea|clue|problem|worries|preference)|once upon|"
    r"(?:the |my |our )?(?:kids?|children|little ones?|baby|toddlers?|daughters?|sons?|boys|girls) (?:are |is |s )?"
    r"(?:all |now |finally |already |safely |both )*(?:in bed|asleep|sleeping|gone|away|out|tucked in|at (?:school|nursery))|"
    r"big deal|cool (?:beans|thanks)|for (?:a )?change|what else|once more|one more|"
    r"(?:i am|i) (?:so |really |feeling |a bit |quite )?(?:bored|tired|sad|happy|down|blue|lonely|cold|ill|sick)(?: of)?"
)


_JUDGED = (
    r"(?:i|we) (?:\w+ly |just |also |never |have |did not )*(?:loved|liked|enjoyed|adored|hated|watched|rewatched|saw|seen) $|"
    r"favou?rites?(?: ITEMS)? (?:is|are|was) $"
)
"""What stands before the title of one item, though a place or a theme has the same name ("I loved Brazil")."""
_NAMESAKE = 0.5
"""Weight beside a value of an item that is called just that."""

_ITEM_MEANT = (
    r"(?:like|likes|liked|love|loves|loved|hate|hated|seen|saw|watched|enjoyed|similar to|as|than|of|original|is|was|about|and|made|"
    r"directed|meets|between|in|wrote) (?:the )?$"
)
"""What stands before a title that is also an everyday word."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Tokens [start, end) with a meaning: a link, an amount, or senses of the lexicon (all of one kind, best first)."""

    start: int
    end: int
    kind: MarkKind
    senses: tuple[Sense, ...] = ()
    link: Link | None = None
    amount: Amount | None = None

    @property
    def name(self) -> str:
        """The attribute the first sense is about."""
        return self.senses[0].name if self.senses else ""

    @property
    def value(self) -> str:
        """The facet value, or the direction of an adjective or comparative."""
        return self.senses[0].value if self.senses else ""

    @property
    def facets(self) -> frozenset[str]:
        """Names of all attributes the senses are about."""
        return frozenset(s.name for s in self.senses)


class Reading:
    """Tokens and marks of one utterance."""

    def __init__(self, text: str, lexicon: Lexicon, links: Sequence[Link]) -> None:
        """Mark names first, then amounts, then words of the lexicon, the longest where two overlap."""
        self.utterance = Utterance(text)
        self.lexicon = lexicon
        self.schema = lexicon.schema
        size = len(self.utterance)
        self._owner: list[int | None] = [None] * size
        self.marks: list[Mark] = []
        self.typos: dict[str, str] = {}
        self._links = [link for link in links if link.kind in {"item", "person"}]
        found = amounts(self.utterance, self.schema)
        idle = {i for f in self.utterance.all(_IDIOMS) for i in range(f.start, f.end)}
        self.idle = frozenset(idle)
        for link in sorted(links, key=lambda k: (k.start - k.end, k.start)):
            self._link(link, found, idle)
        for amount in found:
            self._put(Mark(amount.start, amount.end, "amount", amount=amount))
        self._words(idle)
        self.marks.sort(key=lambda m: m.start)
        self._owner = [None] * size
        for at, mark in enumerate(self.marks):
            for i in range(mark.start, mark.end):
                self._owner[i] = at

    def _put(self, mark: Mark) -> bool:
        if mark.end <= mark.start or any(self._owner[i] is not None for i in range(mark.start, mark.end)):
            return False
        for i in range(mark.start, mark.end):
            self._owner[i] = len(self.marks)
        self.marks.append(mark)
        return True

    def _link(self, link: Link, found: Sequence[Amount], idle: set[int]) -> None:
        link = self._item_of(link)
        if link.kind not in {"item", "person"}:
            return
        start, end = self.utterance.span(link.start, link.end)
        words = self.utterance.words[start:end]
        if link.entity is None:
            # What the catalogue has a word for is no unknown name ("recommend a spectacular one").
            if end - start <= 4 and self.lexicon.at(words, 0)[0] < len(words) and not all(w in COMMON or not w[0].isalpha() for w in words):
                self._put(Mark(start, end, "link", link=link))
            return
        if any(a.start <= start and a.end >= end and a.end - a.start > end - start for a in found):
            return
        written = self.utterance.text[link.start : link.end]
        if end - start > 1 and idle.issuperset(range(start, end)) and (written == written.lower() or link.start == 0):
            # "Big fan of Alien": the first two words are no title.
            return
        if link.kind == "item" and self._theme(words, start, written):
            return
        if _FURTHER.issuperset(words) and written.islower():
            return
        if self._plain_word(words, link) or (link.kind == "person" and self._slip(words, link)):
            return
        self._put(Mark(start, end, "link", link=link))

    def _item_of(self, link: Link) -> Link:
        """Return the item a name stands for where one is meant: as an example ("Alien meets Home Alone"), or as what was seen."""
        seen = self._namesake(link)
        if seen is not None:
            return replace(link, entity=seen, kind="item", near=())
        series = link.entity is not None and link.kind in {f.name for f in self.schema.facets if f.kind == "series"}
        if not series:
            return link
        before = plain(self.utterance.text[max(link.start - 24, 0) : link.start])
        after = plain(self.utterance.text[link.end : link.end + 24])
        example = re.search(
            r"(?:like|similar to|meets|between|of|and|vibe as|love|loved|liked|like the|hated|seen|watched) (?:the )?$", before
        ) or re.match(r" (?:meets|vibes?|style|but|and|crossed)\b", after)
        whole = re.match(r" (?:series|franchise|saga|trilogy|collection|universe|ones)\b", after)
        item = next((name for name, _ in link.near if name.startswith("item:")), None)
        return replace(link, entity=item, kind="item", near=()) if item is not None and example and not whole else link

    def _namesake(self, link: Link) -> str | None:
        """Return the item called what a value is called, where it was judged or seen and written as a name ("I loved Brazil")."""
        text = self.utterance.text
        if link.entity is None or link.kind in {"item", "person"} or not text[link.start].isupper():
            return None
        before = plain(text[max(link.start - 32, 0) : link.start])
        if not re.search(_JUDGED.replace("ITEMS", self.items), before) or re.match(r" ?\w", text[link.end : link.end + 2]):
            return None
        return next((name for name, weight in link.near if name.startswith("item:") and weight >= _NAMESAKE), None)

    def _plain_word(self, words: tuple[str, ...], link: Link) -> bool:
        """True where the words are a word of the lexicon rather than the name ("musical", "the one", "funny")."""
        length, senses = self.lexicon.at(words, 0)
        if length == len(words) and link.kind == "item" and self._occasion(senses, link):
            return True
        if (
            length != len(words)
            or not senses
            or all(s.kind == "value" and self.schema.facet(s.name).kind in {"series", "tag"} for s in senses)
        ):
            return False
        written = self.utterance.text[link.start : link.end]
        return link.kind == "item" and (written == written.lower() or link.start == 0)

    def _theme(self, words: tuple[str, ...], start: int, written: str) -> bool:
        """True where a title is also a theme, and something about it is asked for ("a comedy about aliens"; not "tell me about Aliens")."""
        length, senses = self.lexicon.at(words, 0)
        # "Anything with robots?" is after robots, whether or not the catalogue has a word for them.
        plain_noun = len(words) == 1 and written == written.lower() and (_english(words[0]) or _english(words[0].removesuffix("s")))
        holding = re.search(r"(?:^| )(?P<what>\S+) (?:about|with|involving|featuring) (?:an? |the )?$", self._before(start))
        if plain_noun and holding is not None and self._kind(holding.group("what")):
            return True
        if length != len(words) or not any(s.kind == "value" and self.schema.facet(s.name).kind == "tag" for s in senses):
            return False
        listed = r"(?:(?:\w+ ){1,3}(?:and|or|,) )?" if written == written.lower() else ""
        thing = rf"(?:{self.items}|something|anything|ones?|story|stories)"
        return bool(re.search(rf"(?:^| ){thing} about (?:an? |the )?{listed}$", self._before(start)))

    def _kind(self, word: str) -> bool:
        """True for a word that stands for items: "game", "something", "comedy"."""
        senses = self.lexicon.at((word,), 0)[1]
        return bool(re.fullmatch(rf"{self.items}|something|anything|stuff|ones?", word)) or any(s.kind == "value" for s in senses)

    def _before(self, start: int) -> str:
        """Return the words of the sentence before a token, with a space after each."""
        return "".join(f"{w} " for w in self.utterance.words[:start])

    def _occasion(self, senses: Sequence[Sense], link: Link) -> bool:
        """True where a title is also a value of a small vocabulary, and nothing says that the item is meant ("halloween is coming")."""
        if not any(s.kind == "value" and s.exact and self.schema.facet(s.name).kind == "tag" and self._few(s.name) for s in senses):
            return False
        before = plain(self.utterance.text[max(link.start - 24, 0) : link.start])
        after = plain(self.utterance.text[link.end : link.end + 12])
        meant = re.search(_ITEM_MEANT, before) or re.match(r" ?(?:\(|\d{4}|meets|vibes?|but|and\b)", after)
        return not meant and len(self.utterance) > len(words_of(link.text))

    def _slip(self, words: tuple[str, ...], link: Link) -> bool:
        """True where an everyday word was taken for a misspelt surname ("compare")."""
        assert link.entity is not None
        own = words_of(link.entity.partition(":")[2])
        return len(words_of(link.text)) == 1 and link.text == link.text.lower() and words[0] not in own and _english(words[0])

    def _words(self, idle: set[int]) -> None:
        words = list(self.utterance.words)
        for i, word in enumerate(words):
            if self._owner[i] is None and word[0].isalpha() and not _english(word):
                better = self.lexicon.spelled(word)
                if better:
                    self.typos[word] = better
                    words[i] = better
        fixed = tuple(w if self._owner[i] is None else "\0" for i, w in enumerate(words))
        i = 0
        while i < len(fixed):
            length, senses = self.lexicon.at(fixed, i) if self._owner[i] is None else (0, ())
            if not length or (i in idle and i + length - 1 in idle):
                i += 1
                continue
            if length == 1 and fixed[i] in FILLER and not self.utterance.tokens[i].raw.isupper():
                # "us" is no country; "US" is.
                senses = tuple(s for s in senses if s.kind != "value")
            mark = self._sense(i, i + length, senses) if senses else None
            if mark is not None:
                self._put(self._alongside(mark))
            i += length

    def _alongside(self, mark: Mark) -> Mark:
        """Read a value in the facet of the one it is listed with ("in French or Italian")."""
        at = mark.start - 1
        while at > 0 and self.utterance.words[at] in {"or", "and", ",", "/", "nor"}:
            at -= 1
        before = next((m for m in self.marks if m.start <= at < m.end), None)
        if mark.kind != "value" or before is None or before.kind != "value" or at == mark.start - 1 or before.name == mark.name:
            return mark
        shared = tuple(s for s in mark.senses if s.kind == "value" and s.name == before.name)
        return replace(mark, senses=shared) if shared else mark

    def _sense(self, start: int, end: int, senses: tuple[Sense, ...]) -> Mark | None:
        """Choose between the senses of a phrase: the attribute named beside it, then what is exact and soft, then card order."""
        values = [s for s in senses if s.kind == "value"]
        said = self.utterance.words[start:end]
        if (said in self.lexicon.weak and not self._led(start)) or (said in self.lexicon.rare and not self._led(start, _ABOUT)):
            values = [s for s in values if len(self.lexicon.values.get(s.name, ())) <= 200]
            senses = (*values, *(s for s in senses if s.kind != "value"))
            if not senses:
                return None
        if set(self.utterance.words[max(start - 1, 0) : start]) & {"my", "our"} and all(self._open(s) for s in senses):
            # "my grandmother" says who it is for, not what it is about.
            return None
        named = [s for s in values if self._cued(s.name, start, end)]
        if named:
            return Mark(start, end, "value", tuple(named))
        if values and any(self.schema.facet(s.name).kind == "tag" and s.exact and self._few(s.name) for s in values):
            values = [s for s in values if self.schema.facet(s.name).kind == "tag" and s.exact and self._few(s.name)]
            return Mark(start, end, "value", (*values,))
        for kind in ("comparative", "superlative"):
            graded = tuple(s for s in senses if s.kind == kind)
            if graded:
                return Mark(start, end, kind, graded)
        adjectives = tuple(s for s in senses if s.kind == "adjective")
        hard = [s for s in values if self.schema.facet(s.name).kind != "tag"]
        if adjectives and not any(s.exact for s in hard):
            return Mark(start, end, "adjective", adjectives)
        if values:
            best = (hard or values)[0].name
            return Mark(start, end, "value", tuple(s for s in values if s.name == best) + tuple(s for s in values if s.name != best))
        for kind in ("facet", "number"):
            if any(s.kind == kind for s in senses):
                return Mark(start, end, "attribute", tuple(s for s in senses if s.kind in {"facet", "number"}))
        return Mark(start, end, "used" if senses[0].kind == "used" else "item", senses[:1]) if senses else None

    def _led(self, start: int, leading: frozenset[str] = _LEADING) -> bool:
        """True where a word of content or of loathing stands before ("about a dog", "with robots", "I hate clowns")."""
        before = [w for w in self.utterance.words[max(start - 3, 0) : start] if w not in {"a", "an", "the", "some", "big", "talking"}]
        listed = self._owner[start - 2] if start > 1 and self.utterance.words[start - 1] in {"and", "or", ",", "&"} else None
        if listed is not None and self.marks[listed].kind == "value":
            return self._led(self.marks[listed].start, leading)
        return bool(before) and before[-1] in leading

    def _open(self, sense: Sense) -> bool:
        return sense.kind == "value" and self.schema.facet(sense.name).kind == "tag" and not self._few(sense.name)

    def _few(self, facet: str) -> bool:
        return len(self.lexicon.values.get(facet, ())) <= 200

    def _cued(self, facet: str, start: int, end: int) -> bool:
        """True where a word naming the facet stands right beside: "in French", "French language"."""
        before, after = self.utterance.words[start - 1 : start], self.utterance.words[end : end + 1]
        article = before and before[0] in {"a", "an", "the", "some"}
        if article:
            before = self.utterance.words[max(start - 2, 0) : start - 1]
        for words in (before, after):
            senses = self.lexicon.senses.get(words, ()) if words else ()
            if any(s.kind == "facet" and s.name == facet for s in senses) and not (words is after and len(words[0]) <= 4) and not article:
                return True
        return False

    @cached_property
    def untitled(self) -> Reading:
        """The same reading with the words of every title of several words hidden, since they ask for nothing ("Where Art Thou")."""
        twin = copy(self)
        twin.utterance = self.utterance.hiding(i for m, _ in self.titles if m.end - m.start > 1 for i in range(m.start, m.end))
        return twin

    @property
    def titles(self) -> list[tuple[Mark, str]]:
        """The marks of the known items named, left to right, with the entity of each."""
        return [(m, m.link.entity) for m in self.of("link") if m.link is not None and m.link.kind == "item" and m.link.entity]

    def titled_number(self, start: int, end: int) -> bool:
        """True where a number of tokens [start, end) stands in a title: it is nobody's age ("The 40-Year-Old Virgin")."""
        spans = [(m.start, m.end) for m, _ in self.titles]
        return any(self.utterance.words[at].isdigit() and any(a <= at < b for a, b in spans) for at in range(start, end))

    def part(self, start: int, end: int) -> Reading:
        """Return tokens [start, end) as a reading of their own; what is said of its names was read from the whole."""
        twin = copy(self)
        twin.__dict__.pop("untitled", None)
        twin.__dict__["said"] = self.said
        twin.utterance = self.utterance.part(start, end)
        twin.marks = [replace(m, start=m.start - start, end=m.end - start) for m in self.marks if start <= m.start and m.end <= end]
        twin._owner = [None] * (end - start)
        for at, mark in enumerate(twin.marks):
            for i in range(mark.start, mark.end):
                twin._owner[i] = at
        return twin

    @cached_property
    def said(self) -> Mapping[Link, Said]:
        """What the clauses around each name say of it."""
        from agent.builtin.sentiment import stances

        return dict(zip(self._links, stances(self.utterance.text, self._links, self.schema.item), strict=True))

    def of(self, *kinds: str) -> Iterator[Mark]:
        """Yield the marks of those kinds, left to right."""
        return (m for m in self.marks if m.kind in kinds)

    def at(self, token: int) -> Mark | None:
        """Return the mark over a token, or None."""
        owner = self._owner[token] if 0 <= token < len(self._owner) else None
        return self.marks[owner] if owner is not None else None

    def words(self, mark: Mark) -> str:
        """Return a mark's own words as they were written."""
        return self.utterance.raw(mark.start, mark.end)

    @cached_property
    def items(self) -> str:
        """A pattern of the words for an item."""
        item = self.schema.item
        words = {" ".join(words_of(w)) for w in (item.singular, item.plural, *item.also)}
        return "(?:" + "|".join(sorted(words, key=lambda w: (-len(w), w))) + ")"

    @cached_property
    def used(self) -> str:
        """A pattern of the past forms that mean one already had an item."""
        return "(?:" + "|".join(sorted({plain(w) for w in (*self.schema.item.used, "had", "done")})) + ")"

    @cached_property
    def use(self) -> str:
        """What one does with an item."""
        return plain(self.schema.item.use)


def _english(word: str) -> bool:
    from knowledge.linker.common import is_common

    return word in COMMON or is_common(word)
