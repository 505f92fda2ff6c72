"""From a model's JSON to a typed request and steps: every name grounded, every type mended or refused, nothing guessed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError

from agent.model.names import Names
from agent.model.where import Conditions
from agent.request import Intent, Question, Request, Stance

if TYPE_CHECKING:
    from agent.brain import Situation

__all__ = ["Reading", "WireStep", "read", "said"]

INTENTS = get_args(Intent)
STANCES = get_args(Stance)
KINDS = get_args(Question.model_fields["kind"].annotation)
_OTHER_WORDS = {
    "recommendation": "recommend", "suggest": "recommend", "suggestion": "recommend", "search": "recommend", "refine": "recommend",
    "critique": "recommend", "find": "recommend", "question": "lookup", "fact": "lookup", "why": "explain", "greeting": "chat",
    "smalltalk": "chat", "small_talk": "chat", "preference": "tell", "inform": "tell", "liked": "like", "loves": "like", "love": "like",
    "hate": "dislike", "disliked": "dislike", "watched": "seen", "similar": "example", "rejected": "reject", "higher": "more",
    "lower": "less", "max": "most", "min": "least", "highest": "most", "lowest": "least",
}  # fmt: skip
LIMIT = 12
"""Entries read of any list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireStep:
    """A step as the model wants it, its arguments grounded as far as they name anything."""

    tool: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What could be read of an answer. `lost` counts what had to be left out or mended beyond doubt of its sense."""

    request: Request | None
    steps: tuple[WireStep, ...] = ()
    proposals: tuple[str, ...] = ()
    lost: int = 0
    why: str = ""
    """What is wrong, in words for a second try; empty where the request stands."""


def said(utterance: str, words: str) -> bool:
    """True where the words stand in the utterance, but for order of magnitude of a typo."""
    from rapidfuzz import fuzz

    words = words.strip().lower()
    return bool(words) and (words in utterance.lower() or fuzz.partial_ratio(words, utterance.lower()) >= 84)


def read(data: Mapping[str, Any], situation: Situation) -> Reading:
    """Return the request, the steps and the proposals in a planning answer."""
    inner = data.get("request")
    fields = inner if isinstance(inner, Mapping) else {k: v for k, v in data.items() if k not in ("steps", "plan", "proposals")}
    reader = _Reader(situation)
    steps = reader.steps(data.get("steps", data.get("plan", fields.get("steps", ()))))
    proposals = tuple(n for t in _texts(data.get("proposals"), 8) if (n := reader.names.item(t)) is not None)
    if "intent" not in fields and not any(k in fields for k in ("mentions", "constraints", "wish", "critiques", "question")):
        return Reading(request=None, steps=steps, proposals=proposals, lost=reader.lost, why="there is no request in the answer")
    request = reader.request(fields)
    if request is None:
        return Reading(request=None, steps=steps, proposals=proposals, lost=reader.lost, why=reader.why)
    return Reading(request=request, steps=steps, proposals=proposals, lost=reader.lost)


class _Reader:
    """Reads one answer; counts what is lost."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.names = Names(base=situation.base, shown=situation.shown)
        self.conditions = Conditions(situation.base)
        self.lost = 0
        self.why = ""

    def request(self, fields: Mapping[str, Any]) -> Request | None:
        """Return the request, or None with `why` set."""
        intent = self._word(fields.get("intent"), INTENTS)
        if intent is None:
            self.why = f"intent must be one of {', '.join(INTENTS)}"
            return None
        soft: list[str] = []
        plain: dict[str, Any] = {
            "intent": intent,
            "mentions": self._each(fields, "mentions", self._mention),
            "constraints": self._each(fields, "constraints", lambda c: self._constraint(c, soft)),
            "drop": tuple(n for t in self._texts(fields, "drop") if (n := "*" if t == "*" else self.conditions.attribute(t)) is not None),
            "wish": self._text(fields, "wish"),
            "critiques": self._each(fields, "critiques", self._critique),
            "refers_to": tuple(n for t in self._texts(fields, "refers_to") if (n := self._item(t)) is not None),
            "question": self._question(fields.get("question")),
            "edits": self._each(fields, "edits", self._edit),
            "count": self._count(fields.get("count")),
            "unfilterable": tuple(t for t in self._texts(fields, "unfilterable") if said(self.situation.utterance, t)),
            "accepted": self._item(fields["accepted"]) if isinstance(fields.get("accepted"), str) and fields["accepted"] else None,
        }
        preferred = [n for t in self._texts(fields, "prefer") if (n := self._entity(t)) is not None and not n.startswith("item:")]
        plain["prefer"] = tuple(dict.fromkeys([*preferred, *soft]))
        for flag in ("others", "surprise", "by_popularity", "careless"):
            plain[flag] = self._flag(fields.get(flag))
        self.lost += sum(k not in plain for k in fields if k not in ("confidence", "steps"))
        try:
            return Request.model_validate(plain)
        except ValidationError as error:
            self.why = "; ".join(f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()[:3])
            return None

    # Parts of a request

    def _mention(self, data: Mapping[str, Any]) -> dict[str, Any] | None:
        text = str(data.get("text") or data.get("name") or "")[:120]
        name = data.get("entity")
        found = self._entity(name, quiet=True) if isinstance(name, str) and name else None
        if found is None and text:
            found = self._entity(text, quiet=True)
        stance = self._word(data.get("stance"), STANCES) or "neutral"
        if not self._spoken(text, found):
            # Only the person's own words may teach the profile anything.
            self.lost += 1
            return None
        near = self.names.near(text) if found is None else ()
        return {
            "text": text or ("" if found is None or found.startswith("item:") else found.partition(":")[2]),
            "entity": found,
            "stance": stance,
            "past": self._flag(data.get("past")),
            "near": near,
        }

    def _spoken(self, text: str, entity: str | None) -> bool:
        """True where the utterance names the entity, points at what was shown, or answers a question."""
        utterance = self.situation.utterance
        if said(utterance, text):
            return True
        if entity is None:
            return False
        kind, _, value = entity.partition(":")
        if kind == "item":
            return value in self.situation.shown or entity in self.situation.focus
        return said(utterance, value) or entity in self.situation.focus

    def _constraint(self, data: Mapping[str, Any], soft: list[str]) -> dict[str, Any] | None:
        where = (
            data.get("where")
            if isinstance(data.get("where"), Mapping)
            else {k: v for k, v in data.items() if k not in ("words", "standing")}
        )
        grounded = self.conditions.grounded(where)
        self.lost += self.conditions.lost
        words = str(data.get("words") or "")[:120]
        if grounded is None:
            return None
        if not self._meant(words, grounded):
            # A hard condition quotes the person; what is merely inferred is a wish.
            self.lost += 1
            soft.extend(self.conditions.entities(grounded))
            return None
        standing = self._flag(data.get("standing")) and said(self.situation.utterance, words)
        return {"where": grounded, "words": words, "standing": standing}

    def _meant(self, words: str, where: Mapping[str, Any]) -> bool:
        utterance = self.situation.utterance
        if words and said(utterance, words):
            return True
        if self.situation.asked is not None:
            return True
        return any(said(utterance, v) for v in self.conditions.values(where))

    def _critique(self, data: Mapping[str, Any]) -> dict[str, Any] | None:
        number = self.conditions.number(str(data.get("attribute") or ""))
        direction = self._word(data.get("direction"), ("more", "less"))
        if number is None or direction is None:
            self.lost += 1
            return None
        strength = _number(data.get("strength"))
        of = data.get("of")
        item = self._item(of) if isinstance(of, str) and of else None
        return {
            "attribute": number,
            "direction": direction,
            "strength": min(3.0, max(0.1, 1.0 if strength is None else strength)),
            "of": item,
        }

    def _question(self, data: Any) -> dict[str, Any] | None:
        if not isinstance(data, Mapping):
            self.lost += bool(data)
            return None
        kind = self._word(data.get("kind"), KINDS)
        if kind is None:
            self.lost += 1
            return None
        attribute = self.conditions.attribute(str(data["attribute"])) if data.get("attribute") else None
        entity = self._entity(data["entity"]) if isinstance(data.get("entity"), str) and data["entity"] else None
        return {"kind": kind, "attribute": attribute, "entity": entity, "direction": self._word(data.get("direction"), ("most", "least"))}

    def _edit(self, data: Mapping[str, Any]) -> dict[str, Any] | None:
        action = self._word(data.get("action"), ("forget", "forget_all", "set"))
        if action is None:
            self.lost += 1
            return None
        name = data.get("entity")
        return {
            "action": action,
            "entity": self._entity(name) if isinstance(name, str) and name else None,
            "stance": self._word(data.get("stance"), STANCES),
        }

    # Steps

    def steps(self, data: Any) -> tuple[WireStep, ...]:
        """Return the steps in whatever form they stand: objects, names, `tool_name` with `input`."""
        if isinstance(data, Mapping):
            data = data.get("steps", [{"tool": k, "args": v} for k, v in data.items()])
        found = []
        for entry in list(data)[:24] if isinstance(data, Sequence) and not isinstance(data, str) else ():
            if isinstance(entry, str):
                found.append(WireStep(tool=entry, args={}))
            elif isinstance(entry, Mapping):
                name = entry.get("tool", entry.get("tool_name", entry.get("name")))
                if isinstance(name, str) and name:
                    found.append(WireStep(tool=name, args=self._args(entry.get("args", entry.get("arguments", entry.get("input"))))))
        return tuple(found)

    def _args(self, data: Any) -> dict[str, Any]:
        """Return arguments with names grounded; what names nothing is left out."""
        if not isinstance(data, Mapping):
            return {"wish": data} if isinstance(data, str) and data.strip() and not data.lstrip().startswith(("{", "[")) else {}
        args: dict[str, Any] = {}
        for key, value in list(data.items())[:LIMIT]:
            if key in ("items", "unlike", "among", "prefer", "like", "disliked"):
                names = [n for t in _texts(value, LIMIT) if (n := self._entity(t, quiet=True)) is not None]
                if names:
                    args[key] = names
            elif key == "wish" and isinstance(value, str) and value.strip():
                args[key] = value[:300]
            elif key in ("diversity", "surprise", "recent", "mode", "k", "per_series"):
                args[key] = value
        return args

    # Values

    def _each(
        self, fields: Mapping[str, Any], name: str, one: Callable[[Mapping[str, Any]], dict[str, Any] | None]
    ) -> tuple[dict[str, Any], ...]:
        value = fields.get(name)
        if isinstance(value, Mapping):
            value = [value]
            self.lost += 1
        if not isinstance(value, list | tuple):
            self.lost += bool(value)
            return ()
        found = []
        for entry in value[:LIMIT]:
            if isinstance(entry, str) and name == "mentions":
                entry = {"text": entry}
            if not isinstance(entry, Mapping):
                self.lost += 1
                continue
            read_ = one(entry)
            if read_ is not None and read_ not in found:
                found.append(read_)
        return tuple(found)

    def _entity(self, text: Any, *, quiet: bool = False) -> str | None:
        found = self.names.entity(str(text))
        self.lost += found is None and not quiet
        return found

    def _item(self, text: str) -> str | None:
        found = self.names.entity(text if text.startswith(("item:", "#")) else f"item:{text}")
        self.lost += found is None
        return found

    def _text(self, fields: Mapping[str, Any], name: str) -> str:
        value = fields.get(name)
        if isinstance(value, str):
            return value.strip()[:300]
        self.lost += bool(value)
        return ""

    def _texts(self, fields: Mapping[str, Any], name: str) -> list[str]:
        value = fields.get(name)
        if isinstance(value, str):
            self.lost += bool(value)
        elif value and not isinstance(value, list | tuple):
            self.lost += 1
        return _texts(value, LIMIT)

    def _flag(self, value: Any) -> bool:
        if isinstance(value, str):
            return value.strip().lower() in ("true", "yes", "1")
        return value is True or value == 1

    def _count(self, value: Any) -> int | None:
        number = _number(value)
        if number is None or not 1 <= number <= 50:
            self.lost += value not in (None, "", 0)
            return None
        return int(number)

    def _word(self, value: Any, allowed: Sequence[str]) -> str | None:
        """Return the allowed word that is meant: as written, by another name, or a near miss; None where none is."""
        if not isinstance(value, str) or not value.strip():
            return None
        plain = re.sub(r"[\s-]+", "_", value.strip().lower())
        plain = _OTHER_WORDS.get(plain, plain)
        if plain in allowed:
            return plain
        near = difflib.get_close_matches(plain, allowed, n=1, cutoff=0.75)
        self.lost += 1
        return near[0] if near else None


def _texts(value: Any, limit: int) -> list[str]:
    if isinstance(value, str):
        value = [value] if value.strip() else []
    if not isinstance(value, Iterable) or isinstance(value, Mapping):
        return []
    return [v.strip()[:160] for v in list(value)[:limit] if isinstance(v, str) and v.strip()]


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if value == value else None
    if isinstance(value, str):
        try:
            return float(value.strip())
        except ValueError:
            return None
    return None
