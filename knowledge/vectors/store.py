"""The vectors of a base on disk: the matrix, what it is, and a Chroma collection where there are many rows."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

import numpy as np

from knowledge.errors import BadInput, BaseDamaged, BaseLocked, BaseMissing
from knowledge.vectors.chroma import ChromaIndex, write_chroma
from knowledge.vectors.exact import ExactIndex, Floats
from knowledge.vectors.index import VectorIndex

__all__ = ["open_vectors", "write_vectors"]

Kind = Literal["auto", "exact", "chroma"]
SMALL = 50_000
"""Rows up to which `auto` keeps to exact search: below, it takes single milliseconds and Chroma's start alone takes more."""
MATRIX, ABOUT, CHROMA, LOCK = "vectors.npy", "vectors.json", "chroma", "write.lock"


def write_vectors(folder: Path, matrix: Floats, *, index: Kind = "auto", url: str | None = None) -> None:
    """Write the vectors of a base.

    Args:
        folder: made where missing.
        matrix: unit rows float32 `(n, dim)`, in catalogue order.
        index: "exact", "chroma", or "auto": Chroma from 50,000 rows on.
        url: a Chroma server (`http://host:port`) instead of a folder within the base; implies "chroma".

    Raises:
        BadInput: a row is neither of unit length nor zeros, or holds numbers that are not finite.
        BaseLocked: another process is writing there.
        Unavailable: Chroma is wanted but not installed, or its server does not answer.
    """
    from filelock import FileLock, Timeout

    matrix = np.ascontiguousarray(matrix, dtype=np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", matrix, matrix))
    wrong = np.flatnonzero(~((np.abs(lengths - 1.0) < 1e-3) | (lengths == 0.0)))
    if len(wrong):
        raise BadInput(f"vector {int(wrong[0])} has length {float(lengths[wrong[0]]):.4g}; every row must have length 1, or be all zeros")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / LOCK, timeout=0):
            np.save(folder / MATRIX, matrix)
            stamp = hashlib.sha256(matrix.tobytes()).hexdigest()
            about: dict[str, Any] = {"rows": len(matrix), "dim": int(matrix.shape[1]), "sha256": stamp, "index": "exact"}
            if url is not None or index == "chroma" or (index == "auto" and len(matrix) > SMALL):
                name = f"sommelier-{stamp[:16]}" if url is not None else "items"
                write_chroma(matrix, url if url is not None else folder / CHROMA, name=name, stamp=stamp)
                about |= {"index": "chroma", "collection": name} | ({"url": url} if url is not None else {})
            (folder / ABOUT).write_text(json.dumps(about, indent=2, sort_keys=True) + "\n", "utf-8")
    except Timeout as error:
        raise BaseLocked(f"another process is writing the vectors in {str(folder)!r}; wait for it, then run this again") from error
    (folder / LOCK).unlink(missing_ok=True)


def open_vectors(folder: Path, *, index: Kind | None = None) -> VectorIndex:
    """Open the vectors of a base; the matrix is mapped, not read.

    Args:
        folder: what `write_vectors` wrote.
        index: "exact" to leave Chroma aside; None for what was written.

    Raises:
        BaseMissing, BaseDamaged: not there, or not whole.
        Unavailable: the Chroma server does not answer.
    """
    again = f"build the knowledge base again: sommelier build SOURCE --out {folder.parent}"
    if not (folder / MATRIX).is_file() or not (folder / ABOUT).is_file():
        raise BaseMissing(f"no vectors in {str(folder)!r}; {again}")
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        matrix = np.load(folder / MATRIX, mmap_mode="r", allow_pickle=False)
        shape = (about["rows"], about["dim"])
    except (ValueError, OSError, KeyError, EOFError, TypeError) as error:
        raise BaseDamaged(f"the vectors in {str(folder)!r} are not whole ({error}); {again}") from error
    if matrix.shape != shape or matrix.dtype != np.float32:
        raise BaseDamaged(f"the vectors in {str(folder)!r} are {matrix.shape} {matrix.dtype}, but {shape} float32 were written; {again}")
    if about["index"] == "chroma" and index != "exact":
        return ChromaIndex.open(matrix, about.get("url") or folder / CHROMA, name=about["collection"], stamp=about["sha256"])
    return ExactIndex(matrix)
