"""A given split is measured as the published numbers on it are: by the formulas of LightGCN's evaluation, over people with test items."""

import numpy as np
import pytest

from evaluation.ranking.read import read_events
from evaluation.ranking.run import measure_ranker
from evaluation.ranking.split import split
from tools.rankers import ItemKNN

K = 20


@pytest.fixture
def parts(tmp_path):
    rng = np.random.default_rng(0)
    train, test = [], []
    for person in range(60):
        items = rng.permutation(np.arange(person % 2, 120, 2))[: rng.integers(6, 50)]
        cut = len(items) // 2
        train.append(f"{person} {' '.join(map(str, items[:cut]))}")
        # Every tenth has nothing to find and is not counted; some have more to find than are shown.
        test.append(f"{person} {'' if person % 10 == 0 else ' '.join(map(str, items[cut:]))}")
    (tmp_path / "train.txt").write_text("\n".join(train) + "\n")
    (tmp_path / "test.txt").write_text("\n".join(test) + "\n")
    return split(read_events(tmp_path), "random")


def published(scores, train, test):
    """Recall and NDCG at 20 as `RecallPrecision_ATk` and `NDCGatK_r` in LightGCN's utils.py compute them."""
    recall, gain, people = 0.0, 0.0, 0
    discount = 1.0 / np.log2(np.arange(2, K + 2))
    for person, wanted in enumerate(test):
        if not len(wanted):
            continue
        people += 1
        row = scores[person].astype(np.float64)
        row[train[person]] = -(1 << 10)
        shown = np.argsort(-row, kind="stable")[:K]
        hit = np.isin(shown, wanted).astype(float)
        ideal = np.zeros(K)
        ideal[: min(K, len(wanted))] = 1
        recall += hit.sum() / len(wanted)
        gain += (hit * discount).sum() / (ideal * discount).sum()
    return recall / people, gain / people, people


def test_the_numbers_are_those_of_the_published_formulas(parts):
    people = parts.people
    ranker = ItemKNN(k=30).fit(people.likes)
    test = [parts.truth.indices[parts.truth.indptr[u] : parts.truth.indptr[u + 1]] for u in range(len(people))]
    assert max(map(len, test)) > K
    recall, gain, asked = published(ranker.score_many(people), parts.train, test)
    row = measure_ranker(ranker, people, parts)
    assert row["people"] == asked == 54
    assert row["Recall@20"] == pytest.approx(recall, abs=1e-9)
    assert row["NDCG@20"] == pytest.approx(gain, abs=1e-9)
