"""Mention precision and recall: were the titles people marked found, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from evaluation.linking.redial_text import MarkedText, RedialText
from knowledge.linker import Link, Linker
from knowledge.linker.text import keys

__all__ = ["LinkingReport", "Score", "measure_linking", "same_title"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts of one way of counting a hit."""

    hits: int
    found: int
    marked: int

    @property
    def precision(self) -> float:
        """Share of the links that are marked so."""
        return self.hits / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the marks that are linked so."""
        return self.hits / self.marked if self.marked else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the counts and shares as JSON-plain data."""
        return {**asdict(self), "precision": round(self.precision, 4), "recall": round(self.recall, 4)}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkingReport:
    """By title: an item of the same title counts, as the text has no year. By id: only the very item."""

    utterances: int
    by_title: Score
    by_id: Score
    unknown: int
    """Names said to be unknown."""
    extra: tuple[tuple[str, int], ...] = field(default=())
    """Texts linked most often where nothing was marked."""
    missed: tuple[tuple[str, int], ...] = field(default=())
    """Titles missed most often."""

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON-plain data."""
        return {
            "utterances": self.utterances,
            "by_title": self.by_title.to_json(),
            "by_id": self.by_id.to_json(),
            "unknown": self.unknown,
            "extra": [list(e) for e in self.extra],
            "missed": [list(m) for m in self.missed],
        }


def same_title(title: str) -> tuple[str, ...]:
    """Return the words two titles share that are the same but for case, punctuation and article."""
    words = keys(title)
    return words[1:] if len(words) > 1 and words[0] in {"the", "a", "an"} else words


def measure_linking(data: RedialText, linker: Linker, texts: Iterable[MarkedText], worst: int = 20) -> LinkingReport:
    """Link every text and compare with the marks. A link counts for a mark whose place it overlaps, each mark once."""
    hits: Counter[str] = Counter()
    extra: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for marked in texts:
        hits["utterances"] += 1
        hits["marked"] += len(marked.spans)
        links = linker.link(marked.text)
        hits["unknown"] += sum(link.entity is None for link in links)
        items = [link for link in links if link.entity is not None and link.kind == "item"]
        hits["found"] += len(items)
        used: set[int] = set()
        for link in items:
            at = _mark_of(link, marked, used)
            movie = marked.spans[at][2] if at is not None else ""
            linked = (link.entity or "").removeprefix("item:")
            if at is not None and same_title(data.titles[movie][0]) == same_title(data.titles[linked][0]):
                used.add(at)
                hits["title"] += 1
                hits["id"] += movie == linked
            else:
                extra[link.text.lower()] += 1
        missed.update(data.titles[movie][0] for at, (_, _, movie) in enumerate(marked.spans) if at not in used)
    found, total = hits["found"], hits["marked"]
    return LinkingReport(
        utterances=hits["utterances"],
        by_title=Score(hits=hits["title"], found=found, marked=total),
        by_id=Score(hits=hits["id"], found=found, marked=total),
        unknown=hits["unknown"],
        extra=tuple(extra.most_common(worst)),
        missed=tuple(missed.most_common(worst)),
    )


def _mark_of(link: Link, marked: MarkedText, used: set[int]) -> int | None:
    for at, (start, end, _) in enumerate(marked.spans):
        if at not in used and link.start < end and start < link.end:
            return at
    return None
