"""What every reader hands on: items and the dialogues of each split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from knowledge.dialogues import Dialogue
from knowledge.items import Item

__all__ = ["Layout", "Splits"]

Layout = Literal["redial", "inspired", "opendialkg"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """A data set: its items by id, and the dialogues of each split, in file order."""

    layout: Layout
    items: tuple[Item, ...]
    train: tuple[Dialogue, ...]
    valid: tuple[Dialogue, ...]
    test: tuple[Dialogue, ...]
