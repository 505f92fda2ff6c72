"""TF-IDF and a truncated SVD (latent semantic analysis, Deerwester et al. 1990): an encoder that needs no model, fitted on the
catalogue's texts.

scikit-learn fits it; what is kept is plain arrays, so that encoding a query needs numpy alone and no pickle is ever read.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledge.arrays import pack, read_arrays, unpack, write_arrays
from knowledge.encoders.encoder import EncoderRecord, Progress
from knowledge.errors import BadInput

__all__ = ["LexicalEncoder"]

Floats = NDArray[np.float32]
DIM = 256
TERMS = 60_000
"""Words and word pairs kept, the most frequent ones."""
SAMPLE = 20_000
"""Texts the SVD is fitted on at most, evenly spread; it changes little beyond, while its cost keeps growing."""
FILE = "lexical.npz"
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


def terms_of(text: str) -> list[str]:
    """Return the words and word pairs of a text, accents and case folded."""
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    words = WORD.findall(plain)
    return words + [f"{a} {b}" for a, b in pairwise(words)]


def _right_vectors(matrix: sp.csr_array, rank: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the largest singular values `(rank,)` and their right vectors `(rank, n_terms)`.

    Halko, Martinsson, Tropp, "Finding structure with randomness" (2011), section 5.1, but for the last step: the left vectors are not
    wanted, so that the Gram matrix of the small factor, in double precision, is decomposed in place of the factor; a quarter of the time.
    """
    from sklearn.utils.extmath import randomized_range_finder

    size = min(rank + 10, min(matrix.shape))
    span = randomized_range_finder(matrix.T, size=size, n_iter=4, power_iteration_normalizer="LU", random_state=seed)
    small = np.asarray(matrix @ span, dtype=np.float64)
    squares, vectors = np.linalg.eigh(small.T @ small)
    order = np.argsort(-squares, kind="stable")[:rank]
    return np.sqrt(np.maximum(squares[order], 0.0)), (span @ vectors[:, order]).T


class LexicalEncoder:
    """TF-IDF over words and pairs, projected to `dim` dimensions. Texts without a known word give zeros."""

    def __init__(self, terms: list[str], weight: Floats, projection: Floats) -> None:
        self.name = "tfidf-svd"
        self.terms = terms
        self.weight = weight
        self.projection = projection
        self._column = {term: i for i, term in enumerate(terms)}

    @classmethod
    def fit(cls, texts: Sequence[str], *, dim: int = DIM, seed: int = 0, progress: Progress | None = None) -> LexicalEncoder:
        """Fit on the texts of a catalogue. `dim` shrinks where there are too few texts or words for it.

        Raises:
            BadInput: there is no word in any text.
        """
        total = len(texts)
        count: Counter[str] = Counter()
        for number, text in enumerate(texts, 1):
            count.update(set(terms_of(text)))
            if progress is not None and (number % 5000 == 0 or number == total):
                progress(number, total)
        # A term of one text alone links nothing; in tiny catalogues there may be no other.
        least = 2 if any(n > 1 for n in count.values()) else 1
        kept = sorted((t for t, n in count.items() if n >= least), key=lambda t: (-count[t], t))[:TERMS]
        if not kept:
            raise BadInput(f"none of the {total} texts holds a word, so nothing can be encoded; give a title or text column")
        terms = sorted(kept)
        weight = np.log((1.0 + total) / (1.0 + np.array([count[t] for t in terms], dtype=np.float64))) + 1.0
        encoder = cls(terms, weight.astype(np.float32), np.zeros((len(terms), 0), dtype=np.float32))
        step = max(1, -(-total // SAMPLE))
        matrix = encoder._matrix(texts[::step])
        rank = min(dim, min(matrix.shape) - 1)
        if rank < 2:
            # Too small for a decomposition: the terms themselves are the dimensions.
            return cls(terms[:dim], encoder.weight[:dim], np.eye(len(terms[:dim]), dtype=np.float32))
        strength, right = _right_vectors(matrix, rank, seed)
        solid = strength > 1e-6 * strength[0]
        # Half a power of the singular values tempers the first few directions, which only say how common the words are.
        basis = right[solid].T / np.sqrt(np.maximum(strength[solid], 1e-12))
        return cls(terms, encoder.weight, np.ascontiguousarray(basis / np.abs(basis).max(), dtype=np.float32))

    @property
    def dim(self) -> int:
        """Length of the vectors."""
        return int(self.projection.shape[1])

    @property
    def fingerprint(self) -> str:
        """SHA-256 of terms, weights and projection."""
        digest = hashlib.sha256("\n".join(self.terms).encode("utf-8", "surrogatepass"))
        digest.update(np.ascontiguousarray(self.weight).tobytes())
        digest.update(np.ascontiguousarray(self.projection).tobytes())
        return digest.hexdigest()

    def record(self) -> EncoderRecord:
        """Return its identity."""
        return EncoderRecord(kind="lexical", name=self.name, dim=self.dim, fingerprint=self.fingerprint, spec="tfidf")

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Floats:
        """Return unit rows `(len(texts), dim)`, zeros for a text without a known word."""
        out = np.zeros((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(texts), 4096):
            part = texts[start : start + 4096]
            rows = np.asarray(self._matrix(part) @ self.projection, dtype=np.float32)
            norms = np.sqrt(np.einsum("ij,ij->i", rows, rows))
            np.divide(rows, norms[:, None], out=out[start : start + len(part)], where=norms[:, None] > 1e-12)
            if progress is not None:
                progress(start + len(part), len(texts))
        return out

    def _matrix(self, texts: Sequence[str]) -> sp.csr_array:
        """Return unit TF-IDF rows `(len(texts), n_terms)`, sublinear in the term's count."""
        starts, columns, values = [0], [], []
        for text in texts:
            found = Counter(c for t in terms_of(text) if (c := self._column.get(t)) is not None)
            row = sorted(found)
            value = (1.0 + np.log([found[c] for c in row])) * self.weight[row] if row else np.zeros(0)
            norm = float(np.sqrt((value**2).sum())) or 1.0
            columns.extend(row)
            values.append(value / norm)
            starts.append(len(columns))
        data = np.concatenate(values) if values else np.zeros(0)
        return sp.csr_array(
            (data.astype(np.float32), np.array(columns, dtype=np.int32), np.array(starts, dtype=np.int32)),
            shape=(len(texts), len(self.terms)),
        )

    def save(self, folder: Path) -> None:
        """Write terms, weights and projection."""
        terms, offsets = pack(self.terms)
        write_arrays(folder / FILE, {"terms": terms, "offsets": offsets, "weight": self.weight, "projection": self.projection})

    @classmethod
    def load(cls, folder: Path) -> LexicalEncoder:
        """Read what `save` wrote. Raises BaseMissing or BaseDamaged."""
        file = read_arrays(folder / FILE, ("terms", "offsets", "weight", "projection"), what="the text encoder")
        return cls(unpack(file["terms"], file["offsets"]), file["weight"], file["projection"])
