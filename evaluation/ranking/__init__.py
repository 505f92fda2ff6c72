"""Ranking benchmarks on interaction data: reading common layouts, splitting them, every ranker in one table."""
