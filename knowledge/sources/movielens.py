"""MovieLens as a source: ml-latest(-small), ml-25m, ml-32m (CSV), ml-1m (.dat) and ml-100k (u.*).

Harper and Konstan, "The MovieLens Datasets: History and Context", TiiS 2015. Tags become a facet and searched text.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.dialogues import Dialogue
from knowledge.errors import BadInput
from knowledge.items import Item
from knowledge.schema import Facet, ItemWords, Number, Schema
from knowledge.sources.base import Events, Relation
from knowledge.sources.faults import Faults, shown
from knowledge.sources.movielens_tags import Tags, read_tags
from knowledge.sources.titles import split_title

if TYPE_CHECKING:
    import polars

__all__ = ["FILM_WORDS", "MovieLensSource", "genre_facet", "year_number"]

FILM_WORDS = ItemWords(
    singular="film",
    plural="films",
    also=("movie", "movies", "flick", "flicks", "picture", "pictures"),
    use="watch",
    used=("watched", "saw", "seen", "rewatched"),
)

_TAGS_PER_ITEM = 12
_NO_GENRE = "(no genres listed)"


def genre_facet() -> Facet:
    """Return the genre facet of film data sets, with the ways people say the usual genres."""
    return Facet(
        name="genre",
        plural="genres",
        words=("genre", "genres"),
        phrase="{}",
        askable=0.9,
        synonyms={
            **dict.fromkeys(("Sci-Fi", "sci-fi"), ("sci-fi", "scifi", "sci fi", "science fiction")),
            **dict.fromkeys(("Romance", "romance"), ("romantic", "love story", "romcom", "rom-com")),
            **dict.fromkeys(("Comedy", "comedy"), ("comedies", "funny", "romcom", "rom-com")),
            **dict.fromkeys(("Horror", "horror"), ("scary", "horrors")),
            **dict.fromkeys(("Thriller", "thriller"), ("thrillers", "suspense")),
            **dict.fromkeys(("Animation", "animation"), ("animated", "cartoon", "cartoons")),
            **dict.fromkeys(("Children", "Children's"), ("kids", "for kids", "children", "family")),
            **dict.fromkeys(("Film-Noir", "film-noir"), ("noir",)),
            **dict.fromkeys(("Documentary", "documentary"), ("documentaries", "docu")),
            **dict.fromkeys(("Western", "western"), ("westerns", "cowboy")),
        },
    )


def year_number() -> Number:
    """Return the year of film data sets."""
    return Number(
        name="year",
        role="year",
        more=("newer", "more recent", "later", "more modern"),
        less=("older", "earlier"),
        much=("new", "recent", "modern", "latest"),
        little=("old", "classic", "vintage"),
        askable=0.7,
    )


class MovieLensSource:
    """A MovieLens directory, whichever layout it has."""

    def __init__(self, folder: Path, faults: Faults) -> None:
        """Find out the layout. Raises BadInput where it is none of the known ones."""
        self.name = folder.name or "movielens"
        self._folder = folder
        self._faults = faults
        layouts = {"movies.csv": "csv", "movies.dat": "dat", "u.item": "100k"}
        self._layout = next((kind for file, kind in layouts.items() if (folder / file).is_file()), None)
        if self._layout is None:
            raise BadInput(f"{str(folder)!r} holds no MovieLens data: none of {', '.join(layouts)} is there; name the unpacked directory")
        self._ids: set[str] = set()
        self._rated: tuple[polars.DataFrame, str] | None = None

    def schema(self) -> Schema:
        """Return genre, tag and year, with rating counts as popularity."""
        tag = Facet(
            name="tag", kind="tag", label="tag", plural="tags", words=("about", "tagged", "with"), phrase="{}", askable=0.2, weight=0.6
        )
        tags = (tag,) if self._layout == "csv" and (self._folder / "tags.csv").is_file() else ()
        return Schema(
            name=self.name,
            item=FILM_WORDS,
            facets=(genre_facet(), *tags),
            numbers=(year_number(),),
            show=("year", "genre"),
            examples=("Something like Toy Story", "A funny crime film from the 90s", "Surprise me"),
        )

    def items(self) -> Iterator[tuple[Item, str]]:
        """Yield the films: tags that tell something of a film as values, all of them as searched text. Raises BadRows."""
        tags = self._tags()
        telling = tags.telling(self._ratings()[0] if tags.given else None)
        links = self._links()
        for row, cells in self._film_rows():
            if len(cells) < 3 or not cells[0]:
                self._faults.add(self._file, row, f"{len(cells)} fields where an id, a title and genres should stand")
                continue
            item_id, name, genres = cells[0], cells[1], cells[2]
            title, year, others = split_title(name)
            if not title or item_id in self._ids:
                problem = f"id {item_id!r} stands there twice" if title else "the title is empty"
                self._faults.add(self._file, row, problem)
                continue
            self._ids.add(item_id)
            named = tuple(dict.fromkeys(g for g in genres.split("|") if g and g not in (_NO_GENRE, "unknown")))
            best = tags.best(item_id, telling, _TAGS_PER_ITEM)
            facets = {name: values for name, values in (("genre", named), ("tag", best)) if values}
            item = Item(
                id=item_id,
                title=title,
                aliases=others,
                facets=facets,
                numbers={} if year is None else {"year": float(year)},
                keys=links.get(item_id, {}),
            )
            yield item, " ".join(sorted(tags.counted.get(item_id, ())))
        self._faults.check()

    @property
    def _file(self) -> str:
        return {"csv": "movies.csv", "dat": "movies.dat"}.get(self._layout or "", "u.item")

    def _film_rows(self) -> Iterator[tuple[int, list[str]]]:
        """Row number and [id, title, genres joined by "|"]."""
        path = self._folder / self._file
        if self._layout == "csv":
            with path.open(encoding="utf-8", newline="") as file:
                for row, cells in enumerate(csv.reader(file), start=1):
                    if row > 1 and cells:
                        yield row, cells
            return
        # The two older sets are in Latin-1.
        with path.open(encoding="latin-1") as file:
            if self._layout == "dat":
                for row, line in enumerate(file, start=1):
                    if line.strip():
                        yield row, line.rstrip("\r\n").split("::")
                return
            genres = self._genre_names()
            for row, line in enumerate(file, start=1):
                cells = line.rstrip("\r\n").split("|")
                if len(cells) < 5 + len(genres):
                    yield row, cells[:1]
                    continue
                chosen = [genre for genre, flag in zip(genres, cells[5:], strict=False) if flag == "1"]
                yield row, [cells[0], cells[1], "|".join(chosen)]

    def _genre_names(self) -> list[str]:
        path = self._folder / "u.genre"
        if not path.is_file():
            raise BadInput(f"{str(path)!r} is missing; u.item cannot be read without it")
        pairs = [line.split("|") for line in path.read_text(encoding="latin-1").split() if "|" in line]
        return [name for name, _ in pairs]

    def _tags(self) -> Tags:
        path = self._folder / "tags.csv"
        return read_tags(path, self._faults) if self._layout == "csv" and path.is_file() else Tags()

    def _links(self) -> dict[str, dict[str, str]]:
        path = self._folder / "links.csv"
        if self._layout != "csv" or not path.is_file():
            return {}
        result = {}
        with path.open(encoding="utf-8", newline="") as file:
            for cells in list(csv.reader(file))[1:]:
                if len(cells) >= 2 and cells[1]:
                    result[cells[0]] = {"imdb_id": f"tt{cells[1]}", **({"tmdb_id": cells[2]} if len(cells) > 2 and cells[2] else {})}
        return result

    def events(self) -> Events | None:
        """Return the ratings: half of the scale's lower part is dislike, the rest liking. Raises BadRows for unknown films."""
        import polars as pl

        from knowledge.interactions import liking

        frame, file = self._ratings()
        self._rated = None
        known = frame.with_row_index("row", offset=2 if self._layout == "csv" else 1)
        whole = pl.all_horizontal(pl.col(c).is_not_null() for c in ("user", "item", "rating"))
        bad = known.filter(~whole | ~pl.col("item").is_in(list(self._ids)))
        for row, item in bad.head(self._faults.allowed + 50).select("row", "item").iter_rows():
            problem = (
                f"there is no film {shown(item)}"
                if item is not None and item not in self._ids
                else "user, film or rating is missing or no number"
            )
            self._faults.add(file, row, problem)
        self._faults.count += max(0, len(bad) - self._faults.allowed - 50)
        self._faults.check()
        good = known.join(bad.select("row"), on="row", how="anti", maintain_order="left")
        users, items = good["user"].unique(maintain_order=True), good["item"].unique(maintain_order=True)
        return Events(
            users=users.to_list(),
            items=items.to_list(),
            user=_codes(good["user"], users),
            item=_codes(good["item"], items),
            value=liking(good["rating"].to_numpy()),
            time=good["time"].fill_null(float("nan")).to_numpy().astype(np.float64),
        )

    def _ratings(self) -> tuple[polars.DataFrame, str]:
        """Return the ratings and the name of their file; read once for the tags and the events."""
        if self._rated is None:
            self._rated = self._read_ratings()
        return self._rated

    def _read_ratings(self) -> tuple[polars.DataFrame, str]:
        import polars as pl

        name = {"csv": "ratings.csv", "dat": "ratings.dat"}.get(self._layout or "", "u.data")
        path = self._folder / name
        if not path.is_file():
            raise BadInput(f"{str(path)!r} is missing; the films have no ratings without it")
        columns = ["user", "item", "rating", "time"]
        try:
            if self._layout == "dat":
                # Polars takes one byte as a separator: "::" leaves an empty column between each two.
                frame = pl.read_csv(path, separator=":", has_header=False, infer_schema=False, encoding="utf8-lossy")
                frame = frame.select(frame.columns[::2])
            else:
                frame = pl.read_csv(
                    path, separator="," if self._layout == "csv" else "\t", has_header=self._layout == "csv", infer_schema=False
                )
        except pl.exceptions.PolarsError as error:
            raise BadInput(f"{name} cannot be read: {str(error).splitlines()[0]}; unpack the archive again") from error
        if frame.width < 4:
            raise BadInput(f"{name} has {frame.width} columns where user, film, rating and time should stand; unpack the archive again")
        frame = frame.select(frame.columns[:4]).rename(dict(zip(frame.columns[:4], columns, strict=True)))
        return frame.with_columns(pl.col("rating").cast(pl.Float64, strict=False), pl.col("time").cast(pl.Float64, strict=False)), name

    def relations(self) -> Iterable[Relation]:
        """The data set knows none besides genres and tags."""
        return ()

    def dialogues(self) -> Iterable[Dialogue]:
        """The data set knows none."""
        return ()


def _codes(column: polars.Series, names: polars.Series) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """The position of each text among the distinct ones."""
    import polars as pl

    lookup = pl.DataFrame({"name": names, "code": pl.Series(range(len(names)), dtype=pl.Int32)})
    joined = pl.DataFrame({"name": column}).join(lookup, on="name", how="left", maintain_order="left")
    codes: np.ndarray[tuple[int], np.dtype[np.int32]] = joined["code"].to_numpy().astype(np.int32)
    return codes
