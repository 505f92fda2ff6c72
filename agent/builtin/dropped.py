"""Attributes that no longer matter: "any length is fine", "the year doesn't matter", "forget the genre"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent.builtin.reading import Mark, Reading

__all__ = ["TAKEN_BACK", "dropped", "set_aside"]

_BEFORE = re.compile(
    r"(?:^|\s)(?:any|whatever|whichever|forget|ignore|drop|remove|lift|lose|do not care about|not care about|do not mind|regardless of|"
    r"no matter)(?: the| about the| what| about)?$"
)
TAKEN_BACK = re.compile(
    r"(?:forget|ignore|scrap|never mind|disregard) (?:about )?(?:what|everything|all|anything) (?:that )?i (?:just |have )?"
    r"(?:said|told you|asked|wanted|mentioned)(?: earlier| before)? (?:about|for|of|with)(?: the| that| an?| it being| being| wanting)*$"
)
"""Stands before what was said and no longer holds: "forget what I said about", "never mind everything I told you about the"."""
_AFTER = re.compile(
    r"(?:does not|do not|is not|no longer) (?:really )?(?:matter|important|an issue)|(?:is )?(?:not important|irrelevant|unimportant)|"
    r"(?:is|are) (?:up to you|open)|whatever"
)
_ALL = (
    r"(?:forget|drop|ignore|lose|remove) (?:all )?(?:the |my |those |these )?(?:filters|conditions|restrictions|constraints|rules)(?: .*)?|"
    r"no (?:filters|restrictions|constraints|conditions)(?: .*)?|"
    r"(?:forget|scrap|scratch|ignore|never mind|drop) (?:about )?(?:all (?:of )?(?:that|this|it)|"
    r"(?:everything|all i said|what i said)(?!(?: (?:that )?i (?:said|told you|mentioned))? (?:about|of|for)(?!\S)))(?: .*)?|"
    r"(?:forget|scrap|scratch|never mind) (?:about )?(?:that|it|this) (?:"
    r"[,.;] (?:just|i|show|give|find|let|something|a|an|how|what)|just|show|give|find)(?: .*)?"
)
_BY_ROLE = (
    (
        "year",
        (
            r"(?:any|whatever|whichever) (?:year|era|decade|period|age)(?: .*)?|from any (?:year|era|decade|time)(?: .*)?|"
            r"(?:old or new|new or old|does not have to be (?:new|recent|old))(?: .*)?"
        ),
    ),
    (
        "duration",
        (
            r"(?:any|whatever) (?:length|duration|runtime)(?: .*)?|however long(?: .*)?|"
            r"(?:length|time) (?:does not|is not|no longer) (?:matter|issue|an issue|important)(?: .*)?|"
            r"(?:i have|got) (?:all night|all evening|all day|plenty of time|lots of time|all the time in the world)(?: .*)?"
        ),
    ),
)


def set_aside(reading: Reading, mark: Mark, in_force: Sequence[Mapping[str, Any]] = ()) -> bool:
    """True where a value is named only to be let go of: "forget about the French thing, something American".

    With the constraints in force, "drop the French" takes back a demand for it; where there is none, it is ruled out instead.
    """
    utterance = reading.utterance
    before = re.search(
        r"(?:forget|ignore|drop|lose|scrap|ditch|never mind)(?: about)?(?: the| that| being)?$",
        utterance.between(mark.start - 4, mark.start),
    )
    after = utterance.between(mark.end, mark.end + 1)
    goes_on = utterance.has(r".* (?:want|something|anything|rather|instead|show me|give me|now)(?: .*)?")
    if before and any(s.value in values and s.name == facet for s in mark.senses for facet, values in _demanded(in_force)):
        return True
    return bool(before) and (after in {"thing", "bit", "part", "filter", "requirement", "idea", "stuff"} or goes_on)


def _demanded(in_force: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield facet and values of each demand among the constraints."""
    for constraint in in_force:
        where = constraint["where"]
        if "facet" in where:
            yield where["facet"], (*where.get("has", ()), *where.get("has_all", ()))


def dropped(reading: Reading, in_force: Sequence[Mapping[str, Any]] = ()) -> list[str]:
    """Return the names of attributes whose earlier conditions are taken back, `*` for all."""
    utterance = reading.utterance
    found: list[str] = []
    for mark in reading.of("attribute"):
        if mark.end - mark.start == 1 and utterance.words[mark.start] in {"about", "with", "by", "from", "in", "for"}:
            continue
        before = utterance.between(mark.start - 3, mark.start)
        back = TAKEN_BACK.search(utterance.between(mark.start - 11, mark.start))
        if back or _BEFORE.search(before) or _AFTER.match(utterance.between(mark.end, mark.end + 5)):
            found.append(mark.name)
    found.extend(m.name for m in reading.of("value") if set_aside(reading, m, in_force))
    if utterance.has(_ALL):
        found.append("*")
    for role, pattern in _BY_ROLE:
        number = reading.schema.with_role(role)  # type: ignore[arg-type]
        if number is not None and utterance.has(pattern):
            found.append(number.name)
    return list(dict.fromkeys(found))
