"""From adjectives and comparatives to critiques: what is to be more or less so, and than which item."""

from __future__ import annotations

import re

from agent.builtin.conditions import critique_of
from agent.builtin.draft import Draft
from agent.builtin.opinions import opinion
from agent.builtin.polarity import negated, too_much
from agent.builtin.reading import Mark

__all__ = ["graded"]


def graded(draft: Draft, mark: Mark) -> None:
    """Take an adjective or comparative for a critique, unless it only describes what was pointed at."""
    if draft.question is not None:
        return
    reading = draft.reading
    if _merely_said(draft, mark):
        return
    of = _target(draft, mark)
    critique = critique_of(reading, mark, of)
    if all(c.attribute != critique.attribute for c in draft.critiques):
        draft.critiques.append(critique)
    draft.asked = True


def _merely_said(draft: Draft, mark: Mark) -> bool:
    """True where an adjective only describes what was pointed at ("the last one sounds scary"), with no "too" about it."""
    said = draft.reading.utterance.between(mark.start - 4, mark.start)
    close = any(0 <= mark.start - r.end <= 4 for r in draft.refs) or any(0 <= mark.start - m.end <= 4 for m in draft.reading.of("link"))
    return (
        mark.kind == "adjective"
        and close
        and bool(re.search(r"(?:is|was|are|were|sounds?|looks?|seems?|seemed)(?: \w+)?$", said))
        and not too_much(draft.reading, mark)
        and not negated(draft.reading, mark)
    )


def _target(draft: Draft, mark: Mark) -> str | None:
    """Return the item a comparative is said of: "funnier than the second one", "like Heat but funnier"."""
    reading = draft.reading
    than = next(
        (i for i in range(mark.end, min(mark.end + 8, len(reading.utterance))) if reading.utterance.words[i] in {"than", "as"}), None
    )
    if than is not None:
        for ref in draft.refs:
            if ref.start >= than:
                return ref.items[0]
        for link in reading.of("link"):
            if link.start >= than and link.link is not None and link.link.kind == "item":
                return link.link.entity
    if mark.kind == "comparative" or reading.utterance.has(r".*but.*"):
        for link in reading.of("link"):
            told = opinion(reading, link)
            if (
                link.link is not None
                and link.link.kind == "item"
                and link.link.entity
                and link.start < mark.start
                and (told is None or told.stance == "example")
            ):
                return link.link.entity
        for ref in draft.refs:
            before = reading.utterance.between(ref.start - 2, ref.start)
            if ref.start < mark.start and len(ref.items) == 1 and before.endswith(("like", "similar to")):
                return ref.items[0]
    return None
