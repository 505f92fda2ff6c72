"""The synthetic histories that stand for public data sets are read as what they stand for."""

from dataclasses import replace

import pytest

from benchmarks.histories import WORLDS, histories, write
from evaluation.ranking.read import read_events


@pytest.mark.parametrize("name", sorted(WORLDS))
def test_a_small_world_is_read_whole(tmp_path, name):
    world = replace(WORLDS[name], people=60, items=90, events=900, topics=5, shortest=5)
    events = read_events(write(world, name, tmp_path))
    assert (len(events.users), len(events.items)) == (60, 90)
    assert 0.7 * 900 < len(events) < 1.3 * 900
    assert (events.given is not None) == (world.layout == "split")
    assert events.ordered == (world.layout != "split")


def test_the_same_world_gives_the_same_histories():
    world = replace(WORLDS["beauty"], people=20, items=50, events=200, topics=4)
    first, again = histories(world), histories(world)
    assert [row.tolist() for row in first] == [row.tolist() for row in again]
    assert all(len(set(row.tolist())) == len(row) for row in first)
