"""Bad rows: collected, counted against what was allowed, and listed in one error."""

from __future__ import annotations

from knowledge.errors import BadRows

__all__ = ["Faults", "shown"]

_LISTED = 20


def shown(value: object, limit: int = 40) -> str:
    """Return a value as it stands in a message, cut where it is long."""
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}... ({len(str(value))} characters)"


class Faults:
    """The bad rows met so far. One row counts once however much is wrong with it."""

    def __init__(self, allowed: int = 0) -> None:
        """Let `allowed` bad rows pass; more raise BadRows."""
        self.allowed = allowed
        self.lines: list[str] = []
        self.count = 0
        self._last: tuple[str, int] | None = None

    def add(self, file: str, row: int, problem: str) -> None:
        """Note a bad row. Raises BadRows once it is clear that there are too many and enough are listed."""
        if self._last != (file, row):
            self.count += 1
            self._last = (file, row)
        if len(self.lines) < self.allowed + _LISTED:
            self.lines.append(f"{file} row {row}{problem if problem.startswith(',') else ': ' + problem}")
        elif self.count > self.allowed:
            self.check()

    def check(self) -> None:
        """Raise BadRows where more rows are bad than were allowed."""
        if self.count <= self.allowed:
            return
        first = self.lines[0]
        if self.count == 1:
            raise BadRows(f"{first} (--max-bad-rows 1 would leave the row out)", tuple(self.lines))
        more = "at least " if len(self.lines) < self.count else ""
        raise BadRows(
            f"{first}; {more}{self.count} rows are bad and {self.allowed} were allowed"
            " (mend them, or pass --max-bad-rows N to leave them out)",
            tuple(self.lines),
        )
