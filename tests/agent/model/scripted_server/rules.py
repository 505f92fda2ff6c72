"""The published rules of Chat Completions that a request must keep; each broken one is named."""

from __future__ import annotations

from typing import Any

ROLES = {"system", "developer", "user", "assistant", "tool"}
KNOWN = {
    "model", "messages", "max_completion_tokens", "max_tokens", "temperature", "response_format", "stream", "stream_options",
    "tools", "tool_choice", "parallel_tool_calls",
}  # fmt: skip
KEYWORDS = {"type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "$ref", "$defs", "description"}


def broken(body: Any) -> list[str]:
    """Return what is wrong with a request; empty where nothing is."""
    if not isinstance(body, dict):
        return ["the body is no object"]
    found = [f"unknown parameter {k!r}" for k in body if k not in KNOWN]
    if not isinstance(body.get("model"), str) or not body["model"]:
        found.append("model is missing")
    found += _messages(body.get("messages"))
    if "stream_options" in body and not body.get("stream"):
        found.append("stream_options without stream")
    if "tool_choice" in body and not body.get("tools"):
        found.append("tool_choice without tools")
    if "max_tokens" in body and "max_completion_tokens" in body:
        found.append("both limits of length")
    fmt = body.get("response_format")
    if fmt is not None:
        found += _format(fmt, body.get("messages") or [])
    for tool in body.get("tools", ()):
        function = tool.get("function", {})
        if tool.get("type") != "function" or not str(function.get("name", "")).replace("_", "a").replace("-", "a").isalnum():
            found.append("a tool without a proper name")
        if function.get("strict"):
            found += strict_faults(function.get("parameters", {}), f"tool {function.get('name')}")
    return found


def _messages(messages: Any) -> list[str]:  # noqa: C901 - one rule a branch
    if not isinstance(messages, list) or not messages:
        return ["messages is missing"]
    found: list[str] = []
    open_calls: set[str] = set()
    for at, message in enumerate(messages):
        role = message.get("role")
        if role not in ROLES:
            found.append(f"message {at}: role {role!r}")
        if role in ("system", "developer") and at:
            found.append(f"message {at}: system after the start")
        if role == "tool":
            if message.get("tool_call_id") not in open_calls:
                found.append(f"message {at}: answers a call nobody made")
            open_calls.discard(message.get("tool_call_id"))
        elif open_calls:
            found.append(f"message {at}: calls {sorted(open_calls)} stand unanswered")
            open_calls = set()
        if role in ("user", "system", "tool") and not isinstance(message.get("content"), str):
            found.append(f"message {at}: no content")
        if role == "assistant":
            calls = message.get("tool_calls") or []
            if not calls and not message.get("content"):
                found.append(f"message {at}: empty assistant message")
            open_calls |= {c["id"] for c in calls}
    if open_calls:
        found.append("calls stand unanswered at the end")
    if messages[-1].get("role") not in ("user", "tool"):
        found.append("the last message is not the user's or a tool's")
    return found


def _format(fmt: dict[str, Any], messages: list[dict[str, Any]]) -> list[str]:
    if fmt.get("type") == "json_object":
        return [] if any("JSON" in str(m.get("content")) for m in messages) else ["json_object without the word JSON"]
    if fmt.get("type") != "json_schema":
        return [f"response_format {fmt.get('type')!r}"]
    inner = fmt.get("json_schema", {})
    found = [] if inner.get("name") else ["json_schema without a name"]
    return found + (strict_faults(inner.get("schema", {}), "schema") if inner.get("strict") else [])


def strict_faults(schema: Any, where: str, root: Any = None, depth: int = 0) -> list[str]:  # noqa: C901
    """Return what the strict dialect refuses in a schema."""
    if not isinstance(schema, dict):
        return [f"{where}: no object"]
    root = schema if root is None else root
    found = [f"{where}: keyword {k!r}" for k in schema if k not in KEYWORDS]
    if depth == 0 and schema.get("type") != "object":
        found.append(f"{where}: the root is no object")
    if depth > 12:
        found.append(f"{where}: nested too deep")
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        if len(schema) > 1:
            found.append(f"{where}: siblings of $ref")
        if name not in root.get("$defs", {}):
            found.append(f"{where}: {schema['$ref']} points nowhere")
    if schema.get("type") == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        if set(schema.get("required", ())) != set(properties):
            found.append(f"{where}: not all required")
        if schema.get("additionalProperties") is not False:
            found.append(f"{where}: open object")
        for name, part in properties.items():
            found += strict_faults(part, f"{where}.{name}", root, depth + 1)
    if "items" in schema:
        found += strict_faults(schema["items"], f"{where}[]", root, depth + 1)
    for at, part in enumerate(schema.get("anyOf", ())):
        found += strict_faults(part, f"{where}|{at}", root, depth + 1)
    for name, part in schema.get("$defs", {}).items():
        found += strict_faults(part, f"{where}#{name}", root, 1)
    return found
