"""Predicates evaluated over the arrays: exact, one boolean per item, no SQL."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from knowledge.catalogue.dates import MISSING, date_days
from knowledge.errors import BadInput
from knowledge.predicates import AllOf, AnyOf, Contains, Has, HasAll, Known, Near, NotThat, OneOf, Predicate, Since, Within

if TYPE_CHECKING:
    from knowledge.catalogue.catalogue import Catalogue

__all__ = ["select", "unknown_attribute"]

Mask = npt.NDArray[np.bool_]

_EARTH_KM = 6371.0088
_KM_PER_DEGREE = 111.19
_PLAIN = ("title", "description", "image", "url", "place", "popularity")


def unknown_attribute(name: str, known: Sequence[str], kind: str) -> BadInput:
    """Return the error for an attribute the catalogue lacks, with the nearest names it has."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]!r}?" if near else (f"; it has {', '.join(known)}" if known else "; it has none")
    return BadInput(f"the catalogue has no {kind} {name!r}{hint}")


def select(catalogue: Catalogue, predicate: Predicate) -> Mask:
    """Return which items satisfy the predicate, (n_items,). Raises BadInput for an attribute the catalogue lacks."""
    match predicate:
        case AllOf(parts=parts):
            return _all(catalogue, parts)
        case AnyOf(parts=parts):
            some: Mask = np.zeros(len(catalogue), dtype=np.bool_)
            for part in parts:
                some |= select(catalogue, part)
            return some
        case NotThat(part=part):
            return ~select(catalogue, part)
        case Has(facet=facet, values=values):
            return _has(catalogue, facet, values)
        case HasAll(facet=facet, values=values):
            every: Mask = np.ones(len(catalogue), dtype=np.bool_)
            for value in values:
                every &= _has(catalogue, facet, (value,))
            return every
        case Within(number=number, low=low, high=high):
            return _within(catalogue, number, low, high)
        case OneOf(items=items):
            chosen: Mask = np.zeros(len(catalogue), dtype=np.bool_)
            chosen[[catalogue.index(item) for item in items if item in catalogue]] = True
            return chosen
        case _:
            return _rarer(catalogue, predicate)


def _rarer(catalogue: Catalogue, predicate: Since | Near | Contains | Known) -> Mask:
    match predicate:
        case Since(date=date, start=start, end=end):
            return _since(catalogue, date, start, end)
        case Near(lat=lat, lon=lon, km=km):
            return _near(catalogue, lat, lon, km)
        case Contains(text=text):
            return catalogue.containing(text)
        case Known(attribute=attribute):
            return _known(catalogue, attribute)


def _all(catalogue: Catalogue, parts: Sequence[Predicate]) -> Mask:
    if not parts:
        return np.ones(len(catalogue), dtype=np.bool_)
    mask = select(catalogue, parts[0])
    for part in parts[1:]:
        mask &= select(catalogue, part)
    return mask


def _has(catalogue: Catalogue, facet: str, values: Sequence[str]) -> Mask:
    column = catalogue.facet(facet)
    mask: Mask = np.zeros(len(catalogue), dtype=np.bool_)
    for value in values:
        column.add_to(mask, value)
    return mask


def _within(catalogue: Catalogue, number: str, low: float | None, high: float | None) -> Mask:
    values = catalogue.number(number)
    # A comparison with NaN is false, so that an item without the number fails whenever an end is given.
    if low is None:
        return ~np.isnan(values) if high is None else np.less_equal(values, high)
    mask: Mask = np.greater_equal(values, low)
    if high is not None:
        mask &= values <= high
    return mask


def _since(catalogue: Catalogue, date: str, start: str | None, end: str | None) -> Mask:
    days = catalogue.days(date)
    mask: Mask = days[:, 0] != MISSING
    # A date known to the year only passes when the whole year lies in the range: a constraint holds or it does not.
    if start is not None:
        mask &= days[:, 0] >= date_days(start)[0]
    if end is not None:
        mask &= days[:, 1] <= date_days(end)[1]
    return mask


def _near(catalogue: Catalogue, lat: float, lon: float, km: float) -> Mask:
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and km >= 0):
        raise BadInput(
            f"place ({lat}, {lon}) within {km} km: latitude lies in -90..90, longitude in -180..180, the distance is not negative"
        )
    places = catalogue.places
    mask: Mask = np.zeros(len(catalogue), dtype=np.bool_)
    # A cheap band of latitudes first; the exact distance only for what lies in it.
    close = np.flatnonzero(np.abs(places[:, 0] - lat) <= km / _KM_PER_DEGREE + 0.01)
    here, there = np.radians(places[close]), np.radians([lat, lon])
    across = np.sin((here[:, 0] - there[0]) / 2) ** 2 + np.cos(here[:, 0]) * np.cos(there[0]) * np.sin((here[:, 1] - there[1]) / 2) ** 2
    distance = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.clip(across, 0.0, 1.0)))
    mask[close[distance <= km]] = True
    return mask


def _known(catalogue: Catalogue, attribute: str) -> Mask:
    schema = catalogue.schema
    if attribute in schema.facet_names:
        return catalogue.facet(attribute).known()
    if attribute in schema.number_names:
        return ~np.isnan(catalogue.number(attribute))
    if attribute in schema.dates:
        mask: Mask = catalogue.days(attribute)[:, 0] != MISSING
        return mask
    if attribute in _PLAIN:
        return catalogue.having(attribute)
    raise unknown_attribute(attribute, (*schema.facet_names, *schema.number_names, *schema.dates, *_PLAIN), "attribute")
