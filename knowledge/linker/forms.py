"""The ways one name is said: without its article, its number written otherwise, its main title alone, a surname alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from knowledge.linker.text import keys

__all__ = ["ALIAS", "FULL", "PARTIAL", "VARIANT", "Keys", "NameKind", "name_forms", "split_year"]

Keys = tuple[str, ...]
NameKind = Literal["item", "person", "value"]

FULL, ALIAS, VARIANT, PARTIAL = 1.0, 0.98, 0.96, 0.7
"""How fully a form names its entity."""

_YEAR = re.compile(r"\s*[(\[]\s*((?:1[89]|20)\d\d)\s*(?:[-–]\s*(?:\d{4})?\s*)?[)\]]\s*$")
_BRACKET = re.compile(r"\s*\(([^()]{2,})\)\s*")
_INVERTED = re.compile(r"^(.+), (the|a|an|le|la|les|l'|il|el|los|las|der|die|das|den|det|de|o|un|une|das|lo|gli)$", re.IGNORECASE)
_ALSO = re.compile(r"^(?:a\.?k\.?a\.?|also known as)\s+", re.IGNORECASE)
_BREAK = re.compile(r"\s*:\s+|\s+[-–—]+\s+|:\s*$")
_ARTICLES = frozenset({"the", "a", "an"})
_PARTS = frozenset({"part", "episode", "chapter", "vol", "book", "season", "no", "number"})
_ROMAN = dict(
    zip(["ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv"], map(str, range(2, 16)), strict=True)
)
_WORDS = dict(
    zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"],
        map(str, range(1, 14)),
        strict=True,
    )
)
_TO_ROMAN = {digit: roman for roman, digit in _ROMAN.items()}
_TO_WORD = {digit: word for word, digit in _WORDS.items()}
_PARTICLES = frozenset(
    {"de", "del", "della", "van", "von", "der", "den", "la", "le", "di", "da", "du", "st", "bin", "al", "el", "mc", "o", "ter"}
)
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md"})


def split_year(title: str) -> tuple[str, int | None]:
    """Part a year in brackets from the end of a title: "Heat (1995)" is ("Heat", 1995)."""
    match = _YEAR.search(title)
    if match is None or not title[: match.start()].strip():
        return title.strip(), None
    return title[: match.start()].strip(), int(match.group(1))


def _upright(title: str) -> str:
    """Put an inverted article back: "Matrix, The" is "The Matrix"."""
    match = _INVERTED.match(title)
    if match is None:
        return title
    article = match.group(2)
    return f"{article}{'' if article.endswith(chr(39)) else ' '}{match.group(1)}"


def _numbered(words: Keys) -> Iterator[Keys]:
    """Yield the words with each number written in the other ways, and without "part" before it."""
    for at, word in enumerate(words):
        digit = word if word in _TO_WORD or word in _TO_ROMAN else _WORDS.get(word) or (_ROMAN.get(word) if at else None)
        if digit is None:
            continue
        after_part = at > 0 and words[at - 1] in _PARTS
        if word == "one" and not after_part:
            continue
        # "X" and "V" inside a title are letters more often than numbers ("V for Vendetta", "American History X").
        if word in {"x", "v"} and (at < len(words) - 1 or (word == "x" and not after_part)):
            continue
        others = [digit, _TO_WORD.get(digit), _TO_ROMAN.get(digit) if at else None]
        for other in others:
            if other is None:
                continue
            if other != word:
                yield (*words[:at], other, *words[at + 1 :])
            if after_part and at > 1:
                yield (*words[: at - 1], other, *words[at + 1 :])
        if at == len(words) - 1 and at > 0 and not after_part and digit.isdigit():
            for other in others:
                if other is not None:
                    yield (*words[:at], "part", other)


def _said(words: Keys) -> Iterator[tuple[Keys, float]]:
    """Yield the words, then their variants without article and with numbers written otherwise."""
    yield words, FULL
    rest = words[1:] if len(words) > 1 and words[0] in _ARTICLES else ()
    if rest:
        yield rest, VARIANT
    for base in (words, rest):
        for other in _numbered(base):
            yield other, VARIANT


def _alone(words: Keys) -> bool:
    """Tell whether a segment can stand for the whole: more than "Part 2" or an article."""
    left = [w for w in words if w not in _PARTS and w not in _ARTICLES and w not in _ROMAN and w not in _WORDS and not w.isdigit()]
    return bool(left) and (len(left) > 1 or len(left[0]) > 3)


def _item_forms(text: str, quality: float) -> Iterator[tuple[Keys, float]]:
    title, _ = split_year(text)
    extra = [_ALSO.sub("", match.group(1)).strip() for match in _BRACKET.finditer(title)]
    title = _upright(_BRACKET.sub(" ", title).strip() or title)
    for words, share in _said(keys(title)):
        yield words, quality * share
    for other in extra:
        for words, share in _said(keys(_upright(split_year(other)[0]))):
            yield words, ALIAS * quality * share
    pieces = [keys(part) for part in _BREAK.split(title) if part.strip()]
    pieces = [p[:-1] if len(p) > 1 and p[-1] == "or" else p for p in pieces if p]
    if len(pieces) > 1:
        shorter = [pieces[0], pieces[-1], pieces[0] + pieces[1], pieces[0] + pieces[-1]]
        for words in shorter:
            if _alone(words):
                for form, share in _said(words):
                    yield form, PARTIAL * quality * share


def _person_forms(text: str, quality: float) -> Iterator[tuple[Keys, float]]:
    words = keys(text)
    yield words, quality
    while len(words) > 2 and words[-1] in _SUFFIXES:
        words = words[:-1]
        yield words, quality * VARIANT
    middle = tuple(w for at, w in enumerate(words) if not (0 < at < len(words) - 1 and len(w) == 1))
    if middle != words:
        yield middle, quality * VARIANT
    if len(words) > 1:
        start = len(words) - 1
        while start > 1 and words[start - 1] in _PARTICLES:
            start -= 1
        if len("".join(words[start:])) > 2:
            yield words[start:], quality * PARTIAL


def _value_forms(text: str, quality: float) -> Iterator[tuple[Keys, float]]:
    words = keys(text)
    if not words or (len(words) == 1 and (words[0].isdigit() or len(words[0]) < 2)):
        return
    yield words, quality
    last = words[-1]
    if last.isalpha() and len(last) > 2:
        if last.endswith("y") and last[-2] not in "aeiou":
            plural = last[:-1] + "ies"
        elif last.endswith(("s", "x", "ch", "sh", "z")):
            plural = last + "es"
        else:
            plural = last + "s"
        yield (*words[:-1], plural), quality * VARIANT
        if last.endswith("s") and not last.endswith("ss") and len(last) > 4:
            yield (*words[:-1], last[:-1]), quality * VARIANT


def name_forms(text: str, kind: NameKind, quality: float = FULL) -> dict[Keys, float]:
    """Return every way the name is said, as keys, with how fully each names it (0..1), the name itself first."""
    makers = {"item": _item_forms, "person": _person_forms, "value": _value_forms}
    found: dict[Keys, float] = {}
    for words, share in makers[kind](text, quality):
        if words and found.get(words, 0.0) < share:
            found[words] = share
    return found
