"""The results page: every benchmark's report kept as JSON, rendered beside what others published."""
