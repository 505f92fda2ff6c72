"""The words of simulated people, made from a catalogue's schema; several wordings, chosen by a seeded chance."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evaluation.simulate.traits import Trait
    from knowledge.schema import Schema

__all__ = ["listed", "opening", "refinement", "retraction", "typos"]

_LOVED = ("I loved {}.", "I really liked {}.", "My favourites are {}.", "Big fan of {}.")
_WANT = ("I'm looking for {}.", "I'd like {}.", "Can you recommend {}?", "Find me {}.", "I'm in the mood for {}.")
_NO = ("None of these.", "Not those.", "No, not these.", "Hmm, not what I want.")
_MORE = ("I'd prefer {}.", "It should be {}.", "I'm after {}.", "More like {}.", "I want {}.")
_ALSO = ("It should also be {}.", "It has to be {} as well.", "It must also be {}.", "It should be {} too.")
_SMALL = (
    "Long day today, I just want to relax. ",
    "My sister is visiting this weekend. ",
    "Thanks for helping me out! ",
    "Hope you are well. ",
)


def listed(parts: Sequence[str]) -> str:
    """Join words as a person does: "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def opening(schema: Schema, titles: Sequence[str], traits: Sequence[Trait], chance: random.Random, *, chatty: bool) -> str:
    """Return a first utterance: what was liked, then what is wanted."""
    loved = chance.choice(_LOVED).format(listed(list(titles))) + " " if titles else ""
    small = chance.choice(_SMALL) if chatty else ""
    return f"{small}{loved}{chance.choice(_WANT).format(described(schema, traits))}"


def refinement(
    schema: Schema, traits: Sequence[Trait], reason: str, chance: random.Random, *, shown: int, chatty: bool, also: bool = False
) -> str:
    """Return a later utterance: a rejection where something was shown, a reason, further traits.

    `also` says that a trait comes beside an earlier one of its kind: "I'd prefer a comedy" after "a drama" would be a change of mind.
    """
    parts = [chance.choice(_NO)] if shown else []
    if chatty and chance.random() < 0.5:
        parts.insert(0, "Thanks, good ideas, but")
        parts[1:2] = [parts[1].lower()] if len(parts) > 1 else []
    if reason:
        parts.append(f"Something {reason}, please.")
    if traits:
        parts.append(chance.choice(_ALSO if also else _MORE).format(described(schema, traits)))
    if not reason and not traits:
        parts.append("Do you have others?")
    return " ".join(parts)


def retraction(trait: Trait, chance: random.Random) -> str:
    """Return the taking back of something said by mistake."""
    return chance.choice(("Sorry, I misspoke: not {}.", "Actually no, not {}.")).format(trait.words)


def described(schema: Schema, traits: Sequence[Trait]) -> str:
    """Return the traits as one description: "a funny western from the 1970s about a heist"."""
    adjectives = [t.words for t in traits if t.form == "adjective"]
    nouns = [t.words for t in traits if t.form == "noun"]
    phrases = [t.words for t in traits if t.form == "phrase"]
    themes = [t.words for t in traits if t.form == "theme"]
    thing = " ".join([*nouns, schema.item.singular])
    text = f"{', '.join(adjectives)} {thing}".strip() if adjectives else thing
    article = "an" if text[:1].lower() in "aeiou" else "a"
    after = [t.words for t in traits if t.form == "after"]
    tail = [*phrases, *([f"about {listed(themes)}"] if themes else [])]
    return " ".join([article, text, *tail]) + (f", {listed(after)}" if after else "")


def typos(text: str, spared: Sequence[str], chance: random.Random) -> str:
    """Return the text as typed in haste: two letters swapped in one longer word that is no name or value; lower case, no full stop."""
    keep = {w.casefold() for s in spared for w in re.findall(r"\w+", s)}
    words = text.split(" ")
    places = [i for i, w in enumerate(words) if w.isalpha() and len(w) > 4 and w.casefold() not in keep]
    if places:
        at = chance.choice(places)
        letter = chance.randrange(1, len(words[at]) - 2)
        word = words[at]
        words[at] = word[:letter] + word[letter + 1] + word[letter] + word[letter + 2 :]
    return " ".join(words).lower().rstrip(".")
