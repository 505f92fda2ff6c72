"""Interactions: order, strengths, popularity, k-core, files."""

import numpy as np
import pytest

from knowledge.errors import BadInput, BaseDamaged, BaseMissing
from knowledge.interactions import Interactions, liking


@pytest.fixture
def some() -> Interactions:
    return Interactions.from_events(
        ["bo", "al", "al", "bo", "al", "cy"],
        [2, 0, 1, 0, 3, 3],
        [1.0, 0.5, -1.0, 0.0, 1.0, 1.0],
        [5.0, 9.0, 3.0, 4.0, 1.0, 1.0],
        n_items=5,
    )


def test_rows_are_users_by_name_and_columns_the_catalogue(some):
    assert some.users == ["al", "bo", "cy"]
    assert some.matrix.shape == (3, 5)
    assert some.matrix.dtype == np.float32
    assert some.matrix.toarray().tolist() == [[0.5, -1, 0, 1, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0]]


def test_sequences_run_by_time_and_keep_neutral_events(some):
    assert some.sequence(some.user("al")).tolist() == [3, 1, 0]
    assert some.sequence(some.user("bo")).tolist() == [0, 2]
    assert some.times(1).tolist() == [4.0, 5.0]
    assert [s.tolist() for s in some.sequences()] == [[3, 1, 0], [0, 2], [3]]


def test_without_times_the_order_of_the_source_stands():
    one = Interactions.from_events(["u"] * 4, [3, 1, 2, 0], n_items=4)
    assert one.sequence(0).tolist() == [3, 1, 2, 0]
    assert one.times(0) is None
    assert one.matrix.toarray().tolist() == [[1, 1, 1, 1]]


def test_the_last_of_several_events_stands():
    one = Interactions.from_events(["u", "u", "u"], [0, 1, 0], [1.0, 1.0, -0.5], n_items=2)
    assert one.sequence(0).tolist() == [1, 0]
    assert one.matrix.toarray().tolist() == [[-0.5, 1.0]]


def test_popularity_counts_takers_who_did_not_dislike(some):
    assert some.popularity().tolist() == [2, 0, 1, 2, 0]


def test_positive_holds_likes_only(some):
    assert some.positive().toarray().tolist() == [[0.5, 0, 0, 1, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0]]
    assert some.matrix[0, 1] == -1, "the original is untouched"


def test_core_keeps_columns_and_drops_thin_rows():
    full = Interactions.from_events(["a", "a", "b", "b", "c", "c", "d"], [0, 1, 0, 1, 1, 2, 3], n_items=4)
    core = full.core(2)
    assert core.users == ["a", "b"]
    assert core.matrix.toarray().tolist() == [[1, 1, 0, 0], [1, 1, 0, 0]]
    assert full.core(5).users == []


def test_without_leaves_users_out(some):
    rest = some.without([0])
    assert rest.users == ["bo", "cy"]
    assert rest.sequence(0).tolist() == [0, 2]


def test_files_round_trip_and_are_the_same_bytes(some, tmp_path):
    some.save(tmp_path / "a.npz")
    back = Interactions.load(tmp_path / "a.npz")
    assert back.users == some.users
    assert (back.matrix != some.matrix).nnz == 0
    assert back.sequence(0).tolist() == [3, 1, 0]
    assert back.times(0).tolist() == [1.0, 3.0, 9.0]
    back.save(tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_a_missing_or_broken_file_says_what_to_run(some, tmp_path):
    with pytest.raises(BaseMissing, match="sommelier build"):
        Interactions.load(tmp_path / "none.npz")
    some.save(tmp_path / "a.npz")
    whole = (tmp_path / "a.npz").read_bytes()
    (tmp_path / "a.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BaseDamaged):
        Interactions.load(tmp_path / "a.npz")


def test_nobody_is_fine(tmp_path):
    nobody = Interactions.empty(3)
    nobody.save(tmp_path / "x.npz")
    assert Interactions.load(tmp_path / "x.npz").matrix.shape == (0, 3)
    assert nobody.popularity().tolist() == [0, 0, 0]
    assert nobody.core(2).users == []


@pytest.mark.parametrize(
    ("items", "values", "says"),
    [
        ([0, 7], None, "7 lies outside the catalogue of 5"),
        ([0, -1], None, "-1 lies outside"),
        ([0, 1], [1.0, float("nan")], "event 1"),
        ([0], None, "2 users, 1 items"),
    ],
)
def test_bad_events_are_named(items, values, says):
    with pytest.raises(BadInput, match=says):
        Interactions.from_events(["a", "b"], items, values, n_items=5)


def test_liking_turns_ratings_into_strengths_around_a_neutral_point():
    strengths = liking([1.0, 2.0, 3.0, 4.0, 5.0])
    assert strengths[0] == -1
    assert strengths[-1] == 1
    assert strengths[1] < 0 < strengths[2] < 0.2 < strengths[3]
    assert liking([None, None]).tolist() == [1, 1]
    assert liking([1, -1, 0, None]).tolist() == [1, -1, 0, 1]
    assert liking([5.0, 5.0]).tolist() == [1, 1]
