"""What an utterance does besides asking for items: accept, turn down, look into the profile, start over, chat.

The patterns stand in `acts.yaml`; here they are compiled for the catalogue's own words and looked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

from agent.builtin.reading import Reading

__all__ = ["Act", "compares", "does", "turns_down"]

Act = Literal[
    "resets", "shows_profile", "forgets_all", "forgets", "accepts", "agrees", "seen", "rejects", "others", "surprise", "careless",
    "popular", "explains", "why_not", "compares", "chats", "wants_help", "strays",
]  # fmt: skip

_LEAD = (
    r"(?:(?:and|so|ok|oh|hey|hi|hello|well|please|alright|right|now|yes|yeah|no|hm+|actually|um+|wait|then|great|cool|thanks|"
    r"thank you|sorry|"
    r"lol|haha|but|also|perfect|good|nice|,|!|\.|…) )*"
)
_END = r"(?: (?:please|now|again|then|thanks|thank you|mate|for me|to me|ok|lol|haha|though|instead|maybe|,|!|\?|\.|:|\)|\())*"


@dataclass(frozen=True, slots=True)
class _Patterns:
    whole: re.Pattern[str] | None
    anywhere: re.Pattern[str] | None
    unless: re.Pattern[str] | None

    def found(self, reading: Reading) -> bool:
        said = reading.utterance.joined
        if self.unless is not None and self.unless.search(said):
            return False
        if self.whole is not None and self.whole.fullmatch(said):
            return True
        # What is said in one sentence is not carried on in the next: "how are you. I would like ..." asks nothing of what is shown.
        # Nor does a title do anything: "my favourite is Forget Paris" forgets nothing.
        utterance = reading.untitled.utterance
        return self.anywhere is not None and any(self.anywhere.search(utterance.between(*s)) for s in utterance.sentences)


@cache
def _written() -> dict[str, dict[str, list[str]]]:
    import yaml

    text = files("agent.builtin").joinpath("acts.yaml").read_text(encoding="utf-8")
    data: dict[str, dict[str, list[str]]] = yaml.safe_load(text)
    return data


@lru_cache(maxsize=512)
def _patterns(act: str, items: str, use: str, used: str) -> _Patterns:
    def joined(part: str) -> str | None:
        alternatives = _written()[act].get(part)
        if not alternatives:
            return None
        text = "|".join(f"(?:{a})" for a in alternatives)
        return text.replace("ITEMS", items).replace("USED", used).replace("USE", use)

    whole, anywhere, unless = joined("whole"), joined("any"), joined("not")
    return _Patterns(
        whole=re.compile(rf"{_LEAD}(?:{whole}){_END}") if whole else None,
        anywhere=re.compile(rf"(?<!\S)(?:{anywhere})(?!\S)") if anywhere else None,
        unless=re.compile(rf"(?<!\S)(?:{unless})(?!\S)") if unless else None,
    )


def does(reading: Reading, act: Act) -> bool:
    """True where the utterance does that."""
    return _patterns(act, reading.items, reading.use, reading.used).found(reading)


def compares(reading: Reading) -> bool:
    """True where a comparison is asked for; "vs" within a name is none ("I loved Kramer vs. Kramer")."""
    if not does(reading, "compares"):
        return False
    marks = [reading.at(i) for i, word in enumerate(reading.utterance.words) if word in {"vs", "versus"}]
    named = bool(marks) and all(m is not None and m.kind == "link" for m in marks)
    return not named or reading.utterance.has(r"(?:.* )?(?:compare|differences?|better|which|how|should)(?: .*)?")


def turns_down(reading: Reading) -> Literal["seen", "reject"] | None:
    """Return how what was shown is turned down, or None."""
    if does(reading, "seen"):
        return "seen"
    return "reject" if does(reading, "rejects") else None
