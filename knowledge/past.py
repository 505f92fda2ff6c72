"""The past dialogues of a base on disk: one JSON line each, read whole on first use."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from knowledge.dialogues import Dialogue, Utterance
from knowledge.errors import BaseDamaged

__all__ = ["Past", "save_past"]

_FILE = "dialogues.jsonl"


@dataclass(frozen=True)
class Past:
    """Past dialogues in the source's order, which is that of time where the source knows it."""

    all: tuple[Dialogue, ...]

    def __len__(self) -> int:
        return len(self.all)

    def __iter__(self) -> Iterator[Dialogue]:
        return iter(self.all)

    def __getitem__(self, at: int) -> Dialogue:
        return self.all[at]

    @property
    def ids(self) -> list[str]:
        """Ids in order."""
        return [dialogue.id for dialogue in self.all]

    @cached_property
    def _by_id(self) -> dict[str, Dialogue]:
        return {dialogue.id: dialogue for dialogue in self.all}

    def dialogue(self, dialogue_id: str) -> Dialogue:
        """Return a dialogue by id. Raises KeyError."""
        return self._by_id[dialogue_id]

    @classmethod
    def load(cls, folder: Path) -> Past:
        """Read the dialogues of a base. Raises BaseDamaged."""
        path = folder / _FILE
        try:
            with path.open(encoding="utf-8") as lines:
                return cls(tuple(_dialogue(json.loads(line)) for line in lines))
        except (OSError, ValueError, KeyError) as error:
            raise BaseDamaged(f"{str(path)!r} cannot be read ({error}); build the base again") from error


def _dialogue(data: dict[str, object]) -> Dialogue:
    utterances = data["utterances"]
    assert isinstance(utterances, list)
    return Dialogue(id=str(data["id"]), utterances=tuple(Utterance(speaker=s, text=t, items=tuple(i)) for s, t, i in utterances))


def save_past(dialogues: Iterable[Dialogue], folder: Path) -> int:
    """Write dialogues into the folder; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (folder / _FILE).open("w", encoding="utf-8") as file:
        for dialogue in dialogues:
            lines = [[u.speaker, u.text, list(u.items)] for u in dialogue.utterances]
            file.write(json.dumps({"id": dialogue.id, "utterances": lines}, ensure_ascii=False) + "\n")
            count += 1
    return count
