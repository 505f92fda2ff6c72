"""What only tells how things stand with somebody: "we're having a sleepover", "she cried for days", "I work tomorrow".

Its words are no content of what is wanted; to search for them brings what merely mentions tiredness or sleep.
"""

from __future__ import annotations

from agent.builtin.text import Utterance

__all__ = ["background"]

_BREAKS = frozenset({".", "!", "?", ";", ":", ",", "(", ")", "but", "so", "because", "though", "although", "cause", "lol", "haha"})
_LINKS = frozenset({"and", "when", "while", "after", "before", "if", "since", "as", "until", "or"})
_LEADS = frozenset("and so but because when while after before if since as until well oh also then just now ok yeah no or".split())  # noqa: SIM905
_SUBJECTS = frozenset({"i", "we", "he", "she", "they", "everyone", "everybody", "someone"})
_OWNERS = frozenset({"my", "our", "his", "her", "their", "the"})
_PERSONS = frozenset(
    """
    kids kid children child wife husband girlfriend boyfriend partner mum mom mother dad father parents son daughter brother sister
    friend friends mate mates flatmate flatmates roommate family grandma grandpa grandparents nephew niece cousin boss colleagues
    baby toddler toddlers girls boys guys class team little
    """.split()  # noqa: SIM905  a list of quoted words reads worse
)
_WISHING = frozenset(
    """
    want wants wanted need needs needed like likes liked love loves loved fancy fancies prefer prefers preferred crave craving feel
    feels feeling look looking search searching enjoy enjoys enjoyed into keen hope hoping remember recall mood hate hates hated
    dislike dislikes would could should might recommend find heard hear forget forgot suggest adore adores mind interested
    obsessed
    """.split()  # noqa: SIM905  a list of quoted words reads worse
)
"""Verbs after which it is said what somebody wants, or what it is about."""
_NEAR = 5
"""So many words after the subject the verb is looked for."""


def background(utterance: Utterance) -> set[int]:
    """Return the tokens of clauses that have a person for their subject and no verb of wishing."""
    words = utterance.words
    found: set[int] = set()
    start = 0
    while start < len(words):
        end = start
        while end < len(words) and words[end] not in _BREAKS and not (end > start and words[end] in _LINKS and _subject(words, end + 1)):
            end += 1
        head = start
        while head < end and words[head] in _LEADS:
            head += 1
        length = _subject(words, head)
        verbs = words[head + length : min(head + length + _NEAR, end)]
        if length and verbs and not _WISHING & set(verbs):
            found.update(range(head, end))
        start = end + 1 if end < len(words) and words[end] in _BREAKS else max(end, start + 1)
    return found


def _subject(words: tuple[str, ...], at: int) -> int:
    """Return how many tokens from here on name a person as a subject: "she", "my little sister", "me and my wife"; 0 for none."""
    rest = words[at : at + 5]
    if rest[:2] == ("me", "and") or rest[:2] == ("us", "and"):
        return 2 + _subject(words, at + 2)
    if not rest:
        return 0
    if rest[0] in _SUBJECTS:
        return 1
    if rest[0] in _OWNERS:
        return next((n + 1 for n in (1, 2) if len(rest) > n and rest[n] in _PERSONS and rest[n] != "little"), 0)
    return 0
