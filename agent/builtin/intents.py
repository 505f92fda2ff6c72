"""Which intent an utterance has once its parts are known, and what follows for the other fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.builtin.accepting import pointed, taken
from agent.builtin.acts import compares, does
from agent.builtin.amended import amended
from agent.builtin.mash import mashed
from agent.builtin.nearest import nearest_intent
from agent.builtin.questions import counted_before
from agent.builtin.references import other_awaited, pointed_at
from agent.builtin.rejecting import turned_down
from agent.builtin.requests import asks, items_of, request_of, spoken_of, wish_of
from agent.request import UNREADABLE, Constraint, Mention, ProfileEdit, Question, Request
from knowledge.entities import facet_kind, item_entity

if TYPE_CHECKING:
    from agent.builtin.draft import Draft

__all__ = ["settle"]


def settle(draft: Draft) -> Request:
    """Return the request."""
    for attempt in (_amended, _correct, _why, _lookup, _compare, turned_down, taken, pointed, _social, _recommend):
        found = attempt(draft)
        if found is not None:
            return found
    return _recommend(draft)


def _amended(draft: Draft) -> Request | None:
    """Take "actually 2" as another number in the condition said last."""
    changed = amended(draft)
    return Request(intent="recommend", constraints=tuple(changed)) if changed else None


def _correct(draft: Draft) -> Request | None:
    """Forget or correct part of the profile."""
    if draft.drop or not does(draft.reading, "forgets"):
        return None
    names = [m.entity for m in draft.mentions if m.entity] or list(draft.pointed)
    names = names or list(draft.prefer)
    names = names or [f"{k}:{v}" for c in draft.constraints for k, v in _value_names(draft, c.where)]
    edits = tuple(ProfileEdit(action="forget", entity=n) for n in names) or (ProfileEdit(action="forget"),)
    return Request(intent="correct", edits=edits)


def _value_names(draft: Draft, where: dict[str, object]) -> list[tuple[str, str]]:
    inner = where.get("not", where)
    if isinstance(inner, dict) and "facet" in inner:
        facet = draft.reading.schema.facet(inner["facet"])
        values = inner.get("has") or inner.get("has_all") or ()
        kind = "person" if facet.kind == "person" else facet.name
        return [(kind, v) for v in values]
    return []


_TO_THEIR_LIKING = (
    r"(?:(?:would|will) (?:i|we|he|she|they|my \w+)|do you think (?:i|we|he|she|they|my \w+) (?:would|will|might))"
    r" (?:\w+ )?(?:like|love|enjoy)(?! (?:something|anything|some|a|an|to)(?!\S)).*"
)
"""Asked of a thing named: "would she like Emma?"."""


def _why(draft: Draft) -> Request | None:
    if does(draft.reading, "why_not"):
        pointed = () if items_of(draft) else draft.pointed
        return request_of(
            draft, "why_not", mentions=spoken_of(draft), wish="", critiques=(), question=None, constraints=(), refers_to=pointed
        )
    liking = items_of(draft) and draft.reading.utterance.has(_TO_THEIR_LIKING)
    if liking or does(draft.reading, "explains"):
        pointed = draft.pointed or tuple(i for i in items_of(draft) if i[5:] in draft.situation.shown)
        if not pointed and not items_of(draft) and not draft.situation.shown:
            return None
        return request_of(
            draft, "explain", mentions=spoken_of(draft), refers_to=pointed, wish="", critiques=(), question=None, constraints=(), prefer=()
        )
    return None


def _lookup(draft: Draft) -> Request | None:
    asked = draft.question
    if asked is None and (facet := _asked_of_it(draft)) is not None:
        held = Question(kind="fact", attribute=facet, entity=draft.pointed[0])
        return request_of(draft, "lookup", mentions=spoken_of(draft), wish="", critiques=(), prefer=(), question=held)
    if asked is None and _unanswerable(draft):
        said = draft.unfilterable or [draft.reading.utterance.text.strip(" ?!.")]
        return request_of(draft, "lookup", mentions=spoken_of(draft), wish="", critiques=(), prefer=(), unfilterable=tuple(said))
    several = (
        asked is not None
        and asked.kind == "fact"
        and bool(draft.refs)
        and len(draft.refs[-1].items) > 1
        and asked.attribute in draft.reading.schema.number_names
    )
    if several and not items_of(draft):
        return request_of(draft, "compare", mentions=spoken_of(draft), wish="", critiques=(), question=None, constraints=(), prefer=())
    if asked is None or (compares(draft.reading) and asked.kind in {"fact", "describe"} and len({*draft.pointed, *items_of(draft)}) > 1):
        return None
    if asked.kind in {"fact", "describe", "have", "other_works"}:
        mentions = spoken_of(draft)
        pointed = draft.pointed if asked.entity in draft.pointed else ()
        return request_of(
            draft,
            "lookup",
            mentions=mentions,
            wish="",
            critiques=(),
            refers_to=pointed,
            constraints=() if asked.kind != "have" else tuple(draft.constraints),
        )
    if asked.kind in {"count", "superlative", "list"} and draft.prefer:
        # What is counted is of that kind, not by preference.
        draft.constraints.extend(_as_demand(draft, name) for name in draft.prefer)
        draft.prefer = []
    of_them = draft.reading.utterance.has(r"(?:.* )?of (?:them|these|those)(?: .*)?")
    if (
        asked.kind == "superlative"
        and not draft.constraints
        and draft.reading.utterance.has(r".* ones? (?:that )?you (?:have|got|know)(?: .*)?")
    ):
        # "The longest one you've got" is the longest of what the talk is about.
        standing = tuple(Constraint.model_validate({k: c[k] for k in ("where", "words")}) for c in draft.situation.constraints)
        return request_of(draft, "lookup", wish="", critiques=(), constraints=standing)
    scope = _same_scope(draft) if of_them or not draft.constraints else ()
    return request_of(draft, "lookup", wish="", critiques=(), constraints=(*scope, *draft.constraints))


def _as_demand(draft: Draft, name: str) -> Constraint:
    kind, _, value = name.partition(":")
    facet = next(f for f in draft.reading.schema.facets if facet_kind(f) == kind)
    return Constraint(where={"facet": facet.name, "has": [value]}, words=value)


def _asked_of_it(draft: Draft) -> str | None:
    """Return the facet of a value asked of one item that has it ("is it in black and white?"); None where that is not asked or not so."""
    if len(draft.pointed) != 1 or len(draft.prefer) != 1 or draft.constraints or not draft.reading.utterance.has(_IS_IT):
        return None
    kind, _, value = draft.prefer[0].partition(":")
    facet = next((f.name for f in draft.reading.schema.facets if facet_kind(f) == kind), None)
    item = draft.situation.base.catalogue.item(draft.pointed[0].removeprefix("item:"))
    return facet if facet is not None and value in item.facets.get(facet, ()) else None


_IS_IT = r"(?<!\S)(?:is|was|are|does|has) (?:it|that|this|that one|this one|the (?:first|second|third|fourth|fifth|last|other)(?: one)?) .*"


def _unanswerable(draft: Draft) -> bool:
    """True for a question about one item that no attribute here answers: "is it on Netflix?", "who shot the first one?"."""
    about = draft.pointed or tuple(items_of(draft))
    if len(about) == 1 and draft.prefer and not (draft.constraints or draft.critiques) and draft.reading.utterance.whole(_IS_IT):
        return True
    if len(about) != 1 or draft.asked or draft.constraints:
        return False
    said = draft.reading.utterance
    asks = said.has(r"(?:(?:and|so|but|ok|hmm|oh|,) )*(?:is|are|can|does|do|has|where|how) .*") and bool(draft.unfilterable)
    happens = said.whole(
        r"(?:(?:and|so|but|ok|hmm|oh|,) )*(?:(?:does|do|did|has|have|will) (?!you).* (?:in )?(?:it|this|that)(?: one)?|"
        r"(?:has|had|did|does|will) (?:it|that|this|the \w+ one) .*)"
    )
    how = said.whole(
        r"(?:(?:and|so|but|ok|hmm|oh|,) )*(?:is|was|are) (?:it|that|this|the \w+ one)(?: (?!ok|okay|it|all|possible|true|time|"
        r"fine|because|just)\w+){1,4}"
    )
    if (happens or how) and not (draft.critiques or draft.prefer or draft.mentions):
        return True
    return asks or said.whole(r"(?:(?:and|so|but|ok|hmm|oh|,) )*who (?!would|should|could|can|might|will|else)\w+ .*")


def _same_scope(draft: Draft) -> tuple[Constraint, ...]:
    """Return the conditions of the question before, where this one goes on from it: "how many ...?" and then "the longest one?"."""
    reading = draft.reading
    whole = reading.utterance.has(rf"(?:.* )?(?:{reading.items}|overall|at all|of all|in total|altogether)(?: .*)?")
    if not counted_before(draft.situation) or whole or draft.mentions:
        return ()
    before = draft.situation.exchanges[-1].request
    return tuple(Constraint.model_validate(c) for c in before.get("constraints", ()))


def _of_those_counted(draft: Draft, wish: str) -> bool:
    """True where some are asked for with no word of what kind: "how many ... have you?" and then "show me some"."""
    said_of_them = draft.reading.utterance.has(r"(?:.* )?(?:ones?|them|those|these)(?: .*)?")
    more = draft.mentions or draft.constraints or draft.prefer or draft.drop or wish or (draft.critiques and not said_of_them)
    return not more and (asks(draft) or does(draft.reading, "others") or said_of_them or draft.count is not None)


def _compare(draft: Draft) -> Request | None:
    shown = tuple(item_entity(i) for i in draft.situation.shown)
    named = tuple(dict.fromkeys((*items_of(draft), *draft.pointed)))
    if not compares(draft.reading):
        waiting = other_awaited(draft.situation)
        if waiting and len(named) == 1 and named[0] != waiting and not (draft.constraints or draft.critiques or draft.prefer):
            return request_of(draft, "compare", mentions=spoken_of(draft), wish="", question=None, refers_to=(waiting,))
        return None
    if draft.asked and len(named) < 2:
        return None
    if named and (len(named) > 1 or any(m.entity is None for m in draft.mentions)):
        # A name nobody knows is the other one, whatever was shown.
        refers = draft.pointed
    elif named:
        # What it is set beside is what was shown; where nothing was, what was spoken of.
        spoken = [item_entity(i) for i in pointed_at(draft.situation)][:1]
        refers = (*draft.pointed, *[e for e in (shown or spoken) if e not in named][:3])
    else:
        refers = shown
    if not named and not shown and not any(m.text for m in draft.mentions) and not draft.reading.utterance.has("compare|differences?"):
        return None
    return request_of(draft, "compare", mentions=spoken_of(draft), wish="", critiques=(), question=None, refers_to=refers)


def _social(draft: Draft) -> Request | None:
    """Greetings, off-topic talk, and answers that carry nothing but indifference."""
    reading = draft.reading
    if not _substance(draft) and mashed(reading, draft.situation.base.catalogue):
        return Request(intent="chat", confidence=UNREADABLE)
    if does(reading, "careless") and not _substance(draft):
        return Request(intent="recommend", careless=True, count=draft.count, surprise=does(reading, "surprise"))
    if does(reading, "agrees") and not _substance(draft) and (draft.situation.shown or draft.situation.exchanges):
        return Request(intent="accept")
    if does(reading, "chats") and not _substance(draft):
        return Request(intent="chat")
    if does(reading, "strays") and not draft.mentions and not draft.pointed and (not _real(draft) or _asks_elsewhere(draft)):
        return Request(intent="off_topic")
    return None


def _asks_elsewhere(draft: Draft) -> bool:
    """True for a question or order with no word of the catalogue's things in it ("what's the capital of Peru")."""
    said = draft.reading.utterance
    return bool(
        re.match(r"(?:what|who|when|where|how|why|can you|could you|write|tell|translate|calculate|please)(?!\S)", said.joined)
    ) and not said.has(rf"(?:.* )?(?:{draft.reading.items}|recommend|suggest|something|anything|{draft.reading.use})(?: .*)?")


def _real(draft: Draft) -> bool:
    """True where the utterance surely asks for items."""
    return draft.reading.utterance.has(
        rf"(?:.* )?(?:{draft.reading.items}|recommend|suggest|something|anything|{draft.reading.use}|like)(?: .*)?"
    ) or bool(draft.constraints or draft.critiques)


def _substance(draft: Draft) -> bool:
    return bool(
        draft.mentions
        or draft.constraints
        or draft.critiques
        or draft.prefer
        or draft.wish
        or draft.unfilterable
        or draft.count
        or draft.drop
    )


_IN_THAT_VEIN = r"(?:in|along|of) (?:that|this|those|these) (?:vein|style|spirit|lines?|direction|mould|mold|kind|sort|ilk)"


def _spoken_of_last(draft: Draft) -> list[str]:
    """Return the one item that was talked about just before, else all that were shown."""
    situation = draft.situation
    before = situation.exchanges[-1].request if situation.exchanges else {}
    one = before.get("intent") in {"lookup", "explain", "accept", "tell"}
    return [item_entity(i) for i in (pointed_at(situation)[:1] if one else situation.shown)]


def _likened(draft: Draft, *, vein: bool) -> tuple[Mention, ...]:
    """Return the mentions with what is pointed at as an example ("more like the second") or as none ("nothing like that")."""
    reading = draft.reading
    mentions = list(draft.mentions)
    likened = reading.utterance.has(
        r"(?:.* )?(?:more|something|anything|others?|similar|stuff) (?:like|to) (?:it|that|this|them|"
        r"those)(?: one| ones)?(?: .*)?"
    )
    if vein and not any(m.stance == "example" for m in mentions):
        mentions.extend(Mention(text="", entity=e, stance="example") for e in draft.pointed or _spoken_of_last(draft))
    for ref in draft.refs:
        before = reading.utterance.between(ref.start - 3, ref.start)
        if re.search(r"(?:nothing|not|anything but) (?:\w+ )?(?:like|similar to)$", before):
            mentions.extend(Mention(text="", entity=i, stance="reject") for i in ref.items)
        elif before.endswith((" of", " as", " behind")) and (ref.start - 1 in draft.taken or (draft.critiques and before.endswith(" as"))):
            continue
        elif re.search(r"(?<!\S)(?:like|similar to|as|vein of|more of|more)$", before) or (likened and len(draft.refs) == 1):
            mentions.extend(
                Mention(text=reading.utterance.raw(ref.start, ref.end), entity=i, stance="example")
                for i in ref.items
                if all(m.entity != i for m in mentions)
            )
    return tuple(mentions)


def _recommend(draft: Draft) -> Request:
    reading, situation = draft.reading, draft.situation
    surprise = does(reading, "surprise")
    careless = does(reading, "careless")
    others = bool(situation.shown) and does(reading, "others")
    popular = does(reading, "popular")
    if popular:
        fame = {n.name for n in reading.schema.numbers if n.role == "popularity"}
        draft.critiques = [c for c in draft.critiques if c.attribute not in fame]
    vein = reading.utterance.first(_IN_THAT_VEIN)
    if vein is not None:
        draft.taken.update(range(vein.start, vein.end))
    opinions_only = draft.told and not draft.asked
    wish = "" if opinions_only else wish_of(draft)
    if _of_those_counted(draft, wish):
        draft.constraints = list(_same_scope(draft))
    if popular and wish:
        wish = " ".join(w for w in wish.split() if w not in {"classics", "classic", "hits", "hit", "trending", "hot", "ever", "everyone"})
    if draft.told and not asks(draft):
        return request_of(draft, "tell" if not _negative_after_slate(draft) else "recommend", wish="", others=False)
    if not _substance(draft) and not (surprise or others or popular or careless or vein) and not wish and not draft.pointed:
        return _nothing(draft)
    if (surprise or others) and not draft.asked and not draft.prefer:
        wish = draft.wish
    mentions = _likened(draft, vein=vein is not None)
    return request_of(
        draft,
        "recommend",
        mentions=mentions,
        wish=wish,
        surprise=surprise,
        careless=careless and not wish,
        others=others,
        by_popularity=popular,
        refers_to=draft.pointed,
    )


def _negative_after_slate(draft: Draft) -> bool:
    return bool(draft.situation.shown) and any(m.stance in {"dislike", "reject", "seen"} for m in draft.mentions)


def _nothing(draft: Draft) -> Request:
    """Return the request of words nothing was found in."""
    reading = draft.reading
    asks = (
        r"(?:.* )?(?:recommend|suggest|recommendations?|suggestions?|something|anything|ideas?|"
        r"what (?:should|shall|can|could|do) (?:i|we)|what to|what (?:is )?(?:good|hot|on|worth \w+)(?: .{1,20})?|"
        rf"help me (?:choose|pick|find|decide)|show me|find me|give me|want|looking for|mood|nothing|without|avoid|{reading.items})(?: .*)?"
    )
    if reading.utterance.has(asks):
        return request_of(draft, "recommend")
    nearest = nearest_intent(draft.situation)
    if nearest is not None:
        return Request(intent=nearest, confidence=0.6)
    question = re.match(r"(?:what|who|when|where|how|why|can you|could you|is|are|does|do)(?!\S)", reading.utterance.joined)
    if does(reading, "strays") or "?" in reading.utterance.words or question:
        return Request(intent="off_topic", confidence=0.5)
    return Request(intent="chat", confidence=0.4)
