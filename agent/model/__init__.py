"""The language-model brain: any OpenAI-compatible endpoint understands, plans and writes; nothing it says is trusted unchecked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.model.brain import ModelBrain
    from agent.model.gateway import Gateway
    from tools.base import Tool

__all__ = ["open_brain", "open_gateway", "with_proposals"]


def open_gateway(settings: Settings) -> Gateway:
    """Return the way to the endpoint, kept as long as the agent is open. Raises Unavailable where none is configured."""
    from agent.model.gateway import Gateway

    return Gateway(settings)


def open_brain(settings: Settings, tools: Mapping[str, Tool[Any]], gateway: Gateway | None = None) -> ModelBrain:
    """Return the brain of one turn. Raises Unavailable where no endpoint is configured."""
    from agent.model.brain import ModelBrain

    return ModelBrain(settings, tools, gateway or open_gateway(settings))


def with_proposals(tools: Mapping[str, Tool[Any]]) -> Mapping[str, Tool[Any]]:
    """Return the tools with the one that weighs what a model proposes."""
    from agent.model.proposals import NAME, TOOL

    return {**tools, NAME: TOOL}
