"""Cards: which column of a table plays which role, and the words people use, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge.schema import Facet, ItemWords, Number, Schema

__all__ = ["Card", "CardEvents", "CardFacet", "CardNumber"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacet:
    """A facet and the column it is read from."""

    column: str
    separator: str | None = None
    """What parts several values in one cell; None: the card's common separator, else guessed from the data."""
    facet: Facet


@dataclass(frozen=True, slots=True, kw_only=True)
class CardNumber:
    """A number and the column it is read from."""

    column: str
    number: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class CardEvents:
    """A file of interactions: one event a row (`item`, `value`, `time`) or one person a row (`items`, `disliked`)."""

    file: str
    user: str = "user"
    item: str | None = None
    value: str | None = None
    time: str | None = None
    items: str | None = None
    disliked: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Everything a card says. Columns are named as in the file; nested keys of JSON lines are joined by dots ("tones.funny")."""

    name: str
    source: str = ""
    item: ItemWords = field(default_factory=ItemWords)
    id: str | None = None
    title: str | None = None
    description: str | None = None
    text: tuple[str, ...] = ()
    aliases: str | None = None
    popularity: str | None = None
    image: str | None = None
    url: str | None = None
    lat: str | None = None
    lon: str | None = None
    separator: str | None = None
    facets: tuple[CardFacet, ...] = ()
    numbers: tuple[CardNumber, ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict)
    """Date name -> column."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Key name ("imdb_id") -> column."""
    interactions: CardEvents | None = None
    relations: Mapping[str, str] | None = None
    """`file`, `head`, `relation`, `tail`."""
    alias_file: Mapping[str, str] | None = None
    """`file`, `item`, `alias`."""
    show: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()

    @property
    def schema(self) -> Schema:
        """The schema the card describes."""
        return Schema(
            name=self.name,
            item=self.item,
            facets=tuple(f.facet for f in self.facets),
            numbers=tuple(n.number for n in self.numbers),
            examples=self.examples,
            show=self.show or tuple(n.number.name for n in self.numbers[:2]) + tuple(f.facet.name for f in self.facets[:3]),
            dates=tuple(self.dates),
            place=self.lat is not None and self.lon is not None,
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the card names, each once."""
        plain = (self.id, self.title, self.description, *self.text, self.aliases, self.popularity, self.image, self.url, self.lat, self.lon)
        attributes = (*(f.column for f in self.facets), *(n.column for n in self.numbers), *self.dates.values(), *self.keys.values())
        return tuple(dict.fromkeys(c for c in (*plain, *attributes) if c is not None))

    @classmethod
    def of_schema(cls, schema: Schema) -> Card:
        """Return the card of a base that no single table describes; every attribute stands in a column of its own name."""
        return cls(
            name=schema.name,
            item=schema.item,
            id="id",
            title="title",
            description="description",
            aliases="aliases",
            popularity="popularity",
            separator="|",
            facets=tuple(CardFacet(column=f.name, facet=f) for f in schema.facets),
            numbers=tuple(CardNumber(column=n.name, number=n) for n in schema.numbers),
            dates={name: name for name in schema.dates},
            lat="lat" if schema.place else None,
            lon="lon" if schema.place else None,
            show=schema.show,
            examples=schema.examples,
        )
