"""Demonstrations: utterance in context -> request -> plan, written with placeholders so that they fit any catalogue."""

from agent.demonstrations.select import nearest, ranked
from agent.demonstrations.store import Demonstration, demonstrations, names_for

__all__ = ["Demonstration", "demonstrations", "names_for", "nearest", "ranked"]
