"""Several sources as one: the first is the catalogue, the others add what they know of its items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from knowledge.catalogue.words import squeeze
from knowledge.dialogues import Dialogue
from knowledge.errors import BadInput
from knowledge.items import Item
from knowledge.schema import Schema
from knowledge.sources.base import Events, Relation, Source

__all__ = ["JoinedSource"]

_ARTICLE = re.compile(r"^(the|a|an) ", re.IGNORECASE)


class JoinedSource:
    """A source with others joined to it.

    Items match where a key that both have ("imdb_id") is the same, else where title and year are, and only where that names one
    item on either side. A matched item keeps everything it has and gains what it lacks; an item without a match is left out, but
    counted in `notes`. Interactions, relations and dialogues of the other sources follow their items.
    """

    def __init__(self, main: Source, others: Sequence[Source]) -> None:
        self.name = main.name
        self.notes: list[str] = []
        self._main = main
        self._others = list(others)
        self._ids: list[dict[str, str]] = []

    def schema(self) -> Schema:
        """Return the first source's schema with the attributes it lacks added from the others."""
        schema = self._main.schema()
        for other in self._others:
            more = other.schema()
            names = {*schema.facet_names, *schema.number_names, *schema.dates}
            schema = replace(
                schema,
                facets=schema.facets + tuple(f for f in more.facets if f.name not in names),
                numbers=schema.numbers + tuple(n for n in more.numbers if n.name not in names),
                dates=schema.dates + tuple(d for d in more.dates if d not in names),
                place=schema.place or more.place,
            )
        return schema

    def items(self) -> Iterator[tuple[Item, str]]:
        """Yield the first source's items, enriched."""
        items: dict[str, tuple[Item, str]] = {item.id: (item, text) for item, text in self._main.items()}
        for other in self._others:
            theirs = list(other.items())
            matches = _matches([item for item, _ in items.values()], [item for item, _ in theirs])
            for item, text in theirs:
                mine = matches.get(item.id)
                if mine is not None:
                    held, words = items[mine]
                    items[mine] = (_enriched(held, item), f"{words} {text}".strip())
            self._ids.append(matches)
            note = f"{other.name}: {len(matches):,} of {len(theirs):,} items have a match in {self.name}"
            self.notes.append(note if len(matches) == len(theirs) else f"{note}; the others were left out")
            if not matches:
                raise BadInput(
                    f"no item of {other.name} has a match in {self.name}; both need a common key column"
                    " (such as imdb_id, under `keys` in the card) or the same titles and years"
                )
        yield from items.values()

    def events(self) -> Events | None:
        """Return all interactions; users of the others carry their source's name, so that two users 1 stay two people."""
        parts = [self._main.events()]
        for other, ids in zip(self._others, self._ids, strict=True):
            events = other.events()
            parts.append(None if events is None else _moved(events, ids, other.name))
        known = [part for part in parts if part is not None and len(part)]
        if not known:
            return None
        users: list[str] = []
        items: list[str] = []
        user_codes, item_codes = [], []
        for part in known:
            user_codes.append(part.user + len(users))
            item_codes.append(part.item + len(items))
            users += part.users
            items += part.items
        return Events(
            users=users,
            items=items,
            user=np.concatenate(user_codes).astype(np.int32),
            item=np.concatenate(item_codes).astype(np.int32),
            value=np.concatenate([part.value for part in known]),
            time=np.concatenate([part.time for part in known]),
        )

    def relations(self) -> Iterable[Relation]:
        """Yield the relations of all sources; those of items without a match are left out."""
        yield from self._main.relations()
        for other, ids in zip(self._others, self._ids, strict=True):
            for relation in other.relations():
                head, tail = _moved_entity(relation.head, ids), _moved_entity(relation.tail, ids)
                if head is not None and tail is not None and head != tail:
                    yield replace(relation, head=head, tail=tail)

    def dialogues(self) -> Iterable[Dialogue]:
        """Yield the dialogues of all sources; mentions of items without a match are only text."""
        yield from self._main.dialogues()
        for other, ids in zip(self._others, self._ids, strict=True):
            for dialogue in other.dialogues():
                utterances = tuple(replace(u, items=tuple(ids[i] for i in u.items if i in ids)) for u in dialogue.utterances)
                yield replace(dialogue, id=f"{other.name}/{dialogue.id}", utterances=utterances)


def _key(name: str, value: str) -> tuple[str, str]:
    """A key in one spelling: IMDb ids with and without "tt" and zeros are the same."""
    plain = value.strip().casefold()
    return name, plain.removeprefix("tt").lstrip("0") if name == "imdb_id" else plain


def _name(item: Item) -> tuple[str, int | None]:
    year = next((v for n, v in item.numbers.items() if "year" in n), None)
    return squeeze(_ARTICLE.sub("", item.title)), None if year is None else int(year)


def _index(pairs: Iterable[tuple[object, str]]) -> dict[object, str | None]:
    """Key -> id, None where several items share the key."""
    result: dict[object, str | None] = {}
    for key, item_id in pairs:
        result[key] = item_id if result.get(key, item_id) == item_id else None
    return result


def _matches(mine: Sequence[Item], theirs: Sequence[Item]) -> dict[str, str]:
    """Their id -> my id. One of mine matches one of theirs at most."""
    by_key = _index((_key(name, value), item.id) for item in mine for name, value in item.keys.items())
    by_name = _index((_name(item), item.id) for item in mine)
    their_names = _index((_name(item), item.id) for item in theirs)
    result: dict[str, str] = {}
    taken: set[str] = set()

    def match(item: Item, found: str | None) -> None:
        if found is not None and found not in taken and item.id not in result:
            result[item.id] = found
            taken.add(found)

    for item in theirs:
        match(item, next((at for n, v in item.keys.items() if (at := by_key.get(_key(n, v))) is not None), None))
    for item in theirs:
        name = _name(item)
        if their_names.get(name) is not None:
            match(item, by_name.get(name))
    return result


def _enriched(item: Item, other: Item) -> Item:
    return replace(
        item,
        aliases=tuple(dict.fromkeys(a for a in (*item.aliases, other.title, *other.aliases) if a != item.title)),
        description=item.description or other.description,
        facets={**other.facets, **item.facets},
        numbers={**other.numbers, **item.numbers},
        dates={**other.dates, **item.dates},
        place=item.place or other.place,
        image=item.image or other.image,
        url=item.url or other.url,
        popularity=item.popularity or other.popularity,
        keys={**other.keys, **item.keys},
    )


def _moved(events: Events, ids: Mapping[str, str], source: str) -> Events:
    """The events of matched items under the ids they have here."""
    kept = np.array([item in ids for item in events.items], dtype=np.bool_)
    codes = np.cumsum(kept) - 1
    chosen = kept[events.item]
    return Events(
        users=[f"{source}/{user}" for user in events.users],
        items=[ids[item] for item in events.items if item in ids],
        user=events.user[chosen],
        item=codes[events.item[chosen]].astype(np.int32),
        value=events.value[chosen],
        time=events.time[chosen],
    )


def _moved_entity(name: str, ids: Mapping[str, str]) -> str | None:
    kind, _, value = name.partition(":")
    if kind != "item":
        return name
    return f"item:{ids[value]}" if value in ids else None
