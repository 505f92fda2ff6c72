"""A catalogue of 100,000 items from CSV: build with the TF-IDF encoder, opening, memory.

Each part runs in a process of its own, so that the memory is that of the part alone.
"""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Row, at_most

ITEMS = 100_000
BUILD_S, BUILD_GB, OPEN_S = 90.0, 2.0, 3.0

_BUILD = """
import json, resource, sys, time
start = time.perf_counter()
from knowledge.build import build
stages = {}
def note(what, done, total, last=[None, start]):
    now = time.perf_counter()
    if last[0] is not None:
        stages[last[0]] = stages.get(last[0], 0) + now - last[1]
    last[0], last[1] = what, now
build(sys.argv[1], sys.argv[2], encoder="tfidf", progress=note)
note("the rest", 0, 0)
used = resource.getrusage(resource.RUSAGE_SELF)
spent = {"s": time.perf_counter() - start, "cpu": used.ru_utime + used.ru_stime, "gb": used.ru_maxrss / 1e6, "stages": stages}
print(json.dumps(spent))
"""

_OPEN = """
import json, sys, time
start = time.perf_counter()
from knowledge.base import KnowledgeBase
from knowledge.predicates import AllOf, Has, Within
base = KnowledgeBase.open(sys.argv[1])
items = base.catalogue
items.select(AllOf(parts=(Has(facet="category", values=("strategy",)), Within(number="year", low=1990))))
items.item(items.ids[5]), items.full_text("dragons in the valley", 10)
base.vectors, base.graph
print(json.dumps({"s": time.perf_counter() - start}))
"""


def _table(path: Path) -> None:
    chance = random.Random(11)
    words = ["".join(chance.choice("bcdfgklmnprstv") + chance.choice("aeiou") for _ in range(chance.randint(2, 4))) for _ in range(20_000)]
    makers = [f"{chance.choice(words).title()} {chance.choice(words).title()}" for _ in range(20_000)]
    categories = ("abstract", "family", "party", "strategy", "war", "economic", "children")
    tags = words[:800]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "name", "year", "price", "minutes", "category", "tags", "designer", "description"])
        for number in range(ITEMS):
            text = " ".join(chance.choices(words[:4000], k=40)) + (" dragons in the valley" if number % 50 == 0 else "")
            row = [f"i{number}", f"{chance.choice(words).title()} {chance.choice(words)} {number}", chance.randint(1950, 2025)]
            row += [f"{chance.uniform(5, 90):.2f}", chance.choice((20, 30, 60, 120)), chance.choice(categories)]
            row += ["|".join(chance.sample(tags, 4)), chance.choice(makers), text + "."]
            writer.writerow(row)


def _run(script: str, *arguments: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-c", script, *arguments], check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        table, base = Path(folder) / "things.csv", Path(folder) / "base"
        _table(table)
        built = _run(_BUILD, str(table), str(base))
        _run(_OPEN, str(base))
        opened = _run(_OPEN, str(base))
    stages = [Row(what=f"  of which {what}", value=seconds, unit="s") for what, seconds in built["stages"].items()]  # type: ignore[attr-defined]
    return [
        at_most(f"{ITEMS:,} items from CSV: build", built["s"], "s", BUILD_S),
        Row(what=f"{ITEMS:,} items from CSV: processor time of the build", value=built["cpu"], unit="s"),
        *stages,
        at_most(f"{ITEMS:,} items from CSV: memory", built["gb"], "GB", BUILD_GB),
        at_most(f"{ITEMS:,} items: open, filter, read, search, map vectors and graph", opened["s"], "s", OPEN_S),
    ]
