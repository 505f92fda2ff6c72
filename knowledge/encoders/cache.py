"""Embeddings kept by content, so that a rebuild encodes only what changed and a killed build goes on where it stopped."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.encoders.encoder import Encoder, Progress

__all__ = ["embed"]

STRIDE = 512
"""Texts encoded between two commits: what a kill can cost."""
ASK = 500
"""Keys in one SQL statement; SQLite's oldest limit on variables is 999."""


def embed(encoder: Encoder, texts: Sequence[str], *, cache: Path | None = None, progress: Progress | None = None) -> NDArray[np.float32]:
    """Return unit rows `(len(texts), dim)`; equal texts are encoded once.

    Args:
        encoder: what encodes; its fingerprint keeps its rows apart from those of others.
        texts: in any order, repeats allowed.
        cache: an SQLite file, made where missing; rows are kept under the hash of the text and the encoder's fingerprint. Several
        processes may
            share it. None keeps nothing.
        progress: called with (done, total); what the cache had counts as done at once.
    """
    prefix = encoder.fingerprint.encode()
    keys = [
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=hashlib.blake2b(prefix).digest(), digest_size=16).digest()
        for text in texts
    ]
    rows: dict[bytes, NDArray[np.float32]] = {}
    if cache is not None:
        cache.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(cache if cache is not None else ":memory:", timeout=60)) as store:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")
        wanted = list(dict.fromkeys(keys))
        size = encoder.dim * 4
        for start in range(0, len(wanted), ASK):
            part = wanted[start : start + ASK]
            found = store.execute(f"SELECT key, vector FROM vectors WHERE key IN ({','.join('?' * len(part))})", part)
            rows.update((key, np.frombuffer(blob, dtype="<f4")) for key, blob in found if len(blob) == size)
        first = dict(zip(reversed(keys), reversed(range(len(keys))), strict=True))
        todo = [first[key] for key in wanted if key not in rows]
        had = len(wanted) - len(todo)
        if progress is not None:
            progress(had, len(wanted))
        for start in range(0, len(todo), STRIDE):
            part_of = todo[start : start + STRIDE]
            done = had + start
            vectors = encoder.encode([texts[i] for i in part_of], progress=_shifted(progress, done, len(wanted)))
            rows.update((keys[i], vector) for i, vector in zip(part_of, vectors, strict=True))
            if cache is not None:
                with store:
                    store.executemany(
                        "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                        [(keys[i], vector.astype("<f4").tobytes()) for i, vector in zip(part_of, vectors, strict=True)],
                    )
    return np.stack([rows[key] for key in keys]) if keys else np.zeros((0, encoder.dim), dtype=np.float32)


def _shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Return a progress callback for one stretch that reports to the callback of the whole."""
    return None if progress is None else lambda done, _: progress(before + done, total)
