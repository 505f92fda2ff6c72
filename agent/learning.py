"""What an utterance teaches about the person: profile entries and things to forget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.profile import Entry, Profile, constraint_entry
from agent.request import Request
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
    stamp = {"session": session, "turn": turn, "when": now}
    entries: list[Entry] = []
    for mention in request.mentions:
        if mention.entity is None or mention.stance in ("example", "about", "neutral"):
            continue
        kind = mention.stance
        if mention.past:
            known = profile.stance(mention.entity)
            if known in (None, kind):
                entries.append(Entry(entity=mention.entity, kind="end", words=words, **stamp))
            continue
        if kind == "reject" and not mention.entity.startswith("item:"):
            kind = "dislike"
        if kind == "seen" and not mention.entity.startswith("item:"):
            continue
        entries.append(Entry(entity=mention.entity, kind=kind, strength=mention.strength, words=words, **stamp))
    for constraint in request.constraints:
        if constraint.standing:
            entries.extend(_replaced(constraint.where, profile, stamp))
            entries.append(constraint_entry(constraint.where, constraint.words or words, **stamp))
    if request.accepted:
        entries.append(Entry(entity=request.accepted, kind="taken", words=words, **stamp))
    forget: list[str] = []
    forget_all = False
    for edit in request.edits:
        if edit.action == "forget_all":
            forget_all = True
        elif edit.entity and edit.action == "forget":
            forget.append(edit.entity)
        elif edit.entity and edit.stance in ("like", "dislike", "seen", "reject"):
            entries.append(Entry(entity=edit.entity, kind=edit.stance, words=words, **stamp))
    return Lesson(entries=tuple(entries), forget=tuple(forget), forget_all=forget_all)


def _replaced(where: object, profile: Profile, stamp: dict[str, object]) -> Iterator[Entry]:
    """Yield the ends of standing demands on the same attributes; exclusions add up and stay."""
    new = from_json(where)  # type: ignore[arg-type]
    if isinstance(new, NotThat):
        return
    for entry in profile.of("constraint"):
        if entry.where is None:
            continue
        old = from_json(entry.where)
        if not isinstance(old, NotThat) and attributes_of(old) & attributes_of(new):
            yield Entry(entity=entry.entity, kind="end", **stamp)  # type: ignore[arg-type]
