"""Cold items: a fifth of the items lose their whole history and must be found among each other by what is said about them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.ranking.read import Events
from evaluation.ranking.run import Report, Row, measure_ranker
from evaluation.ranking.split import Split
from evaluation.ranking.texts import item_texts
from knowledge.encoders import LexicalEncoder, open_encoder
from knowledge.errors import BadInput
from tools.rankers import EASE, ItemKNN, People
from tools.rankers.ranker import FittedRanker, Floats
from tools.rankers.textmap import TextMap

__all__ = ["run_cold"]

EASE_ITEMS = 15_000
TEXT_DIM = 512
"""Dimensions of the lexical vectors here: the map gains from more of them than searching does (256: .127, 768: .169 Recall@20)."""


class _Cosine:
    """Likeness of an item's text to the mean text of what a person likes: the baseline."""

    name = "cosine"

    def __init__(self, vectors: Floats) -> None:
        self.vectors = vectors

    def score_many(self, people: People) -> Floats:
        profile = np.asarray(people.likes @ self.vectors)
        length = np.linalg.norm(profile, axis=1, keepdims=True)
        scores: Floats = (profile / np.maximum(length, 1e-9)) @ self.vectors.T
        return scores


class _Mapped:
    """A ranker's scores taken to cold items by the text map."""

    name = "text-map"

    def __init__(self, ranker: FittedRanker, mapping: TextMap, *, likeness: bool = True) -> None:
        self.ranker, self.mapping, self.likeness = ranker, mapping, likeness

    def score_many(self, people: People) -> Floats:
        scores = self.ranker.score_many(people)
        profile = self.mapping.profile(people.likes) if self.likeness else None
        scores[:, self.mapping.cold] = self.mapping.extend(scores, profile)
        return scores


class _Constant:
    """The same order for everybody."""

    def __init__(self, values: NDArray[np.float64], name: str) -> None:
        self.values, self.name = values.astype(np.float32), name

    def score_many(self, people: People) -> Floats:
        return np.tile(self.values, (len(people), 1))


def run_cold(
    split: Split, events: Events, data: Path, *, extra: Path | None, encoder: str, seed: int, progress: Callable[[str], None] | None = None
) -> Report:
    """Measure the text map (which is the automatic choice for cold items) against likeness of texts, chance and the oracle of popularity.

    Raises:
        BadInput: there is no text on the items.
    """
    if split.candidates is None:
        raise BadInput(f"the split {split.kind!r} hides no items; use --split cold")

    def say(text: str) -> None:
        if progress:
            progress(text)

    say("reading what is said about the items")
    texts = item_texts(data, events, extra)
    say(f"encoding {len(texts):,} texts")
    vectors = (LexicalEncoder.fit(texts, dim=TEXT_DIM) if encoder == "tfidf" else open_encoder(encoder)).encode(texts)
    people = split.people
    counts = np.bincount(people.likes.indices, minlength=split.n_items).astype(np.float64)
    say("fitting")
    started = time.perf_counter()
    small = split.n_items <= EASE_ITEMS or 2 * len(people) <= min(split.n_items, EASE_ITEMS)
    ranker: FittedRanker = EASE(lam=200.0) if small else ItemKNN(k=500, user_power=0.5, shrink=10.0)
    ranker.fit(people.likes)
    mapping = TextMap(vectors).fit(counts)
    fit_s = time.perf_counter() - started
    chance = np.random.default_rng(seed).random(split.n_items)
    oracle = np.bincount(split.truth.indices, minlength=split.n_items).astype(np.float64)
    rows: dict[str, Row] = {}
    for name, method, seconds in (
        ("auto", _Mapped(ranker, mapping), fit_s),
        ("text-map", _Mapped(ranker, mapping, likeness=False), fit_s),
        ("cosine", _Cosine(vectors), 0.0),
        ("random", _Constant(chance, "random"), 0.0),
        ("oracle popularity", _Constant(oracle, "oracle popularity"), 0.0),
    ):
        say(f"measuring {name}")
        rows[name] = {"fit_s": seconds} | measure_ranker(method, people, split)
    gain = rows["auto"]["Recall@20"] / max(1e-9, rows["cosine"]["Recall@20"]) - 1.0
    return Report(rows=rows, choice={"ranker": ranker.name, "encoder": encoder, "gain over cosine in Recall@20": round(gain, 4)})
