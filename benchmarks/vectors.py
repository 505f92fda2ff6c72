"""Vector search: exact search with and without a facet filter, and Chroma's recall against it. 384 dimensions, clustered vectors."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.measure import Row, at_least, at_most, times_ms
from knowledge.vectors import ExactIndex, open_vectors, write_vectors

DIM = 384
K = 10
QUERIES = 200


def clustered(n: int, seed: int = 5) -> np.ndarray:
    """Return unit rows around a few hundred centres, as embeddings of texts are."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(300, DIM)).astype(np.float32)
    rows = centres[rng.integers(len(centres), size=n)] + 0.8 * rng.normal(size=(n, DIM)).astype(np.float32)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def p95(index: ExactIndex, asked: np.ndarray, within: np.ndarray | None) -> float:
    """Return the 95th percentile of a search in milliseconds."""
    return float(np.percentile(times_ms([lambda q=q: index.search(q, K, within) for q in asked]), 95))


def main() -> list[Row]:
    rows: list[Row] = []
    rng = np.random.default_rng(1)
    for n, limit in ((10_000, 1.0), (100_000, 30.0)):
        index = ExactIndex(clustered(n))
        asked = index.matrix[rng.integers(n, size=QUERIES)] + 0.02 * rng.normal(size=(QUERIES, DIM)).astype(np.float32)
        for share in (0.01, 0.1):
            within = np.sort(rng.permutation(n)[: int(n * share)])
            rows.append(at_most(f"{n:,} rows, filter keeps {share:.0%}: p95", p95(index, asked, within), "ms", limit))
        rows.append(Row(what=f"{n:,} rows, no filter: p95", value=p95(index, asked, None), unit="ms"))
    n = 60_000
    matrix = clustered(n, seed=9)
    with tempfile.TemporaryDirectory() as folder:
        write_vectors(Path(folder), matrix)
        chroma, exact = open_vectors(Path(folder)), ExactIndex(matrix)
        asked = matrix[rng.integers(n, size=QUERIES)] + 0.02 * rng.normal(size=(QUERIES, DIM)).astype(np.float32)
        hits = [len(np.intersect1d(chroma.search(q, K)[0], exact.search(q, K)[0])) / K for q in asked]
        rows.append(Row(what=f"Chroma, {n:,} rows, no filter: p95", value=p95(chroma, asked, None), unit="ms"))
        rows.append(at_least("Chroma: recall of the first ten", float(np.mean(hits)), "", 0.95))
        chroma.close()
    return rows
