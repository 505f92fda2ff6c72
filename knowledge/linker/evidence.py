"""How sure it is that a phrase names an item: a small logistic model over readable evidence.

The coefficients were fitted by `benchmarks/linking.py fit` on the training split of ReDial (Li et al. 2018), as written, without
the titles' capitals and without any, then rounded towards what holds elsewhere too. Nothing in the evidence is about films: it is
how unlikely the words are by chance, what capitals, quotation marks and neighbours say, and how popular the item is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from operator import attrgetter

__all__ = ["Evidence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for and against a name; every field is a number between 0 and about 2.5."""

    surprise: float
    """Nats the words are unlikely by, over ten, at most 2.5."""
    words: float
    """Words in the phrase beyond the first, over three, at most 1."""
    capitals: float
    lowered: float
    """How much a small letter where a name would have a capital speaks against it, 0..1."""
    small: float
    """1 where the text has no capitals to judge by."""
    quoted: float
    cue: float
    noun: float
    opened: float
    closed: float
    whole: float
    """1 where the phrase is all that was said."""
    function: float
    """1 where every word is among the hundred most frequent."""
    plain: float
    """1 where every word is among the three thousand most frequent."""
    standing: float
    partial: float
    """1 where only a main title or the like was said."""
    misspelt: float
    """How far the spelling is off, 0..1 times ten."""
    clash: float
    """1 where the same words are also a value of a facet or a person."""

    def score(self) -> float:
        """Return the probability that the phrase names the item."""
        total = _BIAS + sum(w * v for w, v in zip(_WEIGHTS, _VALUES(self), strict=True))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


_BIAS = -5.8
_COEFFICIENTS = {
    "surprise": 2.8,
    "words": 1.9,
    "capitals": 1.6,
    "lowered": -1.2,
    "small": 0.3,
    "quoted": 4.0,
    "cue": 1.45,
    "noun": 1.5,
    "opened": 0.9,
    "closed": 1.55,
    "whole": 0.5,
    "function": -1.9,
    "plain": -1.6,
    "standing": 2.5,
    "partial": -1.3,
    "misspelt": -0.8,
    "clash": -4.0,
}
_VALUES = attrgetter(*(f.name for f in fields(Evidence)))
_WEIGHTS = tuple(_COEFFICIENTS[f.name] for f in fields(Evidence))
