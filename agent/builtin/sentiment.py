"""What an utterance says of each thing it mentions: liked, disliked, had already, an example of what is wanted, asked about.

The reading is by clauses. A verb of opinion speaks of the mentions to its right up to the next such verb; a judgement to the right of a
mention speaks of it ("Heat was boring"), also from the next sentence ("Seen Heat. It was boring"); what is left is use, example or
question. Negation turns what stands within its reach, contrast ends it, "used to" puts it in the past.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.builtin.sentiment_cues import MARK, Cue, cues_of, marked, sentences_of
from agent.builtin.sentiment_words import CONTRASTS, COPULAS, NEGATORS, PRONOUNS, SUBJECTS
from agent.builtin.sentiment_words import words as word_set
from agent.request import Stance
from knowledge.linker import Link
from knowledge.schema import ItemWords

__all__ = ["Said", "has_opinion", "stances"]


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one mention; `strength` is 0..1, `past` true where it no longer holds."""

    stance: Stance
    strength: float = 1.0
    past: bool = False


_ABOVE = re.compile(r"(?:as good|as funny|as great|as scary|as \w+|same level) as(?: the| a)?$")
_BELOW = re.compile(r"(?:better|more|worse|less|funnier|\w+er) than(?: the| a)?$")
_REQUESTS = word_set("anything something any what who which show give looking want need recommend suggest do how")
_RULED_OUT = re.compile(
    r"(?:(?:^|[,.] |please |and |but |ok )(?:no|no more|not another|enough|enough of|without)|(?:anything|everything) but)(?: the| a)?$"
)
_BEST = word_set("favorite favourite favorites favourites fave faves best")
_NEXT = re.compile(
    r"^(?:(?:and|yes|yeah|yep|i|we|but|so|oh|man|wow|thought|think|found|also|really|absolutely|just|"
    r"lol|haha|honestly|have|seen|is|was|not|that one|what|such|a|an|the|very|did|would|would not|never|"
    r"love|loved|like|liked|enjoy|enjoyed|hate|hated|dislike|disliked|could|can) )*(?:it|that|them|those|they|both|this|these|one)\b"
    r"|^(?:so|such|what|very|really|pretty|just|super|was|is|one of|great|good|awesome|amazing|hilarious|"
    r"boring|terrible|awful|loved|love|hated|my|best|worst|meh|not)\b"
)


def stances(text: str, links: Sequence[Link], words: ItemWords, *, before: str = "") -> list[Said]:
    """Return what the utterance says of each link, in the order of the links.

    Args:
        text: the utterance.
        links: what it mentions, left to right, as `Linker.link` finds it.
        words: how people call the items and what they do with them.
        before: what the other side said last; a bare list of names answers its question.
    """
    sentences = sentences_of(marked(text, links, words))
    found: dict[int, Said] = {}
    for at, sentence in enumerate(sentences):
        following = sentences[at + 1] if at + 1 < len(sentences) else []
        for place, word in enumerate(sentence):
            if word.startswith(MARK):
                found[int(word[1:])] = _of(sentence, place, following, words)
    said = [found.get(number, Said("neutral")) for number in range(len(links))]
    answer = _asked(before, words)
    if answer is not None and _bare(sentences):
        said = [answer if one.stance == "neutral" else one for one in said]
    return said


def has_opinion(text: str, links: Sequence[Link], number: int, words: ItemWords) -> bool:
    """Tell whether the sentence that mentions link `number` holds any word of opinion, whosever it is and whatever it is said of."""
    for sentence in sentences_of(marked(text, links, words)):
        if f"{MARK}{number}" in sentence:
            return bool(cues_of(sentence)) or "like" in sentence
    return False


def _of(sentence: Sequence[str], place: int, following: Sequence[str], words: ItemWords) -> Said:
    """Return what is said of the mention at a place."""
    cues = cues_of(sentence)
    asked = "?" in sentence
    before = " ".join(sentence[max(0, place - 6) : place])
    if _RULED_OUT.search(before) and not (before == "no" and sentence[place + 1 : place + 2] == [","]):
        return Said("reject", 0.8)
    if re.search(r"(?:but|,|and) not(?: the)?$", before):
        return Said("dislike", 0.6)
    if _ABOVE.search(before):
        return Said("like", 0.5)
    if _BELOW.search(before):
        return Said("neutral")
    example = _example(sentence, place)
    left = _governing(sentence, place, cues)
    right = _judging(sentence, place, cues)
    if left is not None and left.verb:
        return _said(left, sentence)
    if example is not None:
        return example
    if right is not None:
        return _said(right, sentence)
    if left is not None:
        return _said(left, sentence)
    if not asked and following and not any(w.startswith(MARK) for w in following[:6]) and _NEXT.match(" ".join(following)):
        later = [cue for cue in cues_of(following) if "?" not in following]
        if later and not any(w.startswith(MARK) for w in sentence[place + 1 :] if w not in {",", "and"}):
            return _said(later[0], following, share=0.8)
    return _use(sentence, place, words)


def _said(cue: Cue, sentence: Sequence[str], share: float = 1.0) -> Said:
    stance: Stance = "like" if cue.value > 0 else "dislike"
    return Said(stance, round(min(1.0, abs(cue.value)) * share, 2), (cue.past and cue.value > 0) or (cue.past and "used" in sentence))


def _listed(between: Sequence[str]) -> bool:
    """Tell whether the words between are only those of a list of names."""
    return all(
        w.startswith(MARK)
        or w in {",", "and", "or", "the", "also", "(", ")", ":", "item", "items", "both", "as", "well", "like", "nor", "all"}
        for w in between
    )


def _governing(sentence: Sequence[str], place: int, cues: Sequence[Cue]) -> Cue | None:
    """Return the cue to the left that speaks of the mention: the nearest verb not cut off by a contrast or by another mention's verdict."""
    for cue in reversed([c for c in cues if c.end <= place]):
        between = sentence[cue.end : place]
        if {"except", "unlike"} & set(between):
            return Cue(cue.start, cue.end, -0.7 * cue.value, verb=True)
        if any(w in CONTRASTS for w in between):
            return None
        if "?" in between:
            return None
        if cue.verb and len(between) <= 14 and not _elsewhere(between):
            return cue
        if sentence[cue.start] in _BEST and len(between) <= 9 and set(between) & COPULAS and not any(w.startswith(MARK) for w in between):
            return cue
        if not cue.verb and (
            (len(between) <= 3 and not any(w.startswith(MARK) for w in between)) or (between and _listed(between[3:]) and len(between) <= 6)
        ):
            return cue
    return None


def _elsewhere(between: Sequence[str]) -> bool:
    """Tell whether a new subject stands between a verb and a mention, with a verb of its own: "I love him, I have seen X"."""
    for at, word in enumerate(between):
        if at and between[at - 1] in {",", "and", "so", "or", "it", "that", "them"} and word in {"i", "we", "you", "have"} | _REQUESTS:
            return True
    return False


def _judging(sentence: Sequence[str], place: int, cues: Sequence[Cue]) -> Cue | None:
    """Return the cue to the right that speaks of the mention: a predicate ("is great"), or a verb with a pronoun ("and hated it")."""
    for cue in (c for c in cues if c.start > place):
        between = sentence[place + 1 : cue.start]
        others = [at for at, w in enumerate(between) if w.startswith(MARK)]
        if others and not _listed(between[: others[-1] + 1]):
            return None
        rest = between[others[-1] + 1 :] if others else between
        contrast = any(w in CONTRASTS for w in rest)
        if len(rest) > 9:
            return None
        if cue.verb:
            after = sentence[cue.end : cue.end + 2]
            if any(w in PRONOUNS for w in after) or not after or after[0] in {",", "?", ")"}:
                return cue
            if not contrast and (set(rest) & COPULAS):
                return cue
            return None
        if contrast and not set(rest) & PRONOUNS and not set(rest) & COPULAS:
            continue
        return cue
    return None


_EXAMPLE_BEFORE = re.compile(
    r"(?:(?:something|anything|some|stuff|things?|ones?|more|others?|similar|along the lines|in the vein|"
    r"kinda|items?|titles?|\w+s) (?:\w+ )?(?:like|to|of)"
    r"|similar to|same as|such as|a la|ala|like|along the lines of|in the vein of|reminds? me of|mix of|cross between|close to|"
    r"in the style of)(?: the| a| an| maybe| say| perhaps)?$"
)


def _example(sentence: Sequence[str], place: int) -> Said | None:
    """Return the stance of a mention that is said to be an example of what is, or is not, wanted."""
    start = place
    while start and _listed(sentence[start - 1 : start]) and sentence[start - 1] not in {"like"}:
        start -= 1
    while (
        start
        and sentence[start - 1] not in {"like"}
        and sentence[start - 1] in {"original", "first", "new", "old", "item", "that", "this", "a"}
    ):
        start -= 1
    if start and sentence[start - 1] in {",", "or"} and any(w.startswith(MARK) for w in sentence[:start]):
        start = next(at for at, w in enumerate(sentence) if w.startswith(MARK))
    before = " ".join(sentence[max(0, start - 5) : start])
    if not before.endswith("like") and not _EXAMPLE_BEFORE.search(before):
        return None
    if re.search(r"(?:you|u|would|might|may|will|should|to)(?: \w+)? like$", before) and not re.search(
        r"(?:have|got) (?:something|anything|\w+s) like$", before
    ):
        return None
    if before.endswith((" to", " of")) and not re.search(r"(?:similar|lines|vein|reminds me|mix|close|style)(?: \w+)? (?:to|of)$", before):
        return None
    if re.search(r"(?:not|nothing|no|less|unlike|without|never)(?: \w+){0,3} (?:like|to)$", before) and not re.search(r"not seen", before):
        return Said("dislike", 0.6)
    return Said("example", 0.8)


def _use(sentence: Sequence[str], place: int, words: ItemWords) -> Said:
    """Return the stance of a mention of which no opinion is said: had already, asked about, or only spoken of."""
    before = list(sentence[max(0, place - 8) : place])
    used = {"seen", "saw", *words.used, *(u.split(" ")[-1] for u in words.used)}
    asked = "?" in sentence[place:]
    own = [w for w in before if w in SUBJECTS or w in {"you", "u"}]
    if set(before) & used:
        if own and own[-1] in {"you", "u"}:
            return Said("about")
        return Said("neutral") if set(before) & NEGATORS or "yet" in before else Said("seen")
    if asked or set(before[-3:]) & {"about", "who", "what", "when", "why", "how"}:
        return Said("about")
    return Said("neutral")


def _bare(sentences: Sequence[Sequence[str]]) -> bool:
    """Tell whether the utterance is a list of names and little else."""
    rest = [
        w
        for s in sentences
        for w in s
        if not w.startswith(MARK)
        and w not in {",", "and", "or", "the", "maybe", "probably", "well", "um", "like", "also", "i", "guess", "yes", "yeah", "hmm"}
    ]
    return not rest


def _asked(before: str, words: ItemWords) -> Said | None:
    """Return what a bare list of names means as an answer to the other side's question."""
    questions = [sentence for sentence in sentences_of(marked(before, (), words)) if "?" in sentence]
    if not questions:
        return None
    last = questions[-1]
    if set(last) & {"hate", "hated", "dislike", "disliked", "avoid", "worst"} or re.search(r"not (?:\w+ )?(?:like|enjoy)", " ".join(last)):
        return Said("dislike", 0.8)
    if set(last) & {"like", "liked", "love", "loved", "enjoy", "enjoyed", "favorite", "favourite", "favorites", "favourites", "best"}:
        return Said("like", 0.8)
    if set(last) & {"seen", "saw", *words.used}:
        return Said("seen")
    return None
