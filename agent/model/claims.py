"""Checking what a model says of an item against the item's record: a claim that does not stand there is not shown.

The rule is what may be said, not what may not: figures, names and values in a clause must come from the record, the description or
the reasons of the item the clause is about. A false alarm costs a sentence (our own wording takes its place); a miss would cost trust.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.events import SlateItem
from agent.model.names import squeezed
from knowledge.entities import facet_kind, split_entity
from knowledge.linker.common import is_common

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Bearing", "false_claim", "foul"]

SURE = 0.85
_FIGURE = re.compile(r"\d[\d.,:]*")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_COUNTED = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|ninety|half|several)"
    r"(?:[\s-](?:and a half|one|two|three|four|five|six|seven|eight|nine))?[\s-]+"
    r"(?:hours?|minutes?|years?|decades?|players?|pages?|parts?|seasons?|stars?|prizes?|awards?|times)\b",
    re.IGNORECASE,
)
_UNPROVABLE = re.compile(
    r"\b(?:award|prize|oscar|emmy|grammy|nominat\w*|acclaim\w*|critic\w*|grossing|box[- ]office|blockbuster|best[- ]?sell\w*|"
    r"sequel|prequel|remake|reboot|spin-?off|adapt(?:ed|ation)|based on|true story|stream(?:s|ing)?|available|on sale|discount|"
    r"cheap\w*|price\w*|rated|rating|stars?|reviews?|"
    r"most popular|number one|record[- ]break\w*|cult|premier\w*|releas\w*|debut\w*|won|wins|winning|limited|trending|everyone)\b",
    re.IGNORECASE,
)
_FOUL = re.compile(
    r"https?:|www\.|\b[\w-]+\.(?:com|net|org|io|example|test)\b|\]\(|!\[|<[a-z/!]|`|[{}]|\bitem:|"
    r"\b(?:ignore|disregard) (?:all|any|the|previous|your)|\b(?:system|developer) prompt|\binstructions?\b|"
    r"\bpassword|\bcredit card|\bAPI key|"
    r"\bclick\b|\bsubscribe\b|\bvisit\b|\bas an AI\b|\btool_name\b|\bI (?:have )?(?:remembered|saved|stored|deleted|booked|ordered)\b|"
    r"\byour (?:account|profile|email)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:not|no|never|without|less|least|hardly|isn't|isn’t|nothing|neither|nor|far from|rather than|instead of)\W+(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """What bears a clause out: the item it is about (or several for an opening) and the words that may be used."""

    base: KnowledgeBase
    items: tuple[SlateItem, ...]
    words: str
    """Further text that may be repeated: the person's words for an opening, nothing for an item."""

    def text(self) -> str:
        """Return everything that may be repeated."""
        parts = [self.words]
        for item in self.items:
            parts += [item.title, *(b.text for b in item.because)]
            for value in item.attributes.values():
                parts += (
                    [str(v) for v in value]
                    if isinstance(value, list | tuple)
                    else [f"{value:g}" if isinstance(value, float) else str(value)]
                )
        return " ".join(parts)


def foul(sentence: str) -> str:
    """Return what no reply may hold, whatever it is about: links, markup, raw data, talk of instructions; else an empty string."""
    found = _FOUL.search(sentence)
    return f"{found.group(0)!r} has no place in a reply" if found else ""


def false_claim(clause: str, bearing: Bearing, *, opens: bool) -> str:
    """Return what in the clause the bearing does not bear out, in words, or an empty string.

    Args:
        clause: without markers and titles.
        bearing: what it is about.
        opens: whether the clause begins a sentence, so that its first letter is large in any case.
    """
    text = bearing.text()
    return (
        _figures(clause, text)
        or _unprovable(clause, text)
        or _names(clause, text, opens=opens)
        or _values(clause, bearing, text)
        or _roles(clause, bearing)
        or _scales(clause, bearing)
    )


def _figures(clause: str, text: str) -> str:
    allowed = {f.strip(".,:") for f in _FIGURE.findall(text)}
    for figure in _FIGURE.findall(clause):
        plain = figure.strip(".,:")
        if plain not in allowed and plain.replace(",", "") not in allowed:
            return f"{plain} is no figure of its record"
    for counted in _COUNTED.findall(clause):
        if counted.lower() not in text.lower():
            return f"{counted!r} does not stand in its record"
    return ""


def _unprovable(clause: str, text: str) -> str:
    for word in _UNPROVABLE.findall(clause):
        if word.lower() not in text.lower():
            return f"{word!r} cannot be proved from its record"
    return ""


def _names(clause: str, text: str, *, opens: bool) -> str:
    """Return a name that stands nowhere in what may be repeated."""
    known = squeezed(text)
    run: list[str] = []
    starts = opens

    def wrong(words: Sequence[str], first: bool) -> str:
        words = [w.strip("'’-") for w in words]
        if first and words and is_common(words[0].lower()):
            words = words[1:]
        words = [w for w in words if w not in ("I", "I'd", "I'll", "I'm", "I've", "I’d", "I’ll", "I’m", "I’ve")]
        name = " ".join(words)
        return name if words and squeezed(name.removesuffix("'s").removesuffix("’s")) not in known else ""

    at = 0
    first = False
    for match in _WORD.finditer(clause):
        between = clause[at : match.start()]
        fresh = starts or bool(re.search(r"[.!?:\n“\"]", between)) or (not at and opens)
        joined = not between.strip() or between.strip() in ("&",)
        word = match.group(0)
        large = word[:1].isupper()
        small_inside = run and word.lower() in ("of", "the", "and", "in", "for", "to", "a", "de", "la", "von", "van")
        if run and (not joined or fresh or not (large or small_inside)):
            found = wrong(_trimmed(run), first)
            if found:
                return f"{found!r} stands nowhere in its record"
            run = []
        if large:
            if not run:
                first = fresh
            run.append(word)
        elif small_inside and run:
            run.append(word)
        at = match.end()
        starts = False
    found = wrong(_trimmed(run), first) if run else ""
    return f"{found!r} stands nowhere in its record" if found else ""


def _trimmed(run: list[str]) -> list[str]:
    while run and run[-1][:1].islower():
        run = run[:-1]
    return run


def _values(clause: str, bearing: Bearing, text: str) -> str:
    """Return a facet value or person the items do not have, as the linker reads the clause."""
    base = bearing.base
    held: set[str] = set()
    for item in bearing.items:
        index = base.catalogue.index(item.id)
        for facet in base.schema.facets:
            held |= {f"{facet_kind(facet)}:{v}" for v in base.catalogue.facet(facet.name).of(index)}
    low = text.lower()
    for link in base.linker.link(clause):
        if link.entity is None or link.score < SURE or link.entity in held:
            continue
        kind, value = split_entity(link.entity)
        said = link.text.lower()
        if said in low or value.lower() in low or (kind != "item" and _NEGATED.search(clause[: link.start])):
            continue
        if kind == "item" and not (link.text[:1].isupper() or len(link.text.split()) >= 3):
            continue
        return f"{link.text!r} does not stand in its record"
    return ""


def _roles(clause: str, bearing: Bearing) -> str:
    """Return a person named in a part they did not have ("directed by" its writer)."""
    low = clause.lower()
    people = [f for f in bearing.base.schema.facets if f.kind == "person"]
    for item in bearing.items:
        held = {f.name: {str(v).lower() for v in item.attributes.get(f.name) or ()} for f in people}
        for facet in people:
            lead = facet.phrase.partition("{}")[0].strip().lower()
            others = set().union(*held.values()) - held[facet.name]
            wrong = next((name for name in sorted(others) if lead and f"{lead} {name}" in low), None)
            if wrong is not None:
                return f"'{lead} {wrong}' does not stand in its record"
    return ""


def _scales(clause: str, bearing: Bearing) -> str:
    """Return an adjective of a judged scale that contradicts the item's value."""
    low = clause.lower()
    for number in bearing.base.schema.scales:
        span = (number.high or 0) - (number.low or 0)
        for item in bearing.items:
            value = item.attributes.get(number.name)
            if not isinstance(value, int | float) or not span:
                continue
            share = (float(value) - (number.low or 0)) / span
            for words, wrong in ((number.much, share <= 0.25), (number.little, share >= 0.75)):
                for word in words:
                    found = re.search(rf"\b{re.escape(word.lower())}\b", low)
                    if found and wrong and not _NEGATED.search(low[: found.start()]):
                        return f"{word!r} goes against its record"
    return ""
