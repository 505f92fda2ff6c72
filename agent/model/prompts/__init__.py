"""The prompts: versioned files, filled by name. A change of wording is a new version."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["VERSIONS", "prompt"]

VERSIONS = {"plan": "v1", "write": "v2", "judge": "v1", "steps": "v1"}
"""The version in use, by prompt."""


@cache
def _text(name: str) -> str:
    return files("agent.model.prompts").joinpath(f"{name}.{VERSIONS[name]}.md").read_text(encoding="utf-8").strip()


def prompt(name: str, **fill: str) -> str:
    """Return a prompt with its {{names}} filled in."""
    text = _text(name)
    for key, value in fill.items():
        text = text.replace("{{" + key + "}}", value)
    return text
