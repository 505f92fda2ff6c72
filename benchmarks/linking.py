"""How fast names are found among 100,000 titles, how sure the evidence model is, and how to fit it again.

    python benchmarks/linking.py speed [--titles 100000] [--sentences 500]
    python benchmarks/linking.py fit --data ../shared/data/redial [--utterances 40000]

`speed` makes up a catalogue and sentences (seeded) and prints build time and the time for one sentence; half of the sentences hold a
misspelt title, a fifth a title that is not there. The aim is a p95 under 20 ms on two cores.
`fit` prints the coefficients for `knowledge/linker/evidence.py` from the training split of ReDial.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np

from knowledge.linker import Linker, Name
from knowledge.linker.common import _ranks

_FRAMES = (
    "have you seen {}?",
    "I really liked {} and would like something newer",
    "something like {} but funnier, nothing before 1990",
    "loved {}, hated {}, anything else?",
    "i watched {} yesterday with my sister and we both thought it was a bit too long but the ending was good",
)
_PINNED = {"standing": 2.5, "clash": -4.0, "quoted": 4.0, "misspelt": -0.8, "partial": -0.8, "whole": 0.5, "noun": 1.5}
"""Coefficients the data cannot tell (ReDial has hardly a quotation mark) or would tell for its own popularity habits only."""


def made_up(count: int, rng: random.Random) -> list[str]:
    """Return distinct titles of one to six words, some words common, some rare."""
    words = list(_ranks())
    rare = ["".join(rng.choice("bcdfglmnprstvz") + rng.choice("aeiou") for _ in range(rng.randint(2, 4))) for _ in range(count // 4)]
    titles: set[str] = set()
    while len(titles) < count:
        length = rng.choices((1, 2, 3, 4, 5, 6), (10, 30, 28, 17, 10, 5))[0]
        picked = [rng.choice(rare) if rng.random() < 0.3 else words[int(len(words) * rng.random() ** 2)] for _ in range(length)]
        titles.add(" ".join(picked).title())
    return sorted(titles)


def misspell(title: str, rng: random.Random) -> str:
    """Return the title in small letters with two neighbouring letters changed about."""
    at = rng.randrange(1, max(2, len(title) - 2))
    return (title[:at] + title[at + 1 : at + 2] + title[at : at + 1] + title[at + 2 :]).lower()


def speed(titles: int, sentences: int) -> None:
    rng = random.Random(7)
    names = [
        Name(entity=f"item:{at}", kind="item", text=title, year=rng.randint(1930, 2024), popularity=rng.paretovariate(1))
        for at, title in enumerate(made_up(titles, rng))
    ]
    start = time.perf_counter()
    linker = Linker.from_names(names)
    built = time.perf_counter() - start
    start = time.perf_counter()
    linker.warm()
    warmed = time.perf_counter() - start
    took, hits, total = [], 0, 0
    for at in range(sentences):
        frame = _FRAMES[at % len(_FRAMES)]
        picked = [rng.choice(names) for _ in range(frame.count("{}"))]
        said = []
        for name in picked:
            chance = rng.random()
            said.append(misspell(name.text, rng) if chance < 0.5 else "Blarghfoo Quimzat" if chance < 0.7 else name.text)
        text = frame.format(*said)
        start, worked = time.perf_counter(), time.process_time()
        links = linker.link(text)
        took.append((1000 * (time.perf_counter() - start), 1000 * (time.process_time() - worked)))
        hits += sum(
            name.entity in {link.entity for link in links} for name, s in zip(picked, said, strict=True) if s != "Blarghfoo Quimzat"
        )
        total += sum(s != "Blarghfoo Quimzat" for s in said)
    (p50, cpu50), (p95, cpu95), (p99, cpu99) = np.percentile(took, [50, 95, 99], axis=0)
    print(f"{titles} titles: built in {built:.1f} s, made ready for misspelt names in {warmed:.1f} s")
    print(
        f"one sentence: p50 {p50:.2f} ms, p95 {p95:.2f} ms, p99 {p99:.2f} ms (of work alone {cpu50:.2f}, {cpu95:.2f}, {cpu99:.2f}); "
        f"{hits} of {total} titles found, five in eight of them misspelt"
    )


def fit(folder: Path, utterances: int) -> None:
    from scipy.optimize import minimize

    from evaluation.linking.measure import same_title
    from evaluation.linking.redial_text import RedialText
    from knowledge.linker.evidence import Evidence
    from knowledge.linker.text import tokenise

    data = RedialText(folder)
    linker = data.linker()
    texts = [text for dialogue in data.dialogues("train") for text in dialogue.texts]
    random.Random(1).shuffle(texts)
    rows: list[tuple[float, ...]] = []
    right: list[int] = []
    for plain in texts[:utterances]:
        for text in (plain, plain.lowered(), plain.small_titles()):
            places = tokenise(text.text)
            for match, found in linker.evidence(text.text):
                first, last = places[match.start].start, places[match.end - 1].end
                titles = {same_title(data.titles[entry.entity.removeprefix("item:")][0]) for entry, _ in match.of("item")}
                label = 0
                for start, end, movie in text.spans:
                    if first < end and start < last:
                        # A shorter name inside a marked title is settled by longest first, not by evidence.
                        label = 1 if same_title(data.titles[movie][0]) in titles else -1 if start <= first and last <= end else 0
                if label >= 0:
                    rows.append(astuple(found))
                    right.append(label)
    values, labels = np.array(rows), np.array(right)
    names = [f.name for f in fields(Evidence)]
    free = [at for at, name in enumerate(names) if name not in _PINNED]
    fixed = sum(values[:, names.index(name)] * weight for name, weight in _PINNED.items())

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total = values[:, free] @ weights[:-1] + weights[-1] + fixed
        slope = 1 / (1 + np.exp(-total)) - labels
        penalty = 0.5 * float(weights[:-1] @ weights[:-1])
        return float(np.logaddexp(0, -total * (2 * labels - 1)).sum()) + penalty, np.append(
            values[:, free].T @ slope + weights[:-1], slope.sum()
        )

    best = minimize(loss, np.zeros(len(free) + 1), jac=True, method="L-BFGS-B").x
    print(f"{len(labels)} phrases, {labels.mean():.3f} of them names\n_BIAS = {best[-1]:.2f}")
    for at, name in enumerate(names):
        print(f'    "{name}": {_PINNED[name] if name in _PINNED else best[free.index(at)]:.2f},')


def main(argv: Sequence[str] = ("speed",)) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    quick = commands.add_parser("speed")
    quick.add_argument("--titles", type=int, default=100_000)
    quick.add_argument("--sentences", type=int, default=500)
    fitted = commands.add_parser("fit")
    fitted.add_argument("--data", type=Path, required=True)
    fitted.add_argument("--utterances", type=int, default=40_000)
    given = parser.parse_args(argv)
    if given.command == "speed":
        speed(given.titles, given.sentences)
    else:
        fit(given.data, given.utterances)


if __name__ == "__main__":
    main(sys.argv[1:])
