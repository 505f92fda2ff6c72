"""Arrays on disk: npz files without pickle, lists of strings included, missing and broken files told apart.

The same arrays give the same bytes, so that a manifest can hold a hash.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import BaseDamaged, BaseMissing

__all__ = ["pack", "read_arrays", "unpack", "write_arrays"]


def pack(texts: Iterable[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the UTF-8 bytes of all texts end to end, and the `(n + 1,)` offsets at which each starts.

    A numpy string array would pad every text to the longest one.
    """
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(e) for e in encoded], out=offsets[1:])
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets


def unpack(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> list[str]:
    """Return the texts that `pack` packed."""
    raw = data.tobytes()
    ends = offsets.tolist()
    return [raw[start:end].decode("utf-8", "surrogatepass") for start, end in pairwise(ends)]


def write_arrays(path: str | Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays to an npz file at exactly that path."""
    with Path(path).open("wb") as file:
        # The cast is needed for numpy's stubs only, which take the first keyword for a flag.
        np.savez(file, **dict(arrays))  # type: ignore[arg-type]


def read_arrays(path: str | Path, names: Sequence[str], *, what: str) -> dict[str, NDArray[Any]]:
    """Read an npz file whole and return its arrays.

    Raises:
        BaseMissing: there is no such file.
        BaseDamaged: it is cut short, of another kind, or lacks one of `names`.
    """
    path = Path(path)
    again = f"build the knowledge base again: sommelier build SOURCE --out {path.parent}"
    if not path.is_file():
        raise BaseMissing(f"no {what} at {str(path)!r}; {again}")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError, AttributeError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise BaseDamaged(f"{str(path)!r} does not hold {what} in whole ({error}); {again}") from error
    missing = [name for name in names if name not in arrays]
    if missing:
        raise BaseDamaged(f"{str(path)!r} lacks {', '.join(missing)} of {what}; {again}")
    return arrays
