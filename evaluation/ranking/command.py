"""`sommelier evaluate ranking`: every ranker and the automatic choice on one data set, in one table."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

__all__ = ["add_command"]

COLUMNS = (
    "Recall@10",
    "NDCG@10",
    "MRR@10",
    "Recall@20",
    "NDCG@20",
    "NDCG@20 se",
    "coverage@20",
    "popularity bias@20",
    "fit_s",
    "score_ms_per_person",
)
SPLITS = ("random", "leave-last", "leave-two", "cold")
SHORT = {"popularity bias@20": "pop. bias", "score_ms_per_person": "ms/person", "coverage@20": "coverage", "NDCG@20 se": "se"}


def add_command(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ranking` to `sommelier evaluate`."""
    parser = kinds.add_parser("ranking", help="compare the rankers on interaction data")
    parser.add_argument(
        "--data", type=Path, required=True, help="a built base's directory, a file of ratings or histories, or a folder with one"
    )
    parser.add_argument("--split", choices=SPLITS, default="random", help="what to hide (default: random)")
    parser.add_argument("--text", type=Path, help="a folder with more text on the items, for --split cold")
    parser.add_argument("--encoder", default="tfidf", help="encoder of the item texts, for --split cold (default: tfidf)")
    parser.add_argument("--seed", type=int, default=0, help="decides what is hidden (default: 0)")
    parser.add_argument("--only", nargs="*", default=[], metavar="RANKER", help="rankers to give a row of their own beside auto")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read, split, run and write the table."""
    from evaluation.ranking.read import read_events
    from evaluation.ranking.split import split
    from knowledge.errors import BadInput
    from tools.rankers import FAMILIES

    unknown = [name for name in arguments.only if name not in FAMILIES]
    if unknown:
        raise BadInput(f"--only {unknown[0]!r} is no ranker; there are {', '.join(sorted(FAMILIES))}")

    def progress(text: str) -> None:
        sys.stderr.write(f"{text} ...\n")

    events = read_events(arguments.data)
    parts = split(events, arguments.split, arguments.seed)
    if arguments.split == "cold":
        from evaluation.ranking.cold import run_cold

        report = run_cold(
            parts, events, arguments.data, extra=arguments.text, encoder=arguments.encoder, seed=arguments.seed, progress=progress
        )
    else:
        from evaluation.ranking.run import run_warm

        report = run_warm(parts, seed=arguments.seed, progress=progress, only=arguments.only)
    size = f"{len(events.users):,} people, {len(events.items):,} items, {len(events):,} interactions"
    head = f"{events.name}: {size}; split {parts.kind}, seed {arguments.seed}"
    # How the order was come by is no matter where the order is not used.
    note = events.note if parts.kind in ("leave-last", "given") else ""
    sys.stdout.write(f"{head}\n" + (f"({note})\n" if note else "") + f"\n{table(report.rows)}\n")
    if report.choice.get("weights"):
        sys.stdout.write("auto = " + " + ".join(f"{w:g} x {name}" for name, w in report.choice["weights"].items()) + "\n")
    if arguments.json:
        found = {
            "data": events.name,
            "split": parts.kind,
            "seed": arguments.seed,
            "people": len(events.users),
            "items": len(events.items),
            "interactions": len(events),
            "note": note,
            "rankers": {name: {key: round(value, 6) for key, value in row.items()} for name, row in report.rows.items()},
            "choice": report.choice,
        }
        sys.stdout.write(json.dumps(found) + "\n")
    return 0


def table(rows: Any) -> str:
    """Return the rows as a plain table, auto first, then by NDCG@20."""
    columns = [c for c in COLUMNS if any(c in row for row in rows.values())]
    names = sorted(rows, key=lambda n: (n != "auto", -rows[n]["NDCG@20"], n))
    lines = [["ranker", *(SHORT.get(c, c) for c in columns)]]
    lines += [[name, *(_cell(c, rows[name].get(c)) for c in columns)] for name in names]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(v.rjust(w) for v, w in zip(line[1:], widths[1:], strict=True))]) for line in lines
    )


def _cell(column: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if column in ("fit_s", "score_ms_per_person") else f"{value:.4f}"
