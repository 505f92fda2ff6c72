"""The fences around SQL written by a language model."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from tests.tools.running import call, context
from tools.base import BadArguments
from tools.sql import MOST_ROWS, read_only


def test_a_select_with_joins_groups_and_windows(games: KnowledgeBase) -> None:
    sql = "SELECT f.value, count(*) AS n, max(i.minutes) FROM items i JOIN facets f ON f.item = i.position"
    sql += " WHERE f.facet = 'kind' GROUP BY 1 ORDER BY n DESC, 1"
    answer = call(context(games), "lookup", kind="sql", sql=sql, limit=2).data
    assert answer["rows"] == [["strategy", 5, 180.0], ["cooperative", 4, 120.0]]
    assert answer["cut"]
    with_clause = "WITH t AS (SELECT title, rank() OVER (ORDER BY year) AS r FROM items) SELECT title FROM t WHERE r = 1"
    assert read_only(games.catalogue, with_clause)["rows"] == [["Quiet"]]
    assert read_only(games.catalogue, "SELECT title FROM items WHERE year < 1990 UNION SELECT 'x'")["rows"] == [["Quiet"], ["x"]]


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "DELETE FROM items",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE items",
        "ATTACH 'evil.db' AS e",
        "PRAGMA journal_mode = WAL",
        "CREATE TABLE t (a)",
        "INSERT INTO items SELECT * FROM items",
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c",
        "WITH c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c",
        "SELECT load_extension('evil')",
        "SELECT readfile('/etc/passwd')",
        "SELECT randomblob(1000000000)",
        "SELECT zeroblob(1000000000)",
        "SELECT printf('%1000000000d', 1)",
        "SELECT hex(title) FROM items",
        "SELECT * FROM sqlite_master",
        "SELECT * FROM pragma_database_list",
        "SELECT * FROM words_content",
        "SELECT fts5(1)",
        "SELECT nothing FROM items",
        "SELECT * FROM nowhere",
        "SELECT title FROM items WHERE",
        "SELECT '" + "x" * 5000 + "'",
        "VACUUM INTO 'copy.db'",
        "EXPLAIN SELECT 1",
    ],
)
def test_anything_else_is_refused(games: KnowledgeBase, sql: str) -> None:
    with pytest.raises(BadArguments, match="sql"):
        read_only(games.catalogue, sql)


def test_nothing_is_written(games: KnowledgeBase) -> None:
    before = {p: p.read_bytes() for p in Path(games.path).rglob("*") if p.is_file()}
    read_only(games.catalogue, "SELECT * FROM items ORDER BY title")
    assert {p: p.read_bytes() for p in Path(games.path).rglob("*") if p.is_file()} == before


def test_endless_work_is_stopped(dice: KnowledgeBase) -> None:
    with pytest.raises(BadArguments, match="stopped"):
        read_only(dice.catalogue, "SELECT count(*) FROM facets a, facets b, facets c, facets d")


def test_rows_and_text_are_bounded(dice: KnowledgeBase) -> None:
    many = read_only(dice.catalogue, "SELECT title FROM items, facets", limit=10_000)
    assert (len(many["rows"]), many["cut"]) == (MOST_ROWS, True)
    wide = read_only(dice.catalogue, "SELECT group_concat(record) FROM items GROUP BY position % 20")
    assert wide["cut"]
    assert sum(len(str(value)) for row in wide["rows"] for value in row) <= 20_000
