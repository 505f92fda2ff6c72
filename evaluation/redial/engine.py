"""Fit on the known dialogues, rank for the judged ones, and put controls beside."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.redial.protocol import Protocol, Ranked, check_counts, kept_cases, ranks_of
from evaluation.redial.read import Splits, read_splits
from evaluation.redial.schema import SCHEMA
from knowledge.dialogues import Dialogue
from knowledge.errors import BadInput
from knowledge.items import Item
from tools.reranker.cases import Case
from tools.reranker.collection import Collection, Embed, item_text, queries_of
from tools.reranker.ranker import DialogueRanker
from tools.reranker.scorers import Content, Floats, Past
from tools.reranker.training import Settings

__all__ = ["STACK", "Agent", "Fitted", "Outcome", "Say", "embedder", "fitted", "ranked", "thinned"]

STACK = "retrieval stack"
"""What the retrieval stack is called where the whole agent stands beside it."""
TOP = 100
"""Items per case written to a run file."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """What was learnt from the known dialogues, and what is to be judged by it."""

    protocol: Protocol
    split: str
    items: tuple[Item, ...]
    known: Sequence[Dialogue]
    judged: Sequence[Dialogue]
    cases: list[Case]
    """Every case of the judged dialogues that has a target under the protocol."""
    ranker: DialogueRanker
    year: Floats
    encoder: str
    cache: Path | None
    embed: Embed
    """Encodes by that encoder, vectors kept in that cache."""
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """How the whole agent went about the cases, where it was asked and not the retrieval stack alone."""

    of: int
    """Cases there are; those judged are a sample of them."""
    asked_for: int
    """Items asked for in the last turn of a case."""
    brains: dict[str, int]
    """Which brain did the last turn, by how many cases: where a language model fails, the built-in one takes over."""
    errors: int
    """Turns that ended in an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one evaluation found."""

    protocol: Protocol
    split: str
    cases: list[Case]
    ids: list[str]
    items: list[str]
    main: Ranked
    controls: dict[str, Ranked]
    top: list[NDArray[np.int32]]
    taken: Floats
    """How often each item was a target in the dialogues fitted on, `(n_items,)`."""
    year: Floats
    seconds: dict[str, float] = field(default_factory=dict)
    agent: Agent | None = None
    """None where the retrieval stack was asked."""


def embedder(spec: str, cache: Path | None, texts: Callable[[], Sequence[str]], say: Say) -> Embed:
    """Return what turns texts into vectors, kept by content in the cache file."""
    from knowledge.encoders import open_encoder
    from knowledge.encoders.cache import embed

    encoder = open_encoder(spec, texts=texts)

    def encode(wanted: Sequence[str]) -> Floats:
        last = [-1]

        def progress(done: int, total: int) -> None:
            tenth = done * 10 // max(total, 1)
            if tenth != last[0]:
                last[0] = tenth
                say(f"texts encoded: {done:,} of {total:,}")

        return embed(encoder, list(wanted), cache=cache, progress=progress)

    return encode


def _split(splits: Splits, split: str, folder: Path) -> tuple[Sequence[Dialogue], Sequence[Dialogue]]:
    """Return the dialogues to fit on and those to judge. For the test split the validation dialogues are known, too."""
    judged = splits.valid if split == "valid" else splits.test
    if not judged:
        raise BadInput(f"{str(folder)!r} has no {split} split; put the file there, or ask for another --split")
    if not splits.train:
        raise BadInput(f"{str(folder)!r} has no train split to fit on")
    # Training dialogues are in order of time and what is judged comes after; validation is a sample of the same time.
    known = splits.train if split == "valid" else _by_time(splits.train, splits.valid)
    return known, judged


def _by_time(train: Sequence[Dialogue], valid: Sequence[Dialogue]) -> Sequence[Dialogue]:
    """Spread the validation dialogues, in order of their number, evenly among the training dialogues, which are in order of time."""
    ordered = sorted(valid, key=lambda d: (int(d.id) if d.id.isdigit() else 0, d.id))
    places = [((2 * i + 1) / (2 * len(part)), which, i) for which, part in enumerate((train, ordered)) for i in range(len(part))]
    return [(train, ordered)[which][i] for _, which, i in sorted(places)]


def fitted(
    folder: Path,
    *,
    split: str,
    protocol: Protocol,
    trees: bool = True,
    any_counts: bool = False,
    encoder: str = "auto",
    cache: Path | None = None,
    settings: Settings | None = None,
    say: Say = lambda _: None,
) -> Fitted:
    """Read a data set and fit on its known dialogues; nothing of the judged split is fitted on. Raises BadInput."""
    started = time.perf_counter()
    splits = read_splits(folder)
    known, judged = _split(splits, split, folder)
    say(f"{splits.layout}: {len(splits.items):,} items, {len(known):,} dialogues to fit on, {len(judged):,} to judge")
    texts = [item_text(i, SCHEMA) for i in splits.items]
    embed = embedder(encoder, cache, lambda: texts, say)
    content = Content(splits.items, SCHEMA, embed(texts))
    collection = Collection.of(known, content, SCHEMA, embed)
    judged_set = Collection.of(judged, content, SCHEMA, embed, collection.lexicon)
    if split == "test":
        check_counts(judged_set.cases, len(judged) if splits.layout == "redial" else 0, protocol, any_counts=any_counts)
    cases = kept_cases(judged_set.cases, protocol)
    if not cases:
        raise BadInput(f"the {split} split of {str(folder)!r} has no recommender turn with a target under {protocol!r}")
    prepared = time.perf_counter()
    settings = settings or Settings(repeats=protocol == "full")
    ranker = DialogueRanker.fit(collection, settings, trees=trees, progress=thinned(say))
    return Fitted(
        protocol=protocol,
        split=split,
        items=splits.items,
        known=known,
        judged=judged,
        cases=cases,
        ranker=ranker,
        year=content.year,
        encoder=encoder,
        cache=cache,
        embed=embed,
        seconds={"prepare": prepared - started, "fit": time.perf_counter() - prepared},
    )


def ranked(learnt: Fitted, cases: list[Case] | None = None, say: Say = lambda _: None) -> Outcome:
    """Rank the whole catalogue for some of the cases (None for all) with the retrieval stack, and put the controls beside."""
    started = time.perf_counter()
    cases = learnt.cases if cases is None else cases
    say(f"{len(cases):,} turns to rank")
    queries = queries_of(cases, learnt.embed)
    main, top = _ranked(cases, learnt.protocol, learnt.ranker.scores(queries))
    done = time.perf_counter()
    graph, _ = _ranked(cases, learnt.protocol, learnt.ranker.scores(queries, untrained=True), keep=0)
    controls = {**_controls(cases, learnt.protocol, learnt.ranker.past), "graph": graph}
    return Outcome(
        protocol=learnt.protocol,
        split=learnt.split,
        cases=cases,
        ids=[d.id for d in learnt.judged],
        items=[i.id for i in learnt.items],
        main=main,
        controls=controls,
        top=top,
        taken=learnt.ranker.past.taken,
        year=learnt.year,
        seconds={**learnt.seconds, "rank": done - started},
    )


def thinned(say: Say) -> Callable[[str, int, int], None]:
    """Return a progress callback that says every eighth step and the last."""

    def progress(what: str, done: int, total: int) -> None:
        if done == total or done % 8 == 0:
            say(f"{what}: {done} of {total}")

    return progress


def _ranked(cases: Sequence[Case], protocol: Protocol, blocks: Iterable[Floats], keep: int = TOP) -> tuple[Ranked, list[NDArray[np.int32]]]:
    """Rank from score blocks as they come, so that the whole score matrix never stands in memory."""
    parts: list[Ranked] = []
    top: list[NDArray[np.int32]] = []
    start = 0
    for block in blocks:
        here = cases[start : start + len(block)]
        ranked = ranks_of(here, protocol, lambda n, block=block: block[n])  # type: ignore[misc]
        parts.append(Ranked(case=ranked.case + np.int32(start), target=ranked.target, rank=ranked.rank, dialogue=ranked.dialogue))
        for row, case in zip(block, here, strict=True):
            shown = row.copy()
            if protocol == "dedup":
                shown[list(case.mentioned)] = -np.inf
            top.append(np.lexsort((np.arange(len(row)), -shown))[:keep].astype(np.int32))
        start += len(block)
    joined = Ranked(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in ("case", "target", "rank", "dialogue")})
    return joined, top


def _controls(cases: Sequence[Case], protocol: Protocol, past: Past) -> dict[str, Ranked]:
    """Rank by popularity and by copying what was mentioned, newest first; copying must score nothing under `dedup`."""
    n = len(past.popularity)

    def copied(number: int) -> Floats:
        scores = np.full(n, -np.inf, dtype=np.float32)
        for place, mention in enumerate(cases[number].mentions):
            scores[mention.item] = place
        return scores

    return {"popularity": ranks_of(cases, protocol, lambda _: past.taken), "copy": ranks_of(cases, protocol, copied)}
