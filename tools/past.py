"""Past dialogues near in meaning to the present one, as seeds for the walk over the graph.

The vectors of past contexts are made once and stored in `BASE/fitted/contexts.npz` (`store_contexts`, part of `sommelier fit`); a
small base makes them on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from knowledge.dialogues import Dialogue, context_text, dialogue_entity, merge_turns, text_seeds
from knowledge.errors import BaseDamaged
from tools.derived import kept

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["near_dialogues", "store_contexts"]

Vectors = npt.NDArray[np.float32]

FILE = "contexts.npz"

MADE_AT_ONCE = 2_000
"""Contexts up to which vectors are made on first use; more must be stored before they count."""


def _contexts(dialogue: Dialogue) -> list[str]:
    """The text before each turn in which the other side named items: what somebody had said when they were told something."""
    said: list[str] = []
    found = []
    for turn in merge_turns(dialogue):
        if turn.speaker == "recommender" and turn.items and said:
            found.append(context_text(said))
        said.append(turn.text)
    return found


def _all_contexts(base: KnowledgeBase) -> tuple[list[str], list[str]]:
    texts: list[str] = []
    owners: list[str] = []
    for dialogue in base.dialogues:
        found = _contexts(dialogue)
        texts += found
        owners += [dialogue_entity(dialogue.id)] * len(found)
    return texts, owners


def store_contexts(base: KnowledgeBase) -> int:
    """Make and store the vectors of all past contexts; return how many. Nothing is done where the base has no dialogues or vectors."""
    if not (base.has("dialogues") and base.has("vectors")):
        return 0
    texts, owners = _all_contexts(base)
    base.fitted.mkdir(exist_ok=True)
    vectors = base.encoder.encode(texts) if texts else np.zeros((0, base.vectors.dim), dtype=np.float32)
    np.savez(base.fitted / FILE, vectors=vectors.astype(np.float16), owners=np.array(owners, dtype=np.str_))
    return len(texts)


def _vectors(base: KnowledgeBase) -> tuple[Vectors, list[str]]:
    """Vectors `(n_contexts, dim)` and the node of each context's dialogue; none where they are many and not stored."""

    def make() -> tuple[Vectors, list[str]]:
        path = base.fitted / FILE
        if path.is_file():
            try:
                with np.load(path, allow_pickle=False) as stored:
                    return stored["vectors"].astype(np.float32), stored["owners"].tolist()
            except (OSError, ValueError, KeyError) as error:
                raise BaseDamaged(f"{str(path)!r} cannot be read ({error}); delete it or run: sommelier fit {base.name}") from error
        texts, owners = _all_contexts(base)
        if not texts or len(texts) > MADE_AT_ONCE:
            return np.zeros((0, base.vectors.dim), dtype=np.float32), []
        return base.encoder.encode(texts), owners

    return kept(base, "contexts", make)


def near_dialogues(base: KnowledgeBase, text: str) -> dict[str, float]:
    """Return the graph nodes of the past dialogues nearest in meaning to a text, with weights; empty where the base has none."""
    if not text or not (base.has("dialogues") and base.has("vectors")):
        return {}
    vectors, owners = _vectors(base)
    if not owners:
        return {}
    query = base.encoder.encode([context_text([text])])[0]
    return text_seeds(vectors @ query, owners)
