"""A plan: an ordered list of typed steps over the bus."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Plan", "Step"]


class Step(BaseModel):
    """One call of one tool. `needs` names the ids of earlier steps whose result it builds on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    tool: str
    args: dict[str, Any] = Field(default_factory=dict)
    needs: tuple[str, ...] = ()


class Plan(BaseModel):
    """Ordered steps; an empty plan is an answer without tools (small talk, profile)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: tuple[Step, ...] = ()
