"""The profile: what is durably known of a person, with when and in which words it was learnt. The latest statement wins.

A profile is the fold of an append-only list of entries, so that rewinding a session is leaving its later entries out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from agent.request import Stance
from knowledge.entities import split_entity
from tools.base import Taste

__all__ = ["Entry", "EntryKind", "Profile", "constraint_entry"]

EntryKind = Literal["like", "dislike", "seen", "reject", "taken", "constraint", "end"]
"""reject: shown and not wanted. taken: accepted. constraint: a condition that holds beyond a conversation. end: takes back what was
said of the entity before ("I used to love horror")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing learnt of a person."""

    entity: str
    """Entity name, or `constraint:WORDS` for a standing constraint."""
    kind: EntryKind
    strength: float = 1.0
    """How sure, 0 to 1."""
    words: str = ""
    """The person's own words."""
    when: str = ""
    """ISO date and time, UTC."""
    session: str = ""
    turn: int = 0
    until: str = ""
    """ISO date and time after which it no longer counts; empty for no end."""
    where: Mapping[str, Any] | None = None
    """For constraints: the predicate in JSON form."""

    def to_json(self) -> dict[str, Any]:
        """Return the entry as JSON-plain data."""
        return {k: v for k, v in asdict(self).items() if v not in (None, "")}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Entry:
        """Read an entry from its JSON form."""
        return cls(**data)


def constraint_entry(where: Mapping[str, Any], words: str, **rest: Any) -> Entry:
    """Return the entry of a standing constraint."""
    import json

    key = words.strip().lower() or json.dumps(where, sort_keys=True)
    return Entry(entity=f"constraint:{key}", kind="constraint", words=words, where=dict(where), **rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What counts now. `entries` hold one entry an entity and kind group (taste, seen, constraint), oldest first."""

    user: str = ""
    entries: tuple[Entry, ...] = ()

    @classmethod
    def fold(cls, user: str, statements: Iterable[Entry], now: str = "") -> Profile:
        """Return the profile after all statements, in order; a later one on the same entity replaces the earlier."""
        kept: dict[tuple[str, str], Entry] = {}
        for entry in statements:
            slot = (entry.entity, _group(entry.kind))
            kept.pop(slot, None)
            if entry.kind == "end":
                kept.pop((entry.entity, "taste"), None)
                kept.pop((entry.entity, "constraint"), None)
            else:
                kept[slot] = entry
        return cls(user=user, entries=tuple(e for e in kept.values() if not e.until or not now or e.until > now))

    def with_entries(self, entries: Sequence[Entry]) -> Profile:
        """Return the profile after further statements."""
        return Profile.fold(self.user, (*self.entries, *entries))

    def of(self, *kinds: EntryKind) -> tuple[Entry, ...]:
        """Return the entries of these kinds, oldest first."""
        return tuple(e for e in self.entries if e.kind in kinds)

    def entry(self, entity: str) -> Entry | None:
        """Return the newest entry on an entity, or None."""
        return next((e for e in reversed(self.entries) if e.entity == entity), None)

    def stance(self, entity: str) -> Stance | None:
        """Return how the person stands to an entity, or None where nothing is known."""
        found = {e.kind for e in self.entries if e.entity == entity}
        for kind in ("dislike", "like", "seen", "reject"):
            if kind in found:
                return kind
        return None

    def item_ids(self, *kinds: EntryKind) -> tuple[str, ...]:
        """Return ids of the items with an entry of these kinds, oldest first."""
        return tuple(split_entity(e.entity)[1] for e in self.of(*kinds) if e.entity.startswith("item:"))

    def constraints(self) -> tuple[dict[str, Any], ...]:
        """Return the standing constraints as `agent.request.Constraint` in JSON form."""
        return tuple({"where": dict(e.where), "words": e.words, "standing": True} for e in self.of("constraint") if e.where is not None)

    def taste(self) -> Taste:
        """Return the taste for the tools: later statements weigh more, by a tenth every five statements back."""
        liked: dict[str, float] = {}
        disliked: dict[str, float] = {}
        for age, entry in enumerate(reversed(self.of("like", "dislike"))):
            weight = max(0.1, entry.strength * 0.9 ** (age / 5))
            (liked if entry.kind == "like" else disliked)[entry.entity] = weight
        for entry in self.of("taken"):
            liked.setdefault(entry.entity, 0.4)
        seen = self.item_ids("seen", "like", "dislike", "taken")
        return Taste(liked=dict(reversed(liked.items())), disliked=disliked, seen=frozenset(seen), history=self.item_ids("like"))

    def to_json(self) -> dict[str, Any]:
        """Return the profile as JSON-plain data, ready to export."""
        return {"user": self.user, "entries": [e.to_json() for e in self.entries]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Profile:
        """Read a profile from its JSON form."""
        return cls(user=data["user"], entries=tuple(Entry.from_json(e) for e in data["entries"]))

    def without(self, entity: str) -> Profile:
        """Return the profile without anything on an entity."""
        return replace(self, entries=tuple(e for e in self.entries if e.entity != entity))

    def __len__(self) -> int:
        """Return the number of entries that count."""
        return len(self.entries)


def _group(kind: EntryKind) -> str:
    return {"like": "taste", "dislike": "taste", "end": "taste"}.get(kind, kind)
