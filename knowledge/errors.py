"""What can go wrong, as one small tree.

SommelierError                      everything we raise on purpose; the command line prints it as one line, exit status 2
├── BadInput                        a file, row, column, argument or value the person can mend
│   └── BadRows                     too many bad rows in a source; carries the list
├── BaseError                       a knowledge base that cannot be used as it stands
│   ├── BaseMissing                 there is none at that path
│   ├── BaseOutdated                made by another format version, or with another encoder
│   ├── BaseDamaged                 partial, or its hashes do not match
│   └── BaseLocked                  another process is writing it
└── Unavailable                     an optional part (package, model, server) is not there
"""

from __future__ import annotations

__all__ = [
    "BadInput",
    "BadRows",
    "BaseDamaged",
    "BaseError",
    "BaseLocked",
    "BaseMissing",
    "BaseOutdated",
    "SommelierError",
    "Unavailable",
]


class SommelierError(Exception):
    """Base of every error raised on purpose; its text names the value, the limit and the mend."""


class BadInput(SommelierError):
    """Something a person supplied cannot be used; nothing was changed."""


class BadRows(BadInput):
    """More rows of a source are bad than were allowed.

    `rows` lists them as ready-made lines ("games.csv row 17, column 'year': 'abc' is not a number").
    """

    def __init__(self, message: str, rows: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.rows = rows


class BaseError(SommelierError):
    """A knowledge base cannot be used as it stands; the text says what to run."""


class BaseMissing(BaseError):
    """No knowledge base stands at the path."""


class BaseOutdated(BaseError):
    """The base was made by another format version or encoder than the one asked for."""


class BaseDamaged(BaseError):
    """The base is partial, or a file does not match the manifest."""


class BaseLocked(BaseError):
    """Another process is writing the base."""


class Unavailable(SommelierError):
    """An optional part is not there; the text says how to get it."""
