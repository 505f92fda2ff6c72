"""Whether a mark is wanted or ruled out: negation with its scope inside a clause.

A negator reaches over the values of one list ("no horror, musicals or westerns") and stops at a contrast, a new clause or
a change of subject ("not animated, under two hours").
"""

from __future__ import annotations

import re

from agent.builtin.reading import Mark, Reading

__all__ = ["excluded", "negated", "too_much"]

_STOPS = frozenset(
    {".", "!", "?", ";", ":", "but", "though", "although", "however", "instead", "rather", "just", "please", "because", "yes", "(", ")"}
)
_NEGATORS = frozenset(
    {
        "no",
        "not",
        "without",
        "except",
        "excluding",
        "minus",
        "avoid",
        "avoiding",
        "skip",
        "never",
        "nothing",
        "none",
        "neither",
        "nor",
        "non",
        "hold",
        "sans",
        "exclude",
        "ban",
        "drop",
        "ditch",
        "scrap",
        "zero",
    }
)
_NOT_NEGATING = re.compile(
    r"(?:not (?:only|just|necessarily|sure|really sure|bad|mind|care|know|even)|"
    r"no (?:something|anything|i|the|a|an|show|give|more like|it|that|this|thanks|thank|problem|worries|actually|sorry|let|make|matter|"
    r"doubt|idea|one)|"
    r"never mind|not (?:often|usually|normally|always|typically)|"
    r"(?:never|not) (?:seen|watched|heard|tried|played|read|had)|nothing but|why not|is not (?:there|that|it)|"
    r"(?:does|do) not (?:mind|matter|care))(?!\S)"
)
_OTHER = re.compile(
    r"(?:anything|everything|nothing|any|all|something) (?:but|other than|except|besides)|(?:other than|"
    r"apart from|aside from|besides|instead of|rather than|no more|enough of|enough|rid of|steer clear of|"
    r"stay away from|free of|(?:scared|afraid|terrified|frightened) of)$"
)
_HATES = frozenset({"hate", "hates", "hated", "dislike", "dislikes", "detest", "detests", "loathe", "loathes"})
"""Verbs that rule out what they are said of: "my mum hates sad ones"."""
_REACH = 9


def negated(reading: Reading, mark: Mark) -> bool:
    """True where the mark is ruled out."""
    words = reading.utterance.words
    crossed: Mark | None = None
    at = mark.start - 1
    joined_by_or = False
    while at >= 0 and mark.start - at <= _REACH * 2:
        other = reading.at(at)
        word = words[at]
        if (
            other is not None
            and other.kind in {"value", "link", "amount", "adjective", "comparative"}
            and not (other.start <= at and word in _NEGATORS)
        ):
            crossed = other
            at = other.start - 1
            continue
        if word == "but" and at and words[at - 1] in {"anything", "everything", "nothing", "any"}:
            return words[at - 1] != "nothing"
        hated = word in _HATES and mark.kind == "adjective"
        if hated or word in _NEGATORS:
            return hated or (_negates(words, at) and _in_scope(reading, at, mark, crossed))
        if _OTHER.search(" ".join(words[max(at - 2, 0) : at + 1])) and word in {
            "than",
            "from",
            "besides",
            "of",
            "more",
            "except",
            "enough",
        }:
            return _in_scope(reading, at, mark, crossed)
        if word in _STOPS:
            return False
        if word in {",", "and"}:
            before = crossed or reading.at(at - 1)
            alike = before is not None and _alike(reading, before, mark)
            if not alike or not (joined_by_or or word == "and" or _ors_ahead(reading, mark)):
                return False
        if word in {"or", "nor"}:
            joined_by_or = True
        if (
            word in {"with", "by", "from", "want", "like", "show", "give", "something", "looking", "in", "about"}
            and crossed is not None
            and not _alike(reading, crossed, mark)
        ):
            return False
        if word in {"want", "something", "looking", "prefer", "love"} and at and words[at - 1] not in {"not", "never"}:
            return False
        at -= 1
    return False


def _negates(words: tuple[str, ...], at: int) -> bool:
    here = " ".join(words[at : at + 3])
    before = " ".join(words[max(at - 2, 0) : at + 3])
    if words[at] == "no" and at + 1 < len(words) and words[at + 1] == ",":
        return False
    if words[at] == "not" and words[max(at - 1, 0)] == "why":
        return False
    return not _NOT_NEGATING.match(here) and not re.search(r"(?:why not|is not (?:there|that|it))", before)


def _in_scope(reading: Reading, at: int, mark: Mark, crossed: Mark | None) -> bool:
    """True where nothing of another subject lies between the negator and the mark, or a list runs on."""
    if crossed is None:
        return True
    if _alike(reading, crossed, mark):
        return True
    between = reading.utterance.words[crossed.end : mark.start]
    return not between or (
        set(between) <= {"or", "nor", "and", "too", "overly", "anything", "a"}
        and "," not in between
        and ("or" in between or "nor" in between)
    )


def _alike(reading: Reading, one: Mark, other: Mark) -> bool:
    graded = {"adjective", "comparative"}
    if one.kind in graded and other.kind in graded:
        return True
    if one.kind == "link" and other.kind == "link":
        return True
    return bool(one.facets & other.facets)


def _ors_ahead(reading: Reading, mark: Mark) -> bool:
    """True where the list the mark stands in ends with "or"/"nor"/"and" and one more of the kind."""
    words = reading.utterance.words
    at = mark.end
    while at < len(words):
        if words[at] in {"or", "nor", "and"}:
            following = reading.at(at + 1) or reading.at(at + 2)
            return following is not None and _alike(reading, mark, following)
        other = reading.at(at)
        if words[at] != "," and not (other is not None and _alike(reading, mark, other)):
            return False
        at = other.end if other is not None else at + 1
    return reading.utterance.words[max(mark.start - 1, 0)] in {"or", "nor"}


def excluded(reading: Reading, mark: Mark) -> bool:
    """True where a value is followed by words that rule it out ("horror is out", "horror-free", "musicals not allowed")."""
    after = reading.utterance.between(mark.end, mark.end + 4)
    return bool(re.match(r"(?:free|is out|are out|is off the table|not allowed|need not apply|excluded)(?!\S)", after))


def too_much(reading: Reading, mark: Mark) -> bool:
    """True where the words before call for less of it without ruling it out: "not too", "not so", "too violent", "a little less"."""
    before = reading.utterance.between(mark.start - 3, mark.start)
    return bool(
        re.search(
            r"(?:too|overly|so damn|way too|a bit too|excessively|(?:^|nah |no |bit |way |is |are |s |looks |sounds |little )to)$", before
        )
    ) and not re.search(r"(?:not|never|nothing|without being|is not) (?:\w+ )?(?:too|overly)$", before)
