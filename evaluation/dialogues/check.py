"""Whether dialogues can be checked at all against a catalogue: names, values and numbers, told before anything is run."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from agent.request import Intent
from agent.session import VERDICTS
from evaluation.dialogues.expect import item_ids
from evaluation.dialogues.script import Script, Step
from knowledge.errors import BadInput
from knowledge.predicates import AllOf, AnyOf, Has, HasAll, NotThat, Predicate, from_json

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["checked"]

COUNTS = ("at_least", "at_most", "exactly")
TITLES = ("any", "all", "none", "first", "same_as")
PREDICATES = ("every", "some", "never")
LIMITS = ("tokens_at_most", "calls_at_most", "ms_at_most")


def checked(scripts: Iterable[Script], base: KnowledgeBase) -> list[Script]:
    """Return the dialogues with titles under `feedback` put as ids.

    Raises:
        BadInput: an expectation names what the catalogue lacks, or is not of its kind; says file, dialogue, turn and what would be right.
    """
    return [replace(script, steps=tuple(_checked(step, base) for step in script.steps)) for script in scripts]


def _checked(step: Step, base: KnowledgeBase) -> Step:
    try:
        for verdict in step.feedback.values():
            _one_of("feedback", verdict, VERDICTS)
        feedback = {item_ids(base, [item])[0]: verdict for item, verdict in step.feedback.items()}
        if step.rewind is not None and (not isinstance(step.rewind, int) or step.rewind < 0):
            raise BadInput(f"'rewind' is {step.rewind!r}; write the number of the turn to go back to, 0 for the start")
        for name, wanted in step.expect.items():
            if name in _KINDS:
                _KINDS[name](name, wanted, base)
    except BadInput as error:
        raise BadInput(f"{step.line}: {error}") from error
    return replace(step, feedback=feedback)


def _slate(name: str, wanted: Any, base: KnowledgeBase) -> None:
    if not isinstance(wanted, Mapping):
        if wanted not in ("none", "empty", None, False):
            raise BadInput(f"'slate' is {wanted!r}; write none, or a mapping such as {{at_least: 3}}")
        return
    for part, value in wanted.items():
        if part in COUNTS:
            _number(part, value, base)
        elif part in TITLES:
            item_ids(base, value)
        elif part in PREDICATES:
            _predicate(part, value, base)
        elif part == "moved":
            if not isinstance(value, Mapping) or not value:
                raise BadInput(f"'moved' is {value!r}; write a number and where it goes, such as {{{_first_number(base)}: down}}")
            for number, way in value.items():
                _one_of("moved", str(number), base.schema.number_names)
                _one_of(f"moved, {number}", way, ("up", "down"))


def _first_number(base: KnowledgeBase) -> str:
    return next(iter(base.schema.number_names), "year")


def _predicate(name: str, wanted: Any, base: KnowledgeBase) -> None:
    if not isinstance(wanted, Mapping):
        raise BadInput(f"{name!r} is {wanted!r}; write a condition such as {{facet: genre, has: [comedy]}} or {{number: year, min: 1990}}")
    predicate = from_json(wanted)
    base.catalogue.select(predicate)
    for facet, value in _values(predicate):
        known = base.catalogue.facet(facet).values
        if value not in known:
            near = base.catalogue.ground(facet, value)
            names = [n for n in (near.value, *near.near) if n] or difflib.get_close_matches(value, known, n=3)
            told = f"did you mean {', '.join(map(repr, dict.fromkeys(names)))}?" if names else f"it has {len(known):,} others"
            raise BadInput(f"{name!r}: no item has {facet} {value!r}; {told}")


def _values(predicate: Predicate) -> list[tuple[str, str]]:
    match predicate:
        case Has(facet=facet, values=values) | HasAll(facet=facet, values=values):
            return [(facet, v) for v in values]
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return [pair for part in parts for pair in _values(part)]
        case NotThat(part=part):
            return _values(part)
        case _:
            return []


def _patterns(name: str, wanted: Any, base: KnowledgeBase) -> None:
    if name == "notices" and wanted in ("none", False):
        return
    rules = wanted.values() if isinstance(wanted, Mapping) else (wanted,)
    for rule in rules:
        for pattern in rule if isinstance(rule, list) else (rule,):
            try:
                re.compile(str(pattern))
            except re.error as error:
                raise BadInput(f"{name!r}: {pattern!r} is no regular expression ({error}); put \\ before a sign meant as such") from error


def _number(name: str, wanted: Any, base: KnowledgeBase) -> None:
    if isinstance(wanted, bool) or not isinstance(wanted, int | float) or wanted < 0:
        raise BadInput(f"{name!r} is {wanted!r}; write a number in digits")


def _truth(name: str, wanted: Any, base: KnowledgeBase) -> None:
    if not isinstance(wanted, bool):
        raise BadInput(f"{name!r} is {wanted!r}; write true or false")


def _intents(name: str, wanted: Any, base: KnowledgeBase) -> None:
    for intent in wanted if isinstance(wanted, list) else (wanted,):
        _one_of(name, intent, get_args(Intent))


def _conditions(name: str, wanted: Any, base: KnowledgeBase) -> None:
    for where in wanted if isinstance(wanted, list) else (wanted,):
        if not isinstance(where, Mapping):
            raise BadInput(f"{name!r} is {where!r}; write a condition such as {{facet: genre, has: [comedy]}}")
        for kind, known in (("facet", base.schema.facet_names), ("number", base.schema.number_names)):
            if kind in where:
                _one_of(f"{name}, {kind}", where[kind], known)


def _attributes(name: str, wanted: Any, base: KnowledgeBase) -> None:
    for attribute in wanted if isinstance(wanted, list) else (wanted,):
        _one_of(name, attribute, (*base.schema.facet_names, *base.schema.number_names))


def _remembered(name: str, wanted: Any, base: KnowledgeBase) -> None:
    if not isinstance(wanted, Mapping):
        raise BadInput(f"{name!r} is {wanted!r}; write what is remembered and how, such as {{'genre:horror': dislike}}")
    for entity, kind in wanted.items():
        if kind is None or ":" not in str(entity):
            raise BadInput(f"{name!r}: {entity!r} is no entity; write kind and value in quotes, such as 'genre:horror': dislike")
        _one_of(f"{name}, {entity}", kind, (*VERDICTS, "constraint"))


def _one_of(name: str, value: Any, known: Sequence[str]) -> None:
    if value in known:
        return
    near = difflib.get_close_matches(str(value), known, n=1, cutoff=0.7)
    raise BadInput(f"{name!r}: {value!r} is not known; " + (f"did you mean {near[0]!r}?" if near else f"write one of {', '.join(known)}"))


_KINDS: Mapping[str, Callable[[str, Any, KnowledgeBase], None]] = {
    "slate": _slate,
    "reply": _patterns,
    "notices": _patterns,
    "wish": _patterns,
    "intent": _intents,
    "question": _truth,
    "constraint": _conditions,
    "no_constraint": _attributes,
    "profile": _remembered,
    **dict.fromkeys(LIMITS, _number),
}
