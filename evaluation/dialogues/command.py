"""`sommelier evaluate dialogues FILES...`: run scripted dialogues and say why they fail."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evaluation.dialogues.run import Result
    from evaluation.dialogues.script import Script

__all__ = ["add_command"]


def add_command(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser of `evaluate`."""
    parser = kinds.add_parser("dialogues", help="run scripted dialogues (YAML) and say why they fail")
    parser.add_argument("files", nargs="+", metavar="FILE", help="YAML files or folders; `films` and `games` are the built-in ones")
    parser.add_argument("--base", default="", metavar="B", help="base to run against (default: as the dialogues say, else films)")
    parser.add_argument("--brain", choices=("auto", "builtin", "model"), default="builtin")
    parser.add_argument("--url", default="", metavar="URL", help="run against an OpenAI-compatible endpoint instead (http://host:port/v1)")
    parser.add_argument("--model", default="sommelier", metavar="NAME", help="model name to ask the endpoint for")
    parser.add_argument("--repeats", type=int, default=0, metavar="N", help="run each dialogue N times with other seeds, for pass^k")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jobs", type=int, default=1, help="conversations at once (default 1)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only dialogues whose name holds the text")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write one HTML page")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write results and transcripts as JSON")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw pass^k (with --repeats)")
    parser.add_argument("--json", action="store_true", help="end with one JSON object instead of text")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from evaluation.dialogues.report import as_text, write_reports
    from evaluation.dialogues.run import pass_power, summary
    from evaluation.dialogues.script import read_scripts

    scripts = [s for s in read_scripts(arguments.files) if arguments.only.casefold() in s.name.casefold()]
    results: list[Result] = []
    for base in dict.fromkeys(arguments.base or s.base or "films" for s in scripts):
        results += _over(base, [s for s in scripts if (arguments.base or s.base or "films") == base], arguments)
    write_reports(results, junit=arguments.junit, page=arguments.html, data=arguments.out)
    if arguments.plot is not None:
        from evaluation.plots import reliability

        reliability(
            {file: pass_power([r for r in results if r.file == file]) for file in dict.fromkeys(r.file for r in results)}, arguments.plot
        )
    sys.stdout.write((json.dumps(summary(results)) if arguments.json else as_text(results)) + "\n")
    return 0 if all(r.passed for r in results) else 1


def _over(base: str, scripts: Sequence[Script], arguments: argparse.Namespace) -> list[Result]:
    """Run the scripts that share a base."""
    import os

    from agent.config import Settings
    from agent.sommelier import Sommelier
    from evaluation.dialogues.drivers import Conversation, HttpConversation, OwnConversation
    from evaluation.dialogues.run import run_scripts
    from evaluation.games import GAMES, open_games

    settings = Settings.from_environment(store=":memory:", brain=arguments.brain)
    with Sommelier.open(open_games() if base == GAMES else base, settings=settings) as somm:

        def open_conversation(script: Script, seed: int) -> Conversation:
            user = f"{script.name}:{seed}" if script.user else None
            if arguments.url:
                key = os.environ.get("OPENAI_API_KEY", "")
                return HttpConversation(arguments.url, model=arguments.model, key=key, base=somm.base, user=user)
            return OwnConversation(somm, user=user, seed=seed)

        return run_scripts(
            scripts,
            open_conversation,
            somm.base,
            repeats=arguments.repeats or None,
            seed=arguments.seed,
            jobs=arguments.jobs,
            progress=_progress,
        )


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done}/{total} dialogues" + ("\n" if done == total else ""))
        sys.stderr.flush()
