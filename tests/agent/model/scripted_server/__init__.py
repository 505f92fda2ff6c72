"""A scripted OpenAI-compatible server on loopback: checks every request against the API's rules, and plays models and faults."""

from tests.agent.model.scripted_server.models import Adversary, Honest, Sloppy
from tests.agent.model.scripted_server.server import Reply, ScriptedServer

__all__ = ["Adversary", "Honest", "Reply", "ScriptedServer", "Sloppy"]
