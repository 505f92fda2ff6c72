"""Who did what: a person of the record named in a part they did not have is as wrong as a stranger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.model.claims import Bearing
    from knowledge.schema import Facet

__all__ = ["wrong_part"]

STEM = 5
"""Letters by which words of one part are told ("directed", "director", "direction")."""
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
            for name, _, _ in named:
                if lead and name not in held[facet.name] and re.search(rf"\b{re.escape(lead)} {re.escape(name)}", low):
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
    """Yield the people of a record who are named, by full name or by surname, with where they stand."""
    for name in sorted(frozenset[str]().union(*held.values())):
        for form in dict.fromkeys((name, name.split()[-1])):
            found = re.search(rf"\b{re.escape(form)}\b", low)
            if found and len(form) > 2:
                yield name, found.start(), found.end()
                break


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
