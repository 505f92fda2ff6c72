"""Tokens, estimated without a tokeniser, and mild compression of what was said long ago.

Compression leaves out filler words of older utterances and keeps whatever a request may hang on: names, figures, quotations,
negations. Untuned compression beyond a fifth costs answers (TCRA-LLM, arXiv 2310.15556, semantic compression), so it stays below that.
"""

from __future__ import annotations

import math
import re

__all__ = ["compressed", "count"]

_PIECES = re.compile(r"[A-Za-z]+|\d{1,3}|[^\sA-Za-z\d]")
_FILLER_WORDS = """
a an the please well so just really very actually basically maybe perhaps kind sort of like you know i mean um uh hmm oh okay ok
could would can do does did that there is are was were be been to for me my thanks thank hi hello hey
"""
_FILLER = frozenset(_FILLER_WORDS.split())
_HELD = re.compile(r"[\"“][^\"”]*[\"”]|\S+")
MOST_LEFT_OUT = 0.2
"""Share of the words that may go."""


def count(text: str) -> int:
    """Return about how many tokens a text has; rather too many than too few, for any of the usual tokenisers."""
    return sum(1 if not piece.isalpha() else math.ceil(len(piece) / 6) for piece in _PIECES.findall(text))


def compressed(text: str) -> str:
    """Return the text without some filler words; names, figures, quotations and negations stay, and the order."""
    words = _HELD.findall(text)
    may_go = math.floor(len(words) * MOST_LEFT_OUT)
    kept: list[str] = []
    for at, word in enumerate(words):
        plain = word.strip(".,!?;:").lower()
        # "like" before a name is a comparison, not a filler; a large letter or a figure marks a name.
        before_name = at + 1 < len(words) and (words[at + 1][:1].isupper() or words[at + 1][:1] in '"“')
        if may_go and plain in _FILLER and word[:1].islower() and not before_name:
            may_go -= 1
            continue
        kept.append(word)
    return " ".join(kept)
