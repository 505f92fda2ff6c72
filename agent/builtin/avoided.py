"""What is to be kept out in words no attribute covers: "nothing with guns", "not for kids", "nothing where the dog dies"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from agent.builtin.common import FILLER
from agent.builtin.reading import Reading
from knowledge.predicates import from_json

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["avoided", "for_adults", "for_children", "kept_out"]

_OPENERS = (
    r"(?:(?:nothing|no|without|avoid|avoiding|minus|sans|excluding|not anything|(?:scared|afraid|terrified|frightened) of)"
    r"(?: (?:any|anything|something|stuff|{items}))?(?: (?:with|about|involving|featuring|containing|for|where|in which|that has|"
    r"that have|full of|to do with))?|not (?:for|about|with|where|one (?:with|about|for|where)))"
)
_CLAUSE = ("where", "in which")
_ENDS = frozenset({".", "!", "?", ";", "but", "though", "although", "please", "because", "since", "as", "unless", "(", ")", ":"})
_LISTS = frozenset({"or", "and", ",", "nor", "/"})
_LONGEST = 3
_CLAUSE_WORDS = 8
_DULL = frozenset(
    """
    idea ideas clue problem problems worries preference preferences rush hurry pressure reason limit limits stress luck chance wonder
    doubt offence offense judgement judgment longer need thanks comment time money brainer matter spoilers opinion difference particular
    specific special restrictions constraints requirements budget plans worry point sense trouble answer use fun good way end kidding
    bits bit scenes scene parts part moments moment stuff content elements
    joke questions question objection objections exceptions exception harm shame rules
    """.split()  # noqa: SIM905  a list of quoted words reads worse
)
"""What "no" stands before without ruling anything out."""


def avoided(reading: Reading, taken: set[int]) -> Iterator[tuple[str, int, int]]:
    """Yield the phrases to keep out, each with its tokens [start, end). What is a mark already is ruled out by its own step."""
    if reading.utterance.whole(r"(?:(?:but|and|just|maybe|,) )*not \w+"):
        # "But not slapstick", with nothing else said.
        at = reading.utterance.words.index("not") + 1
        yield from _listed(reading, at, taken)
        return
    for f in reading.utterance.all(_OPENERS.format(items=reading.items)):
        if f.match.group(0).endswith(_CLAUSE):
            yield from _clause(reading, f.end)
        else:
            yield from _listed(reading, f.end, taken)


_ADULTS = (
    r"(?:for|made for|meant for|aimed at) (?:us |the |just |only )?(?:grown ?-?ups?|adults?|mature (?:audiences?|viewers?|people|players?))"
)
_CHILDREN = (("kids",), ("for", "kids"), ("children",), ("with", "kids"), ("family",))


def for_adults(reading: Reading) -> tuple[dict[str, Any], int, int] | None:
    """Return the condition "for grown-ups" makes, with its tokens: none of the values that words for children stand for."""
    found = reading.utterance.first(_ADULTS)
    senses = [s for words in _CHILDREN for s in reading.lexicon.senses.get(words, ()) if s.kind == "value"]
    facets = {s.name: sorted({o.value for o in senses if o.name == s.name}) for s in senses}
    if found is None or not facets:
        return None
    parts = [{"facet": name, "has": values} for name, values in facets.items() if reading.schema.facet(name).kind != "series"]
    return {"not": {"any": parts}}, found.start, found.end


_AGED = (
    r"(?:for )?(?:my |a |an |our |the |two |2 )*(?P<n>\d\d?) (?:and (?P<m>\d\d?) )?(?:years? olds?|yrs? olds?|yos?)|"
    r"(?:kids?|child|children|sons?|daughters?|boys?|girls?)(?: (?:aged|who|is|are|she|he|of|age|just|turning|turned|turns|"
    r",))+ (?P<o>\d\d?)"
    r"(?! (?:minutes?|hours?|times?))(?: (?:and|to|,) (?P<p>\d\d?))?"
)
CHILD = 12
"""Years up to which somebody is a child here."""


def for_children(reading: Reading) -> tuple[dict[str, Any], int, int] | None:
    """Return the condition a child's age makes where the catalogue knows no ages but has values for children, with its tokens."""
    found = reading.utterance.first(_AGED)
    senses = [s for words in _CHILDREN for s in reading.lexicon.senses.get(words, ()) if s.kind == "value"]
    senses = [s for s in senses if reading.schema.facet(s.name).kind == "category"]
    if (
        found is None
        or reading.titled_number(found.start, found.end)
        or not senses
        or any(f.kind == "ordinal" for f in reading.schema.facets)
    ):
        return None
    ages = [int(found.group(g)) for g in ("n", "m", "o", "p") if found.group(g)]
    if min(ages) > CHILD:
        return None
    name = senses[0].name
    values = sorted({s.value for s in senses if s.name == name and not (len(senses) > 1 and s.value.casefold() == "family")})
    return {"facet": name, "has": values or [senses[0].value]}, found.start, found.end


def _clause(reading: Reading, start: int) -> Iterator[tuple[str, int, int]]:
    words, end = reading.utterance.words, start
    while end < len(words) and words[end] not in _ENDS | {","} and end - start < _CLAUSE_WORDS:
        end += 1
    kept = [w for w in words[start:end] if w not in FILLER and w.isalnum()]
    if kept:
        yield " ".join(kept), start, end


def _listed(reading: Reading, start: int, taken: set[int]) -> Iterator[tuple[str, int, int]]:
    words, at = reading.utterance.words, start
    while at < len(words) and words[at] not in _ENDS:
        run = at
        while run < len(words) and run - at < _LONGEST and _content(reading, run, taken):
            run += 1
        if run > at:
            yield " ".join(words[at:run]), at, run
        elif (mark := reading.at(at)) is not None:
            run = mark.end
        elif (
            words[at] in {"a", "an", "the", "any", "too", "much", "many", "lots", "of", "those", "these", "all", "that"} and at < start + 3
        ):
            run = at + 1
        else:
            return
        at = run
        if at < len(words) and words[at] not in _LISTS and run - start:
            if words[at] in {"a", "an", "the", "any", "too", "much", "many"}:
                continue
            if reading.at(at) is None and not _content(reading, at, taken):
                return
        while at < len(words) and words[at] in _LISTS:
            at += 1


def _content(reading: Reading, at: int, taken: set[int]) -> bool:
    word = reading.utterance.words[at]
    return word not in FILLER | _DULL and word.isalpha() and len(word) > 2 and at not in taken and reading.at(at) is None


def kept_out(base: KnowledgeBase, reading: Reading, phrase: str) -> dict[str, Any] | None:
    """Return the condition that keeps a phrase out: values that say it, and texts that mention it. None where nothing here does.

    A value says it when all the phrase's words are among its own, singular or plural ("gun violence" for "guns").
    """
    wanted = [_stem(w) for w in phrase.split()]
    parts: list[dict[str, Any]] = [{"text": phrase}]
    for facet in reading.schema.facets:
        if facet.kind == "person":
            continue
        values = [v for v in reading.lexicon.values.get(facet.name, {}) if _says(v, wanted)]
        if values:
            parts.append({"facet": facet.name, "has": values})
    where = {"any": parts} if len(parts) > 1 else parts[0]
    return {"not": where} if base.catalogue.select(from_json(where)).any() else None


def _says(value: str, wanted: list[str]) -> bool:
    own = _words(value)
    return all(w in own for w in wanted)


@lru_cache(maxsize=32_768)
def _words(value: str) -> frozenset[str]:
    """Return the words of a value without their plural. Kept: every phrase is held against every value."""
    return frozenset(_stem(w) for w in re.findall(r"[a-z0-9]+", value.lower()))


def _stem(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
