"""The schema of the dialogue data sets, with the words their people use for genres."""

from __future__ import annotations

from knowledge.schema import Facet, ItemWords, Number, Schema

__all__ = ["SCHEMA"]

_SAID: dict[str, tuple[str, ...]] = {
    "action": ("actions",),
    "adventure": ("adventures",),
    "animation": ("animated", "cartoon", "cartoons", "animations", "pixar"),
    "biography": ("biopic", "biographical", "true story"),
    "comedy": ("comedies", "funny", "hilarious", "comedic", "humor", "laugh"),
    "crime": ("gangster", "mafia", "heist"),
    "documentary": ("documentaries", "doc"),
    "drama": ("dramas", "dramatic"),
    "family": ("kids", "kid", "children", "families"),
    "fantasy": ("fantasies", "magic"),
    "history": ("historical",),
    "horror": ("scary", "frightening", "spooky", "creepy", "horrors", "slasher", "slashers"),
    "music": (),
    "musical": ("musicals",),
    "mystery": ("mysteries", "whodunit"),
    "romance": (
        "romantic", "romances", "love story", "rom com", "romcom", "romantic comedy", "romantic comedies", "chick flick",
    ),
    "sci-fi": ("scifi", "science fiction", "sci fi", "syfy", "space", "aliens"),
    "sport": ("sports", "football", "baseball", "boxing"),
    "thriller": ("thrillers", "suspense", "suspenseful"),
    "war": ("wars", "military", "wwii", "ww2"),
    "western": ("westerns", "cowboy"),
}  # fmt: skip

SCHEMA = Schema(
    name="redial",
    item=ItemWords(
        singular="film", plural="films", also=("movie", "movies", "flick", "flicks"), use="watch", used=("watched", "saw", "seen")
    ),
    facets=(
        Facet(name="genre", synonyms=_SAID),
        Facet(name="director", kind="person", words=("directed by", "director", "made by", "by")),
        Facet(name="writer", kind="person", words=("written by", "writer")),
        Facet(
            name="cast",
            kind="person",
            label="actor",
            words=("starring", "with", "actor", "actress", "actors", "stars", "star", "who is in"),
        ),
        Facet(name="related", kind="tag"),
    ),
    numbers=(Number(name="year", role="year"),),
)
