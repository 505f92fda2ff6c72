"""Synthetic histories of the size and layout of public data sets, to learn what `sommelier evaluate ranking` costs on them.

    python -m benchmarks.histories beauty|toys|sports|ml-1m|gowalla|yelp2018|amazon-book FOLDER

Items have a long tail of popularity and belong to two topics; a person takes from a few topics and sometimes whatever is popular; in
ordered data an item is often followed by one of its six successors. Sizes are the real ones (a little under, where a history runs out of
items); figures of merit are not comparable with those on the real data.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SUCCESSORS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Size and shape of a data set; `follow` is how often the last item decides the next, `stray` how often topics play no part."""

    people: int
    items: int
    events: int
    seed: int
    topics: int
    tail: float
    follow: float = 0.0
    stray: float = 0.1
    shortest: int = 5
    spread: float = 0.9
    layout: str = "histories"


WORLDS = {
    "beauty": World(people=22363, items=12101, events=198502, seed=1, topics=300, tail=0.6, follow=0.45, spread=0.8),
    "toys": World(people=19412, items=11924, events=167597, seed=2, topics=300, tail=0.6, follow=0.5, spread=0.8),
    "sports": World(people=35598, items=18357, events=296337, seed=3, topics=400, tail=0.6, follow=0.15, spread=0.7),
    "ml-1m": World(
        people=6040, items=3706, events=1000209, seed=4, topics=25, tail=0.85, follow=0.3, shortest=20, spread=1.0, layout="ratings"
    ),
    "gowalla": World(people=29858, items=40981, events=1027370, seed=5, topics=1500, tail=0.6, shortest=10, layout="split"),
    "yelp2018": World(
        people=31668, items=38048, events=1561406, seed=6, topics=600, tail=0.65, shortest=15, spread=0.8, stray=0.2, layout="split"
    ),
    "amazon-book": World(people=52643, items=91599, events=2984108, seed=7, topics=3000, tail=0.6, shortest=15, layout="split"),
}


def histories(world: World) -> list[np.ndarray]:
    """Return each person's items in order; the same world gives the same ones."""
    rng = np.random.default_rng(world.seed)
    n, topics = world.items, world.topics
    popular = 1.0 / np.arange(5, n + 5) ** world.tail * np.exp(0.5 * rng.standard_normal(n))
    first, second = rng.integers(0, topics, n), rng.integers(0, topics, n)
    members = []
    for topic in range(topics):
        inside = np.flatnonzero((first == topic) | (second == topic))
        weight = popular[inside] * np.where(first[inside] == topic, 1, 0.4)
        members.append((inside, np.cumsum(weight / weight.sum())))
    anywhere = np.cumsum(popular / popular.sum())
    share = np.array([popular[first == topic].sum() for topic in range(topics)])
    lengths = _lengths(world, rng)
    after = np.empty((n, SUCCESSORS), dtype=np.int64)
    for topic in range(topics if world.follow else 0):
        inside, odds = members[topic]
        own = inside[first[inside] == topic]
        after[own] = inside[np.minimum(np.searchsorted(odds, rng.random((len(own), SUCCESSORS))), len(inside) - 1)]
    rank = np.cumsum(1 / np.arange(1, SUCCESSORS + 1))
    rows = []
    for person in range(world.people):
        several = int(rng.integers(2, 9))
        mine = rng.choice(topics, several, p=share / share.sum())
        taste = np.cumsum(rng.dirichlet(np.full(several, 0.6)))
        wanted, seen, last, tries = int(lengths[person]), dict[int, None](), -1, 0
        while len(seen) < wanted and tries < wanted * 30:
            draws = max(64, 2 * wanted)
            tries += draws
            kind = rng.random(draws)
            topic_of = mine[np.minimum(np.searchsorted(taste, rng.random(draws)), several - 1)]
            pick = rng.random(draws)
            which = np.searchsorted(rank / rank[-1], rng.random(draws)) if world.follow else None
            for at in range(draws):
                if len(seen) >= wanted:
                    break
                if which is not None and last >= 0 and kind[at] < world.follow:
                    item = int(after[last, which[at]])
                elif kind[at] > 1 - world.stray if which is not None else kind[at] < world.stray:
                    item = min(int(np.searchsorted(anywhere, pick[at])), n - 1)
                else:
                    inside, odds = members[topic_of[at]]
                    item = int(inside[min(int(np.searchsorted(odds, pick[at])), len(inside) - 1)])
                if which is not None and item in seen:
                    last = -1 if rng.random() < 0.3 else last
                    continue
                seen[item] = None
                last = item
        rows.append(np.fromiter(seen, dtype=np.int64))
    for item in np.flatnonzero(np.bincount(np.concatenate(rows), minlength=n) == 0).tolist():
        for person in rng.integers(0, world.people, 3):
            rows[person] = np.append(rows[person], item)
    return rows


def _lengths(world: World, rng: np.random.Generator) -> np.ndarray:
    wild = np.exp(world.spread * rng.standard_normal(world.people) - world.spread**2 / 2)
    lengths = (wild * (world.events / world.people - world.shortest * 0.55) + world.shortest * 0.45).astype(int)
    lengths = np.minimum(np.maximum(world.shortest, lengths), world.items // 3)
    return np.asarray(np.maximum(world.shortest, (lengths * (world.events / lengths.sum())).round().astype(int)))


def write(world: World, name: str, folder: Path) -> Path:
    """Write the histories in the layout of the data they stand for, and return what to give to `--data`."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = histories(world)
    if world.layout == "histories":
        place = folder / f"{name}.txt"
        place.write_text("".join(f"{person + 1} {' '.join(str(i + 1) for i in row)}\n" for person, row in enumerate(rows)))
        return place
    rng = np.random.default_rng(world.seed)
    place = folder / name
    place.mkdir(exist_ok=True)
    if world.layout == "ratings":
        with (place / "ratings.dat").open("w") as file:
            for person, row in enumerate(rows):
                start = 956_700_000 + int(rng.integers(0, 90_000_000))
                times = start + np.cumsum(rng.integers(0, 3, len(row)) * rng.integers(0, 40, len(row)))
                file.writelines(f"{person + 1}::{i + 1}::{rng.integers(1, 6)}::{t}\n" for i, t in zip(row, times, strict=True))
        return place
    with (place / "train.txt").open("w") as train, (place / "test.txt").open("w") as test:
        for person, row in enumerate(rows):
            mixed = rng.permutation(row)
            hidden = max(1, round(0.2 * len(mixed)))
            train.write(f"{person} {' '.join(map(str, sorted(mixed[hidden:])))}\n")
            test.write(f"{person} {' '.join(map(str, sorted(mixed[:hidden])))}\n")
    return place


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in WORLDS:
        sys.exit(f"usage: python -m benchmarks.histories {'|'.join(WORLDS)} FOLDER")
    print(write(WORLDS[sys.argv[1]], sys.argv[1], Path(sys.argv[2])))
