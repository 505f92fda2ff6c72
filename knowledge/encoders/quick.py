"""Sentence vectors of small BERT models with numpy alone, for the few texts of a conversation turn.

Importing torch and sentence-transformers takes several seconds before the first answer, and a turn has one short text to encode. The
forward pass of such a model is a page of matrix products (Devlin et al. 2019; mean pooling as in Reimers and Gurevych 2019), so a turn
runs it directly on the same weights; a test holds it against sentence-transformers. Bulk encoding stays with sentence-transformers.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from knowledge.threads import one_thread

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["QuickBert"]

Floats = NDArray[np.float32]


class QuickBert:
    """A BERT sentence model (mean pooling, unit vectors) read from a sentence-transformers folder. Safe to call from several threads."""

    def __init__(self, folder: Path, tokenizer: Tokenizer, weights: dict[str, Floats], config: dict[str, Any], longest: int) -> None:
        self.folder = folder
        self.heads = int(config["num_attention_heads"])
        self.epsilon = float(config["layer_norm_eps"])
        self.dim = int(config["hidden_size"])
        self._tokenizer = tokenizer
        self._tokenizer.enable_truncation(longest)
        self._tokenizer.no_padding()
        self._start = {name.removeprefix("embeddings."): w for name, w in weights.items() if name.startswith("embeddings.")}
        self._layers = [self._layer(weights, f"encoder.layer.{i}.") for i in range(int(config["num_hidden_layers"]))]

    @classmethod
    def open(cls, folder: Path) -> QuickBert | None:
        """Return the model in the folder, or None where it is not of the simple kind this class reads."""
        config, modules = _json(folder / "config.json"), _json(folder / "modules.json")
        if not isinstance(config, dict) or not isinstance(modules, list) or not (folder / "tokenizer.json").is_file():
            return None
        kinds = [str(m.get("type", "")).rpartition(".")[2] for m in modules]
        simple = (
            config.get("model_type") == "bert"
            and config.get("hidden_act") == "gelu"
            and config.get("position_embedding_type", "absolute") == "absolute"
        )
        if not simple or kinds != ["Transformer", "Pooling", "Normalize"] or not (folder / "model.safetensors").is_file():
            return None
        pooling = _json(folder / modules[1]["path"] / "config.json") or {}
        modes = {name for name, on in pooling.items() if name.startswith("pooling_mode") and on}
        if modes != {"pooling_mode_mean_tokens"} and pooling.get("pooling_mode") != "mean":
            return None
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        weights = {name.removeprefix("bert."): w for name, w in load_file(folder / "model.safetensors").items()}
        if any(w.dtype != np.float32 for name, w in weights.items() if not name.endswith("position_ids")):
            return None
        longest = (_json(folder / "sentence_bert_config.json") or {}).get("max_seq_length") or config["max_position_embeddings"]
        return cls(folder, Tokenizer.from_file(str(folder / "tokenizer.json")), weights, config, int(longest))

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return unit vectors `(n, dim)`. Each text is passed alone, so that a vector never depends on its neighbours."""
        out = np.empty((len(texts), self.dim), dtype=np.float32)
        with one_thread():
            for row, text in enumerate(texts):
                out[row] = self._vector(self._tokenizer.encode(text).ids)
        return out

    def _layer(self, weights: dict[str, Floats], prefix: str) -> dict[str, Floats]:
        """Return one layer's weights by short names, the three attention inputs joined into one product."""
        part = {name.removeprefix(prefix): w for name, w in weights.items() if name.startswith(prefix)}
        names = [f"attention.self.{kind}" for kind in ("query", "key", "value")]
        part["inputs.weight"] = np.ascontiguousarray(np.concatenate([part.pop(f"{name}.weight") for name in names]).T)
        part["inputs.bias"] = np.concatenate([part.pop(f"{name}.bias") for name in names])
        for name in ("attention.output.dense", "intermediate.dense", "output.dense"):
            part[f"{name}.weight"] = np.ascontiguousarray(part[f"{name}.weight"].T)
        return part

    def _normal(self, x: Floats, weight: Floats, bias: Floats) -> Floats:
        x = x - x.mean(axis=1, keepdims=True)
        scale: Floats = np.sqrt(np.einsum("ij,ij->i", x, x) / np.float32(self.dim) + np.float32(self.epsilon))
        out: Floats = (x / scale[:, None]) * weight + bias
        return out

    def _vector(self, ids: list[int]) -> Floats:
        from scipy.special import erf

        start, length, width = self._start, len(ids), self.dim // self.heads
        x: Floats = (
            start["word_embeddings.weight"][ids] + start["position_embeddings.weight"][:length] + start["token_type_embeddings.weight"][0]
        )
        x = self._normal(x, start["LayerNorm.weight"], start["LayerNorm.bias"])
        for layer in self._layers:
            joined = (x @ layer["inputs.weight"] + layer["inputs.bias"]).reshape(length, 3, self.heads, width).transpose(1, 2, 0, 3)
            query, key, value = joined
            scores = query @ key.transpose(0, 2, 1) * np.float32(width**-0.5)
            scores = np.exp(scores - scores.max(axis=2, keepdims=True))
            scores /= scores.sum(axis=2, keepdims=True)
            mixed = (scores @ value).transpose(1, 0, 2).reshape(length, self.dim)
            mixed = mixed @ layer["attention.output.dense.weight"] + layer["attention.output.dense.bias"]
            x = self._normal(x + mixed, layer["attention.output.LayerNorm.weight"], layer["attention.output.LayerNorm.bias"])
            wide: Floats = x @ layer["intermediate.dense.weight"] + layer["intermediate.dense.bias"]
            wide *= np.float32(0.5) * (np.float32(1.0) + erf(wide * np.float32(0.5**0.5)))
            wide = wide @ layer["output.dense.weight"] + layer["output.dense.bias"]
            x = self._normal(x + wide, layer["output.LayerNorm.weight"], layer["output.LayerNorm.bias"])
        pooled: Floats = x.mean(axis=0)
        return pooled / max(float(np.linalg.norm(pooled)), 1e-12)


def _json(path: Path) -> Any:
    """Return the JSON in a file, or None where there is no such file."""
    return json.loads(path.read_text("utf-8")) if path.is_file() else None
