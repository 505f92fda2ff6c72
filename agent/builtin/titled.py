"""A shown item called by one telling word of its title: "ok, totoro it is" for "My Neighbor Totoro"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from agent.builtin.common import COMMON
from agent.builtin.text import words_of
from knowledge.linker.common import is_common

if TYPE_CHECKING:
    from agent.builtin.reading import Reading

__all__ = ["called_by_a_word"]

LETTERS = 4
"""A shorter word is too likely to stand for something else."""


def called_by_a_word(reading: Reading, titles: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Yield the token and the item id for each word that stands in the title of one shown item alone.

    Everyday words and words the catalogue has a meaning for are passed over, and what is part of a known name.

    Args:
        reading: of the utterance.
        titles: item id -> title of what was shown.
    """
    owners: dict[str, set[str]] = {}
    for item_id, title in titles.items():
        for word in words_of(title):
            owners.setdefault(word, set()).add(item_id)
    for at, word in enumerate(reading.utterance.words):
        mark = reading.at(at)
        known = mark is not None and (mark.kind != "link" or mark.link is None or mark.link.entity is not None)
        if len(owners.get(word, ())) == 1 and len(word) >= LETTERS and word.isalpha() and not (known or word in COMMON or is_common(word)):
            yield at, next(iter(owners[word]))
