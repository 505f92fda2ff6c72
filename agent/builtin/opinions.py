"""What is said of each name or value: liked, disliked, had already, taken as an example, asked for, or merely spoken of.

The nearest cue to the left inside the sentence decides, carried along a list; else a judgement to the right ("Heat was great").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.builtin.reading import Mark, Reading
from agent.request import Stance

__all__ = ["Opinion", "opinion"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """A stance, how strong, and whether it belongs to the past. `asked` is True where the words ask for it ("want", "something with")."""

    stance: Stance
    strength: float = 1.0
    past: bool = False
    asked: bool = False


_SO = r"(?:really |absolutely |totally |so |just |quite |always |also |both |do |kind of |sort of |very |truly |completely |generally |usually |actually |personally |secretly |still |rather |definitely |particularly |especially |honestly |\w+ly )*"
_I = r"(?:i |we |they |he |she |my \w+ |who |that |and |but |also |people )"
_NOT = r"(?:do not|did not|does not|not|never|can not|could not|would not|am not|is not|was not|are not|no longer|no) "
_CUES: tuple[tuple[str, Opinion], ...] = (
    (rf"used to (?:{_SO})(?:love|like|adore|enjoy|watch|play|read|be (?:into|a (?:big |huge )?fan of|obsessed with))(?: a lot of| lots of)?", Opinion("like", past=True)),
    (rf"used to (?:{_SO})(?:hate|dislike|loathe|despise)", Opinion("dislike", past=True)),
    (rf"{_NOT}{_SO}(?:like|love|enjoy|liking|enjoying|care for|dig|rate|get on with|get along with) (?:\w+ )?(?:any more|any longer)", Opinion("like", past=True)),
    (rf"no longer {_SO}(?:like|love|enjoy|into|a fan of)", Opinion("like", past=True)),
    (rf"(?:over|gone off|went off|grown out of|grew out of|done with|moved on from|through with)(?: all| my| the)?", Opinion("like", past=True)),
    (rf"{_NOT}{_SO}(?:mind|bother by|object to)", Opinion("neutral")),
    (rf"{_NOT}(?:hate|dislike|loathe)", Opinion("neutral")),
    (rf"{_NOT}{_SO}(?:a )?(?:big |huge |great |massive |much of a |really a )*(?:fan|lover|fond|keen|big|crazy|mad|wild|into|interested|impressed)(?: of| on| about| in| with| by)?", Opinion("dislike", 0.7)),
    (rf"(?:never|not) (?:been |really been )?(?:into|a fan of|big on|keen on)", Opinion("dislike", 0.7)),
    (rf"{_NOT}{_SO}(?:like|enjoy|love|liked|enjoyed|loved|dig|care for|get|rate|fancy|like to \w+|stand|bear|abide|tolerate|take|stomach|finish|connect with|warm to|get into|get through|like anything by|like anything with)", Opinion("dislike", 0.8)),
    (r"(?:can|could|will|would)? ?(?:hate|hates|hated|hating|loathe|loathed|loathes|despise|despised|despises|detest|detested|abhor|dislike|dislikes|disliked|allergic to|can not stand|sick of|tired of|fed up (?:with|of)|bored (?:of|by|with)|had enough of|disappointed (?:by|in|with)|hater of|turned off by|put off by|avoid like the plague|no fan of)", Opinion("dislike")),
    (r"(?:would|i would|we would|she would|he would) (?:really )?(?:love|like|enjoy|fancy)(?: to (?:see|have|get|find|know about|try|know))?", Opinion("neutral", asked=True)),
    (rf"{_SO}(?:love|loves|loved|loving|adore|adores|adored|enjoy|enjoys|enjoyed|liked|likes|dig|dug|worship|cherish|treasure)(?: the way| how| everything (?:by|with|from|about)| anything (?:by|with|from)| all(?: of)?| most| to watch| watching| playing| reading)?", Opinion("like")),
    (rf"(?:big |huge |massive |great |such a |total |real |lifelong )*(?:fan|lover|fans|lovers|sucker|fond|keen) (?:of|for|on)(?: everything(?: by| with)?| all| anything(?: by| with)?)?", Opinion("like")),
    (rf"(?:{_SO})(?:into|obsessed with|addicted to|crazy about|mad about|hooked on|in love with|big on|partial to|nuts about|blown away by|impressed by|can not get enough of|a soft spot for|a weakness for|a thing for)(?: all| anything)?", Opinion("like")),
    (r"(?:favourite|favourites)(?: \w+){0,3}(?: of all time| ever)? (?:is|are|was|were|includes?|include|:|being|has to be|would be|would have to be)(?: probably| definitely| still| always| obviously)?", Opinion("like")),
    (rf"(?:i|we|also|really|do|always|they|kids|he|she|people|and|quite|did|to|just|generally|usually|who|still|actually|kind of|sort of|both|totally|absolutely|absolutely) like(?: watching| playing| reading| anything with| anything by| the| all| most| a lot of| lots of| stuff like| things like| \w+ like)?", Opinion("like", 0.9)),
)  # fmt: skip
_ASKS = (
    r"(?:want|wants|wanted|need|needs|looking for|look for|searching for|search for|after|find|fancy|fancying|craving|crave|recommend|suggest|show|give|got|get|mood for|feel like|feeling like|feel up for|up for|down for|prefer|rather|anything|something|any|some|have you|do you have|you have|you got|how about|what about|maybe|try|let us|let us do|else|with|by|starring|featuring|from|directed|written|in|set|ones|about)"
)
_EXAMPLE = re.compile(
    r"(?:(?:something|anything|one|ones|stuff|things|thing|film|films|item|items|more|others|similar|just|much|bit|else|it|that|those|exactly|kind of|kinda|sort of|vibes?|vibe|feel|feels|feeling|looks?|sounds?|less|not|be|is|are|lines|them|story|stories|titles?) (?:\w+ )?like|similar (?:\w+ )?(?:to|as)|"
    r"(?:in the )?(?:vein|spirit|style|manner|line|lines|mould|mold) of|reminds? (?:me )?of|reminiscent of|comparable (?:to|with)|akin to|a la|such as|"
    r"(?:mix|cross|blend|mash ?up|combination|mixture|hybrid|marriage|something|halfway|anything|somewhere|crossover) (?:of|between)|(?:same|similar) (?:\w+ ){0,3}(?:as|to)|as \w+ as|"
    r"(?:the )?next|inspired by|if i (?:liked|loved|like|love|enjoyed)|since i (?:liked|loved|enjoyed)|fans of|people who (?:liked|loved|like|love)|equivalent of|companion to|goes with|along the lines of|vibes of|vibe of|energy of|close to|closest to|ish|resembles|resembling|resemble|version of|answer to|follow up (?:to|on)|after)"
    r"(?: the| a| to)?$"
)
_RIGHT_GOOD = r"(?:great|good|amazing|awesome|brilliant|fantastic|excellent|wonderful|superb|perfect|incredible|masterpiece|classic|genius|fun|hilarious|beautiful|favourite|best|lovely|fab|fabulous|stunning|outstanding|phenomenal|a blast|gold|right up my (?:street|alley)|my thing|my jam|my cup of tea|up my street|solid)"
_RIGHT_BAD = r"(?:boring|bad|awful|terrible|horrible|dull|rubbish|crap|trash|garbage|overrated|disappointing|disappointment|worst|a mess|stupid|dumb|meh|lame|weak|annoying|unwatchable|tedious|a bore|waste of time|too (?:long|slow|boring|weird|violent|scary|silly|sad|dark|much)|not (?:for me|my thing|my cup of tea|my style|my jam|great|good|that good|funny|so good|my kind of thing)|did nothing for me|let me down|put me to sleep|bored me|sucked|sucks|stinks|stank|left me cold)"
_IS = r"(?:is|was|are|were|s|seemed|felt|turned out|looked)"
_RIGHT: tuple[tuple[re.Pattern[str], Opinion], ...] = (
    (re.compile(rf"(?:,? ?(?:which|that|but|it|they|though|and|both|though it|but it|:|-) ?)?(?: ?{_IS})? ?(?:just|a bit|so|really|very|pretty|quite|a|an|the|absolutely|kind of|all|totally|rather|simply|way|my|of|such|truly|honestly|too|one of my|also|far|i thought|i found|)(?: (?:a|an|the|bit|absolute|total|complete|so|little|all|time|one|of|my))* ?(?P<bad>{_RIGHT_BAD})(?!\S)"), Opinion("dislike", 0.9)),
    (re.compile(rf"(?:,? ?(?:which|that|but|it|they|though|and|both|:|-) ?)?{_IS} (?:just |so |really |very |pretty |quite |a |an |the |absolutely |all |totally |simply |truly |my |of |such |one of my |one of the |also |all time |honestly |still |always |probably |definitely |actually |more )*(?P<good>{_RIGHT_GOOD})(?!\S)"), Opinion("like", 0.9)),
    (re.compile(r"(?:, |: | - |\( )?(?:i |we |he |she )?(?:really |absolutely |totally |just |so )?(?:loved|love|adored|enjoyed|liked) (?:it|that|that one|them|both|every minute|all of it|these|those|her|him)(?!\S)"), Opinion("like")),
    (re.compile(r"(?:, |: | - |\( )?(?:i |we |he |she )?(?:really |absolutely |totally |just )?(?:hated|hate|disliked|did not (?:like|enjoy)|do not (?:like|enjoy)|could not (?:stand|finish)|can not stand|loathed) (?:it|that|that one|them|both|every minute|all of it|these|those|her|him)(?!\S)"), Opinion("dislike")),
    (re.compile(r"(?:is|was|are|were) not (?:really |that |so |very |all that |exactly )*(?:great|good|my thing|my cup of tea|for me|my favourite|funny|much fun|fun|my jam|what i|amazing)(?!\S)"), Opinion("dislike", 0.8)),
    (re.compile(r"(?:is|are) (?:really |so )?(?:my (?:favourite|favourites|thing|jam|guilty pleasure|go to)|the best|up my street|one of my favourites)(?!\S)"), Opinion("like")),
    (re.compile(r"(?:really )?(?:is|are)? ?(?:scares?|bores?|annoys?|irritates?|depress(?:es)?|exhausts?|freaks?|gets? on my nerves|makes? me (?:sick|angry|cringe|fall asleep|yawn))(?: me)?(?: out)?(?!\S)"), Opinion("dislike", 0.9)),
)  # fmt: skip
_NO_MORE = re.compile(r"(?:^|[,.;!?] |and |or |but |ok |please )(?:please )?(?:no more|enough(?: of| with)?(?: the)?|not another|stop (?:with |showing me |suggesting |recommending )?(?:the )?|no other|sick of|spare me(?: the)?)(?: \w+)?$")


def opinion(reading: Reading, mark: Mark) -> Opinion | None:
    """Return what is said of a mark, or None where the words say nothing."""
    left = _left(reading, mark)
    after = reading.utterance.between(mark.end, mark.end + 12)
    if re.match(r"(?:but|though|, but|, though|,)? ?(?:not|no) (?:any more|any longer|these days|lately)", after) and (left is None or left.stance in {"like", "neutral"}):
        return Opinion("like", past=True)
    if left is not None and left.stance == "like" and re.search(r"(?:not|no longer) any more|not these days|not any longer|but not now", reading.utterance.between(mark.end, mark.end + 8)):
        return Opinion("like", past=True)
    if left is not None and left.stance == "dislike" and left.strength < 1 and re.match(r"(?:\w+ )?(?:any more|any longer)", after):
        return Opinion("like", past=True)
    right = _right(reading, mark)
    if left is None or (left.asked and right is not None) or (left.stance in {"seen"} and right is not None):
        return right or left
    return left


def _right(reading: Reading, mark: Mark) -> Opinion | None:
    after = []
    for at in range(mark.end, min(mark.end + 12, len(reading.utterance))):
        word = reading.utterance.words[at]
        if word in {".", "!", "?", ";"} or (reading.at(at) is not None and reading.at(at).kind == "link"):  # type: ignore[union-attr]
            break
        after.append(word)
    text = " ".join(after)
    for pattern, found in _RIGHT:
        if pattern.match(text):
            return found
    return None


def _left(reading: Reading, mark: Mark) -> Opinion | None:
    """Scan leftwards over list members until a cue ends right where the scan stands."""
    words = reading.utterance.words
    at = mark.start
    passed = 0
    while at > 0 and mark.start - at < 16:
        before = " ".join(words[max(at - 9, 0) : at])
        found = _cue(reading, before)
        if found is not None:
            return found
        other = reading.at(at - 1)
        word = words[at - 1]
        if other is not None and other.kind in {"link", "value", "adjective", "item", "amount", "attribute"} and word not in {"with", "by", "from", "in", "starring", "about"}:
            at = other.start
            passed += other.kind == "link"
            continue
        if word in {".", "!", "?", ";", "but", "though", "although"}:
            return None
        if word == "," and not _list_before(reading, at - 1):
            return None
        if word in {",", "and", "or", "&", "the", "a", "all", "old", "early", "of", "those", "these", "most", "any", "every", "anything", "everything", "both", "especially", "even", "also", "by", "with", "starring", "movies", "s", "\"", "“", "”", "#", "(", "to", "with", "in", "big", "great", "too", "some", "lots", "lot", "many", "stuff"}:
            at -= 1
            continue
        return None
    return None


def _list_before(reading: Reading, comma: int) -> bool:
    """True where the word before a comma ends a name or a value, so that the list may run on."""
    previous = reading.at(comma - 1)
    return previous is not None and previous.kind in {"link", "value", "adjective", "item"}


def _cue(reading: Reading, before: str) -> Opinion | None:
    if _NO_MORE.search(before):
        return Opinion("reject")
    if _EXAMPLE.search(before) or before in {"like", "similar to", "more like"} or re.search(rf"(?:{reading.items}|[,.!?]|and|or) like$", before):
        return Opinion("example")
    seen = rf"(?:(?:have |has |had )?(?:already |just |recently |finally |only |also |both )*(?:seen|{reading.used})(?: already| just| both| recently)?)$"
    for pattern, found in _CUES:
        if re.search(rf"(?:^|\s)(?:{pattern})$", before):
            if found.stance == "like" and re.search(r"(?:would|i d) (?:really |absolutely )?(?:love|like|enjoy)(?: to \w+)?$", before):
                return Opinion("neutral", asked=True)
            return found
    if re.search(r"(?:what else|who|what|which|where|when|how) (?:has |have |did |else )?\w* ?$", before):
        return None
    if re.search(rf"(?:^|\s){seen}", before):
        if re.search(rf"(?:never|not|yet to|have not) (?:\w+ )?(?:seen|{reading.used}|see|{reading.use})(?: \w+)?$", before):
            return Opinion("neutral")
        return Opinion("seen")
    if re.search(rf"(?:^|\s){_ASKS}$", before):
        return Opinion("neutral", asked=True)
    return None
