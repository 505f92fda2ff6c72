"""Find facet values, people and telling words in a text: the entities of the dialogue graph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from knowledge.entities import entity, facet_kind
from knowledge.items import Item
from knowledge.schema import Schema

__all__ = ["Lexicon", "tokens"]

TOKEN = re.compile(r"[a-z0-9][a-z0-9'&]*")
LONGEST = 4
_SMALL_TALK = """
    a about above actually after again all alright also always am an and another any anything are aren't around as ask at away
    awesome back be been before  being best better big bit both but by bye can can't check come cool could couldn't day did
    didn't different do does doesn't doing don't done down else  enjoy enjoyed even ever every everyone everything fan far
    favorite few find fine first for from fun get gets getting give glad go going good goodbye got  great guess guy had happy has
    hasn't have haven't having he heard hello help her here hey hi him his hope how i i'd i'll i'm i've if i'll im in into
    interested interesting is isn't it it'll it's its just kind know last let let's like liked likes little ll long look looking
    lot lots love loved loves  made make makes many may maybe me mean mention mentioned mind more most much must my name need
    never new next nice no not nothing now of off oh ok okay  old on one ones only or other our out over own part people perfect
    perhaps person pick please plot pretty probably put question quite re read ready  really recent recommend recommendation
    recommendations recommended remember right s said same saw say see seems seen she should show similar since so some  someone
    something soon sorry sort sound sounds still stuff such suggest suggestion suggestions sure t take talk tell than thank
    thanks that that's thats  the their them then there there's these they they're thing things think this those though thought
    time to today told tonight too totally tried true try  two type types up us ve very wait want wanted wants was wasn't watch
    watched watching way we we're welcome well were what what's whatever when where  which while who whole why will wish with
    without won't wonderful work would wouldn't wow yeah year years yep yes yet you you're you'll you'd your yours  ya lol haha
    hmm u item items
"""
STOP = frozenset(_SMALL_TALK.split())
"""Words that tell no dialogue from another."""


def tokens(text: str) -> list[str]:
    """Return the lower-case words of a text."""
    return TOKEN.findall(text.lower().replace("’", "'"))


class Lexicon:
    """Names and values of a catalogue, and the words that tell past dialogues apart."""

    def __init__(self, names: dict[tuple[str, ...], str], words: Iterable[str] = (), silent: Iterable[str] = ()) -> None:
        """Use `of`. `silent` are further words that tell nothing: those for the items themselves."""
        self.names = names
        self.silent = STOP | frozenset(silent)
        self.words = frozenset(words)
        self._longest: dict[str, int] = {}
        for key in names:
            self._longest[key[0]] = max(len(key), self._longest.get(key[0], 0))

    @classmethod
    def of(cls, items: Sequence[Item], schema: Schema) -> Lexicon:
        """Collect the facet values of the items and their synonyms. A person's name needs two words to be a name."""
        names: dict[tuple[str, ...], str] = {}
        for facet in schema.facets:
            kind = facet_kind(facet)
            for value in sorted({v for item in items for v in item.facets.get(facet.name, ())}):
                key = tuple(tokens(value))
                if key and len(key) <= LONGEST and (kind != "person" or len(key) > 1):
                    names.setdefault(key, entity(kind, value))
            for value, others in facet.synonyms.items():
                for other in others:
                    names[tuple(tokens(other))] = entity(kind, value)
        own = schema.item
        return cls(names, silent=tokens(" ".join((own.singular, own.plural, *own.also, own.use, *own.used))))

    def learn_words(self, documents: Iterable[Iterable[str]], *, least: int = 6, most: float = 0.05) -> None:
        """Keep the words that occur in at least `least` documents and at most the share `most` of them."""
        counts: Counter[str] = Counter()
        n = 0
        for document in documents:
            n += 1
            counts.update({w for text in document for w in tokens(text)})
        single = {key[0] for key in self.names if len(key) == 1}
        self.words = frozenset(
            w
            for w, c in counts.items()
            if least <= c <= most * n and len(w) > 2 and w not in self.silent and w not in single and not w.isdigit()
        )

    def find(self, text: str) -> list[str]:
        """Return the entities found, in order, repeats kept; longest match first, matches do not overlap."""
        found: list[str] = []
        words = tokens(text)
        i = 0
        while i < len(words):
            for length in range(min(self._longest.get(words[i], 0), len(words) - i), 0, -1):
                name = self.names.get(tuple(words[i : i + length]))
                if name is not None:
                    found.append(name)
                    i += length
                    break
            else:
                if words[i] in self.words:
                    found.append(entity("word", words[i]))
                i += 1
        return found
