"""Run the benchmarks: `python -m benchmarks [NAME ...]`.

A benchmark is a module of this package with a `main()` that returns rows (`benchmarks.measure.Row`).
Exit status 1 where a promise is missed.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys

import benchmarks
from benchmarks.measure import Row, table


def names() -> list[str]:
    """Return the modules that define a main, by name; looked up in the source, so that listing them imports nothing."""
    found = []
    for module in pkgutil.iter_modules(benchmarks.__path__):
        spec = importlib.util.find_spec(f"benchmarks.{module.name}")
        source = spec.loader.get_source(spec.name) if spec is not None and spec.loader is not None else ""
        if not module.name.startswith("_") and "\ndef main(" in source:
            found.append(module.name)
    return sorted(found)


def main(wanted: list[str]) -> int:
    """Run them and print one table each. Returns the exit status."""
    known = names()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"no benchmark {unknown[0]!r}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    missed = 0
    for name in wanted or known:
        print(f"\n{name}", flush=True)
        rows = importlib.import_module(f"benchmarks.{name}").main()
        rows = [row for row in rows or [] if isinstance(row, Row)]
        print(table(rows), flush=True)
        missed += sum(row.held is False for row in rows)
    if missed:
        print(f"\n{missed} promise(s) missed")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
