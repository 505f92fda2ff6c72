"""How common a word is in English: what a few words in a row tell by themselves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

__all__ = ["RARE_RANK", "is_common", "rank", "surprise"]

RARE_RANK = 30_000
"""Rank given to words outside the list."""

# Spoken in every conversation, but rarer in the books and articles the list was counted on.
_CHATTY = [
    "hello",
    "hi",
    "hey",
    "thanks",
    "thank",
    "okay",
    "ok",
    "yes",
    "yeah",
    "yep",
    "nope",
    "please",
    "sorry",
    "bye",
    "goodbye",
    "awesome",
    "cool",
    "great",
    "nice",
    "fun",
    "funny",
    "favorite",
    "favourite",
    "recommend",
    "recommendation",
    "suggest",
    "suggestion",
    "watch",
    "watched",
    "watching",
    "enjoy",
    "enjoyed",
    "movie",
    "movies",
    "film",
    "films",
    "game",
    "games",
    "book",
    "books",
    "something",
    "anything",
    "scary",
    "classic",
    "genre",
    "lol",
    "haha",
    "wow",
    "amazing",
    "hilarious",
    "definitely",
    "thriller",
    "romantic",
    "comedies",
    "maybe",
    "probably",
    "guess",
    "pretty",
    "glad",
    "hope",
    "welcome",
]


@cache
def _ranks() -> Mapping[str, int]:
    lines = files("knowledge.linker").joinpath("common.txt").read_text(encoding="utf-8").splitlines()
    ranks = {word: at for at, word in enumerate((line for line in lines if not line.startswith("#")), start=1)}
    for word in _CHATTY:
        ranks[word] = min(ranks.get(word, RARE_RANK), 300)
    return MappingProxyType(ranks)


def rank(word: str) -> int:
    """Return the word's place in the list of English words by frequency, 1 the most frequent."""
    return 60 if len(word) == 1 and word.isalpha() else 1_000 if word.isdigit() else _ranks().get(word, RARE_RANK)


def is_common(word: str, below: int = RARE_RANK) -> bool:
    """Tell whether the word is among the so many most frequent."""
    return rank(word) < below


def surprise(words: Iterable[str]) -> float:
    """Return how unlikely the words are to stand together by chance, in nats: the sum of log ranks (Zipf's law)."""
    return sum(math.log(rank(word)) for word in words)
