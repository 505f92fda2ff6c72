"""Simulated people: each has something in mind, talks to an agent in words, and is scored by ids."""
