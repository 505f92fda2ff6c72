"""Which items "the second one", "the last two", "the French one" and "it" point at, and which stood in the comparison before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.builtin.acts import compares
from agent.builtin.reading import Mark, Reading
from agent.builtin.titled import called_by_a_word
from knowledge.entities import item_entity, split_entity

if TYPE_CHECKING:
    from agent.brain import Situation
    from knowledge.items import Item

__all__ = ["Reference", "compared_again", "other_awaited", "pointed_at", "references"]

_ORDINAL = {
    "first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "sixth": 5, "seventh": 6, "eighth": 7, "ninth": 8, "tenth": 9,
    "top": 0, "1": 0, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6, "8": 7, "9": 8, "10": 9, "one": 0,
}  # fmt: skip
_ORD = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|top|bottom|final|middle)"


_BESIDE = frozenset({"than", "as", "between", "and", "with", "or", "vs", "versus", "compare", "from", "to"})
"""What stands before one of two things set side by side."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Tokens [start, end) that point at items, in the order said."""

    start: int
    end: int
    items: tuple[str, ...]


def references(reading: Reading, situation: Situation) -> list[Reference]:
    """Return the references of an utterance, left to right, without overlaps."""
    shown = situation.shown
    found: list[Reference] = []
    if shown:
        for reference in (
            *_counted(reading, shown),
            *_ordinals(reading, shown),
            *_described(reading, situation),
            *_demonstratives(reading, shown, situation),
        ):
            if reference.items and all(reference.end <= r.start or reference.start >= r.end for r in found):
                found.append(reference)
        catalogue = situation.base.catalogue
        titles = {i: catalogue.titles[catalogue.index(i)] for i in shown if i in catalogue}
        found.extend(
            Reference(at, at + 1, _names([i]))
            for at, i in called_by_a_word(reading, titles)
            if all(at < r.start or at >= r.end for r in found)
        )
    else:
        found.extend(r for r in _demonstratives(reading, shown, situation) if r.items)
    return sorted(_without_echoes(reading, found), key=lambda r: r.start)


def _without_echoes(reading: Reading, found: list[Reference]) -> list[Reference]:
    """Drop "it" and "that" where they take up a name or reference said before in the same breath ("the second? how long is it?")."""
    spoken = [m.start for m in reading.of("link") if m.link is not None and m.link.entity is not None]
    comparing = compares(reading)
    kept = []
    for reference in found:
        said = reading.utterance.between(reference.start, reference.end)
        echo = said in {"it", "that", "this", "them", "they", "those", "both", "that one", "this one"}
        # "No musicals, I'm tired of it" is tired of musicals.
        values = [m.start for m in reading.of("value")] if reading.utterance.words[reference.start - 1] == "of" else []
        earlier = any(start < reference.start for start in (*spoken, *values, *(r.start for r in found)))
        # "Is Heat better than that?" sets it beside the other.
        beside = comparing and reading.utterance.words[reference.start - 1] in _BESIDE
        if not (echo and earlier) or beside:
            kept.append(reference)
    return kept


def _names(ids: Sequence[str]) -> tuple[str, ...]:
    return tuple(item_entity(i) for i in ids)


def _counted(reading: Reading, shown: Sequence[str]) -> Iterator[Reference]:
    """Yield "the last two", "the first 3", "both", "all of them"."""
    utterance = reading.utterance
    for f in utterance.all(
        r"(?:the |your )?(?P<side>first|last|top|bottom|other) (?P<n>\d|couple|few)(?: (?:ones|of them|of those|"
        r"of these))?(?! (?:years?|hours?|hrs?|minutes?|mins?))"
    ):
        count = int(f.group("n")) if f.group("n").isdigit() else 2
        if count < 2 or count > len(shown):
            continue
        side = f.group("side")
        yield Reference(f.start, f.end, _names(shown[:count] if side in {"first", "top"} else shown[-count:]))
    for f in utterance.all(
        r"(?:both|all|none|any|neither|either|each|all \d)(?: of)?(?: (?:them|these|those|the above|your suggestions))|"
        r"both|all of (?:them|these|those)|none|neither"
    ):
        if f.match.group(0) in {"none", "neither", "both"} and reading.at(f.end) is not None:
            continue
        if f.match.group(0) == "both" and utterance.between(f.start - 1, f.start) in {
            "would",
            "will",
            "might",
            "could",
            "should",
            "we",
            "us",
            "you",
        }:
            continue
        yield Reference(f.start, f.end, _names(shown))


def _ordinals(reading: Reading, shown: Sequence[str]) -> Iterator[Reference]:
    utterance = reading.utterance
    tail = (
        rf"(?: (?:one|1|option|suggestion|pick|choice|recommendation|{reading.items}|of (?:them|those|these)|"
        rf"on the list|in the list|you (?:mentioned|said|suggested|listed|named)))*"
    )
    for f in utterance.all(
        rf"(?:the |your |that )?(?:very )?(?P<o>{_ORD})(?! (?:[2-9]|few|couple|years?|decade|week|night|month|"
        rf"time|century|thing|of all|off)){tail}"
    ):
        words = f.match.group(0)
        if f.group("o") in {"top", "bottom", "middle", "final"} and " one" not in words and not words.startswith("the "):
            continue
        if utterance.between(f.start - 1, f.start) in {"my", "at", "his", "her", "your", "our"} or utterance.between(f.end, f.end + 1) in {
            "time",
            "date",
            "love",
            "world",
            "person",
            "rate",
            "class",
            "name",
        }:
            continue
        if (
            f.group("o") in {"second", "last", "first"}
            and " " not in words
            and utterance.between(f.start - 1, f.start) in {"a", "one", "at"}
        ):
            continue
        yield Reference(f.start, f.end, _names(_pick(f.group("o"), shown)))
    if utterance.whole(r"\d"):
        yield Reference(0, 1, _names(_pick(utterance.words[0], shown)))
    for f in utterance.all(r"(?:number|no|nr|option|#|num)(?: \.)? ?(?P<o>\d|one)"):
        yield Reference(f.start, f.end, _names(_pick(f.group("o"), shown)))


def _pick(word: str, shown: Sequence[str]) -> Sequence[str]:
    if word in {"last", "bottom", "final"}:
        return shown[-1:]
    if word == "middle":
        return shown[len(shown) // 2 : len(shown) // 2 + 1]
    at = _ORDINAL.get(word, len(shown))
    return shown[at : at + 1]


def _described(reading: Reading, situation: Situation) -> Iterator[Reference]:
    """Yield "the French one", "the one with Meg Ryan", "the shortest one", "the 1995 one": the shown items it is true of."""
    items = [situation.base.catalogue.item(i) for i in situation.shown if i in situation.base.catalogue]
    words = reading.utterance.words
    for mark in reading.marks:
        before = words[mark.start - 1] if mark.start else ""
        after = words[mark.end] if mark.end < len(words) else ""
        ends = mark.end + 1 if after in {"one", "ones"} else mark.end
        led = before in {"the", "that", "this"}
        start = mark.start - 1
        if not (led and after in {"one", "ones"}) and not (led and after in {"of"} and mark.kind == "superlative"):
            start = mark.start
            while (
                start > 0
                and words[start - 1]
                in {"with", "by", "from", "in", "about", "starring", "directed", "set", "the", "is", "that", "featuring"}
                and words[start - 1] != "one"
            ):
                start -= 1
            if not (start > 1 and words[start - 1] in {"one", "ones"} and words[start - 2] in {"the", "that"}):
                continue
            start -= 2
        graded = mark.kind in {"superlative", "comparative", "adjective"}
        if graded and (after == "ones" or reading.schema.number(mark.name).role == "popularity"):
            continue
        chosen = _true_of(mark, items)
        if 0 < len(chosen) <= (1 if after != "ones" else len(items)):
            yield Reference(start, ends, _names([i.id for i in chosen]))


def _true_of(mark: Mark, items: Sequence[Item]) -> list[Item]:
    if mark.kind == "value":
        return [i for i in items if any(s.value in i.facets.get(s.name, ()) for s in mark.senses)]
    if mark.kind == "link" and mark.link is not None and mark.link.entity is not None:
        kind, value = split_entity(mark.link.entity)
        return [i for i in items if (kind == "item" and i.id == value) or any(value in v for v in i.facets.values())]
    if mark.kind == "amount" and mark.amount is not None:
        amount = mark.amount
        low = amount.low if amount.low is not None else float("-inf")
        high = amount.high if amount.high is not None else float("inf")
        return [i for i in items if amount.number in i.numbers and low <= i.numbers[amount.number] <= high]
    if mark.kind in {"superlative", "comparative", "adjective"}:
        known = sorted((i.numbers[mark.name], n) for n, i in enumerate(items) if mark.name in i.numbers)
        if not known or known[0][0] == known[-1][0]:
            return []
        best = known[-1][0] if mark.value == "more" else known[0][0]
        return [items[n] for value, n in known if value == best]
    return []


def _demonstratives(reading: Reading, shown: Sequence[str], situation: Situation) -> Iterator[Reference]:
    utterance = reading.utterance
    # What is named in the same breath is not what "it" stands for ("is it better than Alien?").
    named = {m.link.entity for m in reading.of("link") if m.link is not None} if compares(reading) else set()
    spoken = [split_entity(e)[1] for e in situation.focus if e.startswith("item:") and e not in named]
    one = list(shown) if len(shown) == 1 else spoken[:1] or list(shown[:1])
    rest = [i for i in shown if i not in spoken[:1]]
    if len(shown) >= 2:
        for f in utterance.all(r"the other (?:one|1)|the others|the other ones|the rest"):
            yield Reference(f.start, f.end, _names(rest[:1] if "one" in f.match.group(0).split() and len(rest) == 1 else rest))
        for f in utterance.all(
            r"(?:these|those|them)(?! (?:days|kind|sort|years|are \d|like|love|want|hate))(?: (?:ones|two|2|three|3|suggestions|all))?|"
            # People are "they" too; what was shown only is or looks like something.
            r"(?<!when )(?<!while )(?<!because )they(?: all| both)?(?= (?:are|were|look|sound|seem|have no|have a|do not (?:look|"
            r"sound|seem))(?!\S)(?! \d))"
        ):
            yield Reference(f.start, f.end, _names(shown))
    if not one:
        return
    for f in utterance.all(
        rf"(?:that|this) (?:one|1|{reading.items})(?! (?:with|where|about|from|is about))|(?:that|this)(?= (?:$|"
        rf"\?|one|sounds|looks|seems|is (?:good|great|perfect|fine|too|not|boring|the one)|was|works|will do|"
        rf"again|,|\.|!|instead|because|please))|it|this|that(?= about\b)"
    ):
        if _expletive(reading, f.start, f.end):
            continue
        yield Reference(f.start, f.end, _names(one))
    for f in utterance.all(r"that|this"):
        alone = reading.at(f.end) is None and utterance.between(f.end, f.end + 1) in {
            "",
            "but",
            ",",
            ".",
            "!",
            "?",
            "only",
            "just",
            "and",
            "please",
            "though",
            "instead",
        }
        if alone and utterance.between(f.start - 1, f.start) in {"like", "to", "of", *_BESIDE}:
            yield Reference(f.start, f.end, _names(one))


_NOT_IT = re.compile(
    r"(?:make it|take it easy|is it (?:possible|raining|true|just|that|(?:ok|fine)(?! for))|it is (?:\w+ )?(?:raining|"
    r"late|cold|hot|sunday|saturday|friday|ok|okay|fine|for|been|just|my|our|a (?:\w+ )?(?:night|day|"
    r"evening)|date|christmas|halloween|me|not that)|it has been|keep it|does it (?:matter|have to|need)|"
    r"it (?:does not|doesn|does|need not|can also|may also|can|may) (?:matter|have to|need to|be)|"
    r"it has to|it should|it can|it must|it needs|go for it|that s it|that is it|"
    r"that is all|leave it|cut it|it would be|it to be|mix it|got it|get it|it up|i want it|it 's|it (?:not )?to)"
)


def _expletive(reading: Reading, start: int, end: int) -> bool:
    """True where "it" or "that" stands for nothing that was shown."""
    words = reading.utterance.words
    said = reading.utterance.between(start, end)
    around = reading.utterance.between(start - 2, end + 5)
    if said == "it":
        return bool(_NOT_IT.search(around))
    if (
        said == "this"
        and end < len(words)
        and words[end] in {"year", "evening", "weekend", "time", "week", "is", "decade", "century", "afternoon"}
    ):
        return words[end] != "is"
    return False


def pointed_at(situation: Situation) -> list[str]:
    """Return the ids "it" may mean, likeliest first: spoken of last, then shown last."""
    spoken = [split_entity(e)[1] for e in situation.focus if e.startswith("item:")]
    return [i for i in dict.fromkeys((*spoken, *situation.shown)) if i in situation.base.catalogue]


def _compared_before(situation: Situation) -> tuple[str, ...]:
    """Return the items of the comparison asked for just before; none where something else was."""
    before = situation.exchanges[-1].request if situation.exchanges else {}
    if before.get("intent") != "compare":
        return ()
    named = (m.get("entity") or "" for m in before.get("mentions", ()))
    return tuple(dict.fromkeys(e for e in (*before.get("refers_to", ()), *named) if e.startswith("item:")))


def compared_again(reading: Reading, situation: Situation) -> tuple[str, ...]:
    """Return the items compared just before, where the utterance asks which of them is more so ("which is longer?"); else nothing."""
    asks = reading.utterance.whole(r"(?:and |so |ok )?which (?:one |of (?:them|these|those|the 2) )?(?:is|was|are) (?:the |more |less )?.+")
    graded = any(reading.of("comparative", "adjective", "superlative"))
    return _compared_before(situation) if asks and graded else ()


def other_awaited(situation: Situation) -> str:
    """Return the one item of a comparison whose other one was asked back for just now; else an empty string."""
    items = _compared_before(situation)
    return items[0] if len(items) == 1 else ""
