"""Past dialogues: who said what, and which items were named where. Text seeds: the past dialogues nearest in meaning.

A base whose source holds dialogues keeps them, so that "somebody once asked much the same" becomes a signal: the dialogues are
nodes of the graph, and those nearest to the present text by sentence embedding are extra seeds of the walk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.entities import entity

__all__ = ["Dialogue", "Utterance", "context_text", "dialogue_entity", "merge_turns", "text_seeds"]

CONTEXT_WORDS = 60
"""Words of a context that are embedded, the newest: about 80 word pieces, the point past which encoding costs more and tells no more."""
NEIGHBOURS = 300
SHARPNESS = 6.0
WEIGHT = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One thing said. `items` are the ids named in it, in order; `text` has titles where the source had ids."""

    speaker: str
    """`seeker` or `recommender`."""
    text: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """One past dialogue, oldest utterance first."""

    id: str
    utterances: tuple[Utterance, ...]


def dialogue_entity(dialogue_id: str) -> str:
    """Return the graph node of a past dialogue."""
    return entity("dialogue", dialogue_id)


def merge_turns(dialogue: Dialogue) -> Iterator[Utterance]:
    """Yield the turns: consecutive utterances of one speaker as one, items in order with repeats dropped."""
    pending: list[Utterance] = []
    for utterance in dialogue.utterances:
        if pending and pending[-1].speaker != utterance.speaker:
            yield _joined(pending)
            pending = []
        pending.append(utterance)
    if pending:
        yield _joined(pending)


def _joined(parts: Sequence[Utterance]) -> Utterance:
    items = tuple(dict.fromkeys(i for part in parts for i in part.items))
    return Utterance(speaker=parts[0].speaker, text=" ".join(p.text.strip() for p in parts if p.text.strip()), items=items)


def context_text(texts: Iterable[str], words: int = CONTEXT_WORDS) -> str:
    """Return the newest `words` words of what was said, oldest first: what is embedded of a context."""
    return " ".join(" ".join(texts).split()[-words:])


def text_seeds(
    similarity: NDArray[np.float32],
    owners: Sequence[str],
    *,
    weight: float = WEIGHT,
    neighbours: int = NEIGHBOURS,
    sharpness: float = SHARPNESS,
) -> dict[str, float]:
    """Return seeds of the walk: the past dialogues whose contexts are nearest in meaning.

    Args:
        similarity: cosine of the present text to every past context, `(n_contexts,)`.
        owners: the graph node of each context's dialogue, `(n_contexts,)`.
        weight: what all the seeds together weigh, against 1 for what was mentioned; more drowns the mentions.
        neighbours: how many contexts count.
        sharpness: power of the cosine by which nearer ones count more.

    Returns:
        node -> weight, summing to `weight`; empty where nothing is similar. A dialogue with several near contexts gets their sum.
    """
    k = min(neighbours, len(similarity))
    if not k:
        return {}
    least = np.partition(similarity, len(similarity) - k)[len(similarity) - k]
    # Ties at the cut are broken by position, so that the answer does not depend on the partition.
    order = np.concatenate([np.flatnonzero(similarity > least), np.flatnonzero(similarity == least)])[:k]
    strength = np.clip(similarity[order], 0.0, None).astype(np.float64) ** sharpness
    total = float(strength.sum())
    if total <= 0.0:
        return {}
    seeds: dict[str, float] = {}
    for position, share in zip(order.tolist(), (strength * (weight / total)).tolist(), strict=True):
        seeds[owners[position]] = seeds.get(owners[position], 0.0) + share
    return seeds
