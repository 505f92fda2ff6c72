"""Everything that is not about items: greetings, help, what is remembered, taking one, starting over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from agent.brain import Outcome, Situation
from agent.profile import Entry
from agent.request import UNREADABLE
from agent.wording.asides import learnt_words, unknown_words
from agent.wording.naming import entity_name, item_named
from agent.wording.voice import Voice, listed, sentence

__all__ = ["social"]

_THANKS = re.compile(r"\b(thanks|thank you|thx|cheers|ta|appreciate)\b", re.IGNORECASE)
_BYE = re.compile(r"\b(bye|goodbye|good night|see you|later|ciao|cya)\b", re.IGNORECASE)
_HELLO = re.compile(r"\b(hi|hello|hey|hiya|howdy|yo|good (morning|evening|afternoon|day))\b", re.IGNORECASE)
_HOW = re.compile(r"\bhow('s| is| are|s)?\b.*\b(you|it going|things)\b|what'?s up", re.IGNORECASE)
_WHO = re.compile(r"\b(who|what) are you\b|your name|are you (a |an )?(bot|robot|human|ai|real)", re.IGNORECASE)
_PRAISE = re.compile(r"\b(nice|great|cool|awesome|perfect|lovely|brilliant|good (bot|job|one)|well done|haha|lol)\b", re.IGNORECASE)


def social(situation: Situation, outcome: Outcome) -> Iterator[str]:
    """Yield the reply to what asks for no items and no facts."""
    voice = Voice(situation.seed)
    intent = outcome.request.intent
    if intent == "accept":
        yield from _accept(situation, outcome, voice)
    elif intent == "tell":
        yield from _tell(situation, outcome, voice)
    elif intent == "profile":
        yield from _profile(situation, voice)
    elif intent == "correct":
        yield from _correct(situation, outcome, voice)
    elif intent == "reset":
        yield voice.pick(
            [
                "A clean slate. What would you like?",
                "Forgotten, all of this talk. Where shall we start?",
                "Starting over. What are you in the mood for?",
            ],
            "reset",
        )
    elif intent == "help":
        yield from _help(situation, voice)
    elif intent == "off_topic":
        yield _off_topic(situation, voice)
    else:
        yield _unreadable(situation, voice) if outcome.request.confidence <= UNREADABLE else _small_talk(situation, voice)


def _accept(situation: Situation, outcome: Outcome, voice: Voice) -> Iterator[str]:
    taken = outcome.request.accepted
    item = situation.base.schema.item
    if taken is None or not taken.startswith("item:"):
        yield (
            voice.pick(["Good. Which one is it?", "Glad to hear it. Which one?"], "which")
            if len(situation.shown) > 1
            else voice.pick(["Enjoy.", "Glad it fits."], "enjoy")
        )
        return
    others = [e for e in outcome.request.refers_to if e.startswith("item:") and e != taken]
    named = listed([item_named(situation.base, e.removeprefix("item:")) for e in (taken, *others)])
    if others:
        yield voice.pick([f"Noted: {named}. Enjoy them all.", f"{named}, then. Tell me afterwards which was best."], "taken")
        return
    yield voice.pick(
        [
            f"{named} it is. Enjoy.",
            f"Good choice: {named}. Tell me afterwards how you liked it.",
            f"Noted, {named}. Have a good time with it.",
            f"Then {item.use} {named} and enjoy.",
        ],
        "taken",
    )


def _tell(situation: Situation, outcome: Outcome, voice: Voice) -> Iterator[str]:
    yield from (f"{sentence(u)} " for u in unknown_words(situation, outcome, voice))
    words = learnt_words(situation, outcome, voice)
    if words:
        yield sentence(words)
        yield " " + voice.pick(
            [
                "Shall I suggest something along those lines?",
                "Say the word and I will go by that.",
                "I will go by that. Anything you are in the mood for?",
            ],
            "offer",
        )
    elif not any(m.entity is None for m in outcome.request.mentions):
        plural = situation.base.schema.item.plural
        yield voice.pick(
            [f"I see. Name a few {plural} you like, and I have something to go on.", f"All right. Which {plural} have you liked lately?"],
            "tell me",
        )


def _profile(situation: Situation, voice: Voice) -> Iterator[str]:
    profile, base = situation.profile, situation.base
    if profile is None or not len(profile):
        yield voice.pick(
            [
                f"Nothing yet. Tell me what {base.schema.item.plural} you like or can't stand.",
                "So far nothing at all; we have only just met.",
            ],
            "blank",
        )
        return
    used = base.schema.item.used[0]
    wordings = (
        ("like", "you like {}", "and"),
        ("dislike", "you don't care for {}", "or"),
        ("seen", f"you have already {used} {{}}", "and"),
        ("taken", "you went for {}", "and"),
        ("reject", "you turned down {}", "and"),
        ("constraint", "you always want: {}", "and"),
    )
    days: dict[str, list[str]] = {}
    for kind, words, last in wordings:
        entries = profile.of(kind)  # type: ignore[arg-type]
        by_day: dict[str, list[Entry]] = {}
        for entry in entries[-LISTED:]:
            by_day.setdefault(_day(entry.when), []).append(entry)
        for day, some in by_day.items():
            more = f" and {len(entries) - LISTED} more" if len(entries) > LISTED and some[-1] is entries[-1] else ""
            days.setdefault(day, []).append(
                words.format(listed([e.words if e.kind == "constraint" and e.words else entity_name(base, e.entity) for e in some], last))
                + more
            )
    for at, (day, told) in enumerate(days.items()):
        said = "You told me" if at % 2 == 0 else "And"
        yield (" " if at else "") + f"{said} {day} that {listed(told)}." if day else sentence(listed(told))
    yield " " + voice.pick(["Say so if any of that is wrong.", "Tell me to forget any of it.", "Anything I should strike out?"], "edit")


LISTED = 12
"""Entries of a kind that are listed; of more, only the number is told."""


def _day(when: str) -> str:
    """Return a date as people say it: today, yesterday, on Tuesday, on 3 May."""
    try:
        then = datetime.fromisoformat(when).date()
    except ValueError:
        return ""
    today: date = datetime.now(UTC).date()
    gone = (today - then).days
    if gone <= 0:
        return "today"
    if gone == 1:
        return "yesterday"
    if gone < 7:
        return f"on {then:%A}"
    return f"on {then.day} {then:%B}" + (f" {then.year}" if then.year != today.year else "")


def _correct(situation: Situation, outcome: Outcome, voice: Voice) -> Iterator[str]:
    request, base = outcome.request, situation.base
    if any(e.action == "forget_all" for e in request.edits):
        yield voice.pick(["Done: I have forgotten everything about you.", "All gone. We are strangers again."], "all gone")
        return
    gone = [entity_name(base, e.entity) for e in request.edits if e.action == "forget" and e.entity]
    if gone:
        yield voice.pick(
            [f"Forgotten: {listed(gone)}.", f"{listed(gone)} is struck out.", f"I no longer hold {listed(gone)} for or against you."],
            "gone",
        )
        return
    words = learnt_words(situation, outcome, voice)
    yield sentence(words) if words else voice.pick(["What exactly should I forget?", "Which part is wrong? Name it and it goes."], "what")


def _help(situation: Situation, voice: Voice) -> Iterator[str]:
    schema = situation.base.schema
    examples = [f"“{e}”" for e in schema.examples]
    plural = schema.item.plural
    start = Voice.pick(
        voice,
        [f"I find {plural} with you", f"Tell me what you are after and I look through {len(situation.base.catalogue):,} {plural}"],
        "help",
    )
    yield f"{start}: by example, by mood, by hard conditions, or from a few words about it. "
    yield "Then push me about: ask for something like the second one but lighter, say what you know or can't stand, ask why, or for facts. "
    if examples:
        yield f"Try {listed(examples[:3], 'or')}."


def _off_topic(situation: Situation, voice: Voice) -> str:
    plural = situation.base.schema.item.plural
    return voice.pick(
        [
            f"That is beyond me; {plural} are all I know. What are you in the mood for?",
            f"I would only be guessing. Ask me about {plural} instead?",
            f"Not my field, I am afraid. If you would like a {situation.base.schema.item.singular}, I am your man.",
        ][:2],
        "off",
    )


def _unreadable(situation: Situation, voice: Voice) -> str:
    noun = situation.base.schema.item
    return voice.pick(
        [
            f"That one got past me. Name a {noun.singular} you like, or tell me what you are in the mood for.",
            f"I could not make a word of that. What would you like to {noun.use}?",
            f"Was that the cat on the keyboard? Give me a mood, or a {noun.singular} you love.",
        ],
        "unreadable",
    )


def _small_talk(situation: Situation, voice: Voice) -> str:
    text, plural, use = situation.utterance, situation.base.schema.item.plural, situation.base.schema.item.use
    if _THANKS.search(text):
        return voice.pick(["You're welcome.", "Any time.", "My pleasure. Come back when you want another."], "thanks")
    if _BYE.search(text):
        return voice.pick(["Goodbye, and enjoy.", "See you. I will remember where we were.", "Until next time."], "bye")
    if _WHO.search(text):
        return (
            f"I'm Sommelier: a program that knows {len(situation.base.catalogue):,} {plural} and helps you pick one. What do you feel like?"
        )
    if _HOW.search(text):
        return voice.pick(
            [f"Well, thank you. And you: what do you feel like to {use}?", "Can't complain. What are you in the mood for?"], "how"
        )
    if _HELLO.search(text):
        return voice.pick(
            [
                f"Hello! What would you like to {use}?",
                "Hi. What are you in the mood for?",
                f"Good to see you. Name a {situation.base.schema.item.singular} you love, or a mood.",
            ],
            "hello",
        )
    if _PRAISE.search(text):
        return voice.pick(["Glad you like it.", "Good to hear."], "praise")
    return voice.pick(
        [
            f"Go on. Is there anything you would like to {use}?",
            f"I'm listening. Give me a mood, or a {situation.base.schema.item.singular} you like.",
            "Tell me more: what are you in the mood for?",
        ],
        "talk",
    )
