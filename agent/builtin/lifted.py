"""What need not be after all, and what may be as well: "doesn't have to be French", "forget what I said about Rome", "subtitles are fine".

Neither asks for anything by itself. The first takes back a demand or a wish for just that; the second lifts what stands in its
way: what was ruled out, what was demanded or wished for in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from agent.builtin.common import FILLER
from agent.builtin.draft import Draft
from agent.builtin.dropped import TAKEN_BACK
from agent.builtin.opinions import Opinion
from agent.builtin.reading import Mark
from agent.request import Constraint
from knowledge.entities import entity, facet_kind, split_entity

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["lift"]

_LED = (
    r"(?: (?:a|an|in|from|by|with|about|of|for|that|so|too|the|all|only|very|really|super|some|any|being|having|reading|set|if|it|they"
    r"|is|are|be|bit|little))*"
)
_NEED_NOT = re.compile(
    r"(?:^|\s)(?:(?:does|do|did) not (?:really |necessarily |even )?(?:have|need|got) to(?: even| necessarily)?(?: be| have)|need not be"
    rf"|not necessarily|no need (?:for|to be)|not have to be){_LED}$"
)
_OPTIONAL = re.compile(r"(?:(?:is|are) )?(?:not (?:a must|necessary|essential|required|needed)|optional|no must)(?!\S)")
_FINE = (
    r"(?:fine|ok|alright|all right|no problem|not a problem|allowed|acceptable|welcome|(?:good|great|cool|nice|possible) (?:too|as well)"
    r"|(?:also|equally) (?:good|great|cool))"
)
_VERY = r"(?:(?:also|totally|perfectly|absolutely|quite|just|still|really|actually|even) )*"
_SURELY = r"(?: (?:too|as well|by me|with me|for me|either|also))+"
_FINE_AFTER = re.compile(rf"(?:ones? |NOUN )?(?:is|are|would be|will be) {_VERY}{_FINE}(?P<sure>{_SURELY})?(?!\S)")
_UNBOTHERED_AFTER = re.compile(r"(?:ones? |NOUN )?(?:do|does|would|will) not (?:bother|put|scare|worry|disturb) (?:me|us)(?: off)?(?!\S)")
_UNBOTHERED = re.compile(
    r"(?:^|\s)(?:(?:do|would|does) not (?:really |actually )?mind|no (?:problem|issue|trouble) with|nothing against|not against"
    rf"|(?:fine|ok|happy|cool|alright|comfortable) with|can (?:also |even )?be|may (?:also |even )?be|is allowed to be){_LED}$"
)
_FEW = 4
"""What fewer items are marked with is no kind of its own: most are that anyhow ("colour is fine")."""
_NO_THING = frozenset("it that this they those these them any anything everything either both all one ones he she what which".split())  # noqa: SIM905


def lift(draft: Draft) -> None:
    """Take back and allow what the utterance says need not be or may be; the tokens it says so in are taken."""
    if draft.question is not None:
        return
    end = -1
    for mark in draft.reading.marks:
        if mark.kind in {"item", "used", "attribute", "superlative"} or mark.start in draft.taken:
            continue
        between = draft.reading.utterance.words[end : mark.start] if end >= 0 else ()
        if _need_not(draft, mark) or _forgotten(draft, mark) or (between and set(between) <= {"or", "and", "nor", "a", "an", "in", "from"}):
            _release(draft, mark)
            end = mark.end
        elif (sure := _allowed(draft, mark)) is not None and _allow(draft, mark, sure=sure):
            _take(draft, mark)
    _unnamed(draft)


def _need_not(draft: Draft, mark: Mark) -> bool:
    said = draft.reading.utterance
    after = said.between(mark.end, mark.end + 4)
    before = said.between(mark.start - 11, mark.start)
    back = _NEED_NOT.search(before) or TAKEN_BACK.search(before)
    return bool(back or _OPTIONAL.match(after) or re.match(r"or not(?!\S)", after))


def _forgotten(draft: Draft, mark: Mark) -> bool:
    """True for a name that is demanded and let go of: "forget Tom Hanks"."""
    if mark.kind != "link" or mark.link is None or mark.link.entity is None or mark.link.entity.startswith("item:"):
        return False
    value = split_entity(mark.link.entity)[1]
    held = any(value in c["where"].get("has", ()) for c in draft.situation.constraints)
    said = draft.reading.utterance.between(mark.start - 3, mark.start)
    return held and bool(re.search(r"(?:forget|drop|scrap|ditch|lose|leave out|never mind)(?: about)?$", said))


def _allowed(draft: Draft, mark: Mark) -> bool | None:
    """Return None where the mark is not said to be allowed, else whether it can be meant in no other way."""
    said = draft.reading.utterance
    if _UNBOTHERED.search(said.between(mark.start - 9, mark.start)):
        return True
    after = said.between(mark.end, mark.end + 9)
    if _matches(draft, _UNBOTHERED_AFTER, after):
        return True
    found = _matches(draft, _FINE_AFTER, after)
    return None if found is None or _answers(draft, mark) else bool(found["sure"])


def _answers(draft: Draft, mark: Mark) -> bool:
    """True where the mark is about what the question just put was about: "comedy is fine" is then what is wanted."""
    asked = draft.situation.asked or {}
    about = {mark.amount.number} if mark.amount is not None else {s.name for s in mark.senses}
    return asked.get("attribute") in about


def _matches(draft: Draft, pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return re.match(pattern.pattern.replace("NOUN", draft.reading.items), text)


def _take(draft: Draft, mark: Mark) -> None:
    """Take the mark and the words that say it is allowed, up to the end of the clause on either side."""
    words = draft.reading.utterance.words
    start, end = mark.start, mark.end
    while start > 0 and words[start - 1] not in {".", ",", "!", "?", ";", "but", "and", "or"} and draft.reading.at(start - 1) is None:
        start -= 1
    while end < len(words) and words[end] not in {".", ",", "!", "?", ";", "but", "and", "or"} and draft.reading.at(end) is None:
        end += 1
    draft.taken.update(range(start, end))


def _release(draft: Draft, mark: Mark) -> None:
    """Take back a demand or a wish for what the mark stands for."""
    _take(draft, mark)
    if mark.kind == "link":
        if mark.link is not None and mark.link.entity is not None:
            draft.drop.append(mark.link.entity)
    elif mark.kind == "value":
        draft.drop.extend(_names(draft, mark))
    elif mark.kind == "amount" and mark.amount is not None:
        draft.drop.append(mark.amount.number)
    else:
        draft.drop.append(mark.name)


def _names(draft: Draft, mark: Mark) -> list[str]:
    """Return the entity names of all a value may stand for."""
    schema = draft.reading.schema
    return list(dict.fromkeys(entity(facet_kind(schema.facet(s.name)), s.value) for s in mark.senses if s.kind == "value"))


def _allow(draft: Draft, mark: Mark, *, sure: bool) -> bool:
    """Lift what stands in the way of the mark; False where nothing does and it may as well be asked for."""
    if mark.kind == "link":
        return _allow_name(draft, mark, sure=sure)
    if mark.kind == "value":
        return _allow_value(draft, mark, sure=sure)
    name = mark.amount.number if mark.kind == "amount" and mark.amount is not None else mark.name
    held = [c for c in draft.situation.constraints if _number_of(c["where"]) == name]
    aimed = any(t["attribute"] == name for t in draft.situation.topic.get("targets", ()))
    if not held and not aimed:
        # "Longer is fine" after a slate asks for no longer ones; "a light one is fine" may.
        lifts = sure or (mark.kind == "comparative" and bool(draft.situation.shown))
        if lifts:
            draft.drop.append(name)
        return lifts
    if mark.kind == "amount" and mark.amount is not None and held:
        inside = held[-1]["where"]
        ends = {k: v for k, v in _both(inside, mark.amount.low, mark.amount.high).items() if v is not None}
        if ends and "not" not in inside:
            draft.constraints.append(Constraint(where={"number": name, **ends}, words=draft.reading.words(mark)))
            return True
    draft.drop.append(name)
    return True


def _both(where: Mapping[str, Any], low: float | None, high: float | None) -> dict[str, float | None]:
    """Return the ends of the range that holds an earlier one and a new one; a missing end stays open."""
    ends: dict[str, float | None] = {"min": None, "max": None}
    if where.get("min") is not None and low is not None:
        ends["min"] = min(float(where["min"]), low)
    if where.get("max") is not None and high is not None:
        ends["max"] = max(float(where["max"]), high)
    return ends


def _number_of(where: Mapping[str, Any]) -> str:
    inner = where.get("not", where)
    return str(inner.get("number", "")) if isinstance(inner, Mapping) else ""


def _allow_name(draft: Draft, mark: Mark, *, sure: bool) -> bool:
    assert mark.link is not None
    name = mark.link.entity
    if name is None or name.startswith("item:"):
        return False
    out = any(name in _ruled_out(c["where"], draft) for c in draft.situation.constraints)
    if out or sure:
        draft.drop.append(name)
        draft.mention(mark.link.text, name, Opinion("neutral"))
    return out or sure


def _allow_value(draft: Draft, mark: Mark, *, sure: bool) -> bool:
    reading, situation = draft.reading, draft.situation
    names = _names(draft, mark)
    facet = reading.schema.facet(mark.name)
    values = [s.value for s in mark.senses if s.kind == "value" and s.name == facet.name]
    out = [n for n in names if any(n in _ruled_out(c["where"], draft) for c in situation.constraints)]
    disliked = situation.profile is not None and any(e.entity in names for e in situation.profile.of("dislike"))
    demand = next((c for c in reversed(situation.constraints) if c["where"].get("facet") == facet.name and c["where"].get("has")), None)
    if out or disliked:
        draft.drop.extend(out)
        for name in names:
            draft.mention(reading.words(mark), name, Opinion("neutral"))
        return True
    if demand is not None:
        together = list(dict.fromkeys((*demand["where"]["has"], *values)))
        words = f"{demand['words']} or {reading.words(mark)}" if demand.get("words") else reading.words(mark)
        draft.constraints.append(Constraint(where={"facet": facet.name, "has": together}, words=words))
        return True
    apart = [
        n for n in situation.topic.get("prefer", ()) if split_entity(n)[0] == facet_kind(facet) and _apart(draft, facet.name, n, values)
    ]
    draft.drop.extend(apart)
    if apart and len(_positions(draft, facet.name, values)) >= _FEW:
        either = list(dict.fromkeys((*(split_entity(n)[1] for n in apart), *values)))
        words = " or ".join((*(split_entity(n)[1] for n in apart), reading.words(mark)))
        draft.constraints.append(Constraint(where={"facet": facet.name, "has": either}, words=words))
        return True
    if not apart and sure:
        draft.drop.extend(n for n in names if n not in situation.topic.get("prefer", ()))
    return bool(apart) or sure or (facet.kind == "tag" and bool(situation.shown))


def _apart(draft: Draft, facet: str, name: str, values: list[str]) -> bool:
    """True where no item has both a preferred value and one of those allowed now."""
    value = split_entity(name)[1]
    return value not in values and not set(_positions(draft, facet, [value])) & set(_positions(draft, facet, values))


def _positions(draft: Draft, facet: str, values: list[str]) -> list[int]:
    column = draft.situation.base.catalogue.facet(facet)
    found: list[npt.NDArray[Any]] = [column.positions(v) for v in values]
    return [int(p) for positions in found for p in positions]


def _ruled_out(where: Mapping[str, Any], draft: Draft) -> set[str]:
    """Return the entity names a condition rules out."""
    inner = where.get("not")
    if not isinstance(inner, Mapping):
        return set()
    parts = [inner, *inner.get("any", ()), *inner.get("all", ())]
    schema = draft.reading.schema
    return {
        entity(facet_kind(schema.facet(p["facet"])), v) for p in parts if "facet" in p for v in (*p.get("has", ()), *p.get("has_all", ()))
    }


def _unnamed(draft: Draft) -> None:
    """Take "colour is fine" and "subtitles are fine" where the catalogue has no word for what is allowed.

    It can only lift a wish; where one alone was said, that one is meant.
    """
    reading, situation = draft.reading, draft.situation
    for f in _unmarked(draft):
        held = list(situation.topic.get("prefer", ()))
        spoken = re.search(r"subtitle|subs|dubb|caption", f)
        tongue = next((n for n in reading.schema.facets if spoken and "language" in (n.name, n.label, *n.words)), None)
        if tongue is not None:
            draft.drop.append(tongue.name)
        elif not spoken and len(held) == 1:
            draft.drop.append(held[0])
        elif situation.shown or situation.constraints:
            draft.drop.append(f)


def _unmarked(draft: Draft) -> Iterator[str]:
    """Yield the words no mark covers that are said to be fine; their tokens are taken."""
    reading = draft.reading
    noun = rf"(?:{reading.items}|ones?)"
    patterns = (
        rf"(?P<x>\w+) (?:{noun} )?(?:is|are) {_VERY}{_FINE}(?:{_SURELY})?",
        r"(?:do not|does not|would not|nothing|not) (?:really )?(?:mind|against) (?:reading |having |any |some )?(?P<x>\w+)",
        r"(?P<x>\w+) (?:do|does|will|would) not (?:bother|disturb) (?:me|us)",
    )
    for pattern in patterns:
        for f in reading.utterance.all(pattern):
            word = f.group("x")
            free = all(reading.at(i) is None and i not in draft.taken for i in range(f.start, f.end))
            offered = " ".join(map(str, (draft.situation.asked or {}).get("options", ()))).casefold().split()
            if free and word.isalpha() and word not in FILLER | _NO_THING and word not in offered:
                draft.taken.update(range(f.start, f.end))
                yield word
