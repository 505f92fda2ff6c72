"""Taking what was shown: "I'll take the second", "great, both of them"; and pointing at it, which wants to hear more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.builtin.acts import does
from agent.builtin.references import pointed_at
from agent.builtin.requests import asks, items_of, request_of
from agent.request import Mention, Question, Request
from knowledge.entities import item_entity

if TYPE_CHECKING:
    from agent.builtin.draft import Draft

__all__ = ["pointed", "taken"]

_WANTS_MORE = r"(?:what (?:other|else)|any (?:other|more)|(?:can|could|do|would|please) (?:you )?(?:recommend|suggest)|looking for)"
"""Said by those who have not settled on anything yet."""


def taken(draft: Draft) -> Request | None:
    """Take what was shown or named, or the liking of it; None where nothing is taken."""
    shown = draft.situation.shown
    named = list(items_of(draft))
    if not (shown or named) or draft.critiques or draft.constraints or not does(draft.reading, "accepts"):
        return None
    if (
        does(draft.reading, "others")
        or draft.reading.utterance.has(r".*(?:but|except|however) .*")
        or draft.reading.utterance.has(_WANTS_MORE)
    ):
        return None
    loved = _loved(draft)
    if loved:
        return request_of(draft, "tell", mentions=(*draft.mentions, *loved), wish="", prefer=())
    if named and not draft.pointed and all(m.stance == "like" for m in draft.mentions if m.entity in named):
        # "That's awesome. I also like Ronin" takes nothing.
        return None
    several = draft.pointed if len(draft.pointed) > 1 else tuple(item_entity(i) for i in shown)
    all_of_them = draft.reading.utterance.has(r"(?:them|both|all of (?:them|these|those))")
    if not named and len(draft.pointed) != 1 and len(several) > 1 and all_of_them:
        return request_of(draft, "accept", accepted=several[0], refers_to=several, wish="", prefer=())
    target = (draft.pointed or tuple(named) or tuple(item_entity(i) for i in pointed_at(draft.situation)[:1]))[:1]
    if not target:
        return None
    mentions = tuple(m.model_copy(update={"stance": "about"}) for m in draft.mentions)
    return request_of(draft, "accept", accepted=target[0], mentions=mentions, refers_to=draft.pointed[:1], wish="", prefer=())


def _loved(draft: Draft) -> tuple[Mention, ...]:
    """Return the liking of the one thing pointed at ("I love that one!", "that's a great game"): who says so knows it already."""
    said, thing = draft.reading.utterance, draft.reading.items
    judged = r"(?:a|an|such a) (?:really |very |truly )?(?:great|good|fun|wonderful|lovely|fantastic|excellent|amazing)"
    praise = said.first(rf"(?:i|we) (?:\w+ )?loved? (?:that|this) (?:one|{thing})|(?:that|it) (?:is|was) {judged} {thing}")
    shown = tuple(item_entity(i) for i in draft.situation.shown)
    target = draft.pointed if len(draft.pointed) == 1 else shown if len(shown) == 1 else ()
    if praise is None or not target:
        return ()
    return (Mention(text=said.raw(praise.start, praise.end), entity=target[0], stance="like"),)


def pointed(draft: Draft) -> Request | None:
    """Take a bare reference: "the second one please" accepts, "the second one" wants to hear more of it."""
    bare = len(draft.pointed) == 1 and not (
        asks(draft) or draft.critiques or draft.constraints or draft.prefer or draft.mentions or draft.unfilterable or draft.count
    )
    ref = draft.refs[0] if draft.refs else None
    if not bare or ref is None:
        return None
    rest = {w for i, w in enumerate(draft.reading.utterance.words) if not ref.start <= i < ref.end}
    if rest <= {"of", "those", "these", "them", "?"} and ref.start <= 1:
        return request_of(draft, "lookup", question=Question(kind="describe", entity=draft.pointed[0]), wish="")
    if rest <= {".", "!", ",", "please", "then", "ok", "yes", "yeah", "for", "me"}:
        if rest & {"please", "then", "ok", "yes", "yeah"}:
            return request_of(draft, "accept", accepted=draft.pointed[0], wish="")
        return request_of(draft, "lookup", question=Question(kind="describe", entity=draft.pointed[0]), wish="")
    return None
