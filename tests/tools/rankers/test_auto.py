"""The automatic choice, its validation and its weights."""

import numpy as np
import pytest

from knowledge.errors import BadInput
from tests.contracts.ranker import N_ITEMS, checkerboard, matrix_of
from tools.rankers import Blend, choose, fit_auto
from tools.rankers.carve import carve
from tools.rankers.families import families_for
from tools.rankers.weights import Pool, choose_weights


def chain(n_users=150, n_items=60, seed=0):
    """Histories that walk round a ring of items: only the order tells what comes next."""
    rng = np.random.default_rng(seed)
    return [((rng.integers(n_items) + np.arange(6)) % n_items).astype(np.int32) for _ in range(n_users)]


class TestCarving:
    def test_nothing_asked_for_is_in_the_fit_or_known_to_the_person(self):
        sequences = checkerboard()
        for protocol in ("random", "leave-last"):
            carved = carve(sequences, n_items=N_ITEMS, protocol=protocol, ordered=True)
            assert len(carved.people) > 0
            assert carved.people.likes.multiply(carved.truth).nnz == 0
            whole = matrix_of(sequences)
            assert (carved.likes + whole).nnz == whole.nnz
            assert carved.likes.nnz < whole.nnz

    def test_leave_last_hides_the_last(self):
        sequences = [np.array([3, 1, 2], dtype=np.int32), np.array([0, 1], dtype=np.int32)]
        carved = carve(sequences, n_items=4, protocol="leave-last", ordered=True)
        assert [s.tolist() for s in carved.sequences] == [[3, 1], [0, 1]]
        assert carved.truth.indices.tolist() == [2]

    def test_long_histories_of_few_people_give_several_cases(self):
        carved = carve([np.arange(20, dtype=np.int32)], n_items=20, protocol="leave-last", ordered=True)
        assert carved.truth.indices.tolist() == [19, 18, 17, 16]
        assert np.diff(carved.people.likes.indptr).tolist() == [19, 18, 17, 16]
        assert len(carved.sequences[0]) == 16

    def test_enough_are_asked_where_items_are_many(self):
        rng = np.random.default_rng(0)
        many = [rng.choice(60_000, 4, replace=False).astype(np.int32) for _ in range(5_000)]
        assert len(carve(many, n_items=60_000, protocol="leave-last", ordered=True).people) == 4_000

    def test_the_same_seed_hides_the_same(self):
        first, again, other = (carve(checkerboard(), n_items=N_ITEMS, protocol="random", ordered=False, seed=s) for s in (1, 1, 2))
        assert first.truth.indices.tolist() == again.truth.indices.tolist()
        assert first.truth.indices.tolist() != other.truth.indices.tolist()


class TestChoosing:
    def test_order_is_found_where_it_matters(self):
        sequences = chain()
        blend, choice = fit_auto(matrix_of(sequences, 60), sequences)
        assert choice.protocol == "leave-last"
        assert choice.alone["transition"] > choice.alone["ease"] or choice.settings["ease"]["half_life"] is not None
        scores = blend.score({}, {}, [3, 4, 5])
        scores[[3, 4, 5]] = -np.inf
        assert scores.argmax() == 6

    def test_without_order_the_random_protocol_is_used(self):
        blend, choice = fit_auto(matrix_of(checkerboard(80, 50), 50))
        assert choice.protocol == "random"
        assert "transition" not in choice.settings
        scores = blend.score({0: 1.0, 2: 1.0})
        assert scores[4::2].mean() > scores[1::2].max()

    def test_the_blend_is_never_below_its_best_member_on_validation(self):
        choice = choose(checkerboard(seed=5), n_items=N_ITEMS, ordered=True)
        assert choice.quality >= max(choice.alone[name] for name in choice.weights) - 1e-6

    def test_the_same_input_gives_the_same_scores(self, tmp_path):
        sequences = chain(30, 20)
        results = [fit_auto(matrix_of(sequences, 20), sequences, seed=4) for _ in range(2)]
        assert results[0][1] == results[1][1]
        assert results[0][0].score({1: 1.0}).tobytes() == results[1][0].score({1: 1.0}).tobytes()
        results[0][0].save(tmp_path / "kept")
        assert Blend.load(tmp_path / "kept").score({1: 1.0}).tobytes() == results[0][0].score({1: 1.0}).tobytes()

    def test_histories_too_short_to_validate_are_an_error(self):
        with pytest.raises(BadInput, match="three items"):
            choose([np.array([0, 1], dtype=np.int32)] * 5, n_items=3, ordered=True)

    def test_where_nothing_can_be_validated_usual_settings_stand(self):
        blend, choice = fit_auto(matrix_of([np.array([i % 4, (i + 2) % 4], dtype=np.int32) for i in range(12)], 4))
        assert (choice.cases, dict(choice.weights)) == (0, {"item-knn": 1.0})
        assert blend.score({0: 1.0})[2] > blend.score({0: 1.0})[[1, 3]].max()

    def test_what_is_dislike_is_not_learnt_as_like(self):
        likes = matrix_of(checkerboard())
        signed = likes.copy()
        signed.data[signed.indices % 2 == 1] = -1.0
        blend, _ = fit_auto(signed)
        assert blend.score({0: 1.0})[4::2].min() > blend.score({0: 1.0})[1::2].max()


def test_dear_families_are_left_out_of_large_data():
    small = {f.name for f in families_for(n_users=500, n_items=2_000, n_events=10_000, ordered=True)}
    large = {f.name for f in families_for(n_users=30_000, n_items=40_000, n_events=800_000, ordered=False)}
    wide = {f.name for f in families_for(n_users=600, n_items=40_000, n_events=100_000, ordered=False)}
    assert {"ease", "transition", "als", "item-knn"} <= small
    assert "ease" not in large
    assert "transition" not in large
    assert "ease" in wide


def test_weights_bring_two_halves_of_the_truth_together():
    rng = np.random.default_rng(0)
    n, width = 200, 30
    right = np.zeros((n, width), dtype=bool)
    right[np.arange(n), rng.integers(0, width, n)] = True
    signals = [right * 1.5 + rng.standard_normal((n, width)) for _ in range(2)]
    noise = rng.standard_normal((n, width))
    pool = Pool(z=np.stack([*signals, noise]).astype(np.float32), right=right, sizes=np.ones(n, dtype=np.int64), k=10)
    weights, quality = choose_weights(pool)
    assert weights[0] > 0
    assert weights[1] > 0
    assert quality > max(pool.quality(np.eye(3, dtype=np.float32)[i]) for i in range(3))
