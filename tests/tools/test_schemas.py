"""What derives from a tool: registry, schemas, documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.base import BadArguments, Tool
from tools.registry import TOOLS, find_tools
from tools.schemas import mcp_schema, page, plain_schema, strict_schema

ROOT = Path(__file__).resolve().parents[2]
ALL = pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))
KNOWN_TO_DECODERS = {"type", "description", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "$ref", "$defs"}


def nodes(schema: Any, names: bool = False) -> Iterator[dict[str, Any]]:
    """Yield every schema within a schema; the maps of properties and definitions are no schemas themselves."""
    if isinstance(schema, list):
        for part in schema:
            yield from nodes(part)
    elif isinstance(schema, dict):
        if not names:
            yield schema
        for key, part in schema.items():
            yield from nodes(part, names=not names and key in {"properties", "$defs"})


def test_the_twelve_stand_in_the_order_of_a_plan() -> None:
    expected = ["filter", "search", "graph", "similar", "collaborative", "popular", "rank", "slate", "lookup", "compare", "explain", "ask"]
    assert list(TOOLS) == expected
    assert list(find_tools()) == expected


@ALL
def test_each_tool_says_what_it_is_in_two_sentences(tool: Tool[Any]) -> None:
    assert tool.label
    assert 20 < len(tool.description) <= 200
    assert 0 < tool.limit_s <= 30


@ALL
def test_every_argument_is_described(tool: Tool[Any]) -> None:
    for node in nodes(plain_schema(tool)):
        for name, part in node.get("properties", {}).items():
            if "additionalProperties" in node and "description" in node and node.get("required") == list(node["properties"]):
                continue  # the forms of a predicate are described as wholes
            assert part.get("description"), f"{tool.name}.{name} has no description"


@ALL
def test_the_strict_schema_keeps_to_the_strict_dialect(tool: Tool[Any]) -> None:
    schema = strict_schema(tool)
    assert schema["type"] == "object"
    for node in nodes(schema):
        assert set(node) <= KNOWN_TO_DECODERS, node
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
        if "$ref" in node:
            assert set(node) == {"$ref"}
            assert node["$ref"].removeprefix("#/$defs/") in schema["$defs"]


@ALL
def test_nulls_stand_for_not_given(tool: Tool[Any]) -> None:
    required = plain_schema(tool).get("required", [])
    least: dict[str, Any] = {name: {"kind": "count", "wish": "x", "items": ["item:a", "item:b"]}[name] for name in required}
    nulls = {name: None for name in strict_schema(tool)["properties"] if name not in required}
    assert tool.parse({**nulls, **least}) == tool.parse(least)


def test_arguments_are_closed_and_faults_are_named() -> None:
    with pytest.raises(BadArguments, match=r"wishes.*got 'x'"):
        TOOLS["search"].parse({"wish": "a", "wishes": "x"})
    with pytest.raises(BadArguments, match="strength"):
        TOOLS["rank"].parse({"targets": [{"number": "year", "direction": "more", "strength": 9}]})


def test_mcp_lists_a_tool_as_read_only() -> None:
    listed = mcp_schema(TOOLS["filter"])
    assert listed["name"] == "filter"
    assert listed["inputSchema"]["$defs"]["Predicate"]["anyOf"]
    assert listed["annotations"]["readOnlyHint"] is True


def test_the_page_on_tools_is_current() -> None:
    text = (ROOT / "docs" / "tools.md").read_text(encoding="utf-8")
    assert page(TOOLS) == text, "docs/tools.md is out of date; run: python -m tools.schemas docs/tools.md"


def test_no_tool_names_a_domain() -> None:
    for path in (ROOT / "tools").rglob("*.py"):
        found = re.search(r"\b(films?|movies?|directors?|actors?)\b", path.read_text(encoding="utf-8"), re.IGNORECASE)
        assert found is None, f"{path.name} names {found.group()!r}; words of a domain belong into the card"
