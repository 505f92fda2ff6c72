"""Lines of an interaction file, packed or not, and what its rows hold; gathered as numbers, so that twenty million fit in memory."""

from __future__ import annotations

import gzip
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import BadInput

__all__ = ["Table", "first_lines", "lines", "once", "seconds", "sorted_names"]

GZIP = b"\x1f\x8b"
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def lines(path: Path) -> Iterator[str]:
    """Yield the lines that hold anything, without their ends; gzip is unpacked, a byte order mark dropped.

    What is no UTF-8 is kept byte for byte, so that two ids never fall into one. Raises BadInput where the packing is broken.
    """
    with path.open("rb") as raw:
        packed = raw.read(2) == GZIP
    opened = gzip.open if packed else open
    try:
        with opened(path, "rb") as raw:
            coding = "utf-16" if raw.read(2) in UTF16 else "utf-8-sig"
        with opened(path, "rt", encoding=coding, errors="surrogateescape") as file:
            for line in file:
                if line.strip():
                    yield line.rstrip("\r\n")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadInput(f"{str(path)!r} is no whole gzip file ({error}); pack it again or give it unpacked") from error


def first_lines(path: Path, count: int) -> list[str]:
    """Return up to so many lines from the start. Raises BadInput for a file that holds none."""
    found = []
    for line in lines(path):
        found.append(line)
        if len(found) == count:
            break
    if not found:
        raise BadInput(f"{str(path)!r} is empty; give a file with one interaction or one history a line")
    return found


def seconds(text: str) -> float:
    """Return a time given as a number or as an ISO date. Raises ValueError for anything else."""
    try:
        return float(text)
    except ValueError:
        return datetime.fromisoformat(text.strip()).timestamp()


class Table:
    """Interactions as they are read: users and items numbered by first sight, with times where there are any."""

    def __init__(self) -> None:
        self._users: dict[str, int] = {}
        self._items: dict[str, int] = {}
        self._who, self._what, self._when = array("i"), array("i"), array("d")

    def add(self, user: str, item: str, when: float = 0.0) -> None:
        """Take one interaction in."""
        self._who.append(self._users.setdefault(user, len(self._users)))
        self._what.append(self._items.setdefault(item, len(self._items)))
        self._when.append(when)

    def add_rows(
        self, rows: Iterable[Sequence[str]], user: int, item: int, time: int | None, *, name: str, first: int = 1, width: int | None = None
    ) -> None:
        """Take rows in, by the places of their columns.

        Raises:
            BadInput: a row lacks something; the text names the file `name` and the line, counted from `first`.
        """
        for number, row in enumerate(rows, first):
            try:
                who, what = row[user].strip(), row[item].strip()
                when = seconds(row[time]) if time is not None else 0.0
            except (IndexError, ValueError) as error:
                raise BadInput(f"{name} line {number}: {list(row)!r} lacks a user, an item or a time ({error})") from error
            if not who or not what or not np.isfinite(when) or (width is not None and len(row) != width):
                raise BadInput(f"{name} line {number}: {list(row)!r} lacks a user, an item or a time, or has columns too many or too few")
            self.add(who, what, when)

    def __len__(self) -> int:
        return len(self._who)

    def histories(self) -> tuple[list[str], list[str], list[NDArray[np.int32]]]:
        """Return users, items, and each user's item indices, oldest first; equal times stand as they were read."""
        users, user_rank = _ranked(self._users)
        items, item_rank = _ranked(self._items)
        who = user_rank[np.frombuffer(self._who, dtype=np.int32)] if len(self) else np.array([], dtype=np.int32)
        what = item_rank[np.frombuffer(self._what, dtype=np.int32)] if len(self) else who
        order = np.lexsort((np.frombuffer(self._when, dtype=np.float64), who)) if len(self) else who
        ends = np.cumsum(np.bincount(who, minlength=len(users)))[:-1]
        return users, items, [once(s) for s in np.split(what[order], ends)] if users else []


def once(sequence: NDArray[np.int32]) -> NDArray[np.int32]:
    """Keep each item's first place: what is taken again is known already and nothing to be found."""
    _, first = np.unique(sequence, return_index=True)
    return np.asarray(sequence[np.sort(first)])


def sorted_names(names: Iterable[str]) -> list[str]:
    """Return names in order: by number where all are numbers."""
    found = sorted(names)
    return sorted(found, key=int) if all(name.isdecimal() for name in found) else found


def _ranked(numbers: dict[str, int]) -> tuple[list[str], NDArray[np.int32]]:
    """Return the names in order, and for each number given so far its place in that order."""
    names = sorted_names(numbers)
    rank = np.empty(len(names), dtype=np.int32)
    rank[[numbers[name] for name in names]] = np.arange(len(names), dtype=np.int32)
    return names, rank
