"""JSON schemas of the tools, derived from their arguments: plain, strict (for structured output), and as MCP tools.

The strict dialect: every object closed, every property required (null stands for "not given"), no defaults, no keyword that
constrained decoding does not know. `Tool.parse` takes the nulls out again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from tools.base import Tool
from tools.scope import PREDICATE_MARK

__all__ = ["main", "mcp_schema", "page", "plain_schema", "strict_schema", "table"]

Schema = dict[str, Any]

_STRINGS: Schema = {"type": "array", "items": {"type": "string"}}
_SOME_NUMBER: Schema = {"type": ["number", "null"]}
_SOME_STRING: Schema = {"type": ["string", "null"]}


def _object(description: str, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_PREDICATE: Schema = {
    "description": "A condition that an item must meet.",
    "anyOf": [
        _object("All hold.", all={"type": "array", "items": {"$ref": "#/$defs/Predicate"}}),
        _object("At least one holds.", any={"type": "array", "items": {"$ref": "#/$defs/Predicate"}}),
        _object("It does not hold.", **{"not": {"$ref": "#/$defs/Predicate"}}),
        _object("Any of the values.", facet={"type": "string"}, has=_STRINGS),
        _object("Every one of the values.", facet={"type": "string"}, has_all=_STRINGS),
        _object("A number in a range, both ends included.", number={"type": "string"}, min=_SOME_NUMBER, max=_SOME_NUMBER),
        _object("A date in a range (ISO).", date={"type": "string"}, **{"from": _SOME_STRING, "to": _SOME_STRING}),
        _object("Near a place: latitude and longitude.", place={"type": "array", "items": {"type": "number"}}, km={"type": "number"}),
        _object("All the words stand in title or description.", text={"type": "string"}),
        _object("The attribute is known.", known={"type": "string"}),
        _object("One of these item ids.", items=_STRINGS),
    ],
}

_UNKNOWN_TO_DECODERS = frozenset(
    {"default", "title", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems"}
    | {"maxItems", "uniqueItems", "pattern", "format", "prefixItems", "examples"}
)


def plain_schema(tool: Tool[Any]) -> Schema:
    """Return the JSON schema of the tool's arguments."""
    schema = _with_predicates(tool.arguments.model_json_schema(by_alias=True))
    return {key: value for key, value in schema.items() if key != "title"}


def strict_schema(tool: Tool[Any]) -> Schema:
    """Return the JSON schema of the tool's arguments in the strict dialect."""
    schema: Schema = _strict(plain_schema(tool))
    return schema


def mcp_schema(tool: Tool[Any]) -> Schema:
    """Return the tool as the Model Context Protocol lists it."""
    return {
        "name": tool.name,
        "title": tool.label,
        "description": tool.description,
        "inputSchema": plain_schema(tool),
        "annotations": {"readOnlyHint": True, "idempotentHint": True, "openWorldHint": False},
    }


def _with_predicates(schema: Schema) -> Schema:
    """Put the predicate's own schema in the place of marked fields."""
    found = False

    def walk(node: Any) -> Any:
        nonlocal found
        if isinstance(node, list):
            return [walk(part) for part in node]
        if not isinstance(node, dict):
            return node
        if node.get(PREDICATE_MARK):
            found = True
            return {"$ref": "#/$defs/Predicate", **({"description": node["description"]} if "description" in node else {})}
        return {key: walk(value) for key, value in node.items()}

    result: Schema = walk(schema)
    if found:
        result.setdefault("$defs", {})["Predicate"] = deepcopy(_PREDICATE)
    return result


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(part) for part in node]
    if not isinstance(node, dict):
        return node
    result: Schema = {}
    for key, value in node.items():
        if key == "properties":
            required = set(node.get("required", ()))
            result[key] = {name: _strict(part) if name in required else _or_null(_strict(part)) for name, part in value.items()}
        elif key == "$defs":
            result[key] = {name: _strict(part) for name, part in value.items()}
        elif key == "const":
            result["enum"] = [value]
        elif key not in _UNKNOWN_TO_DECODERS:
            result[key] = _strict(value)
    if result.get("type") == "object":
        result["properties"] = result.get("properties", {})
        result["required"] = list(result["properties"])
        result["additionalProperties"] = False
    if "$ref" in result and len(result) > 1:
        # The dialect allows nothing beside a reference.
        description = result.pop("description", None)
        result = {"anyOf": [result], **({"description": description} if description else {})}
    return result


def _or_null(schema: Schema) -> Schema:
    kind = schema.get("type")
    if "anyOf" in schema:
        options = schema["anyOf"]
        return schema if {"type": "null"} in options else {**schema, "anyOf": [*options, {"type": "null"}]}
    if "enum" in schema:
        return {**schema, "type": [kind, "null"] if isinstance(kind, str) else kind, "enum": [*schema["enum"], None]}
    if isinstance(kind, str) and kind not in {"object", "array"}:
        return {**schema, "type": [kind, "null"]}
    description = schema.pop("description", None)
    return {"anyOf": [schema, {"type": "null"}], **({"description": description} if description else {})}


def table(tools: Mapping[str, Tool[Any]]) -> str:
    """Return the tools and their arguments as a Markdown page."""
    lines = ["| tool | does | needs | effect |", "| --- | --- | --- | --- |"]
    lines += [f"| [`{t.name}`](#{t.name}) | {t.description} | {', '.join(t.needs)} | {t.effect} |" for t in tools.values()]
    for tool in tools.values():
        lines += ["", f"## {tool.name}", "", f"{tool.description} Time limit {tool.limit_s:g} s.", ""]
        schema = plain_schema(tool)
        lines += _rows(schema) or ["No arguments."]
        for name, part in schema.get("$defs", {}).items():
            if name != "Predicate":
                lines += ["", f"A {name.lower()}:", "", *_rows(part)]
    return "\n".join(lines) + "\n"


def _rows(schema: Schema) -> list[str]:
    """The properties of an object as a Markdown table."""
    properties = schema.get("properties", {})
    if not properties:
        return []
    lines = ["| argument | type | default | meaning |", "| --- | --- | --- | --- |"]
    for name, part in properties.items():
        default = "required" if name in schema.get("required", ()) else f"`{_plain_default(part)}`"
        meaning = str(part.get("description", "")).replace("|", "/")
        lines.append(f"| `{name}` | {_type_words(part)} | {default} | {meaning} |")
    return lines


def _plain_default(part: Schema) -> str:
    return json.dumps(part.get("default"))


def _type_words(part: Schema) -> str:
    if "$ref" in part:
        return str(part["$ref"]).rsplit("/", 1)[1].lower()
    if "anyOf" in part:
        return " or ".join(_type_words(p) for p in part["anyOf"] if p.get("type") != "null")
    if "enum" in part:
        return ", ".join(f"`{value}`" for value in part["enum"])
    if part.get("type") == "array":
        inner: str = _type_words(part.get("items", {}))
        return f"list of {inner}"
    return str(part.get("type", "any"))


_PAGE = """# The tools

Each tool is one file in `tools/` that exports one `TOOL`: a pydantic arguments model, a description, what parts of a knowledge base it
needs, a time limit, and `run(context, args)`. Everything below derives from those; `python -m tools.schemas docs/tools.md` writes this
page again, and a test fails where it is out of date.

A program calls a tool directly; no agent is needed:

```python
from knowledge.base import KnowledgeBase
from tools.base import ToolContext
from tools.registry import TOOLS

context = ToolContext(base=KnowledgeBase.open("games"))
popular = TOOLS["popular"]
result = popular.run(context, popular.parse({"recent": True}))
[candidate.item_id for candidate in result.candidates][:3]
```

A tool that scores adds a signal to the candidates and drops nobody; `filter` narrows them, `rank` orders them, `slate` chooses; those of
effect `answer` leave them alone and put facts into `ToolResult.data`. What must hold, what was excluded, seen or disliked, is applied by
every one of them, exactly and at any size. Candidates travel as columns (`tools.candidates.Candidates`) that read like a tuple.

**How scores are fused.** `rank` puts each signal on 0..1 among the candidates that have it (`tools/fusion.py`: standardised, squashed,
order kept), weighs it by the situation (`history`, `wish`, `seeds`, `liked`, `cold`) and adds up; each part is kept in
`Candidate.contributions`, and the parts sum to the score. `similar` gives two signals: likeness, and `era`, nearness in
time to the examples, where items have years; `rank` lets go of the second where newer or older is asked for. Weights come from
`BASE/fitted/fusion.json` where `sommelier fit` has learnt them. A part named `against` is negative: the item misses a step that was asked
for ("funnier than that"), or has something disliked; `slate` leaves such items out as long as there are others.

**Read-only SQL** (`lookup`, kind `sql`) is parsed to one SELECT, runs on a read-only connection behind an authoriser with a list of
tables and functions, and is bounded in time, rows, text and memory.

**How fast.** `python -m benchmarks tools` runs a plan of eight tools (conditions, a wish, an example, a critique, three items with their
reasons) over made-up catalogues, warm, without the sentence encoder. On two cores 95 of 100 plans took no more than 11.2 ms over 10,000
items and 24 ms over 36,000; with vectors and the encoding of the wish 41 ms over 10,000. Asked for much (a wish of thirty words, a mix of
eight examples, 40 liked items, slates of 50), no single tool took more than 8 ms over 10,000 items and 21 ms over 36,000.

"""


def page(tools: Mapping[str, Tool[Any]]) -> str:
    """Return the documentation page of the tools."""
    return _PAGE + table(tools)


def main(path: str) -> None:
    """Write the documentation page."""
    from pathlib import Path

    from tools.registry import TOOLS

    Path(path).write_text(page(TOOLS), encoding="utf-8")


if __name__ == "__main__":
    import sys

    main(sys.argv[1])
