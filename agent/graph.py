"""The turn as a LangGraph graph: perceive -> plan -> act -> reflect -> respond -> remember, with a bounded way back to act.

Time limits stand beside the nodes they protect. No node is retried by the graph: the model gateway retries its own calls, and
everything else is deterministic, so that a second try would fail the same way. The graph has no checkpointer: the store keeps
one row a turn, where a checkpointer would keep several whole copies of the state.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from agent.nodes.act import act
from agent.nodes.perceive import perceive
from agent.nodes.plan import plan
from agent.nodes.reflect import reflect
from agent.nodes.remember import remember
from agent.nodes.respond import respond
from agent.state import TurnContext, TurnState

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

__all__ = ["RECURSION_LIMIT", "make_graph", "turn_graph"]

RECURSION_LIMIT = 24
"""Node runs in one turn: six, and two for each repair; a plan that will not settle is an error, not a bill."""


@cache
def turn_graph() -> CompiledStateGraph[Any, Any, Any, Any]:
    """Return the compiled graph of one turn; give it a `TurnContext` as context. Compiled once a process."""
    from langgraph.graph import END, START, StateGraph

    graph = StateGraph(TurnState, context_schema=TurnContext)
    graph.add_node("perceive", perceive, timeout=60.0)
    graph.add_node("plan", plan, timeout=60.0)
    graph.add_node("act", act, timeout=60.0)  # every step has its own limit besides (`Tool.limit_s`)
    graph.add_node("reflect", reflect, timeout=20.0)
    graph.add_node("respond", respond, timeout=60.0)
    graph.add_node("remember", remember, timeout=60.0)
    graph.add_edge(START, "perceive")
    graph.add_edge("perceive", "plan")
    graph.add_edge("plan", "act")
    graph.add_edge("act", "reflect")
    graph.add_conditional_edges("reflect", lambda state: "act" if state.get("again") else "respond", ["act", "respond"])
    graph.add_edge("respond", "remember")
    graph.add_edge("remember", END)
    return graph.compile(name="turn")


def make_graph() -> CompiledStateGraph[Any, Any, Any, Any]:
    """Return the graph that LangGraph's own server serves (`langgraph.json`): messages in, messages out, one turn a run."""
    from agent.entry import message_graph

    return message_graph()
