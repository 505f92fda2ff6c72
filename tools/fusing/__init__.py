"""Learning how much each tool counts in each situation, from people of a base who are held out whole."""

from tools.fusing.fit import FILE, FusionReport, fit_fusion, store_fusion
from tools.fusing.learn import Cases, Learnt, learn

__all__ = ["FILE", "Cases", "FusionReport", "Learnt", "fit_fusion", "learn", "store_fusion"]
