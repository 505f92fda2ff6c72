"""An utterance as normalised tokens: case, accents, contractions, chat spellings, number words and decades made uniform.

Patterns of the grammar are regular expressions over `Utterance.joined`, the tokens with one space between, so that one
pattern covers "don't", "dont" and "do not", "ten", "10", "'90s", "90s" and "the nineties".
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from functools import cached_property, lru_cache

__all__ = ["Found", "Token", "Utterance", "plain", "read", "words_of"]

_PIECES = re.compile(
    r"\d+(?:[.,]\d+)?(?=h\d|hrs?\b|h\b|mins?\b|m\b|\+)|\d+[.]\d+|[^\W_]+(?:['’][^\W_]+)*|['’]\d+s|[.,;:!?\"“”()#+&/=<>*…-]"
)

_CONTRACTIONS = {
    "dont": "do not", "doesnt": "does not", "didnt": "did not", "cant": "can not", "cannot": "can not", "couldnt": "could not",
    "neednt": "need not", "wont": "will not", "wouldnt": "would not", "shouldnt": "should not", "isnt": "is not", "arent": "are not",
    "wasnt": "was not", "werent": "were not", "havent": "have not", "hasnt": "has not", "hadnt": "had not", "aint": "is not",
    "im": "i am", "ive": "i have", "id": "i would", "ill": "i will", "youre": "you are", "youve": "you have", "whats": "what is",
    "whos": "who is", "whens": "when is", "hows": "how is", "wheres": "where is", "thats": "that is", "theres": "there is",
    "lets": "let us", "hes": "he is", "shes": "she is", "theyre": "they are", "weve": "we have", "theyve": "they have",
    "itll": "it will", "thatll": "that will", "whatve": "what have", "gimme": "give me", "lemme": "let me", "wanna": "want to",
    "gonna": "going to", "gotta": "got to", "kinda": "kind of", "sorta": "sort of", "dunno": "do not know", "idk": "do not know",
    "idc": "do not care", "u": "you", "ur": "your", "pls": "please", "plz": "please", "plss": "please", "gd": "good",
    "smth": "something", "sth": "something", "smthn": "something", "somethin": "something", "thx": "thanks", "ty": "thanks",
    "thanx": "thanks", "tho": "though", "cos": "because", "cuz": "because", "coz": "because", "abt": "about", "bout": "about",
    "w": "with", "wo": "without", "b4": "before", "whatcha": "what are you", "ya": "you", "luv": "love", "loooove": "love",
    "lov": "love", "n": "and", "r": "are", "fav": "favourite", "favs": "favourite", "fave": "favourite", "favorite": "favourite",
    "faves": "favourite", "favourites": "favourite", "favorites": "favourite", "nuthin": "nothing", "nothin": "nothing",
    "anythin": "anything", "thru": "through", "vid": "video", "prolly": "probably", "def": "definitely", "rec": "recommend",
    "recs": "recommendations", "reccomend": "recommend", "recomend": "recommend", "recommand": "recommend",
    "reccommend": "recommend", "sumthing": "something", "smt": "something", "anymore": "any more", "someting": "something",
    "somthing": "something", "anthing": "anything", "watchd": "watched", "alot": "a lot", "2day": "today", "2nite": "tonight",
    "wats": "what is", "wots": "what is", "gf": "girlfriend", "bf": "boyfriend", "nite": "night", "tmrw": "tomorrow", "tmr": "tomorrow",
    "smthing": "something", "sumthin": "something", "liks": "likes", "yeh": "yes", "ye": "yes", "yh": "yes", "dose": "does",
    "ppl": "people", "somthin": "something", "yess": "yes",
    "tonite": "tonight", "whatevs": "whatever", "wat": "what", "wich": "which", "moar": "more", "yea": "yeah", "yep": "yes",
    "yup": "yes", "nope": "no", "nah": "no", "naw": "no", "k": "ok", "okay": "ok", "&": "and",
}  # fmt: skip

_UNITS = {
    "zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_DECADES = {
    "twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960, "seventies": 1970, "eighties": 1980,
    "nineties": 1990, "noughties": 2000, "2000s": 2000, "naughties": 2000,
}  # fmt: skip
_SHORTENED = re.compile(r"(i|you|we|they|he|she|it|that|this|there|who|what)'(ll|re|ve|d|m)")
_LONG = {"ll": "will", "re": "are", "ve": "have", "d": "would", "m": "am"}
"""What is left of a verb after an apostrophe: without it "we'll" is "well" and "we're" is "were"."""
_DECADE = re.compile(r"^(?:(1[5-9]|20)?(\d)0)s$")
_GLUED = re.compile(r"^(\d+)(h|hr|hrs|hours?|m|min|mins|minutes?|years?|yrs?|yos?|y|st|nd|rd|th)$")
_ORDINALS = {
    "1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth", "6th": "sixth", "7th": "seventh",
    "8th": "eighth", "9th": "ninth", "10th": "tenth", "2second": "second", "frist": "first", "fisrt": "first", "secnd": "second",
    "seccond": "second", "scond": "second", "thrid": "third",
}  # fmt: skip

_SWAPPED = (  # noqa: SIM905  a list of quoted words reads worse
    "about actually after again another anyone anything because before could does enjoyed everything favourite favourites "
    "find from hated have instead like liked little looking love loved maybe mood more nothing older please prefer rather "
    "really recommend recommended recommendation recommendations recently should show similar someone something suggest "
    "suggestion tell thanks their there these thing think those want wanted watch watched what where which with without would "
    "always together netflix subtitles minutes boyfriend girlfriend husband longer shorter scared"
).split()
"""Words a request is framed in, which typing in haste swaps letters of or leaves one out of."""
_ELSE = frozenset("form three rally tanks waned rater pease stared".split())  # noqa: SIM905
"""What such a slip makes that is a word by itself."""


def _hasty(words: list[str]) -> dict[str, str]:
    """Return every spelling of a word with two inner letters swapped, of a longer one also with one missing -> the word.

    What is itself a word is left out.
    """
    found = {}
    for word in words:
        for at in range(1, len(word) - 1):
            swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            if len(word) >= 4 and swapped not in words:
                found[swapped] = word
            if len(word) >= 6 and word[:at] + word[at + 1 :] not in words:
                found[word[:at] + word[at + 1 :]] = word
    return {k: v for k, v in found.items() if k not in _ELSE}


_HASTY = _hasty(_SWAPPED)


@dataclass(frozen=True, slots=True)
class Token:
    """One normalised word or mark of punctuation with its place in the original text."""

    word: str
    start: int
    end: int
    raw: str

    @property
    def is_word(self) -> bool:
        """False for punctuation."""
        return self.word[0].isalnum()


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern found at tokens [start, end)."""

    start: int
    end: int
    match: re.Match[str]

    def group(self, name: str) -> str:
        """Return a named group, empty where it took no part."""
        return self.match.group(name) or ""


@lru_cache(maxsize=16384)
def plain(text: str) -> str:
    """Return the text in lower case without accents or apostrophes."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return bare.replace("'", "").replace("’", "")


@lru_cache(maxsize=2048)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{pattern})(?!\S)")


HIDDEN = "xx"
SENTENCE_ENDS = frozenset({".", "!", "?", ";", "…"})


class Utterance:
    """The text, its tokens and their joined form."""

    def __init__(self, text: str, hidden: frozenset[int] = frozenset()) -> None:
        self.text = text
        self.tokens = tuple(_tokens(text))
        self.words = tuple(HIDDEN if at in hidden else t.word for at, t in enumerate(self.tokens))
        self.joined = " ".join(self.words)
        self._starts: list[int] = []
        at = 0
        for word in self.words:
            self._starts.append(at)
            at += len(word) + 1

    def __len__(self) -> int:
        return len(self.tokens)

    def hiding(self, tokens: Iterable[int]) -> Utterance:
        """Return the same utterance with a word that means nothing in place of those tokens."""
        return Utterance(self.text, frozenset(tokens))

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """The tokens [start, end) of each sentence, its closing mark among them."""
        found, start = [], 0
        for at in range(len(self.words)):
            if self.words[at] in SENTENCE_ENDS and (at + 1 == len(self.words) or self.words[at + 1] not in SENTENCE_ENDS):
                found.append((start, at + 1))
                start = at + 1
        return [*found, (start, len(self.words))] if start < len(self.words) else found

    def part(self, start: int, end: int) -> Utterance:
        """Return tokens [start, end) as an utterance of their own, places in the original text unchanged."""
        part = copy(self)
        part.__dict__.pop("sentences", None)
        part.tokens, part.words = self.tokens[start:end], self.words[start:end]
        part.joined = " ".join(part.words)
        part._starts = [s - self._starts[start] for s in self._starts[start:end]]
        return part

    def all(self, pattern: str) -> Iterator[Found]:
        """Yield every non-overlapping place where the pattern matches whole tokens, left to right."""
        for match in _pattern(pattern).finditer(self.joined):
            if match.end() > match.start():
                yield Found(self.token_at(match.start()), self.token_at(match.end() - 1) + 1, match)

    def first(self, pattern: str) -> Found | None:
        """Return the first place where the pattern matches, or None."""
        return next(self.all(pattern), None)

    def has(self, pattern: str) -> bool:
        """True where the pattern matches somewhere."""
        return _pattern(pattern).search(self.joined) is not None

    def whole(self, pattern: str) -> bool:
        """True where the pattern covers the whole utterance, closing punctuation aside."""
        return _pattern(pattern).fullmatch(self.joined.strip(" .,!?…:")) is not None

    def token_at(self, offset: int) -> int:
        """Return the index of the token at an offset of the joined form."""
        return bisect_right(self._starts, offset) - 1

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the tokens [first, last) that overlap characters [start, end) of the original text."""
        inside = [i for i, t in enumerate(self.tokens) if t.start < end and t.end > start]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)

    def raw(self, start: int, end: int) -> str:
        """Return the original text of tokens [start, end)."""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end] if end > start else ""

    def between(self, start: int, end: int) -> str:
        """Return the joined words of tokens [start, end)."""
        return " ".join(self.words[max(start, 0) : end])


def read(text: str) -> Utterance:
    """Read a text into an utterance."""
    return Utterance(text)


@lru_cache(maxsize=65536)
def words_of(text: str) -> tuple[str, ...]:
    """Return the normalised words of a name or phrase, hyphens as spaces."""
    return tuple(t.word for t in _tokens(text, chat=False) if t.is_word)


def _tokens(text: str, *, chat: bool = True) -> list[Token]:
    pieces: list[Token] = []
    for match in _PIECES.finditer(text.replace("w/o ", "wo  ").replace("w/ ", "w  ")):
        raw, start, end = match.group(), match.start(), match.end()
        if raw == "-" and text[start - 1 : start].isdigit() and text[end : end + 1].isdigit():
            pieces.append(Token("to", start, end, raw))
            continue
        if raw in {"-", "*"}:
            continue
        pieces.extend(Token(word, start, end, raw) for word in _normal(raw, chat=chat))
    return _numbers(pieces)


def _normal(raw: str, *, chat: bool) -> list[str]:
    word = plain(raw)
    short = _SHORTENED.fullmatch(raw.casefold().replace("’", "'")) if chat else None
    if short:
        return [short.group(1), _LONG[short.group(2)]]
    possessive = re.fullmatch(r"(.+?)['’]s", raw.casefold())
    if possessive and word not in _CONTRACTIONS and not raw[0].isdigit():
        return [plain(possessive.group(1)), "s"]
    if raw[0] in "'’":
        word = plain(raw[1:])
    decade = _DECADE.match(word)
    if decade:
        century, tens = decade.groups()
        return [f"{century or ('20' if tens in '01' else '19')}{tens}0s"]
    if word in _DECADES:
        return [f"{_DECADES[word]}s"]
    if word in _ORDINALS:
        return [_ORDINALS[word]]
    hours = re.fullmatch(r"h(\d\d?)", word)
    if hours:
        return ["h", hours.group(1)]
    glued = _GLUED.match(word)
    if glued:
        return [glued.group(1), glued.group(2)]
    if chat and word in _HASTY:
        word = _HASTY[word]
    return (_CONTRACTIONS.get(word, word).split() if chat else [word]) or [raw]


def _numbers(tokens: list[Token]) -> list[Token]:
    """Write number words as digits: "twenty five" -> 25, "a hundred and twenty" -> 120. "one" and "second" stay words."""
    result: list[Token] = []
    i = 0
    while i < len(tokens):
        value, used = _number_at(tokens, i)
        if used:
            result.append(Token(str(value), tokens[i].start, tokens[i + used - 1].end, tokens[i].raw))
            i += used
        else:
            result.append(tokens[i])
            i += 1
    return result


def _number_at(tokens: list[Token], i: int) -> tuple[int, int]:
    words = [t.word for t in tokens[i : i + 6]]
    if words[0] in {"a", "one"} and len(words) > 1 and words[1] == "hundred":
        rest = 2 + (len(words) > 2 and words[2] == "and")
        tail, used = _small(words[rest:])
        return (100 + tail, rest + used) if used else (100, 2)
    value, used = _small(words)
    return (value, used) if used else (0, 0)


def _small(words: list[str]) -> tuple[int, int]:
    if not words:
        return 0, 0
    if words[0] in _TENS:
        if len(words) > 1 and words[1] in {*_UNITS, "one"} and _UNITS.get(words[1], 1) < 10:
            return _TENS[words[0]] + _UNITS.get(words[1], 1), 2
        return _TENS[words[0]], 1
    return (_UNITS[words[0]], 1) if words[0] in _UNITS else (0, 0)
