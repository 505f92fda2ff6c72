"""What the words around a phrase say about whether a name stands there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.linker.common import is_common
from knowledge.linker.text import Token, keys, tokenise
from knowledge.schema import ItemWords

__all__ = ["Utterance", "cue_words"]

_QUOTES = {'"': '"', "“": "”", "«": "»", "'": "'", "‘": "’", "„": "“", "*": "*", "_": "_"}
_ENDS = frozenset(".!?;\n")

_VERBS = frozenset(
    [
        "like",
        "liked",
        "likes",
        "love",
        "loved",
        "loves",
        "enjoy",
        "enjoyed",
        "enjoys",
        "hate",
        "hated",
        "hates",
        "dislike",
        "disliked",
        "adore",
        "adored",
        "recommend",
        "recommended",
        "suggest",
        "suggested",
        "prefer",
        "preferred",
        "try",
        "tried",
        "remember",
        "see",
        "saw",
        "seen",
        "called",
        "named",
        "titled",
        "include",
        "includes",
        "including",
        "finished",
        "rewatch",
    ]
)
_EXAMPLES = frozenset(["something", "anything", "stuff", "more", "things", "one", "ones"])
_PAIRS = frozenset(
    {("similar", "to"), ("such", "as"), ("mix", "of"), ("heard", "of"), ("fan", "of"), ("fans", "of"), ("fond", "of"), ("not", "like")}
)
_EXAMPLE = 1.5
_JOINS = frozenset(["like", "about", "than", "to", "was", "is", "and", "or", "was", "as", "with", "for"])
_BEFORE = frozenset(["the", "a", "an", "of", "original", "first", "old", "new", "great", "classic"])


def cue_words(item: ItemWords) -> frozenset[str]:
    """Return the verbs after which a title may stand: those of liking, and how people use the items of this catalogue."""
    used = {word for form in (*item.used, item.use) for word in keys(form)}
    stem = keys(item.use)[-1] if keys(item.use) else "try"
    return _VERBS | used | {stem, stem + "ed", stem.rstrip("e") + "ing", stem + "s"}


@dataclass(frozen=True)
class Utterance:
    """A text with its words and what its writer does with capitals."""

    text: str
    verbs: Collection[str]
    nouns: Collection[str]
    used: Collection[str] = ()
    """Of the verbs, those that mean the item was had."""

    @cached_property
    def tokens(self) -> list[Token]:
        """The words, left to right."""
        return tokenise(self.text)

    @cached_property
    def starts(self) -> frozenset[int]:
        """Numbers of the words that begin a sentence."""
        found = {0}
        for at in range(1, len(self.tokens)):
            gap = self.gap(at)
            if any(c in _ENDS for c in gap) or ":" in gap:
                found.add(at)
        return frozenset(found)

    def gap(self, at: int) -> str:
        """Return what stands between word `at - 1` and word `at`; at the ends, what stands before or after the text's words."""
        tokens = self.tokens
        start = tokens[at - 1].end if at > 0 else 0
        end = tokens[at].start if at < len(tokens) else len(self.text)
        return self.text[start:end]

    @cached_property
    def careful(self) -> float:
        """How much capitals tell here: 1 where plain words are small and names are not, 0 where nothing or all is capital."""
        words = [(at, t) for at, t in enumerate(self.tokens) if t.text[0].isalpha()]
        if not words:
            return 0.0
        big = sum(t.text[0].isupper() for _, t in words)
        if big == 0 or any(t.text in {"i", "im", "ive", "i'm", "i've", "id"} for _, t in words):
            return 0.0 if big == 0 else 0.6
        inner = [t for at, t in words if at not in self.starts and t.text != "I" and not t.text.startswith(("I'", "I’"))]
        small = sum(t.text[0].islower() for t in inner)
        if small >= 0.3 * len(inner):
            return 1.0
        return 0.0 if len(inner) > 2 else 0.3

    @cached_property
    def proper(self) -> bool:
        """Tell whether the writer gives capitals inside sentences at all, to more than "I"."""
        return any(
            t.text[0].isupper() and at not in self.starts and t.key not in {"i", "im", "ive", "id", "ill"}
            for at, t in enumerate(self.tokens)
        )

    def capitals(self, start: int, end: int) -> float:
        """Return how the capitals of words `start..end` speak for a name: 1 for, -1 against, 0 nothing said."""
        tokens = self.tokens[start:end]
        content = [(at, t) for at, t in enumerate(tokens, start) if t.text[0].isalpha() and (len(tokens) == 1 or not is_common(t.key, 30))]
        if not content or self.careful == 0.0:
            return 0.0
        inner = [(at, t) for at, t in content if at not in self.starts]
        if any(not t.text[0].isupper() for _, t in content):
            return -self.careful * (1.0 if self.proper else 0.3)
        return self.careful if inner else 0.3

    def quoted(self, start: int, end: int) -> bool:
        """Tell whether just these words stand in quotation marks."""
        before = self.gap(start)[-1:]
        after = self.text[self.tokens[end - 1].end :][:2].lstrip(".,!?")[:1]
        return before in _QUOTES and before != "" and after == _QUOTES[before]

    def cue(self, start: int) -> float:
        """Return how the words just before speak for a title: 1.5 after "something like" or "seen", 1 after "love", .5 after "and"."""
        at = start - 1
        if at < 0 or any(c in _ENDS for c in self.gap(start)):
            return 0.0
        # "Fan of X" and "fan of the X"; in "the first of the X" and the like, what counts stands further left.
        if self._pair(at) or (self.tokens[at].key in _BEFORE and self._pair(at - 1)):
            return _EXAMPLE
        if self.tokens[at].key in _BEFORE and at > 0:
            at -= 1
        word = self.tokens[at].key
        if word in self.used:
            return _EXAMPLE
        if word in self.verbs:
            return 1.0
        return 0.5 if word in _JOINS else 0.0

    def _pair(self, at: int) -> bool:
        """True where word `at` and the one before it are words after which an example stands: "something like", "fan of"."""
        if at < 1:
            return False
        before, word = self.tokens[at - 1].key, self.tokens[at].key
        return (word == "like" and (before in _EXAMPLES or before in self.nouns)) or (before, word) in _PAIRS

    def noun(self, start: int) -> bool:
        """Tell whether the word for one item stands just before ("the movie Up")."""
        before = self.tokens[start - 1].key if start and not any(c in _ENDS for c in self.gap(start)) else ""
        return (before in self.nouns and not before.endswith("s")) or before in {"called", "named", "titled"}

    def closed(self, start: int, end: int) -> bool:
        """Tell whether the phrase ends where a clause ends: punctuation, the end, or a joining word."""
        if end >= len(self.tokens):
            return True
        return bool(self.gap(end).strip()) or self.tokens[end].key in {"and", "or", "but", "was", "is", "with", "because"}

    def opened(self, start: int) -> bool:
        """Tell whether a clause begins here: the start, punctuation, or a joining word before."""
        return start == 0 or bool(self.gap(start).strip()) or self.tokens[start - 1].key in {"and", "or", "but"}

    def keys_between(self, start: int, end: int) -> Sequence[str]:
        """Return the keys of words `start..end`."""
        return [t.key for t in self.tokens[start:end]]
