"""Steps a brain asks for one by one: each runs once on the turn's bus, what it depends on first, what is left over after it."""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from agent.brain import Asked, Stepper
from agent.bus import Bus
from agent.plan import Step
from tools.base import BadArguments, Tool

__all__ = ["stepped"]

Run = Callable[[Step], Awaitable[None]]


async def stepped(stepper: Stepper, planned: Sequence[Step], tools: Mapping[str, Tool[Any]], bus: Bus, run: Run) -> list[Step]:
    """Run what the brain asks for and what the request needs, and return the steps in the order in which they ran.

    Args:
        stepper: asks.
        planned: what the request needs, in working order; the brain may sharpen a step or bring it forward, not leave it out.
        tools: of this turn.
        bus: where results land.
        run: runs one step.
    """
    left, done = list(planned), list[Step]()

    async def do(step: Step) -> None:
        await run(step)
        done.append(step)

    while calls := await stepper.asked():
        for call in calls:
            if any(s.tool == "slate" for s in done):
                break
            step = _meant(call, left, done, tools, stepper)
            if isinstance(step, str):
                stepper.told(call.id, {"error": step})
                continue
            for before in _due(step, left, tools):
                left.remove(before)
                await do(before)
            left = [s for s in left if s.id != step.id]
            await do(step)
            entry = bus.log[-1]
            stepper.told(call.id, {"left": "all" if entry.after is None else entry.after, "note": entry.note[:200]})
        if any(s.tool == "slate" for s in done):
            break
    for step in left:
        await do(step)
    return done


def _meant(call: Asked, left: Sequence[Step], done: Sequence[Step], tools: Mapping[str, Tool[Any]], stepper: Stepper) -> Step | str:
    """Return the step a call stands for, or why it does not run, in words for the brain."""
    near = [call.tool] if call.tool in tools else difflib.get_close_matches(call.tool.lower().strip(), list(tools), n=1, cutoff=0.75)
    if not near:
        return f"there is no tool {call.tool[:40]!r}"
    name = near[0]
    if any(s.tool == name for s in done):
        return "it ran already"
    needed = next((s for s in left if s.tool == name), None)
    if needed is None and not stepper.useful(name, call.args):
        return "nothing to do for it here"
    if needed is None and any(s.tool == "rank" for s in done):
        return "the candidates are ranked already"
    step = stepper.sharpened(needed or Step(id=f"{name}_asked", tool=name), call.args)
    try:
        tools[name].parse(step.args)
    except BadArguments as error:
        return str(error)[:300]
    return step


def _due(step: Step, left: Sequence[Step], tools: Mapping[str, Tool[Any]]) -> list[Step]:
    """Return what has to run before a step: all that stands before it in the plan, or, where it is none of the plan's, what narrows."""
    at = next((n for n, s in enumerate(left) if s.id == step.id), None)
    return [s for s in left if tools[s.tool].effect == "narrow"] if at is None else list(left[:at])
