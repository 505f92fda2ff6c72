"""Every ranker keeps the contract."""

import pytest

from tests.contracts.ranker import RankerContract
from tools.rankers import ALS, EASE, Blend, ItemKNN, Popularity, Spectral, Transition, Walk


class TestPopularity(RankerContract):
    personal = False

    @pytest.fixture
    def ranker(self):
        return Popularity()


class TestItemKNN(RankerContract):
    @pytest.fixture
    def ranker(self):
        return ItemKNN(k=10, shrink=1.0)


class TestWalk(RankerContract):
    @pytest.fixture
    def ranker(self):
        return Walk(k=10)


class TestPrimalEASE(RankerContract):
    @pytest.fixture
    def ranker(self):
        return EASE(lam=5.0, dual=False)


class TestDualEASE(RankerContract):
    @pytest.fixture
    def ranker(self):
        return EASE(lam=5.0, dual=True)


class TestALS(RankerContract):
    @pytest.fixture
    def ranker(self):
        return ALS(factors=2, regularization=0.1, iterations=10)


class TestSpectral(RankerContract):
    @pytest.fixture
    def ranker(self):
        return Spectral(factors=2)


class TestTransition(RankerContract):
    @pytest.fixture
    def ranker(self):
        return Transition(window=5, backward=1.0)


class TestBlend(RankerContract):
    @pytest.fixture
    def ranker(self):
        return Blend([(EASE(lam=5.0), 1.0), (ItemKNN(k=10), 0.5), (ALS(factors=4, iterations=5), 0.3)])
