"""Re-ranking by past dialogues: what people were told next, learnt from dialogues kept in the base.

Scorers over the whole catalogue (graph walks with text seeds, neighbours in meaning, co-mention, transition, content) propose a
pool; boosted trees, trained on out-of-fold rows in chronological blocks, order it.
"""
