"""ReDial's layout as a source: items, the named graph where it is present, past dialogues.

Li et al., "Towards Deep Conversational Recommendations", NeurIPS 2018. Files: `movies_with_mentions.csv`, `train.jsonl` (or
`train_data.jsonl`), and optionally `kg/id2info.json` (genres, plot, people and IMDb id by item).
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from knowledge.dialogues import Dialogue, Utterance, dialogue_entity
from knowledge.errors import BadInput
from knowledge.items import Item
from knowledge.schema import Facet, Schema
from knowledge.sources.base import Events, Relation
from knowledge.sources.faults import Faults, shown
from knowledge.sources.movielens import FILM_WORDS, genre_facet, year_number
from knowledge.sources.titles import split_title

__all__ = ["RedialSource", "read_dialogues"]

_MARK = re.compile(r"@(\d+)")

SAID_BY_SEEKER = 0.6
SAID_BY_RECOMMENDER = 0.3
"""How much a mention without a form tells of liking: people mostly name what they like; a suggestion may please or not."""


class RedialSource:
    """A directory in ReDial's layout."""

    def __init__(self, folder: Path, faults: Faults, *, splits: Sequence[str] = ("train",)) -> None:
        """Take the items of the directory and the dialogues of some splits.

        Only `train` by default, so that a base can be judged on the others.
        """
        self.name = folder.name or "dialogues"
        self._folder = folder
        self._faults = faults
        self._splits = splits
        if not (folder / "movies_with_mentions.csv").is_file():
            raise BadInput(
                f"{str(folder)!r} is not in ReDial's layout: movies_with_mentions.csv is missing; name the directory that holds it"
            )
        self._titles: dict[str, str] = {}
        self._past: list[tuple[Dialogue, Mapping[str, float]]] | None = None
        self._info = self._read_info()

    def _read_info(self) -> dict[str, dict[str, Any]]:
        path = self._folder / "kg" / "id2info.json"
        if not path.is_file():
            return {}
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise BadInput(f"{str(path)!r} is not JSON: {error}; fetch it again, or remove it to build without the graph") from error
        if not isinstance(data, dict):
            raise BadInput(f"{str(path)!r} holds {type(data).__name__} where an object by item id should stand")
        return data

    def schema(self) -> Schema:
        """Return year and genre, and people where the graph is present."""
        people = (
            Facet(
                name="director",
                kind="person",
                plural="directors",
                words=("directed by", "director", "made by", "by"),
                phrase="directed by {}",
                askable=0.3,
                weight=1.2,
            ),
            Facet(
                name="cast",
                kind="person",
                label="actor",
                plural="cast",
                words=("starring", "with", "actor", "actress", "actors", "stars", "star", "featuring"),
                phrase="with {}",
                askable=0.4,
            ),
            Facet(
                name="writer",
                kind="person",
                plural="writers",
                words=("written by", "writer"),
                phrase="written by {}",
                askable=0.1,
                weight=0.6,
            ),
        )
        return Schema(
            name=self.name,
            item=FILM_WORDS,
            facets=(genre_facet(), *people) if self._info else (),
            numbers=(year_number(),),
            show=("year", "genre", "director") if self._info else ("year",),
            examples=("I loved The Martian, what else is like it?", "A good comedy with Will Ferrell", "Surprise me"),
        )

    def items(self) -> Iterator[tuple[Item, str]]:
        """Yield the films. Raises BadRows."""
        file = "movies_with_mentions.csv"
        told = self._told()
        with (self._folder / file).open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
            for row, cells in enumerate(csv.reader(lines), start=1):
                if not cells or (row == 1 and not cells[0].isdigit()):
                    continue
                if len(cells) != 3 or not cells[0] or not cells[1].strip():
                    self._faults.add(file, row, f"{len(cells)} cells where id, title and mentions should stand")
                    continue
                if cells[0] in self._titles:
                    self._faults.add(file, row, f"id {cells[0]!r} stands there twice")
                    continue
                item = self._item(cells[0], cells[1], told[cells[0]])
                self._titles[item.id] = item.title
                yield item, ""
        self._faults.check()
        if not self._titles:
            raise BadInput(f"{file} holds no items")

    def _told(self) -> Counter[str]:
        """Count how often the dialogues read name each id. The file's own count spans all splits, those a base is judged on included."""
        told: Counter[str] = Counter()
        for path in self._files():
            with path.open(encoding="utf-8", errors="surrogateescape") as lines:
                for line in lines:
                    told.update(_MARK.findall(line))
        return told

    def _files(self) -> Iterator[Path]:
        for split in self._splits:
            path = next((p for p in (self._folder / f"{split}.jsonl", self._folder / f"{split}_data.jsonl") if p.is_file()), None)
            if path is None:
                raise BadInput(f"{str(self._folder)!r} holds neither {split}.jsonl nor {split}_data.jsonl")
            yield path

    def _item(self, item_id: str, name: str, told: int) -> Item:
        title, year, others = split_title(name)
        info = self._info.get(item_id, {})
        facets = {}
        for facet, key in (("genre", "genre"), ("director", "director"), ("cast", "star"), ("writer", "writer")):
            values = tuple(dict.fromkeys(str(v).strip() for v in info.get(key) or () if str(v).strip()))
            if values:
                facets[facet] = values
        return Item(
            id=item_id,
            title=title or name.strip(),
            aliases=others,
            description=str(info.get("plot") or "").strip(),
            facets=facets,
            numbers={} if year is None else {"year": float(year)},
            popularity=float(told),
            keys={"imdb_id": str(info["imdb_id"])} if info.get("imdb_id") else {},
        )

    def _read_past(self) -> list[tuple[Dialogue, Mapping[str, float]]]:
        if self._past is None:
            self._past = []
            for path in self._files():
                self._past.extend(read_dialogues(path, self._titles, self._faults))
            self._faults.check()
        return self._past

    def events(self) -> Events | None:
        """Return what each seeker said of films: from the form where there is one, else faint likings from mentions.

        The user of dialogue 7 is called `dialogue:7`.
        """
        rows: list[tuple[str, str, float, float]] = []
        for dialogue, liked in self._read_past():
            said: dict[str, float] = {}
            for utterance in dialogue.utterances:
                for item in utterance.items:
                    strength = SAID_BY_SEEKER if utterance.speaker == "seeker" else SAID_BY_RECOMMENDER
                    said[item] = max(strength, said.get(item, 0.0))
            rows.extend((dialogue_entity(dialogue.id), item, liked.get(item, strength), float("nan")) for item, strength in said.items())
        return Events.of(rows) if rows else None

    def relations(self) -> Iterable[Relation]:
        """The graph's relations are facets already."""
        return ()

    def dialogues(self) -> Iterable[Dialogue]:
        """Return the past dialogues, titles put in for the marks."""
        return [dialogue for dialogue, _ in self._read_past()]


def read_dialogues(path: Path, titles: Mapping[str, str], faults: Faults) -> Iterator[tuple[Dialogue, Mapping[str, float]]]:
    """Yield the dialogues of one file in ReDial's layout, and for each what its seeker liked by the form (1) or did not (-1).

    Args:
        path: JSON Lines.
        titles: item id -> title, put in for `@id`; a mark of an unknown item gives way to the title the dialogue itself gives it.
        faults: where lines that are no dialogue are noted.
    """
    with path.open(encoding="utf-8", errors="surrogateescape") as lines:
        for row, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
                yield _dialogue(data, titles, row)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                faults.add(
                    path.name, row, f"not a dialogue in ReDial's layout: {shown(line.strip(), 60)} ({type(error).__name__}: {error})"
                )


def _dialogue(data: Mapping[str, Any], titles: Mapping[str, str], row: int) -> tuple[Dialogue, Mapping[str, float]]:
    seeker = data["initiatorWorkerId"]
    # An empty mapping is written as a list in the published files.
    given = {str(k): split_title(str(v))[0] for k, v in dict(data.get("movieMentions") or {}).items() if v}
    utterances = []
    for message in data["messages"]:
        text = str(message["text"])
        marks = [match.group(1) for match in _MARK.finditer(text)]
        items = tuple(dict.fromkeys(mark for mark in marks if mark in titles))
        worded = _MARK.sub(lambda match: titles.get(match.group(1)) or given.get(match.group(1)) or match.group(0), text)
        speaker = "seeker" if message["senderWorkerId"] == seeker else "recommender"
        utterances.append(Utterance(speaker=speaker, text=" ".join(worded.split()), items=items))
    answers = dict(data.get("initiatorQuestions") or {})
    liked = {str(item): (1.0 if answer.get("liked") == 1 else -1.0) for item, answer in answers.items() if answer.get("liked") in (0, 1)}
    return Dialogue(id=str(data.get("conversationId", row)), utterances=tuple(utterances)), liked
