"""Turning down what was shown: "seen it", "not that one", "the first was boring, seen the second"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.builtin.acts import does, turns_down
from agent.builtin.conditions import Conditions
from agent.builtin.opinions import Opinion, opinion
from agent.builtin.reading import Mark
from agent.builtin.references import pointed_at
from agent.builtin.requests import asks, request_of, wish_of
from agent.request import Mention, Request, Stance
from knowledge.entities import item_entity

if TYPE_CHECKING:
    from agent.builtin.draft import Draft

__all__ = ["turned_down"]


_PRAISED = (
    r"(?:it|that|they|those|both) (?:was|were|is|are) (?:so |really |very |absolutely |just |pretty |both |all )*"
    r"(?:amazing|great|good|awesome|brilliant|fantastic|excellent|wonderful|superb|perfect|incredible|hilarious|beautiful|lovely|fun)|"
    r"(?:loved|liked|enjoyed) (?:it|them|that|those)"
)
"""Said of what was seen, it was liked."""


def turned_down(draft: Draft) -> Request | None:
    """Take "seen it", "not that one", "none of these" as said of what was shown."""
    shown = draft.situation.shown
    judged = _judged(draft)
    how = turns_down(draft.reading) if shown else None
    if shown and judged and how is None:
        how = "seen" if judged[0].stance == "seen" else "reject"
    if how is None or (draft.situation.asked and does(draft.reading, "careless")):
        return None
    named = [m for m in draft.mentions if m.entity and m.entity.startswith("item:")]
    kinds = [
        m
        for m in draft.reading.of("value")
        if draft.reading.utterance.has(
            rf"seen (?:all|every|most|loads|"
            rf"plenty)(?: \w+){{0,3}} {re.escape(draft.reading.utterance.between(m.start, m.end))}(?: .*)?"
        )
    ]
    if how == "seen" and kinds and not named and not draft.pointed:
        # "I've seen all the Bond ones": none of that kind, and nothing is said of what was shown.
        draft.constraints = []
        conditions = Conditions(draft.situation.base, draft.reading)
        for mark in kinds:
            conditions.value(mark, told=Opinion("reject"))
        return request_of(
            draft, "recommend", constraints=tuple(conditions.settled()), prefer=(), others=does(draft.reading, "others"), wish=""
        )
    targets = tuple(m.entity for m in judged if m.entity) or draft.pointed
    if judged:
        return request_of(
            draft,
            "recommend",
            mentions=(*draft.mentions, *judged),
            others=does(draft.reading, "others"),
            wish=wish_of(draft),
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
        if draft.reading.utterance.has(r"not the (?!first|second|third|fourth|fifth|last|other|same)\w+ ones?(?: .*)?"):
            # "Not the zombie one" means one of them, whichever it is.
            targets = ()
        if how == "reject" and not bare and (draft.asked or draft.critiques or draft.constraints):
            targets = ()
    if draft.asked and not draft.pointed and not named and how == "reject":
        return None
    kept = [m for m in draft.mentions if m.entity not in targets]
    liked = how == "seen" and not draft.critiques and draft.reading.utterance.has(_PRAISED)
    stance: Stance = "like" if liked else "seen" if how == "seen" else "reject"
    said_mentions = tuple(Mention(text="", entity=t, stance=stance) for t in targets)
    mentions = tuple(
        m.model_copy(update={"stance": "seen" if how == "seen" else "reject"})
        if m in named and m.stance in {"neutral", "about", "example"}
        else m
        for m in kept
    )
    return request_of(
        draft,
        "recommend",
        mentions=(*mentions, *said_mentions),
        refers_to=targets,
        others=does(draft.reading, "others"),
        wish=wish_of(draft) if asks(draft) else "",
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
