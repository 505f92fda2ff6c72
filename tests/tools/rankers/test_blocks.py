"""People are worked through in blocks, by as many threads as there are cores, with the same outcome."""

import threading

import numpy as np
import pytest

from tests.contracts.ranker import N_ITEMS, checkerboard, matrix_of
from tools.rankers import ItemKNN
from tools.rankers.blocks import in_blocks
from tools.rankers.carve import carve
from tools.rankers.search import measure


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr("tools.rankers.blocks.BLOCK_CELLS", 5 * N_ITEMS)


@pytest.mark.parametrize("cores", [1, 3])
def test_the_spans_cover_everybody_once_and_in_order(monkeypatch, small_blocks, cores):
    monkeypatch.setattr("tools.rankers.blocks._cores", lambda: cores)
    seen = []
    spans = in_blocks(lambda start, stop: (seen.append(threading.get_ident()), (start, stop))[1], 23, N_ITEMS)
    assert spans == [(0, 5), (5, 10), (10, 15), (15, 20), (20, 23)]
    assert (set(seen) == {threading.get_ident()}) == (cores == 1)


def test_nobody_gives_nothing(small_blocks):
    assert in_blocks(lambda start, stop: (start, stop), 0, N_ITEMS) == []


def test_what_is_measured_does_not_depend_on_the_cores(monkeypatch, small_blocks):
    carved = carve(checkerboard(), n_items=N_ITEMS, protocol="random", ordered=False)
    ranker = ItemKNN(k=5).fit(matrix_of(carved.sequences))
    found = []
    for cores in (1, 2, 4):
        monkeypatch.setattr("tools.rankers.blocks._cores", lambda cores=cores: cores)
        found.append(measure(ranker, carved))
    assert found[0] > 0
    assert np.ptp(found) == 0.0
