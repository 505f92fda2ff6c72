"""Facts asked for: who, when, how long, what about, what else by her, how many, the longest, do you have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent.builtin.acts import does
from agent.builtin.amounts import ranges
from agent.builtin.conditions import person_facet
from agent.builtin.opinions import opinion
from agent.builtin.reading import Mark, Reading
from agent.builtin.references import Reference, pointed_at, pronoun_person
from agent.builtin.text import words_of
from agent.request import Question
from knowledge.entities import item_entity, split_entity
from knowledge.schema import Facet

if TYPE_CHECKING:
    from agent.brain import Situation

__all__ = ["question"]

_ASKING = r"(?:in what|what|who|whos|when|where|which|how|is|are|was|were|does|do|did|has|have|can|could|will|would|in which|what s|whose|tell me|any idea)"
_HAVE = r"(?:do you (?:have|know|carry|stock|got)|have you got|you have got|have you|got|is there|are there|you got|do u have|do you also have)"


def question(reading: Reading, situation: Situation, refs: list[Reference]) -> Question | None:
    """Return the fact an utterance asks for, or None where it asks for none."""
    return (
        _count(reading)
        or _other_works(reading, situation)
        or _superlative(reading, situation)
        or _list(reading)
        or _describe(reading, situation, refs)
        or _fact(reading, situation, refs)
        or _have(reading)
    )


def _subject(reading: Reading, situation: Situation, refs: list[Reference]) -> str | None:
    """Return the item asked about: named, pointed at, or spoken of last."""
    for mark in reading.of("link"):
        if mark.link is None or mark.link.entity is None or mark.link.kind != "item":
            continue
        told = opinion(reading, mark) if refs else None
        if told is None or told.stance not in {"like", "dislike", "seen"}:
            return mark.link.entity
    return refs[-1].items[0] if refs else None


def _spoken(situation: Situation) -> str | None:
    ids = pointed_at(situation)
    return item_entity(ids[0]) if ids else None


def _people(reading: Reading) -> Iterator[Facet]:
    return (f for f in reading.schema.facets if f.kind == "person")


def _stem(word: str) -> str:
    for ending in ("ers", "ors", "ing", "ed", "er", "or", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _count(reading: Reading) -> Question | None:
    f = reading.utterance.first(rf"how many (?P<rest>.*)|(?:what is )?(?:the )?number of (?P<all>.*)|count (?:of |all )?(?:the |your )?(?P<c>{reading.items}.*|.*)")
    if f is None or re.search(r"how many (?:of (?:them|these|those)|times)", reading.utterance.joined):
        return None
    if _range_asked(reading) is not None:
        return None
    first = reading.at(f.start + 2) or reading.at(f.start + 3)
    number = next((s for s in first.senses if s.kind == "number"), None) if first is not None and first.kind == "attribute" else None
    if number is not None and re.search(r"(?:does|is|can|for|do you need|play|it|this|that)", reading.utterance.between(f.start + 3, f.end)) and not re.search(_HAVE, reading.utterance.joined):
        return None
    if f.match.group(0).startswith("count ") and f.start > 0:
        return None
    facet = next((s for s in first.senses if s.kind == "facet"), None) if first is not None and first.kind == "attribute" else None
    if facet is not None and re.search(r"(?:plural|s)$", reading.words(first)):  # type: ignore[arg-type]
        return Question(kind="count", attribute=facet.name)
    return Question(kind="count")


def _range_asked(reading: Reading) -> str | None:
    """Return the number asked for by "how many players does it take" about one item, or None."""
    for _, most, noun in ranges(reading.schema):
        named = any(m.link is not None and m.link.kind == "item" for m in reading.of("link"))
        if reading.utterance.has(rf"how many (?:{'|'.join(words_of(noun))}|people|persons)(?: .*)?") and (named or reading.utterance.has(r".* (?:it|that|this|the \w+ one)(?: .*)?")):
            return most
    return None


def _other_works(reading: Reading, situation: Situation) -> Question | None:
    if not reading.utterance.has(
        rf"what (?:else|other {reading.items}|more)(?: (?:has|have|did|does|do|is|by|from|are|was|with|of|about|you have|you got|can|would|should|there)).*|(?:what|which)(?: other)?(?: {reading.items}|s)? (?:has|have|did|does|is|was|were) (?:\w+ ){{1,3}}(?:made|make|directed?|done|do|been in|in|star(?:red)? in|written|write|wrote|designed?|appear(?:ed)? in|known for|play(?:ed)? in|act(?:ed)? in|famous for|else).*|"
        r"(?:anything|something|what|any) else (?:by|from|with|of|has) (?:her|him|them|the same|that|this).*|"
        r"other (?:works?|things|stuff|ones) (?:by|from|of) .*|(?:his|her|their) other \w+.*|(?:has|did) (?:he|she|they) (?:made?|directed?|done|do|design(?:ed)?|written|write|been in|star) (?:in )?(?:anything|something) else.*|what is (?:he|she) (?:known for|been in|in)"
    ) and not reading.utterance.whole(r"(?:and |so )?(?:who (?:is|was)|tell me (?:more )?about|what do you know about|do you know) .*"):
        return None
    for mark in reading.of("link"):
        if mark.link is not None and mark.link.entity is not None and mark.link.kind == "person":
            return Question(kind="other_works", entity=mark.link.entity)
    person = pronoun_person(reading, situation)
    return Question(kind="other_works", entity=person[0]) if person else None


def _superlative(reading: Reading, situation: Situation) -> Question | None:
    marks = [m for m in reading.of("superlative") if not _graded_by_popularity(reading, m)]
    if marks and situation.shown and reading.utterance.has(r"(?:which|what) (?:one|of)(?: .*)?") and not any(reading.of("value", "amount")):
        return None
    if not marks or reading.utterance.has(r"(?:of|among|from|between|out of) (?:these|those|them|the (?:two|three|\d|first|list))(?: .*)?"):
        return None
    mark = marks[0]
    asks = reading.utterance.has(rf"(?:what|which|whats|tell me|do you know|name|show me|give me|list|find).*") or re.match(r"(?:and |so |ok |then )*(?:the |your |what about the )", reading.utterance.joined)
    if not asks or reading.utterance.has(r"(?:sounds|looks|seems|works|please do|is fine|i will|let us).*"):
        return None
    return Question(kind="superlative", attribute=mark.name, direction="most" if mark.value == "more" else "least")


def _graded_by_popularity(reading: Reading, mark: Mark) -> bool:
    return reading.schema.number(mark.name).role == "popularity"


def _list(reading: Reading) -> Question | None:
    """Return the question "which genres are there?" """
    f = reading.utterance.first(rf"(?:what|which|list(?: all| me)?|show(?: me)?|name|tell me)(?: all| the| your| kinds? of| sorts? of| of the| types? of| different)* (?P<a>\w+(?: \w+)?)(?: do you (?:have|know|offer|carry)| are there| have you(?: got)?| can i (?:choose|pick|filter|ask).*| exist| you have| is there| are available)")
    if f is None:
        return None
    for mark in reading.of("attribute"):
        sense = next((s for s in mark.senses if s.kind == "facet"), None)
        if sense is not None and f.start < mark.start < f.end:
            return Question(kind="list", attribute=sense.name)
    if any(f.start <= m.start for m in reading.of("value", "link", "amount")) and reading.utterance.has(rf"(?:what|which|list).*"):
        return Question(kind="list")
    return None


def _fact(reading: Reading, situation: Situation, refs: list[Reference]) -> Question | None:
    subject = _subject(reading, situation, refs)
    if not re.match(rf"(?:and |but |so |ok |wait |hm+ |hey |, |yes |cool )*{_ASKING}(?!\S)", reading.utterance.joined) and not reading.utterance.has(rf".*[,.!;] (?:who|when|how|what|where|which|is|was)(?: .*)?\?"):
        return None
    attribute = _attribute(reading, situation)
    if attribute is None:
        return None
    subject = subject or (_spoken(situation) if _elliptic(reading) else None)
    return Question(kind="fact", attribute=attribute, entity=subject) if subject is not None else None


def _elliptic(reading: Reading) -> bool:
    """True where the question names no subject of its own but can only be about what was shown ("who directed?")."""
    return not any(m.kind in {"value", "amount"} for m in reading.marks) or reading.utterance.has(r".*(?:it|that|this|he|she)(?: .*)?")


def _attribute(reading: Reading, situation: Situation) -> str | None:
    utterance, schema = reading.utterance, reading.schema
    by = (_range_asked(reading), _who(reading), _role(reading, "year", r"when (?:was|is|did|were|does).*|(?:what|which) year.*|(?:how old|how recent) (?:is|are|was) (?:it|that|this|the).*|(?:what|which) decade.*|how old is.*|from (?:what|which) year.*|when.*(?:come out|released|made|published|from)"))
    for found in by:
        if found is not None:
            return found
    length = r"how long (?:is|was|are|does|do|will|would|s|it).*|how much time .*|what (?:is|s) (?:the |its |their )?(?:length|running time|runtime|duration|playing time|run time).*|how many (?:minutes|hours).*|(?:is|are) (?:it|that|this|they) (?:very |too |really |that |quite )?(?:long|short).*|how long"
    found = _role(reading, "duration", length)
    if found is not None:
        return found
    found = _role(reading, "price", r"how (?:much|expensive) (?:is|does|are|do).*|what (?:does|do) .* cost.*|what (?:is|s) the price.*|how much")
    if found is not None:
        return found
    found = _role(reading, "rating", r"(?:how (?:good|well rated|highly rated) (?:is|are).*|what (?:is|s) (?:the|its) (?:rating|score).*)")
    if found is not None:
        return found
    if utterance.has(r"where (?:is|was|are|were|does|do|s|did).*(?:from|made|set|come from|produced|shot|filmed|take place|it|that|this).*|(?:what|which) country.*"):
        facet = next((f for f in schema.facets if f.kind == "category" and ({"from", "made in", "country"} & {*f.words, f.name, f.label})), None)
        if facet is not None:
            return facet.name
    if utterance.has(r"(?:is|was|are) (?:it|that|this|that one|this one|.{2,40}) (?:ok|okay|suitable|appropriate|fine|safe|alright|good|all right) for .*|(?:can|could) (?:my|the|a) .* (?:watch|play|read|see|use) .*|what age.*|(?:is|are) .* (?:kid|child|family) friendly.*|from what age.*"):
        facet = next((f for f in schema.facets if f.kind == "ordinal"), None)
        if facet is not None:
            return facet.name
        age = next((n for n in schema.numbers if "age" in words_of(n.name) or "age" in words_of(n.label)), None)
        if age is not None:
            return age.name
    person = next((m for m in reading.of("link") if m.link is not None and m.link.kind == "person" and m.link.entity is not None), None)
    if person is not None and utterance.whole(r"(?:and |so )?(?:is|does|did|was|has) .*") and any(m.link is not None and m.link.kind == "item" for m in reading.of("link")):
        facet = person_facet(situation.base, reading, person, split_entity(str(person.link.entity))[1])  # type: ignore[union-attr]
        return facet.name if facet is not None else None
    for mark in reading.of("attribute"):
        if utterance.has(r"(?:what|which|whats|how many|in (?:what|which)|tell me|any idea).*") and any(s.kind in {"facet", "number"} for s in mark.senses) and reading.words(mark).lower() not in _FEEBLE:
            return mark.senses[0].name
    if utterance.has(r"(?:is|was|are|were) (?:it|that|this|they|the \w+(?: \w+)?|.{2,40}) .*|how \w+ (?:is|was|are|were) .*|does (?:it|that) (?:get|have).*"):
        for mark in reading.of("adjective"):
            return mark.name
        for mark in reading.of("value"):
            if utterance.has(r"(?:is|was|are|were) (?:it|that|this|they|the \w+(?: \w+)?|.{2,40}) .*") and any(m.kind == "link" for m in reading.marks) or utterance.has(r"(?:is|was|does|has) (?:it|that|this|that one|this one|the \w+ one) .*"):
                return mark.name
    return None


_FEEBLE = frozenset("about from with by for in of set made on lead age".split())
"""Words that name an attribute only beside a value."""


def _role(reading: Reading, role: str, pattern: str) -> str | None:
    number = reading.schema.with_role(role)  # type: ignore[arg-type]
    return number.name if number is not None and reading.utterance.has(rf"(?:.* )?(?:{pattern})") else None


def _who(reading: Reading) -> str | None:
    """Return the facet of people a "who" question asks for: by the verb or noun that names it, else by who is in or behind it."""
    utterance = reading.utterance
    f = utterance.first(r"(?:who|whos|whose)(?P<rest>(?: \S+){0,8})|(?:name of (?:the )?(?P<n>\w+))|(?:what|which)(?: \S+)?(?P<w> .*)")
    if f is None:
        return None
    said = [w for w in utterance.words[f.start : min(f.start + 9, len(utterance))]]
    people = list(_people(reading))
    stems = {_stem(w) for w in said if len(w) >= 4}
    for facet in people:
        names = {w for phrase in (facet.name, facet.label, facet.plural, *facet.words) for w in words_of(phrase) if len(w) >= 4}
        if stems & {_stem(n) for n in names if n not in {"with", "made", "from", "plays", "played"}}:
            return facet.name
    if not f.match.group(0).startswith("who"):
        return None
    rest = " ".join(said[1:])
    if re.search(r"(?:made|makes|did it|created?|behind|is it by|was it by|responsible|by)", rest):
        makers = [x for x in people if {"made by", "by", "created by"} & set(x.words)] or people
        return makers[0].name if makers else None
    if re.search(r"(?:is|was|are|else|s|stars?|starring|plays?|acts?|in) ?(?:in|it)?", rest):
        cast = [x for x in people if {"with", "starring", "featuring", "who plays"} & set(x.words)] or people
        return cast[0].name if cast else None
    return None


def _describe(reading: Reading, situation: Situation, refs: list[Reference]) -> Question | None:
    """Return the question what an item is about; "what is X" only where it names no attribute."""
    utterance = reading.utterance
    bare = r"(?:and |so )?(?:what is (?:it|that|this) about|tell me more|tell me more about (?:it|that|this)|(?:what is )?(?:the|its) (?:plot|story|premise)|what happens(?: in it)?|more (?:info|details?)(?: please)?)"
    subject = _subject(reading, situation, refs) or (_spoken(situation) if utterance.whole(bare) else None)
    if subject is None or utterance.has(r"(?:what|which) (?:genre|kind|sort) .*"):
        return None
    if utterance.has(_ABOUT) or utterance.whole(_DESCRIBE) or utterance.whole(bare):
        return Question(kind="describe", entity=subject)
    if utterance.whole(r"(?:is|was) .* (?:any )?(?:good|worth (?:it|\w+ing|a \w+)|recommended)"):
        return Question(kind="describe", entity=subject)
    attribute = any(m.kind == "attribute" for m in reading.marks)
    if not attribute and utterance.whole(r"(?:and |so )?what (?:is|was|are) (?:the )?.*") and not does(reading, "compares") and _attribute(reading, situation) is None:
        return Question(kind="describe", entity=subject)
    return None


_ABOUT = r"(?:.* )?what (?:is|was|are|s)? ?(?:.* )?about|(?:what is )?(?:the |its )?(?:plot|story|premise|synopsis|gist)(?: of .*)?|what happens(?: in .*)?"
_DESCRIBE = (
    r"(?:and |so |ok |cool |, )*(?:(?:can|could|would) you )?(?:please )?(?:tell (?:me|us) (?:more |a bit (?:more )?|something |a little (?:more )?)?(?:about|on)|describe|"
    r"summari[sz]e|how does(?= .* end)|say more about|more about|what about|more (?:info|details?|information) (?:on|about)|info on|details (?:on|about)|what do you know about|"
    r"(?:give me )?(?:the |a )?(?:synopsis|plot|summary|gist|details)(?: of| on| for)?)(?: .*)?"
)


def _have(reading: Reading) -> Question | None:
    f = reading.utterance.first(_HAVE) or reading.utterance.first(r"(?:is|are|is not)(?= .+ (?:in|on|among) (?:your|the|there)(?: .*)?)")
    if f is None:
        return None
    for mark in reading.of("link"):
        if mark.link is not None and mark.link.kind == "item" and mark.start >= f.end and not reading.utterance.has(r"(?:anything|something|any|ones?|more|stuff|\w+) (?:like|similar to|in the vein of|such as|along the lines of).*"):
            return Question(kind="have", entity=mark.link.entity)
    return None
