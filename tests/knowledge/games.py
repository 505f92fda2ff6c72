"""A made-up catalogue of board games, as a table and as items, small enough to reason about."""

from __future__ import annotations

import csv
import random
from pathlib import Path

from knowledge.items import Item
from knowledge.schema import Facet, ItemWords, Number, Schema

MECHANICS = ("area control", "cooperative play", "deck building", "dice rolling", "hand management", "worker placement")
CATEGORIES = ("abstract", "family", "party", "strategy", "war")
DESIGNERS = ("Ada Lovelace, Bob Stone", "Cleo Park", "Dan Birch", "Eve Oak")
COLUMNS = (
    "game_id", "name", "year_published", "min_players", "max_players", "playing_time", "price", "rating", "num_votes",
    "mechanics", "category", "designer", "cooperative", "description", "image", "released",
)  # fmt: skip


def game_rows(count: int = 300) -> list[list[str]]:
    """Rows of the table; the same ones every time."""
    chance = random.Random(7)
    rows = []
    for number in range(count):
        first, second = chance.choice(("Lost", "Iron", "Golden", "Silent")), chance.choice(("Harbour", "Kingdom", "Garden", "Voyage"))
        rows.append(
            [
                f"g{number:03}",
                f"{first} {second} {number}",
                str(chance.randint(1980, 2024)),
                str(chance.choice((1, 2))),
                str(chance.choice((4, 5, 6))),
                str(chance.choice((20, 30, 45, 60, 120))),
                f"${chance.randint(10, 90)}.99",
                f"{chance.uniform(5, 9):.2f}",
                str(chance.randint(10, 50_000)),
                "|".join(chance.sample(MECHANICS, 2)),
                chance.choice(CATEGORIES),
                chance.choice(DESIGNERS),
                chance.choice(("yes", "no")),
                "A game about "
                + chance.choice(("trading ships on a stormy sea.", "farming in a quiet valley.", "dragons and a hoard of gold.")),
                f"https://example.org/{number}.jpg",
                f"{chance.randint(1990, 2020)}-05-03",
            ]
        )
    return rows


def write_games(path: Path, count: int = 300, columns: tuple[str, ...] = COLUMNS) -> Path:
    """Write the table as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        places = [COLUMNS.index(column) for column in columns]
        writer.writerows([row[place] for place in places] for row in game_rows(count))
    return path


SCHEMA = Schema(
    name="shelf",
    item=ItemWords(singular="game", plural="games", use="play", used=("played",)),
    facets=(
        Facet(name="genre", synonyms={"science-fiction": ("sci-fi", "space")}),
        Facet(name="maker", kind="person"),
        Facet(name="tag", kind="tag"),
    ),
    numbers=(Number(name="year", role="year"), Number(name="minutes", role="duration")),
    dates=("released",),
    place=True,
)


def shelf() -> list[Item]:
    """Six games, one for each corner case."""
    return [
        Item(
            id="ark",
            title="Ark",
            aliases=("Noah's Boat",),
            description="Two of every animal board a boat before the flood.",
            facets={"genre": ("family",), "maker": ("Ada Stone",), "tag": ("animals", "boats")},
            numbers={"year": 1999.0, "minutes": 30.0},
            dates={"released": "1999-03-02"},
            place=(52.52, 13.405),
            popularity=3.0,
            image="https://example.org/ark.png",
        ),
        Item(
            id="borealis",
            title="Borealis",
            description="Explorers chase northern lights across the ice.",
            facets={"genre": ("science-fiction", "adventure"), "maker": ("Bo Birch", "Ada Stone")},
            numbers={"year": 2005.0, "minutes": 90.0},
            dates={"released": "2005"},
            place=(48.8566, 2.3522),
        ),
        Item(
            id="cafe",
            title="Café Society",
            description="Serve coffee to poets.",
            facets={"genre": ("family", "party")},
            numbers={"year": 2011.0},
        ),
        Item(
            id="dune",
            title="Dune Runners",
            facets={"genre": ("science-fiction",), "maker": ("Quentin Tarantino",)},
            numbers={"minutes": 120.0},
        ),
        Item(
            id="echo",
            title="Echo",
            description="Animals answer from the far shore.",
            facets={"tag": ("animals",), "maker": ("Cy Birch",)},
            numbers={"year": 1999.0, "minutes": 30.0},
            dates={"released": "1999-12"},
        ),
        Item(id="flux", title="Flux"),
    ]
