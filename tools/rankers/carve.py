"""Validation carved from training histories, in the manner of the test to come: some items of each person, or the last ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tools.rankers.people import People

__all__ = ["Carved", "Protocol", "carve"]

Protocol = Literal["random", "leave-last"]

SHARE, THIN_SHARE = 0.2, 0.1
"""Share of a person's items hidden by the random protocol: a fifth, as in the usual split, where only some people are asked; a tenth where
all must be, because hiding much from everybody thins the data, and what is best on thin data is not what is best on all of it."""

FEW_PEOPLE, MOST_PEOPLE = 2_000, 5_000

CASES_WANTED, MOST_ROLLED = 2_500, 5
"""With few people, the last items of each (up to so many) are cases of their own, each predicted from what came before it."""

CELLS, FEWEST_ASKED = 120_000_000, 4_000
"""People scored x items, at most, unless the people are few. On sparse histories one in twenty is hit, and two thousand people cannot tell
apart what differs by a twentieth."""

FEWEST = 3
"""A person with fewer items teaches but is not asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carved:
    """What to fit on, whom to ask about and what they really took.

    `likes` `(n_users, n_items)` and `sequences` are for fitting. `people` are the `(n_cases)` asked about; `truth` CSR `(n_cases, n_items)`
    holds what was hidden from them. Items a person already has are never right, and `people.likes` tells them.
    """

    likes: sp.csr_array
    sequences: list[NDArray[np.int32]]
    people: People
    truth: sp.csr_array
    protocol: Protocol

    @property
    def k(self) -> int:
        """Depth at which the choice is made."""
        return 10 if self.protocol == "leave-last" else 20


def carve(sequences: Sequence[NDArray[np.int32]], *, n_items: int, protocol: Protocol, ordered: bool, seed: int = 0) -> Carved:
    """Hide part of the histories. The same seed hides the same."""
    rng = np.random.default_rng(seed)
    most = max(FEWEST_ASKED, CELLS // max(1, n_items))
    long_enough = [u for u, s in enumerate(sequences) if len(s) >= FEWEST]
    if protocol == "leave-last":
        fit, asked, truth = _leave_last(sequences, long_enough)
    else:
        fit, asked, truth = _random(sequences, long_enough, rng)
    if len(asked) > most:
        chosen = np.sort(rng.choice(len(asked), most, replace=False))
        asked, truth = [asked[i] for i in chosen], [truth[i] for i in chosen]
    people = People.of_sequences(asked, n_items=n_items)
    if not ordered:
        people = People(likes=people.likes, dislikes=people.dislikes)
    return Carved(
        likes=People.of_sequences(fit, n_items=n_items).likes,
        sequences=fit,
        people=people,
        truth=People.of_sequences(truth, n_items=n_items).likes,
        protocol=protocol,
    )


Parts = tuple[list[NDArray[np.int32]], list[NDArray[np.int32]], list[NDArray[np.int32]]]


def _leave_last(sequences: Sequence[NDArray[np.int32]], users: list[int]) -> Parts:
    rolled = int(np.clip(np.ceil(CASES_WANTED / max(1, len(users))), 1, MOST_ROLLED))
    fit = [np.asarray(s) for s in sequences]
    asked, truth = [], []
    for user in users:
        items = np.asarray(sequences[user])
        # At most a fifth of a history is held back, one item at least.
        hidden = max(1, min(rolled, len(items) // 5))
        fit[user] = items[: len(items) - hidden]
        for back in range(1, hidden + 1):
            asked.append(items[: len(items) - back])
            truth.append(items[len(items) - back : len(items) - back + 1])
    return fit, asked, truth


def _random(sequences: Sequence[NDArray[np.int32]], users: list[int], rng: np.random.Generator) -> Parts:
    fit = [np.asarray(s) for s in sequences]
    share = THIN_SHARE if len(users) <= FEW_PEOPLE else SHARE
    if len(users) > FEW_PEOPLE:
        users = sorted(rng.choice(users, min(MOST_PEOPLE, len(users) // 2), replace=False).tolist())
    asked, truth = [], []
    for user in users:
        items = np.asarray(sequences[user])
        hide = np.zeros(len(items), dtype=bool)
        hide[rng.permutation(len(items))[: max(1, round(share * len(items)))]] = True
        fit[user] = items[~hide]
        asked.append(items[~hide])
        truth.append(items[hide])
    return fit, asked, truth
