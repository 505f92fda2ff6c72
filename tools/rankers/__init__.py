"""Rankers that learn from people's histories: closed forms, neighbours, factors, transitions, and the automatic blend of them."""

from tools.rankers.als import ALS
from tools.rankers.auto import Choice, choose, fit_auto
from tools.rankers.blend import Blend
from tools.rankers.ease import EASE
from tools.rankers.families import FAMILIES
from tools.rankers.itemknn import ItemKNN, Walk
from tools.rankers.people import People
from tools.rankers.popularity import Popularity
from tools.rankers.ranker import FittedRanker, Ranker
from tools.rankers.spectral import Spectral
from tools.rankers.store import BaseRanker, fit_ranker, load_ranker, store_ranker
from tools.rankers.textmap import TextMap
from tools.rankers.transition import Transition

__all__ = [
    "ALS",
    "EASE",
    "FAMILIES",
    "BaseRanker",
    "Blend",
    "Choice",
    "FittedRanker",
    "ItemKNN",
    "People",
    "Popularity",
    "Ranker",
    "Spectral",
    "TextMap",
    "Transition",
    "Walk",
    "choose",
    "fit_auto",
    "fit_ranker",
    "load_ranker",
    "store_ranker",
]
