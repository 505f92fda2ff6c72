"""Years, decades, durations, prices, counts and other amounts, as predicates over the catalogue's numbers.

Which number an amount is about follows from its role (year, duration, price) or from its label or unit in the words beside it
("for 4 players", "weight under 2.5"), never from the kind of catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from agent.builtin.lifetime import own_years
from agent.builtin.text import Found, Utterance, words_of
from knowledge.schema import Number, Schema

__all__ = ["Amount", "amounts", "how_many"]

_N = r"\d+(?:\.\d+)?"
_YEAR = r"(?:1[5-9]|20)\d\d"
_THE = r"(?:the )?(?:year )?"
_UNDER = (
    r"(?:under|below|less than|fewer than|shorter than|not (?:longer|more) than|no (?:longer|more) than|"
    r"at most|max(?:imum)?(?: of)?|up to|within|not over|not above|"
    r"cheaper than|(?:nothing|not|no|none|never|anything but) (?:\w+ )?(?:over|above|longer than|more than|"
    r"beyond|past|exceeding)|(?:should|must|can) not be (?:over|longer than|more than)|<(?: =)?|inside)"
)
_OVER = (
    r"(?:over|above|more than|longer than|at least|min(?:imum)?(?: of)?|not under|not less than|no less than|"
    r"not shorter than|no shorter than|"
    r"(?:nothing|not|no) (?:\w+ )?(?:under|below|shorter than|less than)|>(?: =)?)"
)
_ABOUT = r"(?:about|around|round|roughly|approximately|circa|approx|like|some|~)"
_HOURS = r"(?:hours?|hrs?|h)"
_MINUTES = r"(?:minutes?|mins?|min|m)"
_LENGTH = (
    rf"(?:(?:an|a|one|1) {_HOURS} (?:and )?(?:a|and a) half|(?:an|a|one) and a half {_HOURS}|(?P<hh>{_N}) and a half {_HOURS}|"
    rf"(?P<h>{_N}) {_HOURS}(?: (?:and )?(?P<hm>\d\d?)(?: {_MINUTES})?)?"
    rf"|(?P<m>{_N}) {_MINUTES}|half an hour|(?:an|one|a) hour)"
)
_MAX_AFTER = r"(?: (?:max(?:imum)?|at (?:the )?most|or less|or under|or shorter|tops|or so max|and under|and below|or fewer))"
_MIN_AFTER = r"(?: (?:min(?:imum)?|at least|or more|or longer|and up|or over|or up|plus|\+))"
LENGTH_ASKED = re.sub(r"\?P<\w+>", "?:", rf"(?:{_UNDER}|{_OVER}) {_LENGTH}|{_LENGTH}(?:{_MAX_AFTER}|{_MIN_AFTER})")
"""A pattern of a length asked for."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount found at tokens [start, end): a range of one number, both ends inclusive."""

    start: int
    end: int
    number: str
    low: float | None = None
    high: float | None = None
    negated: bool = field(default=False)
    """True where the range itself is excluded ("nothing from the 80s")."""
    about: bool = False
    """True where one value was said and the range is what lies near it."""
    upper: str | None = None
    """The number that holds the upper end, where a catalogue keeps a range in two ("fewest players", "most players")."""

    @property
    def wheres(self) -> tuple[dict[str, Any], ...]:
        """The predicates in JSON form; none where the amount only tells something ("I was born in 1985")."""
        if self.upper is not None:
            return {"number": self.number, "max": self.high}, {"number": self.upper, "min": self.low}
        if self.low is None and self.high is None:
            return ()
        ends = {"min": self.low, "max": self.high}
        inside = {"number": self.number, **{k: v for k, v in ends.items() if v is not None}}
        return ({"not": inside} if self.negated else inside,)


def amounts(utterance: Utterance, schema: Schema) -> list[Amount]:
    """Return the amounts in an utterance, longest first where two overlap, left to right."""
    found: list[Amount] = []
    year = schema.with_role("year")
    if year is not None:
        found.extend(_years(utterance, year.name))
    duration = schema.with_role("duration")
    if duration is not None:
        found.extend(_durations(utterance, duration))
    price = schema.with_role("price")
    if price is not None:
        found.extend(_prices(utterance, price.name))
    for least, most, noun in ranges(schema):
        found.extend(_counted(utterance, least, most, noun))
    if not any(word[0].isdigit() for word in utterance.words):
        return _apart(found)
    for number in schema.numbers:
        if number.role not in {"year", "popularity"}:
            found.extend(_named(utterance, number))
    return _apart(found)


def ranges(schema: Schema) -> list[tuple[str, str, str]]:
    """Return the pairs of numbers that are the ends of one range with the noun they count: ("min_players", "max_players", "players")."""
    names = set(schema.number_names)
    found = []
    for name in schema.number_names:
        for low, high in (("min", "max"), ("fewest", "most"), ("least", "most"), ("from", "to")):
            other = name.replace(low, high, 1)
            if name.startswith(low) and other != name and other in names:
                found.append((name, other, name.removeprefix(low).strip("_ ") or "people"))
            behind = name.removesuffix(low)
            if name.endswith(("_" + low, " " + low)) and behind + high in names:
                found.append((name, behind + high, behind.strip("_ ")))
    return found


def _counted(utterance: Utterance, least: str, most: str, noun: str) -> Iterator[Amount]:
    """Yield "for 4 players", "we are 5", "for two" as one number inside the range, "2 to 4 players" as a range that holds both."""
    named = {w for word in words_of(noun) for w in (word, word.removesuffix("s"))}
    nouns = rf"(?:{'|'.join(sorted(named, key=lambda w: (-len(w), w)))}|people|persons|of us|adults|friends)"
    for f in utterance.all(rf"(?:for |with |between )?(?P<a>\d\d?) (?:to|or|-|and) (?P<b>\d\d?) {nouns}"):
        yield Amount(f.start, f.end, least, low=float(f.group("b")), high=float(f.group("a")), upper=most)
    for f in utterance.all(
        rf"(?:for |with |we are |there are |there is )?(?:the |about |exactly |up to )?(?P<n>\d\d?) {nouns}|"
        rf"(?:for|we are) (?:exactly |just |only |about )?(?P<m>\d\d?)(?= ?[.,!?]|$| please| and| but| that| under| with| though| tonight)"
    ):
        value = float(f.group("n") or f.group("m"))
        yield Amount(f.start, f.end, least, low=value, high=value, upper=most)
    for f in utterance.all(r"(?:solo|single player|1 player|one player|just me|on my own|alone)(?: \w+)?"):
        if len(utterance.words[f.start : f.end]) <= 2:
            yield Amount(
                f.start, min(f.end, f.start + 2) if "player" in f.match.group(0) else f.start + 1, least, low=1.0, high=1.0, upper=most
            )


def _apart(found: list[Amount]) -> list[Amount]:
    kept: list[Amount] = []
    for amount in sorted(found, key=lambda a: (a.start - a.end, a.start)):
        if all(amount.end <= k.start or amount.start >= k.end for k in kept):
            kept.append(amount)
    return sorted(kept, key=lambda a: a.start)


_NOT = r"(?:not|no|nothing|none|never|nobody|without|avoid|skip|except)(?: \w+){0,2}?"


def _years(utterance: Utterance, name: str) -> Iterator[Amount]:  # noqa: C901  one branch a phrase
    this = datetime.now(UTC).year
    year, dec = rf"(?P<y>{_YEAR})", r"(?P<d>\d{4})s"
    end = rf"(?P<z>{_YEAR})s?"

    def every(pattern: str) -> Iterator[Found]:
        return utterance.all(pattern)

    for start, stop, begun, ended in own_years(utterance):
        yield Amount(start, stop, name, None if begun is None else float(begun), None if ended is None else float(ended))

    for f in every(
        rf"(?:(?:from|between|in|of) )?(?:the )?(?P<y>{_YEAR})s? (?:and|to|till|until|through|-|or) (?:the )?(?:(?:early|mid|late) )?{end}"
    ):
        low, high = float(f.group("y")), float(f.group("z"))
        late = f.match.group(0).endswith("s")
        if " or " in f.match.group(0) and not f.match.group(0).split(" or ")[0].endswith("s"):
            continue
        yield Amount(f.start, f.end, name, low, high + 9 if late else high)
    for f in every(rf"{_NOT} (?:from )?(?:before|older than|earlier than|pre|prior to) {_THE}{year}s?"):
        yield Amount(f.start, f.end, name, low=float(f.group("y")))
    for f in every(rf"{_NOT} (?:from )?(?:after|newer than|later than|past|more recent than|post) {_THE}{year}(?P<s>s?)"):
        yield Amount(f.start, f.end, name, high=float(f.group("y")) + (9 if f.group("s") else 0))
    for f in every(rf"{_NOT} (?:from |in )?(?:the )?{dec}"):
        yield Amount(f.start, f.end, name, float(f.group("d")), float(f.group("d")) + 9, negated=True)
    for f in every(rf"(?:from )?(?:before|older than|earlier than|pre|prior to|until|up to|made before|released before) {_THE}{year}s?"):
        until = f.match.group(0).startswith(("until", "up to"))
        yield Amount(f.start, f.end, name, high=float(f.group("y")) - (0 if until else 1))
    for f in every(rf"(?:from )?(?:after|newer than|later than|more recent than|post) {_THE}{year}(?P<s>s?)"):
        yield Amount(f.start, f.end, name, low=float(f.group("y")) + (10 if f.group("s") else 1))
    for f in every(
        rf"(?:since|from {_THE}{_YEAR}s? (?:on|onwards?|up|or later|or newer|and later|and newer|to now|till now)|"
        rf"starting (?:in|from)) ?(?:{_THE}{year}s?)?"
    ):
        text = f.group("y") or next((w for w in utterance.words[f.start : f.end] if w[:4].isdigit()), "")
        if text:
            yield Amount(f.start, f.end, name, low=float(text.rstrip("s")))
    for f in every(rf"{_THE}{year}s? (?:on|onwards?|or later|or newer|and later|and newer|and up|\+)"):
        yield Amount(f.start, f.end, name, low=float(f.group("y")))
    for f in every(rf"{_THE}{year} (?:or|and) (?:earlier|older|before)"):
        yield Amount(f.start, f.end, name, high=float(f.group("y")))
    for f in every(rf"(?:from |in |of |during )?(?:the )?(?P<part>early|mid|late) {dec}"):
        first = float(f.group("d")) + {"early": 0, "mid": 3, "late": 6}[f.group("part")]
        yield Amount(f.start, f.end, name, first, first + 3)
    for f in every(rf"(?:from |in |of |during )?(?:the )?{dec}(?: or (?:the )?(?P<d2>\d{{4}})s)?"):
        low, high = float(f.group("d")), float(f.group("d2") or f.group("d"))
        if not f.group("d2") or high - low == 10:
            yield Amount(f.start, f.end, name, min(low, high), max(low, high) + 9)
    for f in every(rf"(?:(?:from |in |of |made in |released in )(?:the year )?|an? ){year}"):
        yield Amount(f.start, f.end, name, float(f.group("y")), float(f.group("y")))
    for f in every(r"(?:in |from |of |within |over )?(?:the |these )?(?:last|past) (?P<n>\d+|few|couple of|couple) years?"):
        count = int(f.group("n")) if f.group("n").isdigit() else 3
        yield Amount(f.start, f.end, name, low=float(this - count))
    for f in every(r"(?:in |from |of )?(?:the )?(?:last|past|this) decade"):
        yield Amount(f.start, f.end, name, low=float(this - 10))
    for f in every(r"(?:not|no|nothing) (?:\w+ )?(?:older|more) than (?P<n>\d\d?) years?(?: old)?"):
        yield Amount(f.start, f.end, name, low=float(this - int(f.group("n"))))
    for f in every(r"(?:from |in |of )?(?:this|the current) (?P<w>year|century)"):
        yield Amount(f.start, f.end, name, low=float(this if f.group("w") == "year" else 2000))
    for f in every(r"(?:from |in |of )?(?:the )?(?:20th|last) century"):
        yield Amount(f.start, f.end, name, 1900.0, 1999.0)
    for f in every(r"(?:from )?last year"):
        yield Amount(f.start, f.end, name, float(this - 1), float(this - 1))


def _minutes(found: Found) -> float:
    words = found.match.group(0)
    if found.group("hh"):
        return float(found.group("hh")) * 60 + 30
    if found.group("h"):
        return float(found.group("h")) * 60 + float(found.group("hm") or 0)
    if found.group("m"):
        return float(found.group("m"))
    if "half" in words:
        return 30.0 if "half an hour" in words else 90.0
    return 60.0


def _durations(utterance: Utterance, number: Number) -> Iterator[Amount]:
    name = number.name
    step = 1 / 60 if number.unit.startswith(("h", "H")) else 1.0
    for f in utterance.all(
        rf"(?:between )?(?P<a>{_N}) (?:{_HOURS} |{_MINUTES} )?(?:and|to|-) (?P<b>{_N}) (?P<u>{_HOURS}|{_MINUTES})(?: long)?"
    ):
        unit = 60.0 if f.group("u").startswith("h") else 1.0
        yield Amount(f.start, f.end, name, float(f.group("a")) * unit * step, float(f.group("b")) * unit * step)
    be = r"(?:that is |which is |it is |is )?"
    for f in utterance.all(rf"{be}{_UNDER} {_LENGTH}(?: long)?"):
        yield Amount(f.start, f.end, name, high=_minutes(f) * step)
    for f in utterance.all(rf"(?:max(?:imum)?|longest) (?:length|runtime|run time|duration|time)(?: of| is)? {_LENGTH}"):
        yield Amount(f.start, f.end, name, high=_minutes(f) * step)
    # What somebody gets bored by if it lasts longer is to be no longer.
    for f in utterance.all(
        r"(?:bored|restless|fidgety|tired|lose (?:interest|attention|focus|patience)|fall asleep|give up|switch off|attention span)"
        rf"(?: [a-z]+){{0,5}}? (?P<over>(?:more than|over|longer than|after|past|beyond|of) (?:about )?{_LENGTH})"
    ):
        yield Amount(utterance.token_at(f.match.start("over")), f.end, name, high=_minutes(f) * step)
    for f in utterance.all(rf"{_LENGTH}(?: long)?{_MAX_AFTER}"):
        yield Amount(f.start, f.end, name, high=_minutes(f) * step)
    for f in utterance.all(rf"{be}{_OVER} {_LENGTH}(?: long)?"):
        yield Amount(f.start, f.end, name, low=_minutes(f) * step)
    for f in utterance.all(rf"{_LENGTH}(?: long)?{_MIN_AFTER}"):
        yield Amount(f.start, f.end, name, low=_minutes(f) * step)
    for f in utterance.all(
        rf"(?:(?:i|we) (?:only |just )?(?:have|got|have got)|(?:i|we) have only(?: got)?|only got|in) (?:only |just |about |like |"
        rf"around |maybe )*{_LENGTH}(?! (?:ago|before))"
    ):
        yield Amount(f.start, f.end, name, high=_minutes(f) * step)
    for f in utterance.all(
        r"(?:max(?:imum)?|under|less than|at most|not over|up to) (?P<n>\d{2,3})|(?P<m>\d{2,3}) (?:max(?:imum)?|tops|at most)"
    ):
        if 40 <= int(f.group("n") or f.group("m")) <= 400 and f.end == len(utterance.joined.rstrip(" .!?").split()):
            yield Amount(f.start, f.end, name, high=float(f.group("n") or f.group("m")) * step)
    for f in utterance.all(rf"(?:{_ABOUT} )?{_LENGTH}(?: long| ish)?"):
        value = _minutes(f)
        yield Amount(f.start, f.end, name, (value - 15) * step, (value + 15) * step, about=True)


def _prices(utterance: Utterance, name: str) -> Iterator[Amount]:
    money = r"(?:£|\$|€)? ?(?P<n>\d+(?:\.\d+)?)(?: (?:dollars?|bucks|euros?|pounds?|quid|usd|eur|gbp))"
    for f in utterance.all(rf"{_UNDER} {money}?"):
        if utterance.between(f.end, f.end + 1) not in {
            "minutes",
            "minute",
            "mins",
            "min",
            "hours",
            "hour",
            "hrs",
            "h",
            "m",
            "players",
            "years",
        }:
            yield Amount(f.start, f.end, name, high=float(f.group("n")))
    for f in utterance.all(rf"{_OVER} {money}"):
        yield Amount(f.start, f.end, name, low=float(f.group("n")))
    for f in utterance.all(rf"{money}{_MAX_AFTER}?"):
        yield Amount(f.start, f.end, name, high=float(f.group("n")))


def _names(number: Number) -> str:
    names = {" ".join(words_of(n)) for n in (number.label, number.unit, number.name.replace("_", " ")) if n}
    names |= {n[:-1] for n in names if n.endswith("s") and len(n) > 3} | {n + "s" for n in names if not n.endswith("s")}
    return "|".join(sorted((n for n in names if n), key=len, reverse=True))


def _named(utterance: Utterance, number: Number) -> Iterator[Amount]:
    """Yield ranges said with the number's own name or unit: "for 4 players", "2 to 4 players", "complexity under 2.5"."""
    names = rf"(?:{_names(number)})"
    name = number.name
    if number.role == "duration":
        names = rf"(?:{'|'.join(n for n in _names(number).split('|') if n not in {'minutes', 'minute', 'hours', 'hour'})})"
    for f in utterance.all(rf"(?P<a>{_N}) (?:to|or|-|and) (?P<b>{_N}) {names}"):
        yield Amount(f.start, f.end, name, float(f.group("a")), float(f.group("b")))
    for f in utterance.all(rf"{_UNDER} (?P<n>{_N}) {names}|{names} (?:is |of )?{_UNDER} (?P<o>{_N})|(?P<p>{_N}) {names}{_MAX_AFTER}"):
        yield Amount(f.start, f.end, name, high=float(f.group("n") or f.group("o") or f.group("p")))
    for f in utterance.all(rf"{_OVER} (?P<n>{_N}) {names}|{names} (?:is |of )?{_OVER} (?P<o>{_N})|(?P<p>{_N}) {names}{_MIN_AFTER}"):
        yield Amount(f.start, f.end, name, low=float(f.group("n") or f.group("o") or f.group("p")))
    for f in utterance.all(rf"(?:for |with |exactly )?(?P<n>{_N}) {names}|{names} (?:is |of |= )?(?P<o>{_N})"):
        if number.is_scale and (f.group("n") or f.match.group(0).split()[-2] not in {"is", "of", "="}):
            # "2 funny ones" counts items, "a scary 1" is one; nobody says a judged scale that way.
            continue
        value = float(f.group("n") or f.group("o"))
        yield Amount(f.start, f.end, name, value, value)


_COUNTED = r"(?:more |other |different |good |great |random |new |nice |top )*"


def how_many(utterance: Utterance, items: str) -> tuple[int, int, int] | None:
    """Return how many items are asked for with the tokens that say so, or None.

    `items` is a pattern of the words for an item. "just one" -> 1, "a couple" -> 2, "give me ten" -> 10, "top 5" -> 5.
    """
    f = utterance.first(
        rf"(?:just|only|exactly) (?:the |a single |a )?one(?: {items})?(?! (?:with|that|from|by|about|where|"
        rf"who|in))|"
        rf"(?:pick|choose) (?:me |us )?one(?: of (?:them|these|those)| for (?:me|us))?(?= ?[.!?,]|$| please)|"
        rf"(?:just |only )?a single (?:one|{items})|one (?:suggestion|recommendation|{items})(?: only|"
        rf" please)?"
    )
    if f is not None:
        return 1, f.start, f.end
    f = utterance.first(rf"(?:a )?couple (?:of )?{_COUNTED}(?:{items}|ones|suggestions?|recommendations?|options?|ideas?|picks?)")
    if f is not None:
        return 2, f.start, f.end
    f = utterance.first(
        rf"(?P<n>\d\d?) {_COUNTED}(?:{items}|ones|suggestions?|recommendations?|options?|ideas?|picks?|choices|titles|more|others?)"
    ) or utterance.first(
        r"(?:top|give me|show me|gives me|list|name|suggest|recommend|recommend me|suggest me|just|only|find me|"
        r"best|i want|i need|make it) (?:about |like |the top |the best |your top |your best |exactly |up to )*(?P<n>\d\d?)(?! (?:minutes?|"
        r"mins?|hours?|hrs?|years?|h|m|players?|st|nd|%))"
    )
    if f is None:
        f = utterance.first(r"(?P<n>\d\d?) (?:please|pls|will do|is enough|is fine)")
    if f is None or utterance.between(f.start - 1, f.start) in {"first", "last", "for"}:
        return None
    count = int(f.group("n"))
    return (min(count, 50), f.start, f.end) if count >= 1 else None
