"""What may be said and what may not."""

from __future__ import annotations

import pytest

from agent.brain import Outcome, Situation
from agent.grounding import Ground, sentences
from agent.request import Mention, Request
from agent.slates import as_item
from knowledge.base import KnowledgeBase


def ground(games: KnowledgeBase, *, strict: bool = True) -> Ground:
    mention = Mention(text="Dunes", entity="item:dunes", stance="example")
    outcome = Outcome(request=Request(mentions=(mention,)), slate=(as_item(games, "harbour"), as_item(games, "fog")))
    return Ground.of(Situation(base=games, utterance="like Dunes, from 2008 on"), outcome, strict=strict)


@pytest.mark.parametrize(
    "sentence",
    [
        "Try **Harbour** (1995).",
        "**Fog** (2012) is by Cy Dahl, unlike **Dunes** (2008).",
        "All of them came out in 1995, 2008 or 2012.",
        "Ana Berg designed Harbour.",
        "Nothing to say about titles at all.",
    ],
)
def test_what_the_records_bear_out_passes(games: KnowledgeBase, sentence: str) -> None:
    assert ground(games).wrong(sentence) == ""


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("Try **Moon Base** (2022).", "not among"),
        ("Try **Harbor of Lies**.", "not among"),
        ("**Harbour** (1996) is fine.", "not from 1996"),
        ("A classic of 1951.", "1951"),
        ("If you like that, Spice Road is for you.", "not among"),
        ("A puzzle by Hal Ito.", "no part"),
    ],
)
def test_what_they_do_not_is_named(games: KnowledgeBase, sentence: str, why: str) -> None:
    assert why in ground(games).wrong(sentence)


def test_marked_titles_are_checked_whoever_writes(games: KnowledgeBase) -> None:
    assert ground(games, strict=False).wrong("Try **Moon Base**.")


def test_sentences_keep_every_character_and_never_cut_a_title() -> None:
    text = "First. **Who? What! Where.** (1999) is one. Here:\n- **A. B.** (2001): yes\n- last"
    pieces = sentences(text)
    assert "".join(pieces) == text
    assert all(p.count("**") % 2 == 0 for p in pieces)
    assert len(pieces) >= 4
