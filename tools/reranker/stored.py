"""The re-ranker of a base: fitted by `sommelier fit`, kept in `BASE/fitted/reranker`, asked by `rank`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from knowledge.dialogues import Dialogue, merge_turns
from tools.derived import kept
from tools.reranker.cases import situation
from tools.reranker.collection import Collection, item_text, queries_of
from tools.reranker.ranker import BEYOND, FILE, NET_FILE, DialogueRanker
from tools.reranker.scorers import Content, Floats
from tools.reranker.training import Progress, Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.base import KnowledgeBase
    from knowledge.dialogues import Utterance

__all__ = ["FEWEST", "dialogue_scores", "fit_reranker", "has_nets", "has_reranker"]

FOLDER = "reranker"
FEWEST = 500
"""Past dialogues from which a re-ranker can be learnt; with fewer, the walk from the nearest of them is all there is to have."""


def has_reranker(base: KnowledgeBase) -> bool:
    """Say whether a re-ranker is stored in the base."""
    return (base.fitted / FOLDER / FILE).is_file()


def has_nets(base: KnowledgeBase) -> bool:
    """Say whether the base's re-ranker has nets beside its trees; without torch it is fitted without."""
    return has_reranker(base) and (base.fitted / FOLDER / NET_FILE).is_file()


def _embed(base: KnowledgeBase, texts: Sequence[str]) -> Floats:
    from knowledge.embedding import cache_file
    from knowledge.encoders.cache import embed

    return embed(base.encoder, list(texts), cache=cache_file())


def _collection(base: KnowledgeBase) -> Collection:
    items = base.catalogue.items(base.catalogue.ids)
    content = Content(items, base.schema, _embed(base, [item_text(i, base.schema) for i in items]))
    return Collection.of(base.dialogues.all, content, base.schema, lambda texts: _embed(base, texts))


def fit_reranker(base: KnowledgeBase, settings: Settings | None = None, progress: Progress | None = None) -> int:
    """Learn a re-ranker from the base's dialogues and store it; return the number of dialogues, 0 where there are too few.

    Takes minutes for ten thousand dialogues, most of it encoding what was said; vectors are kept by content.
    """
    if not (base.has("dialogues") and base.has("vectors")) or len(base.dialogues) < FEWEST:
        return 0
    ranker = DialogueRanker.fit(_collection(base), settings, progress=progress)
    ranker.save(base.fitted / FOLDER)
    return len(base.dialogues)


def dialogue_scores(base: KnowledgeBase, said: Sequence[Utterance]) -> Floats | None:
    """Return the score of the items of the pool for a dialogue so far, NaN for the others, `(n_items,)` in catalogue order.

    None where the base has no re-ranker.

    Args:
        base: whose dialogues are asked.
        said: the dialogue, oldest first; items outside the catalogue are ignored.
    """
    if not has_reranker(base):
        return None

    def load() -> tuple[DialogueRanker, Collection]:
        collection = _collection(base)
        return DialogueRanker.load(base.fitted / FOLDER, collection.past()), collection

    ranker, collection = kept(base, "reranker", load)
    titles = [i.title for i in collection.content.items]
    turns = merge_turns(Dialogue(id="", utterances=tuple(said)))
    known = [(t.speaker, t.text, [base.catalogue.index(i) for i in t.items if i in base.catalogue]) for t in turns]
    case = situation(known, titles, collection.lexicon)
    scores = next(ranker.scores(queries_of([case], lambda texts: base.encoder.encode(list(texts)))))[0]
    return np.where(scores < -BEYOND / 2, np.float32(np.nan), scores)
