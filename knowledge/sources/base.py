"""The contract of a source: what an adapter hands on, whatever the data look like outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from knowledge.dialogues import Dialogue
from knowledge.items import Item
from knowledge.schema import Schema

__all__ = ["Events", "MemorySource", "Relation", "Source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Interactions as columns. Event j: user `users[user[j]]` met item `items[item[j]]`, in file order.

    `value` is the strength of liking in [-1, 1]: above 0 liked, below 0 disliked. `time` is seconds since 1970, NaN where unknown.
    """

    users: list[str]
    items: list[str]
    user: npt.NDArray[np.int32]
    item: npt.NDArray[np.int32]
    value: npt.NDArray[np.float32]
    time: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.user)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, float, float]]) -> Events:
        """Build from (user, item, value, time) rows."""
        users: dict[str, int] = {}
        items: dict[str, int] = {}
        kept = [(users.setdefault(u, len(users)), items.setdefault(i, len(items)), v, t) for u, i, v, t in rows]
        return cls(
            users=list(users),
            items=list(items),
            user=np.array([r[0] for r in kept], dtype=np.int32),
            item=np.array([r[1] for r in kept], dtype=np.int32),
            value=np.array([r[2] for r in kept], dtype=np.float32),
            time=np.array([r[3] for r in kept], dtype=np.float64),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One edge of a knowledge graph between two entity names (`item:42`, `person:Ada`)."""

    head: str
    relation: str
    tail: str
    weight: float = 1.0


class Source(Protocol):
    """Where a base comes from. Each method may be called once, in the order they stand here."""

    name: str

    def schema(self) -> Schema:
        """Return the schema, guessed roles included."""
        ...

    def items(self) -> Iterator[tuple[Item, str]]:
        """Yield items, each with further text that is searched and not shown."""
        ...

    def events(self) -> Events | None:
        """Return the interactions, or None where there are none."""
        ...

    def relations(self) -> Iterable[Relation]:
        """Yield relations besides those that the facets give."""
        ...

    def dialogues(self) -> Iterable[Dialogue]:
        """Yield past dialogues."""
        ...


class MemorySource:
    """A source made of Python values: for programs that hold their catalogue already, and for tests."""

    def __init__(
        self,
        schema: Schema,
        items: Iterable[Item],
        *,
        events: Events | None = None,
        relations: Iterable[Relation] = (),
        dialogues: Iterable[Dialogue] = (),
    ) -> None:
        self.name = schema.name
        self._schema = schema
        self._items = list(items)
        self._events = events
        self._relations = list(relations)
        self._dialogues = list(dialogues)

    def schema(self) -> Schema:
        """Return the schema given."""
        return self._schema

    def items(self) -> Iterator[tuple[Item, str]]:
        """Yield the items given."""
        return ((item, "") for item in self._items)

    def events(self) -> Events | None:
        """Return the interactions given."""
        return self._events

    def relations(self) -> Iterable[Relation]:
        """Return the relations given."""
        return self._relations

    def dialogues(self) -> Iterable[Dialogue]:
        """Return the dialogues given."""
        return self._dialogues
