"""The page as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evaluation.results.benchmarks import Benchmark
from evaluation.results.store import Record
from evaluation.results.tables import TABLES

__all__ = ["render"]

HEAD = """# Results

Written by `make results`, which is

```
sommelier evaluate results --data ../shared/data --out docs/results.md
```

`DATA` below is the folder given as `--data`; it holds `redial/` and `ml-latest-small/` in their published layouts. Each command ends
with one JSON object, which is kept in `--reports` (`build/results` unless told otherwise). A run that was stopped measures what is missing;
a report is made anew by deleting its file. A dash stands for what was not measured or not published. How each is measured:
[ReDial](redial.md), [ranking](ranking.md), [simulated people](evaluate.md), [titles and opinions](linking.md). What was tried beside
these, and what it gave: [ReDial](redial.md#measured), [simulated people](evaluate.md#measured),
where MovieLens is simulated too."""
FULL = (
    "Under the full protocol (`--protocol full`), which also counts what was mentioned before, ReFICR-7B is published at "
    "R@1 .049, R@10 .270, R@50 .507 (same source)."
)


def render(found: Sequence[Benchmark], records: Mapping[str, Record]) -> str:
    """Return the page; benchmarks without a record are named as not measured."""
    lines = [HEAD]
    for benchmark in found:
        lines += ["", f"## {benchmark.title}", ""]
        record = records.get(benchmark.name)
        command = benchmark.shown if record is None else record["command"]
        lines += ["```", command, "```", ""]
        if record is None:
            lines.append("Not measured yet.")
            continue
        lines.append(f"{record['date']}, {record['machine']}." + (f" {record['note']}" if record.get("note") else ""))
        lines += ["", *TABLES[benchmark.kind](record["report"])]
        while not lines[-1]:
            lines.pop()
        if benchmark.kind == "redial":
            lines += ["", FULL]
    return "\n".join(lines).rstrip() + "\n"
