"""An item: one thing of the catalogue, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Item"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing of the catalogue.

    `facets` maps facet name to its values in source order; `numbers` maps number name to a finite float. An attribute the
    item lacks is absent from the mapping, never empty.
    """

    id: str
    title: str
    aliases: tuple[str, ...] = ()
    description: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    """Date name -> ISO date (YYYY, YYYY-MM or YYYY-MM-DD)."""
    place: tuple[float, float] | None = None
    """Latitude and longitude in degrees."""
    image: str | None = None
    url: str | None = None
    popularity: float = 0.0
    """How much it is taken, any non-negative unit; only the order matters."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Identifiers elsewhere ("imdb_id"), by which sources are joined."""
