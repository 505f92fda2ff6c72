"""Read dialogue data sets: ReDial's JSON Lines, INSPIRED's TSV, OpenDialKG's processed JSON Lines, to one shape."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from evaluation.redial.lines import json_lines, json_object
from evaluation.redial.opendialkg import FILES as OPENDIALKG
from evaluation.redial.opendialkg import read_opendialkg
from evaluation.redial.splits import Layout, Splits
from knowledge.dialogues import Dialogue, Utterance
from knowledge.errors import BadInput
from knowledge.items import Item

__all__ = ["Layout", "Splits", "layout_of", "read_splits"]

MENTION = re.compile(r"@(\d+)")
TITLE_YEAR = re.compile(r"^(.*?)\s*\((\d{4})\)\s*$")
FACETS = {"genre": "genre", "director": "director", "writer": "writer", "star": "cast"}


def layout_of(folder: Path) -> Layout:
    """Tell which data set stands in a folder. Raises BadInput."""
    if (folder / "train.tsv").is_file() or (folder / "test.tsv").is_file():
        return "inspired"
    if (folder / "movies_with_mentions.csv").is_file():
        return "redial"
    if any((folder / name).is_file() for name in OPENDIALKG.values()):
        return "opendialkg"
    raise BadInput(
        f"{str(folder)!r} holds no data set known here; it needs train.jsonl, valid.jsonl and movies_with_mentions.csv (ReDial), "
        "train.tsv, dev.tsv and test.tsv (INSPIRED), or *_data_processed.jsonl (OpenDialKG)"
    )


def read_splits(folder: Path) -> Splits:
    """Read all splits that stand in a folder. Raises BadInput naming the file and line."""
    layout = layout_of(folder)
    if layout == "redial":
        return _redial(folder)
    if layout == "inspired":
        return _inspired(folder)
    return read_opendialkg(folder)


def _redial(folder: Path) -> Splits:
    titles: dict[str, str] = {}
    with (folder / "movies_with_mentions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            # The third column counts mentions over every split, the test split included: reading it would leak.
            titles[row["movieId"]] = " ".join(row["movieName"].split())
    info = json_object(folder / "kg" / "id2info.json")
    items = tuple(_redial_item(i, titles[i], info.get(i, {})) for i in sorted(titles))
    names = {item.id: item.title for item in items}
    parts = {split: tuple(_redial_dialogues(folder / f"{split}.jsonl", names)) for split in ("train", "valid", "test")}
    return Splits(layout="redial", items=items, train=parts["train"], valid=parts["valid"], test=parts["test"])


def _redial_item(item_id: str, name: str, info: Mapping[str, Any]) -> Item:
    match = TITLE_YEAR.match(name)
    title, year = (match[1].strip() or name, float(match[2])) if match else (name, None)
    facets = {ours: tuple(dict.fromkeys(v for v in info.get(theirs, ()) if v)) for theirs, ours in FACETS.items()}
    return Item(
        id=item_id,
        title=title,
        description=str(info.get("plot") or ""),
        facets={k: v for k, v in facets.items() if v},
        numbers={"year": year} if year else {},
        keys={"imdb_id": info["imdb_id"]} if info.get("imdb_id") else {},
    )


def _redial_dialogues(path: Path, titles: Mapping[str, str]) -> Iterator[Dialogue]:
    for row in json_lines(path):
        named = row.get("movieMentions") or {}
        seeker = row.get("initiatorWorkerId")
        utterances = []
        for message in row.get("messages", ()):
            text = str(message["text"])
            items = tuple(i for i in MENTION.findall(text) if i in titles)

            def written(match: re.Match[str], named: Mapping[str, Any] = named) -> str:
                return titles.get(match[1]) or str((named or {}).get(match[1]) or "")

            speaker = "seeker" if message["senderWorkerId"] == seeker else "recommender"
            utterances.append(Utterance(speaker=speaker, text=MENTION.sub(written, text), items=items))
        yield Dialogue(id=str(row["conversationId"]), utterances=tuple(utterances))


def _inspired(folder: Path) -> Splits:
    rows = {split: _table(folder / f"{split}.tsv") for split in ("train", "dev", "test")}
    database = next((p for p in (folder / "movie_database.tsv", folder.parent / "movie_database.tsv") if p.is_file()), None)
    facts = {_key(str(r.get("title", "")), str(r.get("year", ""))): r for r in (_table(database) if database else ())}
    names: set[str] = set()
    for part in rows.values():
        for row in part:
            names.update(_listed(row.get("movies")))
            names.update(_dictionary(row.get("movie_dict")))
    items = tuple(_inspired_item(name, facts) for name in sorted(names))
    known = {item.id for item in items}
    parts = {split: tuple(_inspired_dialogues(part, known)) for split, part in rows.items()}
    return Splits(layout="inspired", items=items, train=parts["train"], valid=parts["dev"], test=parts["test"])


def _table(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [{k: v or "" for k, v in row.items() if k} for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def _key(title: str, year: str) -> tuple[str, str]:
    return re.sub(r"\W+", " ", title).strip().casefold(), year.strip()[:4]


def _listed(cell: str | None) -> list[str]:
    return [part.strip() for part in (cell or "").split(";") if part.strip()]


def _dictionary(cell: str | None) -> list[str]:
    try:
        value = ast.literal_eval(cell) if cell else {}
    except (ValueError, SyntaxError):
        return []
    return [str(k).strip() for k in value] if isinstance(value, dict) else []


def _inspired_item(name: str, facts: Mapping[tuple[str, str], Mapping[str, str]]) -> Item:
    match = TITLE_YEAR.match(name)
    title, year = (match[1], match[2]) if match else (name, "")
    row = facts.get(_key(title, year), {})
    columns = {"genre": "genre", "director": "director", "writer": "writer", "cast": "actors"}
    facets = {ours: tuple(p.strip() for p in re.split(r"[;,]", row.get(theirs, "")) if p.strip()) for ours, theirs in columns.items()}
    return Item(
        id=name,
        title=title,
        description=row.get("long_plot") or row.get("short_plot") or row.get("plot") or "",
        facets={k: v for k, v in facets.items() if v},
        numbers={"year": float(year)} if year else {},
    )


def _inspired_dialogues(rows: Iterable[Mapping[str, str]], known: set[str]) -> Iterator[Dialogue]:
    dialogues: dict[str, list[Utterance]] = {}
    for row in rows:
        text = row.get("text", "").replace("QUOTATION_MARK", '"')
        speaker = "recommender" if row.get("speaker", "").upper().startswith("REC") else "seeker"
        items = tuple(name for name in _listed(row.get("movies")) if name in known)
        dialogues.setdefault(row["dialog_id"], []).append(Utterance(speaker=speaker, text=text, items=items))
    for dialogue_id, utterances in dialogues.items():
        yield Dialogue(id=dialogue_id, utterances=tuple(utterances))
