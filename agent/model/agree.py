"""Setting a model's reading beside the built-in one, so that a weak model is never worse than no model.

A clean answer is believed where it can be; of one that had to be mended, the gaps are filled from the grammar. What changes the
memory for good is believed only where both say it or the person's words do.
"""

from __future__ import annotations

import re

from agent.model.read import Reading
from agent.request import Request
from knowledge.predicates import attributes_of, from_json

__all__ = ["agreed", "says_something"]

_FORGETS = re.compile(r"\b(forget|delete|erase|remove|clear|wipe|drop|reset|start over)\b", re.IGNORECASE)

_COMPARES = re.compile(r"\b(?:more|less|fewer|too|than|not (?:so|as|that)|\w{2,}(?:er|ier))\b", re.IGNORECASE)
"""Words of a step from something else: "funnier", "less dark", "too long"."""


def says_something(request: Request) -> bool:
    """True where a request for items says anything of what is wanted."""
    return bool(
        request.mentions or request.constraints or request.wish or request.critiques or request.prefer or request.refers_to
        or request.drop or request.others or request.surprise or request.by_popularity or request.careless or request.count
        or request.unfilterable
    )  # fmt: skip


def agreed(reading: Reading, grammar: Request, utterance: str, *, clean: bool) -> Request:
    """Return the request to go by. `grammar` is the built-in brain's reading of the same utterance."""
    model = reading.request
    if model is None or (model.intent == "recommend" and not says_something(model) and says_something(grammar)):
        return grammar
    request = _safe(model, grammar, utterance)
    if request is None:
        return grammar
    if not clean or reading.lost:
        request = _filled(request, grammar)
    return _measured(request, grammar, utterance)


def _safe(request: Request, grammar: Request, utterance: str) -> Request | None:
    """Return the request without what must not be taken from a model alone; None where nothing is left of it."""
    forgets = bool(_FORGETS.search(utterance))
    if request.intent == "reset" and grammar.intent != "reset" and not forgets:
        return None
    edits = request.edits if forgets or grammar.edits else ()
    if request.intent == "correct" and not edits and not says_something(request):
        return None
    if request.intent == "lookup" and request.question is None:
        return None if grammar.question is None else request.model_copy(update={"question": grammar.question})
    if request.intent == "accept" and request.accepted is None and grammar.accepted is None and request.refers_to:
        request = request.model_copy(update={"accepted": request.refers_to[0]})
    return request.model_copy(update={"edits": edits}) if edits != request.edits else request


def _measured(request: Request, grammar: Request, utterance: str) -> Request:
    """Return the request with the fine measure of what it holds, which no answer of a model carries.

    How strongly something is liked, and whether "funny" is meant plainly or as a step from what was shown, follows from the words.
    """
    strengths = {(m.entity, str(m.stance)): m.strength for m in grammar.mentions}
    mentions = tuple(m.model_copy(update={"strength": strengths.get((m.entity, str(m.stance)), m.strength)}) for m in request.mentions)
    known = {(c.attribute, c.direction): c for c in grammar.critiques}
    plainly = not _COMPARES.search(utterance)
    critiques = []
    for critique in request.critiques:
        read = known.get((critique.attribute, critique.direction))
        if read is not None:
            # The model may name another item that the step is taken from; then it is a step.
            own = critique.of if critique.of is not None else read.of
            critique = critique.model_copy(update={"absolute": read.absolute and own is None, "strength": read.strength, "of": own})
        elif critique.of is None:
            critique = critique.model_copy(update={"absolute": plainly})
        critiques.append(critique)
    return request.model_copy(update={"mentions": mentions, "critiques": tuple(critiques)})


def _filled(request: Request, grammar: Request) -> Request:
    """Return the request with what the grammar read beside it and the model left out or garbled."""
    if request.intent != grammar.intent:
        # Of a garbled answer the intent is no surer than the rest: the one that says more about the words counts.
        return grammar
    update: dict[str, object] = {}
    held = set().union(*(attributes_of(from_json(c.where)) for c in request.constraints))
    missing = [c for c in grammar.constraints if not attributes_of(from_json(c.where)) & held]
    update["constraints"] = (*request.constraints, *missing)
    named = {m.entity or m.text.lower() for m in request.mentions}
    update["mentions"] = (*request.mentions, *(m for m in grammar.mentions if (m.entity or m.text.lower()) not in named))
    moved = {c.attribute for c in request.critiques}
    update["critiques"] = (*request.critiques, *(c for c in grammar.critiques if c.attribute not in moved))
    for name in ("drop", "prefer", "refers_to", "unfilterable"):
        update[name] = tuple(dict.fromkeys((*getattr(request, name), *getattr(grammar, name))))
    for name in ("wish", "question", "count", "accepted", "edits"):
        update[name] = getattr(request, name) or getattr(grammar, name)
    for name in ("others", "surprise", "by_popularity", "careless"):
        update[name] = getattr(request, name) or getattr(grammar, name)
    return request.model_copy(update=update)
