"""The nodes of the turn's graph, one file each."""
