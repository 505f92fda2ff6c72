"""The year said with a title: "Heat (1995)", "the 1995 Heat", "Heat, the 1995 one"."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from knowledge.linker.context import Utterance

__all__ = ["YearSaid", "year_said"]

_YEAR = r"((?:1[89]|20)\d\d)"
_AFTER = re.compile(
    rf"\s*(?:\(\s*{_YEAR}\s*\)|\[\s*{_YEAR}\s*\]|,?\s*(?:from|of|in)\s+{_YEAR}\b|,?\s*the\s+{_YEAR}\s+(?:one|version|remake|original)\b|,?\s+{_YEAR}\b)"
)
_BEFORE = re.compile(rf"\b(?:the\s+)?{_YEAR}(?:'s|’s)?\s+(?:version\s+of\s+|remake\s+of\s+|original\s+)?(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class YearSaid:
    """A year beside a name; `start` and `end` are how far the name's span grows by it (None and 0: not at all)."""

    year: int | None = None
    fits: bool = False
    """True where an item of that name is of that year, or of the year before or after."""
    bracketed: bool = False
    start: int | None = None
    end: int = 0


def year_said(said: Utterance, start: int, end: int, years: Collection[int | None]) -> YearSaid:
    """Return the year said just after or before words `start..end`, if any.

    Args:
        said: the utterance.
        start: first word of the name.
        end: the word after its last.
        years: years of the items that have the name; a year without brackets counts only where it is one of them.
    """
    first, last = said.tokens[start].start, said.tokens[end - 1].end
    after = _AFTER.match(said.text, last)
    if after is not None:
        year = next(int(group) for group in after.groups() if group)
        bracketed = "(" in after.group() or "[" in after.group()
        fits = any(y is not None and abs(y - year) <= 1 for y in years)
        if fits or bracketed:
            return YearSaid(year, fits, bracketed, None, after.end())
    before = _BEFORE.search(said.text, 0, first)
    if before is not None:
        year = int(before.group(1))
        if any(y is not None and abs(y - year) <= 1 for y in years):
            return YearSaid(year, True, False, before.start(), 0)
    return YearSaid()
