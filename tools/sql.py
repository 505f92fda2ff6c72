"""Read-only SQL over the catalogue for language models: parsed to one SELECT, then fenced by SQLite itself.

Fences, each enough against a different mistake: sqlglot admits one SELECT and nothing else; the connection is opened read-only
and immutable; an authoriser lets through reads of listed tables and calls of listed functions only; a progress handler
bounds the work; rows, width and memory of the answer are bounded.
"""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Any

from tools.base import BadArguments

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue

__all__ = ["TABLES", "read_only", "schema_words"]

TABLES = frozenset({"items", "facets", "dates", "aliases", "keys"})
"""What may be read."""

FUNCTIONS = frozenset(
    {"count", "sum", "total", "avg", "min", "max", "abs", "round", "lower", "upper"}
    | {"length", "substr", "substring", "trim", "ltrim", "rtrim", "replace", "instr", "coalesce", "ifnull"}
    | {"nullif", "iif", "group_concat", "string_agg", "like", "glob", "cast", "sign", "floor", "ceil"}
    | {"ceiling", "date", "strftime", "julianday", "row_number", "rank", "dense_rank", "first_value", "last_value", "lag"}
    | {"lead", "ntile"}
)
"""What may be called: none that reads files, loads code or builds values of any size."""

MOST_ROWS = 200
MOST_TEXT = 20_000
"""Characters of the whole answer."""
MOST_LENGTH = 4_000
"""Characters of the statement."""
LIMIT_S = 1.0
STEPS = 2_000
"""Virtual machine steps between two looks at the clock."""
CACHE_KIB = 8_192
"""Memory for pages and sorting; what needs more spills to a temporary file until the time is up."""


def _checked(sql: str) -> str:
    """Return the statement as sqlglot writes it, if it is one SELECT. Raises BadArguments."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    if len(sql) > MOST_LENGTH:
        raise BadArguments(f"'sql': {len(sql):,} characters, at most {MOST_LENGTH:,} are read; ask for less")
    try:
        statements = [s for s in sqlglot.parse(sql, read="sqlite") if s is not None]
    except (SqlglotError, RecursionError) as error:
        raise BadArguments(f"'sql': cannot be parsed ({str(error).splitlines()[0]}); write one SQLite SELECT") from error
    if len(statements) != 1:
        raise BadArguments(f"'sql': {len(statements)} statements; write exactly one SELECT")
    statement = statements[0]
    if not isinstance(statement, exp.Select | exp.SetOperation):
        raise BadArguments(f"'sql': {statement.key.upper()} is not allowed; write one SELECT")
    with_clause = statement.find(exp.With)
    if with_clause is not None and with_clause.args.get("recursive"):
        raise BadArguments("'sql': recursive queries are not allowed; write a plain SELECT")
    return str(statement.sql(dialect="sqlite"))


def _authorise(action: int, first: str | None, second: str | None, _database: str | None, _source: str | None) -> int:
    if action == sqlite3.SQLITE_SELECT:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ and first in TABLES | {""}:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (second or "").casefold() in FUNCTIONS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def read_only(catalogue: Catalogue, sql: str, limit: int = 50) -> dict[str, Any]:
    """Run one SELECT and return `{"columns", "rows", "cut"}`; `cut` is true where rows or text were left out.

    Raises:
        BadArguments: the statement is not one SELECT, reads what is not allowed, takes too long or is wrong.
    """
    statement = _checked(sql)
    limit = min(limit, MOST_ROWS)
    connection = catalogue.connect()
    deadline = time.monotonic() + LIMIT_S
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_TEXT * 16)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 100)
        connection.setlimit(sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 10)
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute("PRAGMA temp_store = FILE")
        connection.execute("PRAGMA query_only = ON")
        connection.set_authorizer(_authorise)
        connection.set_progress_handler(lambda: int(time.monotonic() > deadline), STEPS)
        cursor = connection.execute(statement)
        rows = cursor.fetchmany(limit + 1)
        columns = [column[0] for column in cursor.description]
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise BadArguments(f"'sql': stopped after {LIMIT_S:g} s; ask for less, or with an index (facets by facet and value)") from error
        raise BadArguments(f"'sql': {error}; {schema_words()}") from error
    except sqlite3.DatabaseError as error:
        raise BadArguments(f"'sql': {error}; {schema_words()}") from error
    finally:
        connection.close()
    return _bounded(columns, rows, limit)


def _bounded(columns: list[str], rows: list[tuple[Any, ...]], limit: int) -> dict[str, Any]:
    kept: list[list[Any]] = []
    spent = 0
    for row in rows[:limit]:
        plain = [value.hex() if isinstance(value, bytes) else value for value in row]
        spent += sum(len(str(value)) for value in plain)
        if spent > MOST_TEXT:
            break
        kept.append(plain)
    return {"columns": columns, "rows": kept, "cut": len(kept) < len(rows)}


def schema_words() -> str:
    """Return one line on the tables, for error texts and tool descriptions."""
    return (
        "tables: items(position, id, title, description, popularity, ..., numbers as columns), facets(item, facet, value), "
        "dates(item, name, date), aliases(item, alias), keys(item, name, value); item refers to items.position"
    )
