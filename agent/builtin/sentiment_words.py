"""Words by which people say what they think of a thing; of no domain but opinion itself."""

from __future__ import annotations

__all__ = ["ADVERBS", "CONTRASTS", "COPULAS", "LIKING", "NEGATORS", "PHRASES", "PRONOUNS", "SUBJECTS", "VALUES", "VERBS", "words"]


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


def _all(words: str, value: float) -> dict[str, float]:
    return dict.fromkeys(words.split(), value)


VERBS: dict[str, float] = {
    **_all("love loved loves loving adore adored adores luv luved loooved worship", 1.0),
    **_all("enjoy enjoyed enjoys enjoying liked likes dig dug appreciate appreciated rewatched", 0.9),
    **_all("hate hated hates hating loathe loathed despise despised detest detested abhor abhorred", -1.0),
    **_all("dislike disliked dislikes regret regretted avoid avoided", -0.9),
}
"""Verbs of opinion with what they say of their object, -1..1."""

LIKING = frozenset(word for word, value in VERBS.items() if value > 0) | {"like"}

VALUES: dict[str, float] = {
    **_all(
        "great amazing awesome excellent fantastic brilliant incredible wonderful perfect superb masterpiece outstanding phenomenal", 1.0
    ),
    **_all("terrific fabulous magnificent unforgettable favorite favourite favorites favourites fave faves best gem epic stunning", 1.0),
    **_all(
        "good fun funny hilarious cool beautiful cute lovely enjoyable entertaining solid nice classic classics genius touching charming",
        0.7,
    ),
    **_all("clever gripping fascinating underrated addictive relaxing heartwarming interesting exciting fan fans obsessed glad", 0.6),
    **_all(
        "boring bad awful terrible horrible stupid dumb lame worst overrated disappointing disappointed disappointment crap crappy", -1.0
    ),
    **_all(
        "garbage trash rubbish sucked sucks suck meh dull underwhelmed underwhelming annoying tedious pointless mediocre forgettable", -1.0
    ),
    **_all(
        "cringe cringey cringy unwatchable horrendous atrocious dreadful pathetic ridiculous mess waste bored stinks stank yuck ugh",
        -0.9,
    ),
    **_all("confusing cheesy corny gross silly bland slow tired sick worse poor weak eh", -0.6),
}
"""Words of judgement with what they say of what they are said of, -1..1."""

PHRASES: tuple[tuple[str, float], ...] = (
    (r"(?:can|could) not (?:stand|bear|stomach|take|deal with|get into|get through|finish|watch)", -0.9),
    (
        (
            r"not (?:really |exactly |quite |so |that |all that )?(?:my|our|his|her) "
            r"(?:kind of (?:\w+)|cup of tea|thing|speed|style|type|jam|taste|genre|favou?rites?)"
        ),
        -0.8,
    ),
    (r"not (?:one|some) of my favou?rites?", -0.6),
    (r"not (?:\w+ ){0,3}(?:care|cared|caring) (?:\w+ )?(?:for|about)", -0.8),
    (r"not (?:\w+ ){0,3}(?:into|interested|fond of|keen on|big on|crazy about|impressed|wild about|in love with|for me)", -0.8),
    (r"not (?:\w+ ){0,3}(?:a|the|much of a|big|huge) (?:\w+ )?fans?(?: of)?", -0.8),
    (r"no (?:interest in|desire to|fan of)", -0.8),
    (r"(?:hard|difficult) to get (?:into|through)", -0.7),
    (r"not (?:live|hold) up", -0.7),
    (r"not so much", -0.8),
    (r"(?:bored|scared|put) me(?: to)?", -0.6),
    (
        (
            r"(?:fell asleep|walked out|losing interest|lost interest|turned? (?:\w+ )?off|"
            r"let (?:me )?down|fed up|had enough|one time watch|burned by|put off by|over ?hyped|too much of|hard pass)"
        ),
        -0.9,
    ),
    (r"too (?:much|silly|slow|long|violent|weird|scary|dark|sad|childish|gory|dumb|goofy|far|predictable|over)", -0.6),
    (r"not (?:\w+ ){0,2}(?:bad|mind|hate|disappointed?|disappoint|terrible|overrated)", 0.5),
    (r"(?:could|can) (?:watch|play|read|see) (?:it |that |them )?(?:over|again|all day|anytime|a (?:million|hundred|thousand))", 0.9),
    (
        (
            r"(?:cracks?|cracked) me up|(?:makes?|made) me laugh|made me cry|blew me away|"
            r"blown away|can not get enough|a must|must see|never gets old|so much fun"
        ),
        0.9,
    ),
    (r"(?:big|huge|great|massive|major|such a|a|total) (?:\w+ )?(?:fan|sucker)s?(?: of| for)?", 0.9),
    (r"(?:really |very |so |big |totally |all |super )?into", 0.7),
    (r"(?:two|2) thumbs up|thumbs up", 0.8),
    (r"in love with|crazy about|fond of|hooked on|a soft spot for|right up my (?:alley|street)", 0.9),
)
"""Phrases as patterns over words parted by one space ("can not" for "can't"), with their value; a negation in them is already counted."""

NEGATORS = words("not no never nothing neither nor hardly barely without none nobody cannot isnt wasnt dont didnt doesnt cant")
CONTRASTS = words("but however although though whereas except yet otherwise instead unlike")
PRONOUNS = words("it that them those they both this these one ones she he him her item all")
COPULAS = words("is was are were s re seems seemed looks looked sounds sounded felt feels being be been turned")
SUBJECTS = words("i we my our kids wife husband son daughter friend friends mom dad family they he she everyone who me people")
ADVERBS = words(
    "really absolutely totally so just quite also always very truly completely still actually personally honestly definitely "
    "especially both all pretty particularly even kinda kind of sort do did does too thoroughly genuinely mostly probably "
    "much only ever have had to never not"
)
