"""Texts as tokens that compare equal however they are typed: case, accents, punctuation, dotted initials."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Token", "fold", "keys", "tokenise"]

# Dotted or starred initials are one word ("E.T.", "M*A*S*H"); an apostrophe inside a word belongs to it; "&" is a word.
_WORD = re.compile(r"(?:\w\.){2,}\w?(?!\w)|(?:\w\*){2,}\w?|[^\W_]+(?:['’`´][^\W_]+)*|&")
_NOT_WORD = re.compile(r"[\W_]+")
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_SAME = {"&": "and", "doctor": "dr", "mister": "mr", "versus": "vs", "volume": "vol", "saint": "st", "pt": "part"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text: `text[start:end]`, and the key it is compared by."""

    start: int
    end: int
    text: str
    key: str
    bare: str = ""
    """The key without a possessive "'s"; empty where there is none."""
    bare_end: int = 0


@lru_cache(maxsize=131072)
def fold(word: str) -> str:
    """Return the word in lower case without accents and punctuation, abbreviations made one ("Doctor" and "Dr.")."""
    plain = word.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c)).translate(_LETTERS)
    plain = plain if plain.isalnum() else (_NOT_WORD.sub("", plain) or plain)
    return _SAME.get(plain, plain)


def tokenise(text: str) -> list[Token]:
    """Return the words of a text with their places, left to right."""
    found = []
    for match in _WORD.finditer(text):
        word, start, end = match.group(), match.start(), match.end()
        bare, bare_end = "", 0
        if len(word) > 3 and word[-1] in "sS" and word[-2] in "'’`´":
            bare, bare_end = fold(word[:-2]), end - 2
        found.append(Token(start, end, word, fold(word), bare, bare_end))
    return found


def keys(text: str) -> tuple[str, ...]:
    """Return only the keys of a text's words."""
    return tuple(fold(word) for word in _WORD.findall(text))
