"""Past dialogues made ready: their cases, what they name and say, and the vectors of their texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.dialogues import Dialogue
from knowledge.items import Item
from knowledge.schema import Schema
from tools.reranker.cases import Case, cases_of, without_titles
from tools.reranker.lexicon import Lexicon
from tools.reranker.scorers import Content, Floats, Past, Queries

__all__ = ["Collection", "Embed", "item_text"]

Embed = Callable[[Sequence[str]], Floats]
"""Texts to unit rows `(n, dim)`."""

DESCRIPTION_LETTERS = 300
PEOPLE = 6


def item_text(item: Item, schema: Schema) -> str:
    """Return what is embedded of an item: title, values, the start of the description, people."""
    values: list[str] = []
    people: list[str] = []
    for facet in schema.facets:
        (people if facet.kind == "person" else values).extend(item.facets.get(facet.name, ()))
    parts = (item.title, ", ".join(values), item.description[:DESCRIPTION_LETTERS], ", ".join(dict.fromkeys(people[:PEOPLE])))
    return ". ".join(p for p in parts if p)


@dataclass(frozen=True, slots=True)
class Collection:
    """Dialogues in chronological order with everything the scorers need of them."""

    content: Content
    lexicon: Lexicon
    ids: list[str]
    queries: Queries
    items_of: dict[int, list[int]]
    words_of: dict[int, list[str]]

    @classmethod
    def of(
        cls, dialogues: Sequence[Dialogue], content: Content, schema: Schema, embed: Embed, lexicon: Lexicon | None = None
    ) -> Collection:
        """Prepare dialogues; the lexicon's telling words are learnt from them unless one is given."""
        index = {item.id: i for i, item in enumerate(content.items)}
        titles = [item.title for item in content.items]
        if lexicon is None:
            lexicon = Lexicon.of(content.items, schema)
            lexicon.learn_words(list(_plain(d, index, titles)) for d in dialogues)
        cases, words_of = cases_of(dialogues, index, titles, lexicon)
        items_of = {n: sorted({index[i] for u in d.utterances for i in u.items if i in index}) for n, d in enumerate(dialogues)}
        return cls(content, lexicon, [d.id for d in dialogues], queries_of(cases, embed), items_of, words_of)

    @property
    def cases(self) -> Sequence[Case]:
        """All cases, by dialogue and turn."""
        return self.queries.cases

    def past(self, kept: Callable[[int], bool] | None = None) -> Past:
        """Fit the scorers on the dialogues whose number is kept; all of them by default."""
        items_of = self.items_of if kept is None else {d: v for d, v in self.items_of.items() if kept(d)}
        return Past(self.content, self.queries, self.ids, items_of, self.words_of)

    def blocks(self, count: int) -> NDArray[np.int32]:
        """Return the chronological block of every dialogue, `(n_dialogues,)`: equal runs in order, 0 the oldest."""
        n = len(self.ids)
        return (np.arange(n) * count // max(n, 1)).astype(np.int32)


def queries_of(cases: Sequence[Case], embed: Embed) -> Queries:
    """Return the cases with the vectors of their texts."""
    vectors = embed([c.context for c in cases] + [c.ask for c in cases])
    return Queries(cases=cases, context=vectors[: len(cases)], ask=vectors[len(cases) :])


def _plain(dialogue: Dialogue, index: dict[str, int], titles: Sequence[str]) -> Iterator[str]:
    for utterance in dialogue.utterances:
        yield without_titles(utterance.text, [index[i] for i in utterance.items if i in index], titles)
