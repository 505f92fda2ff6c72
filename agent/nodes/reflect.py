"""Reflect: check the slate by rule, send the plan back when too little is left, and gather the reason for each item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from agent.brain import Outcome
from agent.constraints import conjunction
from agent.nodes.act import run_step, tool_context
from agent.nodes.plan import WITH_SLATE
from agent.plan import Step
from agent.reflection import Repair, check, repair
from agent.relaxation import Relaxation, relax
from agent.request import Request
from agent.slates import from_candidates, from_facts, item_from_json
from agent.state import TurnContext, TurnState
from knowledge.predicates import from_json
from tools.candidates import Candidate

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

    from knowledge.catalogue import Catalogue

__all__ = ["reflect", "without_repeats"]

Found: TypeAlias = tuple[list[Candidate], list[str]]
"""Candidates that keep the rules, and notes of those that do not."""


async def reflect(state: TurnState, runtime: Runtime[TurnContext]) -> dict[str, Any]:
    """Return the slate as it may be shown; or what to relax, and `again`."""
    context = runtime.context
    request = Request.model_validate(state["effective"])
    if request.intent not in WITH_SLATE or Request.model_validate(state["request"]).only_unknown:
        return {"slate": [], "again": False, **from_facts(state, context, request)}
    catalogue = context.base.catalogue
    count = request.count or context.settings.slate_size
    candidates = list((context.bus.candidates or ())[:count])
    where = conjunction(state["constraints"], [from_json(p) for p in state["shunned"]])
    series_asked = any(f.kind == "series" and f.name in str(state["constraints"]) for f in catalogue.schema.facets)

    def sound(given: Sequence[Candidate]) -> Found:
        faults = check(catalogue, [c.item_id for c in given], where, set(state["excluded"]), set(state["named"]), series_asked=series_asked)
        broken = {f.item for f in faults if f.kind != "series"}
        notes = [f"reflection: {f.kind} {f.item} {f.detail}".rstrip() for f in faults]
        return [c for c in given if c.item_id not in broken], notes

    candidates, notes = sound(candidates)
    if candidates or state["attempts"] >= context.settings.max_repairs:
        slate, judged = await _judged(candidates, state, context, request, sound)
        notes += judged
        facts = state["facts"] if slate else [*state["facts"], *_spent(catalogue, state)]
        return {"slate": slate, "again": False, "facts": facts, "repairs": [*state["repairs"], *notes]}
    talk = context.conversation
    mend = repair(
        catalogue,
        state["constraints"],
        [from_json(p) for p in state["shunned"]],
        state["excluded"],
        talk.shown_ids,
        count,
        turn=state["turn"],
    )
    update: dict[str, Any] = {
        "slate": [],
        "again": False,
        "blocked": [dict(b) for b in mend.blocked],
        "repairs": [*state["repairs"], *notes],
    }
    said_now = bool(request.constraints or request.prefer or request.wish or request.critiques or any(m.entity for m in request.mentions))
    if mend.repeats and said_now and not request.others:
        # Something new was asked for: what was said long ago gives way before anything is shown twice.
        stale = [c for c in state["constraints"] if c["turn"] < state["turn"]]
        mend = without_repeats(catalogue, state, stale, count) or mend
    if mend.repeats:
        profile = context.learnt_profile or context.profile
        known = set(profile.item_ids("like", "dislike", "seen", "reject", "taken"))
        if not set(talk.shown_ids) - known:
            return {**update, "facts": [*state["facts"], *_spent(catalogue, state)]}
        kept = [i for i in state["excluded"] if i not in talk.shown_ids or i in known]
        return {**update, "again": True, "repeats": True, "excluded": kept, "attempts": state["attempts"] + 1}
    if mend.relaxation is not None:
        kept_constraints = [dict(c) for c in mend.relaxation.constraints]
        relaxed = [*state["relaxed"], *mend.relaxation.relaxed]
        # What was let go of, and said so, does not come back unasked; a range stays as wide as it was made.
        to = {str(r["where"]): r["to"] for r in mend.relaxation.relaxed}
        said = [c if str(c["where"]) not in to else {**c, "where": to[str(c["where"])], "words": ""} for c in state["said"]]
        said = [c for c in said if c["where"] is not None]
        return {
            **update,
            "again": True,
            "constraints": kept_constraints,
            "said": said,
            "relaxed": relaxed,
            "attempts": state["attempts"] + 1,
        }
    return {**update, "facts": [*state["facts"], *_spent(catalogue, state)]}


async def _judged(
    candidates: Sequence[Candidate], state: TurnState, context: TurnContext, request: Request, sound: Callable[[Sequence[Candidate]], Found]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the slate, chosen again without what a brain that can judge finds plainly wrong, and notes of what happened.

    The places are filled from the candidates that were left, and what comes in keeps the rules as well.
    """
    slate = from_candidates(candidates, tool_context(state, context), context, request)
    judge = getattr(context.acting, "judge", None)
    if judge is None or len(slate) < 2:
        return slate, []
    items = tuple(item_from_json(i) for i in slate)
    wrong = await judge(context.situation(state), Outcome(request=Request.model_validate(state["request"]), slate=items))
    if not wrong:
        return slate, []
    notes = [f"critic: left out {i}" for i in sorted(wrong)]
    rest = [i for i in slate if i["id"] not in wrong]
    step = next((s for s in reversed(state["plan"]) if s["tool"] == "slate"), None)
    if step is None or context.bus.ranked is None:
        return rest, notes
    context.bus.candidates = [c for c in context.bus.ranked if c.item_id not in wrong]
    args = {**step["args"], "k": len(slate)}
    await run_step(Step(id="slate_again", tool="slate", args=args), state, context)
    found, more = sound(list(context.bus.candidates or ())[: len(slate)])
    return from_candidates(found, tool_context(state, context), context, request) or rest, [*notes, *more]


def _spent(catalogue: Catalogue, state: TurnState) -> list[dict[str, Any]]:
    """Return, as a fact, the items that fit but are known to the person already, best known first."""
    if not state["constraints"]:
        return []
    fits = np.flatnonzero(catalogue.select(conjunction(state["constraints"], [from_json(p) for p in state["shunned"]])))
    best = fits[np.lexsort((fits, -catalogue.popularity[fits]))]
    items = [catalogue.ids[int(p)] for p in best]
    return [{"tool": "spent", "items": items}] if items and set(items) <= set(state["excluded"]) else []


def without_repeats(catalogue: Catalogue, state: TurnState, stale: list[dict[str, Any]], count: int) -> Repair | None:
    """Return a repair that lets go of conditions said earlier instead of showing items again, or None where there is none."""
    if not stale:
        return None
    allowed = catalogue.select(conjunction((), [from_json(p) for p in state["shunned"]]))
    for item_id in state["excluded"]:
        if item_id in catalogue:
            allowed[catalogue.index(item_id)] = False
    for constraint in state["constraints"]:
        if constraint not in stale:
            allowed &= catalogue.select(from_json(constraint["where"]))
    found = relax(catalogue, stale, allowed, count)
    if found is None:
        return None
    now = tuple(c for c in state["constraints"] if c not in stale)
    return Repair(relaxation=Relaxation(constraints=(*found.constraints, *now), relaxed=found.relaxed))
