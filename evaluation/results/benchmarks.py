"""Which commands the results page is made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Benchmark", "benchmarks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One report of the page.

    `arguments` follow `sommelier evaluate`; `needs` is the folder under DATA that is measured on ("" for none).
    """

    name: str
    kind: str
    title: str
    needs: str
    arguments: tuple[str, ...]

    def words(self, data: str) -> list[str]:
        """Return the arguments with the data folder in its place."""
        return [*self.arguments, *(("--data", f"{data}/{self.needs}") if self.needs else ()), "--json"]

    @property
    def shown(self) -> str:
        """The command as the page shows it: DATA stands for the folder, whose place is nobody's business."""
        return " ".join(["sommelier", "evaluate", *self.words("DATA")])


def benchmarks(data: Path) -> list[Benchmark]:
    """Return the benchmarks in the order of the page; ReDial's test split takes the place of `valid` where it is there."""
    split = "test" if (data / "redial" / "test.jsonl").is_file() else "valid"
    found = [
        Benchmark(
            name=f"redial-{split}", kind="redial", title=f"ReDial, {split} split", needs="redial", arguments=("redial", "--split", split)
        )
    ]
    for kind, title in (
        ("random", "a fifth of each history hidden"),
        ("leave-last", "the last item hidden"),
        ("cold", "items nobody took"),
    ):
        found.append(
            Benchmark(
                name=f"ranking-{kind}",
                kind="ranking",
                title=f"Ranking, MovieLens latest small, {title}",
                needs="ml-latest-small",
                arguments=("ranking", "--split", kind),
            )
        )
    simulate = ("simulate", "--base", "films", "--seed", "7", "--users")
    found += [
        Benchmark(
            name="simulate-films",
            kind="simulate",
            title="Simulated people, built-in films",
            needs="",
            arguments=(*simulate, "500", "--against", "interecagent,interecagent-and"),
        ),
        Benchmark(
            name="simulate-ablations",
            kind="simulate",
            title="Simulated people, ablations and single signals",
            needs="",
            arguments=(*simulate, "200", "--against", "all"),
        ),
        Benchmark(name="linking", kind="linking", title="Titles in what people type", needs="redial", arguments=("linking",)),
        Benchmark(
            name="sentiment", kind="sentiment", title="Likes and dislikes in what people type", needs="redial", arguments=("sentiment",)
        ),
    ]
    return found
