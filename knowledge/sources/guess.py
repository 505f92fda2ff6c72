"""Guessing a card: which column of a table plays which role, from its name and its values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from knowledge.errors import BadInput
from knowledge.schema import Facet, ItemWords, Number
from knowledge.sources.card import Card, CardEvents, CardFacet, CardNumber
from knowledge.sources.cells import as_date, as_list, as_number, as_text, is_missing
from knowledge.sources.faults import Faults
from knowledge.sources.guess_words import FACETS, MAKERS, NUMBERS, USES, singular, words_of
from knowledge.sources.rows import Rows, table_kind

__all__ = ["guess_card", "guess_events", "is_guessed"]

_LOOK = 5000
_ID = re.compile(r"(\bid|\bids|isbn|isbn13|asin|sku|ean|gtin|upc|uuid|key|code|identifier)$")
_TITLE = ("title", "name", "product name", "item name", "product title", "game", "book", "label", "product", "item", "recipe")
_ABOUT = (
    "description",
    "summary",
    "plot",
    "synopsis",
    "overview",
    "about",
    "abstract",
    "details",
    "text",
    "body",
    "blurb",
    "notes",
    "review",
)
_IMAGE = re.compile(r"\b(image|img|picture|photo|poster|cover|thumbnail|thumb)\b")
_IMAGE_END = re.compile(r"\.(jpe?g|png|gif|webp|avif|svg)(\?.*)?$", re.IGNORECASE)
_URL = re.compile(r"^(https?:)?//\S+$")
_YES = frozenset({"yes", "no", "true", "false", "y", "n", "t", "f"})
_SEPARATORS = ("|", ";", ",", "/")


def is_guessed(source: str, card: Path | None) -> bool:
    """Say whether building from this source has to guess the card."""
    return card is None and ":" not in source and table_kind(Path(source)) is not None


@dataclass(frozen=True, slots=True)
class _Column:
    """A column's name and its values that are not missing."""

    name: str
    words: str
    values: list[Any]
    rows: int

    def share(self, test: Callable[[Any], bool]) -> float:
        """The share of values that pass."""
        return sum(map(test, self.values)) / len(self.values) if self.values else 0.0

    @property
    def texts(self) -> list[str]:
        return [as_text(v) for v in self.values]

    @property
    def unique(self) -> bool:
        return len(self.values) == self.rows and len(set(self.texts)) == self.rows

    @property
    def mean_length(self) -> float:
        return sum(map(len, self.texts)) / len(self.values) if self.values else 0.0


def guess_card(path: Path) -> Card:
    """Return a card for a table, guessed from the first 5,000 rows. Raises BadInput where no column can be the title."""
    table = Rows(path, Faults(10**9))
    rows = table.head(_LOOK)
    if not rows:
        raise BadInput(f"{path.name} holds no good rows; it needs a line of column names and at least one whole row")
    left = {
        name: _Column(name, words_of(name), [r[name] for r in rows if not is_missing(r.get(name))], len(rows)) for name in table.columns
    }
    left = {name: column for name, column in left.items() if column.values}
    card = _plain_roles(left, path)
    card = replace(card, name=_stem(path), source=path.name, item=_item_words(_stem(path)))
    card = _attributes(card, left)
    return replace(card, show=_worth_showing(card), examples=_examples(card, rows))


def _stem(path: Path) -> str:
    return path.name.lower().removesuffix(".gz").rpartition(".")[0] or path.name


def _item_words(stem: str) -> ItemWords:
    """Read "board_games" as board game, board games, also "game", play, played. Names that are no plural say nothing."""
    words = words_of(stem).split()
    if not words or singular(words[-1]) == words[-1]:
        return ItemWords()
    last = singular(words[-1])
    use, used = USES.get(last, ("try", ("tried",)))
    return ItemWords(
        singular=" ".join([*words[:-1], last]),
        plural=" ".join(words),
        also=(last, words[-1]) if len(words) > 1 else (),
        use=use,
        used=used,
    )


def _plain_roles(left: dict[str, _Column], path: Path) -> Card:
    """Take id, title, description, image, url, place and aliases out of the columns."""

    def take(column: _Column | None) -> str | None:
        return left.pop(column.name).name if column is not None else None

    def named(*names: str) -> _Column | None:
        return next((c for name in names for c in left.values() if c.words == name), None)

    item_id = take(
        next((c for c in left.values() if _ID.search(c.words) and c.unique and not c.words.endswith(("imdb id", "tmdb id"))), None)
    )
    title = named(*_TITLE) or next((c for c in left.values() if re.search(r"\b(title|name)\b", c.words)), None)
    if title is None or title.share(lambda v: isinstance(v, list)) > 0:
        wordy = [c for c in left.values() if _is_words(c) and c.mean_length <= 80 and len(set(c.texts)) >= 0.8 * c.rows]
        title = min(wordy, key=lambda c: list(left).index(c.name), default=None)
    if title is None:
        raise BadInput(
            f"no column of {path.name} looks like a title (columns: {', '.join(left)}); name one 'title',"
            " or write a card and pass it with --card"
        )
    taken_title = take(title)
    image = take(next((c for c in left.values() if c.share(_is_image) > 0.8 or (_IMAGE.search(c.words) and c.share(_is_url) > 0.8)), None))
    url = take(next((c for c in left.values() if c.share(_is_url) > 0.8), None))
    for other in [c.name for c in left.values() if c.share(_is_url) > 0.8]:
        del left[other]
    lat, lon = named("lat", "latitude"), named("lon", "lng", "long", "longitude")
    both = lat is not None and lon is not None and lat.share(_is_number) == lon.share(_is_number) == 1.0
    about = named(*_ABOUT)
    if about is None or about.mean_length < 20:
        prose = [c for c in left.values() if _is_words(c) and c.mean_length > 60]
        about = max(prose, key=lambda c: c.mean_length, default=None)
    aliases = named("aliases", "alias", "alternative titles", "also known as", "aka", "alternate names")
    return Card(
        name=path.stem,
        id=item_id,
        title=taken_title,
        image=image,
        url=url,
        description=take(about),
        aliases=take(aliases),
        lat=take(lat) if both else None,
        lon=take(lon) if both else None,
    )


def _attributes(card: Card, left: dict[str, _Column]) -> Card:
    """Give each remaining column a role: key, number, date, facet, further text, or none."""
    facets: list[CardFacet] = []
    numbers: list[CardNumber] = []
    dates: dict[str, str] = {}
    keys: dict[str, str] = {}
    text: list[str] = []
    popularity = None
    for column in left.values():
        name = column.words.replace(" ", "_") or column.name
        if _ID.search(column.words) and len(set(column.texts)) > 0.9 * len(column.values):
            keys[name] = column.name
        elif (yes_no := _yes_no(column)) is not None:
            facets.append(yes_no)
        elif column.share(_is_number) == 1.0 and not column.share(lambda v: isinstance(v, bool)):
            number = _number(column, name)
            numbers.append(number)
            if number.number.role == "popularity" and popularity is None:
                popularity = column.name
        elif column.share(_is_date) == 1.0:
            dates[name] = column.name
            if not any(n.number.role == "year" for n in numbers):
                year = _number(column, "year")
                numbers.append(replace(year, number=replace(year.number, name="year", label="year")))
        elif (facet := _facet(column)) is not None:
            facets.append(facet)
        elif _is_words(column):
            text.append(column.name)
    taken = {f.facet.name for f in facets}
    numbers = [n if n.number.name not in taken else replace(n, number=replace(n.number, name=f"{n.number.name}_number")) for n in numbers]
    seen = taken | {n.number.name for n in numbers}
    dates = {(name if name not in seen else f"{name}_date"): column for name, column in dates.items()}
    return replace(card, facets=tuple(facets), numbers=tuple(numbers), dates=dates, keys=keys, text=tuple(text), popularity=popularity)


def _is_words(column: _Column) -> bool:
    return column.share(lambda v: isinstance(v, str) and any(c.isalpha() for c in v)) > 0.8


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and _URL.match(value.strip()) is not None


def _is_image(value: Any) -> bool:
    return isinstance(value, str) and _IMAGE_END.search(value.strip()) is not None


def _is_number(value: Any) -> bool:
    if isinstance(value, list):
        return False
    try:
        return as_number(value) is not None
    except BadInput:
        return False


def _is_date(value: Any) -> bool:
    if isinstance(value, list | int | float) or (isinstance(value, str) and len(value.strip()) < 7):
        return False
    try:
        return as_date(value) is not None
    except BadInput:
        return False


def _yes_no(column: _Column) -> CardFacet | None:
    values = {v.casefold() for v in column.texts} if column.share(lambda v: isinstance(v, list)) == 0 else set()
    named = re.match(r"(is|has|can|was|are)\b", column.words) is not None
    if not values or len(values) > 2 or not (values <= _YES or (named and values <= {"0", "1"})):
        return None
    label = re.sub(r"^(is|has|can|was|are) ", "", column.words)
    yes = next((v for v in column.texts if v.casefold() in ("yes", "true", "y", "t", "1")), None)
    no = next((v for v in column.texts if v.casefold() in ("no", "false", "n", "f", "0")), None)
    ways: dict[str, tuple[str, ...]] = {yes: (label,)} if yes is not None else {}
    if no is not None:
        ways[no] = (f"not {label}", f"non {label}")
    facet = Facet(
        name=column.words.replace(" ", "_"), label=label, plural=label, phrase=f"{label}: {{}}", synonyms=ways, askable=0.4, weight=0.3
    )
    return CardFacet(column=column.name, facet=facet)


def _number(column: _Column, name: str) -> CardNumber:
    values = [as_number(v) for v in column.values] if not column.share(_is_date) else []
    whole = all(v is not None and v == int(v) for v in values)
    label = column.words
    for known in NUMBERS:
        if re.search(known.names, label) is None:
            continue
        if known.role == "year" and not all(v is not None and 1000 <= v <= 2100 for v in values):
            continue
        unit = known.unit or _currency(column) if known.role == "price" else known.unit
        if known.role == "duration" and "hour" in label:
            unit = "hours"
        return CardNumber(
            column=column.name,
            number=Number(
                name=name,
                label="year" if known.role == "year" else re.sub(r"^(num|number|count|total|no)( of)? ", "", label),
                unit=unit,
                role=known.role,
                more=known.more,
                less=known.less,
                much=known.much,
                little=known.little,
                integer=whole,
                askable=known.askable,
            ),
        )
    more, less = (f"more {label}", f"higher {label}"), (f"less {label}", f"lower {label}", f"fewer {label}")
    return CardNumber(column=column.name, number=Number(name=name, label=label, more=more, less=less, integer=whole, askable=0.2))


def _currency(column: _Column) -> str:
    signs = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
    found = next((code for text in column.texts[:50] for sign, code in signs.items() if sign in text), "")
    return found or next((code for code in ("USD", "EUR", "GBP") if code.lower() in column.words.split()), "")


def _facet(column: _Column) -> CardFacet | None:
    last = singular(column.words.split()[-1]) if column.words else ""
    maker = next((m for m in MAKERS if re.search(rf"\b{m}s?\b", column.words)), None)
    hinted = last in FACETS or maker is not None
    separator = _separator(column, person=maker is not None)
    entries = [value for cell in column.values for value in as_list(cell, separator)]
    if not entries:
        return None
    distinct, length = len(set(entries)), sum(map(len, entries)) / len(entries)
    repeats = distinct <= 0.5 * len(entries) or (distinct <= 12 and len(entries) >= 2 * distinct)
    if length > 60 or not (repeats or (hinted and length <= 40)):
        return None
    several = separator is not None or any(isinstance(v, list) for v in column.values)
    name = " ".join([*column.words.split()[:-1], last]) if several or hinted else column.words
    plural = name if name.endswith("s") else (name[:-1] + "ies" if name.endswith("y") else name + "s")
    facet = Facet(name=name.replace(" ", "_"), label=name, plural=plural, words=(name, plural), phrase="{}")
    if maker is not None:
        words, phrase = MAKERS[maker]
        facet = replace(facet, kind="person", words=words, phrase=phrase, askable=0.3)
    elif last in ("series", "franchise"):
        facet = replace(facet, kind="series", plural=name, phrase="part of {}", askable=0.05, weight=0.8)
    else:
        asked = FACETS.get(last, 0.6 if distinct <= 40 else 0.3)
        facet = replace(facet, kind="category" if distinct <= 60 else "tag", askable=asked, weight=0.4 if last in _BROAD else 1.0)
    return CardFacet(column=column.name, separator=separator, facet=facet)


_BROAD = frozenset({"language", "country", "format", "gender", "platform", "region"})
"""Facets whose values say little about taste; their links in the graph weigh less."""


def _separator(column: _Column, *, person: bool) -> str | None:
    """The mark that parts several values in one cell, None where cells hold one."""
    texts = [v for v in column.values if isinstance(v, str)]
    best = None
    for mark in _SEPARATORS:
        parted = [[p.strip() for p in text.split(mark)] for text in texts if mark in text]
        if (len(parted) < max(2, 0.05 * len(texts)) and len(texts) > 3) or not parted:
            continue
        parts = [part for cell in parted for part in cell]
        if not all(parts) or max(map(len, parts)) > 50 or sum(len(p.split()) for p in parts) / len(parts) > 4:
            continue
        if mark == "," and person and sum(len(p.split()) for p in parts) < 1.6 * len(parts):
            # "King, Stephen" is one person.
            continue
        entries = [p.strip() for text in texts for p in text.split(mark)]
        if len(set(entries)) / len(entries) <= len(set(texts)) / len(texts):
            best = mark
            break
    return best


def _worth_showing(card: Card) -> tuple[str, ...]:
    roles = ("year", "price", "duration", "rating")
    numbers = [n.number.name for role in roles for n in card.numbers if n.number.role == role][:3]
    facets = [f.facet.name for f in sorted(card.facets, key=lambda f: -f.facet.askable)][:3]
    return (*facets, *numbers)


def _examples(card: Card, rows: Sequence[Any]) -> tuple[str, ...]:
    """Opening utterances made of the table's own values."""
    result = []
    if card.title is not None and rows:
        result.append(f"Something like {as_text(rows[0].get(card.title))}")
    for facet in sorted(card.facets, key=lambda f: -f.facet.askable)[:2]:
        value = next((v for row in rows for v in as_list(row.get(facet.column), facet.separator)), None)
        if value is not None and facet.facet.kind != "person":
            result.append(f"A {value} {card.item.singular}" if not facet.facet.synonyms else f"Something {facet.facet.label}")
    for number in card.numbers:
        if number.number.less and number.number.role in ("price", "duration"):
            result.append(f"Something {number.number.less[0]}")
            break
    return (*result, "Surprise me")


def guess_events(path: Path) -> CardEvents:
    """Return which columns of an interaction file are user, item, value and time. Raises BadInput where one is missing."""
    columns = {words_of(name): name for name in Rows(path, Faults(10**9)).columns}

    def named(*patterns: str) -> str | None:
        return next((name for p in patterns for words, name in columns.items() if re.search(p, words)), None)

    user = named(r"^user", r"\buser\b", r"\b(person|customer|reader|player|member|reviewer|visitor|session|who)\b")
    item = named(r"^item", r"\b(item|product|game|book|movie|film|song|track|recipe|asin|isbn)( id)?\b", r"\bid$")
    if user is None or item is None or user == item:
        raise BadInput(
            f"{path.name}: no columns look like user and item (columns: {', '.join(columns.values())}); name them 'user' and 'item'"
        )
    return CardEvents(
        file=str(path.resolve()),
        user=user,
        item=item,
        value=named(r"\b(rating|value|score|stars|strength|weight|plays|count|quantity)\b"),
        time=named(r"\b(time|timestamp|date|when|created|ts)\b"),
    )
