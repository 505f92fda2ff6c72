"""Our metrics and those of ir_measures say the same."""

import ir_measures
import numpy as np
import pytest
import scipy.sparse as sp
from ir_measures import RR, R, nDCG

from evaluation.metrics import coverage, popularity_bias, ranking_metrics
from tools.rankers.quality import target_ranks
from tools.rankers.ranker import top_k


def test_recall_ndcg_and_mrr_agree_with_ir_measures():
    rng = np.random.default_rng(0)
    scores = rng.random((40, 60)).astype(np.float32)
    truth = sp.csr_array((rng.random((40, 60)) < 0.1).astype(np.float32))
    asked = np.flatnonzero(np.diff(truth.indptr))
    assert len(asked) > 30
    found = ranking_metrics(top_k(scores, 20), truth, ks=(5, 10, 20))
    run = {str(u): {str(i): float(scores[u, i]) for i in range(60)} for u in asked}
    qrels = {str(u): {str(i): 1 for i in truth.indices[truth.indptr[u] : truth.indptr[u + 1]]} for u in asked}
    wanted = {f"{name}@{k}": measure @ k for k in (5, 10, 20) for name, measure in (("Recall", R), ("NDCG", nDCG), ("MRR", RR))}
    theirs = ir_measures.calc_aggregate(list(wanted.values()), qrels, run)
    for name, measure in wanted.items():
        assert found[name] == pytest.approx(theirs[measure], abs=1e-6), name
    assert found["people"] == len(asked)


def test_standard_errors_are_those_of_the_mean():
    truth = sp.csr_array(np.eye(4, dtype=np.float32))
    ranked = np.array([[0, 1], [0, 1], [2, 0], [0, 1]])
    found = ranking_metrics(ranked, truth, ks=(1, 2))
    assert found["Recall@1"] == 0.5
    assert found["Recall@2"] == 0.75
    assert found["Recall@2 se"] == pytest.approx(0.25)


def test_coverage_counts_what_anybody_is_shown():
    assert coverage(np.array([[0, 1], [1, 2]]), 10) == 0.3


def test_popularity_bias_is_one_for_the_truth_itself():
    truth = sp.csr_array(np.array([[1.0, 0, 1], [0, 1, 1]], dtype=np.float32))
    taken = np.array([10.0, 2.0, 6.0])
    assert popularity_bias(np.array([[0, 2], [1, 2]]), truth, taken) == pytest.approx(1.0)
    assert popularity_bias(np.array([[0, 0], [0, 0]]), truth, taken) == pytest.approx(10 / 6)


def test_the_rank_of_a_target_agrees_with_the_top_list():
    scores = np.random.default_rng(1).integers(0, 9, (30, 25)).astype(np.float32)
    targets = np.arange(30, dtype=np.int64) % 25
    ranked = top_k(scores, 25)
    assert target_ranks(scores, targets).tolist() == [int(np.flatnonzero(row == t)[0]) for row, t in zip(ranked, targets, strict=True)]
