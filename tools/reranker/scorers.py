"""Scorers over the whole catalogue, fitted on past dialogues: the raw material of the re-ranker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledge.dialogues import dialogue_entity, text_seeds
from knowledge.entities import facet_kind, entity, item_entity
from knowledge.graph import KnowledgeGraph, Triple
from knowledge.items import Item
from knowledge.schema import Schema
from tools.reranker.cases import Case

__all__ = ["Content", "Floats", "Past", "Queries"]

Floats = NDArray[np.float32]

RESTART = 0.5
ITERATIONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Queries:
    """Cases to score with the vectors of their texts, `(n, dim)` unit rows each."""

    cases: Sequence[Case]
    context: Floats
    ask: Floats

    def part(self, rows: slice) -> Queries:
        """Return some of them."""
        return Queries(cases=self.cases[rows], context=self.context[rows], ask=self.ask[rows])


class Content:
    """What the items are, apart from any dialogue: facet values, numbers, title words, vectors."""

    def __init__(self, items: Sequence[Item], schema: Schema, vectors: Floats) -> None:
        from tools.reranker.lexicon import tokens

        self.items = items
        self.vectors = vectors
        self.n = len(items)
        role = schema.with_role("year")
        self.year: Floats = np.array([i.numbers.get(role.name, np.nan) if role else np.nan for i in items], dtype=np.float32)
        weights = {f.name: f.weight for f in schema.facets}
        kinds = {f.name: facet_kind(f) for f in schema.facets}
        rows: list[int] = []
        names: list[str] = []
        for row, item in enumerate(items):
            for facet, values in item.facets.items():
                if weights.get(facet):
                    rows.extend([row] * len(values))
                    names.extend(entity(kinds[facet], v) for v in values)
        self.entities = sorted(set(names))
        self.entity_index = {name: i for i, name in enumerate(self.entities)}
        columns = [self.entity_index[n] for n in names]
        binary = sp.csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=(self.n, len(self.entities)))
        binary.data[:] = 1.0
        self.facets: sp.csr_array = binary
        df = np.asarray(binary.sum(axis=0)).ravel()
        idf = np.log1p(self.n / np.maximum(df, 1.0)).astype(np.float32)
        self.facets_idf = _unit_rows(binary @ sp.diags_array(idf))
        words = [tuple(dict.fromkeys(t for t in tokens(i.title) if len(t) > 1)) for i in items]
        vocabulary = {w: j for j, w in enumerate(sorted({w for ws in words for w in ws}))}
        self.vocabulary = vocabulary
        title = sp.csr_array(
            (
                np.ones(sum(map(len, words)), np.float32),
                (np.repeat(np.arange(self.n), [len(w) for w in words]), [vocabulary[w] for ws in words for w in ws]),
            ),
            shape=(self.n, len(vocabulary)),
        )
        tdf = np.asarray(title.sum(axis=0)).ravel()
        self.titles = _unit_rows(title @ sp.diags_array(np.log1p(self.n / np.maximum(tdf, 1.0)).astype(np.float32)))

    @cached_property
    def titles_t(self) -> sp.csr_array:
        """Title words by item, transposed."""
        return self.titles.T.tocsr()

    @cached_property
    def facets_t(self) -> sp.csr_array:
        """Facet values by item, transposed."""
        return self.facets_idf.T.tocsr()


def _unit_rows(matrix: sp.csr_array) -> sp.csr_array:
    matrix = sp.csr_array(matrix, dtype=np.float32)
    norm = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1.0, norm, out=np.zeros_like(norm), where=norm > 0).astype(np.float32)
    return sp.csr_array(sp.diags_array(scale) @ matrix)


class Past:
    """Everything counted and compiled from past dialogues. Scores are float32 `(n_queries, n_items)`."""

    def __init__(self, content: Content, training: Queries, ids: Sequence[str], items_of: Mapping[int, Sequence[int]], words_of: Mapping[int, Sequence[str]]) -> None:
        """Fit.

        Args:
            content: the items.
            training: the cases of the dialogues, with vectors.
            ids: dialogue id by dialogue number.
            items_of: dialogue number -> items named in it; only these dialogues count.
            words_of: dialogue number -> entities found in it.
        """
        self.content = content
        n = content.n
        kept = [r for r, c in enumerate(training.cases) if c.dialogue in items_of]
        self.cases = [training.cases[r] for r in kept]
        self.context, self.ask = training.context[kept], training.ask[kept]
        self.owners = [dialogue_entity(ids[c.dialogue]) for c in self.cases]
        self.targets = _ones([c.targets for c in self.cases], n)
        numbers = sorted(items_of)
        self.named = _ones([items_of[d] for d in numbers], n)
        self.popularity: Floats = np.asarray(self.named.sum(axis=0)).ravel().astype(np.float32)
        self.taken: Floats = np.asarray(self.targets.sum(axis=0)).ravel().astype(np.float32)
        self.graph = self._graph(ids, items_of, words_of)
        self.ridge: Floats = _ridge(self.context, self.targets)
        self.ridge_ask: Floats = _ridge(self.ask, self.targets)
        co = sp.csr_array(self.named.T @ self.named)
        co.setdiag(0)
        co.eliminate_zeros()
        root = np.sqrt(np.maximum(self.popularity, 1.0))
        shrunk = sp.diags_array(1.0 / (root + 1.0)) @ co @ sp.diags_array(1.0 / (root + 1.0))
        self.together = sp.csr_array(shrunk, dtype=np.float32)
        before = sp.csr_array(
            (
                np.concatenate([_decay([m.turn for m in c.mentions], c.turn) for c in self.cases]) if self.cases else np.zeros(0, np.float32),
                (np.repeat(np.arange(len(self.cases)), [len(c.mentions) for c in self.cases]), [m.item for c in self.cases for m in c.mentions]),
            ),
            shape=(len(self.cases), n),
            dtype=np.float32,
        )
        self.next = _rates(before, self.targets)
        self.entities = sorted({e for c in self.cases for e in c.entities} | set(content.entities))
        self.entity_index = {e: i for i, e in enumerate(self.entities)}
        self.next_entity = _rates(self._entities(self.cases), self.targets)

    def _graph(self, ids: Sequence[str], items_of: Mapping[int, Sequence[int]], words_of: Mapping[int, Sequence[str]]) -> KnowledgeGraph:
        names = [i.id for i in self.content.items]
        triples: list[Triple] = []
        for d, items in items_of.items():
            node = dialogue_entity(ids[d])
            triples += [Triple(node, "names", item_entity(names[i]), 1.0) for i in items]
            triples += [Triple(node, "says", e, 1.0) for e in words_of.get(d, ())]
        facets = self.content.facets.tocoo()
        triples += [Triple(item_entity(names[i]), "has", self.content.entities[e], 1.0) for i, e in zip(facets.row.tolist(), facets.col.tolist(), strict=True)]
        return KnowledgeGraph.from_triples(triples, items=names)

    def _entities(self, cases: Sequence[Case]) -> sp.csr_array:
        rows, columns, data = [], [], []
        for r, case in enumerate(cases):
            for name, weight in case.entities.items():
                column = self.entity_index.get(name)
                if column is not None:
                    rows.append(r)
                    columns.append(column)
                    data.append(weight)
        return sp.csr_array((np.array(data, np.float32), (rows, columns)), shape=(len(cases), len(self.entities)))

    def walk(self, queries: Queries, *, text: float = 0.3, mentions: bool = True, entities: bool = True, restart: float = RESTART, last: int = 0, decay: float = 1.0) -> Floats:
        """Personalised PageRank of the items from what was mentioned and, with weight `text`, the dialogues nearest in meaning."""
        names = [item_entity(i.id) for i in self.content.items]
        similarity = queries.context @ self.context.T if text else None
        seeds = []
        for q, case in enumerate(queries.cases):
            own: dict[str, float] = {}
            if mentions:
                for m in case.mentions[-last:] if last else case.mentions:
                    own[names[m.item]] = decay ** (case.turn - 1 - m.turn)
            if entities:
                own.update((e, w) for e, w in case.entities.items() if e in self.graph)
            total = sum(own.values())
            own = {k: v / total for k, v in own.items()} if total else {}
            if similarity is not None:
                for node, share in text_seeds(similarity[q], self.owners, weight=text).items():
                    own[node] = own.get(node, 0.0) + share
            seeds.append(own)
        found = self.graph.pagerank_batch(seeds, restart=restart, iterations=ITERATIONS)
        return np.ascontiguousarray(found[: self.content.n].T)

    def neighbours(self, vectors: Floats, known: Floats, k: int = 200, power: float = 8.0) -> Floats:
        """What was named next in the nearest past contexts, weighted by similarity."""
        similarity = vectors @ known.T
        k = min(k, similarity.shape[1])
        top = np.argpartition(-similarity, k - 1, axis=1)[:, :k]
        weight = np.clip(np.take_along_axis(similarity, top, axis=1), 0.0, None) ** power
        rows = np.repeat(np.arange(len(vectors)), k)
        return np.asarray((sp.csr_array((weight.ravel(), (rows, top.ravel())), shape=similarity.shape) @ self.targets).todense(), dtype=np.float32)


def _decay(turns: Sequence[int], now: int) -> Floats:
    return np.array([0.8 ** (now - 1 - t) for t in turns], dtype=np.float32)


def _ones(rows: Sequence[Sequence[int]], n: int) -> sp.csr_array:
    columns = [i for row in rows for i in row]
    index = np.repeat(np.arange(len(rows)), [len(r) for r in rows])
    matrix = sp.csr_array((np.ones(len(columns), np.float32), (index, columns)), shape=(len(rows), n))
    matrix.data[:] = 1.0
    return matrix


def _rates(before: sp.csr_array, targets: sp.csr_array, smoothing: float = 8.0) -> sp.csr_array:
    """Return how often each target followed each column of `before`, as smoothed shares: `(columns, n_items)`."""
    counts = sp.csr_array(before.T @ targets)
    base = np.asarray(before.sum(axis=0)).ravel() + smoothing
    return sp.csr_array(sp.diags_array((1.0 / base).astype(np.float32)) @ counts, dtype=np.float32)


def _ridge(x: Floats, targets: sp.csr_array, strength: float = 30.0) -> Floats:
    """Return the ridge map from text vectors to items, `(dim, n_items)`, in closed form."""
    gram = (x.T @ x).astype(np.float64)
    gram[np.diag_indices_from(gram)] += strength
    right = np.asarray((targets.T @ x).T, dtype=np.float64)
    return np.linalg.solve(gram, right).astype(np.float32)
