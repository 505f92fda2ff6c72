"""Speed and size, measured; never run as tests. `python -m benchmarks` runs all of them."""
