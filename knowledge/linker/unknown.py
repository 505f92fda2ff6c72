"""Names that nobody knows: a quoted phrase, a capitalised run after "seen", a strange word where a title would stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from knowledge.linker.common import is_common
from knowledge.linker.context import Utterance

__all__ = ["unknown_names"]

_LONGEST = 8
_SMALL = frozenset(["of", "the", "a", "an", "and", "in", "on", "at", "to", "for", "with", "from"])


def unknown_names(said: Utterance, taken: Sequence[bool], strange: Callable[[str], bool]) -> Iterator[tuple[int, int, float]]:
    """Yield words `start..end` that stand where a name would and belong to none, with how sure that is.

    Args:
        said: the utterance.
        taken: which words belong to a known name.
        strange: tells whether a word is no word of English or of any name.
    """
    at = 0
    while at < len(said.tokens):
        end, sure = _quoted_at(said, taken, at)
        if end == at and not taken[at]:
            end, sure = _name_at(said, taken, strange, at)
        if end > at:
            yield at, end, sure
            at = end
        else:
            at += 1


def _quoted_at(said: Utterance, taken: Sequence[bool], at: int) -> tuple[int, float]:
    """Return the end of a quoted phrase that begins here and is no known name, even where a name is a word of it."""
    for end in range(min(len(taken), at + _LONGEST), at, -1):
        if said.quoted(at, end):
            return (end, 0.8) if 2 * sum(taken[at:end]) < end - at else (at, 0.0)
    return at, 0.0


def _name_at(said: Utterance, taken: Sequence[bool], strange: Callable[[str], bool], at: int) -> tuple[int, float]:
    limit = next((n for n in range(at, min(len(taken), at + _LONGEST)) if taken[n]), min(len(taken), at + _LONGEST))
    if said.cue(at) < 0.5 and not said.noun(at):
        return at, 0.0
    end = _capital_run(said, at, limit)
    if end > at and said.cue(at) >= 1.0 and not all(is_common(w, 300) for w in said.keys_between(at, end)):
        return end, 0.6
    if strange(said.tokens[at].key) and said.cue(at) >= 1.0 and len(said.tokens[at].key) > 4:
        return at + 1, 0.5
    return at, 0.0


def _capital_run(said: Utterance, at: int, limit: int) -> int:
    """Return the end of the run of capitalised words that begins here, small words inside allowed; `at` where there is none."""
    if said.careful < 0.6 or at in said.starts:
        return at
    end = last = at
    while end < limit and (end == at or not said.gap(end).strip(" '’")):
        token = said.tokens[end]
        if (token.text[0].isupper() or (token.text[0].isdigit() and end > at)) and token.key not in {"i", "im", "ive"}:
            last = end + 1
        elif token.key not in _SMALL or end == at:
            break
        end += 1
    return last
