"""The built-in brain: understanding by grammar, planning by demonstration; no key, no network."""
