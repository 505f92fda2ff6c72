"""Age classes and other ordered facets: "for my 8 year old", "rated 12 or under", "nothing above 16"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agent.builtin.reading import Reading
from knowledge.schema import Facet

__all__ = ["Ordered", "ordered"]


@dataclass(frozen=True, slots=True)
class Ordered:
    """A condition on an ordinal facet said at tokens [start, end)."""

    start: int
    end: int
    where: dict[str, Any]


def ordered(reading: Reading) -> list[Ordered]:
    """Return the conditions on ordinal facets whose values are numbers from some point of the order on."""
    found: list[Ordered] = []
    for facet in reading.schema.facets:
        if facet.kind == "ordinal" and any(v.isdigit() for v in facet.order):
            found.extend(_facet(reading, facet))
    return found


def _facet(reading: Reading, facet: Facet) -> list[Ordered]:
    utterance = reading.utterance
    names = "|".join(sorted({"rated", "rating", *(w for w in facet.words if w.isalpha())}, key=len, reverse=True))
    found: list[Ordered] = []

    def add(start: int, end: int, values: tuple[str, ...], *, negated: bool = False) -> None:
        if values and not reading.titled_number(start, end) and all(end <= f.start or start >= f.end for f in found):
            inside: dict[str, Any] = {"facet": facet.name, "has": list(values)}
            found.append(Ordered(start, end, {"not": inside} if negated else inside))

    if utterance.has(
        r"(?:.* )?(?:kids?|child|children|(?:grand)?sons?|(?:grand)?daughters?|nephews?|nieces?|grand(?:children|"
        r"kids?))(?: .*)?"
    ):
        for f in utterance.all(r"(?:they|he|she) (?:is|are) (?P<n>\d\d?)(?: and (?P<m>\d\d?))?"):
            add(f.start, f.end, _up_to(facet, min(int(f.group("n")), int(f.group("m") or 99))))
    for f in utterance.all(
        r"(?:kids?|child|children|sons?|daughters?|boys?|girls?|ones) (?:aged |, |who (?:is|are) |of |age |are |is |she is |he is |"
        r"(?:is |are |has |just |nearly |"
        r"almost |about to )*(?:turning|turned|turns|turn) )(?P<n>\d\d?)(?! (?:minutes?|hours?|times?))(?: (?:and|to|,) (?P<m>\d\d?))?"
    ):
        add(f.start + 1, f.end, _up_to(facet, min(int(f.group("n")), int(f.group("m") or 99))))
    for f in utterance.all(
        r"(?:(?:is |are |ok |okay |suitable |appropriate |fine |good |safe |alright )*for )?(?:my |a |an |"
        r"our |the |two |2 )*(?P<n>\d\d?) (?:and (?P<m>\d\d?) )?(?:years? olds?|yrs? olds?|y o|yos?|year olds?|"
        r"y olds?)(?: (?:son|daughter|kid|kids|child|boy|girl|niece|nephew|grandson|granddaughter))?"
    ):
        add(f.start, f.end, _up_to(facet, min(int(f.group("n")), int(f.group("m") or 99))))
    for f in utterance.all(
        rf"(?:{names}) (?:\w+ )?(?P<n>\d\d?)(?: (?:or|and) (?:under|below|less|lower|younger))?|(?:no|not|"
        rf"nothing) (?:\w+ )?(?:above|over|higher than|rated above|rated over|past) (?P<o>\d\d?)(?! (?:years?|"
        rf"hours?|hrs?|minutes?|mins?|h|m))|(?:max|maximum|up to|at most) (?:rated |age |rating )(?P<p>\d\d?)"
    ):
        said = f.match.group(0)
        value = f.group("n") or f.group("o") or f.group("p")
        negative = utterance.between(f.start - 1, f.start) in {"not", "no", "nothing", "never"}
        if any(
            w in said.split()
            for w in ("under", "below", "less", "lower", "younger", "above", "over", "higher", "past", "max", "up", "most", "maximum")
        ) or f.group("o"):
            add(f.start, f.end, _up_to(facet, int(value)))
        elif value in facet.order:
            add(f.start - negative, f.end, (value,), negated=negative)
    for f in utterance.all(r"(?:no|nothing|not) (?:rated )?(?P<n>\d\d)s?(?: rated| rating)?"):
        if f.group("n") in facet.order and "rated" in f.match.group(0):
            add(f.start, f.end, (f.group("n"),), negated=True)
    return found


def _up_to(facet: Facet, age: int) -> tuple[str, ...]:
    """Return the classes whose number is at most `age`; those written in words at the low end count as 0."""
    allowed = []
    for value in facet.order:
        if value.isdigit() and int(value) > age:
            break
        allowed.append(value)
    return tuple(allowed)
