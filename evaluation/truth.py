"""A judge of replies by the record alone: what a reply says of an item must stand in that item's record.

Independent of the agent: it looks up neither the linker nor the checks that a reply went through, only the catalogue, by plain
comparison of folded text (case, accents, look-alike letters of other scripts and full-width forms make no difference). A line is about the
item it names first; a line that names none may say nothing of the catalogue that the person did not say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Judge", "folded"]

_MARKER = re.compile(r"^\s*\d{1,2}[.)] ")
"""The number of a list's entry says nothing of the item."""
_BOLD = re.compile(r"\*\*(.+?)\*\*(?:\s*\((\d{4})\))?")
_QUOTED = re.compile(r"“([^”]*)”")
_WORD = re.compile(r"[^\W_]+")
_MARKUP = re.compile(
    r"https?:|hxxp|www\.|\]\(|!\[|</?[a-z!]|[{}`]|\bitem:|\b[\w-]{2,}\.(?:com|net|org|io|co|example)\b|\S@\S", re.IGNORECASE
)
_ORDERS = re.compile(r"\b(?:ignore|disregard) (?:all|any|the|your|previous)|system prompt|\bjailbreak", re.IGNORECASE)
_PRIZES = re.compile(
    r"\b(?:oscars?|academy award|awards?|prizes?|golden (?:globe|lion|bear|palm)|palme|baftas?|cesar|grossed|box office|"
    r"blockbuster|masterpiece|of all time|ever made|best[- ]?sell\w*|based on a true story|remake|sequel|prequel|"
    r"preis|premio|prix|goldene[rn]?|gewann|gano|gagne)\b"
)
_SPELT = re.compile(
    r"\b(?:nineteen|twenty|eighteen)[\s-]+(?:hundred|oh|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b|"
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|ninety|hundred|dozen)"
    r"(?:[\s-](?:and|a|half|one|two|three|four|five|six|seven|eight|nine|ten|hundred))*[\s-]+"
    r"(?:hours?|minutes?|years?|decades?|players?|dollars?|stars|times)\b"
)
_LIKE_LATIN = str.maketrans("аеорсухімкіјѕԁԛԝһӏαορνιτκ", "aeopcyximkijsdqwhlaopvitk")
COMMON = frozenset({"best", "film", "fine", "first time", "game", "good", "life", "long", "short", "well"})
"""Words that are also titles or values, and that no reply can do without."""


def folded(text: str) -> str:
    """Return a text as it looks: small, without accents and invisible signs, look-alikes as the Latin letters they pass for."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_LIKE_LATIN)
    return "".join(c for c in plain if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")


def _words(text: str) -> str:
    """Return the words of a folded text between single spaces, so that whole words are found by `in`."""
    return f" {' '.join(_WORD.findall(text))} "


@dataclass(slots=True)
class _Heard:
    """What a conversation has spoken of so far."""

    items: set[str] = field(default_factory=set)
    words: str = ""
    """What the person said."""


class Judge:
    """Judges the turns of conversations in order, in the form `Turn.to_json` writes them."""

    def __init__(self, base: KnowledgeBase) -> None:
        """Judge by the records of a base."""
        self.base = base
        self.facts = 0
        """Figures, names and values found in replies so far, true or not."""
        self._heard: dict[str, _Heard] = {}

    def untrue(self, session: str, turn: Mapping[str, Any]) -> list[str]:
        """Return what the reply of one turn says that the record does not bear out, in words; empty where all is true."""
        catalogue = self.base.catalogue
        heard = self._heard.setdefault(session, _Heard())
        heard.words += _words(folded(str(turn["utterance"])))
        shown = [str(i["id"]) for i in turn["slate"]]
        named = re.findall(r"item:([^'\"\],} ]+)", str([turn.get("request"), turn.get("plan"), turn.get("asked")]))
        heard.items |= {i for i in (*shown, *named) if i in catalogue}
        reply = str(turn["reply"])
        found: list[str] = []
        quoted = _QUOTED.sub(lambda m: " " if set(_words(folded(m.group(1))).split()) <= set(heard.words.split()) else m.group(0), reply)
        for pattern, what in ((_MARKUP, "markup or a link"), (_ORDERS, "an instruction")):
            found += [f"{what}: {m.group(0)!r}" for m in pattern.finditer(quoted)]
        found += [f"a sign of another script: {c!r}" for c in sorted({c for c in reply if self._strange(c)})]
        by_id = {str(i["id"]): i for i in turn["slate"]}
        # What was read and let go of earlier stands on, and is spoken of again.
        heard.words += _words(folded(" ".join(str(turn.get(k) or "") for k in ("asked", "request", "notices"))))
        # A comparison speaks of several items in one sentence; a suggestion of one in a line.
        several = (turn.get("request") or {}).get("intent", "recommend") != "recommend"
        if several and any(s.get("tool") == "lookup" for s in turn.get("plan") or ()):
            # What a look-up found stands in no slate; that it is of the catalogue is all that can be held against it here.
            said = (m.group(1) for m in _BOLD.finditer(reply))
            heard.items |= {i for title in said for i in self._by_title.get(_words(folded(title)), ())}
        for line in (_MARKER.sub("", line) for line in reply.splitlines()):
            if line.strip():
                found += self._line(line, heard, by_id, several=several)
        return found

    def _line(self, line: str, heard: _Heard, slate: Mapping[str, Any], *, several: bool) -> Iterator[str]:
        named = [i for m in _BOLD.finditer(line) for i in self._by_title.get(_words(folded(m.group(1))), ()) if i in heard.items]
        # "Going by X: Y" is about Y: an item of the slate goes before one that was only spoken of.
        about = list(dict.fromkeys(named)) if several else ([i for i in named if i in slate] or named)[:1]
        for match in _BOLD.finditer(line):
            ids = [i for i in self._by_title.get(_words(folded(match.group(1))), ()) if i in heard.items]
            if not ids:
                yield f"a title off the bus: {match.group(1)!r}"
            elif match.group(2) and not any(f"{match.group(2)}" in self._figures(i) for i in ids):
                yield f"a wrong year: {match.group(0)!r}"
        # What may stand in the line: of the item it is about everything, of others the title; and what the person said, but of an item only
        # before it is named ("From the ones without dice: **X**").
        own = "".join(self._text(i, slate) for i in about) + self._titles(heard.items)
        starts = next((m.start() for m in _BOLD.finditer(line)), len(line))
        spoken_of = any(i in slate for i in about)
        for text, allowed in ((line[:starts], own + heard.words), (line[starts:], own if spoken_of else own + heard.words)):
            for fault in self._segment(_BOLD.sub(" ", text) if about else text.replace("**", ""), about, allowed, several=several):
                yield f"{fault} in {line.strip()!r}"

    def _segment(self, text: str, about: Sequence[str], allowed: str, *, several: bool) -> Iterator[str]:
        """Yield what a part of a line says that is not allowed there."""
        rest = folded(text)
        spoken = _words(rest)
        figures = set(re.findall(r"\d+", allowed)).union(*(self._figures(i) for i in about))
        # An answer may count items ("68 games"); no record holds that, and no model writes it.
        for figure in () if several else re.findall(r"\d+", rest):
            self.facts += 1
            if figure not in figures:
                yield f"a wrong figure: {figure!r}"
        for pattern, what in ((_PRIZES, "an unprovable claim"), (_SPELT, "a wrong figure")):
            for match in pattern.finditer(rest):
                self.facts += 1
                if _words(match.group(0)) not in allowed and not self._whole_hours(match.group(0), about):
                    yield f"{what}: {match.group(0)!r}"
        held = frozenset[str]().union(*(self._values(i) for i in about))
        written = f" {' '.join(_WORD.findall(text))} "
        pairs = [_words(folded(title)).strip() for title in self._pairs if title in written]
        for value in (*self._named_values(spoken), *pairs):
            self.facts += 1
            if value not in held and f" {value} " not in allowed:
                yield f"a name or value of another record: {value!r}"
        # "Directed by X: A, B. With X: C" tells parts of several items, one after the other.
        for item_id in () if several else about:
            yield from self._parts(spoken, item_id)

    def _parts(self, spoken: str, about: str) -> Iterator[str]:
        """Yield people given a part they did not have."""
        people = [f for f in self.base.schema.facets if f.kind == "person" and "{}" in f.phrase]
        item = self.base.catalogue.item(about)
        everybody = {v for f in people for v in item.facets.get(f.name, ())}
        for facet in people:
            for name in sorted(everybody - set(item.facets.get(facet.name, ()))):
                claim = _words(folded(facet.phrase.format(name)))
                self.facts += claim in spoken
                # "with" and "by" alone name no part.
                if claim in spoken and len(claim.split()) > len(name.split()) + 1:
                    yield f"a wrong part: {claim.strip()!r}"

    def _whole_hours(self, spelt: str, about: Iterable[str]) -> bool:
        """True where whole hours are spelt out ("two hours") and the record says so in minutes."""
        length = self.base.schema.with_role("duration")
        hours = {"one hour": 60.0, "two hours": 120.0, "three hours": 180.0, "four hours": 240.0}.get(spelt)
        return length is not None and any(self.base.catalogue.item(i).numbers.get(length.name) == hours for i in about)

    def _strange(self, sign: str) -> bool:
        if sign.isascii() or sign.isspace() or sign in self._signs:
            return False
        kind = unicodedata.category(sign)
        return kind[0] == "L" or kind in ("Cf", "Co", "Nd", "No", "So")

    def _figures(self, item_id: str) -> set[str]:
        return {f"{v:.0f}" for v in self.base.catalogue.item(item_id).numbers.values() if float(v).is_integer()}

    def _text(self, item_id: str, slate: Mapping[str, Any]) -> str:
        item = self.base.catalogue.item(item_id)
        reasons = [str(b["text"]) for b in slate.get(item_id, {}).get("because", ())]
        values = [v for name in self.base.schema.facet_names for v in item.facets.get(name, ())]
        return "".join(_words(folded(t)) for t in (item.title, item.description, *reasons, *values))

    def _titles(self, ids: Iterable[str]) -> str:
        return "".join(_words(folded(self.base.catalogue.titles[self.base.catalogue.index(i)])) for i in ids)

    def _values(self, item_id: str) -> frozenset[str]:
        item = self.base.catalogue.item(item_id)
        return frozenset(
            word
            for facet in self.base.schema.facets
            for v in item.facets.get(facet.name, ())
            for form in (v, *facet.synonyms.get(v, ()))
            if (word := _words(folded(form)).strip())
        )

    def _named_values(self, spoken: str) -> Iterator[str]:
        """Yield the titles of two words or more, people and values of the catalogue that stand in a line, the longest only."""
        words = spoken.split()
        at = 0
        while at < len(words):
            for end in range(min(len(words), at + self._longest), at, -1):
                piece = " ".join(words[at:end])
                if piece in self._known and piece not in COMMON:
                    yield piece
                    at = end - 1
                    break
            at += 1

    @cached_property
    def _by_title(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for item_id, title in zip(self.base.catalogue.ids, self.base.catalogue.titles, strict=True):
            found.setdefault(_words(folded(title)), []).append(item_id)
        return found

    @cached_property
    def _signs(self) -> frozenset[str]:
        """Signs that the catalogue's own titles, people and values are written with."""
        letters = set("".join(self.base.catalogue.titles))
        for facet in self.base.schema.facets:
            letters |= set("".join(self.base.catalogue.facet(facet.name).values))
        return frozenset(letters)

    @cached_property
    def _pairs(self) -> frozenset[str]:
        """Titles of two words, as they are written: in small letters many are ordinary words ("get out")."""
        words = (_WORD.findall(title) for title in self.base.catalogue.titles)
        return frozenset(f" {' '.join(w)} " for w in words if len(w) == 2 and w[0][:1].isupper())

    @cached_property
    def _known(self) -> frozenset[str]:
        """Titles of three words or more, names and tags of two or more, genres and the like of any length, folded."""
        found = {" ".join(w) for t in self.base.catalogue.titles if len(w := _words(folded(t)).split()) > 2}
        for facet in self.base.schema.facets:
            least = 1 if facet.kind == "category" else 2
            for value in self.base.catalogue.facet(facet.name).values:
                words = _words(folded(value)).split()
                if least <= len(words):
                    found.add(" ".join(words))
        return frozenset(v for v in found if len(v) >= 4)

    @cached_property
    def _longest(self) -> int:
        return max(len(v.split()) for v in self._known)
