"""What a sloppy model costs: the same simulated people talk to an honest model, to a sloppy one and to the built-in brain.

    python -m tests.agent.model.sloppy --users 200 --share 0.3

The sloppy model's planning answers come out corrupted in the given share (`scripted_server.corrupt`), the same ones whatever the order of
requests. The paired differences have 95 % bootstrap intervals, people resampled whole.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluation.simulate.run import Plan, simulate
from evaluation.simulate.score import paired
from tests.agent.model.adversary import open_base
from tests.agent.model.scripted_server import Honest, ScriptedServer, Sloppy

if TYPE_CHECKING:
    from tests.agent.model.scripted_server.server import Script

__all__ = ["compare"]

NAMES = ("honest", "sloppy", "builtin")


def compare(base: str, *, users: int, share: float, seed: int, jobs: int, out: Path) -> dict[str, Any]:
    """Return Hit@5 and AT@5 of each model, and the differences to the honest one."""
    known = open_base(base)
    rows: dict[str, list[dict[str, Any]]] = {}
    scores: dict[str, Any] = {}
    corrupted = asked = 0
    for name in NAMES:
        model = Sloppy(known, share=share, seed=seed) if name == "sloppy" else Honest(known)
        result = _simulated(model, name, str(known.path), users=users, seed=seed, jobs=jobs, out=out / name)
        rows[name] = result["outcomes"]["sommelier"]
        scores[name] = {k: result["systems"]["sommelier"][k] for k in ("Hit@5", "Hit@5 ci", "AT@5", "AT@5 ci", "violations", "ms")}
        if isinstance(model, Sloppy):
            corrupted, asked = model.corrupted, model.planned
    return {
        "base": base,
        "conversations": users,
        "seed": seed,
        "corrupted": f"{corrupted} of {asked} planning answers",
        "systems": scores,
        "honest less": {name: paired(rows["honest"], rows[name], 5, seed=seed) for name in NAMES if name != "honest"},
    }


def _simulated(model: Script, name: str, base: str, *, users: int, seed: int, jobs: int, out: Path) -> dict[str, Any]:
    with ScriptedServer(model) as server:
        # The agents run in processes of their own and read where the endpoint is from the environment.
        os.environ.update(OPENAI_BASE_URL=server.url, SOMMELIER_MODEL=name, OPENAI_API_KEY="")
        brain = "builtin" if name == "builtin" else "model"
        plan = Plan(base=base, users=users, seed=seed, systems=("sommelier",), brain=brain, jobs=jobs, out=out)
        return simulate(plan, lambda done, total: _progress(name, done, total))


def _progress(name: str, done: int, total: int) -> None:
    sys.stderr.write(f"\r{name}: {done}/{total} conversations" + ("\n" if done >= total else ""))
    sys.stderr.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; writes one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m tests.agent.model.sloppy", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--base", default="films", metavar="B", help="films, games (made-up board games), or the path of a base")
    parser.add_argument("--users", type=int, default=200, help="conversations with each model (default 200)")
    parser.add_argument("--share", type=float, default=0.3, help="share of planning answers that come out wrong (default .3)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jobs", type=int, default=1, help="processes (default 1)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep outcomes there; a broken run goes on")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="sommelier-sloppy-") as temporary:
        out = given.out or Path(temporary)
        found = compare(given.base, users=given.users, share=given.share, seed=given.seed, jobs=given.jobs, out=out)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
