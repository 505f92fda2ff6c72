"""Phrases of an utterance that some name is said by, exactly or but for spacing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.linker.common import RARE_RANK, rank
from knowledge.linker.context import Utterance
from knowledge.linker.evidence import Evidence
from knowledge.linker.forms import PARTIAL
from knowledge.linker.index import Entry, NameIndex

__all__ = ["KIN", "Match", "evidence", "exact_matches"]

_CONTRACTED = re.compile(r"(?:i|we|you|he|she|it|they|who|that|there)['’](?:ll|d|m|re|ve|s)$", re.IGNORECASE)
KIN = frozenset({"brothers", "sisters", "bros"})
"""Words by which a surname means its bearers together."""
_JOINED = 4
"""Words at most that are tried as one ("spider man" for "Spiderman")."""


@dataclass(frozen=True, slots=True)
class Match:
    """Words `start..end` of an utterance and the entities they may name, each with how fully (0..1)."""

    start: int
    end: int
    key: str
    entries: tuple[tuple[Entry, float], ...]
    bare: bool = False
    """True where the last word's possessive "'s" is not part of the name."""
    likeness: float = 1.0

    def of(self, manner: str) -> tuple[tuple[Entry, float], ...]:
        """Return only the entities of a manner (`item`, `person`, `value`)."""
        return tuple((entry, share) for entry, share in self.entries if entry.manner == manner)


def exact_matches(index: NameIndex, said: Utterance) -> Iterator[Match]:
    """Yield every phrase of the utterance that is a form of a name, left to right, longest first at each place."""
    tokens = said.tokens
    words = said.keys_between(0, len(tokens))
    for start, word in enumerate(words):
        seen: set[str] = set()
        heads = {word, tokens[start].bare} - {""}
        most = max(index.longest(head) for head in heads)
        for end in range(min(len(words), start + max(most, _JOINED)), start, -1):
            last = tokens[end - 1]
            for tail in (last.key, last.bare):
                if not tail:
                    continue
                phrase = " ".join([*words[start : end - 1], tail])
                entries = index.exact(phrase) if end - start <= most else ()
                if not entries and end - start <= _JOINED and len(phrase) >= 5:
                    tight = index.tight(phrase.replace(" ", ""))
                    entries = index.exact(tight) if tight is not None else ()
                    phrase = tight if tight is not None else phrase
                if not entries or phrase in seen or (end - start == 1 and _CONTRACTED.match(last.text)):
                    continue
                seen.add(phrase)
                if end < len(words) and words[end] in KIN and any(e.manner == "person" and share <= PARTIAL for e, share in entries):
                    people = tuple((e, share) for e, share in entries if e.manner == "person" and share <= PARTIAL)
                    yield Match(start, end + 1, f"{phrase} {words[end]}", people)
                yield Match(start, end, phrase, entries, bare=tail is not last.key)


def evidence(said: Utterance, match: Match) -> Evidence:
    """Return what speaks for and against the match naming an item."""
    start, end = match.start, match.end
    items = match.of("item")
    # Dotted initials ("E.T.") are typed for a name only.
    ranks = [RARE_RANK if "." in token.text else rank(token.key) for token in said.tokens[start:end]]
    capitals, cue, closed = said.capitals(start, end), said.cue(start), said.closed(start, end)
    # "Have you seen It?": a capital in the middle of a clause that then ends is no pronoun.
    function = max(ranks) <= 100 and not (capitals >= 0.6 and cue >= 0.5 and closed)
    clash = max((entry.firm for entry, share in match.entries if entry.manner != "item" and share > PARTIAL), default=0.0)
    if capitals <= 0.0 and said.tokens[end - 1].key in said.nouns and end - start <= 3:
        # "a scary movie" is what is wanted more often than what it is called.
        clash = max(clash, 0.5)
    return Evidence(
        surprise=min(2.5, sum(map(math.log, ranks)) / 10.0),
        words=min(1.0, (end - start - 1) / 3.0),
        capitals=max(0.0, capitals),
        lowered=max(0.0, -capitals),
        small=float(said.careful == 0.0),
        quoted=float(said.quoted(start, end)),
        cue=cue,
        noun=float(said.noun(start)),
        opened=float(said.opened(start)),
        closed=float(closed),
        whole=float(start == 0 and end == len(said.tokens)),
        function=float(function),
        plain=float(max(ranks) <= 3000),
        standing=max((entry.standing for entry, _ in items), default=0.0),
        partial=float(max((share for _, share in items), default=0.0) <= PARTIAL),
        misspelt=10.0 * (1.0 - match.likeness),
        clash=clash,
    )
