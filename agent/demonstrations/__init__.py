"""Demonstrations: utterance in context -> request -> plan, written with placeholders so that they fit any catalogue."""

from agent.demonstrations.store import Demonstration, demonstrations

__all__ = ["Demonstration", "demonstrations"]
