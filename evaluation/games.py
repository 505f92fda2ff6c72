"""A made-up catalogue of board games for scripted dialogues: about 300, the same ones every time, with people who like them.

It shows that nothing of the agent or of the scripts is about one domain, and it needs no download.
"""

from __future__ import annotations

import itertools
import random
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.items import Item
from knowledge.schema import Facet, ItemWords, Number, Schema
from knowledge.sources.base import Events, MemorySource

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["GAMES", "SCHEMA", "games_source", "open_games"]

GAMES = "games"
"""The name dialogues give it by."""
COUNT = 300
PEOPLE = 240

SCHEMA = Schema(
    name=GAMES,
    item=ItemWords(
        singular="game", plural="games", also=("board game", "board games", "boardgame", "boardgames"), use="play", used=("played",)
    ),
    facets=(
        Facet(
            name="category",
            plural="categories",
            words=("category", "kind"),
            phrase="{}",
            askable=0.9,
            synonyms={"cooperative": ("co-op", "coop"), "strategy": ("strategic",), "family": ("family game",), "party": ("party game",)},
        ),
        Facet(
            name="mechanic",
            kind="tag",
            plural="mechanics",
            words=("mechanic", "mechanism", "with"),
            phrase="with {}",
            askable=0.5,
            synonyms={"deck building": ("deckbuilding", "deck-building", "deck builder"), "worker placement": ("worker-placement",)},
        ),
        Facet(name="theme", kind="tag", plural="themes", words=("about", "theme", "themed"), phrase="about {}", askable=0.6),
        Facet(
            name="designer",
            kind="person",
            plural="designers",
            words=("designed by", "designer", "by", "made by"),
            phrase="designed by {}",
            askable=0.2,
        ),
        Facet(name="family", kind="series", label="series", plural="series", phrase="part of {}", askable=0.05),
    ),
    numbers=(
        Number(name="year", role="year", more=("newer",), less=("older",), much=("new", "recent"), little=("old", "classic"), askable=0.4),
        Number(
            name="minutes",
            label="length",
            unit="minutes",
            role="duration",
            more=("longer",),
            less=("shorter", "quicker"),
            much=("long",),
            little=("short", "quick"),
            askable=0.8,
        ),
        Number(
            name="price",
            unit="dollars",
            role="price",
            more=("dearer",),
            less=("cheaper",),
            much=("expensive",),
            little=("cheap",),
            askable=0.5,
        ),
        Number(
            name="weight",
            role="scale",
            low=0,
            high=4,
            more=("heavier", "more complex", "harder"),
            less=("lighter", "simpler", "easier"),
            much=("heavy", "complex"),
            little=("light", "simple", "easy"),
            askable=0.7,
        ),
        Number(
            name="luck",
            role="scale",
            low=0,
            high=4,
            more=("luckier", "more random"),
            less=("less lucky", "less random"),
            much=("lucky", "random"),
            little=("strategic",),
        ),
    ),
    show=("year", "category", "minutes"),
    examples=("A short cooperative game", "Something like Copper Harbour but simpler"),
)

_FIRST = ("Copper", "Silent", "Crimson", "Winter", "Golden", "Iron", "Paper", "Hidden", "Wandering", "Velvet", "Broken", "Emerald")
_SECOND = (
    "Harbour",
    "Orchard",
    "Citadel",
    "Lantern",
    "Caravan",
    "Glacier",
    "Monastery",
    "Foundry",
    "Archipelago",
    "Observatory",
    "Market",
    "Labyrinth",
    "Railway",
    "Garden",
    "Expedition",
    "Parliament",
    "Apiary",
    "Lighthouse",
    "Quarry",
    "Theatre",
    "Vineyard",
    "Cathedral",
    "Shipyard",
    "Menagerie",
    "Workshop",
)
_CATEGORIES = ("strategy", "family", "party", "cooperative", "abstract", "economic", "wargame")
_MECHANICS = (
    "worker placement",
    "deck building",
    "dice rolling",
    "area control",
    "tile placement",
    "hand management",
    "trick taking",
    "auction",
    "set collection",
    "hidden roles",
    "engine building",
    "route building",
)
_THEMES = (
    "pirates",
    "space travel",
    "farming",
    "dragons",
    "trains",
    "ancient Rome",
    "detectives",
    "gardens",
    "vikings",
    "robots",
    "exploration",
    "trading",
)
_DESIGNERS = (
    "Ada Brandt",
    "Bela Kovacs",
    "Clara Oyelaran",
    "Dmitri Sokolov",
    "Elena Marchetti",
    "Farid Haddad",
    "Greta Lindqvist",
    "Hiro Tanabe",
    "Ines Carvalho",
    "Jonas Weidmann",
    "Kofi Mensah",
    "Lucia Navarro",
)


def games_source(seed: int = 7) -> MemorySource:
    """Return the games and who likes them, as a source."""
    chance = random.Random(seed)
    items = _items(chance)
    return MemorySource(SCHEMA, items, events=_events(items, chance))


@lru_cache(maxsize=1)
def open_games() -> KnowledgeBase:
    """Build the games in a temporary folder and open them; built once a process, without a sentence encoder."""
    from knowledge.base import KnowledgeBase
    from knowledge.build import build

    folder = Path(tempfile.mkdtemp(prefix="sommelier-games-")) / GAMES
    build(games_source(), folder, encoder="tfidf")
    return KnowledgeBase.open(folder)


def _items(chance: random.Random) -> list[Item]:
    names = [f"{first} {second}" for first, second in itertools.product(_FIRST, _SECOND)][:COUNT]
    items = []
    for number, title in enumerate(names):
        category = chance.choice(_CATEGORIES)
        weight = {"party": 0, "family": 1, "cooperative": 2, "abstract": 2, "economic": 3, "strategy": 3, "wargame": 4}[category]
        weight = max(0, min(4, weight + chance.choice((-1, 0, 0, 1))))
        mechanics = tuple(chance.sample(_MECHANICS, 2))
        themes = tuple(chance.sample(_THEMES, 2))
        second = chance.choice([c for c in _CATEGORIES if c != category])
        facets = {
            "category": (category, second) if chance.random() < 0.3 else (category,),
            "mechanic": mechanics,
            "theme": themes,
            "designer": (chance.choice(_DESIGNERS),),
        }
        if number % 25 < 3:
            facets["family"] = (f"The {title.split()[0]} Saga",)
        minutes = chance.choice((15, 20, 30)) if weight <= 1 else chance.choice((45, 60, 90)) if weight <= 3 else chance.choice((120, 180))
        numbers = {
            "year": float(chance.randint(1980, 2024)),
            "minutes": float(minutes),
            "price": float(chance.randint(8, 30) + 12 * weight),
            "weight": float(weight),
            "luck": float(4 if "dice rolling" in mechanics else chance.randint(0, 3)),
        }
        text = f"A game of {themes[0]} and {themes[1]}, played by {mechanics[0]}."
        slug = title.lower().replace(" ", "-")
        items.append(Item(id=slug, title=title, description=text, facets=facets, numbers=numbers, popularity=float(chance.randint(1, 500))))
    return items


def _events(items: list[Item], chance: random.Random) -> Events:
    """Return likes: everybody has a theme and a category they mostly stay with."""
    rows: list[tuple[str, str, float, float]] = []
    for person in range(PEOPLE):
        theme, category = chance.choice(_THEMES), chance.choice(_CATEGORIES)
        fits = [i for i in items if theme in i.facets["theme"] or category in i.facets["category"]]
        taken = chance.sample(fits, min(len(fits), 9)) + chance.sample(items, 3)
        for at, item in enumerate(dict.fromkeys(i.id for i in taken)):
            rows.append((f"p{person:03}", item, 1.0, float(at)))
    return Events.of(rows)
