"""Opinion in a sentence: where words of liking and judgement stand, what they are worth once negation, wish and time are counted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from agent.builtin.sentiment_words import ADVERBS, CONTRASTS, LIKING, NEGATORS, PHRASES, SUBJECTS, VALUES, VERBS, words
from knowledge.linker import Link
from knowledge.schema import ItemWords

__all__ = ["MARK", "Cue", "cues_of", "marked", "sentences_of"]


@dataclass(frozen=True, slots=True)
class Cue:
    """A word or phrase of opinion at words `start..end`; `verb` where it governs what stands to its right."""

    start: int
    end: int
    value: float
    verb: bool = False
    past: bool = False


MARK = "\x00"
_WORD = re.compile(r"\x00\d+|[a-z0-9]+(?:['’][a-z]+)?|[.!?;\n]+|[,():]|-(?=\s)")
_SPELT = (
    (re.compile(r"\b(ca)n['’]?t\b"), "can not"),
    (re.compile(r"\bwon['’]?t\b"), "will not"),
    (re.compile(r"\b(is|are|was|were|do|does|did|have|has|had|would|could|should)n['’]?t\b"), r"\1 not"),
    (re.compile(r"\bcannot\b"), "can not"),
    (re.compile(r"\b(i|we|you|they)['’]?ve\b"), r"\1 have"),
    (re.compile(r"\b(i|we|you|they|he|she)['’]d\b"), r"\1 would"),
    (re.compile(r"\bi['’]?m\b"), "i am"),
    (re.compile(r"\b(it|that|he|she|what|there)['’]s\b"), r"\1 is"),
    (re.compile(r"\b(they|we|you)['’]re\b"), r"\1 are"),
    (re.compile(r"\bgonna\b"), "going to"),
)
_PHRASES = tuple((re.compile(rf"(?<!\S)(?:{pattern})(?!\S)"), value) for pattern, value in PHRASES)
_NOT_VERB = words(
    "something anything nothing stuff things thing one ones more it looks look sounds sound feel feels seems is are was just "
    "much item items"
)
_PREDICATE = re.compile(
    r"too |not (?:\w+ )*(?:my|our|his|her|for me)|not (?:one|some) of|not (?:live|hold) up|one time|(?:a )?must|never gets|"
    r"(?:bored|scared|put|cracks?|cracked|makes?|made|blew|could|can watch|let|turn\w*) "
)
"""Phrases that judge what stands before them, rather than govern what follows."""
_REACH = 4


def marked(text: str, links: Sequence[Link], words: ItemWords) -> str:
    """Return the text in small letters, contractions spelt out, mentions as marks and every word for an item as "item" or "items"."""
    pieces, end = [], 0
    for number, link in enumerate(links):
        pieces += [text[end : link.start], f" {MARK}{number} "]
        end = link.end
    pieces.append(text[end:])
    plain = "".join(pieces).lower()
    for pattern, spelt in _SPELT:
        plain = pattern.sub(spelt, plain)
    return _item_word(words).sub(lambda match: "items" if match.group().endswith("s") else "item", plain)


@lru_cache(maxsize=16)
def _item_word(words: ItemWords) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(re.escape(w.lower()) for w in (words.plural, words.singular, *words.also))})\b")


def sentences_of(text: str) -> list[list[str]]:
    """Return the words of each sentence; a question keeps its "?" as the last word."""
    found: list[list[str]] = [[]]
    for word in _WORD.findall(text):
        if "?" in word:
            found[-1].append("?")
            found.append([])
        elif word[0] in ".!;\n":
            found.append([])
        else:
            found[-1].append(word)
    return [sentence for sentence in found if sentence]


def _verb_like(words: Sequence[str], at: int) -> bool:
    """Tell whether the "like" at a place is the verb."""
    before = [w for w in words[max(0, at - 4) : at] if w not in {",", "-"}]
    if not before or before[-1] in _NOT_VERB or before[-1].startswith(MARK):
        return False
    if before[-1] in {"would", "to", "might", "may", "will"} and "used" not in before:
        return False
    if words[at + 1 : at + 2] == ["to"]:
        return False
    return before[-1] in ADVERBS | SUBJECTS | {"you", "not", "and"}


def cues_of(words: Sequence[str]) -> list[Cue]:
    """Return the cues of a sentence, left to right, negation counted, longer phrases before the words in them."""
    text = " ".join(words)
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word) + 1)
    place = {start: at for at, start in enumerate(starts)}
    taken: set[int] = set()
    found: list[Cue] = []
    for pattern, value in _PHRASES:
        for match in pattern.finditer(text):
            first = place[match.start()]
            last = first + match.group().count(" ") + 1
            if taken.isdisjoint(range(first, last)):
                taken.update(range(first, last))
                turned = value if "not " in match.group() or "no " in match.group() or not _negated(words, first) else -0.8 * abs(value)
                found.append(Cue(first, last, turned, verb=not _PREDICATE.match(match.group())))
    for at, word in enumerate(words):
        if at in taken:
            continue
        verb = word in VERBS or (word == "like" and _verb_like(words, at))
        value = VERBS.get(word, 0.8 if verb else VALUES.get(word, 0.0))
        if value == 0.0 or (verb and _wished(words, at)):
            continue
        if verb and word in LIKING and _ended(words, at):
            found.append(Cue(at, at + 1, abs(value), verb=True, past=True))
            continue
        if _negated(words, at):
            value = -0.8 * value if value > 0 else 0.4
        found.append(Cue(at, at + 1, value, verb=verb, past=verb and _past(words, at)))
    return sorted(found, key=lambda cue: cue.start)


def _negated(words: Sequence[str], at: int) -> bool:
    for back in range(at - 1, max(-1, at - 1 - _REACH), -1):
        word = words[back]
        if word in NEGATORS:
            following = words[back + 1 : back + 2]
            first = back == 0 or words[back - 1] in {",", "oh"}
            return not (following in (["only"], ["just"], ["sure"], ["seen"], [","]) or (word == "no" and first))
        if word in CONTRASTS or word in {",", "?"} or word.startswith(MARK):
            return False
    return False


def _wished(words: Sequence[str], at: int) -> bool:
    """Tell whether the verb is of the future, or of the other side: "would love", "you might like", "do you like"."""
    before = [w for w in words[max(0, at - 4) : at] if w not in ADVERBS - {"to"}]
    last = before[-1] if before else ""
    if last in {"would", "will", "might", "may", "should", "ll", "could"}:
        return True
    return last in {"you", "u", "ya"} or (last == "to" and "used" not in before)


def _ended(words: Sequence[str], at: int) -> bool:
    """Tell whether a liking is said to be over: "do not like it any more", "no longer enjoy"."""
    if _negated(words, at):
        return bool(re.search(r"any ?more\b|any longer|these days|no longer", " ".join(words[max(0, at - 3) :])))
    return False


def _past(words: Sequence[str], at: int) -> bool:
    back = words[max(0, at - 3) : at]
    ahead = " ".join(words[at:])
    return ("used" in back and "to" in back) or (
        bool(re.search(r"not any ?more|any ?more$|no longer|not these days", ahead)) and words[at] in LIKING
    )
