"""Splitting histories into what rankers may learn from and what they must find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.ranking.read import Events
from knowledge.errors import BadInput
from tools.rankers.people import People

__all__ = ["Split", "SplitKind", "split"]

SplitKind = Literal["random", "leave-last", "leave-two", "cold"]

SHARE, COLD_SHARE = 0.2, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Training histories `train` (oldest first where `ordered`) and `truth` CSR `(n_users, n_items)` of what is to be found.

    `candidates` is a boolean `(n_items,)` of what may be recommended (the hidden items, in a cold split), None for all.
    """

    kind: str
    train: list[NDArray[np.int32]]
    truth: sp.csr_array
    n_items: int
    ordered: bool
    candidates: NDArray[np.bool_] | None = None

    @property
    def people(self) -> People:
        """The people to be scored, with their training histories."""
        people = People.of_sequences(self.train, n_items=self.n_items)
        return people if self.ordered else People(likes=people.likes, dislikes=people.dislikes)


def split(events: Events, kind: SplitKind, seed: int = 0) -> Split:
    """Split by user 80/20 at random, by each user's last item, by two of each user's items, or by hiding a fifth of the items altogether.

    A split that comes with the data stands for the random one. Raises BadInput where the order needed is not known.
    """
    n_items = len(events.items)
    rng = np.random.default_rng(seed)
    if kind == "leave-last":
        if not events.ordered or events.given is not None:
            raise BadInput(f"{events.name!r} has no order of interactions; use --split random, or data with times")
        train = [s[:-1] if len(s) > 1 else s for s in events.sequences]
        test = [s[-1:] if len(s) > 1 else s[:0] for s in events.sequences]
        return Split(kind="leave-last", train=train, truth=_matrix(test, n_items), n_items=n_items, ordered=True)
    if kind == "cold":
        whole = [np.concatenate([s, g]) for s, g in zip(events.sequences, events.given, strict=True)] if events.given else events.sequences
        hidden = np.zeros(n_items, dtype=bool)
        hidden[rng.permutation(n_items)[: round(COLD_SHARE * n_items)]] = True
        train, test = [s[~hidden[s]] for s in whole], [s[hidden[s]] for s in whole]
        # Somebody without a training item has no taste to go by, in any method.
        test = [t if len(s) else t[:0] for s, t in zip(train, test, strict=True)]
        return Split(kind="cold", train=train, truth=_matrix(test, n_items), n_items=n_items, ordered=events.ordered, candidates=hidden)
    if kind == "leave-two":
        mixed = [rng.permutation(len(s)) if len(s) > 2 else np.arange(len(s)) for s in events.sequences]
        hide_two = [np.sort(m[:2]) if len(m) > 2 else m[:0] for m in mixed]
        left = [np.delete(s, two) for s, two in zip(events.sequences, hide_two, strict=True)]
        test = [s[two] for s, two in zip(events.sequences, hide_two, strict=True)]
        return Split(kind="leave-two", train=left, truth=_matrix(test, n_items), n_items=n_items, ordered=events.ordered)
    if events.given is not None:
        return Split(kind="given", train=events.sequences, truth=_matrix(events.given, n_items), n_items=n_items, ordered=False)
    train, test = [], []
    for sequence in events.sequences:
        hide = np.zeros(len(sequence), dtype=bool)
        hide[rng.permutation(len(sequence))[: round(SHARE * len(sequence))]] = True
        train.append(sequence[~hide])
        test.append(sequence[hide])
    return Split(kind="random", train=train, truth=_matrix(test, n_items), n_items=n_items, ordered=events.ordered)


def _matrix(rows: list[NDArray[np.int32]], n_items: int) -> sp.csr_array:
    return People.of_sequences(rows, n_items=n_items).likes
