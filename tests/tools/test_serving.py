"""What stands high on a scale serves a wish for the word the scale is called by, though it lacks the tag of that word."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.items import Item
from knowledge.schema import Facet, ItemWords, Number, Schema
from knowledge.sources.base import MemorySource
from tests.tools.running import context, steps
from tools.evidence import Asked, reasons
from tools.wish import serving

SCHEMA = Schema(
    name="inns",
    item=ItemWords(singular="inn", plural="inns", use="visit", used=("visited",)),
    facets=(Facet(name="mood", kind="tag", plural="moods", phrase="{}"), Facet(name="town", phrase="in {}")),
    numbers=(
        Number(name="quiet", role="scale", low=0, high=4, more=("quieter",), less=("louder",), much=("quiet", "calm"), little=("loud",)),
    ),
)


@pytest.fixture(scope="module")
def inns(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """Eight inns: the first four tagged as quiet, the fifth and sixth high on the scale without the tag."""
    folder: Path = tmp_path_factory.mktemp("inns")
    items = [
        Item(
            id=f"i{n}",
            title=f"Inn {n}",
            facets={"mood": ("quiet",) if n <= 4 else ("loud", "calm") if n == 8 else ("plain",), "town": ("Ulm",)},
            numbers={"quiet": (4.0, 4.0, 4.0, 1.0, 3.0, 4.0, 2.0, 0.0)[n - 1]},
            popularity=float(n),
        )
        for n in range(1, 9)
    ]
    build(MemorySource(SCHEMA, items), folder / "inns", encoder=None)
    return KnowledgeBase.open(folder / "inns")


def named(base: KnowledgeBase, name: str) -> list[str]:
    return [base.catalogue.ids[p] for p in serving(base, name)]


def test_the_tag_or_three_of_four_on_its_scale_serves(inns: KnowledgeBase) -> None:
    assert named(inns, "mood:quiet") == ["i1", "i2", "i3", "i4", "i5", "i6"]


def test_a_lesser_word_of_the_scale_its_low_end_and_other_facets_do_not(inns: KnowledgeBase) -> None:
    assert named(inns, "mood:calm") == ["i8"]
    assert named(inns, "mood:loud") == ["i8"]
    assert len(named(inns, "town:Ulm")) == 8


def test_what_serves_by_its_scale_is_not_put_behind_and_the_tag_counts_more(inns: KnowledgeBase) -> None:
    _, result = steps(context(inns), ("rank", {"prefer": ["mood:quiet"]}))
    order = [c.item_id for c in result.candidates or ()]
    assert set(order[:4]) == {"i1", "i2", "i3", "i4"}
    assert set(order[4:6]) == {"i5", "i6"}


def test_the_reason_names_the_scale_as_its_proof(inns: KnowledgeBase) -> None:
    best = reasons(context(inns), "i5", Asked(prefer=("mood:quiet",)))[0]
    assert (best.text, best.ids) == ("quiet, as you wished", ("item:i5", "number:quiet"))
    assert not [r for r in reasons(context(inns), "i7", Asked(prefer=("mood:quiet",))) if "quiet" in r.text]
