"""One way to compare words: case, accents, punctuation and spacing taken away."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["normalise", "squeeze"]

_NOT_WORD = re.compile(r"[^\w]+")


@lru_cache(maxsize=65536)
def normalise(text: str) -> str:
    """Return the text in lower case, without accents, with every run of punctuation and space as one space.

    "Sci-Fi" becomes "sci fi", "Amélie!" becomes "amelie". A text of punctuation only keeps its characters, so that it still
    differs from other such texts.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    plain = plain.replace("&", " and ").replace("'", "").replace("’", "").replace("_", " ")
    words = _NOT_WORD.sub(" ", plain).strip()
    return words or text.casefold().strip()


def squeeze(text: str) -> str:
    """Return the normalised text without spaces, by which "sci-fi", "sci fi" and "scifi" are one."""
    return normalise(text).replace(" ", "")
