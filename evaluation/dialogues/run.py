"""Running scripted dialogues: repeats with seeds, several at once, and what failed where."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from agent.errors import NoSuchTurn
from evaluation.dialogues.check import checked
from evaluation.dialogues.drivers import Conversation
from evaluation.dialogues.expect import Answer, failures
from evaluation.dialogues.script import Script
from knowledge.errors import BadInput

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Result", "TurnResult", "pass_power", "run_scripts", "summary"]

Open = Callable[[Script, int], Conversation]
"""Opens a fresh conversation for a script and a seed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResult:
    """One turn: what was said, what came, what was wrong."""

    say: str
    reply: str
    slate: tuple[str, ...]
    failed: tuple[str, ...]
    ms: float
    checks: int
    understood: str = ""
    """How the utterance was read, in a line; empty where the endpoint does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One run of one dialogue."""

    name: str
    file: str
    ability: tuple[int, ...]
    repeat: int
    turns: tuple[TurnResult, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """True where every expectation held."""
        return not any(t.failed for t in self.turns)

    def to_json(self) -> dict[str, Any]:
        """Return it JSON-plain."""
        turns = [
            {
                "say": t.say, "reply": t.reply, "slate": list(t.slate), "failed": list(t.failed), "understood": t.understood, "ms": t.ms,
                "checks": t.checks,
            }
            for t in self.turns
        ]  # fmt: skip
        return {
            "name": self.name,
            "file": self.file,
            "ability": list(self.ability),
            "repeat": self.repeat,
            "passed": self.passed,
            "turns": turns,
        }


def run_scripts(
    scripts: Iterable[Script],
    open_conversation: Open,
    base: KnowledgeBase | None,
    *,
    repeats: int | None = None,
    seed: int = 7,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[Result]:
    """Run every dialogue as often as it says (or `repeats` says) and return the results in order.

    Args:
        scripts: what to run.
        open_conversation: opens a fresh conversation; called once a run.
        base: to resolve titles and check predicates; None checks words only.
        repeats: overrides the scripts' own number.
        seed: of the first repeat; each further one adds one.
        jobs: conversations at once.
        progress: called with how many are done of how many.

    Raises:
        BadInput: an expectation cannot be checked; says file, dialogue and turn.
    """
    known = list(scripts) if base is None else checked(scripts, base)
    tasks = [(script, at) for script in known for at in range(repeats or script.repeats)]
    done: list[Result] = []
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        for result in pool.map(lambda task: _run(task[0], task[1], open_conversation, base, seed), tasks):
            done.append(result)
            if progress is not None:
                progress(len(done), len(tasks))
    return done


def _run(script: Script, repeat: int, open_conversation: Open, base: KnowledgeBase | None, seed: int) -> Result:
    talk = open_conversation(script, zlib.crc32(f"{seed + repeat}:{script.name}".encode()))
    shown: list[str] = []
    last: tuple[str, ...] = ()
    turns: list[TurnResult] = []
    for step in script.steps:
        if step.new_session:
            talk.new_session()
        try:
            if step.rewind is not None:
                talk.rewind(step.rewind)
            for item, verdict in step.feedback.items():
                talk.feedback(item, verdict)
            if not step.say:
                continue
            answer: Answer = replace(talk.say(step.say), shown_before=tuple(shown), last=last)
            wrong = failures(step.expect, answer, base)
        except (BadInput, NoSuchTurn) as error:
            raise BadInput(f"{step.line}: {error}") from error
        turns.append(
            TurnResult(
                say=step.say,
                reply=answer.reply,
                slate=answer.slate,
                failed=tuple(wrong),
                ms=round(answer.ms, 1),
                checks=len(step.expect),
                understood=_understood(answer),
            )
        )
        shown += [i for i in answer.slate if i not in shown]
        last = answer.slate or last
    return Result(name=script.name, file=script.file, ability=script.ability, repeat=repeat, turns=tuple(turns))


def _understood(answer: Answer) -> str:
    """Return the intent and what the request asks for, as the agent read it."""
    asked = answer.request
    if asked is None:
        return ""
    parts = [str(asked.get("intent", "recommend"))]
    parts += [str(c.get("words", "")) for c in asked.get("constraints", ())]
    parts += [f"{'more' if c.get('direction') == 'more' else 'less'} {c.get('attribute')}" for c in asked.get("critiques", ())]
    parts += [str(p) for p in asked.get("prefer", ())]
    parts += [f"{m['text'] or m.get('entity')} ({m.get('stance', 'neutral')})" for m in asked.get("mentions", ()) if m.get("text")]
    if asked.get("wish"):
        parts.append(f"wish “{asked['wish']}”")
    return ", ".join(p for p in parts if p)


def pass_power(results: Sequence[Result]) -> list[float]:
    """Return pass^k for k = 1, 2, ...: the chance that k runs of a dialogue all pass, mean over dialogues (Yao et al. 2024, tau-bench)."""
    runs: dict[str, list[bool]] = {}
    for result in results:
        runs.setdefault(result.name, []).append(result.passed)
    if not runs:
        return []
    most = min(len(r) for r in runs.values())
    return [sum(math.comb(sum(r), k) / math.comb(len(r), k) for r in runs.values()) / len(runs) for k in range(1, most + 1)]


def summary(results: Sequence[Result]) -> dict[str, Any]:
    """Return counts, pass^k, the share passed by ability, and the slowest turns, JSON-plain."""
    turns = [t for r in results for t in r.turns]
    ms = sorted(t.ms for t in turns)
    abilities = sorted({a for r in results for a in r.ability})
    return {
        "dialogues": len({r.name for r in results}),
        "runs": len(results),
        "passed": sum(r.passed for r in results),
        "turns": len(turns),
        "turns failed": sum(bool(t.failed) for t in turns),
        "checks": sum(t.checks for t in turns),
        "pass^k": [round(p, 4) for p in pass_power(results)],
        "by ability": {str(a): _share([r for r in results if a in r.ability]) for a in abilities},
        "ms p50": ms[len(ms) // 2] if ms else 0.0,
        "ms p95": ms[int(0.95 * (len(ms) - 1))] if ms else 0.0,
    }


def _share(results: Sequence[Result]) -> float:
    return round(sum(r.passed for r in results) / max(1, len(results)), 4)
