"""The commands of this room: fit."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

__all__ = ["add_commands"]


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this room's commands to the parser."""
    parser = commands.add_parser("fit", help="learn from a base's interactions who likes what, and how much each tool counts")
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
    if report.dialogues:
        made = "trees and nets" if report.nets else "trees alone, because torch is not installed"
        sys.stdout.write(f"  {report.dialogues:,} past dialogues taught the re-ranker ({made})\n")
    _write_fusion(report.fusion)
    sys.stdout.write(f"stored in {report.folder.parent}\n")
    return 0


def _write_fusion(fusion: Mapping[str, Any]) -> None:
    """Write what weighing the tools brought on people it was not learnt from."""
    rows = fusion.get("NDCG@20", {})
    if not rows:
        sys.stdout.write("  too few histories to learn how much each tool counts; the defaults stand\n")
        return
    sys.stdout.write(f"  how much each tool counts, NDCG@20 on people held out ({fusion['people']:,} asked, half of them to learn from)\n")
    for situation, row in rows.items():
        verdict = "learnt" if row["kept"] else "defaults stand"
        sys.stdout.write(f"  {situation:12} {row['before']:.4f} -> {row['after']:.4f} on {row['cases']:,}  ({verdict})\n")
