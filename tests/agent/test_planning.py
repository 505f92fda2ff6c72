"""From request to plan: the demonstrations, their choice, and the plans made after them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from agent.brain import Situation
from agent.builtin.brain import BuiltinBrain
from agent.builtin.planning import plan
from agent.builtin.understand import understand
from agent.demonstrations import demonstrations, names_for, nearest
from agent.request import Request
from knowledge.base import KnowledgeBase
from knowledge.predicates import from_json
from tests.agent.annotated import cases
from tools.registry import TOOLS


def tools_of(base: KnowledgeBase, request: Request, **context: object) -> list[str]:
    return [s.tool for s in plan(Situation(base=base, utterance="", **context), request).steps]  # type: ignore[arg-type]


def test_there_are_enough_demonstrations_with_ids_of_their_own() -> None:
    found = demonstrations()
    assert len(found) >= 120
    assert len({d.id for d in found}) == len(found)
    assert {d.request.get("intent", "recommend") for d in found} >= {
        "recommend", "lookup", "compare", "explain", "why_not", "tell", "accept", "profile", "correct", "reset", "chat", "help",
        "off_topic",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["films", "games"])
def test_every_demonstration_can_be_filled_and_planned(name: str, bases: Mapping[str, KnowledgeBase]) -> None:
    base = bases[name]
    names = names_for(base)
    shown = tuple(names[k].partition(":")[2] for k in ("item_id", "item2_id", "item3_id"))
    for demonstration in demonstrations():
        filled = demonstration.filled(names)
        assert filled is not None, demonstration.id
        assert "{" not in filled.say
        request = Request.model_validate(filled.request)
        for constraint in request.constraints:
            base.catalogue.select(from_json(constraint.where))
        situation = Situation(base=base, utterance=filled.say, shown=shown)
        made = plan(situation, request)
        for step in made.steps:
            TOOLS[step.tool].parse(step.args)
        assert bool(made.steps) == bool(filled.tools), demonstration.id
        assert all(t in [s.tool for s in made.steps] for t in filled.tools if t not in {"graph", "collaborative", "search", "ask"}), (
            demonstration.id
        )


def test_plans_for_all_annotated_utterances_parse_and_depend_backwards(bases: Mapping[str, KnowledgeBase]) -> None:
    for case in cases("dev"):
        situation = Situation(base=bases[case.base], utterance=case.say, shown=case.shown, focus=case.focus, asked=case.asked)
        done: set[str] = set()
        for step in plan(situation, understand(situation)).steps:
            TOOLS[step.tool].parse(step.args)
            assert set(step.needs) <= done
            done.add(step.id)


def test_what_is_asked_for_decides_the_tools(bases: Mapping[str, KnowledgeBase]) -> None:
    base = bases["films"]
    by_example = Request.model_validate({"mentions": [{"text": "Heat", "entity": "item:heat-1995", "stance": "example"}]})
    assert "similar" in tools_of(base, by_example)
    assert "filter" not in tools_of(base, by_example)
    conditioned = Request.model_validate({"constraints": [{"where": {"number": "year", "min": 1990}}], "wish": "a heist that goes wrong"})
    tools = tools_of(base, conditioned)
    assert tools[0] == "filter"
    assert "search" in tools
    assert tools[-2:] == ["rank", "slate"]
    assert tools_of(base, Request(intent="chat")) == []


def test_a_question_is_asked_when_little_is_known_and_never_twice_in_a_row(bases: Mapping[str, KnowledgeBase]) -> None:
    base = bases["films"]
    assert "ask" in tools_of(base, Request())
    assert "slate" in tools_of(base, Request())
    assert "ask" not in tools_of(base, Request(), asked={"attribute": "mood", "options": []})
    assert "ask" not in tools_of(base, Request(careless=True))
    assert "ask" not in tools_of(base, Request(wish="a lighthouse"))


def test_critiques_step_from_the_item_meant(bases: Mapping[str, KnowledgeBase]) -> None:
    shown = ("heat-1995", "alien-1979")

    def targets(request: dict[str, object], shown: tuple[str, ...] = ()) -> list[dict[str, object]]:
        steps = plan(Situation(base=bases["films"], utterance="", shown=shown), Request.model_validate(request)).steps
        return next(list(s.args["targets"]) for s in steps if s.tool == "rank")

    funnier = {"attribute": "funny", "direction": "more"}
    assert targets({"critiques": [funnier]}, shown)[0]["of"] == ["item:heat-1995", "item:alien-1979"]
    assert targets({"critiques": [{**funnier, "of": "item:heat-1995"}]}, shown)[0]["of"] == ["item:heat-1995"]
    assert targets({"critiques": [funnier]})[0]["of"] == []


def test_demonstrations_are_chosen_near_and_not_all_alike() -> None:
    chosen = nearest("what is the oldest one you have?", 3)
    assert chosen[0].request["intent"] == "lookup"
    assert len({d.features for d in chosen}) > 1
    assert nearest("something like X but funnier", 4) == nearest("something like X but funnier", 4)


def test_the_shape_of_a_request_draws_demonstrations_of_that_shape() -> None:
    best = nearest("zzz", 1, features={"compare"})[0]
    assert best.request["intent"] == "compare"


def test_the_brain_plans(bases: Mapping[str, KnowledgeBase]) -> None:
    situation = Situation(base=bases["films"], utterance="hi")
    assert asyncio.run(BuiltinBrain().plan(situation, Request(count=4))).steps[-1].args["k"] == 4


def test_what_is_loved_in_the_same_breath_is_what_the_demand_is_like(bases: Mapping[str, KnowledgeBase]) -> None:
    base = bases["films"]
    loved, hated = "item:heat-1995", "item:the-departed-2006"
    request = Request.model_validate(
        {
            "mentions": [
                {"text": "Heat", "entity": loved, "stance": "like"},
                {"text": "The Departed", "entity": hated, "stance": "dislike"},
            ],
            "critiques": [{"attribute": "year", "direction": "more"}],
        }
    )
    steps = {s.tool: s.args for s in plan(Situation(base=base, utterance="", shown=("dave-1993",)), request).steps}
    assert steps["similar"] == {"items": [loved], "unlike": [hated]}
    assert steps["rank"]["targets"][0]["of"] == [loved]
    weights = {s["entity"]: s["weight"] for s in steps["graph"]["seeds"]}
    assert weights[loved] > -2 * weights[hated] > 0


def test_a_broad_request_brings_a_question_where_many_are_left(bases: Mapping[str, KnowledgeBase]) -> None:
    def asked(say: str) -> list[dict[str, object]]:
        situation = Situation(base=bases["films"], utterance=say)
        return [dict(s.args) for s in plan(situation, understand(situation)).steps if s.tool == "ask"]

    assert asked("recommend me something") == [{}]
    assert asked("a comedy") == [{"least": 100}]
    for specific in ("something like Heat", "a comedy about a wedding in the snow", "just one western", "a comedy, surprise me"):
        assert asked(specific) == []
