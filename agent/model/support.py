"""Whether the words of a sentence have support: in the item's record, its description, its reasons, or in no need of any.

A model's plot, place or profession that stands nowhere in the record is as false as a wrong year, and no list of forbidden words finds
it. So the rule is turned round: a word has to be plain (it connects, or judges without claiming anything) or share its stem with a word of
what may be repeated. What fails costs a sentence, and our own wording takes its place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from agent.events import SlateItem
from knowledge.linker.common import is_common
from tools.derived import kept

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["plain_words", "schema_words", "supported_words", "unsupported"]

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PARTS = re.compile(r"[,;:()–—]+|\band\b")
ENOUGH = 3
"""Words borne out that a part of a clause needs for one that is not."""
SHORTEST = 3
"""Letters from which a word can tell anything."""
HALF = 0.5
"""Share of a judged scale from which its words may be used."""


@cache
def plain_words() -> frozenset[str]:
    """Return the words that claim nothing, from `plain_words.txt` beside this module."""
    text = files("agent.model").joinpath("plain_words.txt").read_text(encoding="utf-8")
    return frozenset(w for line in text.splitlines() if not line.startswith("#") for w in line.split())


def schema_words(base: KnowledgeBase) -> frozenset[str]:
    """Return the words a catalogue has for its items and attributes: "film", "directed by", "minutes"."""

    def make() -> frozenset[str]:
        schema = base.schema
        item = schema.item
        texts = [item.singular, item.plural, item.use, *item.also, *item.used]
        for facet in schema.facets:
            texts += [facet.label or facet.name, facet.plural or "", *facet.words, facet.phrase.replace("{}", " ")]
        # The name of a scale is an adjective ("funny") and has to be borne out.
        texts += [text for n in schema.numbers if n not in schema.scales for text in (n.label or n.name, n.unit or "")]
        words = _tokens(" ".join(texts))
        # "A 90-minute game": of a unit and a plural the one is said as well.
        return frozenset([*words, *(w.removesuffix("s") for w in words)])

    return kept(base, "model schema words", make)


def supported_words(base: KnowledgeBase, item: SlateItem) -> str:
    """Return what may be said of an item besides its record: other words for its values, and adjectives its scales bear out."""
    parts: list[str] = []
    index = base.catalogue.index(item.id)
    for facet in base.schema.facets:
        for value in base.catalogue.facet(facet.name).of(index):
            parts += facet.synonyms.get(value, ())
    for number in base.schema.numbers:
        rated = item.attributes.get(number.name)
        if not isinstance(rated, int | float) or number.high is None:
            continue
        low = number.low or 0.0
        share = (float(rated) - low) / ((number.high - low) or 1.0)
        parts += number.much if share > HALF else number.little if share < HALF else ()
    return " ".join(parts)


def unsupported(clause: str, text: str, also: Iterable[str] = ()) -> str:
    """Return the first word of a clause that is neither plain nor borne out by the text; an empty string where there is none.

    A part of the clause that repeats the text in several words may hold one ordinary word besides, or no verb could ever be another's.

    Args:
        clause: what is said.
        text: what may be repeated.
        also: further words that need no support (`schema_words`).
    """
    free = plain_words() | frozenset(also)
    known = frozenset(_tokens(text))
    for part in _PARTS.split(clause):
        words = [w for w in _tokens(part) if len(w) >= SHORTEST and w not in free and not any(b in free for b in _bare(w))]
        alien = list(dict.fromkeys(w for w in words if not _borne_out(w, known)))
        if alien and (len(alien) > 1 or len(set(words)) - 1 < ENOUGH or not is_common(alien[0])):
            return alien[0]
    return ""


def _borne_out(word: str, known: frozenset[str]) -> bool:
    return word in known or any(_alike(word, other) for other in known)


def _bare(word: str) -> tuple[str, ...]:
    """Return the forms of which a word is a plain inflection: "keeps", "keeping", "kept" is its own."""
    forms = []
    for end, instead in (("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("ly", ""), ("n't", "")):
        if word.endswith(end) and len(word) - len(end) >= SHORTEST:
            forms.append(word[: -len(end)] + instead)
    return tuple(forms)


def _alike(one: str, other: str) -> bool:
    """True where two words share a stem: at least four letters, all but two of the shorter one's, and not much besides."""
    short, long = sorted((len(one), len(other)))
    if short < 4 or long - short > 4:
        return False
    need = max(4, short - 2)
    return one[:need] == other[:need]


def _tokens(text: str) -> list[str]:
    """Return the words, small, without accents and possessive endings; hyphens part words."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    found = _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))
    return [w.removesuffix("'s") for w in found]
