"""What sets the single rankers apart."""

import numpy as np
import pytest
import scipy.sparse as sp

from knowledge.errors import BadInput, BaseDamaged, BaseMissing
from tests.contracts.ranker import checkerboard, matrix_of
from tools.rankers import ALS, EASE, Blend, ItemKNN, People, Transition, Walk
from tools.rankers.counts import cooccurrence, prune, transitions
from tools.rankers.ranker import top_k


def random_likes(n_users, n_items, seed=0, share=0.2):
    rng = np.random.default_rng(seed)
    return sp.csr_array((rng.random((n_users, n_items)) < share).astype(np.float32))


def naive_ease(dense, lam):
    inverse = np.linalg.inv(dense.T @ dense + lam * np.eye(dense.shape[1]))
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return weights


@pytest.mark.parametrize("dual", [False, True])
def test_ease_is_the_closed_form_of_the_paper(dual):
    likes = random_likes(30, 20)
    expected = likes.toarray() @ naive_ease(likes.toarray().astype(np.float64), 7.0)
    found = EASE(lam=7.0, dual=dual).fit(likes).score_many(People.of_matrix(likes))
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_ease_takes_the_smaller_system_by_itself():
    assert EASE().fit(random_likes(10, 60)).dual is True
    assert EASE().fit(random_likes(60, 20)).dual is False


def test_the_unrolled_dual_form_scores_the_same(monkeypatch):
    monkeypatch.setattr("tools.rankers.ease.SLOW_PRODUCT", 0)
    likes = random_likes(15, 40)
    ranker = EASE(lam=3.0, dual=True).fit(likes)
    signed = likes[:2].toarray()
    signed[:, 1::7] = -0.6
    for people in (People.of_matrix(likes[:2]), People.of_matrix(sp.csr_array(signed))):
        np.testing.assert_allclose(ranker.score_many(people.rows(0, 1))[0], ranker.score_many(people)[0], atol=1e-5)


def test_ease_refuses_what_does_not_fit_in_memory():
    with pytest.raises(BadInput, match=r"30,000 items.*use 'als'"):
        EASE(dual=False).fit(sp.csr_array((40_000, 30_000), dtype=np.float32))


def test_item_knn_without_shrinkage_is_cosine():
    likes = random_likes(25, 8, seed=3, share=0.5)
    dense = likes.toarray()
    norms = np.linalg.norm(dense, axis=0)
    cosine = dense.T @ dense / np.outer(norms, norms)
    np.fill_diagonal(cosine, 0.0)
    ranker = ItemKNN(k=8, shrink=0.0, user_power=0.0).fit(likes)
    np.testing.assert_allclose(ranker.weights.toarray(), cosine, atol=1e-6)


def test_shrinkage_counts_against_rare_pairs():
    rows = [[0, 1]] * 1 + [[2, 3]] * 30
    likes = matrix_of([np.array(r, dtype=np.int32) for r in rows], 4)
    weights = ItemKNN(shrink=10.0, user_power=0.0).fit(likes).weights.toarray()
    assert weights[2, 3] > 5 * weights[0, 1]


def test_the_walk_damps_popular_ends():
    likes = random_likes(200, 12, seed=5, share=0.3)
    extra = sp.csr_array(np.hstack([likes.toarray(), np.ones((200, 1), dtype=np.float32)]))
    mild, strong = (Walk(k=50, target_power=p).fit(extra).score({0: 1.0}) for p in (0.0, 1.2))
    assert mild.argmax() == 12
    assert strong.argmax() != 12


def test_cooccurrence_is_the_product_whatever_the_block(monkeypatch):
    likes = random_likes(40, 30, seed=9)
    expected = (likes.T @ likes).toarray()
    np.fill_diagonal(expected, 0.0)
    np.testing.assert_array_equal(cooccurrence(likes).toarray(), expected)
    monkeypatch.setattr("tools.rankers.counts.BLOCK_ENTRIES", 50)
    np.testing.assert_array_equal(cooccurrence(likes).toarray(), expected)


def test_what_everybody_takes_does_not_crowd_out_the_close():
    # Item 0 and its twin 1 are taken together by ten people, and so is 2, which a hundred others take as well.
    likes = np.zeros((110, 3), dtype=np.float32)
    likes[:10, 0] = likes[:9, 1] = 1.0
    likes[:, 2] = 1.0
    kept = cooccurrence(sp.csr_array(likes), kept=1)
    assert kept.toarray()[0].tolist() == pytest.approx([0.0, 9.0, 0.0])


@pytest.mark.parametrize("width", [1, 7, 100, 4_001])
def test_the_best_are_those_of_a_stable_sort(width):
    rng = np.random.default_rng(width)
    scores = np.round(rng.standard_normal((8, width)), 1).astype(np.float32)
    scores[1], scores[2], scores[3, ::2] = 0.0, -np.inf, -np.inf
    scores[4, rng.random(width) < 0.9] = 0.0
    for k in (1, 5, 50):
        np.testing.assert_array_equal(top_k(scores, k), np.argsort(-scores, axis=1, kind="stable")[:, :k])


def test_pruning_keeps_the_largest_and_breaks_ties_by_column(monkeypatch):
    matrix = sp.csr_array(np.array([[3, 1, 2, 2], [0, 5, 0, 0], [1, 1, 1, 1]], dtype=np.float32))
    expected = [[3, 0, 2, 0], [0, 5, 0, 0], [1, 1, 0, 0]]
    np.testing.assert_array_equal(prune(matrix.copy(), 2).toarray(), expected)
    monkeypatch.setattr("tools.rankers.counts.PRUNED_CELLS", 1)
    np.testing.assert_array_equal(prune(matrix.copy(), 2).toarray(), expected)


def test_transitions_count_gaps_within_a_history_only():
    counts = transitions([np.array([0, 1, 2], dtype=np.int32), np.array([2, 0], dtype=np.int32)], 3, window=2).toarray()
    np.testing.assert_allclose(counts, [[0, 1, 0.5], [0, 0, 1], [1, 0, 0]])


def test_transition_follows_the_order():
    sequences = [np.array([0, 1, 2], dtype=np.int32)] * 5
    ranker = Transition(window=1, half_life=1.0).fit(matrix_of(sequences, 3), sequences)
    assert ranker.score({}, {}, [0]).argmax() == 1
    assert ranker.score({}, {}, [0, 1]).argmax() == 2


def test_transition_damps_its_ends_apart():
    # After 0 come 1, which only follows 0, and more often 2, which stands in every history.
    sequences = [np.array(s, dtype=np.int32) for s in ([0, 1], [0, 2], [0, 2], *[[3 + i, 2] for i in range(8)])]
    likes = matrix_of(sequences, 11)
    plain, damped = (Transition(window=1, power=0.5, target_power=power).fit(likes, sequences) for power in (0.0, 1.0))
    assert plain.score({}, {}, [0]).argmax() == 2
    assert damped.score({}, {}, [0]).argmax() == 1
    both = Transition(window=1, power=1.0).fit(likes, sequences)
    np.testing.assert_array_equal(
        both.weights.toarray(), Transition(window=1, power=1.0, target_power=1.0).fit(likes, sequences).weights.toarray()
    )


def test_transition_needs_an_order():
    with pytest.raises(BadInput, match="item-knn"):
        Transition().fit(matrix_of(checkerboard()))


def test_recency_lets_the_latest_decide():
    sequences = checkerboard()
    ranker = EASE(lam=5.0, half_life=0.5).fit(matrix_of(sequences), sequences)
    latest_odd, latest_even = ranker.score({}, {}, [0, 2, 1]), ranker.score({}, {}, [1, 3, 0])
    assert latest_odd[5::2].mean() > latest_odd[4::2].mean()
    assert latest_even[4::2].mean() > latest_even[5::2].mean()


def test_als_is_the_same_for_the_same_seed():
    likes = matrix_of(checkerboard())
    first, again = (ALS(factors=4, iterations=5, seed=3).fit(likes).items for _ in range(2))
    assert first.tobytes() == again.tobytes()


@pytest.mark.parametrize("liked", [[1, 5], [0, 2, 4, 6, 8]], ids=["fewer likes than factors", "more"])
def test_als_folds_in_by_the_system_of_its_paper(liked):
    likes = random_likes(30, 12, seed=2, share=0.3)
    ranker = ALS(factors=3, alpha=4.0, regularization=0.5, iterations=5).fit(likes)
    items = ranker.items.astype(np.float64)
    system = items.T @ items + 3.0 * items[liked].T @ items[liked] + 0.5 * np.eye(items.shape[1])
    expected = items @ np.linalg.solve(system, 4.0 * items[liked].sum(axis=0))
    np.testing.assert_allclose(ranker.score(dict.fromkeys(liked, 1.0)), expected, atol=1e-4)


def test_a_blend_of_one_keeps_the_order_of_its_member():
    likes = random_likes(60, 25, seed=4)
    alone, blend = EASE(lam=20.0).fit(likes), Blend([(EASE(lam=20.0), 2.0)]).fit(likes)
    assert top_k(alone.score({2: 1.0})[None], 10).tolist() == top_k(blend.score({2: 1.0})[None], 10).tolist()


def test_a_blend_orders_by_popularity_for_somebody_unknown():
    likes = random_likes(60, 25, seed=4)
    scores = Blend([(EASE(lam=20.0), 1.0)]).fit(likes).score({})
    counts = likes.toarray().sum(axis=0)
    assert counts[scores.argmax()] == counts.max()
    assert counts[scores.argmin()] == counts.min()


def test_a_broken_or_missing_blend_says_what_to_run(tmp_path):
    with pytest.raises(BaseMissing, match="sommelier fit"):
        Blend.load(tmp_path)
    (tmp_path / "blend.json").write_text("{")
    with pytest.raises(BaseDamaged, match="sommelier fit"):
        Blend.load(tmp_path)


def test_histories_must_be_one_a_person():
    with pytest.raises(BadInput, match="1 sequences for 40 users"):
        EASE().fit(matrix_of(checkerboard()), [np.array([0], dtype=np.int32)])


def test_top_k_equals_a_full_sort_with_ties_by_column():
    scores = np.random.default_rng(0).integers(0, 6, (20, 50)).astype(np.float32)
    expected = np.argsort(-scores, axis=1, kind="stable")[:, :7]
    assert top_k(scores, 7).tolist() == expected.tolist()
    assert top_k(scores[:, :3], 7).shape == (20, 3)


class TestPeople:
    def test_what_is_disliked_is_not_liked(self):
        people = People.one({1: 1.0, 2: 1.0}, {2: 0.5}, [2, 1], n_items=4)
        assert people.likes.indices.tolist() == [1]
        assert people.dislikes.indices.tolist() == [2]

    def test_ages_count_from_the_latest(self):
        people = People.one({7: 0.5}, {}, [3, 1, 2], n_items=9)
        assert dict(zip(people.likes.indices.tolist(), people.ages.tolist(), strict=True)) == {3: 2.0, 1: 1.0, 2: 0.0, 7: 0.0}

    def test_a_half_life_halves(self):
        people = People.of_sequences([np.array([4, 2], dtype=np.int32)], n_items=5)
        assert people.weighted(1.0).toarray()[0].tolist() == [0, 0, 1.0, 0, 0.5]
        assert people.weighted(None).toarray()[0].tolist() == [0, 0, 1.0, 0, 1.0]

    def test_an_item_taken_again_has_its_last_place(self):
        people = People.of_sequences([np.array([1, 0, 1], dtype=np.int32)], n_items=2)
        assert people.ages.tolist() == [1.0, 0.0]

    def test_a_signed_matrix_splits(self):
        people = People.of_matrix(sp.csr_array(np.array([[1.0, -0.5, 0.0]], dtype=np.float32)))
        assert people.likes.toarray().tolist() == [[1.0, 0.0, 0.0]]
        assert people.dislikes.toarray().tolist() == [[0.0, 0.5, 0.0]]
