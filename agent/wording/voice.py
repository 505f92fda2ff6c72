"""Choice of words: varied from turn to turn, the same for the same session and turn."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

__all__ = ["Voice", "capital", "listed", "sentence"]


class Voice:
    """Picks one of several wordings. Seeds of successive turns differ by one, so that the same wording does not come twice in a row."""

    def __init__(self, seed: int) -> None:
        """Speak for one turn."""
        self._seed = seed

    def pick(self, options: Sequence[str], key: str = "") -> str:
        """Return one of the options; `key` keeps several choices of one turn apart."""
        return options[(zlib.crc32(key.encode()) + self._seed) % len(options)]


def capital(text: str) -> str:
    """Return the text with its first letter large; marks before it stay."""
    for at, letter in enumerate(text):
        if letter.isalnum():
            return text[:at] + letter.upper() + text[at + 1 :]
    return text


def sentence(text: str) -> str:
    """Return the text as a sentence: large first letter, full stop where none stands."""
    text = capital(text.strip())
    return text if not text or text[-1] in ".!?:…" else text + "."


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Join words as people do: "a, b and c"."""
    parts = [p for p in parts if p]
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"
