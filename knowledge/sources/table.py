"""A table as a source: CSV, TSV, JSON Lines, JSON or Parquet with a card that says which column plays which role."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from knowledge.dialogues import Dialogue
from knowledge.errors import BadInput
from knowledge.items import Item
from knowledge.schema import Schema
from knowledge.sources.base import Events, Relation
from knowledge.sources.card import Card
from knowledge.sources.cells import as_date, as_list, as_number, as_text, slug
from knowledge.sources.faults import Faults, shown
from knowledge.sources.rows import Rows

__all__ = ["TableSource"]

_DATED = re.compile(r"\d{4}-\d{1,2}(-|$)")


class TableSource:
    """Items from a table file; interactions, relations and aliases from the files its card names.

    Args:
        path: the table.
        card: which column plays which role.
        faults: where bad rows are noted.
        folder: where the card's other files lie; the table's folder where None.
    """

    def __init__(self, path: Path, card: Card, faults: Faults, *, folder: Path | None = None) -> None:
        self.name = card.name
        self.card = card
        self.path = path
        self._faults = faults
        self._folder = folder or path.parent
        self._rows = Rows(path, faults)
        self._check_columns()
        self._ids: set[str] = set()
        self._values: set[str] = set()

    def _check_columns(self) -> None:
        for column in self.card.columns:
            if column not in self._rows.columns:
                near = difflib.get_close_matches(column, self._rows.columns, n=1, cutoff=0.5)
                hint = f"did you mean {near[0]!r}? " if near else ""
                raise BadInput(
                    f"{self.path.name} has no column {column!r}, which the card names; {hint}It has: {', '.join(self._rows.columns)}"
                )
        if self.card.title is None:
            raise BadInput(f"the card of {self.path.name} names no title column; write `title: COLUMN` under `columns`")

    def schema(self) -> Schema:
        """Return the card's schema."""
        return self.card.schema

    def items(self) -> Iterator[tuple[Item, str]]:
        """Yield an item for every good row; bad rows are noted and left out. Raises BadRows, BadInput."""
        aliases = self._aliases()
        rows: dict[str, int] = {}
        for number, row in self._rows:
            try:
                item, more = self._item(row, aliases)
            except _BadCell as bad:
                self._faults.add(self.path.name, number, str(bad))
                continue
            if item.id in rows:
                if self.card.id is None:
                    item = _renamed(item, rows)
                else:
                    self._faults.add(
                        self.path.name,
                        number,
                        f", column {self.card.id!r}: id {item.id!r} stands in row {rows[item.id]} already; ids must differ",
                    )
                    continue
            rows[item.id] = number
            self._ids.add(item.id)
            for facet in self.card.facets:
                self._values.update(f"{facet.facet.name}:{value}" for value in item.facets.get(facet.facet.name, ()))
            yield item, more
        self._faults.check()
        if not rows:
            raise BadInput(f"{self.path.name} holds no items; give at least one row with a title")

    def _item(self, row: Mapping[str, Any], aliases: Mapping[str, list[str]]) -> tuple[Item, str]:
        card = self.card
        title = as_text(row.get(card.title or ""))
        if not title:
            raise _BadCell(f", column {card.title!r}: the title is empty; give every item one")
        item_id = as_text(row.get(card.id)) if card.id is not None else slug(title)
        if not item_id:
            raise _BadCell(f", column {card.id!r}: the id is empty; give every item one")
        facets = {f.facet.name: v for f in card.facets if (v := as_list(row.get(f.column), f.separator or card.separator))}
        found = {n.number.name: self._number(row, n.column, year=n.number.role == "year") for n in card.numbers}
        when = {name: self._date(row, column) for name, column in card.dates.items()}
        texts = {name: as_text(row.get(column)) for name, column in card.keys.items()}
        listed = as_list(row.get(card.aliases), card.separator or "|") if card.aliases is not None else ()
        item = Item(
            id=item_id,
            title=title,
            aliases=tuple(a for a in dict.fromkeys((*listed, *aliases.get(item_id, ()))) if a != title),
            description=as_text(row.get(card.description)) if card.description is not None else "",
            facets=facets,
            numbers={name: number for name, number in found.items() if number is not None},
            dates={name: date for name, date in when.items() if date is not None},
            place=self._place(row),
            image=as_text(row.get(card.image)) or None if card.image is not None else None,
            url=as_text(row.get(card.url)) or None if card.url is not None else None,
            popularity=max(0.0, self._number(row, card.popularity) or 0.0) if card.popularity is not None else 0.0,
            keys={name: key for name, key in texts.items() if key},
        )
        return item, " ".join(as_text(row.get(column)) for column in card.text).strip()

    def _number(self, row: Mapping[str, Any], column: str, *, year: bool = False) -> float | None:
        value = row.get(column)
        if year and isinstance(value, str) and _DATED.match(value.strip()):
            # The year of a date: a date column may play both roles.
            value = value.strip()[:4]
        try:
            return as_number(value)
        except BadInput as error:
            raise _BadCell(f", column {column!r}: {error}; write a number or leave the cell empty") from error

    def _date(self, row: Mapping[str, Any], column: str) -> str | None:
        try:
            return as_date(row.get(column))
        except BadInput as error:
            raise _BadCell(f", column {column!r}: {error}, or leave the cell empty") from error

    def _place(self, row: Mapping[str, Any]) -> tuple[float, float] | None:
        if self.card.lat is None or self.card.lon is None:
            return None
        lat, lon = self._number(row, self.card.lat), self._number(row, self.card.lon)
        if lat is None or lon is None:
            return None
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise _BadCell(
                f", columns {self.card.lat!r}, {self.card.lon!r}: ({lat:g}, {lon:g}) is no place; latitude -90..90, longitude -180..180"
            )
        return lat, lon

    def _aliases(self) -> dict[str, list[str]]:
        """The alias file, item id -> aliases."""
        spec = self.card.alias_file
        result: dict[str, list[str]] = {}
        if spec is None:
            return result
        for row, item_id, alias in self._triples(spec, ("item", "alias")):
            if not item_id or not alias:
                self._faults.add(spec["file"], row, "item or alias is empty; fill in both")
                continue
            result.setdefault(item_id, []).append(alias)
        return result

    def _triples(self, spec: Mapping[str, str], parts: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
        rows = Rows(self._folder / spec["file"], self._faults)
        for part in parts:
            if spec[part] not in rows.columns:
                raise BadInput(f"{rows.name} has no column {spec[part]!r} ({part}); it has: {', '.join(rows.columns)}")
        for number, row in rows:
            yield (number, *(as_text(row.get(spec[part])) for part in parts))

    def events(self) -> Events | None:
        """Return the interactions the card names; those with unknown items are bad rows. Raises BadRows."""
        if self.card.interactions is None:
            return None
        from knowledge.sources.events import read_events

        events = read_events(self._folder / self.card.interactions.file, self.card.interactions, self._ids, self._faults)
        self._faults.check()
        return events

    def relations(self) -> Iterable[Relation]:
        """Yield the relations the card names; dangling and circular ones are bad rows. Raises BadRows."""
        spec = self.card.relations
        if spec is None:
            return
        for row, head, relation, tail in self._triples(spec, ("head", "relation", "tail")):
            first, last = self._entity(head), self._entity(tail)
            if not relation:
                self._faults.add(spec["file"], row, "the relation is empty; name it")
            elif first is None or last is None:
                loose = head if first is None else tail
                self._faults.add(
                    spec["file"],
                    row,
                    f"{shown(loose)} is neither an item id nor a value of a facet; write the id, or kind:value for something new",
                )
            elif first == last:
                self._faults.add(spec["file"], row, f"{shown(head)} points at itself; name two different ends")
            else:
                yield Relation(head=first, relation=relation, tail=last)
        self._faults.check()

    def _entity(self, text: str) -> str | None:
        """The entity name of one end of a relation, None where nothing is meant by it."""
        if text in self._ids:
            return f"item:{text}"
        kind, colon, value = text.partition(":")
        if colon and kind == "item":
            return text if value in self._ids else None
        for facet in self.card.facets:
            name = "person" if facet.facet.kind == "person" else facet.facet.name
            if f"{facet.facet.name}:{text}" in self._values:
                return f"{name}:{text}"
        return text if colon and kind and value else None

    def dialogues(self) -> Iterable[Dialogue]:
        """A table has none."""
        return ()


class _BadCell(Exception):
    """A row that cannot become an item; caught where rows are read."""


def _renamed(item: Item, taken: Mapping[str, int]) -> Item:
    """Return the item under a free id: the year where it has one, else a number. For ids made of titles."""
    from dataclasses import replace

    year = next((v for name, v in item.numbers.items() if "year" in name), None)
    if year is not None and f"{item.id}-{int(year)}" not in taken:
        return replace(item, id=f"{item.id}-{int(year)}")
    number = 2
    while f"{item.id}-{number}" in taken:
        number += 1
    return replace(item, id=f"{item.id}-{number}")
