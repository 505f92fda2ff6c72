"""The two dialects of OpenAI-compatible endpoints: Chat Completions (everywhere) and Responses (by choice). Plain data only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.events import Usage
from agent.model.calls import Ask, Calls, Failed, Outcome, Refused, Text, ToolCall
from agent.model.features import Features

__all__ = ["Answer", "body", "used_features"]


def used_features(ask: Ask, features: Features, *, stream: bool) -> frozenset[str]:
    """Return the names of what a request makes use of."""
    found = {"output_name", "temperature"}
    if ask.tools and features.tools:
        found |= {"tools", "parallel"} if features.parallel else {"tools"}
    if ask.schema is not None and not ask.tools:
        found |= {"json_schema"} if features.json_schema else {"json_object"} if features.json_object else set()
    if stream:
        found |= {"streaming", "usage"} if features.usage else {"streaming"}
    return frozenset(found)


def body(api: str, model: str, ask: Ask, features: Features, *, stream: bool) -> dict[str, Any]:
    """Return the JSON body of a request in the dialect `api` ("chat" or "responses")."""
    return _responses(model, ask, features, stream) if api == "responses" else _chat(model, ask, features, stream)


def _chat(model: str, ask: Ask, features: Features, stream: bool) -> dict[str, Any]:
    used = used_features(ask, features, stream=stream)
    data: dict[str, Any] = {"model": model, "messages": [dict(m) for m in ask.messages], features.output_name: ask.max_tokens}
    if features.temperature:
        data["temperature"] = 0
    if "tools" in used:
        data["tools"] = [
            {"type": "function", "function": {k: t[k] for k in ("name", "description", "parameters", "strict") if k in t}}
            for t in ask.tools
        ]
        data["tool_choice"] = "required" if ask.must_call else "auto"
        if features.parallel:
            data["parallel_tool_calls"] = True
    if "json_schema" in used:
        data["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": ask.schema}}
    elif "json_object" in used:
        data["response_format"] = {"type": "json_object"}
    if stream:
        data["stream"] = True
        if features.usage:
            data["stream_options"] = {"include_usage": True}
    return data


def _responses(model: str, ask: Ask, features: Features, stream: bool) -> dict[str, Any]:
    used = used_features(ask, features, stream=stream)
    data: dict[str, Any] = {"model": model, "store": False, "max_output_tokens": max(16, ask.max_tokens), "input": _input(ask)}
    if "tools" in used:
        data["tools"] = [
            {"type": "function", **{k: t[k] for k in ("name", "description", "parameters", "strict") if k in t}} for t in ask.tools
        ]
        data["tool_choice"] = "required" if ask.must_call else "auto"
    if "json_schema" in used:
        data["text"] = {"format": {"type": "json_schema", "name": "answer", "strict": True, "schema": ask.schema}}
    elif "json_object" in used:
        data["text"] = {"format": {"type": "json_object"}}
    if stream:
        data["stream"] = True
    return data


def _input(ask: Ask) -> list[dict[str, Any]]:
    """Return messages as items: calls and their results stand by themselves there."""
    items: list[dict[str, Any]] = []
    for message in ask.messages:
        if message["role"] == "tool":
            items.append({"type": "function_call_output", "call_id": message["tool_call_id"], "output": message["content"]})
            continue
        if message.get("content"):
            items.append({"role": message["role"], "content": message["content"]})
        items += [
            {"type": "function_call", "call_id": c["id"], "name": c["function"]["name"], "arguments": c["function"]["arguments"]}
            for c in message.get("tool_calls", ())
        ]
    return items


@dataclass(slots=True, kw_only=True)
class Answer:
    """An answer as it comes in, whole or in pieces, in either dialect. Whatever does not have the expected form is passed over."""

    api: str
    text: str = ""
    refusal: str = ""
    finish: str = ""
    fault: str = ""
    done: bool = False
    """The stream said it had come to its end."""
    tools: dict[int, dict[str, str]] = field(default_factory=dict)
    usage: Usage | None = None

    def whole(self, data: Any) -> None:
        """Take a complete response."""
        self.done = True
        if not isinstance(data, Mapping):
            self.fault = "the answer was no JSON object"
        elif self.api == "responses":
            self._response(data)
        else:
            self._usage(data.get("usage"))
            self._error(data)
            choices = data.get("choices")
            first = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], Mapping) else {}
            self.finish = str(first.get("finish_reason") or "")
            message = first.get("message")
            self._delta(message if isinstance(message, Mapping) else {})

    def piece(self, data: Any) -> str:
        """Take one event of a stream and return the text in it."""
        if not isinstance(data, Mapping):
            return ""
        if self.api == "responses":
            return self._event(data)
        self._usage(data.get("usage"))
        self._error(data)
        choices = data.get("choices")
        if not (isinstance(choices, list) and choices and isinstance(choices[0], Mapping)):
            return ""  # The last chunk carries usage and no choices.
        self.finish = str(choices[0].get("finish_reason") or self.finish)
        before = len(self.text)
        delta = choices[0].get("delta")
        self._delta(delta if isinstance(delta, Mapping) else {})
        return self.text[before:]

    def outcome(self) -> Outcome:
        """Return how the call ended."""
        if self.fault:
            return Failed(kind="garbled", why="its answer could not be read", detail=self.fault)
        if self.refusal or self.finish == "content_filter":
            return Refused(why=self.refusal or "a content filter stopped the answer")
        calls = tuple(
            ToolCall(id=c["id"] or f"call_{at}", name=c["name"], arguments=c["arguments"])
            for at, c in sorted(self.tools.items())
            if c["name"]
        )
        if calls:
            return Calls(calls=calls, text=self.text)
        if not self.text.strip():
            return Failed(kind="garbled", why="its answer was empty")
        return Text(text=self.text, cut=self.finish == "length")

    def _error(self, data: Mapping[str, Any]) -> None:
        error = data.get("error")
        if error:
            self.fault = str(error.get("message", error) if isinstance(error, Mapping) else error)[:300]

    def _delta(self, delta: Mapping[str, Any]) -> None:
        content = delta.get("content")
        if isinstance(content, str):
            self.text += content
        elif isinstance(content, list):
            self.text += "".join(str(p.get("text", "")) for p in content if isinstance(p, Mapping))
        if isinstance(delta.get("refusal"), str):
            self.refusal += delta["refusal"]
        calls = delta.get("tool_calls")
        for at, call in enumerate(calls if isinstance(calls, list) else ()):
            if not isinstance(call, Mapping):
                continue
            index = call.get("index")
            slot = self.tools.setdefault(index if isinstance(index, int) else at, {"id": "", "name": "", "arguments": ""})
            function = call.get("function")
            function = function if isinstance(function, Mapping) else {}
            slot["id"] = str(call.get("id") or slot["id"])
            slot["name"] += str(function.get("name") or "")
            arguments = function.get("arguments")
            slot["arguments"] += arguments if isinstance(arguments, str) else "" if arguments is None else json.dumps(arguments)

    def _usage(self, usage: Any) -> None:
        if not isinstance(usage, Mapping):
            return
        tokens_in = usage.get("prompt_tokens", usage.get("input_tokens"))
        tokens_out = usage.get("completion_tokens", usage.get("output_tokens"))
        if isinstance(tokens_in, int) and isinstance(tokens_out, int):
            self.usage = Usage(calls=0, tokens_in=tokens_in, tokens_out=tokens_out)

    def _response(self, data: Mapping[str, Any]) -> None:
        """Take a complete response of the Responses dialect."""
        self._usage(data.get("usage"))
        self._error(data)
        details = data.get("incomplete_details")
        if isinstance(details, Mapping):
            self.finish = "length" if details.get("reason") == "max_output_tokens" else str(details.get("reason", ""))
        output = data.get("output")
        text = ""
        for at, item in enumerate(output if isinstance(output, list) else ()):
            if not isinstance(item, Mapping):
                continue
            if item.get("type") == "function_call":
                self.tools[at] = {k: str(item.get(o) or "") for k, o in (("id", "call_id"), ("name", "name"), ("arguments", "arguments"))}
            for part in item.get("content") or ():
                if isinstance(part, Mapping):
                    text += str(part.get("text", "")) if part.get("type") == "output_text" else ""
                    self.refusal += str(part.get("refusal", "")) if part.get("type") == "refusal" else ""
        self.text = self.text or text

    def _event(self, data: Mapping[str, Any]) -> str:
        kind = data.get("type")
        if kind == "response.output_text.delta" and isinstance(data.get("delta"), str):
            self.text += data["delta"]
            return str(data["delta"])
        if kind == "response.refusal.delta":
            self.refusal += str(data.get("delta", ""))
        response = data.get("response")
        if kind in ("response.completed", "response.incomplete", "response.failed") and isinstance(response, Mapping):
            self.done = True
            self.refusal, self.tools = "", {}
            self._response(response)
        elif kind == "error":
            self.fault = str(data.get("message", "the stream reported an error"))[:300]
        return ""
