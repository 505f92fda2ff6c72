"""Notices: what a program should know of a turn besides the reply, as plain sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent.wording.naming import clause, in_words
from knowledge.schema import Schema

if TYPE_CHECKING:
    from agent.state import TurnState

__all__ = ["notices_of"]


def notices_of(state: TurnState, schema: Schema) -> Iterator[str]:
    """Yield a sentence for everything that was let go of, is unknown, or cannot be filtered on."""
    for relaxed in state["relaxed"]:
        to = relaxed.get("to")
        wider = in_words(schema.number(to["number"]), to.get("min"), to.get("max")) if to else ""
        yield f"Relaxed: {clause(schema, relaxed)}" + (f", now {wider}." if wider else ".")
    for mention in state["request"]["mentions"]:
        if mention["entity"] is None and mention["text"]:
            yield f"Unknown: {mention['text']}."
    for words in state["request"]["unfilterable"]:
        yield f"Cannot filter on: {words}."
    if state.get("repeats") and state["slate"]:
        yield "Everything that fits was shown before; shown again."
    if state["request"]["intent"] == "recommend" and not state["slate"] and state["blocked"]:
        yield f"Nothing left: {clause(schema, state['blocked'][0])} blocks."
