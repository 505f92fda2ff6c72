"""ReDial's utterances (Li et al. 2018) with each `@id` mark replaced by the title's text without its year."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.errors import BadInput
from knowledge.linker import Linker, Name
from knowledge.schema import ItemWords

__all__ = ["ITEM_WORDS", "Dialogue", "MarkedText", "RedialText"]

ITEM_WORDS = ItemWords(
    singular="movie", plural="movies", also=("film", "films", "flick", "flicks"), use="watch", used=("watched", "saw", "seen", "caught")
)

_MARK = re.compile(r"@(\d+)")
_YEAR = re.compile(r"^(.*?)\s*(?:\((\d{4})\))?\s*$", re.DOTALL)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class MarkedText:
    """An utterance as typed, with the place and item of each title the writers marked."""

    text: str
    spans: tuple[tuple[int, int, str], ...]
    """(start, end, movie id), left to right."""
    speaker: int

    def small_titles(self) -> MarkedText:
        """Return the text with only the titles' capitals taken away, as people write who let the telephone see to sentences."""
        text = self.text
        for start, end, _ in self.spans:
            title = text[start:end].lower()
            text = text[:start] + (title if len(title) == end - start else text[start:end]) + text[end:]
        return MarkedText(text, self.spans, self.speaker)

    def lowered(self) -> MarkedText:
        """Return the text without capitals, for what people type on a telephone."""
        return MarkedText(self.text.lower(), self.spans, self.speaker) if len(self.text.lower()) == len(self.text) else self


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A dialogue with what each worker said afterwards of each movie: worker -> movie id -> form."""

    texts: tuple[MarkedText, ...]
    seeker: int
    recommender: int
    seeker_form: Mapping[str, Mapping[str, int]]
    recommender_form: Mapping[str, Mapping[str, int]]


class RedialText:
    """The folder of ReDial: titles, and dialogues by split. Raises BadInput where a file is missing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._need("movies_with_mentions.csv")
        self.titles: dict[str, tuple[str, int | None]] = {}
        with (folder / "movies_with_mentions.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                match = _YEAR.match(row["movieName"])
                title, year = (match.group(1), match.group(2)) if match else (row["movieName"], None)
                self.titles[row["movieId"]] = (_SPACES.sub(" ", title).strip(), int(year) if year else None)

    def _need(self, name: str) -> Path:
        path = self.folder / name
        if not path.is_file():
            raise BadInput(f"{path} is missing; --data wants ReDial's folder with movies_with_mentions.csv, train.jsonl and valid.jsonl")
        return path

    def dialogues(self, split: str) -> Iterator[Dialogue]:
        """Yield the dialogues of a split (`train`, `valid`)."""
        with self._need(f"{split}.jsonl").open(encoding="utf-8") as file:
            for line in file:
                record = json.loads(line)
                yield Dialogue(
                    texts=tuple(self._marked(m) for m in record["messages"]),
                    seeker=int(record["initiatorWorkerId"]),
                    recommender=int(record["respondentWorkerId"]),
                    seeker_form=record.get("initiatorQuestions") or {},
                    recommender_form=record.get("respondentQuestions") or {},
                )

    def _marked(self, message: Mapping[str, Any]) -> MarkedText:
        source = str(message["text"])
        pieces: list[str] = []
        spans: list[tuple[int, int, str]] = []
        length = end = 0
        for mark in _MARK.finditer(source):
            movie = mark.group(1)
            if movie not in self.titles:
                continue
            before = source[end : mark.start()]
            title = self.titles[movie][0]
            pieces += [before, title]
            length += len(before)
            spans.append((length, length + len(title), movie))
            length += len(title)
            end = mark.end()
        pieces.append(source[end:])
        return MarkedText("".join(pieces), tuple(spans), int(message["senderWorkerId"]))

    def names(self) -> list[Name]:
        """Return titles with how often the training split mentions them, and people and genres where `kg/` is there."""
        mentions: Counter[str] = Counter()
        for dialogue in self.dialogues("train"):
            for text in dialogue.texts:
                mentions.update(movie for _, _, movie in text.spans)
        names = [
            Name(entity=f"item:{movie}", kind="item", text=title, year=year, popularity=float(mentions[movie]))
            for movie, (title, year) in self.titles.items()
        ]
        people: Counter[str] = Counter()
        genres: Counter[str] = Counter()
        facts = self.folder / "kg" / "id2info.json"
        if facts.is_file():
            for movie, record in json.loads(facts.read_text(encoding="utf-8")).items():
                weight = 1 + mentions[movie]
                people.update({person: weight for role in ("director", "writer", "star") for person in record.get(role) or ()})
                genres.update(dict.fromkeys(record.get("genre") or (), weight))
        names += [
            Name(entity=f"person:{p}", kind="person", text=p, manner="person", popularity=float(n)) for p, n in sorted(people.items())
        ]
        names += [Name(entity=f"genre:{g}", kind="genre", text=g, manner="value", popularity=float(n)) for g, n in sorted(genres.items())]
        return names

    def linker(self) -> Linker:
        """Return a linker over the names."""
        return Linker.from_names(self.names(), ITEM_WORDS)
