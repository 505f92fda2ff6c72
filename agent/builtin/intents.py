"""Which intent an utterance has once its parts are known, and what follows for the other fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.builtin.acts import compares, does, turns_down
from agent.builtin.mash import mashed
from agent.builtin.nearest import nearest_intent
from agent.builtin.opinions import Opinion, opinion
from agent.builtin.questions import counted_before
from agent.builtin.reading import Mark
from agent.builtin.references import other_awaited, pointed_at
from agent.builtin.wishes import leftover
from agent.request import UNREADABLE, Constraint, Intent, Mention, ProfileEdit, Question, Request, Stance
from knowledge.entities import item_entity

if TYPE_CHECKING:
    from agent.builtin.draft import Draft

__all__ = ["settle"]


def settle(draft: Draft) -> Request:
    """Return the request."""
    for attempt in (_correct, _why, _lookup, _compare, _turned_down, _taken, _pointed, _social, _recommend):
        found = attempt(draft)
        if found is not None:
            return found
    return _recommend(draft)


def _base(draft: Draft, intent: Intent, **more: object) -> Request:
    fields: dict[str, object] = {
        "intent": intent,
        "mentions": tuple(draft.mentions),
        "constraints": tuple(draft.constraints),
        "drop": tuple(dict.fromkeys(draft.drop)),
        "wish": draft.wish,
        "critiques": tuple(draft.critiques),
        "prefer": tuple(draft.prefer),
        "refers_to": draft.pointed,
        "question": draft.question,
        "edits": tuple(draft.edits),
        "count": draft.count,
        "unfilterable": tuple(draft.unfilterable),
    }
    return Request(**{**fields, **more})  # type: ignore[arg-type]


def _items(draft: Draft) -> list[str]:
    return [m.entity for m in draft.mentions if m.entity and m.entity.startswith("item:")]


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


def _about(draft: Draft) -> tuple[Mention, ...]:
    yes_or_no = draft.reading.utterance.whole(r"(?:so |and )?(?:is|was|are) .*")
    return tuple(
        m if m.stance in {"like", "dislike", "seen"} and not yes_or_no else m.model_copy(update={"stance": "about"}) for m in draft.mentions
    )


def _why(draft: Draft) -> Request | None:
    if does(draft.reading, "why_not"):
        pointed = () if _items(draft) else draft.pointed
        return _base(draft, "why_not", mentions=_about(draft), wish="", critiques=(), question=None, constraints=(), refers_to=pointed)
    if does(draft.reading, "explains"):
        pointed = draft.pointed or tuple(i for i in _items(draft) if i[5:] in draft.situation.shown)
        if not pointed and not _items(draft) and not draft.situation.shown:
            return None
        return _base(
            draft, "explain", mentions=_about(draft), refers_to=pointed, wish="", critiques=(), question=None, constraints=(), prefer=()
        )
    return None


def _lookup(draft: Draft) -> Request | None:
    asked = draft.question
    several = (
        asked is not None
        and asked.kind == "fact"
        and bool(draft.refs)
        and len(draft.refs[-1].items) > 1
        and asked.attribute in draft.reading.schema.number_names
    )
    if several and not _items(draft):
        return _base(draft, "compare", mentions=_about(draft), wish="", critiques=(), question=None, constraints=(), prefer=())
    if asked is None or (compares(draft.reading) and asked.kind in {"fact", "describe"} and len({*draft.pointed, *_items(draft)}) > 1):
        return None
    if asked.kind in {"fact", "describe", "have", "other_works"}:
        mentions = _about(draft)
        pointed = draft.pointed if asked.entity in draft.pointed else ()
        return _base(
            draft,
            "lookup",
            mentions=mentions,
            wish="",
            critiques=(),
            refers_to=pointed,
            constraints=() if asked.kind != "have" else tuple(draft.constraints),
        )
    of_them = draft.reading.utterance.has(r"(?:.* )?of (?:them|these|those)(?: .*)?")
    scope = _same_scope(draft) if of_them or not draft.constraints else ()
    return _base(draft, "lookup", wish="", critiques=(), constraints=(*scope, *draft.constraints))


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
    return not more and (_asks(draft) or does(draft.reading, "others") or said_of_them or draft.count is not None)


def _compare(draft: Draft) -> Request | None:
    shown = tuple(item_entity(i) for i in draft.situation.shown)
    named = tuple(dict.fromkeys((*_items(draft), *draft.pointed)))
    if not compares(draft.reading):
        waiting = other_awaited(draft.situation)
        if waiting and len(named) == 1 and named[0] != waiting and not (draft.constraints or draft.critiques or draft.prefer):
            return _base(draft, "compare", mentions=_about(draft), wish="", question=None, refers_to=(waiting,))
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
    return _base(draft, "compare", mentions=_about(draft), wish="", critiques=(), question=None, refers_to=refers)


def _turned_down(draft: Draft) -> Request | None:
    """Take "seen it", "not that one", "none of these" as said of what was shown."""
    shown = draft.situation.shown
    judged = _judged(draft)
    how = turns_down(draft.reading) if shown else None
    if shown and judged and how is None:
        how = "seen" if judged[0].stance == "seen" else "reject"
    if how is None or (draft.situation.asked and does(draft.reading, "careless")):
        return None
    named = [m for m in draft.mentions if m.entity and m.entity.startswith("item:")]
    targets = tuple(m.entity for m in judged if m.entity) or draft.pointed
    if judged:
        return _base(
            draft,
            "recommend",
            mentions=(*draft.mentions, *judged),
            others=does(draft.reading, "others"),
            wish=_wish(draft),
            surprise=does(draft.reading, "surprise"),
        )
    if not targets and not named:
        spoken = [i for i in pointed_at(draft.situation) if i in shown]
        said = draft.reading.utterance.joined
        bare = re.fullmatch(
            r"(?:no|nah|nope|meh|boring|rubbish|no thanks|no thank you|hard pass|pass|too (?:boring|obvious|mainstream)|"
            r"not (?:really|these|those|convinced|interested|quite|feeling|for me)[^,]*)[ .,!]*",
            said,
        )
        targets = tuple(item_entity(i) for i in (shown if bare or how == "reject" else spoken[:1]))
        if how == "reject" and not bare and (draft.asked or draft.critiques or draft.constraints):
            targets = ()
    if draft.asked and not draft.pointed and not named and how == "reject":
        return None
    kept = [m for m in draft.mentions if m.entity not in targets]
    said_mentions = tuple(Mention(text="", entity=t, stance="seen" if how == "seen" else "reject") for t in targets)
    mentions = tuple(
        m.model_copy(update={"stance": "seen" if how == "seen" else "reject"})
        if m in named and m.stance in {"neutral", "about", "example"}
        else m
        for m in kept
    )
    return _base(
        draft,
        "recommend",
        mentions=(*mentions, *said_mentions),
        refers_to=targets,
        others=does(draft.reading, "others"),
        wish=_wish(draft) if _asks(draft) else "",
        surprise=does(draft.reading, "surprise"),
    )


def _judged(draft: Draft) -> tuple[Mention, ...]:
    """Return what is said of each reference by itself ("the first was boring", "seen the second")."""
    found: list[Mention] = []
    last: tuple[int, Opinion | None] = (0, None)
    for ref in draft.refs:
        told = opinion(draft.reading, Mark(ref.start, ref.end, "link"))
        if told is None and set(draft.reading.utterance.words[last[0] : ref.start]) <= {"and", "or", ",", "also", "nor"}:
            told = last[1]
        last = ref.end, told
        if told is None or told.asked or told.stance not in {"dislike", "seen", "reject"}:
            continue
        stance: Stance = "seen" if told.stance == "seen" else "reject"
        found.extend(Mention(text=draft.reading.utterance.raw(ref.start, ref.end), entity=i, stance=stance) for i in ref.items)
    return tuple(found)


def _taken(draft: Draft) -> Request | None:
    shown = draft.situation.shown
    named = list(_items(draft))
    if not (shown or named) or draft.critiques or draft.constraints or not does(draft.reading, "accepts"):
        return None
    if does(draft.reading, "others") or draft.reading.utterance.has(r".*(?:but|except|however) .*"):
        return None
    target = (draft.pointed or tuple(named) or tuple(item_entity(i) for i in pointed_at(draft.situation)[:1]))[:1]
    if not target:
        return None
    mentions = tuple(m.model_copy(update={"stance": "about"}) for m in draft.mentions)
    return _base(draft, "accept", accepted=target[0], mentions=mentions, refers_to=draft.pointed[:1], wish="", prefer=())


def _pointed(draft: Draft) -> Request | None:
    """Take a bare reference: "the second one please" accepts, "the second one" wants to hear more of it."""
    bare = len(draft.pointed) == 1 and not (
        _asks(draft) or draft.critiques or draft.constraints or draft.prefer or draft.mentions or draft.unfilterable or draft.count
    )
    ref = draft.refs[0] if draft.refs else None
    if not bare or ref is None:
        return None
    rest = {w for i, w in enumerate(draft.reading.utterance.words) if not ref.start <= i < ref.end}
    if rest <= {".", "!", ",", "please", "then", "ok", "yes", "yeah", "for", "me"}:
        if rest & {"please", "then", "ok", "yes", "yeah"}:
            return _base(draft, "accept", accepted=draft.pointed[0], wish="")
        return _base(draft, "lookup", question=Question(kind="describe", entity=draft.pointed[0]), wish="")
    return None


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


def _wish(draft: Draft) -> str:
    reading = draft.reading
    gone = set(draft.taken)
    rest = leftover(reading, gone)
    if draft.wish:
        return draft.wish
    if not rest:
        return ""
    return rest


def _recommend(draft: Draft) -> Request:
    reading, situation = draft.reading, draft.situation
    surprise = does(reading, "surprise")
    careless = does(reading, "careless")
    others = bool(situation.shown) and does(reading, "others")
    popular = does(reading, "popular")
    if popular:
        fame = {n.name for n in reading.schema.numbers if n.role == "popularity"}
        draft.critiques = [c for c in draft.critiques if c.attribute not in fame]
    opinions_only = draft.told and not draft.asked
    wish = "" if opinions_only else _wish(draft)
    if _of_those_counted(draft, wish):
        draft.constraints = list(_same_scope(draft))
    if popular and wish:
        wish = " ".join(w for w in wish.split() if w not in {"classics", "classic", "hits", "hit", "trending", "hot", "ever", "everyone"})
    if draft.told and not _asks(draft):
        return _base(draft, "tell" if not _negative_after_slate(draft) else "recommend", wish="", others=False)
    if not _substance(draft) and not (surprise or others or popular or careless) and not wish and not draft.pointed:
        return _nothing(draft)
    if (surprise or others) and not draft.asked and not draft.prefer:
        wish = draft.wish
    pointed = draft.pointed
    mentions = list(draft.mentions)
    for ref in draft.refs:
        before = reading.utterance.between(ref.start - 3, ref.start)
        if re.search(r"(?:nothing|not|anything but) (?:\w+ )?(?:like|similar to)$", before):
            mentions.extend(Mention(text="", entity=i, stance="reject") for i in ref.items)
        elif before.endswith(" as") and draft.critiques:
            continue
        elif re.search(r"(?:like|similar to|as|vein of|more of|more)$", before):
            mentions.extend(
                Mention(text=reading.utterance.raw(ref.start, ref.end), entity=i, stance="example")
                for i in ref.items
                if all(m.entity != i for m in mentions)
            )
    return _base(
        draft,
        "recommend",
        mentions=tuple(mentions),
        wish=wish,
        surprise=surprise,
        careless=careless and not wish,
        others=others,
        by_popularity=popular,
        refers_to=pointed,
    )


def _asks(draft: Draft) -> bool:
    """True where items are asked for besides what is told."""
    return draft.asked or draft.reading.utterance.has(
        r"(?:.* )?(?:recommend|suggest|recommendations?|suggestions?|anything|something|what (?:should|would|"
        r"can|could|else|do|next)|give me|show me|find me|looking for|similar|more like|any ideas|ideas|next|"
        r"like (?:that|those|it|them)|\?)(?: .*)?"
    )


def _negative_after_slate(draft: Draft) -> bool:
    return bool(draft.situation.shown) and any(m.stance in {"dislike", "reject"} for m in draft.mentions)


def _nothing(draft: Draft) -> Request:
    """Return the request of words nothing was found in."""
    reading = draft.reading
    asks = (
        r"(?:.* )?(?:recommend|suggest|recommendations?|suggestions?|something|anything|ideas?|"
        r"what (?:should|shall|can|could|do) (?:i|we)|what to|"
        rf"help me (?:choose|pick|find|decide)|show me|find me|give me|want|looking for|mood|nothing|without|avoid|{reading.items})(?: .*)?"
    )
    if reading.utterance.has(asks):
        return _base(draft, "recommend")
    nearest = nearest_intent(draft.situation)
    if nearest is not None:
        return Request(intent=nearest, confidence=0.6)
    question = re.match(r"(?:what|who|when|where|how|why|can you|could you|is|are|does|do)(?!\S)", reading.utterance.joined)
    if does(reading, "strays") or "?" in reading.utterance.words or question:
        return Request(intent="off_topic", confidence=0.5)
    return Request(intent="chat", confidence=0.4)
