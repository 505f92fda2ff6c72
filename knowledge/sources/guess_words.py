"""What column names usually mean, and the words people use for such attributes. Data for guessing a card."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.schema import NumberRole

__all__ = ["FACETS", "MAKERS", "NUMBERS", "USES", "NumberWords", "singular", "words_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWords:
    """A kind of number, recognised by its column's name."""

    names: str
    """Regular expression over the words of the column's name."""
    role: NumberRole
    unit: str = ""
    more: tuple[str, ...]
    less: tuple[str, ...]
    much: tuple[str, ...] = ()
    little: tuple[str, ...] = ()
    askable: float = 0.4


NUMBERS: tuple[NumberWords, ...] = (
    NumberWords(
        names=r"\b(year|yr|vintage|published|released|release)\b",
        role="year",
        more=("newer", "more recent", "later", "more modern"),
        less=("older", "earlier"),
        much=("new", "recent", "modern", "latest"),
        little=("old", "classic", "vintage"),
        askable=0.6,
    ),
    NumberWords(
        names=r"\bplayers?\b",
        role="count",
        unit="players",
        more=("more players", "for more people", "bigger group"),
        less=("fewer players", "for fewer people", "smaller group"),
        askable=0.7,
    ),
    NumberWords(
        names=r"\b(age|ages)\b",
        role="count",
        unit="years",
        more=("for older people", "more grown-up"),
        less=("for younger people", "more childlike"),
        askable=0.6,
    ),
    NumberWords(
        names=r"\b(popularity|votes?|(num|number|count|total|users?)( of)? (ratings?|reviews?|votes?|users?|sales|owners?)"
        r"|(ratings?|reviews?|votes?|owners?|users?)( count| rated)?|sales|sold|downloads?|views|plays|listeners|owned)\b(?<!rating)",
        role="popularity",
        more=("more popular", "better known", "more famous"),
        less=("less popular", "less known", "lesser known", "more obscure"),
        much=("popular", "famous", "well-known", "mainstream"),
        little=("obscure", "hidden gem", "hidden gems", "little-known", "underrated"),
    ),
    NumberWords(
        names=r"\b(price|cost|msrp|fee|fare|rent|usd|eur|gbp)\b",
        role="price",
        more=("dearer", "more expensive", "pricier"),
        less=("cheaper", "less expensive", "more affordable"),
        much=("expensive", "pricey", "premium", "luxury"),
        little=("cheap", "inexpensive", "affordable", "budget"),
        askable=0.7,
    ),
    NumberWords(
        names=r"\b(hours?|hrs)\b",
        role="duration",
        unit="hours",
        more=("longer",),
        less=("shorter", "quicker"),
        much=("long",),
        little=("short", "quick"),
        askable=0.6,
    ),
    NumberWords(
        names=r"\b(runtime|duration|minutes?|mins?$|playtime|(play|playing|cooking|cook|prep|total|running)( ?time)|time|length)\b",
        role="duration",
        unit="minutes",
        more=("longer",),
        less=("shorter", "quicker"),
        much=("long",),
        little=("short", "quick"),
        askable=0.6,
    ),
    NumberWords(
        names=r"\bpages?\b",
        role="count",
        unit="pages",
        more=("longer",),
        less=("shorter",),
        much=("long", "thick"),
        little=("short", "thin"),
        askable=0.5,
    ),
    NumberWords(
        names=r"\b(rating|score|stars?|grade|average|avg)\b",
        role="rating",
        more=("better", "better rated", "higher rated"),
        less=("worse rated", "lower rated"),
        much=("highly rated", "top rated", "well rated", "best", "acclaimed"),
        little=("badly rated",),
    ),
    NumberWords(
        names=r"\b(complexity|difficulty|level)\b",
        role="measure",
        more=("more complex", "harder", "heavier", "more difficult", "more challenging"),
        less=("simpler", "easier", "lighter", "less complex", "less difficult"),
        much=("complex", "hard", "heavy", "difficult", "challenging"),
        little=("simple", "easy", "light", "beginner"),
        askable=0.7,
    ),
    NumberWords(
        names=r"\bweight\b",
        role="measure",
        more=("heavier",),
        less=("lighter",),
        much=("heavy",),
        little=("light", "lightweight"),
    ),
    NumberWords(
        names=r"\b(size|width|height|depth|area|capacity|volume|screen|storage|ram|memory)\b",
        role="measure",
        more=("bigger", "larger"),
        less=("smaller",),
        much=("big", "large"),
        little=("small", "compact"),
    ),
    NumberWords(
        names=r"\b(abv|alcohol|strength|intensity)\b",
        role="measure",
        unit="%",
        more=("stronger",),
        less=("lighter", "weaker", "milder"),
        much=("strong", "intense"),
        little=("light", "mild", "weak"),
    ),
    NumberWords(
        names=r"\b(distance|km|miles)\b",
        role="measure",
        more=("farther", "further away"),
        less=("closer", "nearer"),
        much=("far", "far away"),
        little=("near", "nearby", "close"),
    ),
    NumberWords(
        names=r"\b(calories|kcal|sugar|fat|carbs)\b",
        role="measure",
        more=("richer", "heavier"),
        less=("lighter", "healthier"),
        much=("rich", "heavy"),
        little=("light", "healthy", "low-calorie"),
    ),
    NumberWords(
        names=r"\b(spiciness|heat|spice|scoville)\b",
        role="measure",
        more=("spicier", "hotter"),
        less=("milder", "less spicy"),
        much=("spicy", "hot"),
        little=("mild",),
    ),
)

MAKERS: dict[str, tuple[tuple[str, ...], str]] = {
    "author": (("by", "written by", "author", "authors", "writer"), "by {}"),
    "writer": (("written by", "writer", "writers"), "written by {}"),
    "director": (("directed by", "director", "by"), "directed by {}"),
    "artist": (("by", "artist", "artists", "from"), "by {}"),
    "designer": (("by", "designed by", "designer", "designers"), "designed by {}"),
    "composer": (("by", "composed by", "composer"), "composed by {}"),
    "actor": (("with", "starring", "actor", "actress"), "with {}"),
    "cast": (("with", "starring", "actor", "actress"), "with {}"),
    "star": (("with", "starring", "star", "stars"), "with {}"),
    "singer": (("by", "sung by", "singer"), "by {}"),
    "band": (("by", "band"), "by {}"),
    "performer": (("by", "performed by"), "by {}"),
    "creator": (("by", "created by", "creator"), "by {}"),
    "chef": (("by", "cooked by", "chef"), "by {}"),
    "illustrator": (("illustrated by", "illustrator"), "illustrated by {}"),
    "narrator": (("read by", "narrated by", "narrator"), "read by {}"),
    "winemaker": (("by", "made by", "winemaker"), "by {}"),
    "speaker": (("by", "speaker"), "by {}"),
    "instructor": (("by", "taught by", "instructor", "teacher"), "taught by {}"),
}
"""Facets of people: the words that name them and how a reply says it."""

FACETS: dict[str, float] = {
    "genre": 0.9,
    "category": 0.9,
    "type": 0.8,
    "kind": 0.8,
    "style": 0.8,
    "theme": 0.7,
    "mood": 0.9,
    "occasion": 0.9,
    "cuisine": 0.9,
    "tag": 0.3,
    "keyword": 0.2,
    "mechanic": 0.4,
    "topic": 0.7,
    "subject": 0.7,
    "brand": 0.5,
    "manufacturer": 0.3,
    "publisher": 0.1,
    "label": 0.1,
    "studio": 0.1,
    "platform": 0.7,
    "language": 0.5,
    "country": 0.5,
    "region": 0.5,
    "city": 0.6,
    "color": 0.6,
    "colour": 0.6,
    "material": 0.5,
    "grape": 0.6,
    "variety": 0.6,
    "ingredient": 0.4,
    "department": 0.7,
    "gender": 0.5,
    "season": 0.5,
    "format": 0.4,
    "series": 0.05,
    "franchise": 0.05,
    "collection": 0.1,
    "family": 0.2,
    "diet": 0.8,
    "amenity": 0.5,
    "family name": 0.1,
}
"""Names of facets and how easily people answer a question about them."""

USES: dict[str, tuple[str, tuple[str, ...]]] = {
    "book": ("read", ("read", "finished")),
    "novel": ("read", ("read", "finished")),
    "comic": ("read", ("read",)),
    "article": ("read", ("read",)),
    "paper": ("read", ("read",)),
    "game": ("play", ("played", "own", "owned")),
    "film": ("watch", ("watched", "saw", "seen")),
    "movie": ("watch", ("watched", "saw", "seen")),
    "show": ("watch", ("watched", "saw", "seen")),
    "serie": ("watch", ("watched", "saw", "seen")),
    "song": ("listen to", ("listened to", "heard")),
    "track": ("listen to", ("listened to", "heard")),
    "album": ("listen to", ("listened to", "heard")),
    "podcast": ("listen to", ("listened to", "heard")),
    "recipe": ("cook", ("cooked", "made", "ate", "eaten")),
    "dish": ("eat", ("ate", "eaten", "tried")),
    "wine": ("drink", ("drank", "drunk", "tasted")),
    "beer": ("drink", ("drank", "drunk", "tasted")),
    "restaurant": ("visit", ("visited", "been to", "ate at")),
    "hotel": ("stay at", ("stayed at", "been to")),
    "place": ("visit", ("visited", "been to")),
    "course": ("take", ("took", "taken", "finished")),
    "product": ("buy", ("bought", "own", "owned")),
    "toy": ("buy", ("bought", "own", "owned")),
    "shoe": ("buy", ("bought", "own", "worn")),
}
"""Singular of a table's name -> what one does with such an item, and the past forms."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def words_of(column: str) -> str:
    """Return a column's name as words in lower case: "minPlayTime" -> "min play time", "tones.funny" -> "tones funny"."""
    return re.sub(r"[^a-z0-9]+", " ", _CAMEL.sub(" ", column).lower()).strip()


def singular(word: str) -> str:
    """Return the singular of an English plural, as well as three rules can."""
    if word in ("series", "species", "cast", "hours", "minutes"):
        return word
    if word.endswith("ies") and len(word) > 4 and word != "movies":
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word
