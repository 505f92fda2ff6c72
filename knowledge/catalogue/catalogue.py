"""The catalogue of a base, opened for reading."""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.catalogue.arrays import LazyArrays
from knowledge.catalogue.facets import FacetColumn
from knowledge.catalogue.full_text import best_matches, rows_with_all
from knowledge.catalogue.ground import Grounded, Grounder
from knowledge.catalogue.select import select, unknown_attribute
from knowledge.errors import BadInput, BaseDamaged, BaseOutdated
from knowledge.items import Item
from knowledge.predicates import Predicate
from knowledge.schema import Schema

__all__ = ["Catalogue"]

Mask = npt.NDArray[np.bool_]
_KEPT_ITEMS = 20_000


class Catalogue:
    """Items by id and by index, exact filters and full text. Safe to read from several threads.

    An index is the position of an item among all ids in sorted order; every other part of a base uses the same one.
    """

    def __init__(self, folder: Path, schema: Schema) -> None:
        """Open the catalogue that `write_catalogue` made. Arrays are read when first needed."""
        self.schema = schema
        self._path = folder / "catalogue.sqlite"
        if not self._path.is_file():
            raise BaseDamaged(f"{self._path} is missing; build the base again")
        self._inode = self._path.stat().st_ino
        self._arrays = LazyArrays(folder / "catalogue.npz")
        self._lock = threading.RLock()
        # One connection, opened now: it goes on reading the same file when another base is put in this one's place.
        self._connection = self.connect()
        weakref.finalize(self, self._connection.close)
        self._reading = threading.Lock()
        self._facets: dict[str, FacetColumn] = {}
        self._numbers: dict[str, npt.NDArray[np.float64]] = {}
        self._days: dict[str, npt.NDArray[np.int32]] = {}
        self._grounders: dict[str, Grounder] = {}
        self._items: dict[int, Item] = {}

    @cached_property
    def ids(self) -> list[str]:
        """All item ids, sorted."""
        return self._arrays.texts("ids")

    @cached_property
    def titles(self) -> list[str]:
        """All titles, by index."""
        return self._arrays.texts("titles")

    @cached_property
    def popularity(self) -> npt.NDArray[np.float64]:
        """How much each item is taken, (n_items,); only the order matters."""
        return self._arrays["popularity"].astype(np.float64, copy=False)

    @cached_property
    def _indices(self) -> dict[str, int]:
        return {item_id: index for index, item_id in enumerate(self.ids)}

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, item_id: object) -> bool:
        return item_id in self._indices

    def index(self, item_id: str) -> int:
        """Return the index of an id. Raises KeyError."""
        return self._indices[item_id]

    # Records

    def connect(self) -> sqlite3.Connection:
        """Open a new read-only connection to the catalogue's file; the caller closes it.

        Raises:
            BaseOutdated: the base was built anew since this catalogue was opened; indices would not agree.
        """
        if self._path.stat().st_ino != self._inode:
            raise BaseOutdated(f"{str(self._path.parent)!r} was built anew since it was opened; open it again")
        return sqlite3.connect(f"{self._path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)

    def item(self, item_id: str) -> Item:
        """Return an item by id. Raises KeyError."""
        return self.items((item_id,))[0]

    def items(self, item_ids: Iterable[str]) -> list[Item]:
        """Return items by id, in the order asked for. Raises KeyError for an unknown id."""
        indices = [self.index(item_id) for item_id in item_ids]
        missing = [index for index in dict.fromkeys(indices) if index not in self._items]
        read = dict(self._read(missing)) if missing else {}
        result = [read.get(index) or self._items[index] for index in indices]
        with self._lock:
            if len(self._items) + len(read) <= _KEPT_ITEMS:
                self._items.update(read)
        return result

    def _read(self, indices: list[int]) -> Iterator[tuple[int, Item]]:
        for start in range(0, len(indices), 500):
            some = indices[start : start + 500]
            marks = ",".join("?" * len(some))
            with self._reading:
                rows = self._connection.execute(f"SELECT {_RECORD} FROM items WHERE position IN ({marks})", some).fetchall()
            for row in rows:
                yield row[0], _item(row)

    def all_items(self) -> Iterator[Item]:
        """Yield every item by index, reading as it goes."""
        return (item for item, _ in self.all_texts())

    def all_texts(self) -> Iterator[tuple[Item, str]]:
        """Yield every item by index, with its further text that is searched and not shown."""
        connection = self.connect()
        try:
            for row in connection.execute(f"SELECT {_RECORD}, more FROM items ORDER BY position"):
                yield _item(row[:-1]), row[-1]
        finally:
            connection.close()

    # Attributes

    def facet(self, name: str) -> FacetColumn:
        """Return a facet's column. Raises BadInput naming the nearest facet."""
        column = self._facets.get(name)
        if column is None:
            with self._lock:
                if f"facet:{name}:rows" not in self._arrays:
                    raise unknown_attribute(name, self.schema.facet_names, "facet")
                values = self._arrays.texts(f"facet:{name}:values")
                rows, ends = self._arrays[f"facet:{name}:rows"], self._arrays[f"facet:{name}:ends"]
                column = FacetColumn(values, rows.astype(np.int32, copy=False), ends.astype(np.int64, copy=False))
                self._facets[name] = column
        return column

    def number(self, name: str) -> npt.NDArray[np.float64]:
        """Return a number by index, NaN where missing, (n_items,). Raises BadInput naming the nearest number."""
        values = self._numbers.get(name)
        if values is None:
            with self._lock:
                if f"number:{name}" not in self._arrays:
                    raise unknown_attribute(name, self.schema.number_names, "number")
                values = self._arrays[f"number:{name}"].astype(np.float64, copy=False)
                values.flags.writeable = False
                self._numbers[name] = values
        return values

    def days(self, name: str) -> npt.NDArray[np.int32]:
        """Return first and last day of a date by index, (n_items, 2). Raises BadInput naming the nearest date."""
        if f"date:{name}" not in self._arrays:
            raise unknown_attribute(name, self.schema.dates, "date")
        days = self._days.get(name)
        if days is None:
            days = self._days[name] = self._arrays[f"date:{name}"].astype(np.int32, copy=False)
        return days

    @cached_property
    def places(self) -> npt.NDArray[np.float64]:
        """Latitude and longitude by index, NaN where missing, (n_items, 2). Raises BadInput where items have no places."""
        if "place" not in self._arrays:
            raise BadInput("the catalogue has no places; name the columns 'lat' and 'lon' in the card and build again")
        return self._arrays["place"].astype(np.float64, copy=False)

    def having(self, name: str) -> Mask:
        """Return which items have a title, description, image, url, place or popularity, (n_items,)."""
        if name == "title":
            return np.ones(len(self), dtype=np.bool_)
        if name == "place":
            return ~np.isnan(self.places[:, 0]) if self.schema.place else np.zeros(len(self), dtype=np.bool_)
        if name == "popularity":
            return self.popularity > 0
        return self._arrays[f"has:{name}"].astype(np.bool_, copy=False)

    # Questions

    def select(self, predicate: Predicate) -> Mask:
        """Return which items satisfy the predicate, exactly, (n_items,). The caller may change the array.

        Raises:
            BadInput: the predicate names an attribute the catalogue lacks, or a value of the wrong kind.
        """
        return select(self, predicate)

    def containing(self, text: str) -> Mask:
        """Return which items hold all the words in title, aliases or further text, (n_items,)."""
        mask: Mask = np.zeros(len(self), dtype=np.bool_)
        with self._reading:
            mask[rows_with_all(self._connection, text)] = True
        return mask

    def full_text(self, query: str, k: int, within: Mask | None = None) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Return up to k indices and BM25 scores, best first, among the masked items; higher is better, ties by index."""
        with self._reading:
            return best_matches(self._connection, query, k, within)

    def ground(self, facet: str, text: str) -> Grounded:
        """Return the facet value a text means, synonyms and typos included. Raises BadInput for an unknown facet."""
        grounder = self._grounders.get(facet)
        if grounder is None:
            column = self.facet(facet)
            grounder = self._grounders[facet] = Grounder(self.schema.facet(facet), column)
        return grounder.ground(text)


_RECORD = "position, id, title, description, popularity, image, url, lat, lon, record"


def _item(row: tuple[Any, ...]) -> Item:
    _, item_id, title, description, popularity, image, url, lat, lon, record = row
    data = json.loads(record)
    return Item(
        id=item_id,
        title=title,
        description=description,
        popularity=popularity,
        image=image,
        url=url,
        place=None if lat is None else (lat, lon),
        aliases=tuple(data["aliases"]),
        facets={name: tuple(values) for name, values in data["facets"].items()},
        numbers=data["numbers"],
        dates=data["dates"],
        keys=data["keys"],
    )
