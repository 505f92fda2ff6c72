"""Full text over SQLite FTS5: BM25 for ranking, all-words matching for filters."""

from __future__ import annotations

import re
import sqlite3

import numpy as np
import numpy.typing as npt

__all__ = ["best_matches", "rows_with_all"]

_WORD = re.compile(r"\w+")

_WEIGHTS = "8.0, 8.0, 2.0, 3.0, 1.5"
"""BM25 weights of title, aliases, description, facets, more."""

MOST_READ = 3_000
"""Matches that may be scored for one query; a word too common to fit is left out while rarer ones remain."""

_SAYS_NOTHING = (
    "a an the and or of in on at to for with by from is are was were be it its this that these those i me my we you your he she"
    " they as but not no so do does did some any something anything someone one like about want looking find give show please"
)
_COMMON = frozenset(_SAYS_NOTHING.split())
"""Words that carry nothing for ranking; matching them would only read long posting lists."""


def _quoted(words: list[str]) -> list[str]:
    return [f'"{word}"' for word in words]


def best_matches(
    connection: sqlite3.Connection, query: str, k: int, within: npt.NDArray[np.bool_] | None
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return up to k item indices that share a word with the query and their BM25 scores, best first.

    Ties break by index. Words of the query that mean nothing are left out unless there are no others.
    """
    words = list(dict.fromkeys(w.casefold() for w in _WORD.findall(query)))
    words = [w for w in words if w not in _COMMON] or words
    if not words or k <= 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float64)
    match = " OR ".join(_quoted(_telling(connection, words)))
    found = connection.execute(f"SELECT rowid, -bm25(words, {_WEIGHTS}) FROM words WHERE words MATCH ?", (match,)).fetchall()
    if not found:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float64)
    rows = np.array([row for row, _ in found], dtype=np.int64)
    scores = np.array([score for _, score in found], dtype=np.float64)
    if within is not None:
        kept = within[rows]
        rows, scores = rows[kept], scores[kept]
    order = np.lexsort((rows, -scores))[:k]
    return rows[order], scores[order]


def _telling(connection: sqlite3.Connection, words: list[str]) -> list[str]:
    """Return the words to rank by: the rarest that fit `MOST_READ` matches, for scoring costs and common words tell least."""
    if len(words) < 2:
        return words
    found = {w: connection.execute("SELECT count(*) FROM words WHERE words MATCH ?", (f'"{w}"',)).fetchone()[0] for w in words}
    kept: list[str] = []
    total = 0
    for word in sorted(words, key=lambda w: (found[w], w)):
        total += found[word]
        if total > MOST_READ and any(found[k] for k in kept):
            break
        kept.append(word)
    return [w for w in words if w in kept]


def rows_with_all(connection: sqlite3.Connection, text: str) -> npt.NDArray[np.int64]:
    """Return the indices of the items whose title, aliases or other text hold every word (stemmed); all words count."""
    words = _WORD.findall(text.casefold())
    if not words:
        return np.empty(0, dtype=np.int64)
    match = "{title aliases description more} : (" + " AND ".join(_quoted(words)) + ")"
    return np.array([row for (row,) in connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (match,))], dtype=np.int64)
