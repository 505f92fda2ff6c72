"""Like and dislike, read as the people said afterwards in ReDial's forms.

Every mention by the seeker of a movie whose form says liked or not (liked 1 or 0; 2 is "did not say") is a case. The text decides where
the mention's sentence holds any word of opinion, whosever and whatever of: there the reading must say like (or name it as an example of
what is wanted) or dislike, and anything else is counted as wrong. As 19 of 20 movies are liked, the share of each kind got right is
told too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from agent.builtin.sentiment import has_opinion, stances
from evaluation.linking.redial_text import ITEM_WORDS, Dialogue, MarkedText
from knowledge.linker import Link

__all__ = ["StanceReport", "measure_stances"]

_LIKED = frozenset({"like", "example"})
_DISLIKED = frozenset({"dislike", "reject"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceReport:
    """Counts over the seeker's mentions whose movie has a form."""

    cases: int
    """Mentions with liked 0 or 1."""
    decided: int
    """Of these, with a word of opinion in the sentence."""
    right: int
    """Of the decided, read as the form says."""
    read: int
    """Of all cases, read as like or dislike at all."""
    read_right: int
    liked: int
    """Of the decided, liked by the form; and got right."""
    liked_right: int
    disliked: int
    disliked_right: int
    wrong: tuple[tuple[str, str, int], ...] = field(default=())
    """(utterance, stance read, liked by the form) of decided cases read wrongly."""

    @property
    def accuracy(self) -> float:
        """Share of the decided cases read right."""
        return self.right / self.decided if self.decided else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON-plain data, without the utterances."""

        def share(part: int, whole: int) -> float:
            return round(part / whole, 4) if whole else 0.0

        return {
            "cases": self.cases,
            "decided": self.decided,
            "coverage": share(self.decided, self.cases),
            "accuracy": round(self.accuracy, 4),
            "recall_liked": share(self.liked_right, self.liked),
            "recall_disliked": share(self.disliked_right, self.disliked),
            "balanced_accuracy": round((share(self.liked_right, self.liked) + share(self.disliked_right, self.disliked)) / 2, 4),
            "read": self.read,
            "accuracy_where_read": share(self.read_right, self.read),
        }


def _links(text: MarkedText) -> list[Link]:
    return [
        Link(start=start, end=end, text=text.text[start:end], entity=f"item:{movie}", kind="item", score=1.0)
        for start, end, movie in text.spans
    ]


def measure_stances(dialogues: Iterable[Dialogue]) -> StanceReport:
    """Read every mention of the seekers and compare with their forms."""
    count: Counter[str] = Counter()
    wrong: list[tuple[str, str, int]] = []
    for dialogue in dialogues:
        before = ""
        for text in dialogue.texts:
            if text.speaker != dialogue.seeker:
                before = text.text
                continue
            links = _links(text)
            said = stances(text.text, links, ITEM_WORDS, before=before)
            for number, (_, _, movie) in enumerate(text.spans):
                liked = dialogue.seeker_form.get(movie, {}).get("liked")
                if liked not in (0, 1):
                    continue
                stance = said[number].stance
                right = stance in (_LIKED if liked else _DISLIKED)
                read = stance in _LIKED | _DISLIKED
                count.update({"cases": 1, "read": int(read), "read_right": int(right)})
                if not has_opinion(text.text, links, number, ITEM_WORDS):
                    continue
                kind = "liked" if liked else "disliked"
                count.update({"decided": 1, "right": int(right), kind: 1, f"{kind}_right": int(right)})
                if not right:
                    wrong.append((text.text, f"{text.text[text.spans[number][0] : text.spans[number][1]]}={stance}", liked))
    return StanceReport(
        cases=count["cases"],
        decided=count["decided"],
        right=count["right"],
        read=count["read"],
        read_right=count["read_right"],
        liked=count["liked"],
        liked_right=count["liked_right"],
        disliked=count["disliked"],
        disliked_right=count["disliked_right"],
        wrong=tuple(wrong),
    )
