"""What is true: catalogue, interactions, graph, vectors, linking, building."""
