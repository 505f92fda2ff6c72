"""Dates of any precision as a first and a last day, so that "1999" and "1999-05-03" compare exactly."""

from __future__ import annotations

import calendar
import datetime
import re

from knowledge.errors import BadInput

__all__ = ["MISSING", "date_days", "iso_date"]

MISSING = -(2**31)
"""Stands for "no date" in the arrays."""

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ].*)?$")


def date_days(text: str) -> tuple[int, int]:
    """Return the first and last day (proleptic ordinals) an ISO date covers. Raises BadInput where it is none."""
    match = _ISO.match(text.strip())
    if match is None:
        raise BadInput(f"{text!r} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = match.group(1), match.group(2), match.group(3)
    try:
        first = datetime.date(int(year), int(month or 1), int(day or 1))
        last_month = int(month or 12)
        last = first if day else datetime.date(int(year), last_month, calendar.monthrange(int(year), last_month)[1])
    except ValueError as error:
        raise BadInput(f"{text!r} is not a date: {error}; write YYYY, YYYY-MM or YYYY-MM-DD") from error
    return first.toordinal(), last.toordinal()


def iso_date(text: str) -> str:
    """Return the date as YYYY, YYYY-MM or YYYY-MM-DD, a time of day cut off. Raises BadInput."""
    date_days(text)
    match = _ISO.match(text.strip())
    assert match is not None
    year, month, day = match.groups()
    return year + (f"-{int(month):02d}" if month else "") + (f"-{int(day):02d}" if day else "")
