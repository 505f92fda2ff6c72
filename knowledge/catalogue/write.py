"""Writing a catalogue: the SQLite file (records, attributes, full text) and the arrays for filters."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.arrays import pack, write_arrays
from knowledge.catalogue.dates import MISSING, date_days
from knowledge.catalogue.facets import FacetColumn
from knowledge.errors import BadInput
from knowledge.items import Item
from knowledge.schema import Schema

__all__ = ["item_columns", "write_catalogue"]

_FIXED = ("position", "id", "title", "description", "popularity", "image", "url", "lat", "lon", "record", "more")

_TABLES = """
CREATE TABLE facets (item INTEGER NOT NULL, facet TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE dates (item INTEGER NOT NULL, name TEXT NOT NULL, date TEXT NOT NULL);
CREATE TABLE aliases (item INTEGER NOT NULL, alias TEXT NOT NULL);
CREATE TABLE keys (item INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(
    title, aliases, description, facets, more, content='', tokenize='porter unicode61 remove_diacritics 2'
);
"""

_INDEXES = """
CREATE INDEX facets_by_value ON facets (facet, value, item);
CREATE INDEX facets_by_item ON facets (item);
CREATE INDEX aliases_by_item ON aliases (item);
CREATE INDEX keys_by_value ON keys (name, value);
"""


def item_columns(schema: Schema) -> dict[str, str]:
    """Return the column of table `items` that holds each number: its own name, or `number_NAME` where that is taken."""
    return {n.name: n.name if n.name.casefold() not in _FIXED else f"number_{n.name}" for n in schema.numbers}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _record(item: Item) -> str:
    return json.dumps(
        {
            "aliases": item.aliases,
            "facets": dict(item.facets),
            "numbers": dict(item.numbers),
            "dates": dict(item.dates),
            "keys": dict(item.keys),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _item_rows(items: Sequence[Item], schema: Schema, more: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    for position, item in enumerate(items):
        lat, lon = item.place or (None, None)
        yield (
            position,
            item.id,
            item.title,
            item.description,
            item.popularity,
            item.image,
            item.url,
            lat,
            lon,
            _record(item),
            more.get(item.id, ""),
            *(item.numbers.get(n.name) for n in schema.numbers),
        )


def _facet_words(item: Item, schema: Schema) -> str:
    """The facet values as text to search; people and categories alike, in card order."""
    return " ".join(value for facet in schema.facets for value in item.facets.get(facet.name, ()))


def _write_sqlite(path: Path, items: Sequence[Item], schema: Schema, more: dict[str, str]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # The file is written once, in a temporary directory: a crash throws it away, so no journal is needed.
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;")
        columns = item_columns(schema)
        numbers = "".join(f", {_quoted(c)} REAL" for c in columns.values())
        connection.execute(
            "CREATE TABLE items (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, description TEXT NOT NULL,"
            f" popularity REAL NOT NULL, image TEXT, url TEXT, lat REAL, lon REAL, record TEXT NOT NULL, more TEXT NOT NULL{numbers})"
        )
        connection.executescript(_TABLES)
        connection.execute("BEGIN")
        marks = ",".join("?" * (len(_FIXED) + len(columns)))
        connection.executemany(f"INSERT INTO items VALUES ({marks})", _item_rows(items, schema, more))
        connection.executemany(
            "INSERT INTO facets VALUES (?, ?, ?)",
            ((i, name, v) for i, item in enumerate(items) for name, values in item.facets.items() for v in values),
        )
        connection.executemany(
            "INSERT INTO dates VALUES (?, ?, ?)", ((i, name, date) for i, item in enumerate(items) for name, date in item.dates.items())
        )
        connection.executemany("INSERT INTO aliases VALUES (?, ?)", ((i, alias) for i, item in enumerate(items) for alias in item.aliases))
        connection.executemany(
            "INSERT INTO keys VALUES (?, ?, ?)", ((i, name, key) for i, item in enumerate(items) for name, key in item.keys.items())
        )
        connection.executemany(
            "INSERT INTO words (rowid, title, aliases, description, facets, more) VALUES (?, ?, ?, ?, ?, ?)",
            (
                (i, item.title, " \n ".join(item.aliases), item.description, _facet_words(item, schema), more.get(item.id, ""))
                for i, item in enumerate(items)
            ),
        )
        connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        connection.execute("COMMIT")
        connection.executescript(_INDEXES)
        connection.execute("ANALYZE")
    finally:
        connection.close()


def catalogue_arrays(items: Sequence[Item], schema: Schema) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays a catalogue keeps in memory, by member name."""
    arrays: dict[str, npt.NDArray[np.generic]] = {}

    def texts(name: str, values: Sequence[str]) -> None:
        arrays[name], arrays[f"{name}:offsets"] = pack(values)

    texts("ids", [item.id for item in items])
    texts("titles", [item.title for item in items])
    arrays["popularity"] = np.array([item.popularity for item in items], dtype=np.float64)
    for facet in schema.facets:
        column = FacetColumn.of_items([item.facets.get(facet.name, ()) for item in items])
        texts(f"facet:{facet.name}:values", column.values)
        for part, array in column.arrays.items():
            arrays[f"facet:{facet.name}:{part}"] = array
    for number in schema.numbers:
        arrays[f"number:{number.name}"] = np.array([item.numbers.get(number.name, np.nan) for item in items], dtype=np.float64)
    for date in schema.dates:
        days = [date_days(item.dates[date]) if date in item.dates else (MISSING, MISSING) for item in items]
        arrays[f"date:{date}"] = np.array(days, dtype=np.int32).reshape(-1, 2)
    if schema.place:
        arrays["place"] = np.array([item.place or (np.nan, np.nan) for item in items], dtype=np.float64).reshape(-1, 2)
    for name, has in (("description", "description"), ("image", "image"), ("url", "url")):
        arrays[f"has:{name}"] = np.array([bool(getattr(item, has)) for item in items], dtype=np.bool_)
    return arrays


def write_catalogue(folder: Path, items: Iterable[Item], schema: Schema, more: dict[str, str] | None = None) -> int:
    """Write `catalogue.sqlite` and `catalogue.npz` into the folder; return the number of items.

    Args:
        folder: an existing directory without a catalogue.
        items: in any order; they are stored sorted by id.
        schema: attributes of an item that the schema does not name are kept in its record and cannot be filtered by.
        more: item id -> further text that is searched and not shown.

    Raises:
        BadInput: there are no items, or two have the same id.
    """
    ordered = sorted(items, key=lambda item: item.id)
    if not ordered:
        raise BadInput("the source holds no items; give at least one row with an id and a title")
    for before, after in pairwise(ordered):
        if before.id == after.id:
            raise BadInput(f"two items have the id {after.id!r}; ids must differ")
    _write_sqlite(folder / "catalogue.sqlite", ordered, schema, more or {})
    write_arrays(folder / "catalogue.npz", catalogue_arrays(ordered, schema))
    return len(ordered)
