"""Candidates and their signals: what travels on the bus between tools.

A tool never drops an item it cannot score (the item just lacks its signal) and never mutates what it was given.
`Candidate` is one row as a plain value; `Candidates` is the same list held as columns, so that ten thousand of them
pass through a plan in milliseconds. It reads like a tuple of `Candidate`; rows are made only when looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue

__all__ = [
    "Candidate",
    "Candidates",
    "Evidence",
    "EvidenceKind",
    "Signal",
    "add_signal",
    "ascending",
    "best_few",
    "best_first",
    "from_json",
    "to_json",
]

EvidenceKind = Literal["attribute", "path", "neighbour", "text", "number", "popularity", "history", "constraint"]

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]


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


class Candidates(Sequence[Candidate]):
    """An immutable list of candidates, held as columns.

    Args:
        ids: the catalogue's item ids, by position (shared, never copied).
        positions: `(n,)` catalogue positions, in list order, no repeats.
        columns: signal source -> `(n,)` scores, NaN where the item has none.
        scores: `(n,)` fused scores, after `rank`.
        parts: signal source -> `(n,)` contribution to the fused score.
        evidence: signal source -> item id -> evidence.
        asked: signal source -> what the tool was asked (JSON-plain), from which reasons are worked out for the few shown.
    """

    __slots__ = ("asked", "columns", "evidence", "ids", "parts", "positions", "scores")

    def __init__(
        self,
        ids: Sequence[str],
        positions: npt.NDArray[Any],
        *,
        columns: Mapping[str, Floats] | None = None,
        scores: Floats | None = None,
        parts: Mapping[str, Floats] | None = None,
        evidence: Mapping[str, Mapping[str, tuple[Evidence, ...]]] | None = None,
        asked: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.ids = ids
        self.positions: Positions = np.asarray(positions, dtype=np.int64)
        self.columns: Mapping[str, Floats] = dict(columns or {})
        self.scores = scores
        self.parts: Mapping[str, Floats] = dict(parts or {})
        self.evidence: Mapping[str, Mapping[str, tuple[Evidence, ...]]] = dict(evidence or {})
        self.asked: Mapping[str, Mapping[str, Any]] = dict(asked or {})

    @classmethod
    def of(cls, catalogue: Catalogue, candidates: Sequence[Candidate]) -> Candidates:
        """Return candidates as columns. Ids that are not in the catalogue are left out (they cannot be shown)."""
        ids = catalogue.ids
        if isinstance(candidates, Candidates) and (candidates.ids is ids or list(candidates.ids) == list(ids)):
            return candidates
        rows = [c for c in candidates if c.item_id in catalogue]
        names = list(dict.fromkeys(s.source for c in rows for s in c.signals))
        columns = {name: np.full(len(rows), np.nan) for name in names}
        evidence: dict[str, dict[str, tuple[Evidence, ...]]] = {}
        part_names = list(dict.fromkeys(p for c in rows for p in c.contributions))
        parts = {name: np.zeros(len(rows)) for name in part_names}
        for row, candidate in enumerate(rows):
            for signal in candidate.signals:
                columns[signal.source][row] = signal.score
                if signal.evidence:
                    evidence.setdefault(signal.source, {})[candidate.item_id] = signal.evidence
            for name, value in candidate.contributions.items():
                parts[name][row] = value
        scored = bool(rows) and all(c.score is not None for c in rows)
        return cls(
            ids,
            np.array([catalogue.index(c.item_id) for c in rows], dtype=np.int64),
            columns=columns,
            scores=np.array([c.score for c in rows], dtype=np.float64) if scored else None,
            parts=parts if scored else None,
            evidence=evidence,
            asked=candidates.asked if isinstance(candidates, Candidates) else None,
        )

    def __len__(self) -> int:
        return len(self.positions)

    @overload
    def __getitem__(self, where: int) -> Candidate: ...
    @overload
    def __getitem__(self, where: slice) -> Candidates: ...
    def __getitem__(self, where: int | slice) -> Candidate | Candidates:
        if isinstance(where, slice):
            return self.take(np.arange(len(self), dtype=np.int64)[where])
        return self._row(range(len(self))[where])

    def __iter__(self) -> Iterator[Candidate]:
        return (self._row(row) for row in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(self.positions.tobytes())

    def __repr__(self) -> str:
        return f"Candidates({len(self)} items, signals={list(self.columns)}, ranked={self.scores is not None})"

    def _row(self, row: int) -> Candidate:
        item_id = self.ids[int(self.positions[row])]
        signals = tuple(
            Signal(source=name, score=float(column[row]), evidence=self.evidence.get(name, {}).get(item_id, ()))
            for name, column in self.columns.items()
            if not np.isnan(column[row])
        )
        score = None if self.scores is None else float(self.scores[row])
        return Candidate(item_id=item_id, signals=signals, score=score, contributions={n: float(p[row]) for n, p in self.parts.items()})

    @property
    def item_ids(self) -> list[str]:
        """The item ids, in list order."""
        return [self.ids[p] for p in self.positions.tolist()]

    def take(self, rows: npt.NDArray[Any]) -> Candidates:
        """Return the rows (indices or a boolean mask, `(n,)`) in the order given."""
        positions = self.positions[rows]
        kept = {self.ids[p] for p in positions.tolist()} if self.evidence else set()
        return Candidates(
            self.ids,
            positions,
            columns={name: column[rows] for name, column in self.columns.items()},
            scores=None if self.scores is None else self.scores[rows],
            parts={name: part[rows] for name, part in self.parts.items()},
            evidence={name: {i: e for i, e in found.items() if i in kept} for name, found in self.evidence.items()},
            asked=self.asked,
        )

    def with_signal(
        self,
        source: str,
        scores: Floats,
        *,
        asked: Mapping[str, Any] | None = None,
        evidence: Mapping[str, tuple[Evidence, ...]] | None = None,
    ) -> Candidates:
        """Return the list with one more signal, `scores` `(n,)` with NaN for none; one of the same source is replaced."""
        columns = {name: column for name, column in self.columns.items() if name != source}
        columns[source] = np.asarray(scores, dtype=np.float64)
        found = {name: e for name, e in self.evidence.items() if name != source}
        if evidence:
            found[source] = dict(evidence)
        return Candidates(
            self.ids,
            self.positions,
            columns=columns,
            scores=self.scores,
            parts=self.parts,
            evidence=found,
            asked={**self.asked, source: dict(asked)} if asked is not None else self.asked,
        )

    def without_signal(self, source: str) -> Candidates:
        """Return the list without one signal."""
        columns = {name: column for name, column in self.columns.items() if name != source}
        found = {name: e for name, e in self.evidence.items() if name != source}
        return Candidates(self.ids, self.positions, columns=columns, scores=self.scores, parts=self.parts, evidence=found, asked=self.asked)

    def ranked(self, parts: Mapping[str, Floats], asked: Mapping[str, Any] | None = None) -> Candidates:
        """Return the list with its fused score, the sum of `parts`, best first; equal scores stand by item id."""
        total: Floats = np.zeros(len(self))
        for part in parts.values():
            total = total + part
        scored = Candidates(
            self.ids,
            self.positions,
            columns=self.columns,
            scores=total,
            parts=parts,
            evidence=self.evidence,
            asked={**self.asked, "rank": dict(asked)} if asked is not None else self.asked,
        )
        return scored.take(best_first(total, self.positions))

    def to_json(self) -> dict[str, Any]:
        """Return the list as JSON-plain columns (NaN as null)."""

        def plain(column: Floats) -> list[float | None]:
            return [None if value != value else value for value in column.tolist()]

        return {
            "items": self.item_ids,
            "signals": {name: plain(column) for name, column in self.columns.items()},
            "scores": None if self.scores is None else self.scores.tolist(),
            "parts": {name: part.tolist() for name, part in self.parts.items()},
            "evidence": {n: {i: [_evidence_to_json(e) for e in es] for i, es in found.items()} for n, found in self.evidence.items()},
            "asked": {name: dict(args) for name, args in self.asked.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], catalogue: Catalogue) -> Candidates:
        """Read a list from its JSON form against a catalogue. Raises KeyError for an id that is not in it."""

        def column(values: Sequence[float | None]) -> Floats:
            return np.array([np.nan if v is None else v for v in values], dtype=np.float64)

        return cls(
            catalogue.ids,
            np.array([catalogue.index(i) for i in data["items"]], dtype=np.int64),
            columns={name: column(values) for name, values in data["signals"].items()},
            scores=None if data["scores"] is None else column(data["scores"]),
            parts={name: column(values) for name, values in data["parts"].items()},
            evidence={
                n: {i: tuple(_evidence_from_json(e) for e in es) for i, es in found.items()} for n, found in data["evidence"].items()
            },
            asked=data["asked"],
        )


def ascending(positions: Positions) -> bool:
    """Say whether positions stand in catalogue order, without repeats."""
    return bool((positions[1:] > positions[:-1]).all())


def best_first(scores: Floats, positions: Positions) -> Positions:
    """Return the rows by falling score, equal scores by position, `(n,)`: `np.lexsort((positions, -scores))`, several times faster.

    Scores are sorted the fastest way there is, which leaves equal ones anyhow; then those alone are put in order.
    """
    order = np.argsort(-scores)
    found = scores[order]
    if np.isnan(found[-1:]).any():
        return np.lexsort((positions, -scores))
    same = found[1:] == found[:-1]
    if same.any():
        tied = np.zeros(len(order), dtype=np.bool_)
        tied[1:] |= same
        tied[:-1] |= same
        group = np.concatenate([[0], np.cumsum(~same)])[tied]
        rows = order[tied]
        order[tied] = rows[np.lexsort((positions[rows], group))]
    return order


def best_few(scores: Floats, positions: Positions, most: int) -> Positions:
    """Return the first rows of `best_first`, `(most,)` at most: only what can be among them is sorted. Scores hold no NaN."""
    rows = np.arange(len(scores))
    if len(scores) > most:
        least = np.partition(scores, len(scores) - most)[len(scores) - most]
        rows = np.flatnonzero(scores >= least)
    return rows[np.lexsort((positions[rows], -scores[rows]))][:most]


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


def _evidence_to_json(evidence: Evidence) -> dict[str, Any]:
    return {"kind": evidence.kind, "text": evidence.text, "ids": list(evidence.ids), "weight": evidence.weight}


def _evidence_from_json(data: Mapping[str, Any]) -> Evidence:
    return Evidence(kind=data["kind"], text=data["text"], ids=tuple(data["ids"]), weight=data["weight"])


def to_json(candidate: Candidate) -> dict[str, Any]:
    """Return the candidate as JSON-plain data."""
    return {
        "item_id": candidate.item_id,
        "signals": [
            {"source": s.source, "score": s.score, "evidence": [_evidence_to_json(e) for e in s.evidence]} for s in candidate.signals
        ],
        "score": candidate.score,
        "contributions": dict(candidate.contributions),
    }


def from_json(data: Mapping[str, Any]) -> Candidate:
    """Read a candidate from its JSON form."""
    return Candidate(
        item_id=data["item_id"],
        signals=tuple(
            Signal(source=s["source"], score=s["score"], evidence=tuple(_evidence_from_json(e) for e in s["evidence"]))
            for s in data["signals"]
        ),
        score=data["score"],
        contributions=data["contributions"],
    )
