"""Run tools one after the other over a context, as the agent does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from knowledge.base import KnowledgeBase
from knowledge.predicates import AllOf, from_json
from tools.base import ToolContext, ToolResult
from tools.registry import TOOLS


def context(base: KnowledgeBase, **fields: Any) -> ToolContext:
    """Return a context over the base."""
    return ToolContext(base=base, **fields)


def call(ctx: ToolContext, tool: str, **args: Any) -> ToolResult:
    """Run one tool with raw arguments."""
    return TOOLS[tool].run(ctx, TOOLS[tool].parse(args))


def follow(ctx: ToolContext, result: ToolResult, tool: str) -> ToolContext:
    """Return the context the next step sees."""
    if result.candidates is not None:
        ctx = replace(ctx, candidates=result.candidates)
    if tool == "filter":
        ctx = replace(ctx, where=AllOf(parts=(ctx.where, from_json(result.data["where"]))))
    return ctx


def steps(ctx: ToolContext, *plan: tuple[str, dict[str, Any]]) -> tuple[ToolContext, ToolResult]:
    """Run a plan; return the last context and result."""
    result = ToolResult()
    for tool, args in plan:
        result = call(ctx, tool, **args)
        ctx = follow(ctx, result, tool)
    return ctx, result


def ids(result: ToolResult) -> list[str]:
    """Return the candidates' item ids."""
    assert result.candidates is not None
    return [c.item_id for c in result.candidates]
