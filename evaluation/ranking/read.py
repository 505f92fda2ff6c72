"""Reading interaction data in its common layouts, plain or packed by gzip.

ratings.csv, any headed CSV/TSV   user, item[, rating][, time] columns by name (MovieLens latest, RecBole .inter)
ratings.dat                       user::item::rating::time (MovieLens 1M, 10M)
u.data                            user, item, rating, time by tabs (MovieLens 100k)
*.txt                             user item item ... in order (S3-Rec), or one `user item` pair a line in order (SASRec)
train.txt + test.txt              user item item ... with the split given and no order (LightGCN)
a base's directory                what `sommelier build` made; the likes of its interactions, over its whole catalogue
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.ranking.rows import Table, first_lines, lines, once, seconds, sorted_names
from knowledge.errors import BadInput

__all__ = ["Events", "read_events"]

USER = ("userid", "user", "uid", "reviewerid", "customerid", "visitorid", "username", "memberid", "personid", "sessionid")
ITEM = ("itemid", "item", "movieid", "iid", "asin", "parentasin", "businessid", "bookid", "productid", "isbn", "artistid", "trackid")
TIME = ("timestamp", "time", "unixreviewtime", "date", "ts", "datetime", "reviewdate")
KNOWN_FILES = ("ratings.csv", "ratings.dat", "u.data")
BESIDE = {"movies", "items", "tags", "links", "users", "user_list", "item_list", "genome-scores", "genome-tags", "entity_list"}
"""Files that stand beside interactions and hold none."""

PEEK = 1_000
"""Lines looked at to tell the layout."""

EARLIEST = 1e8
"""A third column of numbers this large holds seconds since 1970, not ratings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Who took what.

    `sequences` are item indices of each user, oldest first where `ordered`; `users` and `items` name rows and columns. `given` holds each
    user's test items where the data comes with a split. `note` says what a reader of results should know about how the data was read.
    """

    name: str
    users: list[str]
    items: list[str]
    sequences: list[NDArray[np.int32]]
    ordered: bool
    given: list[NDArray[np.int32]] | None = None
    note: str = ""

    def __len__(self) -> int:
        return sum(len(s) for s in self.sequences) + sum(len(s) for s in self.given or [])


def read_events(path: str | Path) -> Events:
    """Read a file, or a folder that holds one of the known layouts. Raises BadInput that names the line or the layouts known."""
    place = Path(path)
    if place.is_dir():
        if (place / "manifest.json").is_file():
            return _base(place)
        parts = [_packed_or_not(place / f"{part}.txt") for part in ("train", "test")]
        if parts[0] is not None and parts[1] is not None:
            return _given_split(place, parts[0], parts[1])
        return read_events(_file_in(place))
    if not place.is_file():
        raise BadInput(f"no data at {str(path)!r}; give a file of interactions or a folder with one")
    start = first_lines(place, PEEK)
    for delimiter in ("::", "\t", ",", ";"):
        if delimiter in start[0]:
            return _delimited(place, start, delimiter)
    rows = [line.split() for line in start]
    return _whitespace_rated(place, rows) or _sequences(place, " ")


def _base(folder: Path) -> Events:
    from knowledge.base import KnowledgeBase
    from tools.rankers.auto import liked_sequences
    from tools.rankers.ranker import taken

    base = KnowledgeBase.open(folder)
    held = base.interactions
    ordered = bool(held.users) and held.times(0) is not None
    rows = liked_sequences(taken(held.matrix), held.sequences() if ordered else None)
    return Events(name=base.name, users=list(held.users), items=list(base.catalogue.ids), sequences=rows, ordered=ordered)


def _packed_or_not(path: Path) -> Path | None:
    packed = path.with_name(path.name + ".gz")
    return path if path.is_file() else packed if packed.is_file() else None


def _file_in(folder: Path) -> Path:
    for name in KNOWN_FILES:
        found = _packed_or_not(folder / name)
        if found is not None:
            return found
    kinds = [f"*.{kind}{packed}" for kind in ("inter", "csv", "tsv", "dat", "txt", "data") for packed in ("", ".gz")]
    others = sorted({p for pattern in kinds for p in folder.glob(pattern) if p.is_file()})
    others = [p for p in others if "readme" not in p.name.casefold()]
    others = [p for p in others if _stem(p).casefold() not in BESIDE and not _stem(p).endswith("_sample")]
    if len(others) == 1:
        return others[0]
    names = ", ".join(p.name for p in others) or "none"
    raise BadInput(
        f"{str(folder)!r} holds no {', '.join(KNOWN_FILES)}, nor train.txt with test.txt, nor one file of interactions (found {names}); "
        "name the file: --data FOLDER/FILE"
    )


def _split_rows(path: Path, delimiter: str) -> Iterator[Sequence[str]]:
    # Only commas and semicolons come with quoting; elsewhere a quotation mark is part of a name.
    if delimiter in (",", ";"):
        return csv.reader(lines(path), delimiter=delimiter)
    return (line.split(delimiter) for line in lines(path))


def _delimited(path: Path, start: Sequence[str], delimiter: str) -> Events:
    peeked = list(csv.reader(start, delimiter=delimiter)) if delimiter in (",", ";") else [line.split(delimiter) for line in start]
    columns = [re.sub(r"[\s_\-\"]", "", c.split(":")[0].casefold()) for c in peeked[0]]
    if any(c in USER for c in columns):
        return _headed(path, columns, delimiter)
    widths = {len(row) for row in peeked}
    if widths == {2}:
        several = any(len(row[1].split()) > 1 for row in peeked)
        if several and len({row[0] for row in peeked}) == len(peeked):
            return _sequences(path, delimiter)
        return _rated(path, _split_rows(path, delimiter), 0, 1, None, width=2)
    if widths <= {3, 4} and len(widths) == 1:
        if len(peeked) > 1 and not _number(peeked[0][2]) and _number(peeked[1][2]):
            raise BadInput(f"{str(path)!r} has columns {', '.join(peeked[0])}; one must name the user ({', '.join(USER)}) and one the item")
        return _rated(path, _split_rows(path, delimiter), 0, 1, _time_column(peeked), width=len(peeked[0]))
    if delimiter == "::":
        raise BadInput(f"{str(path)!r} has rows of {', '.join(map(str, sorted(widths)))} fields; user::item::rating::time has four")
    return _sequences(path, delimiter)


def _headed(path: Path, columns: Sequence[str], delimiter: str) -> Events:
    item = next((i for i, c in enumerate(columns) if c in ITEM), None)
    if item is None:
        raise BadInput(f"{str(path)!r} has columns {', '.join(columns)}; one must name the item ({', '.join(ITEM)})")
    user = next(i for i, c in enumerate(columns) if c in USER)
    time = next((i for i, c in enumerate(columns) if c in TIME), None)
    rows = iter(_split_rows(path, delimiter))
    next(rows)
    return _rated(path, rows, user, item, time, first=2)


def _whitespace_rated(path: Path, rows: Sequence[Sequence[str]]) -> Events | None:
    """Read `user item rating [time]` by blanks: rows of one width whose users come again. Anything else is a history a line."""
    widths = {len(row) for row in rows}
    if len(widths) != 1 or not widths <= {3, 4} or len({row[0] for row in rows}) == len(rows):
        return None
    return _rated(path, (line.split() for line in lines(path)), 0, 1, _time_column(rows), width=len(rows[0]))


def _time_column(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the place of the time in rows without a header: the fourth column, or a third that is too large for ratings."""
    if len(rows[0]) == 4:
        return 3
    return 2 if all(_number(row[2]) and float(row[2]) >= EARLIEST for row in rows) else None


def _number(text: str) -> bool:
    try:
        seconds(text)
    except ValueError:
        return False
    return True


def _rated(
    path: Path, rows: Iterable[Sequence[str]], user: int, item: int, time: int | None, *, first: int = 1, width: int | None = None
) -> Events:
    table = Table()
    table.add_rows(rows, user, item, time, name=path.name, first=first, width=width)
    if not len(table):
        raise BadInput(f"{str(path)!r} holds a header and no interaction; give a file with one interaction a line")
    users, items, sequences = table.histories()
    note = "" if time is not None else "without times; the order is that of the file"
    return Events(name=_name(path), users=users, items=items, sequences=sequences, ordered=True, note=note)


def _sequences(path: Path, delimiter: str) -> Events:
    histories = _histories(path, delimiter)
    items = sorted_names({i for s in histories.values() for i in s})
    index = {name: at for at, name in enumerate(items)}
    rows = [once(np.array([index[i] for i in s], dtype=np.int32)) for s in histories.values()]
    return Events(name=_name(path), users=list(histories), items=items, sequences=rows, ordered=True)


def _given_split(folder: Path, train_file: Path, test_file: Path) -> Events:
    train, test = _histories(train_file, " "), _histories(test_file, " ")
    items = sorted_names({i for part in (train, test) for s in part.values() for i in s})
    index = {name: at for at, name in enumerate(items)}
    users = [*train, *(u for u in test if u not in train)]

    def rows(part: dict[str, list[str]]) -> list[NDArray[np.int32]]:
        return [once(np.array([index[i] for i in part.get(u, [])], dtype=np.int32)) for u in users]

    note = f"the split is the one given in {train_file.name} and {test_file.name}"
    return Events(name=folder.resolve().name, users=users, items=items, sequences=rows(train), ordered=False, given=rows(test), note=note)


def _histories(path: Path, delimiter: str) -> dict[str, list[str]]:
    first_lines(path, 1)
    histories: dict[str, list[str]] = {}
    for number, line in enumerate(lines(path), 1):
        user, *items = (line.replace(delimiter, " ") if delimiter != " " else line).split()
        if not items and number == 1 and " " not in line:
            raise BadInput(
                f"{path.name} line 1: {line[:60]!r} is neither 'user item item ...' nor a delimited row; "
                "see docs/ranking.md for the layouts"
            )
        histories.setdefault(user, []).extend(items)
    if not any(histories.values()):
        raise BadInput(f"{str(path)!r} names users and no items; a line is 'user item item ...'")
    return histories


def _name(path: Path) -> str:
    known = {form for name in KNOWN_FILES for form in (name, name + ".gz")}
    return path.resolve().parent.name if path.name in known else _stem(path)


def _stem(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).stem
