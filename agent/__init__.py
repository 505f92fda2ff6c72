"""Who decides: understanding, planning, the turn, sessions and doors."""
