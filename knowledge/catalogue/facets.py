"""A facet as arrays: posting lists from value to items, and rows from item to values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from knowledge.catalogue.words import normalise

__all__ = ["FacetColumn"]

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_DENSE = 64
"""A value of at least one item in so many gets a mask: reading one straight through then beats writing at scattered places."""
_MASKS = 64
"""Masks kept for one facet at most, one byte an item each."""


class FacetColumn:
    """All values of one facet.

    Args:
        values: distinct values, sorted, (n_values,).
        rows: value codes item by item, in source order within an item, (n_entries,).
        row_ends: `rows[row_ends[i]:row_ends[i + 1]]` are the codes of item i, (n_items + 1,).
    """

    def __init__(self, values: Sequence[str], rows: Int32, row_ends: Int64) -> None:
        self.values = list(values)
        self._rows = rows
        self._row_ends = row_ends
        self._codes = {value: code for code, value in enumerate(self.values)}
        lengths = np.diff(row_ends)
        items = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        # A stable sort by value keeps the items of one value ascending.
        order = np.argsort(rows, kind="stable")
        self._postings: Int32 = items[order]
        self.counts: Int64 = np.bincount(rows, minlength=len(self.values)).astype(np.int64)
        self._ends: Int64 = np.concatenate([[0], np.cumsum(self.counts)]).astype(np.int64)
        self._spelt: dict[str, list[int]] | None = None
        self._masks: dict[int, Mask] = {}

    @classmethod
    def of_items(cls, per_item: Sequence[Sequence[str]]) -> FacetColumn:
        """Build the column from the values of each item."""
        values = sorted({value for row in per_item for value in row})
        codes = {value: code for code, value in enumerate(values)}
        rows = np.fromiter((codes[value] for row in per_item for value in row), dtype=np.int32)
        ends = np.concatenate([[0], np.cumsum([len(row) for row in per_item], dtype=np.int64)]).astype(np.int64)
        return cls(values, rows, ends)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def n_items(self) -> int:
        """How many items the column covers, with or without a value."""
        return len(self._row_ends) - 1

    @property
    def arrays(self) -> Mapping[str, npt.NDArray[np.generic]]:
        """The arrays from which the column is made again, besides `values`."""
        return {"rows": self._rows, "ends": self._row_ends}

    def code(self, value: str) -> int | None:
        """Return the code of a value, exact spelling first, then the only value spelt so but for case and punctuation."""
        code = self._codes.get(value)
        if code is not None:
            return code
        if self._spelt is None:
            spelt: dict[str, list[int]] = {}
            for at, known in enumerate(self.values):
                spelt.setdefault(normalise(known), []).append(at)
            self._spelt = spelt
        same = self._spelt.get(normalise(value), [])
        return same[0] if len(same) == 1 else None

    def positions(self, value: str) -> Int32:
        """Return the indices of the items that have the value, ascending; empty where nobody has it."""
        code = self.code(value)
        if code is None:
            return np.empty(0, dtype=np.int32)
        return self._postings[self._ends[code] : self._ends[code + 1]]

    def add_to(self, mask: Mask, value: str) -> None:
        """Set the mask true for the items that have the value. Values that many items have keep a mask of their own, made once."""
        code = self.code(value)
        if code is None:
            return
        held = self._masks.get(code)
        if held is None:
            found = self._postings[self._ends[code] : self._ends[code + 1]]
            if len(found) * _DENSE < self.n_items or len(self._masks) >= _MASKS:
                mask[found] = True
                return
            held = np.zeros(self.n_items, dtype=np.bool_)
            held[found] = True
            self._masks[code] = held
        np.logical_or(mask, held, out=mask)

    def of(self, index: int) -> tuple[str, ...]:
        """Return the values of an item, in source order."""
        start, end = self._row_ends[index], self._row_ends[index + 1]
        return tuple(self.values[code] for code in self._rows[start:end])

    def of_many(self, indices: npt.NDArray[np.int64]) -> tuple[Int64, Int32]:
        """Return the values of several items as codes: `(n_entries,)` places in `indices`, ascending, and `(n_entries,)` value codes."""
        starts = self._row_ends[indices]
        lengths = self._row_ends[indices + 1] - starts
        before = np.cumsum(lengths) - lengths
        places = np.repeat(np.arange(len(lengths)), lengths)
        return places, self._rows[np.arange(len(places)) + (starts - before)[places]]

    def known(self) -> Mask:
        """Return which items have any value, (n_items,)."""
        result: Mask = np.diff(self._row_ends) > 0
        return result

    def count_within(self, mask: Mask) -> Int64:
        """Return how many of the masked items have each value, (n_values,)."""
        chosen = np.repeat(mask, np.diff(self._row_ends))
        return np.bincount(self._rows[chosen], minlength=len(self.values)).astype(np.int64)
