"""Read OpenDialKG as processed for recommendation: one JSON line per turn to predict, with the context before it.

Moon et al., ACL 2019; the processed layout is that of the iEvaLM repository. Its split is a random sample of turns: turns of one
dialogue stand in several splits, so dialogues that are judged are taken out of what is fitted on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from evaluation.redial.lines import json_lines, json_object
from evaluation.redial.splits import Splits
from knowledge.dialogues import Dialogue, Utterance
from knowledge.items import Item

__all__ = ["FILES", "read_opendialkg"]

FILES = {split: f"{split}_data_processed.jsonl" for split in ("train", "valid", "test")}
COLUMNS = {"genre": "genre", "director": "director", "writer": "writer", "star": "cast"}


def read_opendialkg(folder: Path) -> Splits:
    """Read the splits of a folder; `id2info.json`, `kg.json` and `entity2id.json` describe the items where they stand beside."""
    rows = {split: list(json_lines(folder / name)) for split, name in FILES.items()}
    items = _items(folder, (name for part in rows.values() for row in part for name in _names(row)))
    known = {item.id: item.title for item in items}
    # A dialogue that is judged anywhere must not be fitted on; the test split has the first claim.
    tested = {str(r["dialog_id"]) for r in rows["test"]}
    checked = {str(r["dialog_id"]) for r in rows["valid"]} - tested
    train = [r for r in rows["train"] if str(r["dialog_id"]) not in tested | checked]
    valid = [r for r in rows["valid"] if str(r["dialog_id"]) not in tested]
    return Splits(
        layout="opendialkg",
        items=items,
        train=_dialogues(train, known),
        valid=tuple(_judged(r, known) for r in valid),
        test=tuple(_judged(r, known) for r in rows["test"]),
    )


def _names(row: Mapping[str, Any]) -> list[str]:
    return [str(name) for name in row.get("rec") or ()]


def _items(folder: Path, recommended: Iterable[str]) -> tuple[Item, ...]:
    info = {str(v.get("name") or k): v for k, v in json_object(folder / "id2info.json").items() if isinstance(v, dict)}
    numbers = json_object(folder / "entity2id.json")
    names = {str(v): k for k, v in numbers.items()}
    links = json_object(folder / "kg.json")
    items = []
    for name in sorted({*recommended, *info}):
        row = info.get(name, {})
        facets: dict[str, tuple[str, ...]] = {}
        for theirs, ours in COLUMNS.items():
            given = row.get(theirs) or ()
            values = tuple(dict.fromkeys(str(v) for v in ([given] if isinstance(given, str) else given) if v))
            if values:
                facets[ours] = values
        related = [names.get(str(tail), "") for _, tail in links.get(str(numbers.get(name)), ())]
        told = {v for values in facets.values() for v in values}
        others = tuple(dict.fromkeys(r for r in related if r and r != name and r not in told))
        if others:
            facets["related"] = others
        items.append(Item(id=name, title=name, description=str(row.get("plot") or ""), facets=facets))
    return tuple(items)


def _judged(row: Mapping[str, Any], known: Mapping[str, str]) -> Dialogue:
    """Return one turn to predict as a dialogue of its own: items of the context stand in seeker turns, so that only the end is a case."""
    context = [str(t) for t in row.get("context") or ()]
    named = [str(e) for e in row.get("entity") or () if str(e) in known]
    utterances = []
    for back, text in enumerate(reversed(context)):
        utterances.append(Utterance(speaker=("seeker", "recommender")[back % 2], text=text))
    utterances.reverse()
    if utterances and named:
        last = utterances[-1]
        utterances[-1] = Utterance(speaker=last.speaker, text=last.text, items=tuple(dict.fromkeys(named)))
    utterances.append(Utterance(speaker="recommender", text=str(row.get("resp", "")), items=tuple(n for n in _names(row) if n in known)))
    return Dialogue(id=f"{row['dialog_id']}_{row['turn_id']}", utterances=tuple(utterances))


def _dialogues(rows: Iterable[Mapping[str, Any]], known: Mapping[str, str]) -> tuple[Dialogue, ...]:
    """Return whole dialogues: the longest context of each with every turn's items put in."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(str(row["dialog_id"]), []).append(row)
    result = []
    for name, group in groups.items():
        longest = max(group, key=lambda r: len(r.get("context") or ()))
        texts = [*(str(t) for t in longest.get("context") or ()), str(longest.get("resp", ""))]
        items: dict[int, list[str]] = {}
        for row in group:
            items.setdefault(len(row.get("context") or ()), []).extend(n for n in _names(row) if n in known)
        for entity in longest.get("entity") or ():
            if str(entity) in known:
                place = next((i for i, t in enumerate(texts) if str(entity).lower() in t.lower()), 0)
                items.setdefault(place, []).append(str(entity))
        utterances = tuple(
            Utterance(speaker=("recommender", "seeker")[(len(texts) - 1 - i) % 2], text=text, items=tuple(dict.fromkeys(items.get(i, ()))))
            for i, text in enumerate(texts)
        )
        result.append(Dialogue(id=name, utterances=utterances))
    return tuple(result)
