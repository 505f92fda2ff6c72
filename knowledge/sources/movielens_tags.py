"""The tags of a MovieLens data set: who gave which film which, and which of them tell something of a film."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.sources.faults import Faults

if TYPE_CHECKING:
    import polars

__all__ = ["Tags", "read_tags"]

LONGEST = 60
"""Characters; what is longer is a remark."""

MOST_ALONE = 5
"""What one person alone gives to more films than that is a shelf of theirs."""

MIDDLE = 2.75
"""The middle of the scale from half a star to five."""


@dataclass(frozen=True, slots=True)
class Tags:
    """Tags as they were given."""

    given: Sequence[tuple[str, str, str]] = ()
    """(user, film, tag), in the file's order."""
    counted: dict[str, Counter[str]] = field(default_factory=dict)
    """Film -> how often it was given each tag."""
    givers: dict[str, set[str]] = field(default_factory=dict)
    """Tag -> who gave it to any film."""

    def telling(self, ratings: polars.DataFrame | None) -> set[str]:
        """Return the tags that tell something of a film rather than of who gave them.

        What one person alone gives to film after film is that person's shelf ("getdvd", "toplist07"), and what people give to films
        they rate in the lower half is a complaint ("boring"): neither is a reason to see one. `ratings` has the columns user, item
        and rating; a tag whose givers rated none of its films is no complaint.
        """
        films = Counter(tag for counted in self.counted.values() for tag in counted)
        shelves = {tag for tag, people in self.givers.items() if len(people) == 1 and films[tag] > MOST_ALONE}
        return set(films) - shelves - (set() if ratings is None else self._complaints(ratings))

    def _complaints(self, ratings: polars.DataFrame) -> set[str]:
        import polars as pl

        given = pl.DataFrame(list(self.given), schema={"user": pl.String, "item": pl.String, "tag": pl.String}, orient="row")
        rated = given.join(ratings.select("user", "item", "rating"), on=["user", "item"], how="inner")
        means = rated.group_by("tag").agg(pl.col("rating").mean())
        return set(means.filter(pl.col("rating") < MIDDLE)["tag"].to_list())

    def best(self, film: str, telling: set[str], most: int) -> tuple[str, ...]:
        """Return the telling tags of a film, those given it most often first; of two alike the one that more people use at all."""
        counted = self.counted.get(film, Counter())
        return tuple(sorted(counted.keys() & telling, key=lambda tag: (-counted[tag], -len(self.givers[tag]), tag))[:most])


def read_tags(path: Path, faults: Faults) -> Tags:
    """Read a `tags.csv`; rows that are none are counted as faults."""
    given = list(_rows(path, faults))
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    givers: dict[str, set[str]] = defaultdict(set)
    for user, film, tag in given:
        counted[film][tag] += 1
        givers[tag].add(user)
    return Tags(given, dict(counted), dict(givers))


def _rows(path: Path, faults: Faults) -> Iterator[tuple[str, str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row, cells in enumerate(csv.reader(file), start=1):
            if row == 1 or not cells:
                continue
            if len(cells) != 4:
                faults.add("tags.csv", row, f"{len(cells)} cells where 4 should stand")
                continue
            tag = " ".join(cells[2].lower().split()).strip("\"'.,")
            if tag and len(tag) <= LONGEST:
                yield cells[0], cells[1], tag
