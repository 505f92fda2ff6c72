"""Rows of a table file, one mapping a row with its row number, faults noted: CSV, TSV, JSON Lines, JSON, Parquet; gzip too.

Text tables are read by the csv module and not by Polars: Polars fills short rows with nulls in silence and names no row where one
is too long, and a person must be told the row. Polars reads Parquet here and the big event files in `knowledge.sources.events`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from knowledge.errors import BadInput
from knowledge.sources.faults import Faults, shown

__all__ = ["Rows", "open_bytes", "table_kind"]

CELL_LIMIT = 200_000
"""Longest cell in characters. A longer one is nearly always a quotation mark that is never closed."""

_KINDS = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".parquet": "parquet"}
_FIELD_LIMIT = threading.Lock()

Row = Mapping[str, Any]


def table_kind(path: Path) -> str | None:
    """Return "csv", "tsv", "jsonl", "json" or "parquet" by the file's ending (.gz aside), None for any other."""
    name = path.name.lower().removesuffix(".gz")
    return _KINDS.get(Path(name).suffix)


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading bytes, unpacking gzip. Raises BadInput where it is missing or not readable."""
    try:
        with path.open("rb") as raw:
            if path.name.lower().endswith(".gz"):
                with gzip.open(raw, "rb") as unpacked:
                    yield cast(BinaryIO, unpacked)
            else:
                yield raw
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise BadInput(f"{path.name} is not a whole gzip file ({error}); pack it again") from error
    except FileNotFoundError as error:
        raise BadInput(f"there is no file {str(path)!r}; check the path") from error
    except IsADirectoryError as error:
        raise BadInput(f"{str(path)!r} is a directory; name a file in it") from error
    except PermissionError as error:
        raise BadInput(f"{str(path)!r} may not be read by you; change its permissions") from error


class Rows:
    """A table file. `columns` are known after opening for CSV, TSV and Parquet, and after a first look for JSON."""

    def __init__(self, path: Path, faults: Faults) -> None:
        kind = table_kind(path)
        if kind is None:
            raise BadInput(f"{path.name}: the ending is none of {', '.join(_KINDS)} (with or without .gz); rename or convert the file")
        self.path = path
        self.kind = kind
        self.name = path.name
        self._faults = faults
        self.delimiter = ","
        self.columns: tuple[str, ...] = self._first_columns()

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        """Yield (row number, row). Rows count from 1 and the header is row 1 where there is one."""
        if self.kind in ("csv", "tsv"):
            return self._separated()
        if self.kind == "parquet":
            return self._parquet()
        return self._json()

    def head(self, count: int) -> list[Row]:
        """Return the first rows, for guessing; faults are not noted."""
        quiet = Rows.__new__(Rows)
        quiet.__dict__.update(self.__dict__)
        quiet._faults = Faults(10**9)
        result: list[Row] = []
        for _, row in quiet:
            result.append(row)
            if len(result) == count:
                break
        return result

    def _first_columns(self) -> tuple[str, ...]:
        if self.kind in ("csv", "tsv"):
            return self._header()
        if self.kind == "parquet":
            import polars

            with open_bytes(self.path) as file:
                try:
                    schema = polars.read_parquet_schema(io.BytesIO(file.read()))
                    return tuple(_flat({name: _fields(kind) for name, kind in schema.items()}))
                except polars.exceptions.PolarsError as error:
                    raise BadInput(f"{self.name} is not a Parquet file ({error}); export it again") from error
        columns: dict[str, None] = {}
        for row in self.head(5000):
            columns.update(dict.fromkeys(row))
        if not columns:
            raise BadInput(f"{self.name} holds no rows; give at least one JSON object a line")
        return tuple(columns)

    @contextmanager
    def _text(self) -> Iterator[io.TextIOBase]:
        with open_bytes(self.path) as file:
            start = file.read(4)
            file.seek(0)
            encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
            # A byte that is not UTF-8 becomes a lone surrogate, so that the row that holds it can be named.
            wrapper = io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline="")
            try:
                yield wrapper
            except UnicodeDecodeError as error:
                raise BadInput(f"{self.name}: byte {error.start} is not {encoding} ({error.reason}); save the file as UTF-8") from error

    def _header(self) -> tuple[str, ...]:
        with self._text() as file:
            first = file.readline()
            while first and not first.strip():
                first = file.readline()
            if not first:
                raise BadInput(f"{self.name} is empty; it needs a line of column names and at least one row")
            self.delimiter = "\t" if self.kind == "tsv" else max(",;\t|", key=lambda mark: (first.count(mark), mark == ","))
        for _, cells in self._cells():
            names = [cell.strip() for cell in cells]
            break
        for at, name in enumerate(names):
            if not name:
                names[at] = f"column_{at + 1}"
            if name and name in names[:at]:
                raise BadInput(f"{self.name} row 1: two columns are named {name!r}; rename one")
            if _undecoded(name):
                raise BadInput(f"{self.name} row 1: column name {shown(name)} is not UTF-8; save the file as UTF-8")
        return tuple(names)

    def _cells(self) -> Iterator[tuple[int, list[str]]]:
        with _FIELD_LIMIT:
            # The csv module's limit is one for the whole process and small; it is only ever raised.
            csv.field_size_limit(max(csv.field_size_limit(), CELL_LIMIT * 5))
        with self._text() as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            row = 0
            try:
                for cells in reader:
                    if not cells or (len(cells) == 1 and not cells[0].strip()):
                        continue
                    row += 1
                    yield row, cells
            except csv.Error as error:
                raise BadInput(
                    f"{self.name} row {row + 1} (line {reader.line_num}): {error}; is a quotation mark there that is never closed?"
                ) from error

    def _separated(self) -> Iterator[tuple[int, Row]]:
        columns, width = self.columns, len(self.columns)
        for row, cells in self._cells():
            if row == 1:
                continue
            if len(cells) != width:
                which = "fewer" if len(cells) < width else "more"
                problem = f"{len(cells)} cells, {which} than the {width} columns; is a separator ({self.delimiter!r}) unquoted or missing?"
                self._faults.add(self.name, row, problem)
                continue
            bad = _cell_problem(columns, cells)
            if bad is not None:
                self._faults.add(self.name, row, bad)
                continue
            yield row, dict(zip(columns, cells, strict=True))

    def _json(self) -> Iterator[tuple[int, Row]]:
        for row, data in self._objects():
            if not isinstance(data, dict):
                self._faults.add(self.name, row, f"{shown(data)} is not a JSON object; write {{...}}")
                continue
            flat = _flat(data)
            problem = next((p for c, v in flat.items() for p in (_text_problem(c, v),) if p), None)
            if problem:
                self._faults.add(self.name, row, problem)
                continue
            yield row, flat

    def _objects(self) -> Iterator[tuple[int, Any]]:
        with self._text() as file:
            if self.kind == "json":
                try:
                    whole = json.load(file)
                except (json.JSONDecodeError, RecursionError) as error:
                    raise BadInput(f"{self.name} is not JSON: {error}") from error
                if not isinstance(whole, list):
                    raise BadInput(f"{self.name} holds {type(whole).__name__}; write a list of objects, or JSON Lines")
                yield from enumerate(whole, start=1)
                return
            for row, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    yield row, json.loads(line)
                except (json.JSONDecodeError, RecursionError) as error:
                    self._faults.add(self.name, row, f"not JSON: {error}")

    def _parquet(self) -> Iterator[tuple[int, Row]]:
        import polars

        with open_bytes(self.path) as file:
            frame = polars.read_parquet(io.BytesIO(file.read()))
        row = 0
        for part in frame.iter_slices(10_000):
            for values in part.iter_rows(named=True):
                row += 1
                flat = _flat(values)
                problem = next((p for c, v in flat.items() for p in (_text_problem(c, v),) if p), None)
                if problem:
                    self._faults.add(self.name, row, problem)
                    continue
                yield row, flat


def _undecoded(text: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in text) if not text.isascii() else False


def _cell_problem(columns: tuple[str, ...], cells: list[str]) -> str | None:
    for column, cell in zip(columns, cells, strict=True):
        problem = _text_problem(column, cell)
        if problem:
            return problem
    return None


def _text_problem(column: str, value: object) -> str | None:
    if not isinstance(value, str):
        return None
    if len(value) > CELL_LIMIT:
        return f", column {column!r}: {len(value)} characters, the limit is {CELL_LIMIT}; is a quotation mark never closed?"
    if not value.isascii() and _undecoded(value):
        return f", column {column!r}: {shown(value)} holds bytes that are not UTF-8; save the file as UTF-8"
    return None


def _fields(kind: Any) -> Any:
    """The names inside a Parquet structure as nested mappings; None for any other type."""
    return {field.name: _fields(field.dtype) for field in kind.fields} if hasattr(kind, "fields") else None


def _flat(data: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Join nested keys by dots; lists stay lists."""
    result: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, Mapping):
            result.update(_flat(value, f"{prefix}{key}."))
        else:
            result[f"{prefix}{key}"] = value
    return result
