"""Checking what a model says of an item against the item's record: a claim that does not stand there is not shown.

The rule is what may be said, not what may not: figures, names and values in a clause must come from the record, the description or
the reasons of the item the clause is about. A false alarm costs a sentence (our own wording takes its place); a miss would cost trust.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.events import SlateItem
from agent.model.parts import wrong_part
from agent.model.support import plain_words, schema_words, supported_words, unsupported
from knowledge.entities import facet_kind, split_entity
from knowledge.linker.common import is_common

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Bearing", "false_claim", "foul"]

SURE = 0.85
_FIGURE = re.compile(r"\d[\d.,:]*(?:s\b)?")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_AND = re.compile(r"\s+(?:and|&)\s+")
_TOKEN = re.compile(r"\w+")
_UNIT = r"(?:hours?|minutes?|mins?|hrs?|days?|weeks?|months?|years?|decades?|centur(?:y|ies)|dollars?|euros?|pounds?|cents?|bucks)"
_MEASURE = re.compile(rf"\b{_UNIT}\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+teens|twent(?:y|ies)|thirt(?:y|ies)|fort(?:y|ies)|"
    r"fift(?:y|ies)|sixt(?:y|ies)|sevent(?:y|ies)|eight(?:y|ies)|ninet(?:y|ies)|tens|half|dozens?|hundreds?|thousands?|millions?|billions?|"
    r"couple|several|double|triple|trilogy|quarter)\b",
    re.IGNORECASE,
)
_UNPROVABLE = re.compile(
    r"\b(?:award|prize|oscar|emmy|grammy|nominat\w*|acclaim\w*|critic\w*|grossing|box[- ]office|blockbuster|best[- ]?sell\w*|"
    r"sequel|prequel|remake|reboot|spin-?off|adapt(?:ed|ation)|based on|true story|stream(?:s|ing)?|available|on sale|discount|"
    r"cheap\w*|price\w*|rated|rating|stars?|reviews?|trilogy|saga|franchise|instal?lments?|part of (?:a|the)|"
    r"number one|record[- ]break\w*|cult|premier\w*|releas\w*|debut\w*|won|wins|winning|limited|trending|everyone|everybody|"
    # Comparisons: no record holds them.
    r"most|least|best|worst|\w+ than|the only|ever made|of all time|in history|unlike|same|share[sd]?|first|last|never|always|"
    r"all of (?:them|these)|of (?:them|these|the lot|the bunch|the rest)|the (?:rest|others)|compan(?:y|ion)s?)\b",
    re.IGNORECASE,
)
_FOUL = re.compile(
    r"https?:|hxxp|www\.|\b[\w-]{2,}\.[a-z]{2,}\b|\]\(|!\[|<[a-z/!]|&#?\w+;|//|`|[{}|]|^\s*#|\S@\S|\[\.\]|"
    r"\b(?:javascript|data|mailto|file|ftp|item|system|assistant|user|tool):|"
    r"\b(?:ignore|disregard|forget) (?:all|any|the|previous|your|what|everything)|\bfrom now on\b|"
    r"\b(?:system|developer) prompt|\binstructions?\b|"
    r"\bpassword|\bcredit card|\bAPI key|"
    r"\bclick\b|\bsubscribe\b|\bvisit\b|\bas an AI\b|\btool_name\b|\bI (?:have )?(?:remembered|saved|stored|deleted|booked|ordered)\b|"
    r"\byour (?:account|profile|email)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:not|no|never|without|less|least|hardly|isn't|isn’t|nothing|neither|nor|far from|rather than|instead of)\W+(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)
_STRANGE = frozenset({"Cf", "Co", "Cn", "Nd", "Nl", "No", "So", "Sk"})
"""Invisible signs, other digits, pictures: none is needed, and each can hide a name or a figure."""
_NO_SUPERLATIVES = frozenset(
    {
        "arrest", "attest", "behest", "chest", "conquest", "contest", "crest", "detest", "digest", "divest", "earnest", "forest", "guest",
        "harvest", "honest", "infest", "inquest", "interest", "invest", "manifest", "midwest", "modest", "molest", "northwest", "priest",
        "protest", "quest", "request", "southwest", "suggest", "tempest", "unrest",
    }
)  # fmt: skip
"""Words that only end like superlatives."""
_DATES = frozenset({"in", "from", "of", "to", "since", "year", "the", "this", "a", "s", "its", "around", "early", "late", "and", "made"})
"""Words after which a figure is a year."""
_NAMES_ANOTHER = re.compile(
    r"\b(?:like|as|try|see|watch|play|read|hear|to|than|from|after|before|with|and|of|in|alongside|beside|is|was|be)\W+$", re.IGNORECASE
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
                parts += [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)] if isinstance(value, str) else []
        return " ".join(parts)

    def numbers(self) -> dict[str, set[float]]:
        """Return the values of the items' numbers, by number."""
        found: dict[str, set[float]] = {}
        for number in self.base.schema.numbers:
            for item in self.items:
                value = item.attributes.get(number.name)
                if isinstance(value, int | float):
                    found.setdefault(number.name, set()).add(float(value))
        return found


def foul(sentence: str) -> str:
    """Return what no reply may hold, whatever it is about: links, markup, raw data, orders, signs that only look like ours; else ""."""
    found = _FOUL.search(sentence)
    if found:
        return f"{found.group(0)!r} has no place in a reply"
    strange = next((c for c in sentence if not c.isascii() and unicodedata.category(c) in _STRANGE), "")
    return f"the sign U+{ord(strange):04X} has no place in a reply" if strange else ""


def false_claim(clause: str, bearing: Bearing, *, opens: bool) -> str:
    """Return what in the clause the bearing does not bear out, in words, or an empty string.

    Args:
        clause: without markers and titles.
        bearing: what it is about.
        opens: whether the clause begins a sentence, so that its first letter is large in any case.
    """
    text = bearing.text()
    return (
        _figures(clause, bearing, text)
        or _unprovable(clause, text)
        or _letters(clause, text)
        or _names(clause, text, opens=opens)
        or _values(clause, bearing, text)
        or wrong_part(clause, bearing)
        or _scales(clause, bearing)
        or _unsupported(clause, bearing, text)
    )


def _figures(clause: str, bearing: Bearing, text: str) -> str:
    """Return a figure that is not the item's: a year must be its year, any other figure must come with its own unit."""
    schema, numbers = bearing.base.schema, bearing.numbers()
    low, spoken = " ".join(text.lower().split()), " ".join(clause.lower().split())
    for match in _FIGURE.finditer(spoken):
        plain = match.group(0).strip(".,:")
        if plain.endswith("s") and re.search(rf"\b{re.escape(plain)}\b", low):
            continue
        after = _TOKEN.findall(spoken[match.end() :])[:1]
        before = _TOKEN.findall(spoken[: match.start()])[-2:]
        around = (rf"{re.escape(plain)}\W+{re.escape(after[0])}\b" if after else "", rf"\b{re.escape(' '.join([*before, plain]))}\b")
        if any(p and re.search(p, low) for p in around[: 2 if len(before) > 1 else 1]) or (plain in text and not bearing.items):
            continue
        held = {n for n, values in numbers.items() if plain.replace(",", "") in {f"{v:g}" for v in values}}
        year = schema.with_role("year")
        dated = not before or before[-1] in _DATES or spoken[: match.start()].endswith(("(", ", "))
        if year is not None and year.name in held and dated and not (after and _MEASURE.match(after[0])):
            continue
        units = {schema.number(n).unit for n in held}
        if after and any(u and u[:3].lower() == after[0][:3] for u in units):
            continue
        return f"{plain} is no figure of its record"
    for counted in _COUNTED.finditer(clause):
        if not _stands(counted, clause, text):
            return f"{counted.group(0)!r} does not stand in its record"
    for measure in _MEASURE.findall(clause):
        # A measure without its figure ("a few dollars") tells a figure all the same.
        if not _FIGURE.search(clause) and not re.search(rf"\b{re.escape(measure)}\b", text, re.IGNORECASE):
            return f"{measure!r} does not stand in its record"
    return ""


def _unprovable(clause: str, text: str) -> str:
    superlatives = (m for m in _WORD.finditer(clause) if len(m.group(0)) >= 5 and m.group(0).lower().endswith("est"))
    for match in (*_UNPROVABLE.finditer(clause), *(m for m in superlatives if m.group(0).lower() not in _NO_SUPERLATIVES)):
        if not _stands(match, clause, text):
            return f"{match.group(0)!r} cannot be proved from its record"
    return ""


def _stands(match: re.Match[str], clause: str, text: str) -> bool:
    """True where the text has the words too, and beside the same word: "the first wife" bears out no "first of its kind"."""
    word, after = re.escape(match.group(0)), _TOKEN.search(clause, match.end())
    before = _TOKEN.findall(clause[: match.start()])[-1:]
    if after is not None:
        pattern = rf"\b{word}\W+{re.escape(after.group(0))}\b"
    else:
        pattern = rf"\b{re.escape(before[0])}\W+{word}\b" if before else rf"\b{word}\b"
    return re.search(pattern, text, re.IGNORECASE) is not None


def _letters(clause: str, text: str) -> str:
    """Return a letter of another script that the record does not use: look-alikes pass for a name that was not checked."""
    other = next((c for c in clause if c.isalpha() and not c.isascii() and c not in text and "LATIN" not in unicodedata.name(c, "")), "")
    return f"{other!r} is of another script than its record" if other else ""


def _names(clause: str, text: str, *, opens: bool) -> str:
    """Return a name that stands nowhere in what may be repeated."""
    known = _tokens(text)
    run: list[str] = []
    starts = opens

    def wrong(words: Sequence[str], first: bool) -> str:
        words = [w.strip("'’-") for w in words]
        if first and words and (is_common(words[0].lower()) or words[0].lower() in plain_words()):
            words = words[1:]
        words = [w for w in words if w not in ("I", "I'd", "I'll", "I'm", "I've", "I’d", "I’ll", "I’m", "I’ve")]
        name = " ".join(words)
        parts = [name] if _tokens(name) in known else _AND.split(name)
        return next((part for part in parts if part and _tokens(part) not in known), "")

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


def _tokens(text: str) -> str:
    """Return the words of a text, small, between single spaces: a name must stand there in whole words."""
    plain = re.sub(r"['’]s\b", "", text.casefold())
    return f" {' '.join(_TOKEN.findall(plain))} "


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
        small = kind == "item" and not link.text[:1].isupper()
        if small and len(link.text.split()) < 2 and not _NAMES_ANOTHER.search(clause[: link.start]):
            continue
        return f"{link.text!r} does not stand in its record"
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


def _unsupported(clause: str, bearing: Bearing, text: str) -> str:
    also = " ".join(supported_words(bearing.base, item) for item in bearing.items)
    word = unsupported(clause, f"{text} {also}", schema_words(bearing.base))
    return f"{word!r} does not stand in its record" if word else ""
