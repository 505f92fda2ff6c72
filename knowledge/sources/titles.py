"""Titles as film data sets write them: "Matrix, The (1999)", "Seven (a.k.a. Se7en) (1995)"."""

from __future__ import annotations

import re

__all__ = ["split_title"]

_YEAR = re.compile(r"\s*\((\d{4})(?:\s*[-–]\s*(?:\d{4})?)?\)\s*$")
_OTHER = re.compile(r"\s*\(([^()]*)\)\s*$")
_ARTICLE = re.compile(
    r"^(.*), (The|A|An|Le|La|Les|L'|El|Los|Las|Il|Lo|Gli|I|Der|Die|Das|Den|Det|De|Het|Un|Une|Una|O|Os|As)$", re.IGNORECASE
)


def split_title(text: str) -> tuple[str, int | None, tuple[str, ...]]:
    """Return title, year and further titles. A trailing article comes first again; names in brackets become further titles."""
    rest = " ".join(text.split())
    year = None
    match = _YEAR.search(rest)
    if match is not None and match.start() > 0:
        year = int(match.group(1))
        rest = rest[: match.start()]
    others: list[str] = []
    while (bracket := _OTHER.search(rest)) is not None and bracket.start() > 0:
        other = re.sub(r"^(a\.?k\.?a\.?|aka)\s+", "", bracket.group(1), flags=re.IGNORECASE)
        others.insert(0, _fronted(other))
        rest = rest[: bracket.start()]
    title = _fronted(rest)
    return title, year, tuple(dict.fromkeys(o for o in others if o and o != title))


def _fronted(title: str) -> str:
    match = _ARTICLE.match(title.strip())
    if match is None:
        return title.strip()
    name, article = match.groups()
    return f"{article}{'' if article.endswith(chr(39)) else ' '}{name}"
