"""A made-up catalogue of board games, small ones by hand and large ones by dice, built through the ordinary build."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.items import Item
from knowledge.schema import Facet, ItemWords, Number, Schema
from knowledge.sources.base import Events, MemorySource

SCHEMA = Schema(
    name="games",
    item=ItemWords(singular="game", plural="games", use="play", used=("played",)),
    facets=(
        Facet(name="kind", plural="kinds", phrase="{}", askable=0.9, synonyms={"cooperative": ("co-op", "together")}),
        Facet(name="designer", kind="person", phrase="designed by {}", askable=0.2),
        Facet(name="artist", kind="person", phrase="drawn by {}", askable=0.1, weight=0.6),
        Facet(name="theme", kind="tag", plural="themes", phrase="{}", askable=0.5),
        Facet(name="family", kind="series", phrase="part of {}", askable=0.05),
        Facet(name="age", kind="ordinal", label="age class", order=("6", "10", "14"), phrase="for {} and up", askable=0.3, weight=0.1),
    ),
    numbers=(
        Number(name="year", role="year", more=("newer",), less=("older",), much=("new",), little=("old",), askable=0.5),
        Number(
            name="minutes",
            label="length",
            unit="minutes",
            role="duration",
            more=("longer",),
            less=("shorter",),
            much=("long",),
            little=("short",),
            askable=0.6,
        ),
        Number(
            name="heavy", role="scale", low=0, high=4, more=("heavier",), less=("lighter",), much=("heavy",), little=("light",), askable=0.6
        ),
        Number(name="funny", role="scale", low=0, high=4, more=("funnier",), less=("more serious",), much=("funny",), little=("serious",)),
    ),
    show=("year", "kind", "designer"),
)


def game(
    item_id: str,
    title: str,
    kinds: str,
    designer: str,
    themes: str,
    year: int,
    minutes: int,
    heavy: int,
    funny: int,
    fame: float,
    **more: str,
) -> Item:
    """Return one game; `kinds` and `themes` are comma-separated."""
    facets = {"kind": tuple(kinds.split(",")), "designer": (designer,), "theme": tuple(themes.split(","))}
    facets |= {name: (more[name],) for name in ("family", "artist", "age") if name in more}
    numbers = {"year": float(year), "minutes": float(minutes), "heavy": float(heavy), "funny": float(funny)}
    return Item(id=item_id, title=title, description=more.get("text", ""), facets=facets, numbers=numbers, popularity=fame)


GAMES = [
    game(
        "harbour",
        "Harbour",
        "strategy,trading",
        "Ana Berg",
        "sea,trade",
        1995,
        90,
        3,
        0,
        90,
        age="10",
        text="Ships sail between islands and sell spice.",
    ),
    game(
        "harbour-2", "Harbour: Storms", "strategy,trading", "Ana Berg", "sea,trade,weather", 1999, 100, 3, 0, 60, family="Harbour", age="10"
    ),
    game("harbour-3", "Harbour: Pirates", "strategy", "Ana Berg", "sea,pirates", 2003, 110, 3, 1, 50, family="Harbour", age="10"),
    game(
        "spice",
        "Spice Road",
        "trading",
        "Bo Cho",
        "trade,desert",
        2001,
        60,
        2,
        0,
        70,
        age="10",
        text="Caravans carry spice through the desert.",
    ),
    game(
        "lantern",
        "Lantern",
        "cooperative,puzzle",
        "Cy Dahl",
        "light,forest",
        2010,
        30,
        1,
        1,
        80,
        age="6",
        text="Lost children find their way home by light.",
    ),
    game(
        "gnomes",
        "Too Many Gnomes",
        "party",
        "Dee Eco",
        "forest,chaos",
        2015,
        20,
        0,
        4,
        40,
        age="6",
        text="Gnomes steal everything. Everybody shouts.",
    ),
    game("pirates", "Parrot!", "party,trading", "Dee Eco", "pirates,sea", 2018, 25, 1, 4, 30, age="6"),
    game("dunes", "Dunes", "strategy", "Bo Cho", "desert,war", 2008, 180, 4, 0, 55, age="14"),
    game("signal", "Signal", "cooperative", "Ana Berg", "space,weather", 2020, 45, 2, 1, 65, artist="Cy Dahl", age="10"),
    game(
        "moon",
        "Moon Base",
        "strategy,cooperative",
        "Fay Gil",
        "space",
        2022,
        120,
        4,
        0,
        45,
        age="14",
        text="Build a base before the air runs out.",
    ),
    game("quiet", "Quiet", "puzzle", "Hal Ito", "light", 1985, 15, 1, 0, 5),
    game("fog", "Fog", "cooperative,puzzle", "Cy Dahl", "weather,forest", 2012, 40, 2, 1, 35, age="10"),
]


def toy_source() -> MemorySource:
    """The twelve games with thirty people: sea players, party players and cooperative players."""
    tribes = (
        ("harbour", "harbour-2", "harbour-3", "spice", "dunes"),
        ("gnomes", "pirates", "lantern"),
        ("lantern", "fog", "signal", "moon"),
    )
    rows = []
    for person in range(30):
        tribe = tribes[person % 3]
        rows += [(f"u{person:02d}", item, 1.0, float(at)) for at, item in enumerate(tribe) if (person + at) % 4]
        rows.append((f"u{person:02d}", tribes[(person + 1) % 3][0], -1.0, 9.0))
    return MemorySource(SCHEMA, GAMES, events=Events.of(rows))


def toy_base(folder: Path, encoder: str | None = None) -> KnowledgeBase:
    """Build and open the twelve games."""
    build(toy_source(), folder / "games", encoder=encoder)
    return KnowledgeBase.open(folder / "games")


_WORDS = ["castle", "river", "storm", "market", "dragon", "engine", "garden", "ghost", *(f"word{i}" for i in range(3_000))]


def dice_base(folder: Path, n: int, seed: int = 0, people: int = 0, encoder: str | None = None) -> KnowledgeBase:
    """Build and open `n` games with attributes by dice; popularity has no two equal values."""
    rng = np.random.default_rng(seed)
    fame = rng.permutation(n) + 1
    kinds, themes = [f"kind {i}" for i in range(12)], [f"theme {i}" for i in range(max(20, n // 20))]
    items = []
    for at in range(n):
        facets = {
            "kind": tuple(dict.fromkeys(rng.choice(kinds, size=2).tolist())),
            "designer": (f"Designer {rng.integers(max(5, n // 8))}",),
            "theme": tuple(dict.fromkeys(rng.choice(themes, size=4).tolist())),
        }
        if rng.random() < 0.2:
            facets["family"] = (f"Family {rng.integers(max(2, n // 30))}",)
        numbers = {
            "year": float(rng.integers(1980, 2025)),
            "minutes": float(rng.integers(1, 30) * 10),
            "heavy": float(rng.integers(5)),
            "funny": float(rng.integers(5)),
        }
        words = " ".join(_WORDS[min(int(w), len(_WORDS) - 1)] for w in rng.zipf(1.3, size=25))
        items.append(
            Item(id=f"g{at:06d}", title=f"Game {at}", description=words, facets=facets, numbers=numbers, popularity=float(fame[at]))
        )
    rows = []
    for person in range(people):
        taken = np.unique(np.minimum((rng.pareto(0.8, size=12) * 20).astype(int), n - 1)).tolist()
        rows += [(f"u{person}", f"g{item:06d}", 1.0, 0.0) for item in taken]
    build(MemorySource(SCHEMA, items, events=Events.of(rows) if rows else None), folder / f"dice{n}", encoder=encoder)
    return KnowledgeBase.open(folder / f"dice{n}")
