"""What is said about the items of a data set: titles, genres and tags beside the ratings, plots from a folder that links to them."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from evaluation.ranking.read import Events
from knowledge.errors import BadInput

__all__ = ["find_plots", "item_texts"]

PLOTS = "id2info.json"
TAGS_KEPT = 30
TITLE_COLUMNS = ("title", "name")
ID_COLUMNS = ("movieid", "item_id", "itemid", "item", "id", "asin")


def item_texts(data: Path, events: Events, extra: Path | None = None) -> list[str]:
    """Return one text an item, "" where nothing is known.

    Reads movies.csv, tags.csv and links.csv (MovieLens latest), movies.dat (1M), u.item (100k), or items.csv with an id and any text
    columns. `extra` is a folder with a plot file that links to IMDb ids. A base's directory gives the texts that it encodes itself.

    Raises:
        BadInput: there is no text at all.
    """
    folder = data if data.is_dir() else data.parent
    if (folder / "manifest.json").is_file():
        return _catalogue_texts(folder)
    parts: dict[str, list[str]] = defaultdict(list)
    for item, text in _titles(folder):
        parts[item].append(text)
    for item, text in _tags(folder):
        parts[item].append(text)
    for item, text in _plots(folder, extra or find_plots(data)):
        parts[item].append(text)
    texts = [" ".join(parts.get(name, ())) for name in events.items]
    if not any(texts):
        raise BadInput(
            f"no text for the items of {str(data)!r}; put movies.csv, movies.dat, u.item or items.csv beside it, or give --text DIR"
        )
    return texts


def _catalogue_texts(folder: Path) -> list[str]:
    from knowledge.base import KnowledgeBase
    from knowledge.embedding import item_text

    base = KnowledgeBase.open(folder)
    return [item_text(item, base.schema) for item in base.catalogue.all_items()]


def find_plots(data: Path) -> Path | None:
    """Return the folder with a plot file near the data, if there is one."""
    folder = (data if data.is_dir() else data.parent).resolve()
    for place in (folder, folder / "kg", folder.parent / "redial" / "kg", folder.parent / "kg"):
        if (place / PLOTS).is_file():
            return place
    return None


def _titles(folder: Path) -> Iterator[tuple[str, str]]:
    for name in ("movies.csv", "items.csv"):
        if (folder / name).is_file():
            for row in _records(folder / name):
                key = next((v for c, v in row.items() if c and c.casefold() in ID_COLUMNS), None)
                if key is not None:
                    yield key, " ".join(str(v).replace("|", " ") for c, v in row.items() if c and c.casefold() not in ID_COLUMNS and v)
            return
    if (folder / "movies.dat").is_file():
        for line in _lines(folder / "movies.dat"):
            item, *rest = line.split("::")
            yield item, " ".join(rest).replace("|", " ")
    elif (folder / "u.item").is_file():
        genres = _genre_names(folder / "u.genre")
        for line in _lines(folder / "u.item"):
            fields = line.split("|")
            marked = [g for g, flag in zip(genres, fields[5:], strict=False) if flag == "1"]
            yield fields[0], " ".join([fields[1], *marked])


def _genre_names(path: Path) -> list[str]:
    if not path.is_file():
        return [f"genre{i}" for i in range(19)]
    return [line.split("|")[0] for line in _lines(path)]


def _tags(folder: Path) -> Iterator[tuple[str, str]]:
    path = folder / "tags.csv"
    if not path.is_file():
        return
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in _records(path):
        if row.get("movieId") and row.get("tag"):
            counts[row["movieId"]][row["tag"].strip().casefold()] += 1
    for item, tags in counts.items():
        yield item, " ".join(tag for tag, _ in sorted(tags.items(), key=lambda pair: (-pair[1], pair[0]))[:TAGS_KEPT])


def _plots(folder: Path, place: Path | None) -> Iterator[tuple[str, str]]:
    links = folder / "links.csv"
    if place is None or not links.is_file() or not (place / PLOTS).is_file():
        return
    by_imdb: dict[int, str] = {}
    for entry in json.loads((place / PLOTS).read_text(encoding="utf-8")).values():
        digits = "".join(c for c in str(entry.get("imdb_id", entry.get("imdbId", ""))) if c.isdigit())
        if digits:
            people = [str(p) for key in ("director", "writer", "star", "directors", "writers", "stars") for p in _listed(entry.get(key))]
            by_imdb[int(digits)] = " ".join([str(entry.get("plot") or ""), *people])
    for row in _records(links):
        imdb = row.get("imdbId") or ""
        if imdb.isdigit() and int(imdb) in by_imdb:
            yield row["movieId"], by_imdb[int(imdb)]


def _records(path: Path) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(io.StringIO(_text(path), newline=""))


def _lines(path: Path) -> list[str]:
    # Not splitlines: some of what it splits at is a letter in Latin-1.
    return [line.rstrip("\r") for line in _text(path).split("\n") if line.strip()]


def _text(path: Path) -> str:
    """Return a file's text: UTF-8 where it is that, else Latin-1, in which MovieLens wrote its older files."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value] if value else []
