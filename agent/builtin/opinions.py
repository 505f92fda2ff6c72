"""What is said of each name or value: liked, disliked, had already, taken as an example, asked for, or merely spoken of.

The nearest cue to the left inside the sentence decides, carried along a list; else a judgement to the right ("Heat was great").
The cues stand in `opinions.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from agent.builtin.reading import Mark, Reading
from agent.request import Stance

__all__ = ["Opinion", "opinion"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """A stance, how strong, and whether it belongs to the past. `asked` is True where the words ask for it ("want", "something with")."""

    stance: Stance
    strength: float = 1.0
    past: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class _Cues:
    left: tuple[tuple[re.Pattern[str], Opinion], ...]
    right: tuple[tuple[re.Pattern[str], Opinion], ...]
    both: tuple[tuple[re.Pattern[str], Opinion], ...]
    example: re.Pattern[str]
    asks: re.Pattern[str]


@cache
def _written() -> dict[str, Any]:
    import yaml

    data: dict[str, Any] = yaml.safe_load(files("agent.builtin").joinpath("opinions.yaml").read_text(encoding="utf-8"))
    return data


@lru_cache(maxsize=16)
def _cues(items: str) -> _Cues:
    data = _written()

    def text(pattern: str) -> str:
        for name, words in data["words"].items():
            pattern = pattern.replace(name, words)
        return pattern.replace("ITEMS", items)

    def pairs(rows: Iterable[dict[str, Any]], shape: str) -> tuple[tuple[re.Pattern[str], Opinion], ...]:
        return tuple((re.compile(shape % text(r["say"])), Opinion(**{k: v for k, v in r.items() if k != "say"})) for r in rows)

    return _Cues(
        left=pairs(data["left"], r"(?:^|\s)(?:%s)$"),
        right=pairs(data["right"], r"(?:%s)(?!\S)"),
        both=pairs(data["both"], r"(?<!\S)(?:%s)(?!\S)"),
        example=re.compile(r"(?:^|\s)(?:{})(?: the| a| to)?$".format("|".join(f"(?:{text(p)})" for p in data["example"]))),
        asks=re.compile(rf"(?:^|\s){data['asks']}$"),
    )


_NO_MORE = re.compile(
    r"(?:^|[,.;!?] |and |or |but |ok |please )(?:please )?(?:no more|enough(?: of| with)?(?: the)?|not another|no other|spare me(?: the)?|"
    r"stop (?:with |showing me |suggesting |recommending )?(?:the )?)(?: \w+)?$"
)
_NOT_NOW = re.compile(r"(?:(?:but|though|but,|,) )*(?:not|no longer) (?:so much )?(?:any more|any longer|these days|lately|now)")
_GLUE = frozenset(
    [
        ",",
        "and",
        "or",
        "&",
        "the",
        "a",
        "an",
        "all",
        "old",
        "early",
        "of",
        "those",
        "these",
        "most",
        "any",
        "every",
        "anything",
        "everything",
        "both",
        "especially",
        "even",
        "also",
        "by",
        "with",
        "starring",
        "s",
        '"',
        "“",
        "”",
        "#",
        "(",
        "to",
        "in",
        "big",
        "great",
        "too",
        "some",
        "lots",
        "lot",
        "many",
        "stuff",
        "new",
        "good",
    ]
)
_THROUGH = frozenset({"link", "value", "adjective", "item", "amount", "attribute"})


def opinion(reading: Reading, mark: Mark) -> Opinion | None:
    """Return what is said of a mark, or None where the words say nothing.

    A judgement of a name is read clause by clause (`agent.builtin.sentiment`); what is asked for, by the cues beside it.
    """
    beside = _beside(reading, mark)
    if (
        mark.link is None
        or mark.link not in reading.said
        or (beside is not None and (beside.past or beside.stance in {"example", "reject"}))
    ):
        return beside
    if beside is not None and beside.asked and mark.link.kind == "person":
        return beside
    said = reading.said[mark.link]
    if said.stance in {"like", "dislike"} or (beside is None and said.stance in {"seen", "example", "reject"}):
        return Opinion(said.stance, said.strength, said.past)
    return beside


def _beside(reading: Reading, mark: Mark) -> Opinion | None:
    left = _left(reading, mark)
    after = reading.utterance.between(mark.end, mark.end + 10)
    liked = left is None or left.stance in {"like", "neutral"} or (left.stance == "dislike" and left.strength < 1)
    if liked and _NOT_NOW.match(after):
        return Opinion("like", past=True)
    if left is not None and left.stance == "dislike" and left.strength < 1 and re.match(r"(?:\w+ )?(?:any more|any longer)", after):
        return Opinion("like", past=True)
    if left is None or left.asked or left.stance in {"seen", "neutral"}:
        return _right(reading, mark) or _of_all(reading, mark, left) or left
    return left


def _of_all(reading: Reading, mark: Mark, left: Opinion | None) -> Opinion | None:
    """Return what is said of all names before ("Heat and Ronin, loved both")."""
    if mark.kind != "link" and (left is None or left.stance != "seen"):
        return None
    rest = reading.utterance.between(mark.end, len(reading.utterance))
    for pattern, found in _cues(reading.items).both:
        if pattern.search(rest):
            return found
    return None


def _right(reading: Reading, mark: Mark) -> Opinion | None:
    words: list[str] = []
    at, listed = mark.end, False
    while at < min(mark.end + 16, len(reading.utterance)) and reading.utterance.words[at] not in {".", "!", "?", ";"}:
        other = reading.at(at)
        if other is not None and other.kind == "link":
            if not words or not {"and", ","}.issuperset(words):
                break
            # "Ada and Bob are great" is said of both.
            words, at, listed = [], other.end, True
            continue
        words.append(reading.utterance.words[at])
        at += 1
    if listed and words[:1] and words[0] not in {"are", "were", "have", "do", "both"}:
        return None
    text = " ".join(words)
    return next((found for pattern, found in _cues(reading.items).right if pattern.match(text)), None)


def _left(reading: Reading, mark: Mark) -> Opinion | None:
    """Scan leftwards over list members until a cue ends right where the scan stands."""
    words = reading.utterance.words
    at = mark.start
    while at > 0 and mark.start - at < 16:
        found = _cue(reading, " ".join(words[max(at - 9, 0) : at]))
        if found is not None:
            crossed = any(reading.at(i) is not None and reading.at(i).kind in {"value", "link"} for i in range(at, mark.start))  # type: ignore[union-attr]
            return replace(found, stance="neutral") if found.asked and crossed else found
        other, word = reading.at(at - 1), words[at - 1]
        if word == "," and not _list_before(reading, at - 1):
            return None
        if other is not None and other.kind in _THROUGH and word not in {"by", "from", "in", "starring", "about"}:
            at = other.start
        elif word in _GLUE:
            at -= 1
        else:
            return None
    return None


def _list_before(reading: Reading, comma: int) -> bool:
    """True where the word before a comma ends a name or a value, so that the list may run on."""
    previous = reading.at(comma - 1)
    return previous is not None and previous.kind in {"link", "value", "adjective", "item"}


def _cue(reading: Reading, before: str) -> Opinion | None:
    """Return the opinion of the cue the words end with, or None."""
    cues = _cues(reading.items)
    if _NO_MORE.search(before):
        return Opinion("reject")
    if cues.example.search(before) or before in {"like", "similar to", "more like"} or re.search(r"(?:[,.!?]|and|or) like$", before):
        return Opinion("example")
    for pattern, found in cues.left:
        if pattern.search(before):
            return found
    if re.search(r"(?<!\S)(?:what else|who|what|which|where|when|how) (?:has |have |did |else )?\w* ?$", before):
        return None
    used = rf"(?:seen|{reading.used})"
    if re.search(rf"(?:^|\s)(?:already |just |recently |finally |only |also |both )*{used}(?: already| just| both| recently)?$", before):
        unseen = rf"(?:never|not|yet to|have not) (?:\w+ )?(?:seen|{reading.used}|see|{reading.use})(?: \w+)?$"
        return Opinion("neutral") if re.search(unseen, before) else Opinion("seen")
    return Opinion("neutral", asked=True) if cues.asks.search(before) else None
