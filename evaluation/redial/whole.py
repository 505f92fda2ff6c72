"""The whole agent in the place of the retrieval stack: it is told what the seeker said, and its last slate is the ranking."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from agent.config import Settings
from evaluation.redial.engine import STACK, Agent, Fitted, Outcome, Say, ranked, thinned
from evaluation.redial.protocol import ranks_of
from evaluation.redial.replay import ASKED_FOR, Replaying, replayed, spoken
from evaluation.redial.schema import SCHEMA
from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.dialogues import Dialogue, Utterance, dialogue_entity
from knowledge.encoders import Encoder, EncoderRecord
from knowledge.encoders.cache import embed
from knowledge.encoders.encoder import Progress
from knowledge.errors import BadInput
from knowledge.sources import Events, MemorySource
from knowledge.sources.redial import SAID_BY_RECOMMENDER, SAID_BY_SEEKER
from tools.reranker.scorers import Floats

__all__ = ["known_base", "run_agent", "sampled"]


def run_agent(fit: Callable[[], Fitted], *, brain: str = "builtin", cases: int | None = None, say: Say = lambda _: None) -> Outcome:
    """Ask the whole agent, and the retrieval stack with its controls on the same cases.

    `fit` learns from the known dialogues (`engine.fitted`), once the rest is known to be usable. `brain` is as in `Settings.brain`; so many
    `cases` are judged, spread evenly, all for None.

    Raises:
        BadInput, Unavailable: the brain, the number of cases or the data cannot be used.
    """
    setting = Settings.from_environment(store=":memory:", brain=brain)
    _configured(setting)
    if cases is not None and cases < 1:
        raise BadInput(f"--cases is {cases}; write 1 or more, or leave it out for all")
    learnt = fit()
    chosen = learnt.cases if cases is None else sampled(learnt.cases, cases)
    stack = ranked(learnt, chosen, say)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="sommelier-redial-") as name:
        base = known_base(learnt, Path(name) / "base", say=say)
        agent = Replaying(base, settings=setting)
        with agent:
            agent.warm()
            _warm(base)
            built = time.perf_counter()
            slates, notes = _asked(agent, learnt, stack, say)
    index = {item: at for at, item in enumerate(stack.items)}
    top = [np.array([index[i] for i in slate if index[i] not in _left_out(learnt, stack, n)], np.int32) for n, slate in enumerate(slates)]

    def scores(number: int) -> Floats:
        found = np.full(len(index), -np.inf, dtype=np.float32)
        found[top[number]] = -np.arange(len(top[number]), dtype=np.float32)
        return found

    seconds = {**stack.seconds, "build": built - started, "talk": time.perf_counter() - built}
    controls = {STACK: stack.main, **stack.controls}
    details = replace(notes, of=len(learnt.cases))
    return replace(stack, main=ranks_of(chosen, learnt.protocol, scores), top=top, controls=controls, seconds=seconds, agent=details)


def sampled(cases: Sequence[Any], count: int) -> list[Any]:
    """Return so many cases, spread evenly over all; always the same ones. All of them where there are no more."""
    n = len(cases)
    return [cases[i * n // count] for i in range(count)] if count < n else list(cases)


def known_base(learnt: Fitted, out: Path, *, say: Say = lambda _: None) -> KnowledgeBase:
    """Build and open a base of the items and the known dialogues, with the re-ranker learnt from them where there is one."""
    from tools.past import store_contexts
    from tools.reranker.stored import FOLDER

    said = {d.id: _named(d) for d in learnt.known}
    rows = ((dialogue_entity(number), item, strength, float("nan")) for number, named in said.items() for item, strength in named.items())
    source = MemorySource(SCHEMA, learnt.items, events=Events.of(rows), dialogues=learnt.known)
    say("building a knowledge base of the dialogues fitted on")
    told = thinned(say)
    build(source, out, encoder=learnt.encoder, progress=lambda what, done, total: told(what, done, total) if total else None)
    plain = KnowledgeBase.open(out)
    base = plain.with_parts({"encoder": _Kept(plain.encoder, learnt.cache)})
    base.fitted = plain.fitted
    store_contexts(base)
    if learnt.ranker.trees is not None:
        learnt.ranker.save(base.fitted / FOLDER)
    return base


def _asked(agent: Replaying, learnt: Fitted, stack: Outcome, say: Say) -> tuple[list[list[str]], Agent]:
    slates: list[list[str]] = []
    brains: Counter[str] = Counter()
    failed = 0
    for number, case in enumerate(stack.cases, 1):
        turns = spoken(learnt.judged[case.dialogue])[: case.turn]
        last, errors = replayed(agent, turns, f"{stack.ids[case.dialogue]}-{case.turn}")
        failed += errors
        slates.append([item.id for item in last.slate] if last is not None else [])
        if last is not None:
            brains[last.brain] += 1
        if number == len(stack.cases) or number * 10 // len(stack.cases) != (number - 1) * 10 // len(stack.cases):
            say(f"the agent was asked in {number:,} of {len(stack.cases):,} turns")
    return slates, Agent(of=0, asked_for=ASKED_FOR, brains=dict(sorted(brains.items())), errors=failed)


def _left_out(learnt: Fitted, stack: Outcome, number: int) -> frozenset[int]:
    return stack.cases[number].mentioned if learnt.protocol == "dedup" else frozenset()


def _named(dialogue: Dialogue) -> dict[str, float]:
    strength: dict[str, float] = {}
    for utterance in dialogue.utterances:
        for item in utterance.items:
            said = SAID_BY_SEEKER if utterance.speaker == "seeker" else SAID_BY_RECOMMENDER
            strength[item] = max(said, strength.get(item, 0.0))
    return strength


def _configured(settings: Settings) -> None:
    """Raise Unavailable at once, not after the fit, where the model brain has no endpoint."""
    if settings.brain == "model":
        from agent.model import open_gateway

        asyncio.run(open_gateway(settings).close())


def _warm(base: KnowledgeBase) -> None:
    """Load the re-ranker, which takes longer than a step of a turn may."""
    from tools.reranker.stored import dialogue_scores

    dialogue_scores(base, [Utterance(speaker="seeker", text="hello")])


class _Kept:
    """An encoder whose vectors are kept by content, so that what was encoded for the fit is not encoded again."""

    def __init__(self, encoder: Encoder, cache: Path | None) -> None:
        self._encoder = encoder
        self._cache = cache
        self.name = encoder.name
        self.dim = encoder.dim
        self.fingerprint = encoder.fingerprint

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Floats:
        """Return unit rows `(len(texts), dim)`."""
        return embed(self._encoder, texts, cache=self._cache, progress=progress)

    def record(self) -> EncoderRecord:
        """Return what a base must know to open the same encoder again."""
        return self._encoder.record()

    def save(self, folder: Path) -> None:
        """Write into the folder what cannot be had elsewhere."""
        self._encoder.save(folder)
