"""Running simulated conversations: every system over the same cases, in several processes, resumable, the same for the same seed."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluation.baselines import open_system, system_named
from evaluation.simulate.cases import draw_cases, held_out_pairs
from evaluation.simulate.heldout import hold_out
from evaluation.simulate.person import PERSONAS, Case, Heard, RulePerson
from evaluation.simulate.score import paired, scores
from evaluation.simulate.talk import converse
from knowledge.errors import BadInput

if TYPE_CHECKING:
    from agent.sommelier import Sommelier
    from knowledge.base import KnowledgeBase

__all__ = ["Plan", "simulate"]

BATCH = 5
"""Cases a process takes at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to simulate."""

    base: str
    users: int = 200
    turns: int = 5
    slate: int = 5
    systems: tuple[str, ...] = ("sommelier", "interecagent")
    seed: int = 7
    personas: tuple[str, ...] = tuple(PERSONAS)
    noise: float = 0.15
    goal: str = "target"
    person: str = "rules"
    """rules, or `model` for people driven by the configured language model."""
    brain: str = "builtin"
    fit: bool = False
    """Choose and weigh the ranker on the held-out base first, as `sommelier fit` does."""
    jobs: int = 2
    out: Path | None = field(default=None)
    """Where outcomes and the held-out base are kept, so that a broken run goes on; a temporary folder where None."""

    def __post_init__(self) -> None:
        """Check the ranges. Raises BadInput."""
        for name, low, high in (("users", 1, 1_000_000), ("turns", 1, 50), ("slate", 1, 10), ("jobs", 1, 256)):
            if not low <= getattr(self, name) <= high:
                raise BadInput(f"{name} is {getattr(self, name)!r}; it must lie between {low} and {high}")
        if not 0 <= self.noise <= 1:
            raise BadInput(f"noise is {self.noise!r}; it must lie between 0 and 1")
        for persona in self.personas:
            if persona not in PERSONAS:
                raise BadInput(f"there is no persona {persona!r}; write some of {', '.join(PERSONAS)}")
        for system in self.systems:
            system_named(system)

    @property
    def key(self) -> str:
        """A hash of everything that decides the cases and what is counted."""
        data = {k: v for k, v in asdict(self).items() if k not in ("systems", "jobs", "out")}
        return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()[:12]


def simulate(plan: Plan, progress: Callable[[int, int], None] | None = None) -> dict[str, Any]:
    """Run the plan and return `{"systems": {name: scores}, "paired": {name: differences}, ...}`.

    Raises:
        BadInput, Unavailable, BaseError: the plan or the base cannot be used.
    """
    from knowledge.base import KnowledgeBase

    base = KnowledgeBase.open(plan.base)
    cases = draw_cases(base, plan.users, seed=plan.seed, personas=plan.personas, noise=plan.noise, goal=plan.goal)
    with _folder(plan, base) as folder:
        bases = _bases(plan, base, cases, folder)
        rows = _outcomes(plan, cases, bases, folder, progress or (lambda done, total: None))
    ours = plan.systems[0]
    return {
        "base": base.name,
        "users": len(cases),
        "people": len({c.user for c in cases}),
        "turns": plan.turns,
        "slate": plan.slate,
        "seed": plan.seed,
        "goal": plan.goal,
        "noise": plan.noise,
        "person": plan.person,
        "brain": plan.brain,
        "systems": {name: scores(rows[name], plan.turns, seed=plan.seed) for name in plan.systems},
        "paired": {name: paired(rows[ours], rows[name], plan.turns, seed=plan.seed) for name in plan.systems[1:]},
        "outcomes": {name: [{k: v for k, v in r.items() if k != "transcript"} for r in rows[name]] for name in plan.systems},
    }


@contextmanager
def _folder(plan: Plan, base: KnowledgeBase) -> Iterator[Path]:
    if plan.out is not None:
        folder = plan.out / f"{base.name}-{base.manifest.stamp[:8]}-{plan.key}"
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    else:
        with tempfile.TemporaryDirectory(prefix="sommelier-simulate-") as name:
            yield Path(name)


def _bases(plan: Plan, base: KnowledgeBase, cases: Sequence[Case], folder: Path) -> Mapping[bool, Path]:
    """Return the held-out base with histories (True) and, where a system wants it, without any (False)."""
    from tools.fit import fit

    pairs = held_out_pairs(cases)
    bases = {True: hold_out(base, pairs, folder / "base")}
    if plan.fit and not (bases[True] / "fitted").is_dir():
        fit(bases[True], seed=plan.seed)
    if any(not system_named(s).histories for s in plan.systems):
        bases[False] = hold_out(base, pairs, folder / "base-without-histories", events=False)
    return bases


def _outcomes(
    plan: Plan, cases: Sequence[Case], bases: Mapping[bool, Path], folder: Path, progress: Callable[[int, int], None]
) -> dict[str, list[dict[str, Any]]]:
    """Return the outcomes of every system, in case order; those on disk are not run again."""
    found: dict[str, dict[str, dict[str, Any]]] = {name: _read(folder / f"{name}.jsonl") for name in plan.systems}
    total = len(cases) * len(plan.systems)
    done = sum(len(rows) for rows in found.values())
    progress(done, total)
    tasks = []
    for name in plan.systems:
        left = [c for c in cases if c.id not in found[name]]
        tasks += [(name, left[at : at + BATCH]) for at in range(0, len(left), BATCH)]
    # Every system gets the same cases in turn, so that a broken run can be read as far as it went.
    place = {case.id: at for at, case in enumerate(cases)}
    tasks.sort(key=lambda task: place[task[1][0].id])
    if tasks:
        with ProcessPoolExecutor(max_workers=min(plan.jobs, len(tasks)), initializer=_start, initargs=(plan, dict(bases))) as pool:
            waiting: dict[Future[list[dict[str, Any]]], str] = {pool.submit(_batch, name, batch): name for name, batch in tasks}
            for future in as_completed(waiting):
                name = waiting[future]
                rows = future.result()
                with (folder / f"{name}.jsonl").open("a", encoding="utf-8") as file:
                    file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
                found[name].update((row["case"], row) for row in rows)
                done += len(rows)
                progress(done, total)
    return {name: [found[name][c.id] for c in cases] for name in plan.systems}


def _read(path: Path) -> dict[str, dict[str, Any]]:
    """Return outcomes written before by case; a last line that was cut off is left out."""
    rows: dict[str, dict[str, Any]] = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            rows[row["case"]] = row
    return rows


# In each process

_HERE: dict[str, Any] = {}


def _start(plan: Plan, bases: Mapping[bool, Path]) -> None:
    _HERE.clear()
    _HERE.update(plan=plan, bases=bases, open={})


def _batch(name: str, cases: Sequence[Case]) -> list[dict[str, Any]]:
    plan: Plan = _HERE["plan"]
    somm: Sommelier = _opened(name)
    return [_one(plan, somm, name, case) for case in cases]


def _opened(name: str) -> Sommelier:
    from knowledge.base import KnowledgeBase

    plan: Plan = _HERE["plan"]
    system = system_named(name)
    if name not in _HERE["open"]:
        key = ("base", system.histories)
        if key not in _HERE["open"]:
            _HERE["open"][key] = KnowledgeBase.open(_HERE["bases"][system.histories])
        _HERE["open"][name] = open_system(system, _HERE["open"][key], slate=plan.slate, brain=plan.brain)
    opened: Sommelier = _HERE["open"][name]
    return opened


def _one(plan: Plan, somm: Sommelier, name: str, case: Case) -> dict[str, Any]:
    base = _HERE["open"][("base", system_named(name).histories)]
    session = somm.session(session_id=f"{case.id}", seed=zlib.crc32(f"{plan.seed}:{case.id}".encode()))

    def talk(utterance: str) -> Heard:
        turn = session.say(utterance)
        return Heard(slate=tuple(i.id for i in turn.slate), reply=turn.reply, asked=turn.asked)

    if plan.person == "model":
        from evaluation.simulate.model_person import ModelPerson

        person: Any = ModelPerson.of(base, case)
    else:
        person = RulePerson(base=base, case=case)
    try:
        return converse(base, case, person, talk, turns=plan.turns, slate=plan.slate).to_json()
    finally:
        session.delete()
