"""The names of a catalogue: titles and aliases, people, facet values and the words for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from knowledge.entities import entity, facet_kind, item_entity
from knowledge.linker.forms import split_year
from knowledge.linker.index import Name
from knowledge.schema import Schema

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue

__all__ = ["catalogue_names", "schema_words"]

_FIRM = {"series": 0.0, "tag": 0.2}


def catalogue_names(catalogue: Catalogue) -> Iterator[Name]:
    """Yield every name of a catalogue, an entity's own name before its aliases. Cost: one pass over items and postings."""
    yield from _titles(catalogue)
    people: dict[str, float] = defaultdict(float)
    for facet in catalogue.schema.facets:
        column = catalogue.facet(facet.name)
        kind = facet_kind(facet)
        for value in column.values:
            weight = float(catalogue.popularity[column.positions(value)].sum())
            if kind == "person":
                people[value] += weight
                continue
            name = Name(
                entity=entity(kind, value), kind=kind, text=value, manner="value", popularity=weight, firm=_FIRM.get(facet.kind, 1.0)
            )
            yield name
            for other in facet.synonyms.get(value, ()):
                yield replace(name, text=other, alias=True)
    for person in sorted(people):
        yield Name(entity=entity("person", person), kind="person", text=person, manner="person", popularity=people[person])


def schema_words(schema: Schema) -> Iterator[str]:
    """Yield the words of a schema that are not names: what its items, facets and numbers are called, and their comparatives."""
    item = schema.item
    yield from (item.singular, item.plural, *item.also, item.use, *item.used)
    for facet in schema.facets:
        yield from (facet.name, facet.label, facet.plural, *facet.words)
    for number in schema.numbers:
        yield from (number.name, number.label, *number.more, *number.less, *number.much, *number.little)


def _titles(catalogue: Catalogue) -> Iterator[Name]:
    number = catalogue.schema.with_role("year")
    years = catalogue.number(number.name) if number is not None else np.full(len(catalogue), np.nan)
    aliases: dict[int, list[str]] = defaultdict(list)
    connection = catalogue.connect()
    try:
        for position, alias in connection.execute("SELECT item, alias FROM aliases ORDER BY item, rowid"):
            aliases[int(position)].append(str(alias))
    finally:
        connection.close()
    for at, (item_id, title) in enumerate(zip(catalogue.ids, catalogue.titles, strict=True)):
        year = int(years[at]) if not np.isnan(years[at]) else split_year(title)[1]
        liking = float(catalogue.popularity[at])
        name = item_entity(item_id)
        yield Name(entity=name, kind="item", text=title, year=year, popularity=liking)
        for alias in aliases[at]:
            yield Name(entity=name, kind="item", text=alias, alias=True, year=year, popularity=liking)
