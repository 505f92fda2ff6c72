"""Changing a base: items added, changed and removed without reading the source again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.base import KnowledgeBase
from knowledge.build import Progress, silent, write_base
from knowledge.dialogues import Dialogue
from knowledge.errors import BadInput
from knowledge.graph.compose import NAMED, TOOK
from knowledge.home import resolve
from knowledge.interactions import Interactions
from knowledge.items import Item
from knowledge.manifest import Manifest
from knowledge.publish import publishing
from knowledge.schema import Schema
from knowledge.sources.base import Events, Relation
from knowledge.sources.card import Card
from knowledge.sources.card_file import load_card
from knowledge.sources.faults import Faults
from knowledge.sources.rows import Rows
from knowledge.sources.table import TableSource

__all__ = ["Change", "update"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an update did."""

    added: int
    changed: int
    removed: int
    items: int
    """How many items stand now."""
    notes: tuple[str, ...] = ()


def update(
    base: str | Path,
    *,
    items: str | Path | None = None,
    remove: str | Path | Iterable[str] | None = None,
    max_bad_rows: int = 0,
    progress: Progress | None = None,
) -> Change:
    """Add, change and remove items of a base; it is swapped for the new one when that is whole.

    A row with a known id changes that item: attributes whose column the file has are taken from it, the others stay. Texts that
    did not change are not encoded again, and the encoder stays the one the base has. What was fitted goes, since it counts on
    the old order of items.

    Args:
        base: directory or name.
        items: a table with columns as the base's card names them; it may lack any but the id and the title.
        remove: ids, or a file with one id a line.
        max_bad_rows: how many bad rows may be left out.
        progress: called as the work goes on.

    Raises:
        BadInput, BadRows: the file does not fit, or an id to remove is unknown; nothing was changed.
        BaseMissing, BaseDamaged, BaseOutdated, BaseLocked: the base cannot be changed.
    """
    place = resolve(base)
    Manifest.load(place)
    faults = Faults(max_bad_rows)
    # The base is read under the lock, so that two updates at once cannot undo each other.
    with publishing(place) as work:
        held = KnowledgeBase.open(place)
        card = load_card(place / "card.yaml")
        gone = _ids_to_remove(remove, held)
        new, columns = _new_items(Path(items), card, faults) if items is not None else ({}, frozenset[str]())
        clash = sorted(gone & new.keys())
        if clash:
            raise BadInput(f"item {clash[0]!r} is both in the table and among those to remove; decide for one")
        known = set(held.catalogue.ids)
        source = _Changed(held, card, _changed(held, card, new, columns, gone), gone)
        had_fitted = held.fitted.is_dir()
        manifest = write_base(
            source, work, sources=held.manifest.sources, encoder=None, faults=faults, progress=progress or silent, before=held
        )
    lost = ("what was fitted is gone; run: sommelier fit " + str(place),) if had_fitted else ()
    return Change(
        added=len(new.keys() - known),
        changed=len(new.keys() & known),
        removed=len(gone),
        items=manifest.counts["items"],
        notes=(*manifest.notes, *lost),
    )


def _ids_to_remove(remove: str | Path | Iterable[str] | None, base: KnowledgeBase) -> frozenset[str]:
    if remove is None:
        return frozenset()
    if isinstance(remove, str | Path):
        path = Path(remove)
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"{str(path)!r} cannot be read: {error}; give a text file with one item id a line") from error
        wanted = {line.strip(): f"{path.name} row {row}" for row, line in enumerate(lines, start=1) if line.strip()}
    else:
        wanted = dict.fromkeys(remove, "remove")
    for item_id, where in wanted.items():
        if item_id not in base.catalogue:
            raise BadInput(f"{where}: there is no item {item_id!r} in the base {base.name!r}")
    return frozenset(wanted)


def _new_items(path: Path, card: Card, faults: Faults) -> tuple[dict[str, tuple[Item, str]], frozenset[str]]:
    """The table's items by id, and the columns it has."""
    columns = frozenset(Rows(path, faults).columns)
    for role, column in (("id", card.id), ("title", card.title)):
        if column is not None and column not in columns:
            raise BadInput(
                f"{path.name} has no column {column!r} ({role}), which the base's card names; it has: {', '.join(sorted(columns))}"
            )
    if card.id is None:
        raise BadInput(
            "the base's ids were made of titles, so that a row cannot say which item it changes; build it again with an id column"
        )

    def there(column: str | None) -> str | None:
        return column if column in columns else None

    placed = there(card.lat) is not None and there(card.lon) is not None
    narrow = replace(
        card,
        description=there(card.description),
        aliases=there(card.aliases),
        popularity=there(card.popularity),
        image=there(card.image),
        url=there(card.url),
        lat=card.lat if placed else None,
        lon=card.lon if placed else None,
        text=tuple(c for c in card.text if c in columns),
        facets=tuple(f for f in card.facets if f.column in columns),
        numbers=tuple(n for n in card.numbers if n.column in columns),
        dates={name: c for name, c in card.dates.items() if c in columns},
        keys={name: c for name, c in card.keys.items() if c in columns},
        show=(),
        interactions=None,
        relations=None,
        alias_file=None,
    )
    source = TableSource(path, narrow, faults)
    return {item.id: (item, text) for item, text in source.items()}, columns


def _changed(
    base: KnowledgeBase, card: Card, new: Mapping[str, tuple[Item, str]], columns: frozenset[str], gone: frozenset[str]
) -> dict[str, tuple[Item, str]]:
    """All items that will stand, by id."""
    result: dict[str, tuple[Item, str]] = {}
    for item, text in base.catalogue.all_texts():
        if item.id in gone:
            continue
        if item.id in new:
            fresh, words = new[item.id]
            result[item.id] = (_over(item, fresh, card, columns), words if set(card.text) & columns else text)
        else:
            result[item.id] = (item, text)
    result.update((item_id, entry) for item_id, entry in new.items() if item_id not in result)
    return result


def _over(old: Item, new: Item, card: Card, columns: frozenset[str]) -> Item:
    """The old item with every attribute the file has a column for taken from the new one, an empty cell included."""
    facets = {f.facet.name for f in card.facets if f.column in columns}
    numbers = {n.number.name for n in card.numbers if n.column in columns}
    dates = {name for name, column in card.dates.items() if column in columns}
    keys = {name for name, column in card.keys.items() if column in columns}
    plain = {
        role: getattr(new, role) for role in ("description", "aliases", "popularity", "image", "url") if getattr(card, role) in columns
    }
    return replace(
        old,
        title=new.title,
        facets={**{k: v for k, v in old.facets.items() if k not in facets}, **new.facets},
        numbers={**{k: v for k, v in old.numbers.items() if k not in numbers}, **new.numbers},
        dates={**{k: v for k, v in old.dates.items() if k not in dates}, **new.dates},
        keys={**{k: v for k, v in old.keys.items() if k not in keys}, **new.keys},
        place=new.place if card.lat in columns and card.lon in columns else old.place,
        **plain,
    )


def _strengths(held: Interactions, row: int) -> npt.NDArray[np.float32]:
    """The strength of each item of a user's sequence, 0 for those taken without an opinion."""
    taken = held.sequence(row)
    start, end = held.matrix.indptr[row], held.matrix.indptr[row + 1]
    columns, values = held.matrix.indices[start:end], held.matrix.data[start:end]
    if not len(columns):
        return np.zeros(len(taken), dtype=np.float32)
    at = np.minimum(np.searchsorted(columns, taken), len(columns) - 1)
    strengths: npt.NDArray[np.float32] = np.where(columns[at] == taken, values[at], 0.0).astype(np.float32)
    return strengths


class _Changed:
    """A base with its changes as a source."""

    def __init__(self, base: KnowledgeBase, card: Card, items: Mapping[str, tuple[Item, str]], gone: frozenset[str]) -> None:
        self.name = base.name
        self.card = card
        self._base = base
        self._items = items
        self._gone = gone

    def schema(self) -> Schema:
        return self._base.schema

    def items(self) -> Iterator[tuple[Item, str]]:
        return iter(self._items.values())

    def events(self) -> Events | None:
        if not self._base.has("interactions"):
            return None
        held, ids = self._base.interactions, self._base.catalogue.ids
        kept = np.array([item_id not in self._gone for item_id in ids], dtype=np.bool_)
        user, item, value, time = [], [], [], []
        for row in range(len(held.users)):
            taken, whens = held.sequence(row), held.times(row)
            stays = kept[taken]
            user.append(np.full(int(stays.sum()), row, dtype=np.int32))
            item.append(taken[stays])
            value.append(_strengths(held, row)[stays])
            time.append(np.full(int(stays.sum()), np.nan) if whens is None else whens[stays])
        # Items that are gone keep their place in the list of names and have no events.
        return Events(
            users=held.users,
            items=ids,
            user=np.concatenate(user),
            item=np.concatenate(item).astype(np.int32),
            value=np.concatenate(value).astype(np.float32),
            time=np.concatenate(time),
        )

    def relations(self) -> Iterable[Relation]:
        """The relations that are neither facets nor likes nor mentions, which are made anew."""
        if not self._base.has("graph"):
            return
        made = {*self._base.schema.facet_names, TOOK, NAMED}
        lost = {f"item:{item_id}" for item_id in self._gone}
        for head, relation, tail, weight in self._base.graph.triples():
            if relation not in made and head not in lost and tail not in lost:
                yield Relation(head=head, relation=relation, tail=tail, weight=weight)

    def dialogues(self) -> Iterable[Dialogue]:
        if not self._base.has("dialogues"):
            return
        for dialogue in self._base.dialogues:
            utterances = tuple(replace(u, items=tuple(i for i in u.items if i not in self._gone)) for u in dialogue.utterances)
            yield replace(dialogue, utterances=utterances)
