"""Conditions as a model writes them, to predicates of the catalogue: attributes by their near names, values by their spelling."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from knowledge.entities import entity, facet_kind
from knowledge.errors import BadInput
from knowledge.predicates import from_json
from tools.derived import kept

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Conditions"]

DEEPEST = 4
WIDEST = 12


class Conditions:
    """Grounds conditions; `lost` says how much of the last one had to be left out."""

    def __init__(self, base: KnowledgeBase) -> None:
        """Ground against a base."""
        self.base = base
        self.lost = 0

    def grounded(self, where: Any) -> dict[str, Any] | None:
        """Return the condition with the catalogue's own names and values, or None where nothing of it stands."""
        self.lost = 0
        found = self._node(where, 0)
        if found is None:
            return None
        try:
            self.base.catalogue.select(from_json(found))
        except (BadInput, TypeError, ValueError, KeyError):
            self.lost += 1
            return None
        return found

    def attribute(self, text: str) -> str | None:
        """Return the facet or number a word means, or None."""
        return self.facet(text) or self.number(text)

    def facet(self, text: str) -> str | None:
        """Return the facet a word means."""
        return _nearest(text, kept(self.base, "model facets", lambda: dict(self._facet_words())))

    def number(self, text: str) -> str | None:
        """Return the number or scale a word means."""
        return _nearest(text, kept(self.base, "model numbers", lambda: dict(self._number_words())))

    def values(self, where: Mapping[str, Any]) -> Iterator[str]:
        """Yield what a condition names: values with their synonyms, figures."""
        for key in ("all", "any"):
            for part in where.get(key, ()):
                yield from self.values(part)
        if "not" in where:
            yield from self.values(where["not"])
        if "facet" in where:
            synonyms = self.base.schema.facet(where["facet"]).synonyms
            for value in (*where.get("has", ()), *where.get("has_all", ())):
                yield value
                yield from synonyms.get(value, ())
        for end in ("min", "max"):
            if isinstance(where.get(end), int | float):
                yield f"{where[end]:g}"

    def entities(self, where: Mapping[str, Any]) -> list[str]:
        """Return the values a condition demands, as entity names; none for what it excludes."""
        if "facet" in where:
            facet = self.base.schema.facet(where["facet"])
            return [entity(facet_kind(facet), v) for v in (*where.get("has", ()), *where.get("has_all", ()))]
        return [n for part in where.get("all", ()) for n in self.entities(part)]

    def _node(self, where: Any, depth: int) -> dict[str, Any] | None:
        if not isinstance(where, Mapping) or depth > DEEPEST:
            self.lost += 1
            return None
        for key in ("all", "any"):
            if isinstance(where.get(key), list | tuple):
                parts = [p for part in where[key][:WIDEST] if (p := self._node(part, depth + 1)) is not None]
                return parts[0] if len(parts) == 1 else {key: parts} if parts else None
        if where.get("not") is not None:
            inner = self._node(where["not"], depth + 1)
            return {"not": inner} if inner is not None else None
        if where.get("number") is not None:
            return self._range(where)
        if where.get("facet") is not None:
            return self._has(where)
        return self._short_form(where)

    def _has(self, where: Mapping[str, Any]) -> dict[str, Any] | None:
        every = where.get("has_all") is not None and where.get("has") is None
        wanted = where.get("has_all") if every else where.get("has", where.get("value", where.get("values")))
        wanted = [wanted] if isinstance(wanted, str) else wanted
        if not isinstance(wanted, list | tuple):
            self.lost += 1
            return None
        facet = self.facet(str(where["facet"]))
        values = [v for w in wanted[:WIDEST] if isinstance(w, str) and (v := self._value(facet, w)) is not None]
        facets = {f for f, _ in values}
        if not values or len(facets) > 1 or (every and len(values) < len(wanted)):
            self.lost += 1
            return None
        self.lost += len(values) < len(wanted)
        return {"facet": facets.pop(), "has_all" if every else "has": list(dict.fromkeys(v for _, v in values))}

    def _value(self, facet: str | None, text: str) -> tuple[str, str] | None:
        """Return facet and value of a word: in the facet named, else in the only other one that has it by its own spelling."""
        text = text.partition(":")[2].strip() if text.partition(":")[0] in (facet, "person", "item") and ":" in text else text
        if facet is not None:
            found = self.base.catalogue.ground(facet, text)
            if found.value is not None:
                return facet, found.value
        sure = [
            (f.name, g.value)
            for f in self.base.schema.facets
            if (g := self.base.catalogue.ground(f.name, text)).value is not None and g.score >= 0.97
        ]
        return sure[0] if sure else None

    def _range(self, where: Mapping[str, Any]) -> dict[str, Any] | None:
        number = self.number(str(where["number"]))
        ends: dict[str, float] = {}
        for key in ("min", "max"):
            value = where.get(key)
            if value is None or value == "":
                continue
            try:
                ends[key] = float(value)
            except (TypeError, ValueError):
                self.lost += 1
        if number is None or not ends:
            self.lost += 1
            return None
        if len(ends) == 2 and ends["min"] > ends["max"]:
            ends = {"min": ends["max"], "max": ends["min"]}
        return {"number": number, **ends}

    def _short_form(self, where: Mapping[str, Any]) -> dict[str, Any] | None:
        """Read {"genre": "comedy"} and {"year": {"min": 1990}}: what weak models write instead."""
        parts = []
        for key, value in list(where.items())[:WIDEST]:
            if isinstance(value, Mapping) and self.number(str(key)) is not None:
                parts.append(self._range({"number": key, **{k: value.get(k) for k in ("min", "max")}}))
            elif isinstance(value, str | list | tuple) and self.facet(str(key)) is not None:
                parts.append(self._has({"facet": key, "has": value}))
        good = [p for p in parts if p is not None]
        self.lost += 1
        return None if not good else good[0] if len(good) == 1 else {"all": good}

    def _facet_words(self) -> Iterator[tuple[str, str]]:
        for facet in reversed(self.base.schema.facets):
            for word in (*facet.words, facet.plural, facet.label, facet.name):
                if word:
                    yield word.lower(), facet.name

    def _number_words(self) -> Iterator[tuple[str, str]]:
        for number in reversed(self.base.schema.numbers):
            for word in (*number.much, number.label, number.name):
                if word:
                    yield word.lower(), number.name


def _nearest(text: str, words: Mapping[str, str]) -> str | None:
    plain = text.strip().lower().replace("_", " ")
    for form in (text.strip(), plain, plain.replace(" ", "_"), plain.rstrip("s")):
        if form in words:
            return words[form]
    near = difflib.get_close_matches(plain, list(words), n=1, cutoff=0.84)
    return words[near[0]] if near else None
