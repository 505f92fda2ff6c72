"""The schema of a catalogue: which attributes its items have, and the words people use for them.

Everything domain-specific that the tools and the agent need to know stands here as data (read from a card), so that no code
above `knowledge.sources` has to know what the items are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

__all__ = ["Facet", "FacetKind", "ItemWords", "Number", "NumberRole", "Schema"]

FacetKind = Literal["category", "person", "tag", "ordinal", "series"]
"""category: a closed list (genre). person: people or makers. tag: open vocabulary (keyword). ordinal: ordered classes (age class).
series: the franchise or family an item belongs to."""

NumberRole = Literal["year", "duration", "price", "rating", "count", "popularity", "scale", "measure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWords:
    """How people call the things of this catalogue and what they do with them."""

    singular: str = "item"
    plural: str = "items"
    also: tuple[str, ...] = ()
    """Further words for an item, singular and plural ("movie", "movies", "flick")."""
    use: str = "try"
    """What one does with it, infinitive ("watch", "play", "read")."""
    used: tuple[str, ...] = ("tried",)
    """Past forms that mean the person already had it ("watched", "saw", "seen")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A categorical attribute with one or several values per item."""

    name: str
    label: str = ""
    """Singular noun in replies ("genre"); the name with spaces where empty."""
    plural: str = ""
    kind: FacetKind = "category"
    words: tuple[str, ...] = ()
    """Further words that name the facet in an utterance ("starring", "actor" for cast)."""
    phrase: str = ""
    """How a reply says an item has a value, with `{}` for the value ("directed by {}"); where empty it is made from the label."""
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Value -> other ways to say it ("science-fiction" -> ("sci-fi", "scifi"))."""
    order: tuple[str, ...] = ()
    """For ordinal facets: values from least to most."""
    askable: float = 0.5
    """How easily a person answers a question about it, 0 (never ask) to 1."""
    weight: float = 1.0
    """Weight of its relation in the knowledge graph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A numeric attribute. A scale is a number with a fixed range along which critiques move ("funnier")."""

    name: str
    label: str = ""
    unit: str = ""
    role: NumberRole = "measure"
    low: float | None = None
    high: float | None = None
    """Fixed ends of the range, for scales; None where the data decide."""
    more: tuple[str, ...] = ()
    """Comparatives that ask for a higher value ("longer", "funnier", "newer")."""
    less: tuple[str, ...] = ()
    """Comparatives that ask for a lower value ("shorter", "older")."""
    much: tuple[str, ...] = ()
    """Adjectives for the high end ("funny", "hilarious", "long")."""
    little: tuple[str, ...] = ()
    """Adjectives for the low end ("short", "serious")."""
    integer: bool = True
    askable: float = 0.3

    @property
    def is_scale(self) -> bool:
        """True where the number is a judged scale with fixed ends."""
        return self.role == "scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """All attributes of a catalogue, in card order."""

    name: str
    item: ItemWords = field(default_factory=ItemWords)
    facets: tuple[Facet, ...] = ()
    numbers: tuple[Number, ...] = ()
    examples: tuple[str, ...] = ()
    """Opening utterances that show what one can ask."""
    show: tuple[str, ...] = ()
    """Attributes worth showing on a card or in a reply, in order."""
    dates: tuple[str, ...] = ()
    """Names of the dates items may have."""
    place: bool = False
    """Whether items have a place (latitude and longitude)."""

    def facet(self, name: str) -> Facet:
        """Return the facet of that name. Raises KeyError."""
        for facet in self.facets:
            if facet.name == name:
                return facet
        raise KeyError(name)

    def number(self, name: str) -> Number:
        """Return the number of that name. Raises KeyError."""
        for number in self.numbers:
            if number.name == name:
                return number
        raise KeyError(name)

    def with_role(self, role: NumberRole) -> Number | None:
        """Return the first number with that role, or None."""
        return next((n for n in self.numbers if n.role == role), None)

    @property
    def facet_names(self) -> tuple[str, ...]:
        """Names of all facets, in card order."""
        return tuple(f.name for f in self.facets)

    @property
    def number_names(self) -> tuple[str, ...]:
        """Names of all numbers (scales included), in card order."""
        return tuple(n.name for n in self.numbers)

    @property
    def scales(self) -> tuple[Number, ...]:
        """The numbers that are judged scales."""
        return tuple(n for n in self.numbers if n.is_scale)
