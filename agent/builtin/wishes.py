"""The free description in an utterance: what is wanted in words no attribute covers, and conditions the catalogue cannot check."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from agent.builtin.amounts import LENGTH_ASKED
from agent.builtin.background import background
from agent.builtin.common import FILLER
from agent.builtin.reading import Reading
from agent.builtin.sentiment_words import VERBS
from knowledge.linker.common import is_common

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue

__all__ = ["description", "leftover", "too_much_of", "unfilterable"]

_OPENERS = (
    r"(?:where|in which|whose|set (?:in|on|at|during|around)|takes? place|taking place|centred on|centered on|"
    r"revolving around|revolves around|"
    r"the (?:one|{items}) (?:where|about|that|in which|with)|about|with|involving|featuring|that (?:is|"
    r"are) about|dealing with|deals with|in the world of|based on|having|that (?:makes?|will make|feels?|"
    r"leaves?|deals?|shows?|explores?|has|have|captures?)|who)"
)
_ENDS = frozenset({".", "!", "?", ";", "but", "though", "although", ","})
_OPINIONS = frozenset(VERBS) - {"love"}
"""Words that only say how somebody takes what they name ("adore"); love is also what a story may be about."""
TOO = r"(?:not (?:that|so|too|very|as|quite so|all that|so much|as much|much)|less|fewer|too much|too many) (?P<x>\w+)"
"""What is wanted less of, or not so much."""
EVERYDAY = 3_000
"""Place in the list of English words by frequency up to which a word is one that is often mistyped."""
_EMPTY = FILLER | frozenset("called titled named also main good bad long ago exactly maybe plot story where".split())  # noqa: SIM905


def description(reading: Reading) -> tuple[int, int] | None:
    """Return the tokens [start, end) of a description ("where someone relives the same day"), its opening word included, or None.

    A phrase whose words are all known attributes ("about time travel", "with Meg Ryan") is no description.
    """
    for f in reading.utterance.all(_OPENERS.format(items=reading.items)):
        opener = f.match.group(0)
        if opener == "about" and reading.utterance.words[max(f.start - 1, 0)] in {
            "what",
            "how",
            "think",
            "thinking",
            "sure",
            "worry",
            "fight",
        }:
            continue
        if opener == "who" and re.match(r"(?:is |are |has |just |turned |turning )+\d", reading.utterance.between(f.end, f.end + 4)):
            # "My daughter who is 6" tells an age.
            continue
        inside = reading.at(f.start)
        if inside is not None and inside.kind == "link" and inside.start < f.end < inside.end:
            # "Where Is the Friend's House" opens no clause.
            continue
        end = f.end
        while end < len(reading.utterance) and not _closes(reading, end, first=end == f.end, setting=opener.startswith(("set", "tak"))):
            end += 1
        if end > f.end and _describes(reading, opener, f.end, end):
            return f.start, end
    return None


def _closes(reading: Reading, at: int, *, first: bool, setting: bool) -> bool:
    """True where a token ends a description: punctuation, contrast, a condition of its own ("from the 90s", "with Tom Hanks")."""
    words, mark = reading.utterance.words, reading.at(at)
    word, following = words[at], words[at + 1 : at + 2]
    if word in _ENDS:
        return not (word == "," and set(following) <= {"who", "and", "then", "where"} and following)
    if first:
        return False
    if word == "please" or (word in {"that", "which"} and set(following) & {"is", "are"}):
        return True
    if mark is not None and mark.kind == "amount":
        return not setting
    beside = reading.at(mark.end) if mark is not None else reading.at(at + 1) or reading.at(at + 2)
    if mark is not None:
        return mark.kind == "attribute" and beside is not None and beside.kind == "link"
    return word in {"with", "by", "directed", "starring", "from"} and beside is not None and beside.kind in {"link", "amount"}


def _describes(reading: Reading, opener: str, start: int, end: int) -> bool:
    """True where enough of the tokens [start, end) is said in free words."""
    words = reading.utterance.words
    said = [i for i in range(start, end) if words[i] not in _EMPTY and words[i].isalnum()]
    marks = [reading.at(i) for i in said]
    free = sum(mark is None for mark in marks)
    clause = opener.startswith(("where", "in which", "whose"))
    if clause:
        covered = all(mark is not None and mark.kind in {"link", "value"} for mark in marks)
        if end - start >= (4 if covered else 2):
            return True
    strong = clause or opener.startswith(("who", "set", "tak", "the ", "that ", "based"))
    return free >= (1 if strong or opener == "about" else 2)


def _ruled_out(reading: Reading) -> set[int]:
    """Return the tokens after "without" or "no", up to the end of the clause: to search for them would bring just what is not wanted."""
    found: set[int] = {i for f in reading.utterance.all(TOO) for i in range(f.start, f.end)}
    out = False
    for at, word in enumerate(reading.utterance.words):
        if word in {"without", "no", "nothing", "avoid", "minus", "except", "hate", "hates", "dislike", "dislikes"}:
            out = True
        elif word == "not":
            out = reading.utterance.words[at + 1 : at + 2] not in {("only",), ("just",), ("necessarily",), ("sure",)}
        elif word in _ENDS or word in {"and", "with", "but"}:
            out = False
        if out:
            found.add(at)
    return found


def leftover(reading: Reading, taken: Iterable[int], catalogue: Catalogue | None = None) -> str:
    """Return the content words no step has taken, in order, with the phrase kept whole where it is one run.

    What only tells how things stand with somebody is left out, and with the catalogue also what is mistyped.
    """
    said = reading.utterance.words
    # "my teenage son" says who it is for, not what it is about.
    whose = {at for n, word in enumerate(said) if word in {"my", "our"} for at in (n + 1, n + 2)}
    alike = {
        i for f in reading.utterance.all(r"(?:the )?same (?:spirit|vein|style|mould|mold|league|ballpark)") for i in range(f.start, f.end)
    }
    gone = set(taken) | alike | reading.idle | _ruled_out(reading) | whose | background(reading.utterance)
    kept = [
        word
        for at, word in enumerate(said)
        if at not in gone
        and reading.at(at) is None
        and word not in FILLER | _OPINIONS
        and word.isalnum()
        and not word.isdigit()
        and word[1:]
    ]
    return " ".join(w for w in kept if catalogue is None or not _slip(w, catalogue))


def _slip(word: str, catalogue: Catalogue) -> bool:
    """True for a word nothing in the catalogue speaks of that is a letter away from an everyday one ("realy"): to search for it is idle."""
    if is_common(word) or len(catalogue.full_text(word, 1, None)[0]):
        return False
    letters = "abcdefghijklmnopqrstuvwxyz"
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    near = {a + b[1:] for a, b in parts if b} | {a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1}
    near |= {a + c + b[n:] for a, b in parts for c in letters for n in (0, 1)}
    return any(is_common(w, EVERYDAY) for w in near if len(w) > 2)


_PLACES = (
    r"netflix|hulu|hbo(?: max)?|disney(?: plus| \+)?|amazon(?: prime)?(?: video)?|prime(?: video)?|apple tv(?: plus|"
    r" \+)?|paramount(?: plus| \+)?|peacock|crunchyroll|mubi|itunes|spotify|youtube|steam|"
    r"tv|television|the telly|dvd|blu ?ray|bluray|vhs|streaming|cinemas?|theat(?:er|re)s?|the (?:cinema|"
    r"theat(?:er|re)s?|shops?|library|app store|big screen)|ebay|kindle|audible|switch|playstation|xbox|"
    r"ios|android|bgg|board ?game ?arena"
)
_CONDITIONS: tuple[tuple[str, str], ...] = (
    ((rf"(?:(?:that is |that are |which is |is it |is that |are they |is )?(?:currently |available |streaming |"
        rf"playing |showing |now |still |out |free |also )*(?:on|via|at|from|in) (?P<v>(?:{_PLACES})(?:(?: or|"
        rf" and|,)? (?:on )?(?:{_PLACES}))*))"), "{}"),
    ((r"(?:that (?:i|we) (?:can|could) (?:stream|rent|buy|download)(?: \w+)?|(?:available )?to (?:stream|"
        r"rent|download)|streamable|available (?:online|now|today|for free|in my (?:country|area))|in stock|"
        r"in store)"), ""),
    (r"(?:for free|free to (?:watch|play|stream|read)|free of charge)", ""),
    (r"(?:in|on) (?:4k|uhd|hdr|hd|1080p|imax|3d|dolby \w+|vr)", ""),
    (r"(?:near me|nearby|close to (?:me|home)|around here|in my (?:area|town|city|neighbourhood))", ""),
    ((r"(?:with|has|have|having) (?:\w+ )?(?:subtitles|subs|closed captions|captions)|(?:\w+ )?(?:subtitled|"
        r"dubbed)(?: in(?:to)? \w+)?|no subtitles|without subtitles|without subs|(?:read |reading )?subtitles"), ""),
    ((r"(?:oscar|academy award|golden globe|bafta|award|palme d or|spiel des jahres|pulitzer|emmy|prize) ?(?:winning|"
        r"winners?|nominated|nominees?)?|that won (?:an? |the |some |any )?(?:oscars?|awards?|prizes?|palme d or)|"
        r"won (?:best \w+|an? oscars?)"), ""),
    ((r"(?:high(?:ly|est)? rated|top rated|best rated|good (?:reviews|ratings?)|great reviews|well reviewed|"
        r"critically acclaimed|(?:imdb|rotten tomatoes|metacritic|bgg|letterboxd|goodreads)(?: (?:score|rating))?(?: (?:of|"
        r"over|above|at least|higher than))?(?: \d+(?:\.\d+)?(?: %| percent)?\+?)?|rating (?:over|above|of at least|"
        r"higher than|of) \d+(?:\.\d+)?|(?:over|above|at least) \d+(?:\.\d+)? (?:%|percent|stars|out of \d+)|"
        r"\d (?:star|stars)(?: \w+)?)"), ""),
)  # fmt: skip


def too_much_of(reading: Reading) -> list[tuple[str, int, int]]:
    """Return "not that zany" with its tokens [start, end) where the catalogue has no word for what there is too much of."""
    found = []
    for f in reading.utterance.all(TOO):
        word = f.group("x")
        if reading.at(f.end - 1) is None and word.isalpha() and word not in _EMPTY and len(word) > 3:
            found.append((f.match.group(0), f.start, f.end))
    return found


_MUCH = r"(?:a (?:bit|little|lot) |much )?"
_MONEY = r"(?:under|below|less than|at most|max) (?:£|\$|€)? ?\d+ ?(?:dollars?|bucks|euros?|pounds?|quid|usd|eur|gbp)"
_MEASURES = (
    ("duration", rf"{LENGTH_ASKED}|{_MUCH}(?:shorter|longer)|(?:not |too )+long|nothing (?:too )?long"),
    ("price", rf"{_MONEY}|{_MUCH}(?:cheaper|dearer|(?:more|less) expensive)|(?:not |too )+expensive"),
    ("year", rf"{_MUCH}(?:newer|older|more recent)|(?:not |too )+old"),
)
"""How lengths, prices and years are asked for: nothing can be done with them where the catalogue has no such number."""


def unmeasured(reading: Reading) -> list[tuple[str, int, int]]:
    """Return what is asked of a number the catalogue lacks ("under 2 hrs" of one without lengths), each with its tokens [start, end)."""
    missing = [pattern for role, pattern in _MEASURES if reading.schema.with_role(role) is None]  # type: ignore[arg-type]
    said = [f for pattern in missing for f in reading.utterance.all(pattern)]
    free = [f for f in said if all(reading.at(i) is None for i in range(f.start, f.end))]
    return [(reading.utterance.raw(f.start, f.end), f.start, f.end) for f in free]


def unfilterable(reading: Reading) -> list[tuple[str, int, int]]:
    """Return the conditions no attribute of the catalogue stands for, each with its tokens [start, end)."""
    found: list[tuple[str, int, int]] = unmeasured(reading)
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
            closed = {name for name, values in reading.lexicon.values.items() if len(values) <= 200}
            covered = [m for m in reading.marks if m.start < f.end and m.end > f.start and m.kind == "value" and m.name in closed]
            if covered and at != 5:
                continue
            head = re.sub(r"^(?:that is |that are |which is |is it |is that |are they |is )", "", said)
            found.append((head, f.start, f.end))
    return found
