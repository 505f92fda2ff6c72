"""How an item spoken of without opinion is meant: as an example, as what is talked about, as owned, as turned down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.builtin.acts import does
from agent.builtin.opinions import Opinion
from agent.builtin.polarity import negated
from agent.builtin.reading import Mark, Reading

if TYPE_CHECKING:
    from agent.builtin.draft import Draft

__all__ = ["meant"]

_OWNED = (
    r"(?:^|\s)(?:i|we|they|she|he) (?:(?:both|also) )?(?:already (?:both |also )?(?:have|has|got|know|own)|(?:have|has|got|"
    r"have got) already|owns?)"
    r"(?: [^.;!?]*)?$"
)
"""Said before what one has at home."""
_GOES_ON = r"(?:.* )?what (?:next|now|else|(?:should|shall|do|can|could|to) .* (?:next|now))(?: .*)?"
"""Said after what one has been through: "been on a Melville kick, Army of Shadows, what next?"."""


def meant(draft: Draft, mark: Mark, told: Opinion | None) -> Opinion:
    """Return the stance of an item spoken of without opinion."""
    reading = draft.reading
    if draft.question is not None or does(reading, "compares") or does(reading, "explains") or does(reading, "why_not"):
        return Opinion("about")
    target = reading.utterance.between(mark.start - 2, mark.start)
    if re.search(r"(?:better|good) (?:than|as)$", target) and not does(reading, "compares"):
        return Opinion("example")
    if re.search(r"(?:than|as)(?: the)?$", target):
        return Opinion("about")
    if negated(reading, mark) and not reading.utterance.has(r"(?:have not|never) (?:seen|watched|played|read).*"):
        return Opinion("reject")
    if does(reading, "accepts"):
        return Opinion("about")
    if reading.utterance.has(r".*(?:like (?:that|it|this)|similar|along those lines)(?: .*)?") and (
        told is None or told.stance == "neutral"
    ):
        return Opinion("example")
    bare = reading.utterance.whole(rf"{re.escape(reading.utterance.between(mark.start, mark.end))}")
    if (told is None or told.stance == "neutral") and re.search(_OWNED, reading.utterance.between(0, mark.start)):
        return Opinion("seen")
    if (told is None or told.stance == "neutral") and reading.utterance.has(_GOES_ON):
        return Opinion("like")
    only = draft.situation.asked is not None
    return Opinion("example" if bare or only or _vibes(reading, mark) else (told.stance if told is not None else "neutral"))


def _vibes(reading: Reading, mark: Mark) -> bool:
    """True for "Heat vibes", "Heat but funnier", "Alien meets Shrek", "a Heat type of thing"."""
    after = reading.utterance.between(mark.end, mark.end + 3)
    before = reading.utterance.between(mark.start - 2, mark.start)
    return (
        bool(
            re.match(
                r"(?:vibes?|style|type|esque|but|meets|ish|kind of|energy|feel|crossed|x|in space|only|with more|"
                r"with less|adjacent|without|like|level)(?!\S)",
                after,
            )
        )
        or before.endswith(("meets", "crossed with", "mixed with", "plus", "x"))
        or mark.start == 0
    )
