"""The commands of this room: fit."""

from __future__ import annotations

import argparse
import json
import sys

__all__ = ["add_commands"]


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this room's commands to the parser."""
    parser = commands.add_parser("fit", help="learn from a base's interactions who likes what, choosing the ranker by validation")
    parser.add_argument("base", metavar="BASE", help="directory or name of the base")
    parser.add_argument("--seed", type=int, default=0, help="decides which histories are held out to choose by (default: 0)")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.set_defaults(run=_fit)


def _fit(arguments: argparse.Namespace) -> int:
    from tools.fit import fit

    def progress(text: str) -> None:
        sys.stderr.write(f"{text} ...\n")

    report = fit(arguments.base, seed=arguments.seed, progress=None if arguments.quiet else progress)
    if arguments.json:
        sys.stdout.write(json.dumps(report.to_json()) + "\n")
        return 0
    weights = report.ranker.get("weights", {})
    sys.stdout.write(f"{report.base}: {' + '.join(f'{w:g} x {name}' for name, w in weights.items())}, in {report.seconds:.1f} s\n")
    for name, quality in sorted(report.ranker.get("alone", {}).items(), key=lambda pair: -pair[1]):
        sys.stdout.write(f"  {name:12} {quality:.4f}\n")
    if "quality" in report.ranker:
        cases = f"{report.ranker['cases']:,} held-out cases"
        sys.stdout.write(f"  {'together':12} {report.ranker['quality']:.4f}  (geometric mean of recall and NDCG on {cases})\n")
    if report.cold:
        sys.stdout.write(f"  {report.cold:,} items without a history are scored from their words\n")
    sys.stdout.write(f"stored in {report.folder}\n")
    return 0
