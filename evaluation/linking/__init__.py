"""How well names are found in what people say, and how well it is read what people think of them; measured on ReDial."""

from evaluation.linking.measure import LinkingReport, measure_linking
from evaluation.linking.redial_text import MarkedText, RedialText
from evaluation.linking.stance_measure import StanceReport, measure_stances

__all__ = ["LinkingReport", "MarkedText", "RedialText", "StanceReport", "measure_linking", "measure_stances"]
