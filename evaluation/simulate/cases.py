"""Who is simulated: people of the base's histories, each with an item they went on to like held out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from evaluation.simulate.person import NOISES, PERSONAS, Case
from evaluation.simulate.traits import traits_of
from knowledge.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["draw_cases", "held_out_pairs"]

FEWEST_LIKES = 4
"""Likes a person needs: one to find, and some to speak of."""
FEWEST_TRAITS = 4
LIKED = 0.3
"""Strength from which something taken counts as really liked."""


def draw_cases(
    base: KnowledgeBase,
    users: int,
    *,
    seed: int = 7,
    personas: Sequence[str] = tuple(PERSONAS),
    noise: float = 0.15,
    goal: str = "target",
) -> list[Case]:
    """Return so many cases, the same ones for the same base and seed.

    The target is the item liked last where histories have times, else one drawn by chance. Where there are fewer people than cases,
    people come
    again with further targets; all their targets are held out together.

    Args:
        base: must have interactions.
        users: how many cases.
        seed: of every choice.
        personas: manners, in turn.
        noise: share of the cases with each kind of noise, 0 to 1.
        goal: `target` for one item; `taste` for any of up to five liked items held out.

    Raises:
        Unavailable: the base has no interactions.
        BadInput: no person has likes enough.
    """
    if not base.has("interactions"):
        raise Unavailable(
            f"the base {base.name!r} holds no interactions, so that nobody can be simulated; build it from a source with histories"
        )
    held, ids = base.interactions, base.catalogue.ids
    chance = random.Random(f"{seed}:cases")
    liked: dict[int, list[int]] = {}
    for row in range(len(held.users)):
        start, end = held.matrix.indptr[row], held.matrix.indptr[row + 1]
        strong = set(held.matrix.indices[start:end][held.matrix.data[start:end] >= LIKED].tolist())
        sequence = [i for i in held.sequence(row).tolist() if i in strong]
        if len(sequence) >= FEWEST_LIKES:
            liked[row] = sequence
    if not liked:
        raise BadInput(f"nobody in {base.name!r} has {FEWEST_LIKES} liked items; simulate on a base with longer histories")
    people = sorted(liked)
    chance.shuffle(people)
    cases: list[Case] = []
    used: dict[int, set[int]] = {row: set() for row in people}
    for number in range(users):
        row = people[number % len(people)]
        timed = held.times(row) is not None and not np.isnan(held.times(row)).all()  # type: ignore[arg-type]
        targets = _targets(base, liked[row], used[row], chance, timed=timed, goal=goal)
        if not targets:
            continue
        used[row] |= set(targets)
        start, end = held.matrix.indptr[row], held.matrix.indptr[row + 1]
        against = held.matrix.indices[start:end][held.matrix.data[start:end] < -LIKED].tolist()
        cases.append(
            Case(
                id=f"{number:04}:{held.users[row]}",
                user=held.users[row],
                targets=tuple(ids[t] for t in targets),
                liked=tuple(ids[i] for i in _before(liked[row], targets[0], timed=timed)),
                disliked=tuple(ids[i] for i in against[:3]),
                persona=personas[number % len(personas)],
                noise=tuple(kind for kind in NOISES if chance.random() < noise),
                seed=seed,
            )
        )
    # What is another case's target of the same person must not be named as liked: it is held out of the base as well.
    gone = {pair for case in cases for pair in held_out_pairs([case])}
    return [_replace_liked(case, gone) for case in cases]


def held_out_pairs(cases: Sequence[Case]) -> list[tuple[str, str]]:
    """Return the (user, item id) pairs that must leave the histories."""
    return [(case.user, target) for case in cases for target in case.targets]


def _targets(base: KnowledgeBase, liked: list[int], used: set[int], chance: random.Random, *, timed: bool, goal: str) -> list[int]:
    free = [i for i in liked if i not in used]
    if len(free) < FEWEST_LIKES - 1:
        return []
    order = list(reversed(free)) if timed else chance.sample(free, len(free))
    told = [i for i in order if len(traits_of(base, base.catalogue.ids[i])) >= FEWEST_TRAITS]
    if not told:
        return []
    first = told[0]
    if goal == "target":
        return [first]
    return [first, *[i for i in order if i != first][: min(4, len(order) // 3)]]


def _before(liked: list[int], target: int, *, timed: bool) -> list[int]:
    """Return the liked items to speak of: earlier than the target where that is known."""
    if not timed:
        return [i for i in liked if i != target][-6:]
    earlier = liked[: liked.index(target)]
    return (earlier or [i for i in liked if i != target])[-6:]


def _replace_liked(case: Case, gone: set[tuple[str, str]]) -> Case:
    from dataclasses import replace

    return replace(case, liked=tuple(i for i in case.liked if (case.user, i) not in gone))
