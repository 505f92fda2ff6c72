"""What is only told or remarked is no condition on what to suggest."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from agent.brain import Situation
from agent.builtin.understand import understand
from agent.request import Request
from knowledge.base import KnowledgeBase
from tests.agent.annotated import open_bases


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, KnowledgeBase]:
    return open_bases(tmp_path_factory)


def read(bases: Mapping[str, KnowledgeBase], say: str) -> Request:
    return understand(Situation(base=bases["films"], utterance=say))


@pytest.mark.parametrize(
    "say",
    [
        "I loved that movie with Jake Gyllenhaal.",
        "Yes with Denzel Washington, great movie. Any suggestions?",
        "I also loved that movie as well with Anna Kendrick.",
        "yeah it's the military movie with brad pitt in a tank",
        "I have seen him in Star Wars, years ago, with Carrie Fisher.",
        "Was that Adam Sandler?",
        "that was the film with Tom Hanks",
        "but being a kid from the 80's I like the original better",
        "I liked Lucas when I was a kid.",
        "I like everything from sci fi to documentaries",
        "we watched a comedy yesterday, something darker tonight",
    ],
)
def test_a_remark_demands_nothing(bases: Mapping[str, KnowledgeBase], say: str) -> None:
    request = read(bases, say)
    assert request.constraints == ()
    assert request.prefer == ()


@pytest.mark.parametrize(
    ("say", "attributes"),
    [
        ("I want the one with Brad Pitt", {"cast"}),
        ("I was hoping for a western with Clint Eastwood", {"genre", "cast"}),
        ("Yes, a comedy with Tom Hanks", {"genre", "cast"}),
        ("yes a good comedy", {"genre"}),
        ("it was a comedy from the 80s where a man relives the same day", {"genre", "year"}),
        ("I liked Heat. From the 90s please", {"year"}),
        ("I haven't seen a good western in ages", {"genre"}),
        ("we watched Heat yesterday, a comedy tonight", {"genre"}),
        ("anything newer with Sigourney Weaver? I loved Alien", {"cast"}),
    ],
)
def test_what_is_asked_for_beside_a_remark_still_binds(bases: Mapping[str, KnowledgeBase], say: str, attributes: set[str]) -> None:
    found = {str(c.where.get("facet") or c.where.get("number")) for c in read(bases, say).constraints}
    assert found == attributes


def test_of_kinds_from_one_to_another_any_will_do(bases: Mapping[str, KnowledgeBase]) -> None:
    assert [c.where for c in read(bases, "anything from comedy to horror").constraints] == [{"facet": "genre", "has": ["comedy", "horror"]}]


def test_to_like_everything_is_to_leave_the_choice(bases: Mapping[str, KnowledgeBase]) -> None:
    assert read(bases, "I like everything, comedy, drama").careless


@pytest.mark.parametrize(
    ("say", "stance"),
    [
        ("Tom Hanks and Meg Ryan are iconic", "like"),
        ("Tom Hanks and Meg Ryan were awful", "dislike"),
    ],
)
def test_what_is_said_of_a_pair_is_said_of_both(bases: Mapping[str, KnowledgeBase], say: str, stance: str) -> None:
    request = read(bases, say)
    assert {(m.entity, m.stance) for m in request.mentions} == {("person:Tom Hanks", stance), ("person:Meg Ryan", stance)}


def test_a_job_well_done_is_praise(bases: Mapping[str, KnowledgeBase]) -> None:
    request = read(bases, "Michael Mann has done a great job")
    assert [(m.entity, m.stance) for m in request.mentions] == [("person:Michael Mann", "like")]
    assert request.constraints == ()
