"""The re-ranker as a whole: scorers, pool, trees and nets; fitted on past dialogues, stored in a base."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import BaseDamaged
from tools.reranker.collection import Collection
from tools.reranker.features import FEATURES, Rows
from tools.reranker.net import Nets
from tools.reranker.scorers import Floats, Past, Queries
from tools.reranker.training import CHUNK, Progress, Settings, Trees, out_of_fold, pool_rows, train

__all__ = ["DialogueRanker"]

FILE = "trees.json"
NET_FILE = "nets.npz"
FORMAT = 1
BEYOND = 1e3
"""How far below the pool the rest of the catalogue starts, in standardised score."""


class DialogueRanker:
    """Scores the whole catalogue for a point of a dialogue."""

    def __init__(self, past: Past, trees: Trees | None, *, repeats: bool = False) -> None:
        self.past = past
        self.trees = trees
        self.repeats = repeats

    @classmethod
    def fit(
        cls, collection: Collection, settings: Settings | None = None, *, trees: bool = True, progress: Progress | None = None
    ) -> DialogueRanker:
        """Fit the scorers on all dialogues and, with `trees`, the order on out-of-fold rows."""
        settings = settings or Settings()
        found = train(out_of_fold(collection, settings, progress), settings, progress) if trees else None
        return cls(collection.past(), found, repeats=settings.repeats)

    def scores(self, queries: Queries, *, untrained: bool = False) -> Iterator[Floats]:
        """Yield `(n, n_items)` scores for each chunk of cases, in order.

        Pool items come first by the trees; the others follow by the untrained score, so that every item has a rank.
        """
        for start in range(0, len(queries.cases), 2 * CHUNK):
            part = queries.part(slice(start, start + 2 * CHUNK))
            if untrained or self.trees is None:
                for chunk in range(0, len(part.cases), CHUNK):
                    yield self.past.walks(part.part(slice(chunk, chunk + CHUNK)))["walk_text"]
            else:
                for rows in pool_rows(self.past, part, repeats=self.repeats):
                    yield self._ordered(rows)

    def _ordered(self, rows: Rows) -> Floats:
        assert self.trees is not None
        top = rows.base.max(axis=1, keepdims=True)
        out: Floats = np.divide(rows.base, top, out=np.zeros_like(rows.base), where=top > 0) - np.float32(BEYOND)
        out[rows.case, rows.item] = self.trees.score(rows.x)
        return out

    def order(self, queries: Queries, k: int) -> list[NDArray[np.int32]]:
        """Return the best k items of each case, mentioned ones left out; ties by item."""
        result = []
        cases = iter(queries.cases)
        for block in self.scores(queries):
            for row in block:
                case = next(cases)
                if not self.repeats:
                    row[list(case.mentioned)] = -np.inf
                result.append(np.lexsort((np.arange(len(row)), -row))[:k].astype(np.int32))
        return result

    def save(self, folder: Path) -> None:
        """Write the trees and the nets; the scorers are fitted again from the base's dialogues on loading."""
        folder.mkdir(parents=True, exist_ok=True)
        assert self.trees is not None
        data = {
            "format": FORMAT,
            "features": list(FEATURES),
            "repeats": self.repeats,
            "spread": self.trees.spread,
            "models": self.trees.models,
            "nets": self.trees.nets is not None,
        }
        if self.trees.nets is not None:
            self.trees.nets.save(folder / NET_FILE)
        else:
            (folder / NET_FILE).unlink(missing_ok=True)
        (folder / FILE).write_text(json.dumps(data) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, past: Past) -> DialogueRanker:
        """Read what `save` wrote, in this version or before there were nets. Raises BaseDamaged where it does not fit this version."""
        path = folder / FILE
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["format"] != FORMAT or tuple(data["features"]) != FEATURES:
                raise BaseDamaged(f"{str(path)!r} was made by another version; run `sommelier fit` on the base again")
            nets = Nets.load(folder / NET_FILE) if data.get("nets") else None
            return cls(past, Trees(data["models"], data["spread"], nets=nets), repeats=data["repeats"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BaseDamaged(f"{str(path)!r} cannot be read ({error}); run `sommelier fit` on the base again") from error
