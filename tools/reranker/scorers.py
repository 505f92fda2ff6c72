"""Scorers over the whole catalogue, fitted on past dialogues: the raw material of the re-ranker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from knowledge.dialogues import dialogue_entity, text_seeds
from knowledge.entities import entity, facet_kind, item_entity
from knowledge.graph import KnowledgeGraph, Triple
from knowledge.items import Item
from knowledge.schema import Schema
from tools.reranker.cases import Case

__all__ = ["Content", "Floats", "Past", "Queries", "mention_matrix"]

Floats = NDArray[np.float32]

WORD = "word:"
"""Words tell contexts apart, but as nodes they only blur the walk."""
RESTART = 0.5
AXES = 128
WHOLE = (1.0, 0.6, 0.8, 1.0)
"""Weights of context, last turn, what was said and what was named in the whole vector of a case."""
WHOLE_RIDGE = 30.0
ITERATIONS = 6
NEAR_WEIGHT = 0.3
NEAR_SHARPNESS = 4.0
FACET_WEIGHT = 0.3
"""Weight of an item's own attributes in the graph against 1 for being named in a dialogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queries:
    """Cases to score with the vectors of their texts, `(n, dim)` unit rows each."""

    cases: Sequence[Case]
    context: Floats
    ask: Floats

    def part(self, rows: slice) -> Queries:
        """Return some of them."""
        return Queries(cases=self.cases[rows], context=self.context[rows], ask=self.ask[rows])

    def take(self, rows: NDArray[np.int64]) -> Queries:
        """Return those at the given numbers."""
        return Queries(cases=[self.cases[i] for i in rows.tolist()], context=self.context[rows], ask=self.ask[rows])


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
        df: Floats = np.asarray(binary.sum(axis=0)).ravel()
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
        tdf: Floats = np.asarray(title.sum(axis=0)).ravel()
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
    matrix = matrix.astype(np.float32)
    norm = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1.0, norm, out=np.zeros_like(norm), where=norm > 0).astype(np.float32)
    return sp.csr_array(sp.diags_array(scale) @ matrix)


class Past:
    """Everything counted and compiled from past dialogues. Scores are float32 `(n_queries, n_items)`."""

    def __init__(
        self,
        content: Content,
        training: Queries,
        ids: Sequence[str],
        items_of: Mapping[int, Sequence[int]],
        words_of: Mapping[int, Sequence[str]],
    ) -> None:
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
        co = sp.csr_array(self.named.T @ self.named)
        co.setdiag(0)
        co.eliminate_zeros()
        root = np.sqrt(np.maximum(self.popularity, 1.0))
        shrunk = sp.diags_array(1.0 / (root + 1.0)) @ co @ sp.diags_array(1.0 / (root + 1.0))
        self.together: sp.csr_array = shrunk.tocsr().astype(np.float32)
        self.next = _rates(mention_matrix(self.cases, n, decay=0.8), self.targets)
        self.entities = sorted({e for c in self.cases for e in c.entities} | set(content.entities))
        self.entity_index = {e: i for i, e in enumerate(self.entities)}
        said = self.said(self.cases)
        self.next_entity = _rates(said, self.targets)
        self._said_axes = _axes(said)
        self._item_axes = _axes(self.named)
        self.ridge: Floats = _ridge(self.context, self.targets)
        self.known = self.whole(Queries(cases=self.cases, context=self.context, ask=self.ask))
        """Context, last turn, entities and items as one vector per case, `(n_cases, n_axes)` unit rows."""
        self.ridge_whole: Floats = _ridge(self.known, self.targets, WHOLE_RIDGE)

    def whole(self, queries: Queries) -> Floats:
        """Return everything a case holds as one unit vector: the two texts, what was said, what was named."""
        named = mention_matrix(queries.cases, self.content.n, decay=0.9)
        parts = (queries.context, queries.ask, _unit(self.said(queries.cases) @ self._said_axes), _unit(named @ self._item_axes))
        whole = np.concatenate([w * p for w, p in zip(WHOLE, parts, strict=True)], axis=1)
        return _unit(whole)

    def _graph(self, ids: Sequence[str], items_of: Mapping[int, Sequence[int]], words_of: Mapping[int, Sequence[str]]) -> KnowledgeGraph:
        names = [i.id for i in self.content.items]
        triples: list[Triple] = []
        for d, items in items_of.items():
            node = dialogue_entity(ids[d])
            triples += [Triple(node, "names", item_entity(names[i]), 1.0) for i in items]
            triples += [Triple(node, "says", e, 1.0) for e in words_of.get(d, ()) if not e.startswith(WORD)]
        facets = self.content.facets.tocoo()
        triples += [
            Triple(item_entity(names[i]), "has", self.content.entities[e], FACET_WEIGHT)
            for i, e in zip(facets.row.tolist(), facets.col.tolist(), strict=True)
        ]
        return KnowledgeGraph.from_triples(triples, items=names)

    def said(self, cases: Sequence[Case]) -> sp.csr_array:
        """Return the weights of the entities of each case, `(n_cases, n_entities)`."""
        rows, columns, data = [], [], []
        for r, case in enumerate(cases):
            for name, weight in case.entities.items():
                column = self.entity_index.get(name)
                if column is not None:
                    rows.append(r)
                    columns.append(column)
                    data.append(weight)
        return sp.csr_array(
            (np.array(data, np.float32), (np.array(rows, np.int32), np.array(columns, np.int32))), shape=(len(cases), len(self.entities))
        )

    def seeds(self, queries: Queries) -> dict[str, tuple[list[dict[str, float]], Floats]]:
        """Return the seeds of each part of a context, summing to 1 per case, and what each part weighs, `(n_queries,)`.

        Parts: the items named, the entities of the text, the nearest past dialogues.
        """
        names = [item_entity(i.id) for i in self.content.items]
        similarity = self.whole(queries) @ self.known.T
        parts: dict[str, list[dict[str, float]]] = {"items": [], "entities": [], "near": []}
        for q, case in enumerate(queries.cases):
            parts["items"].append({names[m.item]: 1.0 for m in case.mentions})
            parts["entities"].append({e: w for e, w in case.entities.items() if e in self.graph})
            parts["near"].append(text_seeds(similarity[q], self.owners, weight=NEAR_WEIGHT, sharpness=NEAR_SHARPNESS))
        return {part: (seeds, np.array([sum(s.values()) for s in seeds], dtype=np.float32)) for part, seeds in parts.items()}

    def walks(self, queries: Queries) -> dict[str, Floats]:
        """Personalised PageRank of the items from each part of the context, and from parts together.

        The walk is linear in its seeds, so three walks give every mixture. `walk`: what was mentioned; `walk_text`: that with weight 1
        and the nearest past dialogues with theirs, the untrained score.
        """
        found: dict[str, Floats] = {}
        weights: dict[str, Floats] = {}
        for part, (seeds, weight) in self.seeds(queries).items():
            ranks = self.graph.pagerank_batch(seeds, restart=RESTART, iterations=ITERATIONS)
            found[part] = np.ascontiguousarray(ranks[: self.content.n].T)
            weights[part] = weight[:, None]
        own = weights["items"] + weights["entities"]
        walk = found["items"] * weights["items"] + found["entities"] * weights["entities"]
        walk = np.divide(walk, own, out=walk, where=own > 0)
        return {
            "walk": walk,
            "walk_text": walk + found["near"] * weights["near"],
            "walk_near": found["near"],
            "walk_items": found["items"],
            "walk_entities": found["entities"],
        }

    def neighbours(self, vectors: Floats, known: Floats, k: int = 300, power: float = 6.0) -> Floats:
        """What was named next in the nearest past contexts, weighted by similarity."""
        similarity = vectors @ known.T
        k = min(k, similarity.shape[1])
        top = np.argpartition(-similarity, k - 1, axis=1)[:, :k]
        weight = np.clip(np.take_along_axis(similarity, top, axis=1), 0.0, None) ** power
        rows = np.repeat(np.arange(len(vectors)), k)
        return np.asarray(
            (sp.csr_array((weight.ravel(), (rows, top.ravel())), shape=similarity.shape) @ self.targets).todense(), dtype=np.float32
        )


def mention_matrix(cases: Sequence[Case], n_items: int, *, decay: float, last: bool = False) -> sp.csr_array:
    """Return what was named, older turns lighter by `decay` each, `(n_cases, n_items)`; with `last` only the last item of each."""
    rows, columns, data = [], [], []
    for q, case in enumerate(cases):
        for mention in case.mentions[-1:] if last else case.mentions:
            rows.append(q)
            columns.append(mention.item)
            data.append(decay ** (case.turn - 1 - mention.turn))
    return sp.csr_array((np.array(data, np.float32), (np.array(rows, np.int32), np.array(columns, np.int32))), shape=(len(cases), n_items))


def _axes(matrix: sp.csr_array, dim: int = AXES, seed: int = 0) -> Floats:
    """Return the main axes of a count matrix, `(columns, dim)`, columns weighted by rarity.

    Randomised subspace iteration (Halko, Martinsson and Tropp 2011, algorithm 4.4) from a fixed seed: seconds, not minutes.
    """
    if not matrix.nnz:
        return np.zeros((matrix.shape[1], 1), dtype=np.float32)
    rarity = np.log1p(matrix.shape[0] / np.maximum(np.asarray((matrix > 0).sum(axis=0)).ravel(), 1.0)).astype(np.float32)
    weighted = (matrix @ sp.diags_array(rarity)).tocsr().astype(np.float32)
    turned = weighted.T.tocsr()
    dim = max(min(dim, *weighted.shape), 1)
    width = min(dim + 16, *weighted.shape)
    basis = np.random.default_rng(seed).standard_normal((weighted.shape[1], width)).astype(np.float32)
    for _ in range(4):
        basis = _orthonormal(turned @ (weighted @ basis))
    image = weighted @ basis
    _, turns = np.linalg.eigh((image.T @ image).astype(np.float64))
    dim = min(dim, turns.shape[1])
    axes = basis @ turns[:, ::-1][:, :dim].astype(np.float32)
    return np.ascontiguousarray(axes * rarity[:, None], dtype=np.float32)


def _orthonormal(matrix: Floats) -> Floats:
    """Return an orthonormal basis of the columns, by the eigenvectors of their small Gram matrix: ten times faster than QR here."""
    gram = (matrix.T @ matrix).astype(np.float64)
    values, turns = np.linalg.eigh(gram)
    kept = values > values[-1] * 1e-7
    return np.asarray(matrix @ (turns[:, kept] / np.sqrt(values[kept])), dtype=np.float32)


def _unit(matrix: Floats) -> Floats:
    norm = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(np.divide(matrix, norm, out=np.zeros_like(matrix), where=norm > 1e-9), dtype=np.float32)


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
    rates: sp.csr_array = (sp.diags_array((1.0 / base).astype(np.float32)) @ counts).tocsr().astype(np.float32)
    return rates


def _ridge(x: Floats, targets: sp.csr_array, strength: float = 30.0) -> Floats:
    """Return the ridge map from text vectors to items, `(dim, n_items)`, in closed form."""
    gram = (x.T @ x).astype(np.float64)
    gram[np.diag_indices_from(gram)] += strength
    right = np.asarray((targets.T @ x).T, dtype=np.float64)
    return np.linalg.solve(gram, right).astype(np.float32)
