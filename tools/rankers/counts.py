"""Counting which items people take together or one after the other, with pruning, in blocks that fit in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

__all__ = ["cooccurrence", "prune", "transitions"]

BLOCK_ENTRIES = 40_000_000
"""Entries of a product held at once, about half a gigabyte."""

PRUNED_CELLS = 4_000_000

DENSE_ITEMS = 6_000

KEPT, KEPT_CELLS = 1_000, 40_000_000
"""Co-occurring items kept for each item, and for all items together (a third of a gigabyte)."""


def cooccurrence(likes: sp.csr_array, user_power: float = 0.0, kept: int | None = None) -> sp.csr_array:
    """Return `(n_items, n_items)` float32 CSR of how many people took both, without the diagonal.

    Args:
        likes: binary CSR `(n_users, n_items)`.
        user_power: a person with n likes counts n^-user_power: those who take everything say little.
        kept: strongest entries kept in each row; None keeps as many as memory bears.
    """
    if kept is None:
        kept = min(KEPT, max(1, KEPT_CELLS // max(1, likes.shape[1])))
    sizes = np.maximum(np.diff(likes.indptr), 1).astype(np.float32)
    taken = np.maximum(np.bincount(likes.indices, minlength=likes.shape[1]), 1).astype(np.float32)
    if _dense_pays(likes):
        return _strongest(_dense_product(likes, sizes**-user_power), taken, kept)
    by_item = likes.T.tocsr()
    right = sp.diags_array(sizes**-user_power).tocsr() @ likes if user_power else likes
    right = sp.csr_array(right).astype(np.float32)
    # Work bounds the entries of a block's product: each like of an item brings all likes of that person.
    work = np.asarray(by_item @ np.diff(likes.indptr).astype(np.float64))
    parts, start, n_items = [], 0, likes.shape[1]
    edges = np.cumsum(np.minimum(work, n_items))
    while start < n_items:
        done = edges[start - 1] if start else 0.0
        stop = max(start + 1, int(np.searchsorted(edges, done + BLOCK_ENTRIES, side="right")))
        block = by_item[start:stop] @ right
        parts.append(_strongest(_without_diagonal(block, start), taken, kept))
        start = stop
    joined: sp.csr_array = sp.vstack(parts, format="csr") if parts else sp.csr_array((0, 0)).astype(np.float32)
    return joined


def _strongest(counts: sp.csr_array, taken: NDArray[np.float32], kept: int) -> sp.csr_array:
    """Return the counts of the `kept` largest entries of each row, popular columns damped.

    By counts alone, what everybody takes would crowd out the few who are close, before any damping of the weights.
    """
    if counts.nnz == 0 or np.diff(counts.indptr).max() <= kept:
        return prune(counts, kept)
    damped = np.sqrt(taken)[counts.indices]
    chosen = prune(sp.csr_array((counts.data / damped, counts.indices, counts.indptr), shape=counts.shape), kept)
    chosen.data *= np.sqrt(taken)[chosen.indices]
    return chosen


def _dense_pays(likes: sp.csr_array) -> bool:
    """Say whether a dense product beats the sparse one: few items, each taken by many."""
    n_users, n_items = likes.shape
    return n_items <= DENSE_ITEMS and likes.nnz > 0.01 * n_users * n_items


def _dense_product(likes: sp.csr_array, weight: NDArray[np.float32]) -> sp.csr_array:
    n_users, n_items = likes.shape
    total = np.zeros((n_items, n_items), dtype=np.float32)
    for start in range(0, n_users, 2_048):
        some = likes[start : start + 2_048].toarray()
        total += (some * weight[start : start + 2_048, None]).T @ some
    np.fill_diagonal(total, 0.0)
    whole: Any = sp.coo_array(total).tocsr()
    return _without_diagonal(whole, 0)


def transitions(sequences: Sequence[NDArray[np.int32]], n_items: int, window: int) -> sp.csr_array:
    """Return `(n_items, n_items)` float32 CSR: how often the column was taken after the row, a gap of g items counting 1/g.

    Args:
        sequences: items of each person, oldest first.
        n_items: size of the catalogue.
        window: widest gap that counts.
    """
    lengths = np.array([len(s) for s in sequences], dtype=np.int64)
    item = np.concatenate([np.asarray(s, dtype=np.int64) for s in sequences]) if len(sequences) else np.array([], dtype=np.int64)
    user = np.repeat(np.arange(len(sequences)), lengths)
    total = sp.csr_array((n_items, n_items), dtype=np.float32)
    for gap in range(1, window + 1):
        if gap >= len(item):
            break
        same = user[gap:] == user[:-gap]
        before, after = item[:-gap][same], item[gap:][same]
        weight = np.full(len(before), 1.0 / gap, dtype=np.float32)
        total = total + sp.coo_array((weight, (before, after)), shape=(n_items, n_items)).tocsr()
    total.sum_duplicates()
    return _without_diagonal(total, 0)


def prune(matrix: sp.csr_array, k: int) -> sp.csr_array:
    """Return the matrix with the k largest entries of each row; equal ones stand by column, so the answer is unique."""
    matrix.sort_indices()
    lengths = np.diff(matrix.indptr)
    if not len(lengths) or lengths.max() <= k:
        return matrix
    keep = np.ones(matrix.nnz, dtype=bool)
    long = np.flatnonzero(lengths > k)
    # Rows of like length are cut together, as one padded array.
    long = long[np.argsort(lengths[long], kind="stable")]
    start = 0
    while start < len(long):
        stop = min(len(long), start + max(1, PRUNED_CELLS // int(lengths[long[start]])))
        while lengths[long[stop - 1]] > 2 * lengths[long[start]]:
            stop = start + (stop - start) // 2
        _cut(matrix, long[start:stop], k, keep)
        start = stop
    starts = np.concatenate([[0], np.cumsum(keep)])[matrix.indptr]
    return sp.csr_array((matrix.data[keep], matrix.indices[keep], starts), shape=matrix.shape)


def _cut(matrix: sp.csr_array, rows: NDArray[np.int64], k: int, keep: NDArray[np.bool_]) -> None:
    """Mark in `keep` all but the k largest entries of rows that have more, as not kept."""
    lengths = np.diff(matrix.indptr)[rows].astype(np.int64)
    width = int(lengths.max())
    inside = np.arange(width)[None, :] < lengths[:, None]
    place = matrix.indptr[rows].astype(np.int64)[:, None] + np.arange(width)[None, :]
    values = np.full(inside.shape, -np.inf, dtype=np.float32)
    values[inside] = matrix.data[place[inside]]
    level = np.partition(values, width - k, axis=1)[:, width - k][:, None]
    above = values > level
    equal = values == level
    room = k - above.sum(axis=1, keepdims=True)
    keep[place[inside]] = (above | (equal & (np.cumsum(equal, axis=1) <= room)))[inside]


def _without_diagonal(block: Any, start: int) -> sp.csr_array:
    block = sp.csr_array(block)
    row = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr)) + start
    block.data[block.indices == row] = 0.0
    block.eliminate_zeros()
    if block.indices.dtype != np.int32:
        block.indices = block.indices.astype(np.int32)
    result: sp.csr_array = block
    return result
