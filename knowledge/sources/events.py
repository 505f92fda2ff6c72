"""Interaction files as columns: one event a row (Polars, any size) or one person a row with lists of items."""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from knowledge.errors import BadInput
from knowledge.interactions import liking
from knowledge.sources.base import Events
from knowledge.sources.card import CardEvents
from knowledge.sources.cells import as_list, as_text
from knowledge.sources.faults import Faults, shown
from knowledge.sources.rows import Rows, open_bytes, table_kind

if TYPE_CHECKING:
    import polars

__all__ = ["read_events", "strengths"]


def read_events(path: Path, spec: CardEvents, ids: Container[str], faults: Faults) -> Events:
    """Read the interactions of a card; rows without a user, with an unknown item or a value that is no number are bad.

    Raises:
        BadInput: the file or a column is missing.
        BadRows: more rows are bad than were allowed.
    """
    if spec.items is not None:
        return Events.of(_people(path, spec, ids, faults))
    return _single(path, spec, ids, faults)


def _people(path: Path, spec: CardEvents, ids: Container[str], faults: Faults) -> Iterator[tuple[str, str, float, float]]:
    rows = Rows(path, faults)
    wanted = [c for c in (spec.user, spec.items, spec.disliked) if c is not None]
    _check_columns(path, wanted, rows.columns)
    for number, row in rows:
        user = as_text(row.get(spec.user))
        if not user:
            faults.add(path.name, number, f", column {spec.user!r}: the user is empty")
            continue
        for column, value in ((spec.items, 1.0), (spec.disliked, -1.0)):
            if column is None:
                continue
            for item in as_list(row.get(column), "|"):
                if item in ids:
                    yield user, item, value, float("nan")
                else:
                    faults.add(path.name, number, f", column {column!r}: there is no item {shown(item)} in the catalogue")


def _check_columns(path: Path, wanted: list[str], columns: tuple[str, ...]) -> None:
    for column in wanted:
        if column not in columns:
            raise BadInput(f"{path.name} has no column {column!r}, which the card names; it has: {', '.join(columns)}")


def _frame(path: Path, spec: CardEvents, faults: Faults) -> polars.DataFrame:
    """The wanted columns as text."""
    import polars

    rows = Rows(path, faults)
    wanted = [c for c in (spec.user, spec.item, spec.value, spec.time) if c is not None]
    _check_columns(path, wanted, rows.columns)
    if table_kind(path) in ("csv", "tsv"):
        with open_bytes(path) as file:
            try:
                return polars.read_csv(
                    file.read(), separator=rows.delimiter, columns=wanted, infer_schema=False, new_columns=None, raise_if_empty=False
                ).with_row_index("row", offset=2)
            except polars.exceptions.PolarsError:
                # Polars names no row; the slow reader below notes each bad one.
                pass
    numbers: list[int] = []
    columns: dict[str, list[str | None]] = {column: [] for column in wanted}
    for number, row in rows:
        numbers.append(number)
        for column in wanted:
            columns[column].append(as_text(row.get(column)) or None)
    return polars.DataFrame({"row": numbers, **columns}, schema={"row": polars.UInt32, **dict.fromkeys(wanted, polars.String)})


def _single(path: Path, spec: CardEvents, ids: Container[str], faults: Faults) -> Events:
    import polars as pl

    assert spec.item is not None
    frame = _frame(path, spec, faults).with_columns(pl.col(spec.user).str.strip_chars(), pl.col(spec.item).str.strip_chars())
    known = frame.select(pl.col(spec.item).unique()).drop_nulls().to_series()
    unknown = [item for item in known.to_list() if item not in ids]
    bad = frame.filter(
        pl.col(spec.user).is_null() | (pl.col(spec.user) == "") | pl.col(spec.item).is_null() | pl.col(spec.item).is_in(unknown)
    )
    if spec.value is not None:
        wrong = frame.filter(~pl.col(spec.value).cast(pl.Float64, strict=False).is_finite().fill_null(value=False))
        bad = pl.concat([bad, wrong]).unique(subset="row").sort("row")
    for row, user, item, value in (
        bad.head(faults.allowed + 50).select("row", spec.user, spec.item, pl.col(spec.value or spec.item).alias("_value")).iter_rows()
    ):
        faults.add(path.name, row, _problem(spec, user, item, value, ids))
    faults.count += max(0, len(bad) - faults.allowed - 50)
    faults.check()
    good = frame.join(bad.select("row"), on="row", how="anti", maintain_order="left")
    users, user_codes = _codes(good[spec.user])
    items, item_codes = _codes(good[spec.item])
    count = len(good)
    value = np.ones(count) if spec.value is None else good[spec.value].cast(pl.Float64).to_numpy()
    time = np.full(count, np.nan) if spec.time is None else _seconds(good[spec.time])
    return Events(
        users=users, items=items, user=user_codes, item=item_codes, value=strengths(value, spec.value or "").astype(np.float32), time=time
    )


def _problem(spec: CardEvents, user: str | None, item: str | None, value: str | None, ids: Container[str]) -> str:
    if not user:
        return f", column {spec.user!r}: the user is empty"
    if not item:
        return f", column {spec.item!r}: the item is empty"
    if item not in ids:
        return f", column {spec.item!r}: there is no item {shown(item)} in the catalogue"
    return f", column {spec.value!r}: {shown(value)} is not a number"


def _codes(column: polars.Series) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Distinct texts in order of first appearance, and the code of each row."""
    import polars as pl

    names = column.unique(maintain_order=True)
    lookup = pl.DataFrame({"name": names, "code": pl.Series(range(len(names)), dtype=pl.Int32)})
    codes = pl.DataFrame({"name": column}).join(lookup, on="name", how="left", maintain_order="left")["code"]
    return names.to_list(), codes.to_numpy().astype(np.int32)


def _seconds(column: polars.Series) -> npt.NDArray[np.float64]:
    """Times as seconds since 1970: numbers as they are, dates parsed, anything else NaN."""
    import polars as pl

    plain = column.cast(pl.Float64, strict=False)
    if plain.null_count() == len(plain) and len(plain):
        parsed = column.str.to_datetime(strict=False, time_zone="UTC") if column.dtype == pl.String else column
        plain = parsed.dt.epoch("ms").cast(pl.Float64) / 1000.0
    return plain.fill_null(float("nan")).to_numpy().astype(np.float64)


def strengths(values: npt.NDArray[np.float64], name: str = "") -> npt.NDArray[np.float64]:
    """Return values as strengths of liking in [-1, 1].

    Values with both signs are divided by the largest. Ratings (named so, or at most 20 different values up to 10, 3 or more of
    them) are read against a point a little below the middle of their range, so that the middle is a faint liking. Everything
    else is a count of uses: more is more, logarithmically, and nothing is disliked.
    """
    if not len(values):
        return values
    low, high = float(values.min()), float(values.max())
    if low < 0:
        scaled: npt.NDArray[np.float64] = values / max(abs(low), abs(high))
        return scaled
    distinct = np.unique(values)
    named = any(word in name.casefold() for word in ("rating", "score", "star", "grade"))
    if high > low and (named or (high <= 10 and 3 <= len(distinct) <= 20)):
        return liking(values).astype(np.float64)
    if high == low:
        return np.ones(len(values))
    counted: npt.NDArray[np.float64] = np.clip(np.log1p(values) / np.log1p(high), 0.05, 1.0)
    return counted
