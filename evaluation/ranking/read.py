"""Reading interaction data in its common layouts.

ratings.csv, any headed CSV/TSV   user, item[, rating][, time] columns by name (MovieLens latest, RecBole .inter)
ratings.dat                       user::item::rating::time (MovieLens 1M, 10M)
u.data                            user, item, rating, time by tabs (MovieLens 100k)
*.txt                             user item item ... in order (S3-Rec), or one `user item` pair a line in order (SASRec)
train.txt + test.txt              user item item ... with the split given and no order (LightGCN)
a base's directory                what `sommelier build` made; the likes of its interactions, over its whole catalogue
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import BadInput

__all__ = ["Events", "read_events"]

USER = ("user_id", "userid", "user", "uid", "reviewerid")
ITEM = ("item_id", "itemid", "item", "movieid", "movie_id", "iid", "asin", "parent_asin", "business_id", "book_id", "product_id")
TIME = ("timestamp", "time", "unixreviewtime", "date", "ts")
KNOWN_FILES = ("ratings.csv", "ratings.dat", "u.data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Who took what.

    `sequences` are item indices of each user, oldest first where `ordered`; `users` and `items` name rows and columns. `given` holds each
    user's test items where the data comes with a split.
    """

    name: str
    users: list[str]
    items: list[str]
    sequences: list[NDArray[np.int32]]
    ordered: bool
    given: list[NDArray[np.int32]] | None = None

    def __len__(self) -> int:
        return sum(len(s) for s in self.sequences) + sum(len(s) for s in self.given or [])


def read_events(path: str | Path) -> Events:
    """Read a file, or a folder that holds one of the known layouts. Raises BadInput that names the line or the layouts known."""
    place = Path(path)
    if place.is_dir():
        if (place / "manifest.json").is_file():
            return _base(place)
        if (place / "train.txt").is_file() and (place / "test.txt").is_file():
            return _given_split(place)
        return read_events(_file_in(place))
    if not place.is_file():
        raise BadInput(f"no data at {str(path)!r}; give a file of interactions or a folder with one")
    head = _first_line(place)
    if "::" in head:
        return _rated(place, (line.split("::") for line in _lines(place)), 0, 1, 3)
    delimiter = "\t" if "\t" in head else "," if "," in head else None
    if delimiter is None:
        return _sequences(place)
    columns = [c.strip().split(":")[0].casefold() for c in head.split(delimiter)]
    if any(c in USER for c in columns):
        return _headed(place, columns, delimiter)
    if len(columns) in (3, 4):
        rows = csv.reader(_lines(place), delimiter=delimiter)
        return _rated(place, rows, 0, 1, 3 if len(columns) == 4 else None)
    return _sequences(place)


def _base(folder: Path) -> Events:
    from knowledge.base import KnowledgeBase
    from tools.rankers.auto import liked_sequences
    from tools.rankers.ranker import taken

    base = KnowledgeBase.open(folder)
    held = base.interactions
    ordered = bool(held.users) and held.times(0) is not None
    rows = liked_sequences(taken(held.matrix), held.sequences() if ordered else None)
    return Events(name=base.name, users=list(held.users), items=list(base.catalogue.ids), sequences=rows, ordered=ordered)


def _file_in(folder: Path) -> Path:
    for name in KNOWN_FILES:
        if (folder / name).is_file():
            return folder / name
    others = sorted(p for pattern in ("*.inter", "*.csv", "*.tsv", "*.dat", "*.txt") for p in folder.glob(pattern))
    others = [p for p in others if "readme" not in p.name.casefold()]
    if len(others) == 1:
        return others[0]
    found = ", ".join(p.name for p in others) or "none"
    raise BadInput(
        f"{str(folder)!r} holds no {', '.join(KNOWN_FILES)}, nor train.txt with test.txt, nor one file of interactions (found {found}); "
        "name the file"
    )


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for line in file:
            if line.strip():
                yield line.rstrip("\r\n")


def _first_line(path: Path) -> str:
    first = next(_lines(path), None)
    if first is None:
        raise BadInput(f"{str(path)!r} is empty; give a file with one interaction or one history a line")
    return first


def _headed(path: Path, columns: Sequence[str], delimiter: str) -> Events:
    item = next((i for i, c in enumerate(columns) if c in ITEM), None)
    if item is None:
        raise BadInput(f"{str(path)!r} has columns {', '.join(columns)}; one must name the item ({', '.join(ITEM)})")
    user = next(i for i, c in enumerate(columns) if c in USER)
    time = next((i for i, c in enumerate(columns) if c in TIME), None)
    rows = csv.reader(_lines(path), delimiter=delimiter)
    next(rows)
    return _rated(path, rows, user, item, time, first=2)


def _rated(path: Path, rows: Iterable[Sequence[str]], user: int, item: int, time: int | None, first: int = 1) -> Events:
    who: list[str] = []
    what: list[str] = []
    when: list[float] = []
    for number, row in enumerate(rows, first):
        try:
            who.append(row[user].strip())
            what.append(row[item].strip())
            if time is not None:
                when.append(float(row[time]))
        except (IndexError, ValueError) as error:
            raise BadInput(f"{path.name} line {number}: {list(row)!r} lacks a user, an item or a time in seconds ({error})") from error
    users, user_of = _numbered(who)
    items, item_of = _numbered(what)
    times = np.array(when) if time is not None else np.zeros(len(who))
    # Equal times stand in the order of the file.
    order = np.lexsort((np.arange(len(who)), times, user_of))
    ends = np.cumsum(np.bincount(user_of, minlength=len(users)))[:-1]
    sequences = [_once(s) for s in np.split(item_of[order].astype(np.int32), ends)]
    return Events(name=_name(path), users=users, items=items, sequences=sequences, ordered=time is not None)


def _sequences(path: Path) -> Events:
    histories = _histories(path)
    items = _sorted(sorted({i for s in histories.values() for i in s}))
    index = {name: at for at, name in enumerate(items)}
    rows = [_once(np.array([index[i] for i in s], dtype=np.int32)) for s in histories.values()]
    return Events(name=_name(path), users=list(histories), items=items, sequences=rows, ordered=True)


def _given_split(folder: Path) -> Events:
    train, test = _histories(folder / "train.txt"), _histories(folder / "test.txt")
    items = _sorted(sorted({i for part in (train, test) for s in part.values() for i in s}))
    index = {name: at for at, name in enumerate(items)}
    users = [*train, *(u for u in test if u not in train)]

    def rows(part: dict[str, list[str]]) -> list[NDArray[np.int32]]:
        return [_once(np.array([index[i] for i in part.get(u, [])], dtype=np.int32)) for u in users]

    return Events(name=folder.name, users=users, items=items, sequences=rows(train), ordered=False, given=rows(test))


def _histories(path: Path) -> dict[str, list[str]]:
    histories: dict[str, list[str]] = {}
    for number, line in enumerate(_lines(path), 1):
        user, *items = line.split()
        if not items and number == 1 and line.count(" ") == 0:
            raise BadInput(
                f"{path.name} line 1: {line[:60]!r} is neither 'user item item ...' nor a delimited row; "
                "see docs/ranking.md for the layouts"
            )
        histories.setdefault(user, []).extend(items)
    return histories


def _once(sequence: NDArray[np.int32]) -> NDArray[np.int32]:
    """Keep each item's first place: what is taken again is known already and nothing to be found."""
    _, first = np.unique(sequence, return_index=True)
    return np.asarray(sequence[np.sort(first)])


def _numbered(names: Sequence[str]) -> tuple[list[str], NDArray[np.int64]]:
    distinct = _sorted(sorted(set(names)))
    index = {name: at for at, name in enumerate(distinct)}
    return distinct, np.array([index[name] for name in names], dtype=np.int64)


def _sorted(names: list[str]) -> list[str]:
    return sorted(names, key=int) if all(name.isdecimal() for name in names) else names


def _name(path: Path) -> str:
    return path.parent.name if path.name in KNOWN_FILES else path.stem
