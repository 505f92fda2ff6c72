"""Sentences that recount or remark and ask for nothing: "I loved that one with Ada", "yes, from the 80s, great one", "was that Bob?".

What they name is spoken of, not demanded: a person, a value or a year in them is no condition on what to suggest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.builtin.text import SENTENCE_ENDS

if TYPE_CHECKING:
    from agent.builtin.reading import Reading

__all__ = ["recounted"]

_ASKS = (
    r"(?:something|anything|any|some|looking|look|searching|want|wants|wanted|wanna|wanting|need|needs|needed|recommend|suggest|show|find|"
    r"suggestions?|recommendations?|give|have you|do you|more|another|others?|else|prefer|rather|mood|please|would|could|should|must|"
    r"let us|how about|what about|feel like|feeling like|similar|like (?:that|those|these|this|it)|hoping|hope|thinking|fancy|craving|"
    r"interested|up for|down for|asked|asking|only|not|no|never|without|except|maybe|perhaps|instead|now|today|tonight)"
)
"""Words of a sentence that may ask for something or rule it out."""

_VERBS = r"(?:loved|liked|enjoyed|adored|saw|seen|watched|played|read|heard of|know|knew|remember|remembered|grew up (?:with|on)|own|owned)"
_LEAD = r"^(?:(?:and|but|so|oh|yes|yeah|well|because|,) )*"
_PAST = (
    rf"{_LEAD}(?:i|we|they|he|she|my \w+|our \w+) (?:\w+ ){{0,2}}{_VERBS}(?: |$)",
    r"(?:^| )(?:when|since|back when) (?:i|we|she|he|they) (?:was|were) ",
    r"(?:^| )(?:as|being|i was|we were) (?:(?:a|just|still) )*(?:kids?|child|children|teen|teenagers?|boy|girl)(?: |$)",
)
_FOND = (
    rf"{_LEAD}(?:i|we) (?:(?!never|rarely|hardly|seldom)\w+ )?(?:like|love|enjoy|watch|play|read) "
    r"(?:pretty much |almost |just about |nearly )?(?:everything|anything|all (?:kinds|sorts|types|genres))(?: |$)"
)
"""Said by those to whom all is welcome: the kinds that follow are examples."""
_HABIT = (
    r"(?:i|we) (?:do not (?:often|usually|normally|always|typically)|rarely|seldom|hardly(?: ever)?|sometimes) (?:{use}|see|go for)(?: |$)"
)
"""Said of what is not wanted as a rule, or only now and then."""
_AGREED = (
    r"^(?:yes|yeah|yep|yup|right|exactly|true|ah|oh|i (?:do )?know) .*(?:great|good|awesome|amazing|excellent|fantastic|"
    r"wonderful|classic|fun)"
)


def recounted(reading: Reading) -> frozenset[int]:
    """Return the tokens of such sentences."""
    words = reading.utterance.words
    found: set[int] = set()
    for start, stop in reading.utterance.sentences:
        end = stop
        while end > start and words[end - 1] in SENTENCE_ENDS:
            end -= 1
        found.update(_of_sentence(reading, start, end, asked=end < stop and words[end] == "?"))
    return frozenset(found)


def _of_sentence(reading: Reading, start: int, end: int, *, asked: bool) -> set[int]:
    """Return the tokens of a sentence, or those before the comma after which it asks for something."""
    words = reading.utterance.words
    if _recounts(reading, " ".join(words[start:end]), asked=asked):
        return set(range(start, end))
    comma = next((i for i in range(start, end) if words[i] in {",", "but"}), end)
    told = " ".join(words[start:comma])
    if comma < end and any(re.search(pattern, told) for pattern in _PAST) and not _says(_ASKS, told):
        return set(range(start, comma))
    return set()


def _recounts(reading: Reading, said: str, *, asked: bool) -> bool:
    thing = rf"(?:{reading.items}|one)"
    if asked:
        about = rf"^(?:and |so |oh )?(?:was|is|were) (?:not )?(?:that|it|he|she) (?:not )?(?:the {thing} )?"
        tag = re.search(r"^(?:and |so |oh |, )*(?:it|its|that|he|she|they) .* (?:right|correct|no|huh|true)$", said)
        more = _says(rf"any|some|more|others?|another|{reading.items}$", said)
        return (re.search(about, said) is not None or tag is not None) and not more
    if re.search(_FOND, said) or re.search(_LEAD + _HABIT.format(use=reading.use), said):
        return True
    if _says(_ASKS, said):
        return False
    known = (rf"{_AGREED}(?: {thing})?$", r"^(?:yes |yeah |oh )?(?:it|that|this|he|she) (?:is|was|s) the ")
    return any(re.search(pattern, said) for pattern in (*_PAST, *known))


def _says(pattern: str, said: str) -> bool:
    return re.search(rf"(?<!\S)(?:{pattern})(?!\S)", said) is not None
