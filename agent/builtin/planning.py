"""From a request to a plan: the tools of the nearest demonstration, their arguments filled from the request.

A demonstration says which tools serve a request of that shape and in which order; what is in the request says what they
are called with. A tool that has nothing to work on is left out, and what the request needs beyond the demonstration is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from agent.plan import Plan, Step
from agent.request import Request
from knowledge.entities import facet_kind, item_entity

if TYPE_CHECKING:
    from agent.brain import Situation

__all__ = ["plan", "shape", "tools_for"]

SLATE = 3
"""How many items are shown where no number was asked for."""

MANY = 100
"""Candidates from which a question helps more than it costs, where something was said already."""

NO_TOOLS = frozenset({"tell", "accept", "profile", "correct", "reset", "chat", "help", "off_topic"})


def plan(situation: Situation, request: Request) -> Plan:
    """Return the steps that serve the request."""
    if request.intent in NO_TOOLS:
        return Plan()
    steps: list[Step] = []
    features = shape(request, situation)
    for tool in tools_for(features):
        args = _ARGUMENTS[tool](situation, request) if tool in _ARGUMENTS else None
        if args is not None:
            steps.append(Step(id=tool, tool=tool, args=dict(args), needs=_needs(tool, steps)))
    return Plan(steps=tuple(steps))


def shape(request: Request, situation: Situation | None = None) -> frozenset[str]:
    """Return what a request consists of, as words: the measure by which demonstrations are near."""
    found: set[str] = {request.intent}
    stances = {m.stance for m in request.mentions if m.entity}
    found |= {f"stance:{s}" for s in stances & {"like", "example", "dislike"}}
    for name in ("constraints", "wish", "critiques", "prefer", "others", "surprise", "by_popularity", "careless"):
        if getattr(request, name):
            found.add(name)
    if request.question is not None:
        found.add(f"question:{request.question.kind}")
    if situation is not None:
        profile = situation.profile
        if profile is not None and profile.item_ids("like"):
            found.add("history")
        if request.intent == "recommend" and not (found - {"recommend", "careless", "others", "surprise"}) and not situation.constraints:
            found.add("vague")
        elif _broad(request):
            found.add("broad")
    return frozenset(found)


def _broad(request: Request) -> bool:
    """True where only kinds or likings were named, with no word of what it is to be about or like: "a comedy", "I love westerns"."""
    specific = request.wish or request.prefer or request.critiques or request.by_popularity or request.count or request.refers_to
    return (
        request.intent == "recommend"
        and not (specific or request.others or request.surprise or request.careless)
        and not any(m.stance in {"example", "reject", "seen"} for m in request.mentions)
    )


def tools_for(features: frozenset[str]) -> tuple[str, ...]:
    """Return the tools of the demonstration nearest in shape, with what the request needs besides."""
    from agent.demonstrations import demonstrations

    best = max(demonstrations(), key=lambda d: (_overlap(features, d.features), d.id), default=None)
    tools = list(best.tools) if best is not None else []
    for feature, needed in _NEEDED.items():
        if feature in features:
            tools.extend(t for t in needed if t not in tools)
    order = {name: at for at, name in enumerate(_ORDER)}
    return tuple(sorted(dict.fromkeys(tools), key=lambda t: order.get(t, len(order))))


_ORDER = ("filter", "search", "similar", "graph", "collaborative", "popular", "rank", "ask", "slate", "lookup", "compare", "explain")
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "recommend": ("popular", "rank", "slate"),
    "constraints": ("filter",),
    "wish": ("search",),
    "stance:example": ("similar", "graph"),
    "stance:like": ("similar", "graph", "collaborative"),
    "history": ("collaborative",),
    "vague": ("ask",),
    "broad": ("ask",),
    "lookup": ("lookup",),
    "compare": ("compare",),
    "explain": ("explain",),
    "why_not": ("explain",),
}


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    same_intent = bool(one & other & _INTENTS)
    return same_intent + len(one & other) / max(1, len(one | other))


_INTENTS = frozenset({"recommend", "lookup", "compare", "explain", "why_not", *NO_TOOLS})


def _needs(tool: str, steps: list[Step]) -> tuple[str, ...]:
    if tool == "rank":
        return tuple(s.id for s in steps if s.tool != "filter")
    if tool in {"slate", "ask"}:
        return tuple(s.id for s in steps if s.tool == "rank")
    if tool in {"lookup", "compare", "explain"}:
        return ()
    return tuple(s.id for s in steps if s.tool == "filter")


def _models(request: Request) -> list[str]:
    """Return the items a demand is like: the examples, else what is loved in the same breath."""
    examples = [m.entity for m in request.mentions if m.entity and m.stance == "example"]
    loved = [m.entity for m in request.mentions if m.entity and m.stance == "like" and not m.past]
    return [e for e in (examples or loved) if e.startswith("item:")]


def _filter(situation: Situation, request: Request) -> dict[str, Any] | None:
    parts = [dict(c.where) for c in request.constraints]
    if request.intent == "lookup" or not (parts or situation.constraints):
        return None
    return {"where": {"all": parts}} if parts else {}


def _search(situation: Situation, request: Request) -> dict[str, Any] | None:
    # What an item is good for ("with kids") is said nowhere in its text but by chance, as in "The Kid".
    suits = {facet_kind(f) for f in situation.base.schema.facets if "for {}" in f.phrase}
    words = [request.wish, *(e.partition(":")[2] for e in request.prefer if e.partition(":")[0] not in suits)]
    text = ", ".join(w for w in words if w)
    return {"wish": text} if text else None


def _similar(situation: Situation, request: Request) -> dict[str, Any] | None:
    items = _models(request)
    unlike = [m.entity for m in request.mentions if m.entity and m.entity.startswith("item:") and m.stance == "dislike"]
    return {"items": items, **({"unlike": unlike} if unlike else {})} if items else None


def _graph(situation: Situation, request: Request) -> dict[str, Any] | None:
    # What is disliked shares most of its neighbours with what is liked; weighed alike it would drive the walk out of the whole kind.
    weights = {"example": 1.0, "like": 0.8, "about": 0.5, "dislike": -0.25, "reject": -0.15}
    seeds = [
        {"entity": m.entity, "weight": round(weights[m.stance] * m.strength, 3)}
        for m in request.mentions
        if m.entity and m.stance in weights and not m.past
    ]
    seeds += [{"entity": e, "weight": 0.4} for e in request.prefer]
    known = situation.profile is not None and bool(situation.profile.item_ids("like"))
    return {"seeds": seeds} if any(s["weight"] > 0 for s in seeds) else ({} if known else None)  # type: ignore[operator]


def _collaborative(situation: Situation, request: Request) -> dict[str, Any] | None:
    liked = [
        m.entity for m in request.mentions if m.entity and m.entity.startswith("item:") and m.stance in {"like", "example"} and not m.past
    ]
    disliked = [m.entity for m in request.mentions if m.entity and m.entity.startswith("item:") and m.stance == "dislike"]
    known = situation.profile is not None and bool(situation.profile.item_ids("like"))
    if not liked and not known:
        return None
    return {**({"items": liked} if liked else {}), **({"disliked": disliked} if disliked else {})}


def _popular(situation: Situation, request: Request) -> dict[str, Any] | None:
    return {}


def _rank(situation: Situation, request: Request) -> dict[str, Any]:
    args: dict[str, Any] = {}
    numbers = set(situation.base.schema.number_names)
    models = _models(request)
    targets = []
    for critique in request.critiques:
        if critique.attribute not in numbers:
            continue
        of = [critique.of] if critique.of else [] if critique.absolute else models or [item_entity(i) for i in situation.shown]
        targets.append({"number": critique.attribute, "direction": critique.direction, "strength": critique.strength, "of": of})
    if targets:
        args["targets"] = targets
    if request.prefer:
        args["prefer"] = list(request.prefer)
    return args


def _slate(situation: Situation, request: Request) -> dict[str, Any]:
    args: dict[str, Any] = {"k": request.count or SLATE}
    if request.surprise:
        args["surprise"] = True
    return args


def _ask(situation: Situation, request: Request) -> dict[str, Any] | None:
    """Return the arguments of a question, or None where one was put just now or is not wanted."""
    if situation.asked is not None or request.careless or request.surprise or request.others:
        return None
    return {"least": MANY} if _broad(request) and (request.mentions or request.constraints) else {}


def _lookup(situation: Situation, request: Request) -> dict[str, Any] | None:
    asked = request.question
    if asked is None:
        return None
    args: dict[str, Any] = {"kind": asked.kind}
    for name in ("entity", "attribute", "direction"):
        value = getattr(asked, name)
        if value is not None:
            args[name] = value
    if asked.kind in {"count", "superlative", "list"} and request.constraints:
        args["where"] = {"all": [dict(c.where) for c in request.constraints]}
    if asked.kind == "have" and asked.entity is None:
        args["text"] = next((m.text for m in request.mentions if m.entity is None), "")
    if request.count:
        args["limit"] = request.count
    return args


def _named(request: Request) -> list[str]:
    items = [m.entity for m in request.mentions if m.entity and m.entity.startswith("item:")]
    return list(dict.fromkeys((*items, *request.refers_to)))


def _compare(situation: Situation, request: Request) -> dict[str, Any] | None:
    items = _named(request)
    if len(items) < 2:
        items = list(dict.fromkeys((*items, *(item_entity(i) for i in situation.shown))))
    return {"items": items[:4]} if len(items) >= 2 else None


def _explain(situation: Situation, request: Request) -> dict[str, Any] | None:
    items = _named(request) or ([] if request.intent == "why_not" else [item_entity(i) for i in situation.shown])
    if not items:
        return None
    return {"items": items, **({"mode": "why_not"} if request.intent == "why_not" else {})}


_ARGUMENTS = {
    "filter": _filter,
    "search": _search,
    "similar": _similar,
    "graph": _graph,
    "collaborative": _collaborative,
    "popular": _popular,
    "rank": _rank,
    "slate": _slate,
    "ask": _ask,
    "lookup": _lookup,
    "compare": _compare,
    "explain": _explain,
}
