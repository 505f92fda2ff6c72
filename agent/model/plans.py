"""Joining the model's steps with those the request needs: the model may add and sharpen, and cannot leave out what is needed."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from agent.model.proposals import NAME as PROPOSED
from agent.model.read import WireStep
from agent.plan import Plan, Step
from agent.request import Request
from tools.base import Tool

__all__ = ["combined", "sharpened", "useful"]

_SHARPENS = {
    "search": ("wish",),
    "similar": ("items", "unlike"),
    "popular": ("among", "recent"),
    "slate": ("diversity", "surprise", "per_series"),
    "compare": ("items",),
    "explain": ("items", "mode"),
    "collaborative": ("items", "disliked"),
}
"""Arguments a model may set, by tool; everything else follows from the request."""


def combined(
    needed: Plan, wanted: Sequence[WireStep], tools: Mapping[str, Tool[Any]], request: Request, proposals: Sequence[str] = ()
) -> Plan:
    """Return the plan to run; the validator checks it afterwards.

    Args:
        needed: what the built-in brain plans for the request.
        wanted: the model's steps; empty where it gave none.
        tools: the tools of this turn.
        request: what is asked.
        proposals: item entities the model thinks fit.
    """
    ours = {s.tool: s for s in needed.steps}
    theirs: list[tuple[str, dict[str, Any]]] = []
    for step in wanted:
        near = [step.tool] if step.tool in tools else difflib.get_close_matches(step.tool.lower().strip(), list(tools), n=1, cutoff=0.75)
        if near:
            theirs.append((near[0], {k: v for k, v in step.args.items() if k in _SHARPENS.get(near[0], ())}))
    planned = {name for name, _ in theirs}
    steps: list[Step] = []
    for tool, own in ours.items():
        if tool == "ask" and theirs and "ask" not in planned:
            continue
        steps.append(sharpened(own, next((args for name, args in theirs if name == tool and args), {})))
    for tool, args in theirs:
        if tool not in ours and useful(tool, args, tools, request):
            steps.append(Step(id=f"{tool}_{len(steps)}", tool=tool, args=args))
    if proposals and request.intent == "recommend":
        steps.append(Step(id=PROPOSED, tool=PROPOSED, args={"items": list(proposals)}))
    return Plan(steps=tuple(steps))


def _merged(tool: str, ours: dict[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    if tool == "search" and theirs.get("wish"):
        own = str(ours.get("wish", ""))
        extra = str(theirs["wish"])
        return {**ours, "wish": extra if not own or own.lower() in extra.lower() else f"{own}, {extra}"}
    if tool in ("similar", "collaborative"):
        return {**ours, **{k: list(dict.fromkeys([*ours.get(k, ()), *v])) for k, v in theirs.items()}}
    return {**theirs, **ours} if tool in ("compare", "explain") else {**ours, **theirs}


def sharpened(step: Step, args: Mapping[str, Any]) -> Step:
    """Return a step the request needs with what the model may add to it."""
    theirs = {k: v for k, v in args.items() if k in _SHARPENS.get(step.tool, ())}
    return step.model_copy(update={"args": _merged(step.tool, dict(step.args), theirs)})


def useful(tool: str, args: Mapping[str, Any], tools: Mapping[str, Tool[Any]], request: Request) -> bool:
    """True where a step the request does not need has something of its own to work on."""
    if request.intent != "recommend":
        return False
    if tool in ("search", "similar"):
        return bool(args)
    return tools[tool].effect == "score" or tool == "ask"
