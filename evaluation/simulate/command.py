"""`sommelier evaluate simulate`: people by rule or by model talk to this agent and to others."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

__all__ = ["add_command"]


def add_command(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser of `evaluate`."""
    parser = kinds.add_parser("simulate", help="simulated people look for what they have in mind; hits and turns, with intervals")
    parser.add_argument("--base", default="films", metavar="B", help="a base with histories: name or directory (default films)")
    parser.add_argument("--users", type=int, default=200, help="how many conversations (default 200)")
    parser.add_argument("--turns", type=int, default=5, help="turns before giving up (default 5)")
    parser.add_argument("--slate", type=int, default=5, help="items shown a turn (default 5)")
    parser.add_argument(
        "--against", default="interecagent", metavar="NAMES", help="other systems, separated by commas; `all` for every one"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--personas", default="", metavar="NAMES", help="some of decisive, vague, critiquing, chatty (default all in turn)")
    parser.add_argument("--noise", type=float, default=0.15, help="share of people with each kind of noise (default .15)")
    parser.add_argument("--goal", choices=("target", "taste"), default="target", help="one item in mind, or any of several")
    parser.add_argument("--person", choices=("rules", "model"), default="rules", help="who speaks: rules, or the configured language model")
    parser.add_argument("--brain", choices=("builtin", "model", "auto"), default="builtin", help="the agent's brain")
    parser.add_argument("--fit", action="store_true", help="choose and weigh the ranker on the held-out base first (slower)")
    parser.add_argument("--jobs", type=int, default=0, help="processes (default: up to the cores)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep outcomes, transcripts, report.json and plots; a broken run goes on")
    parser.add_argument("--json", action="store_true", help="end with one JSON object instead of a table")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    import os

    # Several processes of one thread each are faster than several of many.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from evaluation.baselines import SYSTEMS
    from evaluation.simulate.report import table, write
    from evaluation.simulate.run import Plan, simulate

    names = list(SYSTEMS) if arguments.against == "all" else [n.strip() for n in arguments.against.split(",") if n.strip()]
    personas = tuple(p.strip() for p in arguments.personas.split(",") if p.strip())
    plan = Plan(
        base=arguments.base,
        users=arguments.users,
        turns=arguments.turns,
        slate=arguments.slate,
        systems=tuple(dict.fromkeys(["sommelier", *names])),
        seed=arguments.seed,
        noise=arguments.noise,
        goal=arguments.goal,
        person=arguments.person,
        brain=arguments.brain,
        fit=arguments.fit,
        jobs=arguments.jobs or min(os.cpu_count() or 1, 8),
        out=arguments.out,
        **({"personas": personas} if personas else {}),
    )
    result = simulate(plan, _progress)
    if arguments.out is not None:
        write(result, arguments.out)
    brief: dict[str, Any] = {k: v for k, v in result.items() if k != "outcomes"}
    sys.stdout.write((json.dumps(brief) if arguments.json else table(result)) + "\n")
    return 0


def _progress(done: int, total: int) -> None:
    width = 30
    filled = width * done // max(1, total)
    end = "\n" if done >= total else ""
    sys.stderr.write(f"\r[{'#' * filled}{'.' * (width - filled)}] {done}/{total} conversations{end}")
    sys.stderr.flush()
