"""What every ranker promises. A test class for a new one names it in a fixture and inherits the rest.

The data is a checkerboard: people of two groups, items of two halves; everybody takes most of their own half and nothing of the other, so
the right answer is known by construction.
"""

import numpy as np
import pytest
import scipy.sparse as sp

from tools.rankers import People, Ranker

N_USERS, N_ITEMS = 40, 16


def checkerboard(n_users: int = N_USERS, n_items: int = N_ITEMS, seed: int = 1) -> list[np.ndarray]:
    """Return histories: even people take five even items each, odd people five odd ones, in an order of their own."""
    rng = np.random.default_rng(seed)
    return [rng.permutation(np.arange(user % 2, n_items, 2))[:5].astype(np.int32) for user in range(n_users)]


def matrix_of(sequences: list[np.ndarray], n_items: int = N_ITEMS) -> sp.csr_array:
    """Return the histories as a matrix of ones."""
    return People.of_sequences(sequences, n_items=n_items).likes


class RankerContract:
    """Needs a fixture `ranker`: an unfitted `Ranker`. Set `personal` to False for one that says the same to everybody."""

    personal = True

    @pytest.fixture
    def fitted(self, ranker):
        sequences = checkerboard()
        return ranker.fit(matrix_of(sequences), sequences)

    def test_is_a_ranker(self, ranker):
        assert isinstance(ranker, Ranker)

    def test_scores_the_whole_catalogue_in_float32(self, fitted):
        scores = fitted.score({0: 1.0})
        assert scores.shape == (N_ITEMS,)
        assert scores.dtype == np.float32
        assert np.isfinite(scores).all()

    def test_puts_the_own_half_first(self, fitted):
        if not self.personal:
            return
        for half in (0, 1):
            scores = fitted.score({half: 1.0, half + 2: 1.0}, {}, [half, half + 2])
            own = [scores[i] for i in range(half + 4, N_ITEMS, 2)]
            other = [scores[i] for i in range(1 - half, N_ITEMS, 2)]
            assert min(own) > max(other)

    def test_a_dislike_never_raises_a_score(self, fitted):
        plain = fitted.score({0: 1.0, 3: 1.0}, {}, [0, 3])
        once = fitted.score({0: 1.0, 3: 1.0}, {5: 1.0}, [0, 3])
        twice = fitted.score({0: 1.0, 3: 1.0}, {5: 1.0, 6: 0.5}, [0, 3])
        assert (once <= plain + 1e-5).all()
        assert (twice <= once + 1e-5).all()

    def test_a_disliked_item_stands_last(self, fitted):
        scores = fitted.score({0: 1.0}, {2: 1.0})
        assert scores.argmin() == 2

    def test_a_dislike_pushes_down_what_goes_with_it(self, fitted):
        if not self.personal:
            return
        plain, after = fitted.score({0: 1.0, 1: 1.0}), fitted.score({0: 1.0, 1: 1.0}, {3: 1.0})
        drop = plain - after
        assert np.mean([drop[i] for i in range(5, N_ITEMS, 2)]) > np.mean([drop[i] for i in range(4, N_ITEMS, 2)])

    def test_nobody_known_is_no_error(self, fitted):
        assert np.isfinite(fitted.score({})).all()
        assert np.isfinite(fitted.score({}, {4: 1.0})).all()

    def test_one_person_scores_as_in_a_batch(self, fitted):
        people = People.of_sequences([np.array([0, 2], dtype=np.int32), np.array([1], dtype=np.int32)], n_items=N_ITEMS)
        batch = fitted.score_many(people)
        np.testing.assert_allclose(batch[0], fitted.score({}, {}, [0, 2]), rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(batch[1], fitted.score({}, {}, [1]), rtol=1e-3, atol=1e-4)

    def test_the_order_of_the_maps_does_not_matter(self, fitted):
        assert fitted.score({0: 1.0, 4: 0.5}).tobytes() == fitted.score({4: 0.5, 0: 1.0}).tobytes()

    def test_the_input_is_left_alone(self, ranker):
        sequences = checkerboard()
        likes = matrix_of(sequences)
        before = (likes.data.tobytes(), likes.indices.tobytes(), [s.tobytes() for s in sequences])
        ranker.fit(likes, sequences)
        assert before == (likes.data.tobytes(), likes.indices.tobytes(), [s.tobytes() for s in sequences])

    def test_an_unknown_item_is_an_error(self, fitted):
        with pytest.raises(IndexError, match="99"):
            fitted.score({99: 1.0})

    def test_neighbours_are_of_the_own_half_without_the_item(self, fitted):
        near = fitted.neighbours(0, 3)
        assert all(weight > 0 for _, weight in near)
        assert 0 not in [item for item, _ in near]
        if self.personal:
            assert near
            assert all(item % 2 == 0 for item, _ in near)

    def test_comes_back_from_disk_with_the_same_scores(self, fitted, tmp_path):
        fitted.save(tmp_path / "kept")
        back = type(fitted).load(tmp_path / "kept")
        assert back.n_items == fitted.n_items
        assert back.score({0: 1.0, 3: 1.0}, {6: 1.0}).tobytes() == fitted.score({0: 1.0, 3: 1.0}, {6: 1.0}).tobytes()
