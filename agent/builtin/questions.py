"""Facts asked for: who, when, how long, what about, what else by her, how many, the longest, do you have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.builtin.acts import does
from agent.builtin.attributes import asked_attribute, range_asked
from agent.builtin.opinions import opinion
from agent.builtin.reading import Mark, Reading
from agent.builtin.references import Reference, pointed_at
from agent.builtin.whose import behind, pronoun_person
from agent.request import Question
from knowledge.entities import entity, item_entity

if TYPE_CHECKING:
    from agent.brain import Situation

__all__ = ["counted_before", "question"]

_ASKING = (
    r"(?:any of|any|in what|what|who|whos|when|where|which|how|is|are|was|were|does|do|did|has|have|can|could|will|"
    r"would|in which|what s|tell me|any idea)"
)
_WISHES = (
    r"what (?:is|are|would be|might be) (?:a|an|some|any)(?: \w+){{0,2}} (?:{items}|one|thing|choice|pick)(?: .*)?|"
    r"(?:.* )?(?:something|anything|more|others?|another|{items}|ones?)(?: else)? (?:by|from|with|of) the (?:same )?\w+ (?:of|behind|as) .*"
)
"""What opens like a question or names a fact, and asks for items."""
_PLEADS = r"(?:can|could|will|would|do) (?:you|u) (?:please |just |maybe )?(?:recommend|suggest|find|show|give|get|pick|choose|have|help)\b"
"""What opens a further sentence that asks for items ("I loved Alien. Can you recommend a comedy?")."""
_WANTS = (
    r"(?:looking for|recommend|suggest|suggestions?|recommendations?|something|anything|another (?:one|{items})|other {items}|"
    r"more {items}|(?:show|find|give) me|in the mood)"
)
"""What a sentence that asks for items says."""
_PRONOUN = r"(?:it|its|that|this|he|she|they|there|one)"
_HAVE = (
    r"(?:do you (?:have|know|carry|stock|got)|have you got|you have got|have you|got|is there|are there|you got|do u have|do you also have)"
)


def question(reading: Reading, situation: Situation, refs: list[Reference]) -> Question | None:
    """Return the fact an utterance asks for, or None where it asks for none."""
    spans = reading.utterance.sentences
    if len(spans) < 2:
        return _asked_in(reading, situation, refs)
    # What was asked last counts, unless something is wished for after it.
    for start, end in reversed(spans):
        part = reading.part(start, end)
        own = [r for r in refs if start <= r.start < end]
        if not own and part.utterance.has(_PRONOUN):
            own = [r for r in refs if r.start < start][-1:] or _named_before(reading, start)
        found = _asked_in(part, situation, own)
        if found is not None or part.utterance.has(_WANTS.format(items=reading.items)):
            return found
    return None


def _named_before(reading: Reading, start: int) -> list[Reference]:
    """Return the item named last before a sentence, as what "it" or "that" means in it."""
    names = [name for mark, name in reading.titles if mark.end <= start]
    return [Reference(0, 0, (names[-1],))] if names else []


def _asked_in(reading: Reading, situation: Situation, refs: list[Reference]) -> Question | None:
    reading = reading.untitled
    if reading.utterance.has(_WISHES.format(items=reading.items)):
        return None
    return (
        _count(reading, situation)
        or _other_works(reading, situation)
        or _superlative(reading, situation)
        or _list(reading)
        or _describe(reading, situation, refs)
        or _fact(reading, situation, refs)
        or _have(reading)
    )


def _subject(reading: Reading, situation: Situation, refs: list[Reference]) -> str | None:
    """Return the item asked about: named, pointed at, or spoken of last."""
    for mark, name in reading.titles:
        told = opinion(reading, mark) if refs else None
        if told is None or told.stance not in {"like", "dislike", "seen"}:
            return name
    return refs[-1].items[0] if refs else None


def _spoken(situation: Situation) -> str | None:
    ids = pointed_at(situation)
    return item_entity(ids[0]) if ids else None


def counted_before(situation: Situation) -> bool:
    """True where the exchange before was a question about a whole kind: how many, which, or the most of it."""
    before = situation.exchanges[-1].request if situation.exchanges else {}
    return before.get("intent") == "lookup" and (before.get("question") or {}).get("kind") in {"count", "list", "superlative"}


def _count(reading: Reading, situation: Situation) -> Question | None:
    f = reading.utterance.first(
        rf"how many (?P<rest>.*)|(?:what is )?(?:the )?number of (?P<all>.*)|count (?:of |all )?(?:the |your )?(?P<c>{reading.items}.*|.*)"
    )
    of_them = r"of (?:them|these|those)"
    if f is None or re.search(rf"how many (?:{'' if counted_before(situation) else of_them + '|'}times)", reading.utterance.joined):
        return None
    if range_asked(reading) is not None:
        return None
    first = reading.at(f.start + 2) or reading.at(f.start + 3)
    number = next((s for s in first.senses if s.kind == "number"), None) if first is not None and first.kind == "attribute" else None
    if (
        number is not None
        and re.search(r"(?:does|is|can|for|do you need|play|it|this|that)", reading.utterance.between(f.start + 3, f.end))
        and not re.search(_HAVE, reading.utterance.joined)
    ):
        return None
    if f.match.group(0).startswith("count ") and f.start > 0:
        return None
    facet = next((s for s in first.senses if s.kind == "facet"), None) if first is not None and first.kind == "attribute" else None
    if facet is not None and re.search(r"(?:plural|s)$", reading.words(first)):  # type: ignore[arg-type]
        return Question(kind="count", attribute=facet.name)
    return Question(kind="count")


def _other_works(reading: Reading, situation: Situation) -> Question | None:
    if not reading.utterance.has(
        rf"what (?:else|other {reading.items}|more)(?: (?:has|have|did|does|do|is|by|from|are|was|with|of|"
        rf"about|you have|you got|can|would|should|there)).*|(?:what|which)(?: other)?(?: {reading.items}|"
        rf"s)? (?:has|have|did|does|is|was|were) (?:\w+ ){{1,3}}(?:made|make|directed?|done|do|been in|in|"
        rf"star(?:red)? in|written|write|wrote|designed?|appear(?:ed)? in|known for|play(?:ed)? in|act(?:ed)? in|"
        rf"famous for|else).*|"
        r"(?:anything|something|what|any) else (?:by|from|with|of|has) (?:her|him|them|the same|that|this).*|"
        r"other (?:works?|things|stuff|ones) (?:by|from|of) .*|(?:his|her|their) other \w+.*|(?:has|did) (?:he|"
        r"she|they) (?:made?|directed?|done|do|design(?:ed)?|written|write|been in|star) (?:in )?(?:anything|"
        r"something) else.*|what is (?:he|she) (?:known for|been in|in)"
    ) and not reading.utterance.whole(r"(?:and |so )?(?:who (?:is|was)|tell me (?:more )?about|what do you know about|do you know) .*"):
        return None
    for mark in reading.of("link"):
        if mark.link is not None and mark.link.entity is not None and mark.link.kind == "person":
            return Question(kind="other_works", entity=mark.link.entity)
    related = behind(reading, situation) if reading.utterance.has(r"(?:.* )?(?:else|others?|more)(?: .*)?") else None
    if related is not None and reading.schema.facet(related[0]).kind == "person":
        return Question(kind="other_works", entity=entity("person", related[1][0]))
    person = pronoun_person(reading, situation)
    return Question(kind="other_works", entity=person[0]) if person else None


def _superlative(reading: Reading, situation: Situation) -> Question | None:
    marks = [m for m in reading.of("superlative") if not _graded_by_popularity(reading, m)]
    of_shown = r"(?:which|what) (?:one|of)(?: .*)?|(?:and |so |but )?which (?:is|was) (?:the )?\w+"
    if (
        marks
        and situation.shown
        and reading.utterance.has(of_shown)
        and not counted_before(situation)
        and not any(reading.of("value", "amount"))
    ):
        return None
    if counted_before(situation) and reading.utterance.has(r"(?:.* )?of (?:these|those|them)(?: .*)?") and marks:
        return Question(kind="superlative", attribute=marks[0].name, direction="most" if marks[0].value == "more" else "least")
    if not marks or reading.utterance.has(r"(?:of|among|from|between|out of) (?:these|those|them|the (?:two|three|\d|first|list))(?: .*)?"):
        return None
    mark = marks[0]
    asks = reading.utterance.has(r"(?:what|which|whats|tell me|do you know|name|show me|give me|list|find).*") or re.match(
        r"(?:and |so |ok |then )*(?:the |your |what about the )", reading.utterance.joined
    )
    following = reading.at(mark.end)
    opening = (
        mark.start <= 2
        and not marks[1:]
        and following is not None
        and (following.kind == "value" or (following.kind == "item" and reading.words(following).lower() == reading.schema.item.singular))
    )
    offered = (
        reading.utterance.whole(r"(?:the )?\S+(?: \S+)? ones? (?:that )?you (?:have|got|have got|know|know of)(?: .{1,12})?")
        and mark.start <= 1
    )
    if not (asks or opening or offered) or reading.utterance.has(r"(?:sounds|looks|seems|works|please do|is fine|i will|let us).*"):
        return None
    return Question(kind="superlative", attribute=mark.name, direction="most" if mark.value == "more" else "least")


def _graded_by_popularity(reading: Reading, mark: Mark) -> bool:
    return reading.schema.number(mark.name).role == "popularity"


def _list(reading: Reading) -> Question | None:
    """Return the question which values there are, or which items hold a condition."""
    f = reading.utterance.first(
        r"(?:what|which|list(?: all| me)?|show(?: me)?|name|tell me)(?: all| the| your| kinds? of| sorts? of|"
        r" of the| types? of| different)* (?P<a>\w+(?: \w+)?)(?: do you (?:have|know|offer|carry)| are there|"
        r" have you(?: got)?| can i (?:choose|pick|filter|ask).*| exist| you have| is there| are available)"
    )
    if f is None:
        return None
    for mark in reading.of("attribute"):
        sense = next((s for s in mark.senses if s.kind == "facet"), None)
        if sense is not None and f.start < mark.start < f.end:
            return Question(kind="list", attribute=sense.name)
    if any(f.start <= m.start for m in reading.of("value", "link", "amount")) and reading.utterance.has(r"(?:what|which|list).*"):
        return Question(kind="list")
    return None


def _fact(reading: Reading, situation: Situation, refs: list[Reference]) -> Question | None:
    subject = _subject(reading, situation, refs)
    if not re.match(
        rf"(?:and |but |so |ok |wait |hm+ |hey |, |yes |cool )*{_ASKING}(?!\S)", reading.utterance.joined
    ) and not reading.utterance.has(
        rf".*[,.!;] (?:and )?(?!{_PLEADS})(?:(?:who|when|how|what|where|which|is|was|can|could|does|do|will)(?: .*)?\?|"
        r"(?:who|when (?:was|is)|how long|what year)(?: .*)?)"
    ):
        return None
    attribute = asked_attribute(reading, situation)
    if attribute is None:
        return None
    subject = subject or (_spoken(situation) if _elliptic(reading) else None)
    return Question(kind="fact", attribute=attribute, entity=subject) if subject is not None else None


def _elliptic(reading: Reading) -> bool:
    """True where the question names no subject of its own but can only be about what was shown ("who directed?")."""
    return not any(m.kind in {"value", "amount"} for m in reading.marks) or reading.utterance.has(r".*(?:it|that|this|he|she)(?: .*)?")


def _describe(reading: Reading, situation: Situation, refs: list[Reference]) -> Question | None:
    """Return the question what an item is about; "what is X" only where it names no attribute."""
    utterance = reading.utterance
    bare = (
        r"(?:and |so )?(?:what is (?:it|that|this) about|tell me more|tell me more about (?:it|that|this)|"
        r"(?:what is )?(?:the|its) (?:plot|story|premise)|what happens(?: in it)?|more (?:info|details?)(?: please)?)"
    )
    subject = _subject(reading, situation, refs) or (_spoken(situation) if utterance.whole(bare) else None)
    if subject is None or utterance.has(r"(?:what|which) (?:genre|kind|sort) .*"):
        return None
    if utterance.has(_ABOUT) or utterance.whole(_DESCRIBE.replace("USE", reading.use)) or utterance.whole(bare):
        return Question(kind="describe", entity=subject)
    if utterance.whole(r"(?:is|was) .* (?:any )?(?:good|worth (?:it|\w+ing|a \w+)|recommended)(?: ones?)?"):
        return Question(kind="describe", entity=subject)
    attribute = any(m.kind == "attribute" for m in reading.marks)
    if (
        not attribute
        and utterance.whole(r"(?:and |so )?what (?:is|was|are) (?:the )?.*")
        and not does(reading, "compares")
        and asked_attribute(reading, situation) is None
    ):
        return Question(kind="describe", entity=subject)
    return None


_ABOUT = (
    r"(?:.* )?what (?:is|was|are|s)? ?(?:.* )?about(?! (?:some|something|any|anything|an?|another|one|other|more)(?!\S))|"
    r"(?:what is )?(?:the|its) (?:plot|story|premise|"
    r"synopsis|gist)(?: of .*)?|what happens(?: in .*)?"
)
_DESCRIBE = (
    r"(?:and |so |ok |cool |, )*(?:(?:can|could|would) you )?(?:please )?(?:tell (?:me|us) (?:more |a bit (?:more )?|"
    r"something |a little (?:more )?)?(?:about|on)|describe|"
    r"summari[sz]e|how does(?= .* end)|say more about|more about|"
    r"what about(?! (?:some|something|any|anything|an?|another|one|other|more)(?!\S))|more (?:info|details?|information) (?:on|"
    r"about)|info on|details (?:on|about)|what do you know about|"
    r"what (?:do|does) (?:you|one|people|players) (?:actually |really )?(?:have to )?do (?:in|with)|how (?:does|do) (?:it|that|this|"
    r"you|one) (?:work|play|USE it)|"
    r"(?:give me )?(?:the |a )?(?:synopsis|plot|summary|gist|details)(?: of| on| for)?)(?: .*)?"
)


def _have(reading: Reading) -> Question | None:
    f = reading.utterance.first(_HAVE) or reading.utterance.first(
        r"(?:(?<=^)|(?<=[.!?,;] ))(?:is|are|is not)(?= [^.!?]+ (?:in|on|among) (?:your|the|there)(?: .*)?)"
    )
    if f is None:
        return None
    for mark in reading.of("link"):
        if (
            mark.link is not None
            and mark.link.kind == "item"
            and mark.start >= f.end
            and not reading.utterance.has(
                r"(?:anything|something|any|ones?|more|stuff|\w+) (?:like|similar to|in the vein of|such as|along the lines of|\w+ than).*"
            )
        ):
            return Question(kind="have", entity=mark.link.entity)
    return None
