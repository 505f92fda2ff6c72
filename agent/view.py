"""A person's profile as the person (or a page, or a program) sees and changes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from agent.profile import Entry, EntryKind, Profile, constraint_entry
from agent.store import Store
from knowledge.entities import split_entity
from knowledge.errors import BadInput
from knowledge.predicates import from_json

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["ProfileView"]


class ProfileView:
    """Reads through to the store: always what counts now."""

    def __init__(self, store: Store, user: str, base: KnowledgeBase) -> None:
        """Look at one person's profile."""
        self._store = store
        self._base = base
        self.user = user

    @property
    def value(self) -> Profile:
        """The profile as a plain value."""
        return self._store.profile(self.user, datetime.now(UTC).isoformat(timespec="seconds"))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What counts, oldest first."""
        return self.value.entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def label(self, entry: Entry) -> str:
        """Return the entry's entity in plain words: a title, a name, a value, or the words of a constraint."""
        kind, value = split_entity(entry.entity)
        catalogue = self._base.catalogue
        return catalogue.titles[catalogue.index(value)] if kind == "item" and value in catalogue else value

    def set(self, entity: str, kind: EntryKind, *, words: str = "") -> None:
        """Record that the person likes, dislikes or has seen something. Raises BadInput where nothing of that name exists."""
        from agent.slates import resolves

        if kind == "constraint":
            raise BadInput("a constraint is set with `require`")
        if not resolves(self._base, entity):
            raise BadInput(f"{entity!r} names nothing in {self._base.name!r}; write kind:value, such as 'item:42'")
        self._store.tell(self.user, [Entry(entity=entity, kind=kind, words=words, when=_now())])

    def require(self, where: Mapping[str, Any], words: str) -> None:
        """Record a condition that holds in every conversation, in predicate form. Raises BadInput."""
        self._base.catalogue.select(from_json(where))
        self._store.tell(self.user, [constraint_entry(where, words, when=_now())])

    def forget(self, entity: str | None = None) -> int:
        """Delete what is known of an entity, or everything; return how many statements went. They are gone from the file."""
        return self._store.forget(self.user, entity)

    def export(self) -> dict[str, Any]:
        """Return everything as JSON-plain data, each entry with its label."""
        data = self.value.to_json()
        for plain, entry in zip(data["entries"], self.value.entries, strict=True):
            plain["label"] = self.label(entry)
        return data


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
