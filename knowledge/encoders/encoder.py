"""What an encoder is: texts to unit vectors, with a name, a dimension and a fingerprint that tell vectors of different makes apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Encoder", "EncoderRecord", "Progress"]

Progress = Callable[[int, int], None]
"""Called with (done, total) texts as encoding goes on."""


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into vectors whose dot product is their cosine."""

    @property
    def name(self) -> str:
        """How people call it ("all-MiniLM-L6-v2")."""
        ...

    @property
    def dim(self) -> int:
        """Length of its vectors."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hash of what decides the vectors; two encoders with the same one are interchangeable."""
        ...

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        """Return unit rows `(len(texts), dim)`. A text in which the encoder knows nothing gives zeros. Never touches the network."""
        ...

    def record(self) -> EncoderRecord:
        """Return what a base must know to open the same encoder again."""
        ...

    def save(self, folder: Path) -> None:
        """Write into the folder what cannot be had elsewhere (nothing for a model that is installed)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderRecord:
    """The identity of an encoder as a base records it."""

    kind: Literal["sentence", "lexical"]
    name: str
    dim: int
    fingerprint: str
    spec: str = ""
    """What `open_encoder` takes to find it again: "minilm", "tfidf", a folder or a model's name."""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON-plain values."""
        return asdict(self)
