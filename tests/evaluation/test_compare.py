"""Comparing reports and auditing transcripts."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.compare import compare, sign_test
from evaluation.games import open_games
from evaluation.grounding import audit
from knowledge.errors import BadInput


def _simulated(hits: list[int | None]) -> dict[str, Any]:
    rows = [{"case": str(n), "user": str(n), "hit": h} for n, h in enumerate(hits)]
    return {"turns": 5, "outcomes": {"sommelier": rows}}


def test_a_worse_run_is_told_from_one_that_is_not() -> None:
    good, bad = _simulated([1] * 60), _simulated([1] * 30 + [None] * 30)
    assert [g.worse for g in compare(good, bad)] == [True, True]
    assert [g.worse for g in compare(bad, good)] == [False, False]
    assert [g.difference for g in compare(good, good)] == [0.0, 0.0]


def test_scripted_reports_are_paired_by_name_and_repeat() -> None:
    def report(passed: dict[str, bool]) -> dict[str, Any]:
        return {"results": [{"name": n, "repeat": 0, "passed": p} for n, p in passed.items()]}

    (gap,) = compare(report({"a": True, "b": False, "c": False}), report({"a": True, "b": True, "d": True}))
    assert (gap.cases, gap.won, gap.lost, gap.before, gap.after) == (2, 1, 0, 0.5, 1.0)


def test_reports_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(BadInput, match="same kind"):
        compare(_simulated([1]), {"results": []})
    with pytest.raises(BadInput, match="share no cases"):
        compare({"results": [{"name": "a", "repeat": 0, "passed": True}]}, {"results": [{"name": "b", "repeat": 0, "passed": True}]})


def test_the_sign_test_is_exact() -> None:
    assert sign_test(0, 0) == 1.0
    assert sign_test(5, 0) == pytest.approx(2 / 32)
    assert sign_test(3, 3) == 1.0


def _turn(**changes: Any) -> dict[str, Any]:
    plain = {
        "turn": 1,
        "session": "s",
        "reply": "How about **Copper Harbour** (2012)?",
        "slate": [{"id": "copper-harbour", "because": [{"kind": "attribute", "text": "party", "ids": ["category:party"]}]}],
        "request": {"constraints": [{"where": {"facet": "category", "has": ["party"]}}]},
        "notices": [],
    }
    return {**plain, **changes}


def test_a_clean_turn_has_no_faults() -> None:
    found = audit(open_games(), [_turn()])
    assert found.faults == {}
    assert (found.turns, found.items, found.titles, found.evidence) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"reply": "**Nosuch Game** it is"}, "title not in the catalogue"),
        ({"reply": "**Silent Lantern** it is"}, "title not of the conversation"),
        ({"reply": "**Copper Harbour** (1999)"}, "fact against the record"),
        ({"request": {"constraints": [{"where": {"facet": "category", "has": ["wargame"]}}]}}, "broken constraint"),
        (
            {"slate": [{"id": "copper-harbour", "because": [{"kind": "x", "text": "t", "ids": ["category:nothing"]}]}]},
            "evidence that does not resolve",
        ),
        ({"slate": [{"id": "gone", "because": []}], "request": {}, "reply": "Here."}, "unknown item"),
    ],
)
def test_each_fault_is_found(changes: dict[str, Any], fault: str) -> None:
    assert list(audit(open_games(), [_turn(), _turn(session="t", **changes)]).faults) == [fault]


def test_a_repeat_counts_where_others_were_asked_for() -> None:
    assert list(audit(open_games(), [_turn(), _turn(turn=2, request={"others": True})]).faults) == ["repeat"]
