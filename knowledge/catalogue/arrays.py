"""The catalogue's arrays on disk: one uncompressed npz, each member read when first asked for."""

from __future__ import annotations

import threading
import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.arrays import unpack
from knowledge.errors import BaseDamaged

__all__ = ["LazyArrays"]

Array = npt.NDArray[np.generic]


class LazyArrays:
    """Members of an npz file by name, read lazily; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises BaseDamaged where it is missing or broken."""
        try:
            self._file = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise BaseDamaged(
                f"{str(path)!r} cannot be read ({error}); build the base again: sommelier build SOURCE --out {path.parent}"
            ) from error
        self._lock = threading.Lock()

    def __contains__(self, name: str) -> bool:
        return name in self._file.files

    def __getitem__(self, name: str) -> Array:
        with self._lock:
            array: Array = self._file[name]
            return array

    def texts(self, name: str) -> list[str]:
        """Return texts that were packed into the members NAME and NAME:offsets."""
        return unpack(self[name].astype(np.uint8, copy=False), self[f"{name}:offsets"].astype(np.int64, copy=False))
