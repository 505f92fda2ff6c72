"""The graph for LangGraph's own server and interfaces: messages in, messages out; the thread id is the session."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from langchain_core.messages import AIMessage, AnyMessage
from langchain_core.runnables import RunnableConfig
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages

from agent.config import Settings
from agent.events import Done, Failed, event_to_json
from agent.sommelier import Sommelier
from knowledge.errors import SommelierError

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

__all__ = ["Chat", "message_graph"]


class Chat(TypedDict, total=False):
    """A conversation as messages, with the slate shown last."""

    messages: Annotated[list[AnyMessage], add_messages]
    slate: list[dict[str, Any]]


@cache
def _sommelier(base: str) -> Sommelier:
    return Sommelier.open(base)


async def _turn(state: Chat, config: RunnableConfig) -> Chat:
    """Take the newest message and answer it; every event goes to the custom stream."""
    settings = config.get("configurable", {})
    somm = _sommelier(str(settings.get("base") or Settings.from_environment().base))
    session = somm.session(user=settings.get("user"), session_id=settings.get("thread_id"))
    writer = get_stream_writer()
    said = state["messages"][-1]
    text = said.content if isinstance(said.content, str) else " ".join(str(p.get("text", "")) for p in said.content if isinstance(p, dict))
    async for event in session.astream(text):
        if isinstance(event, Failed):
            raise SommelierError(event.message)
        if isinstance(event, Done):
            turn = event.turn.to_json()
            return {"messages": [AIMessage(content=event.turn.reply, additional_kwargs={"sommelier": turn})], "slate": turn["slate"]}
        writer(event_to_json(event))
    return {}


@cache
def message_graph() -> CompiledStateGraph[Any, Any, Any, Any]:
    """Return the compiled graph. The base is `configurable.base`, or SOMMELIER_BASE, or films."""
    graph = StateGraph(Chat)
    graph.add_node("sommelier", _turn)
    graph.add_edge(START, "sommelier")
    graph.add_edge("sommelier", END)
    return graph.compile(name="sommelier")
