"""Choosing demonstrations for an utterance: near in words, in meaning and in shape, and not all alike."""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import threading
from collections import Counter
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from agent.builtin.text import words_of
from agent.demonstrations.store import Demonstration, demonstrations

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from knowledge.base import KnowledgeBase
    from knowledge.encoders import Encoder

__all__ = ["at_hand", "nearest", "ranked"]

_K1, _B = 1.2, 0.6
_SAMENESS = 0.35
"""How much likeness to one chosen already counts against the next (maximal marginal relevance)."""


def nearest(
    utterance: str, k: int = 4, *, encoder: Encoder | None = None, features: Collection[str] = (), usable: Collection[str] | None = None
) -> tuple[Demonstration, ...]:
    """Return the k demonstrations that help most with an utterance, best first; equal ones by id.

    Args:
        utterance: as the person typed it; names in it may be masked by placeholders.
        k: how many.
        encoder: adds nearness in meaning where one is loaded.
        features: the request's shape where it is known already (for planning).
        usable: ids to choose among, such as those a catalogue can fill; None for all.
    """
    scored = [(score, d) for score, d in ranked(utterance, encoder=encoder, features=features) if usable is None or d.id in usable]
    chosen: list[Demonstration] = []
    while scored and len(chosen) < k:
        best = max(
            scored, key=lambda pair: (pair[0] - _SAMENESS * max((_alike(pair[1], c) for c in chosen), default=0.0), _reverse(pair[1].id))
        )
        chosen.append(best[1])
        scored.remove(best)
    return tuple(chosen)


def ranked(
    utterance: str,
    *,
    encoder: Encoder | None = None,
    base: KnowledgeBase | None = None,
    features: Collection[str] = (),
    words: bool = True,
) -> list[tuple[float, Demonstration]]:
    """Return every demonstration with its score, 0..1 a part: words (BM25), meaning (cosine) and shape (Jaccard); best first.

    With a base, its encoder is used and the demonstrations' vectors are kept beside it. `words` False leaves the words out, so
    that the score is one of meaning alone.
    """
    encoder = base.encoder if base is not None else encoder
    said = _words(utterance) if words else ()
    scores = [_bm25(said, at) for at in range(len(demonstrations()))]
    top = max(scores, default=0.0) or 1.0
    total = [s / top for s in scores]
    if encoder is not None:
        near = _vectors(encoder, base.fitted if base is not None else None) @ encoder.encode([utterance])[0]
        total = [t + max(0.0, float(n)) for t, n in zip(total, near, strict=True)]
    if features:
        wanted = set(features)
        total = [t + len(wanted & d.features) / len(wanted | d.features) for t, d in zip(total, demonstrations(), strict=True)]
    return sorted(zip(total, demonstrations(), strict=True), key=lambda pair: (-pair[0], pair[1].id))


def _reverse(name: str) -> tuple[int, ...]:
    return tuple(-ord(c) for c in name)


def _alike(one: Demonstration, other: Demonstration) -> float:
    a, b = set(_words(one.say)), set(_words(other.say))
    return 0.5 * len(a & b) / max(1, len(a | b)) + 0.5 * (one.features == other.features)


def _words(text: str) -> tuple[str, ...]:
    return tuple(w for w in words_of(text.replace("{", " ").replace("}", " ").replace("_", " ")) if w)


@cache
def _index() -> tuple[tuple[Counter[str], ...], dict[str, float], float]:
    counts = tuple(Counter(_words(d.say)) for d in demonstrations())
    present = Counter(w for c in counts for w in c)
    idf = {w: math.log(1 + (len(counts) - n + 0.5) / (n + 0.5)) for w, n in present.items()}
    return counts, idf, sum(c.total() for c in counts) / max(1, len(counts))


def _bm25(words: tuple[str, ...], at: int) -> float:
    counts, idf, mean = _index()
    length = counts[at].total() / max(mean, 1e-9)
    return sum(idf.get(w, 0.0) * counts[at][w] * (_K1 + 1) / (counts[at][w] + _K1 * (1 - _B + _B * length)) for w in words if counts[at][w])


_VECTORS: dict[str, npt.NDArray[np.float32]] = {}
_ENCODING = threading.Lock()


def at_hand(base: KnowledgeBase) -> bool:
    """True where the demonstrations' vectors need not be encoded first; they are while a conversation is warmed up."""
    name = _stamp(base.encoder)
    return name in _VECTORS or _file(base.fitted, name).is_file()


def _texts() -> list[str]:
    return [" ".join(_words(d.say)) for d in demonstrations()]


def _stamp(encoder: Encoder) -> str:
    """Return a name for the vectors of these texts by this encoder."""
    return hashlib.sha256("\n".join((encoder.name, str(encoder.dim), *_texts())).encode()).hexdigest()[:16]


def _file(place: Path, name: str) -> Path:
    return place / f"demonstrations-{name}.npy"


def _vectors(encoder: Encoder, place: Path | None = None) -> npt.NDArray[np.float32]:
    """Return the unit vectors of all demonstrations' utterances, `(n, dim)`: kept in memory, and in a file of `place`.

    They are encoded once for a base, never again within a turn. A file of other texts or another encoder is written anew.
    """
    import numpy as np

    name = _stamp(encoder)
    file = None if place is None else _file(place, name)
    with _ENCODING:
        if name not in _VECTORS and file is not None and file.is_file():
            with contextlib.suppress(OSError, ValueError):
                _VECTORS[name] = np.load(file, allow_pickle=False)
        if name not in _VECTORS:
            _VECTORS[name] = encoder.encode(_texts())
            if file is not None:
                # A base that cannot be written to is used all the same.
                with contextlib.suppress(OSError):
                    _keep(file, _VECTORS[name])
        return _VECTORS[name]


def _keep(file: Path, vectors: npt.NDArray[np.float32]) -> None:
    """Write the vectors so that no reader finds half a file. Raises OSError."""
    import numpy as np

    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as sink:
        np.save(sink, vectors)
    part.replace(file)
