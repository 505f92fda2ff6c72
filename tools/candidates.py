"""Candidates and their signals: what travels on the bus between tools.

A tool never drops an item it cannot score (the item just lacks its signal) and never mutates what it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

__all__ = ["Candidate", "Evidence", "EvidenceKind", "Signal", "add_signal", "from_json", "to_json"]

EvidenceKind = Literal["attribute", "path", "neighbour", "text", "number", "popularity", "history", "constraint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One true reason that speaks for (or against) an item.

    `text` is a short clause in plain words ("shares the heist with Heat"); `ids` are entity names (`item:heat-1995`,
    `keyword:heist`) that resolve in the base and prove it; `weight` orders reasons, higher is stronger.
    """

    kind: EvidenceKind
    text: str
    ids: tuple[str, ...] = ()
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One tool's score for one candidate. Scores of one source compare with each other only; fusion calibrates them."""

    source: str
    score: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An item id with the signals it has so far and, after `rank`, the fused score and what each signal gave to it."""

    item_id: str
    signals: tuple[Signal, ...] = ()
    score: float | None = None
    contributions: Mapping[str, float] = field(default_factory=dict)
    """Signal source -> its part of `score`; the parts sum to the score."""

    def signal(self, source: str) -> Signal | None:
        """Return the signal of that source, or None where the item has none."""
        return next((s for s in self.signals if s.source == source), None)


def add_signal(
    candidates: Iterable[Candidate],
    source: str,
    scores: Mapping[str, float],
    evidence: Mapping[str, Sequence[Evidence]] | None = None,
) -> tuple[Candidate, ...]:
    """Return the candidates with one more signal; an older signal of the same source is replaced, order is kept."""
    evidence = evidence or {}
    result = []
    for candidate in candidates:
        score = scores.get(candidate.item_id)
        kept = tuple(s for s in candidate.signals if s.source != source)
        if score is not None:
            found = Signal(source=source, score=float(score), evidence=tuple(evidence.get(candidate.item_id, ())))
            kept = (*kept, found)
        result.append(replace(candidate, signals=kept))
    return tuple(result)


def to_json(candidate: Candidate) -> dict[str, Any]:
    """Return the candidate as JSON-plain data."""
    return {
        "item_id": candidate.item_id,
        "signals": [
            {
                "source": s.source,
                "score": s.score,
                "evidence": [{"kind": e.kind, "text": e.text, "ids": list(e.ids), "weight": e.weight} for e in s.evidence],
            }
            for s in candidate.signals
        ],
        "score": candidate.score,
        "contributions": dict(candidate.contributions),
    }


def from_json(data: Mapping[str, Any]) -> Candidate:
    """Read a candidate from its JSON form."""
    return Candidate(
        item_id=data["item_id"],
        signals=tuple(
            Signal(
                source=s["source"],
                score=s["score"],
                evidence=tuple(Evidence(kind=e["kind"], text=e["text"], ids=tuple(e["ids"]), weight=e["weight"]) for e in s["evidence"]),
            )
            for s in data["signals"]
        ),
        score=data["score"],
        contributions=data["contributions"],
    )
