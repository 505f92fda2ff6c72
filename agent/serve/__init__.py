"""The page: where most people meet Sommelier. `agent.serve.start.serve` opens it; everything else here renders plain values as HTML."""
