"""Ways in which a planning answer comes out wrong: each takes the right answer and returns what the model said instead."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.agent.model.scripted_server.server import Reply

Answer = dict[str, Any]


def _text(text: str, **more: Any) -> Reply:
    return Reply(text=text, **more)


def _steps(answer: Answer, steps: list[Any]) -> Reply:
    return _text(json.dumps({**answer, "steps": steps}))


def _request(answer: Answer, **more: Any) -> Reply:
    return _text(json.dumps({**answer, "request": {**answer["request"], **more}}))


def _python(answer: Answer) -> Reply:
    return _text(repr(answer))


def _cut(answer: Answer) -> Reply:
    text = json.dumps(answer)
    return _text(text[: int(len(text) * 0.55)], finish="length")


def _cut_early(answer: Answer) -> Reply:
    return _text(json.dumps(answer)[:40], finish="length")


def _several(answer: Answer) -> Reply:
    return _text('{"thought": "let me see"}\n' + json.dumps(answer) + '\n{"done": true}')


def _bare_keys(answer: Answer) -> Reply:
    import re

    return _text(re.sub(r'"(\w+)":', r"\1:", json.dumps(answer)))


def _strings(answer: Answer) -> Reply:
    request = dict(answer["request"])
    request["constraints"] = [{**c, "standing": "false"} for c in request["constraints"]]
    request |= {
        "count": "" if request["count"] is None else str(request["count"]),
        "others": str(request["others"]).lower(),
        "wish": request["wish"] or None,
    }
    return _text(json.dumps({**answer, "request": request}))


def _singles(answer: Answer) -> Reply:
    request = {k: v[0] if isinstance(v, list) and len(v) == 1 else v for k, v in answer["request"].items()}
    return _text(json.dumps({**answer, "request": request}))


def _nulls(answer: Answer) -> Reply:
    return _text(json.dumps({**answer, "request": {k: v or None for k, v in answer["request"].items()}}))


def _short_where(answer: Answer) -> Reply:
    found = []
    for c in answer["request"]["constraints"]:
        where = c["where"]
        short = (
            {where["facet"]: where["has"]}
            if "has" in where
            else {where["number"]: {k: v for k, v in where.items() if k != "number"}}
            if "number" in where
            else where
        )
        found.append({**c, "where": short})
    return _request(answer, constraints=found)


def _foreign(answer: Answer) -> Reply:
    """The plan format of another agent, without a request."""
    return _text(json.dumps([{"tool_name": s["tool"], "input": "something good"} for s in answer["steps"]]))


def _huge(answer: Answer) -> Reply:
    return _text(json.dumps({**answer, "notes": ["and then " * 200] * 10}))


CORRUPTIONS: Mapping[str, Callable[[Answer], Reply]] = {
    "fences": lambda a: _text(f"```json\n{json.dumps(a, indent=1)}\n```"),
    "prose": lambda a: _text(f"Sure! Here is the plan you asked for:\n{json.dumps(a)}\nLet me know if you need anything else."),
    "thinking": lambda a: _text('<think>The person wants {something} nice, maybe {"steps": []}</think>\n' + json.dumps(a)),
    "open thinking": lambda a: _text("they want something... {hm}\n</think>" + json.dumps(a)),
    "duplicate tools": lambda a: _steps(a, [*a["steps"], *a["steps"]]),
    "unknown tools": lambda a: _steps(a, [{"tool": "web_search", "args": {"query": "x"}}, *a["steps"], {"tool": "exec", "args": {}}]),
    "near tools": lambda a: _steps(a, [{**s, "tool": s["tool"].capitalize() + "s"} for s in a["steps"]]),
    "wrong types": _strings,
    "single values": _singles,
    "nulls": _nulls,
    "missing slate": lambda a: _steps(a, [s for s in a["steps"] if s["tool"] not in ("slate", "rank")]),
    "wrong order": lambda a: _steps(a, a["steps"][::-1]),
    "no steps": lambda a: _text(json.dumps({"request": a["request"]})),
    "steps as names": lambda a: _steps(a, [s["tool"] for s in a["steps"]]),
    "truncated": _cut,
    "truncated early": _cut_early,
    "empty": lambda a: _text(""),
    "blank": lambda a: _text(" \n "),
    "refusal": lambda a: Reply(text=None, refusal="I cannot help with that."),
    "several": _several,
    "python": _python,
    "bare keys": _bare_keys,
    "trailing commas": lambda a: _text(json.dumps(a).replace("]", ",]").replace("[,]", "[]")),
    "flat": lambda a: _text(json.dumps({**a["request"], "steps": a["steps"]})),
    "wrapped": lambda a: _text(json.dumps([a])),
    "intent in capitals": lambda a: _request(a, intent=a["request"]["intent"].upper()),
    "unknown intent": lambda a: _request(a, intent="make_coffee"),
    "extra keys": lambda a: _request(a, mood="great", reasoning="because"),
    "short conditions": _short_where,
    "foreign format": _foreign,
    "prose only": lambda a: _text("I would suggest watching something nice tonight, perhaps a comedy."),
    "html": lambda a: _text("<html><body><h1>502</h1></body></html>"),
    "huge": _huge,
    "curly quotes": lambda a: _text(json.dumps(a).replace('"', "”")),
    "comments": lambda a: _text(json.dumps(a, indent=1).replace("{\n", "{ // an object\n", 1)),
}
