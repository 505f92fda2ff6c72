"""Who did what: a person of the record named in a part they did not have is as wrong as a stranger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.model.claims import Bearing
    from knowledge.schema import Facet

__all__ = ["wrong_part"]

STEM = 5
"""Letters by which words of one part are told ("directed", "director", "direction")."""
_JUNIOR = frozenset({"jr", "sr", "ii", "iii", "iv"})
_ANY_PART = frozenset({"with", "from", "made", "by", "in", "of"})


def wrong_part(clause: str, bearing: Bearing) -> str:
    """Return a person named in a part they did not have, in words, or an empty string.

    Every word that tells a part ("directed", "script") belongs to the person who stands nearest to it; that person must have had it.
    """
    low = clause.lower()
    people = [f for f in bearing.base.schema.facets if f.kind == "person"]
    for item in bearing.items:
        held: dict[str, frozenset[str]] = {f.name: frozenset(str(v).lower() for v in _listed(item.attributes.get(f.name))) for f in people}
        named = list(_named(low, held))
        if not named:
            continue
        for facet in people:
            lead = facet.phrase.partition("{}")[0].strip().lower()
            for name, start, _ in named:
                if lead and name not in held[facet.name] and low[:start].rstrip().endswith(lead):
                    return f"'{lead} {name}' does not stand in its record"
            for start, end in _told(low, facet):
                nearest = min(max(first - end, start - last) for _, first, last in named)
                near = [name for name, first, last in named if max(first - end, start - last) == nearest]
                if not any(name in held[facet.name] for name in near):
                    return f"{near[0]!r} had no such part in its record"
    return ""


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple) else ()


def _named(low: str, held: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, int, int]]:
    """Yield the people of a record who are named, in full or in part ("Arthur C." may be the end of a sentence), with where they stand."""
    names = {name: [w.strip(".,") for w in name.split()] for name in sorted(frozenset[str]().union(*held.values()))}
    full = {name: span for name, words in names.items() if (span := _span(words, low)) is not None}
    for name, words in names.items():
        last = next((w for w in reversed(words) if w not in _JUNIOR), "")
        parts = (span for form in (words[:-1], [last]) if (span := _span(form, low)) is not None)
        # A given name within somebody's full name names nobody else.
        span = full.get(name) or next((p for p in parts if not any(f[0] <= p[0] and p[1] <= f[1] for f in full.values())), None)
        if span is not None:
            yield name, *span


def _span(words: Sequence[str], low: str) -> tuple[int, int] | None:
    """Return where the words stand in a row, initials with or without their dot, or None."""
    if len("".join(words)) < 3:
        return None
    found = re.search(r"(?<!\w)" + r"[.,]?\s+".join(re.escape(w) for w in words) + r"(?!\w)", low)
    return None if found is None else found.span()


def _told(low: str, facet: Facet) -> Iterator[tuple[int, int]]:
    """Yield where words of one part stand."""
    stems = {
        word[:STEM]
        for text in (facet.name, facet.label, *facet.words, facet.phrase.replace("{}", " "))
        for word in re.findall(r"[a-z]+", (text or "").lower())
        if len(word) >= 4 and word not in _ANY_PART
    }
    for match in re.finditer(r"[a-z]+", low):
        if len(match.group(0)) >= 4 and match.group(0)[:STEM] in stems:
            yield match.start(), match.end()
