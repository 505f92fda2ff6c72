"""Which attribute a question asks for: by the role of a number, by who is meant, by the words that name it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from agent.builtin.amounts import ranges
from agent.builtin.conditions import person_facet
from agent.builtin.reading import Mark, Reading
from agent.builtin.text import words_of
from knowledge.entities import split_entity
from knowledge.schema import Facet

if TYPE_CHECKING:
    from agent.brain import Situation

__all__ = ["asked_attribute", "range_asked"]

_FEEBLE = frozenset("about from with by for in of set made on lead age".split())  # noqa: SIM905
"""Words that name an attribute only beside a value."""

_BY_ROLE: tuple[tuple[str, str], ...] = (
    (
        "year",
        (
            r"when (?:was|is|did|were|does).*|(?:what|which) (?:year|decade).*|from (?:what|which) year.*|how old is.*|"
            r"how recent (?:is|are|was).*|how old (?:are|was) (?:it|that|this|the).*|when.*(?:come out|released|made|published|from)"
        ),
    ),
    (
        "duration",
        (
            r"how long (?:is|was|are|does|do|will|would|s|it).*|how much time .*|how many (?:minutes|hours).*|how long|"
            r"what (?:is|s) (?:the |its |their )?(?:length|running time|runtime|duration|playing time|run time).*|"
            r"(?:is|are) (?:it|that|this|they) (?:very |too |really |that |quite )?(?:long|short).*|"
            r"(?:does|do|will|would) (?:it|that|this|they) (?:take|last|run|go on) (?:very |too |really |that |quite )?(?:long|ages|"
            r"forever|a while).*"
        ),
    ),
    ("price", r"how (?:much|expensive) (?:is|does|are|do).*|what (?:does|do) .* cost.*|what (?:is|s) the price.*|how much"),
    ("rating", r"how (?:good|well rated|highly rated) (?:is|are).*|what (?:is|s) (?:the|its) (?:rating|score).*"),
)
_WHERE = r"where (?:is|was|are|were|does|do|s|did).*(?:from|made|set|produced|shot|take place|it|that|this).*|(?:what|which) country.*"
_FOR_WHOM = (
    r"(?:is|was|are) (?:it|that|this|that one|this one|.{2,40}) (?:ok|suitable|appropriate|fine|safe|alright|good|all right) for .*|"
    r"(?:can|could|should) (?:i|we) .* (?:it|that|this|the \w+ one) with (?:my |the |our )?(?:kids?|children|sons?|daughters?|"
    r"family|parents).*|"
    r"(?:can|could) (?:my|the|a) .* (?:watch|play|read|see|use) .*|(?:from )?what age.*|(?:is|are) .* (?:kid|child|family) friendly.*"
)
_IS_IT = r"(?:are )?any of (?:these|those|them) .*|(?:is|was|are|were) (?:it|that|this|they|the \w+(?: \w+)?|.{2,40}) .*"
_ANY_OF_IT = (
    r"(?:(?:does|do|did) (?:anything|something|any) .* happen(?: .*)?|(?:(?:is|are) there |does it have |has it got )?(?:any|anything|much|"
    r"too much|a lot of)(?: \w+){1,3} (?:in (?:it|that|this|the \w+ one)|bits?|scenes?|parts?|moments?)(?: .*)?)"
)
_HOW = rf"{_IS_IT}|{_ANY_OF_IT}|how \w+ (?:is|was|are|were) .*|does (?:it|that) (?:get|have).*"
_IT_IS = r"(?:is|was|does|has) (?:it|that|this|that one|this one|the \w+ one) .*"
_WHICH = r"(?:what|which|whats|how many|in (?:what|which)|tell me|any idea).*"
_MADE = r"(?:made|makes|did it|created?|behind|is it by|was it by|responsible|by)"
_IN_IT = r"(?<!\S)(?:is|was|are|else|s|stars?|starring|plays?|acts?|in)(?: (?:in|it))?(?!\S)"


def asked_attribute(reading: Reading, situation: Situation) -> str | None:
    """Return the name of the attribute asked for, or None."""
    finders: tuple[Callable[[Reading, Situation], str | None], ...] = (
        lambda r, _: range_asked(r), lambda r, _: _who(r), lambda r, _: _role(r), lambda r, _: _where(r), lambda r, _: _for_whom(r),
        _takes_part, lambda r, _: _named(r), lambda r, _: _graded(r),
    )  # fmt: skip
    return next((found for finder in finders if (found := finder(reading, situation)) is not None), None)


def range_asked(reading: Reading) -> str | None:
    """Return the number asked for by "how many players does it take" about one item, or None."""
    for _, most, noun in ranges(reading.schema):
        named = any(m.link is not None and m.link.kind == "item" for m in reading.of("link"))
        asked = reading.utterance.has(
            rf"(?:can|could) (?:we |the )?\d+ (?:of us |people )?{reading.use}.*|(?:does|will|would) (?:it|that|this) work (?:with|"
            rf"for) \d+.*|"
            rf"(?:is|are) (?:it|that|this|.{{2,40}}) (?:any )?(?:good|ok|fine|playable|possible) (?:with|for) \d+(?! (?:years?|yrs?|y)).*"
        ) or reading.utterance.has(rf"how many can {reading.use}.*|how many (?:{'|'.join(words_of(noun))}|people|persons)(?: .*)?")
        if asked and (named or reading.utterance.has(r".* (?:it|that|this|the \w+ one)(?: .*)?")):
            return most
    return None


def _role(reading: Reading) -> str | None:
    for role, pattern in _BY_ROLE:
        number = reading.schema.with_role(role)  # type: ignore[arg-type]
        if number is not None and reading.utterance.has(rf"(?:.* )?(?:{pattern})"):
            return number.name
    return None


def _where(reading: Reading) -> str | None:
    if not reading.utterance.has(_WHERE):
        return None
    places = (f for f in reading.schema.facets if f.kind == "category" and {"from", "made in", "country"} & {*f.words, f.name, f.label})
    return next((f.name for f in places), None)


def _for_whom(reading: Reading) -> str | None:
    """Return the age class, or a number of years of age, for "is it ok for kids"."""
    if not reading.utterance.has(_FOR_WHOM):
        return None
    classes = [f.name for f in reading.schema.facets if f.kind == "ordinal"]
    ages = [n.name for n in reading.schema.numbers if "age" in words_of(n.name) or "age" in words_of(n.label)]
    return next(iter((*classes, *ages)), None)


def _takes_part(reading: Reading, situation: Situation) -> str | None:
    """Return the facet of a person asked about together with an item ("does Heat have Al Pacino in it")."""
    links = [m for m in reading.of("link") if m.link is not None and m.link.entity is not None]
    person = next((m for m in links if m.link is not None and m.link.kind == "person"), None)
    item = any(m.link is not None and m.link.kind == "item" for m in links)
    if person is None or not item or not reading.utterance.whole(r"(?:and |so )?(?:is|does|did|was|has) .*"):
        return None
    facet = person_facet(situation.base, reading, person, split_entity(_entity(person))[1])
    return facet.name if facet is not None else None


def _entity(mark: Mark) -> str:
    return mark.link.entity or "" if mark.link is not None else ""


def _named(reading: Reading) -> str | None:
    """Return the attribute named in so many words ("what genre is it")."""
    if not reading.utterance.has(_WHICH):
        return None
    firm = (m for m in reading.of("attribute") if reading.words(m).lower() not in _FEEBLE)
    return next((m.name for m in firm), None)


def _graded(reading: Reading) -> str | None:
    """Return the scale or facet of the word asked with ("is it scary", "is it animated")."""
    if not reading.utterance.has(_HOW):
        return None
    adjective = next(reading.of("adjective"), None)
    if adjective is not None:
        return adjective.name
    amount = next(reading.of("amount"), None)
    if amount is not None and amount.amount is not None and reading.utterance.has(_IT_IS):
        return amount.amount.upper or amount.amount.number
    linked = any(m.kind == "link" for m in reading.marks)
    if reading.utterance.has(_IT_IS) or (linked and reading.utterance.has(_IS_IT)):
        closed = (m for m in reading.of("value") if len(reading.lexicon.values.get(m.name, ())) <= 200)
        return next((m.name for m in closed), None)
    return None


def _people(reading: Reading) -> Iterator[Facet]:
    return (f for f in reading.schema.facets if f.kind == "person")


def _stem(word: str) -> str:
    for ending in ("ers", "ors", "ing", "ed", "er", "or", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _who(reading: Reading) -> str | None:
    """Return the facet of people a "who" question asks for: by the verb or noun that names it, else by who is in or behind it."""
    utterance = reading.utterance
    f = utterance.first(r"(?:who|whos)(?P<rest>(?: \S+){0,8})|(?:name of (?:the )?(?P<n>\w+))|(?:what|which)(?: \S+)?(?P<w> .*)")
    if f is None:
        return None
    said = list(utterance.words[f.start : f.start + 9])
    people = list(_people(reading))
    stems = {_stem(w) for w in said if len(w) >= 4}
    for facet in people:
        names = {w for phrase in (facet.name, facet.label, facet.plural, *facet.words) for w in words_of(phrase) if len(w) >= 4}
        if stems & {_stem(n) for n in names if n not in {"with", "made", "from", "plays", "played"}}:
            return facet.name
    if not people or not f.match.group(0).startswith("who"):
        return None
    rest = " ".join(said[1:])
    if re.search(_MADE, rest):
        return next((x.name for x in people if {"made by", "by", "created by"} & set(x.words)), people[0].name)
    if re.search(_IN_IT, rest):
        return next((x.name for x in people if {"with", "starring", "featuring", "who plays"} & set(x.words)), people[0].name)
    return None
