"""Whether an answer is what a dialogue expects, and in plain words why not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.errors import BadInput
from knowledge.predicates import attributes_of, from_json
from tools.words import describe

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Answer", "failures", "item_ids"]

SURE = 0.85
"""Least score at which another name of an item is taken for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, from whichever driver; None where it cannot be known (an endpoint tells no intent)."""

    reply: str = ""
    slate: tuple[str, ...] = ()
    request: Mapping[str, Any] | None = None
    constraints: tuple[Mapping[str, Any], ...] | None = None
    """What stands after the turn, predicates in JSON form."""
    profile: tuple[tuple[str, str], ...] | None = None
    """(entity, kind) remembered after the turn."""
    asked: Mapping[str, Any] | None = None
    asks: bool | None = None
    notices: tuple[str, ...] | None = None
    brain: str = ""
    tokens: int | None = None
    calls: int | None = None
    ms: float = 0.0
    shown_before: tuple[str, ...] = field(default=())
    last: tuple[str, ...] = field(default=())
    """The slate before this one."""


def failures(expect: Mapping[str, Any], answer: Answer, base: KnowledgeBase | None) -> list[str]:
    """Return what does not hold, one line each; what a driver cannot know is left out. Raises BadInput for a wrong expectation."""
    found: list[str] = []
    for name, wanted in expect.items():
        found += _CHECKS[name](wanted, answer, base)
    return found


def item_ids(base: KnowledgeBase, names: Any) -> list[str]:
    """Return item ids for ids or titles. Raises BadInput for what the catalogue lacks."""
    catalogue = base.catalogue
    titles = {t.casefold(): i for i, t in reversed(list(zip(catalogue.ids, catalogue.titles, strict=True)))}
    result = []
    for name in [names] if isinstance(names, str) else names:
        found = str(name) if str(name) in catalogue else titles.get(str(name).casefold())
        if found is None:
            links = base.linker.link(f"“{name}”")
            found = next((x.entity[5:] for x in links if x.entity and x.entity.startswith("item:") and x.score > SURE), None)
        if found is None:
            near = difflib.get_close_matches(str(name).casefold(), titles, n=2, cutoff=0.75)
            meant = " or ".join(repr(catalogue.titles[catalogue.index(titles[n])]) for n in near)
            raise BadInput(f"{name!r} is neither an id nor a title in {base.name!r}" + (f"; did you mean {meant}?" if meant else ""))
        result.append(found)
    return result


def _titles(base: KnowledgeBase, ids: Iterable[str]) -> str:
    known = base.catalogue
    return ", ".join(known.titles[known.index(i)] if i in known else repr(i) for i in ids) or "nothing"


def _slate(wanted: Any, answer: Answer, base: KnowledgeBase | None) -> list[str]:
    got = list(answer.slate)
    if wanted in ("none", "empty", None, False):
        return [f"slate: expected none, got {len(got) if base is None else _titles(base, got)}"] if got else []
    assert isinstance(wanted, Mapping)
    found: list[str] = []
    for name, value in wanted.items():
        if name == "at_least" and len(got) < value:
            found.append(f"slate: expected at least {value} item{'s' * (value != 1)}, got {len(got)}")
        elif name == "at_most" and len(got) > value:
            found.append(f"slate: expected at most {value} items, got {len(got)}")
        elif name == "exactly" and len(got) != value:
            found.append(f"slate: expected {value} items, got {len(got)}")
        elif name == "fresh" and value and (again := [i for i in got if i in answer.shown_before]):
            found.append(f"slate: shown before: {', '.join(again) if base is None else _titles(base, again)}")
        elif base is not None and name not in ("at_least", "at_most", "exactly", "fresh"):
            found += _of_items(name, value, got, answer, base)
    return found


def _of_items(name: str, value: Any, got: list[str], answer: Answer, base: KnowledgeBase) -> list[str]:
    shown = f"got {_titles(base, got)}"
    if name in ("any", "all", "none", "first"):
        ids = item_ids(base, value)
        if name == "any" and not set(ids) & set(got):
            return [f"slate: expected any of {_titles(base, ids)}; {shown}"]
        if name == "all" and (missing := [i for i in ids if i not in got]):
            return [f"slate: {_titles(base, missing)} missing; {shown}"]
        if name == "none" and (there := [i for i in ids if i in got]):
            return [f"slate: {_titles(base, there)} must not be there; {shown}"]
        if name == "first" and (not got or got[0] not in ids):
            return [f"slate: expected {_titles(base, ids)} first; {shown}"]
    if name in ("every", "some", "never"):
        mask = base.catalogue.select(from_json(value))
        fits = [i for i in got if i in base.catalogue and mask[base.catalogue.index(i)]]
        words = describe(from_json(value), base.schema)
        if name == "every" and len(fits) < len(got):
            return [f"slate: every item should be “{words}”, but not {_with_values(base, value, [i for i in got if i not in fits])}"]
        if name == "some" and not fits:
            return [f"slate: some item should be “{words}”, but got {_with_values(base, value, got)}"]
        if name == "never" and fits:
            return [f"slate: no item should be “{words}”, but got {_with_values(base, value, fits)}"]
    if name == "moved":
        return _moved(value, got, answer.last, base)
    if name == "same_as" and set(got) != set(item_ids(base, value)):
        return [f"slate: expected just {_titles(base, item_ids(base, value))}; {shown}"]
    return []


def _with_values(base: KnowledgeBase, where: Mapping[str, Any], ids: Sequence[str]) -> str:
    """Return the titles, each with what its record says of the attributes the condition looks at."""
    names = sorted(attributes_of(from_json(where)))
    told = []
    for item_id in ids:
        if item_id not in base.catalogue:
            told.append(f"{item_id!r} (not in the catalogue)")
            continue
        at = base.catalogue.index(item_id)
        said = []
        for name in names:
            if name in base.schema.facet_names:
                said.append(f"{name} {', '.join(base.catalogue.facet(name).of(at)) or 'none'}")
            elif name in base.schema.number_names:
                said.append(f"{name} {base.catalogue.number(name)[at]:g}")
        told.append(base.catalogue.titles[at] + (f" ({'; '.join(said)})" if said else ""))
    return ", ".join(told) or "nothing"


def _moved(value: Mapping[str, str], got: Sequence[str], last: Sequence[str], base: KnowledgeBase) -> list[str]:
    """Check that the slate's median of a number moved against the slate before."""
    found = []
    for number, direction in value.items():
        column = base.catalogue.number(number)
        if not got or not last:
            found.append(f"slate: {number} should have gone {direction}, but {'nothing was shown' if not got else 'no slate came before'}")
            continue
        now, then = (float(np.nanmedian(column[[base.catalogue.index(i) for i in ids if i in base.catalogue]])) for ids in (got, last))
        if not (now > then if direction == "up" else now < then):
            found.append(f"slate: {number} should have gone {direction}: median {then:g} before, {now:g} now ({_titles(base, got)})")
    return found


def _reply(wanted: Any, answer: Answer, base: KnowledgeBase | None) -> list[str]:
    rules = wanted if isinstance(wanted, Mapping) else {"matches": wanted}
    found = []
    for name, patterns in rules.items():
        for pattern in [patterns] if isinstance(patterns, str) else patterns:
            hit = re.search(pattern, answer.reply, re.IGNORECASE | re.DOTALL)
            if name == "matches" and not hit:
                found.append(f"reply: nothing in it matches /{pattern}/")
            if name == "not" and hit:
                found.append(f"reply: must not match /{pattern}/, but says {hit[0]!r}")
    return found


def _intent(wanted: Any, answer: Answer, base: KnowledgeBase | None) -> list[str]:
    if answer.request is None:
        return []
    got = answer.request.get("intent", "recommend")
    intents = [wanted] if isinstance(wanted, str) else list(wanted)
    return [] if got in intents else [f"intent: expected {' or '.join(intents)}, got {got}"]


def _flat(where: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [leaf for part in where["all"] for leaf in _flat(part)] if "all" in where else [where]


def _holds(wanted: Mapping[str, Any], got: Iterable[Mapping[str, Any]]) -> bool:
    """True where a predicate stands among the constraints: the same one, or one that holds each of its keys."""
    leaves = [leaf for where in got for leaf in _flat(where)]
    return any(all(_same(leaf.get(k), v) for k, v in wanted.items()) for leaf in leaves)


def _same(got: Any, wanted: Any) -> bool:
    if isinstance(wanted, list) and isinstance(got, list):
        return set(map(str, wanted)) <= set(map(str, got))
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        return all(_same(got.get(k), v) for k, v in wanted.items())
    return bool(got == wanted)


def _constraint(wanted: Any, answer: Answer, base: KnowledgeBase | None) -> list[str]:
    if answer.constraints is None:
        return []
    wants = wanted if isinstance(wanted, list) else [wanted]
    return [
        f"constraint: {_condition(w, base)} was not learnt; what stands: {_stands(answer, base)}"
        for w in wants
        if not _holds(w, answer.constraints)
    ]


def _condition(where: Mapping[str, Any], base: KnowledgeBase | None) -> str:
    """Return a condition in words where it is whole, else (a facet alone: any value of it) its parts."""
    whole = {"has", "has_all", "min", "max", "not", "all", "any", "text", "known", "items", "from", "to", "km"} & set(where)
    if base is None or not whole:
        return ", ".join(f"{k} {v}" for k, v in where.items())
    return f"“{describe(from_json(where), base.schema)}”"


def _stands(answer: Answer, base: KnowledgeBase | None) -> str:
    return ", ".join(_condition(w, base) for w in answer.constraints or ()) or "nothing"


def _no_constraint(wanted: Any, answer: Answer, base: KnowledgeBase | None) -> list[str]:
    if answer.constraints is None:
        return []
    text = str(answer.constraints)
    return [
        f"constraint: nothing should stand on {name!r}; what stands: {_stands(answer, base)}"
        for name in ([wanted] if isinstance(wanted, str) else wanted)
        if f"'{name}'" in text
    ]


def _profile(wanted: Any, answer: Answer, base: KnowledgeBase | None) -> list[str]:
    if answer.profile is None:
        return []
    return [
        f"profile: {entity} should be remembered as {kind}; remembered: {', '.join(f'{e} as {k}' for e, k in answer.profile) or 'nothing'}"
        for entity, kind in wanted.items()
        if (entity, kind) not in answer.profile
    ]


def _no_profile(wanted: Any, answer: Answer, base: KnowledgeBase | None) -> list[str]:
    if answer.profile is None:
        return []
    names = [wanted] if isinstance(wanted, str) else wanted
    kept = {entity for entity, _ in answer.profile}
    return [f"profile: {name} should not be remembered" for name in names if name in kept]


def _question(wanted: Any, answer: Answer, base: KnowledgeBase | None) -> list[str]:
    if answer.asks is None or answer.asks == bool(wanted):
        return []
    return ["question: expected a clarifying question" if wanted else f"question: expected none, was asked about {_asked(answer)}"]


def _asked(answer: Answer) -> str:
    return str((answer.asked or {}).get("attribute") or "something")


def _notices(wanted: Any, answer: Answer, base: KnowledgeBase | None) -> list[str]:
    if answer.notices is None:
        return []
    if wanted in ("none", False):
        return [f"notices: expected none, got {' | '.join(answer.notices)!r}"] if answer.notices else []
    text = " | ".join(answer.notices)
    patterns = [wanted] if isinstance(wanted, str) else wanted
    return [f"notices: expected /{p}/ in {text!r}" for p in patterns if not re.search(p, text, re.IGNORECASE)]


def _wish(wanted: Any, answer: Answer, base: KnowledgeBase | None) -> list[str]:
    if answer.request is None:
        return []
    wish = str(answer.request.get("wish", ""))
    return [] if re.search(str(wanted), wish, re.IGNORECASE) else [f"wish: expected /{wanted}/, got {wish!r}"]


def _prefer(wanted: Any, answer: Answer, base: KnowledgeBase | None) -> list[str]:
    if answer.request is None:
        return []
    got = answer.request.get("prefer", ())
    return [f"prefer: {w} is missing among {list(got)}" for w in ([wanted] if isinstance(wanted, str) else wanted) if w not in got]


def _accepted(wanted: Any, answer: Answer, base: KnowledgeBase | None) -> list[str]:
    if answer.request is None:
        return []
    got = answer.request.get("accepted")
    if wanted is True:
        return [] if got else ["accepted: expected an item to be taken"]
    ids = [] if base is None else [f"item:{i}" for i in item_ids(base, wanted)]
    return [] if got in ids else [f"accepted: expected {wanted}, got {got}"]


def _limit(name: str, value: float | None, wanted: float) -> list[str]:
    return [] if value is None or value <= wanted else [f"{name}: {value:g} is more than {wanted:g}"]


_CHECKS: Mapping[str, Callable[[Any, Answer, KnowledgeBase | None], list[str]]] = {
    "slate": _slate,
    "reply": _reply,
    "intent": _intent,
    "constraint": _constraint,
    "no_constraint": _no_constraint,
    "profile": _profile,
    "no_profile": _no_profile,
    "question": _question,
    "notices": _notices,
    "wish": _wish,
    "prefer": _prefer,
    "accepted": _accepted,
    "tokens_at_most": lambda w, a, b: _limit("tokens", a.tokens, w),
    "calls_at_most": lambda w, a, b: _limit("calls", a.calls, w),
    "ms_at_most": lambda w, a, b: _limit("ms", a.ms, w),
    "brain": lambda w, a, b: [] if a.brain in ("", w) else [f"brain: expected {w}, got {a.brain}"],
}
