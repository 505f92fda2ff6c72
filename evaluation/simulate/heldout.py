"""A base without what simulated people will go on to take: the targets leave the histories before anything is built or fitted.

Whatever learns from histories (rankers, item likeness, the people in the graph, popularity counted from them) sees the base only after the
held-out pairs are gone, so that no system can know a target from the very event that made it one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from knowledge.base import KnowledgeBase
from knowledge.build import silent, write_base
from knowledge.dialogues import Dialogue
from knowledge.graph.compose import NAMED, TOOK
from knowledge.items import Item
from knowledge.schema import Schema
from knowledge.sources.base import Events, Relation
from knowledge.sources.card_file import load_card
from knowledge.sources.faults import Faults

__all__ = ["hold_out"]


class _Without:
    """A base as a source, less some events; `events_at_all` False leaves every event out."""

    def __init__(self, base: KnowledgeBase, pairs: frozenset[tuple[str, str]], *, events_at_all: bool) -> None:
        self.name = base.name
        self.card = load_card(base.path / "card.yaml")
        self._base, self._pairs, self._events_at_all = base, pairs, events_at_all

    def schema(self) -> Schema:
        return self._base.schema

    def items(self) -> Iterator[tuple[Item, str]]:
        counted = self._counted()
        for item, text in self._base.catalogue.all_texts():
            # Popularity that is a count of takers is counted again, from what is left.
            yield (replace(item, popularity=0.0) if counted else item), text

    def _counted(self) -> bool:
        if not self._base.has("interactions"):
            return False
        held = self._base.interactions
        taken = np.zeros(held.n_items)
        for sequence in held.sequences():
            taken[sequence] += 1
        return bool(np.array_equal(taken, self._base.catalogue.popularity))

    def events(self) -> Events | None:
        if not self._events_at_all or not self._base.has("interactions"):
            return None
        held, ids = self._base.interactions, self._base.catalogue.ids
        rows: list[tuple[str, str, float, float]] = []
        for row, user in enumerate(held.users):
            times = held.times(row)
            strengths = dict(zip(*_stored(held.matrix, row), strict=True))
            for place, item in enumerate(held.sequence(row).tolist()):
                if (user, ids[item]) not in self._pairs:
                    rows.append((user, ids[item], strengths.get(item, 0.0), float("nan") if times is None else float(times[place])))
        return Events.of(rows)

    def relations(self) -> Iterable[Relation]:
        if not self._base.has("graph"):
            return
        made = {*self._base.schema.facet_names, TOOK, NAMED}
        for head, relation, tail, weight in self._base.graph.triples():
            if relation not in made:
                yield Relation(head=head, relation=relation, tail=tail, weight=weight)

    def dialogues(self) -> Iterable[Dialogue]:
        if self._base.has("dialogues"):
            yield from self._base.dialogues


def _stored(matrix: object, row: int) -> tuple[list[int], list[float]]:
    start, end = matrix.indptr[row], matrix.indptr[row + 1]  # type: ignore[attr-defined]
    return matrix.indices[start:end].tolist(), matrix.data[start:end].tolist()  # type: ignore[attr-defined]


def hold_out(base: KnowledgeBase, pairs: Iterable[tuple[str, str]], out: Path, *, events: bool = True) -> Path:
    """Write the base without the (user, item id) pairs to `out` and return it; one that stands there from an earlier run is kept.

    Args:
        base: where the histories stand.
        pairs: what to leave out.
        out: an own directory; a half-written one is made anew.
        events: False leaves out every history, for the run without collaborative signals.
    """
    if (out / "manifest.json").is_file():
        return out
    shutil.rmtree(out, ignore_errors=True)
    work = out.with_name(out.name + ".part")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    source = _Without(base, frozenset(pairs), events_at_all=events)
    write_base(source, work, sources=base.manifest.sources, encoder=None, faults=Faults(0), progress=silent, before=base)
    work.rename(out)
    return out
