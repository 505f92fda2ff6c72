"""Plan: let the brain plan, then check and mend the plan and put in what the conversation carries on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agent.constraints import conjunction
from agent.errors import BrainFailed
from agent.events import Planned
from agent.plan import Plan, Step
from agent.request import Request
from agent.state import TurnContext, TurnState
from agent.validate import validate
from knowledge.entities import facet_kind, split_entity
from knowledge.predicates import to_json

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

__all__ = ["WITH_SLATE", "plan"]

NO_TOOLS = frozenset({"accept", "profile", "reset", "chat", "help", "off_topic", "tell", "correct"})
"""Intents answered without looking anything up."""

WITH_SLATE = frozenset({"recommend"})
QUESTIONS = 3
"""Questions put in one conversation at most."""
LIKED = 5
"""Items liked last that a request about nothing in particular goes by."""
PARTS = ("catalogue", "interactions", "graph", "vectors")


async def plan(state: TurnState, runtime: Runtime[TurnContext]) -> dict[str, Any]:
    """Return the plan that will run, as JSON, with the mends made to it."""
    context = runtime.context
    request = Request.model_validate(state["effective"])
    notices = list(state["notices"])
    if request.intent in NO_TOOLS or Request.model_validate(state["request"]).only_unknown:
        drafted = Plan()
    else:
        try:
            drafted = await context.acting.plan(context.situation(state), request)
        except BrainFailed as failure:
            context.failed = True
            notices.append(f"The language model could not plan ({failure}); this is the simpler, built-in one.")
            drafted = await context.builtin.plan(context.situation(state), request)
    recommend = request.intent in WITH_SLATE and not Request.model_validate(state["request"]).only_unknown
    parts = [p for p in PARTS if p == "catalogue" or context.base.has(p)]
    count = request.count or context.settings.slate_size
    checked = validate(drafted, context.tools, parts=parts, recommend=recommend, count=count, max_steps=context.settings.max_steps)
    steps = _with_conversation(list(checked.plan.steps), state, context, recommend=recommend, count=count)
    plain = [s.model_dump(mode="json") for s in steps]
    context.emit(Planned(steps=tuple(plain)))
    return {"plan": plain, "repairs": list(checked.repairs), "notices": notices, "brain": context.acting.name}


def _with_conversation(steps: list[Step], state: TurnState, context: TurnContext, *, recommend: bool, count: int) -> list[Step]:
    """Put in what stands: constraints into the filter, carried critiques into rank, the count into slate; no second question in a row."""
    before = context.conversation.asked_before
    if context.conversation.asked is not None or len(before) >= QUESTIONS:
        steps = [s for s in steps if s.tool != "ask"]
    elif before:
        steps = [s.model_copy(update={"args": {"avoid": list(before), **s.args}}) if s.tool == "ask" else s for s in steps]
    if not recommend:
        return [s.model_copy(update={"args": {"like": _likeness(state), **s.args}}) if s.tool == "explain" else s for s in steps]
    tools = context.tools
    where = to_json(conjunction(state["constraints"]))
    if where["all"] and "filter" in tools and not any(s.tool == "filter" for s in steps):
        steps = [Step(id="filter", tool="filter"), *steps]
    steps = _with_taste(steps, state, context)
    carried = _carried_targets(state, context)
    praised = _praised_only(state, context)
    done = []
    for step in steps:
        args = dict(step.args)
        if step.tool == "filter":
            # What was said stands in the context already, merged with what stood before; the brain's own copy would hold what is relaxed.
            args.pop("where", None)
        if step.tool == "rank" and carried:
            # The topic knows what each critique was first said of; the brain sees only the slate shown last.
            own = {t["number"] for t in carried}
            args["targets"] = [*carried, *[t for t in args.get("targets") or () if t.get("number") not in own]]
        if step.tool == "rank" and len(args.get("prefer") or ()) > 1:
            args["prefer"] = _weighted(args["prefer"], context)
        if step.tool == "rank" and praised:
            args.setdefault("situation", "liked")
        if step.tool == "slate":
            args["k"] = count
        done.append(step.model_copy(update={"args": args}))
    return done


def _praised_only(state: TurnState, context: TurnContext) -> bool:
    """True where something is described, and what the talk goes by was praised and never asked for the like of.

    "I loved Alien. Find me a comedy": the weights are those of a demand by somebody with that taste. "I loved Alien; anything newer, and
    without gore?" describes nothing else: that is still to be like Alien.
    """
    topic = state["topic"]
    described = any("not" not in c["where"] for c in state["said"]) or topic["wish"] or topic["prefer"]
    if not topic["examples"] or not described:
        return False
    requests = [state["request"], *(e.request for e in context.conversation.exchanges)]
    examples = {m.get("entity") for request in requests for m in request.get("mentions", ()) if m.get("stance") == "example"}
    profile = context.learnt_profile or context.profile
    return all(e.startswith("item:") and e not in examples and profile.stance(e) == "like" for e in topic["examples"])


def _carried_targets(state: TurnState, context: TurnContext) -> list[dict[str, Any]]:
    """Return the topic's critiques as targets of `rank`, each from the value it was first said of."""
    result = []
    for target in state["topic"]["targets"]:
        if target["attribute"] not in context.base.schema.number_names:
            continue
        plain = {
            "number": target["attribute"],
            "direction": target["direction"],
            "strength": target["strength"],
            "of": list(target["items"]),
        }
        result.append({**plain, "from": target["from"]} if target.get("from") is not None else plain)
    return result


def _weighted(prefer: Sequence[str], context: TurnContext) -> list[str]:
    """Return the preferred values, rarer ones repeated: what few items have says more of what is wanted ("with kids")."""
    catalogue, schema = context.base.catalogue, context.base.schema
    result = []
    for name in dict.fromkeys(prefer):
        kind, value = split_entity(name)
        counts = [len(catalogue.facet(f.name).positions(value)) for f in schema.facets if facet_kind(f) == kind]
        share = max([1, *counts]) / max(1, len(catalogue))
        result += [name] * (1 if share > 0.1 else 2 if share > 0.02 else 3)
    return result


def _with_taste(steps: list[Step], state: TurnState, context: TurnContext) -> list[Step]:
    """Look beside what the person likes where the talk is about nothing in particular."""
    request, topic = state["effective"], state["topic"]
    if any(topic[k] for k in ("examples", "wish", "prefer", "by_popularity")) or request["surprise"] or "similar" not in context.tools:
        return steps
    profile = context.learnt_profile or context.profile
    liked = [f"item:{i}" for i in profile.item_ids("like") if i in context.base.catalogue][-LIKED:]
    if not liked or any(s.tool == "similar" for s in steps):
        return steps
    at = next((n for n, s in enumerate(steps) if s.tool != "filter"), len(steps))
    # What is looked beside is the person's history, not examples named now: the weights are those of a history.
    steps = [s.model_copy(update={"args": {"situation": "history", **s.args}}) if s.tool == "rank" else s for s in steps]
    return [*steps[:at], Step(id="similar", tool="similar", args={"items": liked}), *steps[at:]]


def _likeness(state: TurnState) -> list[str]:
    """Return what the talk's suggestions were to be like."""
    return [*state["topic"]["examples"], *state["topic"]["prefer"]]
