"""Personalised PageRank over a compiled graph.

    r = alpha p + (1 - alpha) A D^-1 r        (Page, Brin, Motwani and Winograd 1999; Haveliwala 2002)

`alpha` is the restart probability (networkx's `alpha` is one minus it), `p` the seed distribution. Two things make it fast: the
matrix is compiled once, not per query, and as it is symmetric one array serves both directions. On large graphs only the part
near the seeds is walked (`knowledge.graph.push`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledge.errors import BadInput

__all__ = ["Floats", "Walk", "power", "power_batch", "power_items", "seed_vector"]

Floats = NDArray[np.float32]

BATCH = 16
"""Queries walked together: one pass over the matrix serves them all. 16 float32 columns of a node fill a cache line, and those of
20,000 nodes stay in the cache of a core; of 64 they do not."""

FEW = 12
"""A step is taken by columns where that touches fewer than one in so many of the entries: scattering costs more than reading on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Halves:
    """A transition matrix cut in two by rows, sharing its arrays: the first nodes of the graph, and the rest."""

    first: sp.csr_array
    rest: sp.csr_array
    first_first: bool
    """Whether a step leads from one of the first to another of them."""
    rest_rest: bool


class Walk:
    """The matrix of a random walk on an undirected weighted graph, hub damping included.

    `weights` is `D^-g A D^-g` as CSR float32 `(n, n)`, symmetric; `inverse` `(n,)` holds one over its column sums (0 for a node
    without neighbours), so that `weights @ (inverse * x)` is one step of the walk. Column scaling makes no difference to the
    walk, so the factor `D^-g` on both sides damps the chance to step *into* a hub and keeps the matrix symmetric.
    """

    def __init__(self, adjacency: sp.csr_array, damping: float = 0.0) -> None:
        if not 0.0 <= damping <= 2.0:
            raise BadInput(f"hub damping is {damping!r}; give an exponent from 0 (none) to 2")
        strength: NDArray[np.float64] = np.asarray(adjacency.sum(axis=1), dtype=np.float64).ravel()
        if damping:
            factor = np.zeros_like(strength)
            np.power(strength, -damping, out=factor, where=strength > 0)
            # Scaled so that the mean stays near 1: float32 would lose the products of two small factors.
            factor /= factor.mean() or 1.0
            rows = np.repeat(np.arange(len(strength)), np.diff(adjacency.indptr))
            # Multiplied in this order the matrix is symmetric to the last bit.
            data = adjacency.data * (factor[rows] * factor[adjacency.indices])
            strength = np.bincount(rows, weights=data, minlength=len(strength)).astype(np.float64)
        else:
            data = adjacency.data
        self.weights: sp.csr_array = sp.csr_array(
            (data.astype(np.float32), adjacency.indices.astype(np.int32), adjacency.indptr.astype(np.int32)), shape=adjacency.shape
        )
        self.degree: NDArray[np.int64] = np.diff(self.weights.indptr).astype(np.int64)
        self.strength: Floats = strength.astype(np.float32)
        self.inverse: Floats = np.divide(1.0, strength, out=np.zeros_like(strength), where=strength > 0).astype(np.float32)
        self.stationary: Floats = (strength / (strength.sum() or 1.0)).astype(np.float32)
        self._halves: dict[int, Halves] = {}

    def __len__(self) -> int:
        return len(self.inverse)

    @cached_property
    def transition(self) -> sp.csr_array:
        """`A D^-1`: column-stochastic but for nodes without neighbours, whose mass is lost. Made on first use."""
        data = self.weights.data * self.inverse[self.weights.indices]
        return sp.csr_array((data, self.weights.indices, self.weights.indptr), shape=self.weights.shape)

    def halves(self, n_first: int) -> Halves:
        """Return `transition` cut after its first rows. Made on first use."""
        found = self._halves.get(n_first)
        if found is None:
            whole, n = self.transition, len(self)
            cut = int(whole.indptr[n_first])
            found = self._halves[n_first] = Halves(
                first=sp.csr_array((whole.data[:cut], whole.indices[:cut], whole.indptr[: n_first + 1]), shape=(n_first, n)),
                rest=sp.csr_array((whole.data[cut:], whole.indices[cut:], whole.indptr[n_first:] - cut), shape=(n - n_first, n)),
                first_first=bool((whole.indices[:cut] < n_first).any()),
                rest_rest=bool((whole.indices[cut:] >= n_first).any()),
            )
        return found


def seed_vector(
    seeds: Mapping[str, float],
    negative: Mapping[str, float] | None,
    find: Callable[[str], int | None],
    isolated: NDArray[np.bool_],
    restart: float,
) -> dict[int, float]:
    """Return node index -> signed seed mass.

    Positive seeds share a mass of 1, negative ones carry theirs in the same proportion to it (a dislike as strong as all likes together
    has mass -1); with no positive seed known, the negative ones share -1. Unknown seeds are ignored. A seed without neighbours can lead
    nowhere: the mass it would lose goes back to the other seeds, as dangling mass does in networkx.

    Raises:
        BadInput: a weight is negative, infinite or not a number, or the restart is not within (0, 1].
    """
    if not 0.0 < restart <= 1.0:
        raise BadInput(f"restart is {restart!r}; give a probability above 0 and at most 1")
    liked = _known(seeds, find)
    hated = _known(negative or {}, find)
    unit = sum(liked.values()) or sum(hated.values())
    mass: dict[int, float] = {}
    for part, sign in ((liked, 1.0), (hated, -1.0)):
        total = sum(part.values())
        if not total:
            continue
        stuck = sum(w for i, w in part.items() if isolated[i]) / total
        scale = sign / unit / (1.0 - stuck + restart * stuck)
        for i, w in part.items():
            mass[i] = mass.get(i, 0.0) + w * scale
    return mass


def _known(weights: Mapping[str, float], find: Callable[[str], int | None]) -> dict[int, float]:
    known: dict[int, float] = {}
    for name, weight in weights.items():
        if not (0.0 <= weight < float("inf")):
            raise BadInput(f"seed {name!r} has weight {weight!r}; give a finite number of 0 or more (dislikes go to `negative`)")
        i = find(name)
        if i is not None and weight > 0.0:
            known[i] = known.get(i, 0.0) + float(weight)
    return known


def power(walk: Walk, mass: Mapping[int, float], *, restart: float, iterations: int) -> Floats:
    """Return the PageRank vector `(n,)` after so many power iterations. Cost: iterations x edges."""
    x: Floats = np.zeros(len(walk), dtype=np.float32)
    nodes, masses = np.array(list(mass), dtype=np.int64), np.array(list(mass.values()), dtype=np.float32)
    x[nodes] = masses
    for _ in range(iterations if mass else 0):
        x = walk.transition @ x
        x *= 1.0 - restart
        x[nodes] += restart * masses
    return x


def power_items(walk: Walk, mass: Mapping[int, float], n_items: int, *, restart: float, iterations: int) -> Floats:
    """Return `power(...)[:n_items]` at a fraction of the cost where items are linked through values and people only.

    An item's rank then follows from the ranks of what is not an item one step before, and theirs from the items' two steps before:
    of each step only the half that some later one reads is taken. The first steps, from a few nodes, are taken by columns.
    """
    halves = walk.halves(n_items)
    read: list[tuple[bool, bool]] = []
    items, others = True, False
    for _ in range(iterations):
        read.append((items, others))
        items, others = others or (items and halves.first_first), items or (others and halves.rest_rest)
    x: Floats = np.zeros(len(walk), dtype=np.float32)
    nodes, masses = np.array(list(mass), dtype=np.int64), np.array(list(mass.values()), dtype=np.float32)
    x[nodes] = masses
    first, rest = slice(0, n_items), slice(n_items, len(walk))
    spread = False
    for items, others in reversed(read if mass else []):
        taken = [(first, halves.first, halves.first_first)] if items else []
        taken += [(rest, halves.rest, halves.rest_rest)] if others else []
        # All products come before any is written: they read what the step before left.
        parts = []
        for rows, half, inward in taken:
            part = None if spread else _by_columns(walk, half.nnz // FEW, rows, x, inward)
            # What has spread so far never gathers again.
            spread = spread or part is None
            parts.append(half @ x if part is None else part)
        for (rows, _, _), part in zip(taken, parts, strict=True):
            part *= 1.0 - restart
            x[rows] = part
        # A half that was not taken is not read again before it is; adding to it does no harm.
        x[nodes] += restart * masses
    return x[:n_items]


def _by_columns(walk: Walk, most: int, rows: slice, x: Floats, inward: bool) -> Floats | None:
    """Return some rows of `transition @ x` from the entries of the nodes that have mass; None where these are more than `most`.

    `inward` says whether any of the rows' nodes lead to each other. The matrix being symmetric, a column's entries stand in its row.
    """
    beyond = slice(rows.stop, len(walk)) if rows.start == 0 else slice(0, rows.start)
    columns = np.flatnonzero(x) if inward else np.flatnonzero(x[beyond]) + beyond.start
    lengths = walk.degree[columns]
    ends = np.cumsum(lengths)
    if len(ends) and int(ends[-1]) > most:
        return None
    entries = np.arange(int(lengths.sum())) + np.repeat(walk.weights.indptr[columns] - (ends - lengths), lengths)
    reached = walk.weights.indices[entries]
    values = (walk.weights.data[entries] * np.repeat(walk.inverse[columns], lengths)) * np.repeat(x[columns], lengths)
    if inward:
        own = (reached >= rows.start) & (reached < rows.stop)
        reached, values = reached[own], values[own]
    part: Floats = np.zeros(rows.stop - rows.start, dtype=np.float32)
    np.add.at(part, reached - rows.start, values)
    return part


def power_batch(walk: Walk, masses: list[dict[int, float]], *, restart: float, iterations: int) -> Floats:
    """Return PageRank vectors `(n, len(masses))`, one column a query, as `power` would."""
    out = np.zeros((len(walk), len(masses)), dtype=np.float32)
    for start in range(0, len(masses), BATCH):
        part = masses[start : start + BATCH]
        entries = [(node, column, m) for column, mass in enumerate(part) for node, m in mass.items()]
        nodes = np.array([e[0] for e in entries], dtype=np.int64)
        columns = np.array([e[1] for e in entries], dtype=np.int64)
        seeds = np.array([e[2] for e in entries], dtype=np.float32)
        first = sp.csr_array((seeds, (nodes, columns)), shape=(len(walk), len(part)))
        # The first step starts from a few nodes a query, so it is taken sparsely.
        x: Floats = np.asarray((walk.transition @ first if iterations else first).toarray(), dtype=np.float32)
        for step in range(iterations):
            if step:
                x = walk.transition @ x
            x *= 1.0 - restart
            x[nodes, columns] += restart * seeds
        out[:, start : start + len(part)] = x
    return out
