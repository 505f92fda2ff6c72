"""`sommelier evaluate results`: run what is missing, then write the page."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

__all__ = ["add_command"]


def add_command(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser of `evaluate`."""
    parser = kinds.add_parser("results", help="run every benchmark that has no report yet and write the results page")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder with redial/ and ml-latest-small/")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the page to write, as Markdown")
    parser.add_argument(
        "--reports", type=Path, default=Path("build/results"), metavar="DIR", help="where reports are kept (default: build/results)"
    )
    parser.add_argument("--no-run", action="store_true", help="measure nothing; write the page from the reports there are")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from evaluation.results.benchmarks import benchmarks
    from evaluation.results.page import render
    from evaluation.results.store import keep, measure, read
    from knowledge.errors import BadInput, SommelierError

    if not arguments.data.is_dir():
        raise BadInput(f"no folder {str(arguments.data)!r}; --data is the folder with redial/ and ml-latest-small/")
    found = benchmarks(arguments.data)
    records = {b.name: record for b in found if (record := read(arguments.reports, b.name)) is not None}
    failed = 0
    for number, benchmark in enumerate(found, 1):
        if benchmark.name in records or arguments.no_run:
            continue
        sys.stderr.write(f"[{number} of {len(found)}] {benchmark.shown}\n")
        try:
            records[benchmark.name] = measure(benchmark, arguments.data)
        except SommelierError as error:
            # The others are worth having all the same; the status tells that one is missing.
            sys.stderr.write(f"{error}\n")
            failed += 1
        else:
            keep(arguments.reports, benchmark.name, records[benchmark.name])
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(render(found, records), encoding="utf-8")
    sys.stdout.write(f"{arguments.out}: {len(records)} of {len(found)} benchmarks\n")
    return 1 if failed else 0
