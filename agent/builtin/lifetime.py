"""Years told by somebody's own life: "older than me, I was born in 1985", "from when I was a teenager"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from agent.builtin.text import Utterance

__all__ = ["own_years"]

_YEAR = r"(?:1[89]|20)\d\d"
_LIVED = r"(?:i|we|he|she|they|my \w+)"
_IN = r"(?:(?: [,(:]| in| back in| so| that is| the year)* "
_BORN = rf"(?:{_LIVED} |and |who )?(?:(?:was|were|is|am|are) )?born{_IN}{_YEAR})(?: \))?"
_AGED = rf"{_LIVED} (?:am|are|is) (?:now |only |just |already )?\d\d?(?: years old)?"
_WHO = r"(?:me|i am|i was|we are|us|myself|my \w+|him|her|he is|she is)"
_BIRTH = rf"{_LIVED} (?:was|were) (?:even )?born{_IN}{_YEAR}(?: \))?)?"
_CHILD = r"(?:kid|kids|child|children|boy|girl|little|small|young)"
_TEEN = r"(?:teenagers?|teens?|at school|in school)"
_FROM = r"(?:(?:made|released|from|in|of) )*"
_SPANS: tuple[tuple[str, int | None, int | None], ...] = (
    (rf"(?:older than {_WHO}|before (?:{_BIRTH}|my time))", None, -1),
    (rf"(?:(?:newer|younger) than {_WHO}|after {_BIRTH})", 1, None),
    (rf"since {_BIRTH}", 0, None),
    (rf"{_FROM}(?:the )?(?:same )?(?:(?:year )?(?:that |when )?{_BIRTH}|my (?:own )?age)|(?:exactly )?as old as {_WHO}", 0, 0),
    (rf"{_FROM}(?:my childhood|when (?:i|we) (?:was|were) (?:a |just a |still )?{_CHILD})", 4, 13),
    (rf"{_FROM}(?:my (?:teens|teenage years|youth|school days)|when (?:i|we) (?:was|were) (?:a |still a |still )?{_TEEN})", 13, 19),
)
"""What is said of a life, with the first and last year meant, counted from birth."""


def own_years(utterance: Utterance) -> Iterator[tuple[int, int, int | None, int | None]]:
    """Yield (start, end, first, last) for what is said of years by somebody's own life; both None where a birth is only told.

    The year somebody was born in is none that is asked for, so its tokens are always among those found.
    """
    born = utterance.first(_BORN)
    aged = utterance.first(_AGED) if born is None else None
    told = born or aged
    if told is None:
        return
    number = int(re.findall(r"\d+", told.match.group(0))[-1])
    birth = number if born is not None else datetime.now(UTC).year - number
    if born is not None:
        yield born.start, born.end, None, None
    for pattern, first, last in _SPANS:
        for f in utterance.all(pattern):
            if f.match.group(0) != told.match.group(0):
                yield f.start, f.end, None if first is None else birth + first, None if last is None else birth + last
