"""Cells as values: text, lists, numbers, dates. What is written for "nothing" is nothing."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable
from typing import Any

from knowledge.catalogue.dates import iso_date
from knowledge.errors import BadInput

__all__ = ["as_date", "as_list", "as_number", "as_text", "is_missing", "slug"]

_NOTHING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "--", "?", "unknown", "\\n", "nil"})
_NUMBER = re.compile(r"^[€$£¥]?\s*([+-]?(?:\d{1,3}(?:[ ,']\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*([^\W\d_]+\.?|%|[€$£¥])?$")
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")


def is_missing(value: object) -> bool:
    """Say whether a cell stands for "nothing" where a number or date is wanted."""
    if value is None:
        return True
    if isinstance(value, float):
        return math.isnan(value)
    return isinstance(value, str) and value.strip().casefold() in _NOTHING


def as_text(value: object) -> str:
    """Return a cell as clean text: no NUL, no runs of spaces, no ends; whole floats without ".0"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        if value.is_integer():
            return str(int(value))
    if isinstance(value, list | tuple):
        return ", ".join(as_text(v) for v in value)
    text = str(value)
    if "\0" in text:
        text = text.replace("\0", "")
    return _SPACES.sub(" ", text).strip()


def as_list(value: object, separator: str | None) -> tuple[str, ...]:
    """Return a cell as distinct values in order. Lists are taken as they are, text is parted where a separator is given."""
    parts: Iterable[object]
    if isinstance(value, list | tuple):
        parts = value
    elif isinstance(value, str) and separator:
        parts = value.split(separator)
    else:
        parts = (value,)
    texts = (as_text(part) for part in parts)
    return tuple(dict.fromkeys(text for text in texts if text and text.casefold() not in ("nan", "null", "n/a", "\\n")))


def as_number(value: object) -> float | None:
    """Return a cell as a finite number; None where it is missing. A currency sign, a unit and thousands marks may stand with it.

    Raises:
        BadInput: it is neither ("abc", "inf").
    """
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, float):
        return _finite(float(value), value)
    if is_missing(value):
        return None
    if isinstance(value, float):
        return _finite(value, value)
    text = str(value).strip()
    match = _NUMBER.match(text)
    if match is None or not match.group(1) or not any(c.isdigit() for c in match.group(1)):
        raise BadInput(f"{text[:40]!r} is not a number")
    return _finite(float(re.sub(r"[ ,']", "", match.group(1))), value)


def _finite(number: float, value: object) -> float:
    if not math.isfinite(number):
        raise BadInput(f"{value!r} is not a finite number")
    return number


def as_date(value: Any) -> str | None:
    """Return a cell as an ISO date, None where it is missing. Raises BadInput for any other text.

    3/4/2020 is refused: nothing tells day from month.
    """
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()[:10]
    if is_missing(value):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return iso_date(str(value).strip().replace("/", "-"))


def slug(text: str) -> str:
    """Return a readable id made of a text: lower case, words joined by hyphens."""
    from knowledge.catalogue.words import normalise

    words = re.sub(r"[^\w]+", "-", normalise(text))
    return words[:80].strip("-") or "item"
