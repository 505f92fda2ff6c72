"""Other systems over the same base, words and planner, so that a comparison isolates what the tools do.

The reference, single signals, ablations.
"""

from evaluation.baselines.systems import SYSTEMS, System, open_system, system_named

__all__ = ["SYSTEMS", "System", "open_system", "system_named"]
