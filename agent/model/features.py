"""What an endpoint can do: configured, or found out by asking and stepping down."""

from __future__ import annotations

from dataclasses import dataclass, replace

from knowledge.errors import BadInput

__all__ = ["Features", "stepped_down"]

NAMES = ("json_schema", "json_object", "tools", "streaming", "usage", "parallel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Capabilities of an endpoint; the first that it refuses is not asked for again."""

    json_schema: bool = True
    """Structured output by strict schema."""
    json_object: bool = True
    """JSON without a schema."""
    tools: bool = True
    streaming: bool = True
    usage: bool = True
    """Usage at the end of a stream (`stream_options`)."""
    parallel: bool = True
    """Takes `parallel_tool_calls`."""
    output_name: str = "max_completion_tokens"
    """What the limit of the answer's length is called; older servers know `max_tokens` only."""
    temperature: bool = True

    @classmethod
    def read(cls, text: str) -> Features:
        """Read a setting: `auto` for everything until refused, else the names of what there is, `none` for nothing. Raises BadInput."""
        if text.strip() in ("", "auto"):
            return cls()
        named = {part.strip() for part in text.split(",")} - {"none"}
        unknown = named - set(NAMES)
        if unknown:
            raise BadInput(f"setting model_features names {sorted(unknown)[0]!r}; write auto, none, or some of {', '.join(NAMES)}")
        return cls(**{name: name in named for name in NAMES}, output_name="max_tokens")


def stepped_down(features: Features, message: str, used: frozenset[str]) -> Features | None:
    """Return what is left after an endpoint refused a request with these words, or None where the words name nothing of ours.

    Args:
        features: as asked for.
        message: the endpoint's own words.
        used: names of what the request made use of.
    """
    text = message.lower()
    steps: tuple[tuple[str, tuple[str, ...], Features], ...] = (
        ("usage", ("stream_options", "include_usage"), replace(features, usage=False)),
        ("parallel", ("parallel_tool_calls",), replace(features, parallel=False)),
        ("output_name", ("max_completion_tokens",), replace(features, output_name="max_tokens")),
        ("temperature", ("temperature",), replace(features, temperature=False)),
        ("json_schema", ("json_schema", "response_format", "schema", "strict", "grammar"), replace(features, json_schema=False)),
        ("json_object", ("json_object", "response_format", "json"), replace(features, json_object=False)),
        ("tools", ("tool", "function"), replace(features, tools=False)),
        ("streaming", ("stream",), replace(features, streaming=False)),
    )
    for name, words, left in steps:
        if name in used and left != features and any(word in text for word in words):
            return left
    return None
