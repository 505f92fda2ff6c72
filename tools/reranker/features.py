"""The pool of a case and the features of each item in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tools.reranker.cases import Case
from tools.reranker.lexicon import tokens
from tools.reranker.scorers import Content, Floats, Past, Queries, mention_matrix

__all__ = ["FEATURES", "POOL", "Rows", "rows_of"]

POOL: dict[str, int] = {
    "walk_text": 250,
    "walk_near": 60,
    "neighbours": 80,
    "neighbours_whole": 80,
    "ridge": 60,
    "ridge_whole": 120,
    "next": 80,
    "next_entity": 60,
    "together": 60,
    "facets": 30,
    "facets_said": 30,
    "title_said": 8,
    "title_like": 12,
    "meaning": 30,
    "meaning_ask": 20,
}
"""How many items each scorer brings into the pool; ties at the cut are broken by item order."""

RANKED = (
    "walk_text",
    "walk",
    "walk_near",
    "neighbours",
    "neighbours_whole",
    "ridge",
    "ridge_whole",
    "next",
    "next_entity",
    "together",
    "facets",
    "meaning",
)
LIFTED = ("walk_text", "walk_near", "neighbours_whole", "ridge_whole", "next")
STATIC = ("popularity", "taken", "taken_share", "year", "described")
YEARS = ("year_to_last", "year_to_mean", "year_apart")
CASE = ("turn", "mentions", "by_seeker", "entities", "people", "ask_words", "nearest", "since_mention", "recommended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Pool rows of some cases: row j is item `item[j]` for case `case[j]`; cases in order, items ascending within a case."""

    case: NDArray[np.int32]
    item: NDArray[np.int32]
    x: Floats
    """Features `(n_rows, len(FEATURES))`."""
    base: Floats
    """The untrained score of every item, `(n_cases, n_items)`."""


def _scores(past: Past, queries: Queries) -> dict[str, Floats]:
    content, cases = past.content, queries.cases
    n, m = len(cases), content.n
    mentioned = mention_matrix(cases, m, decay=0.8)
    flat = mention_matrix(cases, m, decay=1.0)
    last = mention_matrix(cases, m, decay=1.0, last=True)
    whole = past.whole(queries)
    said = past.said(cases)
    words = _said_words(cases, content)
    facet_said = sp.csr_array(said[:, [past.entity_index[e] for e in content.entities]])
    profile = flat @ content.vectors
    profile /= np.maximum(np.linalg.norm(profile, axis=1, keepdims=True), 1e-6)
    dense = _dense
    return {
        **past.walks(queries),
        "neighbours": past.neighbours(queries.context, past.context),
        "neighbours_whole": past.neighbours(whole, past.known),
        "ridge": queries.context @ past.ridge,
        "ridge_whole": whole @ past.ridge_whole,
        "next": dense(mentioned @ past.next),
        "next_last": dense(last @ past.next),
        "next_entity": dense(said @ past.next_entity),
        "together": dense(flat @ past.together),
        "together_last": dense(last @ past.together),
        "facets": dense((flat @ content.facets_idf) @ content.facets_t),
        "facets_last": dense((last @ content.facets_idf) @ content.facets_t),
        "facets_said": dense(facet_said @ content.facets_t),
        "title_said": dense(words @ content.titles_t),
        "title_like": dense((flat @ content.titles) @ content.titles_t),
        "meaning": queries.context @ content.vectors.T,
        "meaning_ask": queries.ask @ content.vectors.T,
        "meaning_like": (profile @ content.vectors.T).astype(np.float32).reshape(n, m),
    }


SCORES = (
    "walk_text", "walk", "walk_near", "walk_items", "walk_entities", "neighbours", "neighbours_whole", "ridge",
    "ridge_whole", "next", "next_last", "next_entity", "together", "together_last", "facets", "facets_last",
    "facets_said", "title_said", "title_like", "meaning", "meaning_ask", "meaning_like",
)  # fmt: skip
FEATURES: tuple[str, ...] = (
    *SCORES,
    *(f"rank_{s}" for s in RANKED),
    *(f"lift_{s}" for s in LIFTED),
    *STATIC,
    *YEARS,
    *CASE,
    "mentioned",
)


def rows_of(past: Past, queries: Queries, *, repeats: bool = False) -> Rows:
    """Return the pool rows of some cases. Items already mentioned stay out unless `repeats`."""
    scores = _scores(past, queries)
    n, m = len(queries.cases), past.content.n
    inside = np.zeros((n, m), dtype=bool)
    blocked = np.zeros((n, m), dtype=bool)
    for q, case in enumerate(queries.cases):
        blocked[q, list(case.mentioned)] = True
    for name, k in POOL.items():
        s = scores[name].copy()
        if not repeats:
            s[blocked] = -np.inf
        k = min(k, m)
        top = np.argpartition(-s, k - 1, axis=1)[:, :k]
        good = np.take_along_axis(s, top, axis=1) > 0
        rows = np.repeat(np.arange(n), k).reshape(n, k)
        inside[rows[good], top[good]] = True
    if repeats:
        inside |= blocked
    else:
        inside &= ~blocked
    row, item = (a.astype(np.int32) for a in np.nonzero(inside))
    columns: list[Floats] = [scores[s][row, item] for s in SCORES]
    starts = np.searchsorted(row, np.arange(n + 1))
    columns += [_ranks(scores[s][row, item], starts) for s in RANKED]
    log_popularity = np.log1p(past.popularity)
    columns += [np.log(np.maximum(scores[s][row, item], 1e-8)) - log_popularity[item] for s in LIFTED]
    columns += _static(past, item)
    columns += _years(past.content, queries.cases, row, item)
    columns += [values[row] for values in _of_case(past, queries)]
    columns.append(blocked[row, item])
    return Rows(case=row, item=item, x=np.column_stack(columns).astype(np.float32), base=scores["walk_text"])


def _dense(matrix: sp.csr_array) -> Floats:
    return np.asarray(matrix.todense(), dtype=np.float32)


def _said_words(cases: Sequence[Case], content: Content) -> sp.csr_array:
    rows, columns = [], []
    for q, case in enumerate(cases):
        for word in dict.fromkeys(tokens(case.bare)):
            column = content.vocabulary.get(word)
            if column is not None:
                rows.append(q)
                columns.append(column)
    return sp.csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(cases), len(content.vocabulary)))


def _ranks(values: Floats, starts: NDArray[np.int64]) -> Floats:
    """Return the log rank of each value within its case, best 0."""
    out = np.empty(len(values), dtype=np.float32)
    for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        order = np.argsort(-values[a:b], kind="stable")
        out[a:b][order] = np.log1p(np.arange(b - a))
    return out


def _static(past: Past, item: NDArray[np.int32]) -> list[Floats]:
    content = past.content
    described = np.asarray(content.facets.sum(axis=1)).ravel().astype(np.float32)
    return [
        np.log1p(past.popularity)[item],
        np.log1p(past.taken)[item],
        ((past.taken + 1.0) / (past.popularity + 2.0))[item],
        content.year[item],
        described[item],
    ]


def _years(content: Content, cases: Sequence[Case], case: NDArray[np.int32], item: NDArray[np.int32]) -> list[Floats]:
    last, mean = [], []
    for c in cases:
        years = [float(content.year[m.item]) for m in c.mentions if not np.isnan(content.year[m.item])]
        last.append(years[-1] if years else np.nan)
        mean.append(sum(years) / len(years) if years else np.nan)
    to_last = content.year[item] - np.array(last, np.float32)[case]
    to_mean = content.year[item] - np.array(mean, np.float32)[case]
    return [to_last, to_mean, np.abs(to_mean)]


def _of_case(past: Past, queries: Queries) -> list[Floats]:
    cases = queries.cases
    nearest = (queries.context @ past.context.T).max(axis=1) if len(past.context) else np.zeros(len(cases), np.float32)
    table = [
        [
            c.turn,
            len(c.mentions),
            sum(m.by_seeker for m in c.mentions),
            len(c.entities),
            sum(e.startswith("person:") for e in c.entities),
            len(c.ask.split()),
            near,
            c.turn - c.mentions[-1].turn if c.mentions else 99,
            len(c.mentions) - sum(m.by_seeker for m in c.mentions),
        ]
        for c, near in zip(cases, nearest.tolist(), strict=True)
    ]
    array = np.array(table, dtype=np.float32).reshape(len(cases), len(CASE))
    return [array[:, j] for j in range(len(CASE))]
