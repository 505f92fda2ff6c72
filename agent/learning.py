"""What an utterance teaches about the person: profile entries and things to forget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agent.profile import Entry, EntryKind, Profile, constraint_entry
from agent.request import Mention, Request
from knowledge.predicates import NotThat, attributes_of, from_json

__all__ = ["Lesson", "learn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What is to be remembered and what is to be deleted."""

    entries: tuple[Entry, ...] = ()
    forget: tuple[str, ...] = ()
    """Entity names whose statements are to be deleted."""
    forget_all: bool = False


def learn(request: Request, profile: Profile, *, session: str, turn: int, now: str, words: str) -> Lesson:
    """Return what a request teaches; statements about shown items ("not that one") are rejections, about anything else dislikes."""
    stamp: dict[str, Any] = {"session": session, "turn": turn, "when": now}
    entries = [e for m in request.mentions if (e := _stated(m, profile, words, stamp)) is not None]
    for constraint in request.constraints:
        if constraint.standing:
            entries.extend(_replaced(constraint.where, profile, stamp))
            entries.append(constraint_entry(constraint.where, constraint.words or words, **stamp))
    if request.accepted:
        several = request.refers_to if request.intent == "accept" else ()
        taken = dict.fromkeys((request.accepted, *(e for e in several if e.startswith("item:"))))
        entries.extend(Entry(entity=e, kind="taken", words=words, **stamp) for e in taken)
    entries.extend(
        Entry(entity=e.entity, kind=e.stance, words=words, **stamp)
        for e in request.edits
        if e.action == "set" and e.entity and e.stance in ("like", "dislike", "seen", "reject")
    )
    return Lesson(
        entries=tuple(entries),
        forget=tuple(e.entity for e in request.edits if e.action == "forget" and e.entity),
        forget_all=any(e.action == "forget_all" for e in request.edits),
    )


def _stated(mention: Mention, profile: Profile, words: str, stamp: Mapping[str, Any]) -> Entry | None:
    """Return what one mention says of the person, or None where it says nothing."""
    if mention.entity is None or mention.stance in ("example", "about", "neutral"):
        return None
    kind: EntryKind = mention.stance  # type: ignore[assignment]
    if mention.past:
        return Entry(entity=mention.entity, kind="end", words=words, **stamp) if profile.stance(mention.entity) in (None, kind) else None
    if not mention.entity.startswith("item:"):
        if kind == "seen":
            return None
        kind = "dislike" if kind == "reject" else kind
    return Entry(entity=mention.entity, kind=kind, strength=mention.strength, words=words, **stamp)


def _replaced(where: Mapping[str, Any], profile: Profile, stamp: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield the ends of standing demands on the same attributes; exclusions add up and stay."""
    new = from_json(where)
    if isinstance(new, NotThat):
        return
    for entry in profile.of("constraint"):
        if entry.where is None:
            continue
        old = from_json(entry.where)
        if not isinstance(old, NotThat) and attributes_of(old) & attributes_of(new):
            yield Entry(entity=entry.entity, kind="end", **stamp)
