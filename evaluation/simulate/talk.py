"""One simulated conversation with one system, and what came of it, told by ids."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from evaluation.simulate.person import Case, Heard, Person, Said

if TYPE_CHECKING:
    from evaluation.simulate.traits import Trait
    from knowledge.base import KnowledgeBase

__all__ = ["Outcome", "Talk", "converse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one case with one system; JSON-plain but for nothing."""

    case: str
    user: str
    persona: str
    noise: tuple[str, ...]
    hit: int | None
    """Turn of the hit, 1 or more; None for a failure."""
    turns: int
    shown: int
    violations: int
    """Items shown that lack something the person had said must be so."""
    repeats: int
    questions: int
    errors: tuple[str, ...]
    """Faults of the simulator."""
    ms: float
    transcript: tuple[Mapping[str, Any], ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Return it JSON-plain."""
        return asdict(self)


Talk = Callable[[str], Heard]
"""Takes an utterance and returns what the system answers; holds one conversation."""


def converse(base: KnowledgeBase, case: Case, person: Person, talk: Talk, *, turns: int, slate: int) -> Outcome:
    """Let the person talk until a target is shown, the turns are over, or the person gives up.

    Args:
        base: to check what was said against.
        case: who looks for what.
        person: speaks; made for this case.
        talk: answers; a fresh conversation.
        turns: how many at most.
        slate: items of a slate that count; further ones are not looked at.
    """
    catalogue = base.catalogue
    told: list[Trait] = []
    seen: set[str] = set()
    rows: list[dict[str, Any]] = []
    errors: list[str] = []
    shown = violations = repeats = questions = 0
    hit: int | None = None
    began = time.perf_counter()
    said: Said | None = person.open()
    turn = 0
    while said is not None and turn < turns:
        turn += 1
        told = [t for t in told if t not in said.retracts] + list(said.traits)
        if said.error:
            errors.append(said.error)
        heard = talk(said.text)
        items = [i for i in heard.slate[:slate] if i in catalogue]
        shown += len(items)
        repeats += sum(i in seen for i in items)
        must = [t for t in told if t.hard]
        masks = [catalogue.select(t.holds) for t in must]
        if masks and items:
            positions = np.array([catalogue.index(i) for i in items])
            violations += int((~np.logical_and.reduce([m[positions] for m in masks])).sum())
        seen |= set(items)
        questions += heard.asked is not None
        rows.append({"turn": turn, "said": said.text, "noise": list(said.noise), "reply": heard.reply, "slate": items})
        if set(items) & set(case.targets):
            hit = turn
            break
        said = person.answer(heard) if turn < turns else None
    return Outcome(
        case=case.id,
        user=case.user,
        persona=case.persona,
        noise=case.noise,
        hit=hit,
        turns=turn,
        shown=shown,
        violations=violations,
        repeats=repeats,
        questions=questions,
        errors=tuple(errors),
        ms=round((time.perf_counter() - began) * 1000 / max(1, turn), 1),
        transcript=tuple(rows),
    )
