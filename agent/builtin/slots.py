"""Places where a title must stand ("who directed X", "compare X and Y"), so that even "Heat" or an unknown name is taken for one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from agent.builtin.common import FILLER
from agent.builtin.text import plain, read, words_of
from knowledge.entities import item_entity
from knowledge.linker import Link

if TYPE_CHECKING:
    from agent.builtin.lexicon import Lexicon
    from knowledge.items import Item
    from knowledge.linker import Linker

__all__ = ["with_shown", "with_titles"]

ALMOST = 0.88
"""Likeness from which the beginning of a title, said where a title must stand, is taken for it ("four weddings")."""


_HAVE = r"(?:do (?:you|u) (?:also )?(?:have|know)|have you got|have you heard of|you got|got)"
_TITLE = r"(?P<a>[^,;?!]{1,60}?)"
_SLOTS = (
    rf"like {_TITLE}$",
    (
        rf"(?:who|who's|whos) (?:has |had )?(?:directed|wrote|made|designed|created|starred in|stars in|star in|"
        rf"plays in|played in|is in|was in|in|acts in|acted in|composed|published) {_TITLE}$"
    ),
    rf"who (?:is|was|are|were) (?:the )?\w+ (?:of|in|behind|for) {_TITLE}$",
    rf"(?:.{{0,60}} )?(?:by|from|with|has|have) the (?:same )?\w+ (?:of|as|behind) {_TITLE}(?: (?:made|done|directed|written))?$",
    rf"how (?:\w+) (?:is|was|are) {_TITLE}$",
    rf"(?:what(?:'s|s| is| was)) {_TITLE} (?:about|all about|like|rated)$",
    rf"(?:what|which) (?:year|genre|language|country|decade) (?:is|was|did) {_TITLE}(?: (?:in|from|come out|made|released))?$",
    rf"when (?:was|did|is) {_TITLE} (?:made|come out|released|published|out|from)$",
    rf"(?:please )?compare {_TITLE} (?:and|with|to|vs\.?|versus|against) (?P<b>[^,;?!]{{1,60}}?)$",
    rf"(?:what(?:'s|s| is) )?(?:the )?difference between {_TITLE} and (?P<b>[^,;?!]{{1,60}}?)$",
    rf"{_TITLE} (?:vs\.?|versus) (?P<b>[^,;?!]{{1,60}}?)$",
    rf"{_HAVE} (?:the ITEMS )?{_TITLE}(?: in (?:your|the) \w+)?$",
    rf"(?:is|isn't|isnt) {_TITLE} in (?:your|the|there|this) ?(?:\w+)?$",
    rf"why (?:not|no) {_TITLE}$",
    (
        rf"(?:why|how come) (?:did you not|didn't you|didnt you|don't you|you didn't) (?:suggest|recommend|"
        rf"pick|show|include|mention)(?: me)? {_TITLE}$"
    ),
    rf"why (?:isn't|isnt|wasn't|wasnt|is|was) {_TITLE} (?:in|on|not|there|here|missing|suggested|among).*$",
    rf"tell me (?:more )?about {_TITLE}$",
    rf"(?:so |ok |then )?{_TITLE} it is$",
    (
        r"(?:.{0,60} )?(?:something|anything|ITEMS|stuff|more|similar|vibe|one|ones) (?:like|to) (?P<a>[^,;?!]{1,60}?)(?= but\b|"
        r" only\b| with\b| from\b| except\b| set\b| in\b| and (?:not|less|more|\w+er)\b|[,.;?!]|$)"
    ),
    rf"(?:.{{0,60}} )?(?:\w+er|more \w+|less \w+|as \w+) (?:than|as) {_TITLE}$",
    rf"(?:is|was) {_TITLE} (?:any |much |a lot )?(?:better|worse|\w+er|more \w+|less \w+|as \w+) (?:than|as) (?P<b>[^,;?!]{{1,60}}?)$",
    rf"how (?:does|do|is|are) {_TITLE} (?:compare|differ|different|similar)(?:s|d)? (?:to|with|from|against) (?P<b>[^,;?!]{{1,60}}?)$",
    rf"(?:does|is|did|was) {_TITLE} (?:have|star|feature|by|directed by|with) .*$",
    rf"how many \w+ (?:does|can|do|for|is|are) {_TITLE}(?: (?:take|need|play|support|have|seat|for|\w+))?$",
    rf"who (?:plays?|played) .+ in {_TITLE}$",
    rf"(?:is|was) {_TITLE} (?:any )?(?:good|worth (?:it|\w+ing)|suitable|ok|funny|scary)(?: for .*)?$",
)
_NO_TITLE = re.compile(
    r"(?:the|your|a|an|any|some|my|this|that|these|those|it|them|they|all|both|one|more|he|she|him|her|"
    r"me|you|other|another|many|much|anything|something|"
    r"what|which|ones?|there|else|enough|time|first|second|third|last)(?: .*)?|.* (?:does|did|do|makes|made|has (?:done|made))",
    re.IGNORECASE,
)
_NOT_AFTER_THE = re.compile(
    r"(?:the|your|that|this) (?:first|second|third|fourth|fifth|last|other|one|two|three|\w+ one|\w+ ones|"
    r"same|rest|weather|best|most|difference|news|plot|capital)(?: .*)?",
    re.IGNORECASE,
)


@lru_cache(maxsize=16)
def _compiled(items: str) -> tuple[re.Pattern[str], ...]:
    lead = r"(?:^|[.,;!?] ?|and |so |ok |but |hey |well )"
    return tuple(re.compile(rf"{lead}(?:{p.replace('ITEMS', items)})", re.IGNORECASE) for p in _SLOTS)


def with_titles(text: str, links: Sequence[Link], linker: Linker, lexicon: Lexicon) -> list[Link]:
    """Return the links with those of titles that stand where only a title can.

    A slot that holds a word of the catalogue's own ("do you have westerns") names no unknown title.
    """
    found = list(links)
    bare = re.sub(r"[ ,]+(?:please|pls|plz|thanks|thx|then|though|tho|lol|haha)$", "", text.rstrip(" ?!.…"), flags=re.IGNORECASE).rstrip(
        " ?!.…"
    )
    item = lexicon.schema.item
    items = "(?:" + "|".join(sorted({item.singular, item.plural, *item.also}, key=lambda w: (-len(w), w))) + ")"
    for pattern in _compiled(items):
        for match in pattern.finditer(bare):
            for name in ("a", "b"):
                if name in match.re.groupindex and match.group(name):
                    found.extend(
                        _titles(text, match.start(name), match.end(name), found, linker, lexicon, strict="have" not in pattern.pattern)
                    )
    if not any(k.kind in {"item", "person"} for k in found):
        found = [*_alone(text, bare, linker, lexicon)] or found
    return sorted(found, key=lambda k: k.start)


def _alone(text: str, bare: str, linker: Linker, lexicon: Lexicon) -> Iterator[Link]:
    """Yield the title an utterance consists of, where it is no word of the catalogue's own nor one that carries no meaning ("Heat")."""
    said = bare.strip(" \"'“”")
    words = words_of(said)
    if not 1 <= len(words) <= 4 or set(words) <= FILLER or _lexical(said, list(words), lexicon):
        return
    found = next((k for k in linker.link(f"“{said}”") if k.kind == "item" and k.entity is not None), None)
    if found is not None and found.score >= 0.9 and words_of(found.text) == words:
        start = text.index(said)
        yield replace(found, start=start, end=start + len(said), text=said)


def with_shown(text: str, links: Sequence[Link], items: Sequence[Item]) -> list[Link]:
    """Return the links with those of titles just shown, which need no further evidence ("let's watch alien then")."""
    found = list(links)
    utterance = read(text)
    for item in items:
        words = words_of(item.title)
        for at in range(len(utterance) - len(words) + 1):
            if not words or utterance.words[at : at + len(words)] != words:
                continue
            start, end = utterance.tokens[at].start, utterance.tokens[at + len(words) - 1].end
            over = [k for k in found if k.start < end and k.end > start]
            if (
                len("".join(words)) < 4
                or any(k.kind == "item" and k.entity is not None for k in over)
                or any(k.end - k.start > end - start for k in over)
            ):
                continue
            found = [k for k in found if k not in over]
            found.append(Link(start=start, end=end, text=text[start:end], entity=item_entity(item.id), kind="item", score=1.0))
    return sorted(found, key=lambda k: k.start)


def _guess(said: str, linker: Linker, *, strict: bool) -> Link | None:
    """Return the title a phrase begins, or an unknown name where it is written like one ("The Office"); None for plain words."""
    if not strict:
        return None
    near = linker.near(said)
    best = next(((name, likeness) for name, likeness in near if name.startswith("item:")), None)
    if " " in said and best is not None and best[1] >= ALMOST:
        return Link(start=0, end=0, text=said, entity=best[0], kind="item", score=best[1])
    written = said.split()
    if len(written) <= 5 and all(w[0].isupper() or plain(w) in {"the", "of", "a", "an", "and", "in", "to"} for w in written):
        return Link(start=0, end=0, text=said, entity=None, kind="item", score=0.5, near=tuple(near))
    return None


def _lexical(said: str, words: list[str], lexicon: Lexicon) -> bool:
    """True where the words are the catalogue's own rather than a name; a capitalised phrase is a name all the same ("The Office")."""
    named = len(words) > 1 and all(w[0].isupper() or not w[0].isalpha() for w in said.split())
    lengths = [(i, lexicon.at(tuple(words), i)[0]) for i in range(len(words))]
    return not named and any(length and tuple(words[i : i + length]) not in lexicon.rare for i, length in lengths)


def _titles(text: str, start: int, end: int, found: list[Link], linker: Linker, lexicon: Lexicon, *, strict: bool) -> Iterator[Link]:
    said = text[start:end].strip(" \"'“”")
    start = text.index(said, start) if said else start
    end = start + len(said)
    over = [k for k in found if k.start < end and k.end > start]
    if not said or any(k.kind == "item" or (k.kind == "person" and k.entity is not None and " " in k.text) for k in over):
        return
    article = re.match(r"(?:the|a|an) \w", said, re.IGNORECASE)
    if (_NO_TITLE.fullmatch(said) and not article) or _NOT_AFTER_THE.fullmatch(said):
        return
    links = [k for k in linker.link(f"“{said}”") if k.kind == "item"]
    whole = next((k for k in links if k.end - k.start >= len(said) - 1), None)
    if whole is None or whole.entity is None:
        whole = _guess(said, linker, strict=strict) or whole
    if whole is None:
        return
    words = plain(said).split()
    if whole.entity is None and (len(words) > 5 or (_lexical(said, words, lexicon)) or (strict and said == said.lower())):
        return
    for k in over:
        found.remove(k)
    yield replace(whole, start=start, end=end, text=said)
