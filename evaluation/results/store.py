"""Measuring, and keeping each report as a JSON file, so that a stopped run goes on where it stopped."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from evaluation.results.benchmarks import Benchmark
from knowledge.errors import BadInput, SommelierError

__all__ = ["Record", "keep", "machine", "measure", "read"]

Record = dict[str, Any]
"""`{"date", "machine", "command", "report"}` and, where the figures were not made by the command itself, `"note"`."""

KEYS = ("date", "machine", "command", "report")


def machine() -> str:
    """Return the class of this machine: cores and memory, nothing that tells which one it is."""
    cores = f"{os.cpu_count() or 1} cores"
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return cores
    return f"{cores}, {round(os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30)} GB of memory"


def read(folder: Path, name: str) -> Record | None:
    """Return a kept report, None where there is none. Raises BadInput for a file that is none."""
    path = folder / f"{name}.json"
    if not path.is_file():
        return None
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(f"{path.name} is not JSON ({error}); delete it to measure again") from error
    missing = [key for key in KEYS if not isinstance(record, dict) or key not in record]
    if missing:
        raise BadInput(f"{path.name} lacks {', '.join(missing)}; delete it to measure again")
    found: Record = record
    return found


def keep(folder: Path, name: str, record: Record) -> None:
    """Write a report whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{name}.part"
    fresh.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    fresh.replace(folder / f"{name}.json")


def measure(benchmark: Benchmark, data: Path) -> Record:
    """Run the command in a process of its own, which gives its memory back, and return its report.

    Raises:
        SommelierError: the command failed or ended with no JSON.
    """
    words = [sys.executable, "-m", "app", "evaluate", *benchmark.words(str(data))]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=False, encoding="utf-8")
    if done.returncode:
        raise SommelierError(f"`{benchmark.shown}` ended with status {done.returncode}; what is above says why")
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": machine(),
        "command": benchmark.shown,
        "report": last_json(done.stdout, benchmark.shown),
    }


def last_json(text: str, command: str) -> dict[str, Any]:
    """Return the object that the output is, or that its last line is. Raises SommelierError where there is none."""
    for part in (text, text.strip().rpartition("\n")[2]):
        try:
            found = json.loads(part)
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    raise SommelierError(f"`{command}` did not end with a JSON object")
