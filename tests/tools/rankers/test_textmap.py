"""Words to tastes."""

import numpy as np
import pytest

from knowledge.errors import BadInput
from tests.contracts.ranker import N_ITEMS, checkerboard, matrix_of
from tools.rankers import EASE, BaseRanker, People, TextMap

COLD = (14, 15)


def vectors():
    """Texts that tell which half an item is of, and a little noise."""
    rng = np.random.default_rng(0)
    rows = 0.1 * rng.standard_normal((N_ITEMS, 6))
    rows[np.arange(N_ITEMS), np.arange(N_ITEMS) % 2] += 1.0
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def ranker():
    sequences = [s[~np.isin(s, COLD)] for s in checkerboard()]
    likes = matrix_of(sequences)
    counts = np.bincount(likes.indices, minlength=N_ITEMS).astype(float)
    return BaseRanker(EASE(lam=5.0).fit(likes), TextMap(vectors()).fit(counts))


def test_an_item_nobody_took_is_scored_by_its_words(ranker):
    assert ranker.mapping.cold.tolist() == list(COLD)
    even, odd = ranker.score({0: 1.0, 2: 1.0}), ranker.score({1: 1.0, 3: 1.0})
    assert even[14] > even[15]
    assert odd[15] > odd[14]
    assert even[14] > even[[1, 3, 5, 7]].max()


def test_a_dislike_never_raises_an_item_nobody_took(ranker):
    plain, after = ranker.score({0: 1.0, 1: 1.0}), ranker.score({0: 1.0, 1: 1.0}, {3: 1.0})
    assert (after <= plain + 1e-5).all()
    assert plain[15] - after[15] > plain[14] - after[14]


def test_a_disliked_item_nobody_took_stands_last(ranker):
    assert ranker.score({0: 1.0}, {14: 1.0}).argmin() == 14


def test_words_alone_make_a_person(ranker):
    text = np.zeros(6, dtype=np.float32)
    text[1] = 1.0
    liked = ranker.mapping.as_likes(text, 3)
    assert all(item % 2 == 1 for item in liked)
    assert all(0 < weight <= 1 for weight in liked.values())
    scores = ranker.for_words(text)
    assert scores[15] > scores[14]


def test_without_vectors_nothing_is_made_up():
    likes = matrix_of(checkerboard())
    plain = BaseRanker(EASE(lam=5.0).fit(likes))
    assert plain.for_words(np.ones(6, dtype=np.float32)) is None
    assert plain.score({0: 1.0}).tobytes() == EASE(lam=5.0).fit(likes).score({0: 1.0}).tobytes()


def test_a_map_needs_histories():
    with pytest.raises(BadInput, match="no item has a history"):
        TextMap(vectors()).fit(np.zeros(N_ITEMS))
    with pytest.raises(BadInput, match="3 counts for 16 items"):
        TextMap(vectors()).fit(np.ones(3))


def test_a_map_comes_back_from_disk(ranker, tmp_path):
    ranker.mapping.save(tmp_path)
    back = TextMap.load(tmp_path)
    people = People.of_sequences([np.array([0, 2], dtype=np.int32)], n_items=N_ITEMS)
    scores = ranker.ranker.score_many(people)
    assert back.extend(scores, back.profile(people.likes)).tobytes() == ranker.mapping.extend(scores, back.profile(people.likes)).tobytes()
