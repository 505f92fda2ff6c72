"""The free description in an utterance: what is wanted in words no attribute covers, and conditions the catalogue cannot check."""

from __future__ import annotations

import re
from collections.abc import Iterable

from agent.builtin.common import FILLER
from agent.builtin.reading import Reading

__all__ = ["description", "leftover", "unfilterable"]

_OPENERS = (
    r"(?:where|in which|whose|set (?:in|on|at|during|around)|takes? place|taking place|centred on|centered on|revolving around|revolves around|"
    r"the (?:one|{items}) (?:where|about|that|in which|with)|about|with|involving|featuring|that (?:is|are) about|dealing with|deals with|in the world of|based on|having|that (?:makes?|will make|feels?|leaves?|deals?|shows?|explores?|has|have|captures?)|who)"
)
_ENDS = frozenset({".", "!", "?", ";", "but", "though", "although", ","})
_EMPTY = FILLER | frozenset("called titled named also main good bad long ago exactly maybe plot story where".split())


def description(reading: Reading) -> tuple[int, int] | None:
    """Return the tokens [start, end) of a description ("where someone relives the same day"), its opening word included, or None.

    A phrase whose words are all known attributes ("about time travel", "with Meg Ryan") is no description.
    """
    utterance = reading.utterance
    for f in utterance.all(_OPENERS.format(items=reading.items)):
        opener = f.match.group(0)
        end = f.end
        while end < len(utterance):
            word = utterance.words[end]
            if word in _ENDS and not (word == "," and end + 1 < len(utterance) and utterance.words[end + 1] in {"who", "and", "then", "where"}):
                break
            following = reading.at(end)
            if following is not None and following.kind == "amount" and not opener.startswith(("set", "tak")) and end > f.end:
                break
            if word in {"that", "which"} and end > f.end and utterance.between(end + 1, end + 2) in {"is", "are"} and end + 2 < len(utterance):
                break
            if word in {"please", "with", "by", "directed", "starring", "from"} and end > f.end and following is None:
                named = reading.at(end + 1) or reading.at(end + 2)
                if word == "please" or (named is not None and named.kind in {"link", "amount"}):
                    break
            if following is not None and following.kind == "attribute" and end > f.end and reading.at(following.end) is not None and reading.at(following.end).kind == "link":  # type: ignore[union-attr]
                break
            end += 1
        if end == f.end:
            continue
        bare = [utterance.words[i] for i in range(f.end, end) if reading.at(i) is None and utterance.words[i] not in _EMPTY and utterance.words[i].isalnum()]
        strong = opener.startswith(("where", "in which", "whose", "who", "set", "tak", "the ", "that ", "based"))
        need = 1 if strong or opener == "about" else 2
        verbs = opener.startswith(("where", "in which", "whose"))
        covered = all(reading.at(i) is not None and reading.at(i).kind in {"link", "value"} for i in range(f.end, end) if utterance.words[i] not in _EMPTY)  # type: ignore[union-attr]
        if len(bare) >= need or (verbs and end - f.end >= (2 if not covered else 4)):
            return f.start, end
    return None


def leftover(reading: Reading, taken: Iterable[int]) -> str:
    """Return the content words no step has taken, in order, with the phrase kept whole where it is one run."""
    gone = set(taken)
    words = [
        (i, w)
        for i, w in enumerate(reading.utterance.words)
        if i not in gone and reading.at(i) is None and w not in FILLER and (w.isalpha() or (w.isalnum() and not w.isdigit())) and len(w) > 1
    ]
    return " ".join(w for _, w in words)


_PLACES = (
    r"netflix|hulu|hbo(?: max)?|disney(?: plus| \+)?|amazon(?: prime)?(?: video)?|prime(?: video)?|apple tv(?: plus| \+)?|paramount(?: plus| \+)?|peacock|crunchyroll|mubi|itunes|spotify|youtube|steam|"
    r"tv|television|the telly|dvd|blu ?ray|bluray|vhs|streaming|cinemas?|theat(?:er|re)s?|the (?:cinema|theat(?:er|re)s?|shops?|library|app store|big screen)|ebay|kindle|audible|switch|playstation|xbox|ios|android|bgg|board ?game ?arena"
)
_CONDITIONS: tuple[tuple[str, str], ...] = (
    (rf"(?:(?:that is |that are |which is |is it |is that |are they |is )?(?:currently |available |streaming |playing |showing |now |still |out |free |also )*(?:on|via|at|from|in) (?P<v>(?:{_PLACES})(?:(?: or| and|,)? (?:on )?(?:{_PLACES}))*))", "{}"),
    (r"(?:that (?:i|we) (?:can|could) (?:stream|rent|buy|download)(?: \w+)?|(?:available )?to (?:stream|rent|download)|streamable|available (?:online|now|today|for free|in my (?:country|area))|in stock|in store)", ""),
    (r"(?:for free|free to (?:watch|play|stream|read)|free of charge)", ""),
    (r"(?:in|on) (?:4k|uhd|hdr|hd|1080p|imax|3d|dolby \w+|vr)", ""),
    (r"(?:near me|nearby|close to (?:me|home)|around here|in my (?:area|town|city|neighbourhood))", ""),
    (r"(?:with|has|have|having) (?:\w+ )?(?:subtitles|subs|closed captions|captions)|(?:\w+ )?(?:subtitled|dubbed)(?: in(?:to)? \w+)?|no subtitles|without subtitles|without subs|(?:read |reading )?subtitles", ""),
    (r"(?:oscar|academy award|golden globe|bafta|award|palme d or|spiel des jahres|pulitzer|emmy|prize) ?(?:winning|winners?|nominated|nominees?)?|that won (?:an? |the |some |any )?(?:oscars?|awards?|prizes?|palme d or)|won (?:best \w+|an? oscars?)", ""),
    (r"(?:high(?:ly|est)? rated|top rated|best rated|good (?:reviews|ratings?)|great reviews|well reviewed|critically acclaimed|(?:imdb|rotten tomatoes|metacritic|bgg|letterboxd|goodreads)(?: (?:score|rating))?(?: (?:of|over|above|at least|higher than))?(?: \d+(?:\.\d+)?(?: %| percent)?\+?)?|rating (?:over|above|of at least|higher than|of) \d+(?:\.\d+)?|(?:over|above|at least) \d+(?:\.\d+)? (?:%|percent|stars|out of \d+)|\d (?:star|stars)(?: \w+)?)", ""),
)  # fmt: skip


def unfilterable(reading: Reading) -> list[tuple[str, int, int]]:
    """Return the conditions no attribute of the catalogue stands for, each with its tokens [start, end)."""
    found: list[tuple[str, int, int]] = []
    known = {w for facet in reading.schema.facets for w in (*facet.words, facet.name)}
    rated = reading.schema.with_role("rating") is not None
    priced = reading.schema.with_role("price") is not None
    for at, (pattern, _) in enumerate(_CONDITIONS):
        if at == 7 and rated:
            continue
        if at == 2 and priced:
            continue
        for f in reading.utterance.all(pattern):
            said = f.match.group(0)
            if any(f.start < e and f.end > s for _, s, e in found) or said in known:
                continue
            covered = [m for m in reading.marks if m.start < f.end and m.end > f.start and m.kind == "value"]
            if covered and at != 5:
                continue
            head = re.sub(r"^(?:that is |that are |which is |is it |is that |are they |is )", "", said)
            found.append((head, f.start, f.end))
    return found
