"""Fingers on the keyboard: letters that make no word of any language ("asdfgh", "sdkjfh kjsdf")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.builtin.common import COMMON

if TYPE_CHECKING:
    from agent.builtin.reading import Reading
    from knowledge.catalogue import Catalogue

__all__ = ["mashed"]

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop")
_RUN = 4
"""So many neighbouring keys in a row are no accident."""
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}")
_STUTTER = re.compile(r"(.)\1{3}|^(..)\2{2}|^(...)\3+$")


def mashed(reading: Reading, catalogue: Catalogue) -> bool:
    """True where no word of the utterance can be one, and the catalogue's texts have none of them either."""
    from knowledge.linker.common import is_common

    words = [w for w in reading.utterance.words if w.isalnum()]
    if not words or any(reading.at(i) is not None for i in range(len(reading.utterance))):
        return False
    if not all(w.isascii() and w.isalpha() and w not in COMMON and not is_common(w) for w in words):
        return False
    return any(_unsayable(w) for w in words) and not any(len(catalogue.full_text(w, 1, None)[0]) for w in words)


def _unsayable(word: str) -> bool:
    keys = {row[i : i + _RUN] for r in _ROWS for row in (r, r[::-1]) for i in range(len(row) - _RUN + 1)}
    along = any(word[i : i + _RUN] in keys for i in range(len(word) - _RUN + 1))
    return along or bool(_CONSONANTS.search(word) or _STUTTER.search(word)) or (len(word) > 2 and not re.search(r"[aeiouy]", word))
