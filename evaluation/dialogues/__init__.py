"""Scripted dialogues: YAML that a product manager can read, run against any base, brain or endpoint."""
