"""What every intent makes its request of: the parts of the draft, each read in one way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.builtin.wishes import leftover
from agent.request import Intent, Mention, Request

if TYPE_CHECKING:
    from agent.builtin.draft import Draft

__all__ = ["asks", "items_of", "request_of", "spoken_of", "wish_of"]


def request_of(draft: Draft, intent: Intent, **more: object) -> Request:
    """Return a request with all the draft holds, but for the fields given."""
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


def items_of(draft: Draft) -> list[str]:
    """Return the entities of the items named."""
    return [m.entity for m in draft.mentions if m.entity and m.entity.startswith("item:")]


def spoken_of(draft: Draft) -> tuple[Mention, ...]:
    """Return the mentions as what is spoken about, those judged in passing left as they are."""
    yes_or_no = draft.reading.utterance.whole(r"(?:so |and )?(?:is|was|are|would|will|should|do you think) .*")
    return tuple(
        m if m.stance in {"like", "dislike", "seen"} and not yes_or_no else m.model_copy(update={"stance": "about"}) for m in draft.mentions
    )


def wish_of(draft: Draft) -> str:
    """Return the description, else the content words nothing else was made of."""
    reading = draft.reading
    gone = set(draft.taken)
    rest = leftover(reading, gone, draft.situation.base.catalogue)
    if draft.wish:
        return draft.wish
    if not rest:
        return ""
    return rest


def asks(draft: Draft) -> bool:
    """True where items are asked for besides what is told."""
    return draft.asked or draft.reading.utterance.has(
        r"(?:.* )?(?:recommend|suggest|recommendations?|suggestions?|anything|something|what (?:should|would|"
        r"can|could|else|do|next)|give me|show me|find me|looking for|similar|more like|any ideas|ideas|next|"
        r"like (?:that|those|it|them)|\?)(?: .*)?"
    )
