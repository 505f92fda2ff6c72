"""Grounding: nothing is said that the catalogue does not bear out.

A reply is verified sentence by sentence before it is shown. Titles stand between double asterisks; whatever stands there must be an
item of this turn (on the slate, in an answer, or named by the person), and a year beside it must be its year. Of what another
brain wrote, plain names of items and people and every year are checked as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from agent.brain import Outcome, Situation
from knowledge.entities import facet_kind, split_entity

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Ground", "sentences"]

_BOLD = re.compile(r"\*\*(.+?)\*\*(?:\s*\((\d{4})\))?")
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_QUOTED = re.compile(r"“[^”]*”")
_END = re.compile(r"(?<=[.!?:])[\"”’)]*\s+(?=[\"“(*A-Z0-9-])|\n+")
SURE = 0.85
"""Least score of the linker at which a plain name counts as named."""


def sentences(text: str) -> list[str]:
    """Split a text into sentences and lines, white space kept at their ends; the last may be unfinished. Never inside a title."""
    pieces, start = [], 0
    for match in _END.finditer(text):
        if text.count("**", 0, match.start()) % 2 == 0:
            pieces.append(text[start : match.end()])
            start = match.end()
    return [*pieces, text[start:]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a reply of this turn may speak of."""

    base: KnowledgeBase
    items: frozenset[str]
    """Ids that may be named."""
    names: frozenset[str]
    """Entity names said by the person, or proof of a reason."""
    years: frozenset[int]
    strict: bool = False
    """Check plain names and years too, not only marked titles."""

    @classmethod
    def of(cls, situation: Situation, outcome: Outcome, *, strict: bool = False) -> Ground:
        """Return the ground of a turn: slate, facts, mentions with their near misses, what was shown or is remembered."""
        request = outcome.request
        names: set[str] = set(situation.focus)
        names |= {e for m in request.mentions for e in (m.entity, *m.near) if e}
        names |= {
            *request.refers_to,
            *request.prefer,
            *(c.of for c in request.critiques if c.of),
            *(e.entity for e in request.edits if e.entity),
        }
        names |= set(situation.topic.get("examples", ()))
        names |= {i for item in outcome.slate for b in item.because for i in b.ids}
        names |= {str(e["entity"]) for e in outcome.learnt}
        if situation.profile is not None:
            names |= {e.entity for e in situation.profile.entries}
        for exchange in situation.exchanges:
            names |= {m["entity"] for m in exchange.request.get("mentions", ()) if m.get("entity")}
        ids = {i.id for i in outcome.slate} | set(situation.shown) | {i for e in situation.exchanges for i in e.slate}
        for fact in outcome.facts:
            ids |= set(_ids(fact))
            names |= set(_names(fact))
        ids |= {split_entity(n)[1] for n in names if n.startswith("item:")}
        catalogue = situation.base.catalogue
        known = frozenset(i for i in ids if i in catalogue)
        years = {int(y) for text in (situation.utterance, str(situation.constraints), str(outcome.facts)) for y in _YEAR.findall(text)}
        number = catalogue.schema.with_role("year")
        if number is not None:
            column = catalogue.number(number.name)
            years |= {int(v) for i in known if (v := float(column[catalogue.index(i)])) == v}
        return cls(base=situation.base, items=known, names=frozenset(names), years=frozenset(years), strict=strict)

    def wrong(self, sentence: str) -> str:
        """Return what is not borne out, in words, or an empty string where all is."""
        catalogue = self.base.catalogue
        number = catalogue.schema.with_role("year")
        titles: dict[str, list[str]] = {}
        for item_id in self.items:
            titles.setdefault(_plain(catalogue.titles[catalogue.index(item_id)]), []).append(item_id)
        for title, year in _BOLD.findall(sentence):
            ids = titles.get(_plain(title))
            if ids is None:
                return f"{title!r} is not among the {catalogue.schema.item.plural} of this answer"
            if year and number is not None:
                column = catalogue.number(number.name)
                if all(float(column[catalogue.index(i)]) != float(year) for i in ids):
                    return f"{title!r} is not from {year}"
        return self._plain_names(sentence) if self.strict else ""

    def _plain_names(self, sentence: str) -> str:
        text = _QUOTED.sub(" ", _BOLD.sub(" ", sentence))
        for year in _YEAR.findall(text):
            if int(year) not in self.years:
                return f"nothing here is from {year}"
        allowed = self._values()
        titles = {_plain(self.base.catalogue.titles[self.base.catalogue.index(i)]) for i in self.items}
        for link in self.base.linker.link(text):
            if link.entity is None or link.score < SURE or link.entity in allowed:
                continue
            kind, value = split_entity(link.entity)
            if kind == "item" and link.text[:1].isupper() and _plain(link.text) not in titles and value not in self.items:
                return f"{link.text!r} is not among the {self.base.schema.item.plural} of this answer"
            if kind == "person":
                return f"{value} has no part in the {self.base.schema.item.plural} of this answer"
        return ""

    def _values(self) -> set[str]:
        """Return the entity names of everything the records of the allowed items hold, and what the person named."""
        found = set(self.names)
        catalogue = self.base.catalogue
        for item_id in self.items:
            index = catalogue.index(item_id)
            for facet in catalogue.schema.facets:
                found |= {f"{facet_kind(facet)}:{v}" for v in catalogue.facet(facet.name).of(index)}
        return found


@lru_cache(maxsize=4_096)
def _plain(title: str) -> str:
    return "".join(c for c in title.casefold() if c.isalnum())


def _ids(fact: Mapping[str, Any]) -> Iterable[str]:
    """Yield every item id a fact holds, at any depth."""
    for key, value in fact.items():
        if key in ("id", "item", "best", "most", "least") and isinstance(value, str):
            yield value.removeprefix("item:")
        elif isinstance(value, Mapping):
            yield from (str(k) for k in value)
            yield from _ids(value)
        elif isinstance(value, list | tuple):
            for part in value:
                if isinstance(part, str):
                    yield part.removeprefix("item:")
                elif isinstance(part, Mapping):
                    yield from _ids(part)


def _names(fact: Mapping[str, Any]) -> Iterable[str]:
    for value in fact.values():
        if isinstance(value, str) and ":" in value:
            yield value
        elif isinstance(value, Mapping):
            yield from _names(value)
        elif isinstance(value, list | tuple):
            for part in value:
                if isinstance(part, str) and ":" in part:
                    yield part
                elif isinstance(part, Mapping):
                    yield from _names(part)
