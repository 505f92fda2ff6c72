"""Recommendation in real dialogues: readers, the standardised protocol, controls, reports."""
