"""The strict schema of a planning answer: a request and a plan in one object, as small as the dialect allows.

Every object is closed and every property required; null, false or an empty list stands for "not said". The step arguments hold
only what a request cannot carry; everything else is filled in from the request.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from agent.request import Intent, Question, Stance

__all__ = ["REQUEST_DEFAULTS", "judge_schema", "plan_schema", "request_schema"]

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_NUMBER: Schema = {"type": "number"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_PREDICATE: Schema = {"$ref": "#/$defs/P"}


def _maybe(schema: Schema) -> Schema:
    if "enum" in schema:
        return {**schema, "type": [schema["type"], "null"], "enum": [*schema["enum"], None]}
    kind = schema.get("type")
    return {**schema, "type": [kind, "null"]} if isinstance(kind, str) and kind != "object" else {"anyOf": [schema, {"type": "null"}]}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _one(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


REQUEST_DEFAULTS: dict[str, Any] = {
    "mentions": [],
    "constraints": [],
    "drop": [],
    "wish": "",
    "critiques": [],
    "prefer": [],
    "refers_to": [],
    "question": None,
    "edits": [],
    "count": None,
    "others": False,
    "surprise": False,
    "by_popularity": False,
    "careless": False,
    "unfilterable": [],
    "accepted": None,
}
"""What a field holds where nothing was said."""


def request_schema() -> Schema:
    """Return the schema of a request as the model writes it (without what only we fill in); refers to `#/$defs/P`."""
    kinds = get_args(Question.model_fields["kind"].annotation)
    return _object(
        intent=_one(*get_args(Intent)),
        mentions=_list(_object(text=_TEXT, entity=_maybe(_TEXT), stance=_one(*get_args(Stance)), past=_FLAG)),
        constraints=_list(_object(where=_PREDICATE, words=_TEXT, standing=_FLAG)),
        drop=_TEXTS,
        wish=_TEXT,
        critiques=_list(_object(attribute=_TEXT, direction=_one("more", "less"), strength=_NUMBER, of=_maybe(_TEXT))),
        prefer=_TEXTS,
        refers_to=_TEXTS,
        question=_maybe(_object(kind=_one(*kinds), attribute=_maybe(_TEXT), entity=_maybe(_TEXT), direction=_maybe(_one("most", "least")))),
        edits=_list(_object(action=_one("forget", "forget_all", "set"), entity=_maybe(_TEXT), stance=_maybe(_one(*get_args(Stance))))),
        count=_maybe({"type": "integer"}),
        others=_FLAG,
        surprise=_FLAG,
        by_popularity=_FLAG,
        careless=_FLAG,
        unfilterable=_TEXTS,
        accepted=_maybe(_TEXT),
    )


def plan_schema(tools: Iterable[str], *, proposals: bool = False) -> Schema:
    """Return the strict schema of a planning answer over the tools of this turn."""
    args = _object(wish=_maybe(_TEXT), items=_maybe(_TEXTS), among=_maybe(_TEXTS))
    properties = {"request": request_schema(), "steps": _list(_object(tool=_one(*tools), args=args))}
    if proposals:
        properties["proposals"] = _TEXTS
    return {**_object(**properties), "$defs": {"P": predicate_schema()}}


def predicate_schema() -> Schema:
    """Return the schema of a condition, in the forms a model is told of."""
    end = _maybe(_NUMBER)
    return {
        "anyOf": [
            _object(facet=_TEXT, has=_TEXTS),
            _object(facet=_TEXT, has_all=_TEXTS),
            _object(number=_TEXT, min=end, max=end),
            _object(**{"not": _PREDICATE}),
            _object(any=_list(_PREDICATE)),
            _object(all=_list(_PREDICATE)),
        ]
    }


def judge_schema() -> Schema:
    """Return the strict schema of the critic's answer."""
    return _object(verdicts=_list(_object(marker={"type": "integer"}, verdict=_one("fits", "weak", "wrong"))))
