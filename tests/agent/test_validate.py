"""Plans that are wrong in every way, and what becomes of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.plan import Plan, Step
from agent.validate import Checked, validate
from tools.registry import TOOLS

PARTS = ("catalogue", "interactions", "graph", "vectors")


def checked(*steps: Step, recommend: bool = True, parts: tuple[str, ...] = PARTS, **more: Any) -> Checked:
    return validate(Plan(steps=steps), TOOLS, parts=parts, recommend=recommend, count=3, **more)


def tools_of(found: Checked) -> list[str]:
    return [s.tool for s in found.plan.steps]


def test_a_good_plan_is_left_alone() -> None:
    steps = (
        Step(id="a", tool="filter"),
        Step(id="b", tool="popular"),
        Step(id="c", tool="rank"),
        Step(id="d", tool="slate", args={"k": 3}),
    )
    found = checked(*steps)
    assert found.plan.steps == steps
    assert found.repairs == ()


def test_an_empty_plan_for_suggestions_still_suggests() -> None:
    assert tools_of(checked()) == ["popular", "rank", "slate"]


def test_a_near_name_is_read_and_an_unknown_one_left_out() -> None:
    found = checked(Step(id="a", tool="Filters"), Step(id="b", tool="teleport"), Step(id="c", tool="popular"))
    assert tools_of(found) == ["filter", "popular", "rank", "slate"]
    assert any("teleport" in r for r in found.repairs)


def test_arguments_that_do_not_fit_are_mended_or_the_step_goes() -> None:
    found = checked(Step(id="s", tool="slate", args={"k": 4, "colour": "red"}), Step(id="p", tool="popular", args={"recent": "perhaps"}))
    by_tool = {s.tool: s.args for s in found.plan.steps}
    assert by_tool["slate"] == {"k": 4}
    assert by_tool["popular"] == {}
    assert tools_of(checked(Step(id="c", tool="compare", args={"items": 7}), recommend=False)) == []


def test_the_question_is_found_before_the_slate_cuts_the_candidates() -> None:
    found = checked(
        Step(id="a", tool="slate"),
        Step(id="b", tool="ask"),
        Step(id="c", tool="rank"),
        Step(id="d", tool="popular"),
        Step(id="e", tool="filter"),
    )
    assert tools_of(found) == ["filter", "popular", "rank", "ask", "slate"]


def test_a_tool_whose_part_is_missing_is_left_out() -> None:
    found = checked(Step(id="g", tool="graph"), parts=("catalogue",))
    assert "graph" not in tools_of(found)


def test_repeats_run_in_order_and_the_same_twice_runs_once() -> None:
    found = checked(
        Step(id="x", tool="search", args={"wish": "a"}),
        Step(id="x", tool="search", args={"wish": "b"}),
        Step(id="y", tool="search", args={"wish": "a"}),
    )
    searches = [s for s in found.plan.steps if s.tool == "search"]
    assert [s.args["wish"] for s in searches] == ["a", "b"]
    assert len({s.id for s in found.plan.steps}) == len(found.plan.steps)


def test_a_long_plan_is_cut_and_keeps_its_end() -> None:
    found = checked(*(Step(id=f"s{n}", tool="search", args={"wish": str(n)}) for n in range(40)), max_steps=8)
    assert len(found.plan.steps) == 8
    assert tools_of(found)[-2:] == ["rank", "slate"]


@pytest.mark.parametrize("tool", ["lookup", "compare", "explain"])
def test_answers_need_no_slate(tool: str) -> None:
    args = {"lookup": {"kind": "count"}, "compare": {"items": ["item:a", "item:b"]}, "explain": {"items": ["item:a"]}}[tool]
    assert tools_of(checked(Step(id="a", tool=tool, args=args), recommend=False)) == [tool]


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda c: st.lists(c, max_size=3) | st.dictionaries(st.text(max_size=6), c, max_size=3),
    max_leaves=6,
)
_STEPS = st.builds(
    Step,
    id=st.text(max_size=4),
    tool=st.sampled_from([*TOOLS, "Rank", "slat", "nonsense", ""]),
    args=st.dictionaries(st.sampled_from(["k", "where", "wish", "items", "kind", "seeds", "targets", "x"]), _JUNK, max_size=3),
    needs=st.lists(st.text(max_size=4), max_size=2).map(tuple),
)


@given(st.lists(_STEPS, max_size=8), st.booleans())
def test_whatever_comes_in_what_goes_out_will_run(steps: list[Step], recommend: bool) -> None:
    found = checked(*steps, recommend=recommend)
    seen: set[str] = set()
    for step in found.plan.steps:
        TOOLS[step.tool].parse(step.args)
        assert step.id not in seen
        assert set(step.needs) <= seen
        seen.add(step.id)
    if recommend:
        assert tools_of(found)[-1] in {"slate", "lookup", "compare", "explain"}
        assert "slate" in tools_of(found)
    assert checked(*found.plan.steps, recommend=recommend).plan == found.plan
