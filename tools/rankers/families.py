"""The families of rankers an automatic choice looks at, with the settings tried for each; what is too dear for the data is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tools.rankers.als import ALS
from tools.rankers.ease import EASE
from tools.rankers.itemknn import ItemKNN, Walk
from tools.rankers.popularity import Popularity
from tools.rankers.ranker import FittedRanker
from tools.rankers.spectral import Spectral
from tools.rankers.transition import Transition

__all__ = ["FAMILIES", "Family", "families_for"]

FAMILIES: Mapping[str, type[FittedRanker]] = {kind.name: kind for kind in (Popularity, ItemKNN, Walk, EASE, ALS, Spectral, Transition)}
"""Ranker classes by name."""

HALF_LIVES = (None, 2.0, 5.0, 15.0)
SHORT = 60
"""Items a person, up to which the largest neighbourhoods are tried."""

EASE_ITEMS = 15_000
"""Items up to which EASE is tried: the fit costs items^3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A ranker with a starting point and, for each setting, the values to try, searched one setting after the other."""

    name: str
    start: Mapping[str, Any]
    space: Mapping[str, tuple[Any, ...]]
    sweeps: int = 1

    def make(self, settings: Mapping[str, Any]) -> FittedRanker:
        """Return an unfitted ranker with those settings."""
        return FAMILIES[self.name](**settings)


def families_for(*, n_users: int, n_items: int, n_events: int, ordered: bool) -> list[Family]:
    """Return what is worth trying on data of that size; the answer depends on the size alone, so it is the same everywhere."""
    recency = {"half_life": HALF_LIVES} if ordered else {}
    # To score somebody costs the items they took times the neighbours of each.
    sizes = (50, 200, 500, 1_000) if n_events <= SHORT * n_users else (50, 200, 500)
    found = [
        Family(name="popularity", start={}, space={}),
        Family(
            name="item-knn",
            start={"k": 200, "shrink": 10.0, "user_power": 0.5, "source_power": 0.5, "target_power": 0.5},
            space={
                **recency,
                "user_power": (0.0, 0.5, 1.0),
                "target_power": (0.1, 0.3, 0.5, 0.7),
                "source_power": (0.3, 0.7, 1.0),
                "shrink": (0.0, 10.0, 50.0),
                "k": sizes,
            },
        ),
        Family(name="walk", start={"k": 200, "target_power": 0.6}, space={**recency, "target_power": (0.2, 0.4, 0.6, 0.8), "k": sizes}),
        _als(n_users, n_items, n_events, recency),
        Family(name="spectral", start={"factors": 128}, space={**recency, "factors": (32, 64, 128, 256), "power": (0.3, 0.5)}),
    ]
    if n_items <= EASE_ITEMS or 2 * n_users <= min(n_items, EASE_ITEMS):
        found.append(_ease(n_users, n_items, recency))
    if ordered:
        found.append(
            Family(
                name="transition",
                start={"window": 5, "power": 0.5, "target_power": 0.2, "backward": 0.0, "half_life": 2.0},
                space={
                    "half_life": (None, 1.0, 2.0, 4.0, 8.0),
                    "backward": (0.0, 0.3, 1.0),
                    "target_power": (0.0, 0.1, 0.2, 0.35, 0.5),
                    "power": (0.2, 0.35, 0.5, 0.65, 0.8),
                    "window": (2, 5, 10, 20),
                },
                sweeps=2,
            )
        )
    return found


def _ease(n_users: int, n_items: int, recency: Mapping[str, tuple[Any, ...]]) -> Family:
    size = min(n_items, n_users) if 2 * n_users <= n_items else n_items
    if size <= 4_000:
        lams: tuple[float, ...] = (50.0, 200.0, 500.0, 1000.0)
    elif size <= 8_000:
        lams = (100.0, 300.0, 800.0)
    else:
        lams = (80.0, 200.0, 500.0)
    return Family(name="ease", start={"lam": lams[len(lams) // 2]}, space={**recency, "lam": lams})


def _als(n_users: int, n_items: int, n_events: int, recency: Mapping[str, tuple[Any, ...]]) -> Family:
    # Much data bears a higher rank.
    dear = n_events * 64**2 + (n_users + n_items) * 64**3 / 8 > 5e9
    factors = (64, 128, 256) if dear else (32, 64, 128)
    return Family(
        name="als",
        start={"factors": 64, "alpha": 10.0, "regularization": 1.0, "iterations": 8 if dear else 10},
        space={**recency, "alpha": (1.0, 3.0, 30.0), "regularization": (0.1, 10.0), "factors": factors},
    )
