"""Misspelt names: near words first, then whole phrases compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from knowledge.linker.common import RARE_RANK, is_common, rank
from knowledge.linker.index import NameIndex

__all__ = ["Guess", "near_names", "near_words", "respell"]

_CROWD = 250
"""Words that more forms have than this tell nothing by themselves."""
_TRIED = 40
"""Phrases compared at most for one place in a text."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A phrase that words `start..end` of a text may be a misspelling of; `likeness` is 0..1."""

    start: int
    end: int
    key: str
    likeness: float


def _slack(word: str) -> int:
    """Return how many letters of a word may be wrong."""
    return 0 if len(word) < 4 else 1 if len(word) < 7 else 2


def near_words(index: NameIndex, word: str) -> list[tuple[str, int]]:
    """Return words of names within the slack of a word, with the edits between, fewest first, ties by spelling."""
    slack = _slack(word)
    if slack == 0:
        return []
    found: dict[str, int] = {}
    # Digits typed for letters ("se7en") are no edits of their own.
    masked = [at for at, c in enumerate(word) if c.isdigit()] if not word.isdigit() else []
    for spellings in index.spellings(word, slack):
        for choice, edits, _ in process.extract(word, spellings, scorer=OSA.distance, score_cutoff=slack, limit=8):
            found[choice] = int(edits)
        if masked and len(masked) < len(word) / 2:
            for choice in spellings:
                if len(choice) == len(word) and all(choice[i] == c or i in masked for i, c in enumerate(word)):
                    found[choice] = 0
    return sorted(found.items(), key=lambda pair: (pair[1], pair[0]))


def _windows(index: NameIndex, words: Sequence[str], alike: Sequence[Sequence[str]], taken: Sequence[bool]) -> dict[int, Counter[int]]:
    """Return for each form found by a rare word of the text: where it would begin, with how many shared words."""
    starts: dict[int, Counter[int]] = defaultdict(Counter)
    for at, choices in enumerate(alike):
        if taken[at]:
            continue
        for choice in choices:
            holders = index.holders(choice)
            if len(holders) > _CROWD:
                continue
            for number in holders:
                place = index.form(number).split(" ").index(choice)
                starts[number][at - place] += 1
    return starts


def respell(index: NameIndex, words: Sequence[str], taken: Sequence[bool], plain: Collection[str] = (), least: float = 0.84) -> list[Guess]:
    """Return phrases of names that parts of a text may be misspellings of, most alike first.

    Args:
        index: the names.
        words: keys of the text's words.
        taken: which words already belong to a name.
        plain: words that are meant as they stand.
        least: likeness below which nothing is returned.
    """
    alike: list[list[str]] = []
    for at, word in enumerate(words):
        if taken[at] or len(word) < 3 or word.isdigit() or word in plain:
            alike.append([])
        elif index.knows(word):
            alike.append([word] if rank(word) > 150 else [])
        elif is_common(word, 6000):
            alike.append([])
        else:
            alike.append([choice for choice, _ in near_words(index, word)[:6]])
    starts = _windows(index, words, alike, taken)
    ranked = sorted(starts.items(), key=lambda pair: (-max(pair[1].values()), abs(len(index.form(pair[0])) - 12), pair[0]))
    guesses = []
    for number, places in ranked[:_TRIED]:
        key = index.form(number)
        guess = _best_window(key, words, taken, sorted(places), least)
        if guess is not None:
            guesses.append(guess)
    return sorted(guesses, key=lambda g: (-g.likeness, g.start, -g.end, g.key))


def _best_window(key: str, words: Sequence[str], taken: Sequence[bool], places: Sequence[int], least: float) -> Guess | None:
    length = key.count(" ") + 1
    tight = key.replace(" ", "")
    # One slip in a single word, two in a longer name.
    enough = max(least, 1.0 - (1.1 if length == 1 else 2.6) / max(4, len(tight)))
    best: Guess | None = None
    for place in places:
        for start in {max(0, place - 1), max(0, place), place + 1}:
            for end in range(start + max(1, length - 1), min(len(words), start + length + 1) + 1):
                if start >= len(words) or any(taken[start:end]):
                    continue
                typed = "".join(words[start:end])
                if abs(len(typed) - len(tight)) > 1 + len(tight) // 6:
                    continue
                likeness = fuzz.ratio(typed, tight) / 100.0
                if likeness < enough or _meant(words[start:end], key):
                    continue
                if best is None or (likeness, start - end) > (best.likeness, best.start - best.end):
                    best = Guess(start, end, key, likeness)
    return best


def _meant(words: Sequence[str], key: str) -> bool:
    """Tell whether the words are good English as they stand, so that they are no slip for the phrase."""
    named = key.split(" ")
    known = set(named)
    if any(word.isdigit() and word not in words for word in named):
        return True
    if any(word not in known and is_common(word, 60) for word in (words[0], words[-1])):
        return True
    plain = [w for w in words if w not in known and len(w) > 2 and is_common(w, RARE_RANK)]
    # One letter more or less at the end ("Lord of the Ring") is a slip in a long name only.
    ended = [w for w in plain if len(named) >= 3 and (w + "s" in known or w.removesuffix("s") in known)]
    return len(plain) > len(ended) + int(len(named) >= 5)


def near_names(index: NameIndex, phrase: str, limit: int = 3) -> list[tuple[str, float]]:
    """Return the phrases of names nearest to a phrase that is none, with their likeness, for "did you mean"."""
    words = phrase.split(" ")
    numbers: Counter[int] = Counter()
    for word in words:
        choices = [word] if index.knows(word) else [choice for choice, _ in near_words(index, word)[:6]]
        for choice in choices:
            holders = index.holders(choice)
            if len(holders) <= _CROWD:
                numbers.update(holders)
    keys = {index.form(number) for number, _ in sorted(numbers.items(), key=lambda p: (-p[1], p[0]))[: 4 * _TRIED]}
    found = process.extract(phrase, sorted(keys), scorer=fuzz.WRatio, score_cutoff=60, limit=limit)
    return [(key, round(score / 100.0, 3)) for key, score, _ in found]
