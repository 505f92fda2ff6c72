"""Demonstrations: utterance in context -> request -> plan, written with placeholders so that they fit any catalogue."""

from agent.demonstrations.select import at_hand, nearest, ranked
from agent.demonstrations.store import Demonstration, demonstrations, names_for

__all__ = ["Demonstration", "at_hand", "demonstrations", "names_for", "nearest", "ranked"]
