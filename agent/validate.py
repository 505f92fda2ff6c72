"""Checks a plan against the tools and mends it without a model call; what cannot be mended is left out, never guessed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agent.plan import Plan, Step
from tools.base import BadArguments, Tool

__all__ = ["Checked", "validate"]

_ORDER = {"narrow": 0, "score": 1, "order": 2, "answer": 3}
_FINAL = ("rank", "slate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A plan that will run, and what was mended to get there (plain sentences, for the trace)."""

    plan: Plan
    repairs: tuple[str, ...] = ()


def validate(
    plan: Plan, tools: Mapping[str, Tool[Any]], *, parts: Iterable[str], recommend: bool, count: int, max_steps: int = 16
) -> Checked:
    """Return the plan with known tools, arguments that parse, unique ids, needs that point backwards and a working order.

    Args:
        plan: as a brain wrote it.
        tools: the registry of this turn.
        parts: parts the base has ("graph", "vectors", ...); steps that need others are left out.
        recommend: whether items are asked for; then the plan ends in `rank` and `slate`.
        count: how many items, for a `slate` step that had to be added.
        max_steps: how many steps may stay; the last ones go first, `rank` and `slate` excepted.
    """
    repairs: list[str] = []
    available = set(parts)
    steps: list[Step] = []
    names: dict[str, str] = {}
    for step in plan.steps:
        tool = _tool(step, tools, repairs)
        if tool is None:
            continue
        missing = [p for p in tool.needs if p not in available]
        if missing:
            repairs.append(f"left out {tool.name}: this base has no {' and no '.join(missing)}")
            continue
        args = _arguments(tool, step.args, repairs)
        if args is None:
            continue
        new_id = _free(step.id or tool.name, {s.id for s in steps})
        names[step.id] = new_id
        if any(s.tool == tool.name and s.args == args for s in steps):
            repairs.append(f"left out a second {tool.name} with the same arguments")
            names[step.id] = next(s.id for s in steps if s.tool == tool.name and s.args == args)
            continue
        steps.append(Step(id=new_id, tool=tool.name, args=args, needs=tuple(names[n] for n in step.needs if n in names)))
    ordered = sorted(steps, key=lambda s: _rank(tools[s.tool], recommend))
    if [s.id for s in ordered] != [s.id for s in steps]:
        repairs.append("put the steps in working order")
    if recommend:
        ordered = _completed(ordered, tools, count, repairs)
    if len(ordered) > max_steps:
        repairs.append(f"kept {max_steps} of {len(ordered)} steps")
        finals = [s for s in ordered if s.tool in _FINAL]
        ordered = [*[s for s in ordered if s.tool not in _FINAL][: max_steps - len(finals)], *finals]
    place = {s.id: at for at, s in enumerate(ordered)}
    final = tuple(s.model_copy(update={"needs": tuple(n for n in s.needs if place.get(n, at) < at)}) for at, s in enumerate(ordered))
    return Checked(plan=Plan(steps=final), repairs=tuple(repairs))


def _tool(step: Step, tools: Mapping[str, Tool[Any]], repairs: list[str]) -> Tool[Any] | None:
    if step.tool in tools:
        return tools[step.tool]
    near = difflib.get_close_matches(step.tool.lower().strip(), list(tools), n=1, cutoff=0.75)
    if near:
        repairs.append(f"read tool {step.tool!r} as {near[0]!r}")
        return tools[near[0]]
    repairs.append(f"left out unknown tool {step.tool!r}")
    return None


def _arguments(tool: Tool[Any], args: Mapping[str, Any], repairs: list[str]) -> dict[str, Any] | None:
    """Return arguments that parse: as given, else without what does not fit, once; None where the tool cannot do without."""
    try:
        tool.parse(args)
    except BadArguments:
        mended = {k: v for k, v in args.items() if k in tool.arguments.model_fields}
        for name in list(mended):
            trial = {k: v for k, v in mended.items() if k != name}
            if not _parses(tool, mended) and _parses(tool, trial):
                mended = trial
        if not _parses(tool, mended):
            mended = {name: value for name, value in mended.items() if _parses(tool, {name: value})}
        if not _parses(tool, mended):
            repairs.append(f"left out {tool.name}: its arguments do not fit")
            return None
        repairs.append(f"mended the arguments of {tool.name}")
        return mended
    return dict(args)


def _parses(tool: Tool[Any], args: Mapping[str, Any]) -> bool:
    try:
        tool.parse(args)
    except BadArguments:
        return False
    return True


def _rank(tool: Tool[Any], recommend: bool) -> tuple[int, int]:
    if not recommend and tool.effect == "answer":
        return (0, 0) if tool.name == "lookup" else (3, 0)
    # A question splits the ranked candidates, so it is found before the slate cuts them down.
    place = {"rank": 0, "ask": 1, "slate": 2}
    if tool.name in place:
        return (_ORDER["order"], place[tool.name])
    return (_ORDER[tool.effect], 0)


def _completed(steps: list[Step], tools: Mapping[str, Tool[Any]], count: int, repairs: list[str]) -> list[Step]:
    done = list(steps)
    taken = {s.id for s in done}
    answers = [s for s in done if tools[s.tool].effect == "answer" and s.tool != "ask"]
    done = [s for s in done if s not in answers]
    if not any(tools[s.tool].effect == "score" for s in done) and "popular" in tools and _parses(tools["popular"], {}):
        done.append(Step(id=_free("popular", taken), tool="popular"))
        repairs.append("added popular: nothing scored the candidates")
        done.sort(key=lambda s: _rank(tools[s.tool], True))
    for name in _FINAL:
        if name in tools and not any(s.tool == name for s in done):
            args = {"k": count} if name == "slate" and _parses(tools[name], {"k": count}) else {}
            done.append(Step(id=_free(name, taken), tool=name, args=args))
            repairs.append(f"added {name}")
    done.sort(key=lambda s: _rank(tools[s.tool], True))
    return [*done, *answers]


def _free(wanted: str, taken: set[str]) -> str:
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}{number}" in taken:
        number += 1
    return f"{wanted}{number}"
