"""What is said of each mention, on a catalogue of another kind than films, and measured on ReDial's forms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent.builtin.sentiment import Said, has_opinion, stances
from evaluation.linking.redial_text import RedialText
from evaluation.linking.stance_measure import measure_stances
from knowledge.linker import Link
from knowledge.schema import ItemWords

GAMES = ItemWords(singular="game", plural="games", also=("boardgame",), use="play", used=("played",))


def marked(text: str) -> tuple[str, list[Link]]:
    """Part the marks "[Catan]" from a text."""
    plain, links, end = "", [], 0
    for match in re.finditer(r"\[(.*?)\]", text):
        plain += text[end : match.start()]
        links.append(
            Link(start=len(plain), end=len(plain) + len(match[1]), text=match[1], entity=f"item:{match[1]}", kind="item", score=1.0)
        )
        plain += match[1]
        end = match.end()
    return plain + text[end:], links


def read(text: str, before: str = "") -> list[Said]:
    plain, links = marked(text)
    return stances(plain, links, GAMES, before=before)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Loved [Catan], hated [Risk], anything newer by [Knizia]?", "like dislike about"),
        ("I like [Catan], [Risk] and [Azul]", "like like like"),
        ("I like [Catan] but not [Risk]", "like dislike"),
        ("I loved [Catan] but hated [Risk]", "like dislike"),
        ("didn't like [Catan] or [Risk], loved [Azul]", "dislike dislike like"),
        ("I absolutely adored [Catan], not so much [Risk]", "like dislike"),
        ("I thought [Catan] was boring and [Risk] was great", "dislike like"),
        ("[Catan] and [Risk] were great", "like like"),
        ("more like [Catan], less like [Risk]", "example dislike"),
        ("hated [Catan]!!! [Azul] is awesome", "dislike like"),
        ("I love [Knizia] but [Risk] was too long", "like dislike"),
    ],
)
def test_each_mention_has_its_own_verdict(text: str, expected: str) -> None:
    assert [said.stance for said in read(text)] == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I can't stand [Catan]", "dislike"),
        ("cant stand [Catan]", "dislike"),
        ("not a fan of [Catan]", "dislike"),
        ("I'm not a big fan of [Catan]", "dislike"),
        ("big fan of [Catan]", "like"),
        ("[Catan] was meh", "dislike"),
        ("[Catan] isn't my thing", "dislike"),
        ("[Catan] put me to sleep", "dislike"),
        ("didn't care for [Catan]", "dislike"),
        ("I never got into [Catan]", "dislike"),
        ("I don't hate [Catan]", "like"),
        ("[Catan] isn't bad", "like"),
        ("My favourite game is [Catan]", "like"),
        ("seen people say [Catan] sucks", "dislike"),
        ("I played [Catan]. It was boring.", "dislike"),
        ("I played [Catan] and loved it", "like"),
        ("no more [Catan]", "reject"),
        ("Anything but [Catan]", "reject"),
        ("something like [Catan] but shorter", "example"),
        ("games like [Catan]", "example"),
        ("similar to [Catan]", "example"),
        ("nothing like [Catan]", "dislike"),
        ("not as good as [Catan]", "like"),
        ("do you like [Catan]?", "about"),
        ("have you played [Catan]?", "about"),
        ("who designed [Catan]?", "about"),
        ("Tell me about [Catan]", "about"),
        ("I've played [Catan]", "seen"),
        ("I haven't played [Catan]", "neutral"),
        ("I'd love to play [Catan]", "neutral"),
        ("You might like [Catan]", "neutral"),
        ("[Catan]", "neutral"),
    ],
)
def test_one_mention(text: str, expected: str) -> None:
    assert read(text)[0].stance == expected


@pytest.mark.parametrize(
    "text", ["I used to love [Catan]", "I used to love [Catan] but not any more", "I don't like [Catan] anymore, used to love it"]
)
def test_what_was_liked_is_past(text: str) -> None:
    said = read(text)[0]
    assert said.past


def test_the_present_is_not_past() -> None:
    assert not read("I love [Catan]")[0].past


def test_strong_words_are_stronger() -> None:
    assert read("I love [Catan]")[0].strength > read("[Catan] is interesting")[0].strength
    assert all(0 < said.strength <= 1 for text in ("I hate [Catan]", "[Catan] is nice", "not into [Catan]") for said in read(text))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("What games do you like?", "like"),
        ("Hello! What are your favourites?", "like"),
        ("Which did you hate?", "dislike"),
        ("What have you played lately?", "seen"),
        ("I know many games.", "neutral"),
    ],
)
def test_a_bare_list_answers_what_was_asked(before: str, expected: str) -> None:
    assert [said.stance for said in read("[Catan] and [Risk]", before)] == [expected, expected]


def test_one_answer_a_link_in_order_and_none_without_links() -> None:
    assert stances("I love it", [], GAMES) == []
    assert len(read("[A] [B] [C]")) == 3


def test_a_title_with_words_of_opinion_says_nothing() -> None:
    assert read("have you played [I Hate Bad Games]?")[0].stance == "about"


def test_sentences_with_opinion_are_told_from_those_without() -> None:
    plain, links = marked("I love chess. Then came [Catan]")
    assert not has_opinion(plain, links, 0, GAMES)
    plain, links = marked("I love [Catan]")
    assert has_opinion(plain, links, 0, GAMES)


@pytest.mark.data
def test_the_forms_of_redial_agree_where_the_text_decides(shared_data: Path) -> None:
    report = measure_stances(RedialText(shared_data / "redial").dialogues("valid"))
    assert report.decided > 1000
    assert report.accuracy >= 0.85
    assert report.to_json()["balanced_accuracy"] >= 0.75
