"""Comparing reports and auditing transcripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import app
from evaluation import plots
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


def test_a_few_cases_lost_are_not_surely_worse() -> None:
    gaps = compare(_simulated([1] * 60), _simulated([1] * 56 + [None] * 4))
    assert all(g.ci[1] < 0 or g.ci[0] > 0 for g in gaps)
    assert [(g.lost, g.worse, g.verdict) for g in gaps] == [(4, False, ""), (4, False, "")]


def test_turns_are_won_by_who_is_sooner() -> None:
    hit, turns = compare(_simulated([3] * 20), _simulated([1] * 20))
    assert (hit.won, hit.lost, hit.verdict) == (0, 0, "")
    assert (turns.won, turns.lost, turns.verdict) == (20, 0, "better")


@pytest.mark.parametrize(("name", "other"), [("base", "games"), ("seed", 8), ("turns", 4), ("noise", 0.5)])
def test_runs_whose_cases_only_share_their_names_are_refused(name: str, other: object) -> None:
    one = {**_simulated([1]), "base": "films", "seed": 7, "noise": 0.15}
    with pytest.raises(BadInput, match="cases of the same name differ"):
        compare(one, {**one, name: other})


def test_the_command_says_what_it_compares_and_gates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def write(name: str, passed: list[bool]) -> str:
        rows = [{"name": f"d{n}", "repeat": 0, "passed": p} for n, p in enumerate(passed)]
        (tmp_path / name).write_text(json.dumps({"results": rows}), encoding="utf-8")
        return str(tmp_path / name)

    good, bad = write("a.json", [True] * 9), write("b.json", [True] * 2 + [False] * 7)
    plot = tmp_path / "plots" / "gaps.png"
    assert app.main(["evaluate", "compare", good, bad, "--gate", "--plot", str(plot)]) == 1
    told = capsys.readouterr().out
    assert "a.json  (9 of 9 dialogues passed)" in told
    assert "failed in B only: d2, d3, d4, d5, d6, d7, d8" in told
    assert "surely worse in B: dialogues passed" in told
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert app.main(["evaluate", "compare", bad, good, "--gate"]) == 0
    assert app.main(["evaluate", "compare", good, str(tmp_path / "none.json")]) == 2
    assert "No such file" in capsys.readouterr().err


def test_every_plot_is_drawn_and_is_the_same_every_time(tmp_path: Path) -> None:
    systems = {
        name: {"cases": 9, **{f"Hit@{k}": v * k / 5 for k in range(1, 6)}, "Hit@5 ci": [v - 0.1, v], "AT@5 ci": [1.0, 2.0]}
        for name, v in (("sommelier", 0.9), ("interecagent", 0.9), ("no-cf", 0.0))
    }
    gap = {"cases": 9, "Hit@5": {"difference": 0.1, "ci": [0.0, 0.2]}, "AT@5": {"difference": -0.1, "ci": [-0.2, -0.1]}}
    result = {
        "base": "films", "users": 9, "turns": 5, "slate": 5, "seed": 1, "systems": systems, "paired": {"interecagent": gap, "no-cf": gap},
    }  # fmt: skip
    drawings: tuple[tuple[str, Callable[[Path], None]], ...] = (
        ("turns", lambda path: plots.hit_by_turn(result, path)),
        ("systems", lambda path: plots.systems(result, path)),
        ("paired", lambda path: plots.paired_gaps(result, path)),
        ("reliability", lambda path: plots.reliability({"a": [1.0, 1.0], "b": [1.0, 1.0], "c": [0.0, 0.0]}, path)),
    )
    for name, draw in drawings:
        draw(tmp_path / f"{name}1.png")
        draw(tmp_path / f"{name}2.png")
        drawn = (tmp_path / f"{name}1.png").read_bytes()
        assert drawn.startswith(b"\x89PNG")
        assert drawn == (tmp_path / f"{name}2.png").read_bytes()


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
