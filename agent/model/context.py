"""What a call sees: the planning and the writing messages, trimmed to their caps.

The dialogue is trimmed by whole turns, oldest first; what is left of older ones is compressed mildly. Nothing that binds is lost by
that: conditions in force, dislikes and what was shown travel in the state beside the dialogue, and the tools apply them whatever the
model says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from agent.brain import Exchange, Outcome, Situation
from agent.demonstrations import demonstrations, names_for, nearest
from agent.model.calls import Message
from agent.model.card import card, quiet
from agent.model.names import title_of
from agent.model.prompts import prompt
from agent.model.tokens import compressed, count
from agent.model.wire import REQUEST_DEFAULTS
from tools.base import Tool
from tools.derived import kept

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["plan_messages", "system_prompt", "to_wire", "write_messages"]

DEMONSTRATIONS = 4
LATEST = 2
"""Exchanges kept word for word."""
NAMES = 24
"""Profile names a prompt may hold, newest first; the profile itself binds in full."""
LONGEST_UTTERANCE = 1_600
"""Characters of an utterance a prompt holds."""


def plan_messages(situation: Situation, tools: Mapping[str, Tool[Any]], *, cap: int, proposals: bool = False) -> list[Message]:
    """Return the messages of the planning call, at most `cap` tokens of them."""
    system = system_prompt(situation, tools, proposals=proposals)
    state = _state(situation)
    left = cap - count(system) - count(json.dumps(state, ensure_ascii=False)) - 20
    return [
        {"role": "system", "content": system},
        {"role": "user", "content": json.dumps({**state, "dialogue": _dialogue(situation, left)}, ensure_ascii=False)},
    ]


def system_prompt(situation: Situation, tools: Mapping[str, Tool[Any]], *, proposals: bool = False) -> str:
    """Return the fixed part of the planning prompt: rules, card, tools and the nearest demonstrations."""
    base = situation.base
    described = ", ".join(f"{t.name} ({_brief(t.description)})" for t in tools.values())
    asked = "- proposals: up to 8 titles you think fit, as they come to mind; they are checked.\n" if proposals else ""
    return prompt(
        "plan",
        items=quiet(base.schema.item.plural),
        tools=described,
        proposals=asked,
        card=card(base),
        demonstrations="\n".join(_demonstrations(situation)),
    )


def _brief(description: str) -> str:
    return description.split(". ")[0].split(" (")[0].rstrip(".").lower()


def _demonstrations(situation: Situation) -> list[str]:
    """Return the nearest examples that this catalogue can fill, names as a model writes them."""
    base = situation.base
    names = kept(base, "model names", lambda: _names(base))
    usable = kept(base, "model usable", lambda: frozenset(d.id for d in demonstrations() if d.placeholders <= names.keys()))
    encoder = base.encoder if base.has("vectors") else None
    lines = []
    for found in nearest(situation.utterance, DEMONSTRATIONS, encoder=encoder, usable=usable):
        filled = found.filled(names)
        if filled is not None:
            answer = {"request": {"intent": "recommend", **filled.request}, "steps": [{"tool": t} for t in filled.tools]}
            before = f" ({filled.context})" if filled.context else ""
            lines.append(f"{json.dumps(filled.say, ensure_ascii=False)}{before} -> {json.dumps(answer, ensure_ascii=False)}")
    return lines


def _names(base: KnowledgeBase) -> dict[str, str]:
    names = {k: quiet(v) for k, v in names_for(base).items()}
    for suffix in ("", "2", "3"):
        if f"item{suffix}" in names:
            names[f"item{suffix}_id"] = f"item:{names[f'item{suffix}']}"
    return names


def _state(situation: Situation) -> dict[str, Any]:
    """Return what stands: the utterance, the slate shown last, conditions, the topic, the question put, the profile. Titles, no ids."""
    base = situation.base
    state: dict[str, Any] = {"utterance": situation.utterance[:LONGEST_UTTERANCE]}
    if situation.shown:
        state["shown"] = [f"#{at} {title_of(base, i)}" for at, i in enumerate(situation.shown, 1) if i in base.catalogue]
    if situation.focus:
        state["talked_about"] = [to_wire(base, n) for n in situation.focus[:6]]
    if situation.constraints:
        state["in_force"] = [
            {"where": c["where"], "words": quiet(str(c.get("words", "")), 80)} for c in list(situation.constraints)[-NAMES:]
        ]
    topic = {k: v for k, v in situation.topic.items() if v and k in ("examples", "wish", "prefer", "by_popularity")}
    if topic:
        state["topic"] = {k: [to_wire(base, n) for n in v] if isinstance(v, list | tuple) else v for k, v in topic.items()}
    if situation.asked:
        state["asked"] = {
            "attribute": situation.asked.get("attribute"),
            "options": [_option(o) for o in situation.asked.get("options", ())][:5],
        }
    if situation.profile is not None:
        for kind in ("like", "dislike"):
            known = [to_wire(base, e.entity) for e in situation.profile.of(kind)][-NAMES:]
            if known:
                state[f"{kind}s"] = known
    return state


def _option(option: Any) -> str:
    value = option.get("label") or option.get("value") if isinstance(option, Mapping) else option
    return quiet(str(value))


def _dialogue(situation: Situation, left: int) -> list[dict[str, Any]]:
    """Return as many of the latest turns as fit, oldest first; replies as what was shown, for their text is the catalogue's."""
    turns: list[dict[str, Any]] = []
    for age, exchange in enumerate(reversed(situation.exchanges)):
        turn = _turn(situation.base, exchange, whole=age < LATEST)
        left -= count(json.dumps(turn, ensure_ascii=False)) + 4
        if left < 0:
            break
        turns.insert(0, turn)
    return turns


def _turn(base: KnowledgeBase, exchange: Exchange, *, whole: bool) -> dict[str, Any]:
    said = exchange.utterance[: LONGEST_UTTERANCE if whole else 400]
    turn: dict[str, Any] = {"person": said if whole else compressed(said)}
    if exchange.slate:
        turn["shown"] = [title_of(base, i) for i in exchange.slate[: 5 if whole else 3] if i in base.catalogue]
    return turn


def to_wire(base: KnowledgeBase, name: str) -> str:
    """Return an entity name as a model reads it: titles in the place of ids."""
    kind, _, value = name.partition(":")
    if kind == "item" and value in base.catalogue:
        return f"item:{title_of(base, value)}"
    return quiet(name, 80)


def write_messages(situation: Situation, outcome: Outcome, faults: Sequence[str] = (), draft: str = "") -> list[Message]:
    """Return the messages of the writing call: the slate with its evidence and the person's words, nothing else."""
    schema = situation.base.schema
    hidden = {"image", "url", "description"}
    items = []
    for at, item in enumerate(outcome.slate, 1):
        shown = schema.show or (*schema.facet_names[:4], *schema.number_names[:3])
        record = {k: _short(v) for k, v in item.attributes.items() if k not in hidden and k in shown}
        described = quiet(str(item.attributes.get("description", "")), 280)
        items.append(
            {
                "marker": f"[{at}]",
                "title": quiet(item.title, 80),
                "record": record,
                "description": described,
                "reasons": [quiet(b.text, 120) for b in item.because[:3]],
            }
        )
    asked = [quiet(c.words, 80) for c in outcome.request.constraints if c.words]
    data: dict[str, Any] = {"person": situation.utterance[:LONGEST_UTTERANCE], "must": asked, "items": items}
    messages: list[Message] = [
        {"role": "system", "content": prompt("write", items=quiet(schema.item.plural))},
        {"role": "user", "content": json.dumps(data, ensure_ascii=False)},
    ]
    if faults:
        listed = "; ".join(quiet(f, 120) for f in faults[:5])
        messages += [
            {"role": "assistant", "content": draft[:1_500] or "(empty)"},
            {"role": "user", "content": f"That cannot be shown: {listed}. Write it again within the rules."},
        ]
    return messages


def _short(value: Any) -> Any:
    return [quiet(str(v)) for v in list(value)[:5]] if isinstance(value, list | tuple) else value


def is_default(name: str, value: Any) -> bool:
    """True where a request's field says nothing."""
    return bool(value == REQUEST_DEFAULTS.get(name, object()))
