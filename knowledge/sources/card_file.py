"""Card files: YAML read into a card and checked key by key, and a card written as YAML.

knowledge/films/card.yaml shows every part. An unknown key is an error that names the nearest known one.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from knowledge.errors import BadInput
from knowledge.schema import Facet, FacetKind, ItemWords, Number, NumberRole
from knowledge.sources.card import Card, CardEvents, CardFacet, CardNumber

__all__ = ["card_data", "load_card", "parse_card", "save_card"]


class _Reader:
    """One mapping of the card; every key must be taken, or it is unknown."""

    def __init__(self, data: object, where: str, known: Sequence[str]) -> None:
        self.where = where
        if data is None:
            data = {}
        if not isinstance(data, Mapping):
            raise BadInput(f"{where}: expected keys and values, found {data!r}")
        self.data = {_word(key): value for key, value in data.items()}
        for key in self.data:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
                raise BadInput(f"{where}: unknown key {key!r}; did you mean {near[0]!r}? Known keys: {', '.join(known)}")

    def text(self, key: str) -> str | None:
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, Mapping | list):
            raise BadInput(f"{self.where}: {key!r} is {value!r}; write one word or text")
        return _word(value)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key)
        if value is None:
            return ()
        if isinstance(value, Mapping):
            raise BadInput(f"{self.where}: {key!r} is {value!r}; write a list")
        return tuple(_word(v) for v in value) if isinstance(value, list) else (_word(value),)

    def number(self, key: str) -> float | None:
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadInput(f"{self.where}: {key!r} is {value!r}; write a number")
        return float(value)

    def pairs(self, key: str) -> dict[str, str]:
        value = self.data.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise BadInput(f"{self.where}: {key!r} is {value!r}; write NAME: COLUMN pairs")
        return {_word(k): _word(v.get("column", k) if isinstance(v, Mapping) else v) for k, v in value.items()}

    def choice(self, key: str, default: str, allowed: Sequence[str]) -> str:
        value = self.text(key) or default
        if value not in allowed:
            near = difflib.get_close_matches(value, allowed, n=1, cutoff=0.0)
            raise BadInput(f"{self.where}: {key!r} is {value!r}; did you mean {near[0]!r}? Allowed: {', '.join(allowed)}")
        return value


def _word(value: object) -> str:
    # YAML reads bare yes/no as booleans; a card means the words.
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


_TOP = (
    "name",
    "source",
    "item",
    "columns",
    "facets",
    "numbers",
    "dates",
    "keys",
    "interactions",
    "relations",
    "aliases",
    "show",
    "examples",
)
_COLUMNS = ("id", "title", "description", "text", "aliases", "popularity", "image", "url", "lat", "lon", "separator")
_FACET = ("column", "separator", "kind", "label", "plural", "words", "phrase", "synonyms", "order", "askable", "weight")
_NUMBER = ("column", "unit", "role", "low", "high", "more", "less", "much", "little", "integer", "askable", "label")
_EVENTS = ("file", "user", "item", "value", "time", "items", "disliked")
_ITEM = ("singular", "plural", "also", "use", "used")


def _facet(name: str, data: object, where: str) -> CardFacet:
    reader = _Reader({"column": data} if isinstance(data, str) else data, f"{where}, facet {name!r}", _FACET)
    synonyms = reader.data.get("synonyms") or {}
    if not isinstance(synonyms, Mapping):
        raise BadInput(f"{reader.where}: 'synonyms' is {synonyms!r}; write VALUE: [other words]")
    words = {_word(v): tuple(_word(o) for o in (others if isinstance(others, list) else [others])) for v, others in synonyms.items()}
    kind: Any = reader.choice("kind", "category", get_args(FacetKind))
    weight, askable = reader.number("weight"), reader.number("askable")
    plain = Facet(name=name)
    return CardFacet(
        column=reader.text("column") or name,
        separator=reader.text("separator"),
        facet=Facet(
            name=name,
            kind=kind,
            label=reader.text("label") or "",
            plural=reader.text("plural") or "",
            words=reader.texts("words"),
            phrase=reader.text("phrase") or "",
            synonyms=words,
            order=reader.texts("order"),
            askable=plain.askable if askable is None else askable,
            weight=plain.weight if weight is None else weight,
        ),
    )


def _number(name: str, data: object, where: str) -> CardNumber:
    reader = _Reader({"column": data} if isinstance(data, str) else data, f"{where}, number {name!r}", _NUMBER)
    role: Any = reader.choice("role", "measure", get_args(NumberRole))
    low, high, askable = reader.number("low"), reader.number("high"), reader.number("askable")
    if low is not None and high is not None and low >= high:
        raise BadInput(f"{reader.where}: 'low' is {low:g} and 'high' is {high:g}; low must be the smaller one")
    if role == "scale" and (low is None or high is None):
        raise BadInput(f"{reader.where}: a scale needs both 'low' and 'high'")
    return CardNumber(
        column=reader.text("column") or name,
        number=Number(
            name=name,
            role=role,
            label=reader.text("label") or "",
            unit=reader.text("unit") or "",
            low=low,
            high=high,
            more=reader.texts("more"),
            less=reader.texts("less"),
            much=reader.texts("much"),
            little=reader.texts("little"),
            integer=reader.data.get("integer") is not False,
            askable=Number(name=name).askable if askable is None else askable,
        ),
    )


def _named(data: object, where: str) -> Mapping[str, object]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise BadInput(f"{where}: expected NAME: {{...}} pairs, found {data!r}")
    return {_word(name): value for name, value in data.items()}


def _file(data: object, where: str, keys: tuple[str, ...]) -> dict[str, str] | None:
    if data is None:
        return None
    reader = _Reader(data, where, ("file", *keys))
    file = reader.text("file")
    if file is None:
        raise BadInput(f"{where}: 'file' is missing; name the file")
    return {"file": file, **{key: reader.text(key) or key for key in keys}}


def parse_card(data: object, where: str) -> Card:
    """Read a card from plain data. Raises BadInput naming the key, its value and what is allowed."""
    top = _Reader(data, where, _TOP)
    columns = _Reader(top.data.get("columns"), f"{where}, columns", _COLUMNS)
    words = _Reader(top.data.get("item"), f"{where}, item", _ITEM)
    plain = ItemWords()
    facets = tuple(_facet(name, facet, where) for name, facet in _named(top.data.get("facets"), f"{where}, facets").items())
    numbers = tuple(_number(name, number, where) for name, number in _named(top.data.get("numbers"), f"{where}, numbers").items())
    events = None
    if top.data.get("interactions") is not None:
        reader = _Reader(top.data["interactions"], f"{where}, interactions", _EVENTS)
        file = reader.text("file")
        if file is None:
            raise BadInput(f"{where}, interactions: 'file' is missing; name the file that says who took what")
        rest = {key: reader.text(key) for key in _EVENTS[2:]}
        if rest["item"] is None and rest["items"] is None:
            rest["item"] = "item"
        events = CardEvents(file=file, user=reader.text("user") or "user", **rest)
    dates = top.pairs("dates")
    card = Card(
        name=top.text("name") or "catalogue",
        source=top.text("source") or "",
        item=ItemWords(
            singular=words.text("singular") or plain.singular,
            plural=words.text("plural") or plain.plural,
            also=words.texts("also"),
            use=words.text("use") or plain.use,
            used=words.texts("used") or plain.used,
        ),
        **{key: columns.text(key) for key in _COLUMNS if key != "text"},
        text=columns.texts("text"),
        facets=facets,
        numbers=numbers,
        dates=dates,
        keys=top.pairs("keys"),
        interactions=events,
        relations=_file(top.data.get("relations"), f"{where}, relations", ("head", "relation", "tail")),
        alias_file=_file(top.data.get("aliases"), f"{where}, aliases", ("item", "alias")),
        show=top.texts("show"),
        examples=top.texts("examples"),
    )
    _check_names(card, where)
    return card


def _check_names(card: Card, where: str) -> None:
    names = [*card.schema.facet_names, *card.schema.number_names, *card.dates]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadInput(f"{where}: two attributes are named {twice!r}; give each facet, number and date its own name")
    for name in card.show:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1, cutoff=0.0)
            raise BadInput(f"{where}, show: there is no attribute {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    if (card.lat is None) != (card.lon is None):
        raise BadInput(f"{where}, columns: 'lat' and 'lon' go together; name both or neither")


def load_card(path: Path) -> Card:
    """Read a card file. Raises BadInput with line and column where it is not YAML."""
    import yaml

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"card {path} cannot be read: {error}") from error
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        data = yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
        raise BadInput(f"card {path}{place}: not YAML ({getattr(error, 'problem', error)})") from error
    card = parse_card(data, f"card {path.name}")
    return card if card.name != "catalogue" else replace(card, name=path.stem.removesuffix(".card"))


def _slim(data: Mapping[str, Any], plain: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Leave out what is empty or the default; tuples become lists."""
    result = {}
    for key, value in data.items():
        value = list(value) if isinstance(value, tuple) else value
        if value is None or value == "" or value == [] or value == {} or (plain is not None and plain.get(key) == value):
            continue
        result[key] = value
    return result


def card_data(card: Card) -> dict[str, Any]:
    """Return the card as plain data that `parse_card` reads back."""
    plain_facet = {"kind": "category", "askable": 0.5, "weight": 1.0}
    plain_number = {"role": "measure", "askable": 0.3, "integer": True}
    facets = {}
    for entry in card.facets:
        facet = entry.facet
        values = {key: getattr(facet, key) for key in _FACET if hasattr(facet, key)}
        values["synonyms"] = {value: list(others) for value, others in facet.synonyms.items()}
        facets[facet.name] = _slim({"column": entry.column, "separator": entry.separator, **values}, plain_facet)
    numbers = {}
    for line in card.numbers:
        values = {key: getattr(line.number, key) for key in _NUMBER if hasattr(line.number, key)}
        numbers[line.number.name] = _slim({"column": line.column, **values}, plain_number)
    events = card.interactions
    return _slim(
        {
            "name": card.name,
            "source": card.source,
            "item": _slim({key: getattr(card.item, key) for key in _ITEM}),
            "columns": _slim({key: getattr(card, key) for key in _COLUMNS}),
            "facets": facets,
            "numbers": numbers,
            "dates": dict(card.dates),
            "keys": dict(card.keys),
            "interactions": None if events is None else _slim({key: getattr(events, key) for key in _EVENTS}),
            "relations": dict(card.relations or {}),
            "aliases": dict(card.alias_file or {}),
            "show": card.show,
            "examples": card.examples,
        }
    )


def save_card(card: Card, path: Path, comment: str = "") -> None:
    """Write a card as YAML, with comment lines on top."""
    import yaml

    head = "".join(f"# {line}\n" for line in comment.splitlines())
    path.write_text(
        head + yaml.safe_dump(card_data(card), sort_keys=False, allow_unicode=True, width=140, default_flow_style=None), encoding="utf-8"
    )
