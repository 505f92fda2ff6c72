"""Exact filters of three predicates over a million synthetic items: p95 under 10 ms.

Only the arrays are made (a filter touches nothing else): a genre of 20 values and up to 3 an item, a maker of 50,000 values, a year,
a price with gaps.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.measure import Row, at_most, times_ms
from knowledge.arrays import pack, write_arrays
from knowledge.catalogue import Catalogue, write_catalogue
from knowledge.items import Item
from knowledge.predicates import AllOf, AnyOf, Has, NotThat, Predicate, Within
from knowledge.schema import Facet, Number, Schema

ITEMS = 1_000_000
LIMIT_MS = 10.0
QUERIES = 300
SCHEMA = Schema(
    name="million",
    facets=(Facet(name="genre"), Facet(name="maker", kind="person")),
    numbers=(Number(name="year", role="year"), Number(name="price", role="price")),
)


def _facet(values: int, most: int, chance: np.random.Generator) -> dict[str, np.ndarray]:
    """Rows and ends of a facet whose values are taken by Zipf's law."""
    share = 1.0 / np.arange(1, values + 1)
    lengths = chance.integers(1, most + 1, size=ITEMS)
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return {"rows": chance.choice(values, size=int(ends[-1]), p=share / share.sum()).astype(np.int32), "ends": ends}


def _catalogue(folder: Path) -> Catalogue:
    chance = np.random.default_rng(3)
    write_catalogue(folder, [Item(id="only", title="Only")], SCHEMA)
    arrays: dict[str, np.ndarray] = {"popularity": np.zeros(ITEMS)}
    arrays["ids"], arrays["ids:offsets"] = pack(f"{i:07}" for i in range(ITEMS))
    for name, values, most in (("genre", 20, 3), ("maker", 50_000, 1)):
        arrays[f"facet:{name}:values"], arrays[f"facet:{name}:values:offsets"] = pack(f"{name} {i:05}" for i in range(values))
        arrays |= {f"facet:{name}:{part}": array for part, array in _facet(values, most, chance).items()}
    arrays["number:year"] = chance.integers(1920, 2026, size=ITEMS).astype(np.float64)
    arrays["number:price"] = np.where(chance.random(ITEMS) < 0.2, np.nan, chance.gamma(2.0, 20.0, size=ITEMS))
    write_arrays(folder / "catalogue.npz", arrays)
    return Catalogue(folder, SCHEMA)


def _queries() -> list[Predicate]:
    """Three predicates each, common and rare values alike."""
    chance = np.random.default_rng(4)
    queries: list[Predicate] = []
    for _ in range(QUERIES):
        genres = tuple(f"genre {g:05}" for g in chance.choice(20, size=2, replace=False))
        low = float(chance.integers(1920, 2010))
        year = Within(number="year", low=low, high=low + 15)
        kind = int(chance.integers(4))
        if kind == 0:
            parts: tuple[Predicate, ...] = (Has(facet="genre", values=genres), year, Within(number="price", high=50.0))
        elif kind == 1:
            parts = (Has(facet="genre", values=genres[:1]), NotThat(part=Has(facet="genre", values=genres[1:])), year)
        elif kind == 2:
            parts = (Has(facet="maker", values=(f"maker {int(chance.integers(50_000)):05}",)), year, Has(facet="genre", values=genres))
        else:
            either = AnyOf(parts=(Has(facet="genre", values=genres[:1]), Within(number="price", high=10.0)))
            parts = (either, year, NotThat(part=Has(facet="genre", values=genres[1:])))
        queries.append(AllOf(parts=parts))
    return queries


def main() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        catalogue = _catalogue(Path(folder))
        for facet in SCHEMA.facet_names:
            catalogue.facet(facet)
        for number in SCHEMA.number_names:
            catalogue.number(number)
        spent = times_ms([lambda q=q: catalogue.select(q) for q in _queries()])
    return [
        Row(what=f"three predicates over {ITEMS:,} items: median", value=float(np.median(spent)), unit="ms"),
        at_most(f"three predicates over {ITEMS:,} items: p95", float(np.percentile(spent, 95)), "ms", LIMIT_MS),
    ]
