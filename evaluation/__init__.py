"""How well: scripted dialogues, simulators, ranking benchmarks, metrics."""
