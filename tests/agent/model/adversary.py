"""The long run of the adversarial writer: many turns of lies told over real HTTP, and what of them reached a reply.

    python -m tests.agent.model.adversary --turns 1000 --base films --seed 1

Two judges, neither of which knows the checks a reply went through: the liar's own ledger of what it made up, and `evaluation.truth`, which
reads replies by the catalogue's records alone. Exits with 1 where either finds anything.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from agent.config import Settings
from agent.sommelier import Sommelier
from evaluation.grounding import audit
from evaluation.truth import Judge
from tests.agent.model.scripted_server import Adversary, ScriptedServer
from tests.agent.model.scripted_server.lies import false_where

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Found", "open_base", "run"]

DIALOGUES = Path(__file__).resolve().parents[3] / "evaluation" / "dialogues"
FOLLOW = ("more", "something else", "shorter", "older", "newer", "surprise me", "just one", "anything else?", "two more please")
TALK = 5
"""Turns of one conversation."""


@dataclass(slots=True, kw_only=True)
class Found:
    """What a run found."""

    turns: int = 0
    written: int = 0
    """Turns with a slate that the model was to word."""
    by_model: int = 0
    """Turns that the model finished; the others were taken over by the built-in brain."""
    told: Counter[str] = field(default_factory=Counter)
    """Lies told, by kind."""
    facts: int = 0
    """Figures, names and values in the replies that were held against the record."""
    titles: int = 0
    faults: list[str] = field(default_factory=list)
    unnamed: int = 0
    """Items shown that the reply does not name."""

    def to_json(self) -> dict[str, Any]:
        """Return it JSON-plain."""
        plain = {name: getattr(self, name) for name in ("turns", "written", "by_model", "facts", "titles", "unnamed")}
        return {**plain, "lies": sum(self.told.values()), "kinds": len(self.told), "faults": len(self.faults), "examples": self.faults[:20]}


def open_base(name: str) -> KnowledgeBase:
    """Open the built-in films, the made-up board games (`games`) or any base by path."""
    from evaluation.games import GAMES, open_games
    from knowledge.base import KnowledgeBase

    return open_games() if name == GAMES else KnowledgeBase.open(name)


def utterances(folder: str) -> list[str]:
    """Return what is said in the scripted dialogues of a catalogue."""
    found: list[str] = []
    for path in sorted((DIALOGUES / folder).glob("*.yaml")):
        for data in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            for script in data if isinstance(data, list) else [data]:
                found += [str(t["say"]) for t in script.get("turns", ()) if "say" in t and "{" not in str(t["say"])]
    return list(dict.fromkeys(found))


def run(
    base: KnowledgeBase,
    said: Sequence[str],
    *,
    turns: int,
    seed: int,
    make: Callable[..., Adversary] = Adversary,
    progress: Callable[[Found], None] | None = None,
    **settings: Any,
) -> Found:
    """Talk until so many turns were worded by the model, in conversations of five, and return what was found."""
    found, judge, chance = Found(), Judge(base), random.Random(f"{seed}:said")
    model = make(base, seed=seed)
    with ScriptedServer(model) as server:
        options: dict[str, Any] = {"store": ":memory:", "model": "adversary", "base_url": server.url, **settings}
        with Sommelier.open(base, settings=Settings(**options)) as somm:
            while found.written < turns:
                talk = somm.session(session_id=f"{seed}-{found.turns}", seed=seed * 7919 + found.turns)
                kept: list[dict[str, Any]] = []
                for turn in range(TALK):
                    text = chance.choice(FOLLOW) if turn and chance.random() < 0.4 else chance.choice(said)
                    model.lies.clear()
                    done = talk.say(text)
                    plain = {**done.to_json(), "session": talk.id}
                    kept.append(plain)
                    found.turns += 1
                    found.by_model += done.brain == "model"
                    written = bool(done.slate) and done.request.get("intent", "recommend") == "recommend"
                    found.written += written
                    found.unnamed += sum(i.title not in done.reply for i in done.slate) if written else 0
                    record = (
                        f"{text} {[i.attributes for i in done.slate]} {[i.because for i in done.slate]} {[i.title for i in done.slate]}"
                    )
                    where = f"{text!r} -> {done.reply!r}"
                    found.faults += [f"ledger: {tell!r} in {where}" for tell in false_where(model.lies, done.reply, record)]
                    found.faults += [f"record: {wrong} in {where}" for wrong in judge.untrue(talk.id, plain)]
                audited = audit(base, kept)
                found.titles += audited.titles
                for kind in ("title not in the catalogue", "fact against the record", "evidence that does not resolve", "unknown item"):
                    found.faults += [f"audit: {kind}: {text}" for text in audited.faults.get(kind, ())]
                if progress is not None:
                    progress(found)
        found.faults += [f"a request broke the API's rules: {fault}" for fault in server.faults]
    found.told, found.facts = model.told, judge.facts
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; writes one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m tests.agent.model.adversary", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--turns", type=int, default=1000, help="turns with a slate that the model words (default 1000)")
    parser.add_argument("--base", default="films", metavar="B", help="films, games (made-up board games), or the path of a base")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    base = open_base(given.base)
    said = utterances("games" if given.base == "games" else "films")

    def progress(found: Found) -> None:
        sys.stderr.write(f"\r{found.written}/{given.turns} turns, {len(found.faults)} faults")
        sys.stderr.flush()

    found = run(base, said, turns=given.turns, seed=given.seed, progress=progress)
    sys.stderr.write("\n")
    sys.stdout.write(json.dumps({"base": given.base, "seed": given.seed, **found.to_json()}, ensure_ascii=False, indent=1) + "\n")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
